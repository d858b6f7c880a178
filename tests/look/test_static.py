"""Files pages are made of: built from their parts, with licence, and nothing the security policy would refuse."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template import engines
from django.test import override_settings

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SPRITE = set(re.findall(r'id="i-([\w-]+)"', (ROOT / "static/icons.svg").read_text("utf-8")))
LISTED = set((ROOT / "static/icons.txt").read_text("utf-8").split())


def named_icons() -> dict[str, str]:
    """Every icon a template names outright, with the template."""
    found = {}
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        names = re.findall(r"""{%\s*icon\s+["']([\w-]+)["']""", text)
        names += re.findall(r"""{%\s*tag\s+["'][\w-]*["']\s+["']([\w-]+)["']""", text)
        names += re.findall(r"""(?:icon_name|mark)=["']([\w-]+)["']""", text)
        found.update(dict.fromkeys(names, path.name))
    return found


def literals() -> set[str]:
    """Every string in templates, Python code and the editor's sources that could name an icon."""
    words: set[str] = set()
    for path in TEMPLATES:
        words |= set(re.findall(r"""["']([a-z][a-z0-9-]*)["']""", path.read_text("utf-8")))
    for floor in ("permissions", "workflows", "decisions"):
        for path in (ROOT / floor).rglob("*.py"):
            tree = ast.parse(path.read_text("utf-8"))
            words |= {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    for path in (ROOT / "workflows/editor/src").rglob("*.js"):
        words |= set(re.findall(r"""["']([a-z][a-z0-9-]*)["']""", path.read_text("utf-8")))
    return words


def test_the_bundle_is_made_from_the_parts() -> None:
    answer = subprocess.run([sys.executable, ROOT / "scripts/css", "--check"], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout


def test_the_sprite_holds_what_the_list_names() -> None:
    assert SPRITE == LISTED


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    assert {name: where for name, where in named_icons().items() if name not in SPRITE} == {}


def test_the_sprite_holds_only_icons_in_use() -> None:
    assert sorted(SPRITE - literals()) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_compiles_and_has_nothing_inline(path: Path) -> None:
    text = path.read_text("utf-8")
    engines["django"].from_string(text)
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "hx-on" not in text
    assert "javascript:" not in text


def test_every_foreign_file_stands_in_the_list_with_its_licence() -> None:
    told = (ROOT / "static/vendor/README.md").read_text("utf-8")
    for folder in (ROOT / "static/vendor").iterdir():
        if folder.is_dir():
            assert f"`{folder.name}/`" in told
            assert (folder / "LICENSE").exists()


def test_colours_live_in_the_tokens_alone() -> None:
    strays = {}
    for path in (ROOT / "static/css").rglob("*.css"):
        if path.name in {"tokens.css", "print.css", "qr.css"}:
            continue
        text = re.sub(r"url\([^)]*\)|/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
        found = re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*;)", text)
        if found:
            strays[path.name] = found
    assert strays == {}


def test_the_manifest_of_production_finds_every_file(tmp_path: Path) -> None:
    storage = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES={**settings.STORAGES, **storage}):
        call_command("collectstatic", interactive=False, verbosity=0)
    assert any(tmp_path.glob("sangong.*.css"))
    assert any(tmp_path.glob("icons.*.svg"))

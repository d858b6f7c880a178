"""What the documents promise exists: commands, settings, files, and a decision for every number."""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

from config.database import BASE_DIR

README = (BASE_DIR / "README.md").read_text()
CONTRIBUTING = (BASE_DIR / "CONTRIBUTING.md").read_text()
# AGPL-3.0 as gnu.org publishes it
LICENCE_SHA256 = "0d96a4ff68ad6d4b6f1f30f713b18d5184912ba8dd389f86aa7710db079abcb0"
READERS = r'env\.(?:text|flag|integer|choice|names|folder|socket|address)\(\s*"(\w+)"'


def settings_read_in_code() -> set[str]:
    sources = [*(BASE_DIR / "config").rglob("*.py"), *(BASE_DIR / "scripts" / "house").glob("*.py")]
    return {name for source in sources for name in re.findall(READERS, source.read_text())}


def test_every_setting_that_is_read_is_in_the_readme() -> None:
    read = settings_read_in_code()
    assert {"SANGONG_VAR", "DATABASE_URL", "PORT"} <= read
    assert {name for name in read if f"`{name}`" not in README} == set()


def test_every_setting_in_the_readme_is_read() -> None:
    table = README.split("## 设置")[1].split("\n---")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("|")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named - settings_read_in_code() == {"SANGONG_PYTHON"}
    assert "SANGONG_PYTHON" in (BASE_DIR / "scripts" / "find-python").read_text()


def test_every_management_command_in_the_readme_exists() -> None:
    named = set(re.findall(r"manage\.py (\w+)", README))
    assert named
    assert named - set(get_commands()) == set()


@pytest.mark.parametrize("name", ["up", "test", "messages", "find-python"])
def test_scripts_can_be_run_and_are_sound_shell(name: str) -> None:
    script = BASE_DIR / "scripts" / name
    assert script.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", script], check=True)


def test_ci_runs_what_people_run() -> None:
    lines = (BASE_DIR / ".ci" / "run").read_text().splitlines()
    commands = [line for line in lines if line and not line.startswith("#")]
    assert commands == ['exec "$(dirname "$0")/../scripts/test" "$@"']


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_links_and_named_files_exist(document: str) -> None:
    text = (BASE_DIR / document).read_text()
    links = {link for link in re.findall(r"\]\(([^)#]+)\)", text) if not link.startswith("http")}
    missing = {link for link in links if not (BASE_DIR / link).exists()}
    assert missing - {"docs/screenshot.png"} == set()


def test_decisions_are_numbered_without_a_gap() -> None:
    files = sorted((BASE_DIR / "docs" / "adr").glob("0*.md"))
    assert [int(path.name[:4]) for path in files] == list(range(1, len(files) + 1))
    for path in files:
        assert path.read_text().startswith(f"# {int(path.name[:4])}. "), path.name


def test_the_licence_is_the_official_text() -> None:
    assert hashlib.sha256((BASE_DIR / "LICENSE").read_bytes()).hexdigest() == LICENCE_SHA256


def pins(path: Path) -> list[str]:
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    return [line for line in lines if line and not line.startswith("-r ")]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_exactly(name: str) -> None:
    pattern = r'[\w.\-]+(\[[\w,]+\])?==[\w.]+(; [a-z_]+ [<>=]+ "[\w.]+"( and [a-z_]+ [<>=]+ "[\w.]+")*)?'
    assert [line for line in pins(BASE_DIR / name) if not re.fullmatch(pattern, line)] == []


def test_requirements_name_everything_that_is_brought_along() -> None:
    """Nothing is installed that no file pins: what the pinned packages need is pinned too."""
    from importlib.metadata import requires

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    entries = [
        Requirement(line) for name in ("requirements.txt", "requirements-dev.txt") for line in pins(BASE_DIR / name)
    ]
    pinned = {canonicalize_name(entry.name) for entry in entries}
    missing = {
        f"{entry.name} needs {needed.name}"
        for entry in entries
        if entry.marker is None or entry.marker.evaluate()
        for needed in map(Requirement, requires(entry.name) or ())
        if (needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in entry.extras or {""}))
        # pip is what installs the others
        and canonicalize_name(needed.name) not in pinned | {"pip"}
    }
    assert missing == set()


def test_the_index_of_decisions_names_each_as_it_is_titled() -> None:
    folder = BASE_DIR / "docs" / "adr"
    index = (folder / "README.md").read_text()
    listed = dict(re.findall(r"^\d+\. \[(.+)\]\((\d{4}-[\w-]+\.md)\)$", index, re.M))
    told = {path.name: path.read_text().splitlines()[0].partition(". ")[2] for path in folder.glob("0*.md")}
    assert {name: title for title, name in listed.items()} == told

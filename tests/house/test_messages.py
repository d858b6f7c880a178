"""The compiled translations are those of the .po files; a fresh machine needs no gettext."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

import pytest

from config.database import BASE_DIR

CATALOGUES = sorted((BASE_DIR / "locale").rglob("*.po"))


def entries(path: Path) -> dict[str, list[str]]:
    """What a .po file says: id (with its context before a \\4) → translations, one per plural form. Fuzzy ones count for nothing."""
    found: dict[str, list[str]] = {}
    for block in re.split(r"\n\s*\n", path.read_text()):
        lines = [line for line in block.splitlines() if not line.startswith("#~")]
        if any(line.startswith("#,") and "fuzzy" in line for line in lines):
            continue
        parts: dict[str, str] = {}
        keyword = ""
        for line in lines:
            if match := re.match(r'(msg\w+(?:\[\d+\])?) (".*")$', line):
                keyword, text = match.groups()
                parts[keyword] = ast.literal_eval(text)
            elif line.startswith('"'):
                parts[keyword] += ast.literal_eval(line)
        if parts.get("msgid"):
            key = f"{parts['msgctxt']}\4{parts['msgid']}" if "msgctxt" in parts else parts["msgid"]
            found[key] = [text for name, text in parts.items() if name.startswith("msgstr")]
    return found


@pytest.mark.skipif(not CATALOGUES, reason="no translations yet")
@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(BASE_DIR)))
def test_the_compiled_file_is_up_to_date(path: Path) -> None:
    with open(path.with_suffix(".mo"), "rb") as handle:
        catalogue: dict[object, str] = gettext.GNUTranslations(handle)._catalog  # type: ignore[attr-defined]
    compiled: dict[str, list[str]] = {}
    for key, text in catalogue.items():
        compiled.setdefault(key[0] if isinstance(key, tuple) else str(key), []).append(text)
    compiled.pop("", None)
    assert compiled == {key: texts for key, texts in entries(path).items() if all(texts)}

"""`docs/security.md` names what there is: files, settings and tests; every norm and every chapter has its line."""

from __future__ import annotations

import re

from config.database import BASE_DIR
from decisions.actions.items.materials import MAX_FILES
from permissions import uploads
from permissions.uploads import packages, pdfs

PAGE = (BASE_DIR / "docs" / "security.md").read_text()
TOLD = re.findall(r"`([^`\n]+)`", PAGE)
CHAPTERS = 17


def test_every_norm_and_every_chapter_has_its_line() -> None:
    assert re.findall(r"^\| (N\d+) \|", PAGE, re.M) == [f"N{number}" for number in (1, 2, 3, 4, 5, 6, 7, 9, 10, 11)]
    assert re.findall(r"^### V(\d+) ", PAGE, re.M) == [str(number) for number in range(1, CHAPTERS + 1)]
    rows = [line.split("|")[3].strip() for line in PAGE.splitlines() if re.match(r"\| N\d", line)]
    assert set(rows) <= {"Met", "Operator", "Not met"}


def test_every_file_it_names_exists() -> None:
    named = [one for one in TOLD if "/" in one and re.fullmatch(r"[\w./]+", one) and not one.startswith("/.well-known")]
    assert len(named) > 20
    assert [one for one in named if not (BASE_DIR / one).exists()] == []


def test_every_test_it_names_exists() -> None:
    named = {one for one in TOLD if re.fullmatch(r"test_\w+", one)}
    source = "\n".join(path.read_text() for path in (BASE_DIR / "tests").rglob("test_*.py"))
    assert len(named) > 15
    assert {one for one in named if f"def {one}(" not in source} == set()


def test_every_setting_it_names_is_read() -> None:
    named = {one for one in TOLD if re.fullmatch(r"[A-Z][A-Z_]{5,}", one)}
    source = "\n".join(path.read_text() for path in (BASE_DIR / "config").rglob("*.py"))
    assert "SANGONG_CLAMAV" in named
    assert {one for one in named if not re.search(rf'["\s]{one}(?:"| = )', source)} == set()


def test_the_measures_it_tells_are_those_of_the_code() -> None:
    mega = 1024 * 1024
    for words in (
        f"{uploads.MAX_BYTES // mega} MB a file; {MAX_FILES} an item",
        f"{packages.MAX_UNFOLDED // mega} MB and {packages.MAX_PARTS:,} parts",
        f"beyond {packages.FREE_BYTES // mega} MB at most {packages.MAX_RATIO} times",
        f"object streams of a PDF {pdfs.MAX_UNFOLDED // mega} MB",
        f"{uploads.MAX_PIXELS // 1_000_000} million pixels",
    ):
        assert words in PAGE, words
    kinds = PAGE.split("| Kinds |")[1].split(", judged")[0].lower().replace(" ", "").split(",")
    assert {*kinds, "jpeg"} == set(uploads.ACCEPTED)

"""The files of a pack: read, written, compared, carried; and everything that is wrong with one told at once, with its place."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from workflows.packs import House, PackError, archive, read, write
from workflows.packs.differing import Change, between, differences
from workflows.packs.model import FOLDERS, MANIFEST
from workflows.packs.reading import MAX_ALL, numbered

LIBRARY = Path(__file__).parents[3] / "workflows" / "library" / "packs"
ROLES = frozenset({"member", "chair", "secretary", "proposer", "designer", "auditor", "observer", "legal"})
SMALL = {
    MANIFEST: 'key = "leave"\nname = "请假"\nversion = "1"\n',
    "records/leave.toml": """
key = "leave"
name = "请假"
number = "假〔{year}〕{n:3}号"
title = 'owner + " " + string(days)'
access = { create = ["everyone"], view = ["chair"], edit = ["owner"] }

[[field]]
key = "days"
type = "number"
label = "天数"
required = true
min = 1

[[state]]
key = "asked"
label = "已申请"
tone = "waiting"
""",
}


def house() -> House:
    """A house with the roles every house has."""
    return House(roles=ROLES)


def told(files: dict[str, str], at: House | None = None) -> list[str]:
    """What is wrong with these files, in English."""
    _pack, problems = read(files, at or house())
    return [problem.text("en") for problem in problems]


def changed(old: str, new: str, file: str = "records/leave.toml") -> dict[str, str]:
    """The small pack with one thing written otherwise."""
    assert old in SMALL[file]
    return {**SMALL, file: SMALL[file].replace(old, new)}


def shipped() -> list[Path]:
    return sorted(path for path in LIBRARY.iterdir() if path.is_dir())


def test_a_small_pack_is_read() -> None:
    pack, problems = read(SMALL, house())
    assert problems == ()
    assert pack is not None
    kind = pack.kind_of("leave")
    assert kind is not None
    assert [one.key for one in kind.fields] == ["days"]
    assert kind.access.create == ("everyone",)
    assert kind.open_states == ("asked",)


def test_what_is_written_is_read_again_as_the_same_pack() -> None:
    at = house()
    for folder in [None, *shipped()]:
        files = SMALL if folder is None else archive.read_folder(folder)
        pack, _problems = read(files, at)
        assert pack is not None
        again, _problems = read(write(pack), at)
        assert again == pack
        assert differences(pack, again) == ()


@pytest.mark.parametrize("folder", shipped(), ids=lambda path: path.name)
def test_a_shipped_pack_holds_no_code(folder: Path) -> None:
    """A pack is data: that it needs none of its own is the proof that "configurable" is true."""
    for path in folder.rglob("*"):
        if path.is_file():
            where = path.relative_to(folder)
            assert str(where) == MANIFEST or path.suffix == FOLDERS.get(str(where.parent)), where
            assert "<bpmn:script" not in path.read_text("utf-8"), where


def test_everything_wrong_is_told_at_once_with_its_place() -> None:
    files = changed('type = "number"', 'type = "figure"')
    files[MANIFEST] += 'colour = "red"\n'
    files["run.py"] = "print()"
    found = told(files)
    assert any(line.startswith("pack.toml: “colour” is not known") for line in found)
    assert any(line.startswith("run.py: A pack has pack.toml") for line in found)
    assert any("records/leave.toml" in line and "figure" in line for line in found)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "There is no pack.toml"),
        ({MANIFEST: "key = "}, "not valid TOML"),
        ({MANIFEST: 'key = "Leave"\nname = "x"\nversion = "1"'}, "The key “Leave” cannot be used"),
        ({MANIFEST: SMALL[MANIFEST] + "format = 9\n"}, "asks for format 9"),
        ({MANIFEST: SMALL[MANIFEST] + 'needs = ["places"]\n'}, "“places” has to be installed first"),
        ({MANIFEST: SMALL[MANIFEST] + 'languages = ["en"]\n'}, "texts/en.toml is missing"),
        (changed('"chair"', '"king"'), "There is no role “king”"),
        (changed('"chair"', '"field.days"'), "“days” names no person"),
        (changed("string(days)", "string(hours)"), "“hours” in “title” is not there"),
        (changed("string(days)", "string(days"), "The FEEL of “title” cannot be read"),
        (changed("{n:3}", ""), "has to have {n}"),
        (changed('key = "leave"', 'key = "absence"'), "The file's name is not its key “absence”"),
        (changed('key = "asked"', 'key = "asked"\ncolour = 1'), "state 1 (asked): “colour” is not known"),
        (changed('tone = "waiting"', 'tone = "red"'), "There are: waiting"),
        (changed("required = true", "required = 'days >'"), "cannot be read"),
        (changed('key = "days"', 'key = "state"'), "“state” belongs to “record” already"),
        (changed("[[state]]", '[[button]]\nkey = "go"\nlabel = "去"\nflow = "none"\n[[state]]'), "no flow “none”"),
        (
            changed("[[state]]", '[[notice]]\nkey = "x"\non = "gone"\nto = ["chair"]\ntext = "title"\n[[state]]'),
            "no state “gone”",
        ),
        (
            changed("[[state]]", '[[related]]\nkey = "r"\nlabel = "r"\nkind = "other"\nby = "leave"\n[[state]]'),
            "no kind of record “other”",
        ),
    ],
)
def test_what_is_wrong_is_named(files: dict[str, str], words: str) -> None:
    assert any(words in line for line in told(files)), told(files)


def test_every_problem_is_told_in_chinese_too() -> None:
    _pack, problems = read(changed('"chair"', '"king"'), house())
    assert [problem.text() for problem in problems] == [
        "records/leave.toml · access：没有角色“king”。请核对代号，或在 pack.toml 里写上。"
    ]


def test_a_number_is_written_as_the_office_writes_it() -> None:
    assert numbered("访〔{year}〕{n}号", year=2026, nth=7) == "访〔2026〕7号"
    assert numbered("企{n:3}", year=2026, nth=7) == "企007"


def test_a_difference_names_the_file_and_shows_the_lines() -> None:
    found = between(SMALL, changed('label = "天数"', 'label = "请假天数"') | {"texts/en.toml": '"请假" = "Leave"\n'})
    assert [(one.file, one.change) for one in found] == [
        ("records/leave.toml", Change.CHANGED),
        ("texts/en.toml", Change.ADDED),
    ]
    assert '-label = "天数"' in found[0].lines
    assert '+label = "请假天数"' in found[0].lines


def test_a_pack_travels_as_an_archive_and_comes_out_the_same() -> None:
    assert archive.unpack(archive.packed(SMALL, "leave")) == SMALL
    assert archive.packed(SMALL, "leave") == archive.packed(dict(reversed(SMALL.items())), "leave")


def test_an_archive_made_on_a_desktop_is_read_without_what_the_desktop_adds() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for path, text in SMALL.items():
            zipped.writestr(f"leave/{path}", "\ufeff" + text)
        zipped.writestr("leave/.DS_Store", b"\xff\x00")
        zipped.writestr("__MACOSX/leave/._pack.toml", b"\xff\x00")
    assert archive.unpack(out.getvalue()) == SMALL


@pytest.mark.parametrize(
    ("data", "words"), [(b"no zip", "no zip archive"), (b"", "no zip archive")], ids=["text", "empty"]
)
def test_what_is_no_archive_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(PackError, match=words):
        archive.unpack(data)


def test_an_archive_that_grows_without_end_is_refused_before_it_is_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr(MANIFEST, "x" * (MAX_ALL + 1))
    with pytest.raises(PackError, match="Too large"):
        archive.unpack(out.getvalue())


def test_what_is_no_text_is_refused_by_name() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr(MANIFEST, b"\xff\xfe\x00")
    with pytest.raises(PackError, match=r"pack\.toml: This is no UTF-8"):
        archive.unpack(out.getvalue())


def test_rules_and_what_is_unique_name_fields_there_are() -> None:
    rule = '[[rule]]\nkey = "long"\nlabel = "太长"\nwhen = "dayz < 30"\n\n[[state]]'
    assert told(changed("[[state]]", rule)) == [
        "records/leave.toml · rule (long): “dayz” in “when” is not there. Please check the key of the field."
    ]
    assert told(changed("[[state]]", rule.replace("dayz", "days"))) == []
    assert told(changed("title =", 'unique = ["owner", "since"]\ntitle =')) == [
        "records/leave.toml · unique: There is no field “since”. Please check its key."
    ]


def test_a_proposal_becomes_a_record_that_names_both() -> None:
    matching = (
        '[[matching]]\nkey = "same"\nlabel = "同期"\nkind = "leave"\nmakes = "leave"\nown = "days"\nother = "who"\n'
    )
    reason = '[[matching.reason]]\nlabel = "同天数"\nwhen = "other.days = days"\n\n[[state]]'
    assert told(changed("[[state]]", matching + reason)) == [
        "records/leave.toml · matching (same): The field “days” is no reference to “leave”. Please check its key.",
        "records/leave.toml · matching (same): There is no field “who”. Please check its key.",
    ]

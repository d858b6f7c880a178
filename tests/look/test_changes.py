"""What changed between two versions."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from permissions.look import Line, compare

PARAGRAPHS = st.lists(st.text("一二三四五租期金年，。", min_size=1, max_size=12), max_size=8)


def sides(lines: list[Line]) -> tuple[list[str], list[str]]:
    old = ["".join(piece.text for piece in line.old) for line in lines if line.old_number]
    new = ["".join(piece.text for piece in line.new) for line in lines if line.new_number]
    return old, new


@given(PARAGRAPHS, PARAGRAPHS)
def test_no_word_of_either_version_is_lost(old: list[str], new: list[str]) -> None:
    assume(old != new)
    lines = compare("\n".join(old), "\n".join(new), keep=100)
    assert sides(lines) == (old, new)


@given(PARAGRAPHS, PARAGRAPHS)
def test_paragraphs_keep_their_numbers(old: list[str], new: list[str]) -> None:
    assume(old != new)
    lines = compare("\n".join(old), "\n".join(new), keep=100)
    assert [line.old_number for line in lines if line.old_number] == list(range(1, len(old) + 1))
    assert [line.new_number for line in lines if line.new_number] == list(range(1, len(new) + 1))


@given(PARAGRAPHS)
def test_a_text_does_not_differ_from_itself(text: list[str]) -> None:
    assert all(line.kind in {"same", "skip"} for line in compare("\n".join(text), "\n".join(text)))


def test_the_changed_words_are_marked_on_their_own_side() -> None:
    (line,) = compare("租期十年，期满优先续租。", "租期六年，期满可续租一次。")
    assert line.kind == "changed"
    assert [piece.text for piece in line.old if piece.changed] == ["十", "优先"]
    assert [piece.text for piece in line.new if piece.changed] == ["六", "可", "一次"]


def test_long_equal_stretches_are_folded() -> None:
    text = [f"第 {n} 段不变。" for n in range(10)]
    lines = compare("\n".join(text), "\n".join([*text, "新增一段。"]))
    assert [line.kind for line in lines] == ["skip", "same", "added"]
    assert lines[0].count == 9

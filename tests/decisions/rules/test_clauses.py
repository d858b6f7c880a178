"""Clauses keep their identity through edits, and a comparison says what happened to each (R9)."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.rules.clauses import Change, Clause, compare, identified, read

IDS = [f"{number:08x}" for number in range(1, 9)]
words = st.text(alphabet="租期年金付六十条。", max_size=6)
typed = st.lists(st.builds(Clause, st.just(""), words, words), max_size=6)


@st.composite
def texts(draw: st.DrawFn) -> tuple[Clause, ...]:
    """Clauses in any order, each with an id of its own."""
    ids = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=6))
    return tuple(Clause(one, draw(words), draw(words)) for one in ids)


def made(*pairs: tuple[str, str]) -> tuple[Clause, ...]:
    return tuple(Clause("", title, body) for title, body in pairs)


@given(typed, texts())
def test_every_clause_gets_one_id_of_its_own_and_the_same_each_time(
    clauses: list[Clause], before: tuple[Clause, ...]
) -> None:
    found = identified(clauses, before)
    assert [clause.words for clause in found] == [clause.words for clause in clauses]
    ids = [clause.id for clause in found]
    assert len(set(ids)) == len(ids)
    assert found == read(clause.to_json() for clause in found)
    assert identified(clauses, before) == found
    assert identified(found, before) == found


@given(texts())
def test_an_unchanged_text_keeps_its_ids_though_it_comes_without_them(text: tuple[Clause, ...]) -> None:
    bare = [Clause("", clause.title, clause.body) for clause in text]
    found = identified(bare, text)
    assert {clause.id for clause in found} == {clause.id for clause in text}
    assert all(change.change is Change.SAME for change in compare(text, found))


def test_a_clause_keeps_its_id_when_its_body_its_title_or_its_place_changes() -> None:
    first = identified(made(("范围", "原镇粮站 11.6 亩。"), ("租期", "租期十年。"), ("解释", "由平台公司解释。")))
    again = identified(
        made(("租赁期限", "租期十年。"), ("范围", "原镇粮站 11.6 亩及 3 栋库房。"), ("收益", "四六分享。")), first
    )
    assert [clause.id for clause in again[:2]] == [first[1].id, first[0].id]
    assert again[2].id not in {clause.id for clause in first}


def test_a_clause_reworded_in_title_and_body_is_found_by_likeness() -> None:
    first = identified(made(("租期与租金", "租期十年，期满优先续租。"), ("解释", "由平台公司解释。")))
    again = identified(made(("租期和租金", "租期六年，期满可优先续租。"), ("生态", "雨污分流。")), first)
    assert again[0].id == first[0].id
    assert again[1].id != first[1].id


@pytest.mark.parametrize("forged", ["", "1", "zzzzzzzz", "<script>", "0123456789", None, 7])
def test_what_is_no_id_counts_as_none(forged: object) -> None:
    assert read([{"id": forged, "title": "范围", "body": ""}])[0].id == ""


def test_two_clauses_never_share_an_id_that_was_sent_twice() -> None:
    found = identified([Clause(IDS[0], "甲", ""), Clause(IDS[0], "乙", "")])
    assert found[0].id == IDS[0]
    assert found[1].id != IDS[0]


@given(texts(), texts())
def test_a_comparison_accounts_for_every_clause_of_both_texts(old: tuple[Clause, ...], new: tuple[Clause, ...]) -> None:
    rows = compare(old, new)
    assert [row.new for row in rows if row.new] == list(new)
    assert {row.old.id for row in rows if row.old} == {clause.id for clause in old}
    for row in rows:
        assert (row.old_number is None) == (row.old is None)
        assert row.old is None or old[(row.old_number or 0) - 1] == row.old
        assert row.new is None or new[(row.new_number or 0) - 1] == row.new
        kind = {
            (False, True): Change.ADDED,
            (True, False): Change.REMOVED,
        }.get((row.old is not None, row.new is not None))
        if row.old and row.new:
            assert row.old.id == row.new.id
            kind = Change.SAME if row.old.words == row.new.words else Change.CHANGED
        assert row.change is kind


@given(texts(), texts())
def test_as_few_clauses_as_possible_count_as_moved(old: tuple[Clause, ...], new: tuple[Clause, ...]) -> None:
    places = [row.old_number or 0 for row in compare(old, new) if row.old and row.new]
    moved = sum(row.moved for row in compare(old, new))
    longest = max(
        (size for size in range(len(places) + 1) for run in combinations(places, size) if list(run) == sorted(run)),
        default=0,
    )
    assert moved == len(places) - longest


def test_a_removed_clause_is_shown_where_it_stood() -> None:
    text = identified(made(("甲", "1"), ("乙", "2"), ("丙", "3")))
    rows = compare(text, (text[0], text[2]))
    assert [(row.change, row.old_number, row.new_number) for row in rows] == [
        (Change.SAME, 1, 1),
        (Change.REMOVED, 2, None),
        (Change.SAME, 3, 2),
    ]

"""Two people edit one plan at once: nothing is lost, and only what both changed differently has to be settled."""

from hypothesis import given
from hypothesis import strategies as st

from decisions.rules.clauses import Clause
from decisions.rules.merging import Merge, Source, merge

IDS = [f"{number:08x}" for number in range(1, 7)]
words = st.sampled_from(["十年", "六年", "八年"])
Text = tuple[Clause, ...]


@st.composite
def texts(draw: st.DrawFn) -> Text:
    ids = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=6))
    return tuple(Clause(one, draw(words), draw(words)) for one in ids)


def clause(one: int, title: str = "租期", body: str = "十年") -> Clause:
    return Clause(IDS[one], title, body)


def one_by_id(text: Text) -> dict[str, tuple[str, str]]:
    return {found.id: found.words for found in text}


@given(texts(), texts())
def test_where_only_one_side_changed_its_text_is_taken_whole_and_without_conflict(base: Text, changed: Text) -> None:
    for found in (merge(base, changed, base), merge(base, base, changed), merge(base, changed, changed)):
        assert found.text == changed
        assert found.conflicts == ()
        assert found.order is not Source.CONFLICT


@given(texts(), texts(), texts())
def test_a_conflict_is_exactly_what_both_changed_differently(base: Text, mine: Text, theirs: Text) -> None:
    """Against the table of cases, clause by clause and field by field."""
    found = merge(base, mine, theirs)
    was, my, their = one_by_id(base), one_by_id(mine), one_by_id(theirs)
    expected = set()
    for one in was.keys() | my.keys() | their.keys():
        if my.get(one) == their.get(one) or was.get(one) in (my.get(one), their.get(one)):
            continue
        three = (was.get(one), my.get(one), their.get(one))
        if None in three:
            expected.add(one)
            continue
        for before, here, there in zip(*three, strict=True):  # type: ignore[arg-type]
            if here != there and before not in (here, there):
                expected.add(one)
    assert {row.id for row in found.conflicts} == expected


@given(texts(), texts(), texts())
def test_nothing_either_of_them_wrote_is_lost(base: Text, mine: Text, theirs: Text) -> None:
    found = merge(base, mine, theirs)
    assert len({row.id for row in found.rows}) == len(found.rows)
    assert {row.mine for row in found.rows} - {None} == set(mine)
    assert {row.theirs for row in found.rows} - {None} == set(theirs)
    assert {row.base for row in found.rows} - {None} == set(base)
    was, result = one_by_id(base), one_by_id(found.text)
    for text, other in ((mine, one_by_id(theirs)), (theirs, one_by_id(mine))):
        for written in text:
            if written.words != was.get(written.id) and other.get(written.id) == was.get(written.id):
                assert result[written.id] == written.words
    for row in found.conflicts:
        assert row.result is not None, "in a conflict nothing is removed by itself"
        assert row.mine is None or row.result == row.mine


@given(texts(), texts(), texts())
def test_it_does_not_matter_who_was_first_but_for_what_is_settled_by_hand(base: Text, mine: Text, theirs: Text) -> None:
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert {row.id for row in one.conflicts} == {row.id for row in other.conflicts}
    settled = {row.id for row in one.conflicts}
    assert {k: v for k, v in one_by_id(one.text).items() if k not in settled} == {
        k: v for k, v in one_by_id(other.text).items() if k not in settled
    }
    assert (one.order is Source.CONFLICT) == (other.order is Source.CONFLICT)


@given(texts(), texts(), texts())
def test_merging_the_merged_again_changes_nothing(base: Text, mine: Text, theirs: Text) -> None:
    text = merge(base, mine, theirs).text
    assert merge(theirs, text, theirs).text == text


def source(found: Merge, one: int) -> Source:
    return next(row.source for row in found.rows if row.id == IDS[one])


def test_title_by_one_and_body_by_the_other_go_together() -> None:
    found = merge((clause(0),), (clause(0, title="租赁期限"),), (clause(0, body="六年"),))
    assert source(found, 0) is Source.BOTH
    assert found.text == (clause(0, "租赁期限", "六年"),)


def test_a_clause_one_removed_and_the_other_changed_stays_until_it_is_settled() -> None:
    base = (clause(0), clause(1))
    mine, theirs = (clause(0),), (clause(0), clause(1, body="六年"))
    found = merge(base, mine, theirs)
    assert source(found, 1) is Source.CONFLICT
    assert found.text == theirs
    assert merge(base, theirs, mine).text == theirs


def test_new_clauses_of_both_stand_after_the_ones_they_were_written_after() -> None:
    base = (clause(0), clause(1))
    found = merge(base, (clause(0), clause(2, "甲"), clause(1)), (clause(0), clause(1), clause(3, "乙")))
    assert [row.id for row in found.rows] == [IDS[0], IDS[2], IDS[1], IDS[3]]
    assert found.conflicts == ()


def test_one_moved_a_clause_while_the_other_changed_it() -> None:
    base = (clause(0), clause(1), clause(2))
    found = merge(base, (clause(2), clause(0), clause(1)), (clause(0), clause(1), clause(2, body="六年")))
    assert found.text == (clause(2, body="六年"), clause(0), clause(1))
    assert (found.order, found.conflicts) == (Source.MINE, ())


def test_both_moved_clauses_differently() -> None:
    base = (clause(0), clause(1), clause(2))
    theirs = (clause(1), clause(0), clause(2))
    found = merge(base, (clause(2), clause(0), clause(1)), theirs)
    assert found.order is Source.CONFLICT
    assert found.text == theirs

"""The planning room with everybody at it at once, on real PostgreSQL: nothing is done twice and no word is lost."""

from functools import partial

import pytest

from decisions.actions import items as act
from decisions.models import ClauseComment, Plan, Suggestion, WordingContest
from decisions.rules.clauses import read
from decisions.rules.merging import merge
from decisions.selectors.plans import clauses_of, versions
from permissions import audit
from permissions.errors import ApplicationError, Conflict
from tests.cast import build
from tests.decisions.items.conftest import Hand, configure
from tests.decisions.items.test_concurrency import at_once
from tests.decisions.planning.conftest import Table

ROUNDS = 8
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def table(transactional_db: None) -> Table:
    """As everywhere, committed for real, so that threads see it."""
    cast = build()
    configure()
    hand = Hand(cast)
    return Table(hand, hand.planned())


def test_what_is_sent_twice_at_once_is_there_once(table: Table) -> None:
    for number in range(ROUNDS):
        sends = [
            partial(table.comment, f"第 {number} 点。"),
            partial(table.suggest, f"租期 {number} 年。"),
            partial(table.alternative, f"备选 {number}"),
        ]
        outcomes = at_once(*sends, *sends)
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
        one = Plan.objects.get(item=table.item, title=f"备选 {number}")
        act.plan_withdraw(actor=table.writer, item_id=table.item.pk, plan_id=one.pk, reason="试过。")
    assert ClauseComment.objects.count() == ROUNDS
    assert sorted(Suggestion.objects.values_list("number", flat=True)) == list(range(1, ROUNDS + 1))
    assert list(Plan.objects.filter(item=table.item).values_list("order", flat=True)) == list(range(1, ROUNDS + 2))
    assert list(audit.verify()) == []


def test_one_suggestion_accepted_by_both_sides_at_once_makes_one_version(table: Table) -> None:
    for number in range(ROUNDS):
        row = table.suggest(f"租期 {number} 年整。")
        outcomes = at_once(partial(table.accept, row), partial(table.accept, row, by=table.other_writer))
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
        row.refresh_from_db()
        assert row.made_version == table.plan.version == number + 2


def test_accepted_and_declined_at_once_one_of_them_holds(table: Table) -> None:
    for number in range(ROUNDS):
        row = table.suggest(f"租期 {number} 年整。")
        decline = partial(
            act.suggestion_decline,
            actor=table.other_writer,
            item_id=table.item.pk,
            suggestion_id=row.pk,
            answer="已议定。",
        )
        outcomes = at_once(partial(table.accept, row), decline)
        assert sum(isinstance(outcome, ApplicationError) for outcome in outcomes) == 1, outcomes
        row.refresh_from_db()
        assert (row.made_version is not None) is (row.state == Suggestion.State.ACCEPTED)


def test_of_two_writers_at_once_the_second_merges_and_no_clause_is_lost(table: Table) -> None:
    for number in range(ROUNDS):
        plan = table.plan
        texts = [[clause.to_json() for clause in clauses_of(plan)] for _writer in range(2)]
        texts[0][0]["body"], texts[1][1]["body"] = f"范围 {number}", f"租期 {number}"
        saves = [
            partial(act.plan_save, actor=who, item_id=table.item.pk, clauses=text, base_version=plan.version)
            for who, text in zip((table.writer, table.other_writer), texts, strict=True)
        ]
        outcomes = at_once(*saves)
        (refused,) = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
        merged = merge(*(read(refused.data[name]) for name in ("base", "mine", "theirs")))
        assert merged.conflicts == ()
        act.plan_save(
            actor=table.writer,
            item_id=table.item.pk,
            clauses=[clause.to_json() for clause in merged.text],
            base_version=refused.data["version"],
        )
        assert [clause.body for clause in clauses_of(table.plan)] == [f"范围 {number}", f"租期 {number}"]
    assert [version.number for version in versions(table.plan)] == list(range(1 + 2 * ROUNDS, 0, -1))


def test_contested_and_withdrawn_at_once_the_count_follows_what_stands(table: Table) -> None:
    for number in range(ROUNDS):
        plan = table.write(f"租期为十年{'。' * (number + 1)}", "wording")
        contest = partial(
            act.wording_contest,
            actor=table.hand.cast.town_secretary,
            item_id=table.item.pk,
            plan_id=plan.pk,
            version=plan.version,
            why="改变了起算。",
        )
        first, second = at_once(contest, contest)
        assert isinstance(first, WordingContest), first
        assert first == second
        withdraw = partial(
            act.wording_contest_withdraw,
            actor=table.hand.cast.town_secretary,
            item_id=table.item.pk,
            contest_id=first.pk,
        )
        at_once(withdraw, withdraw, partial(table.comment, f"第 {number} 次。"))
        assert table.plan.substantive_version == 1
        assert not WordingContest.objects.filter(withdrawn_at__isnull=True).exists()

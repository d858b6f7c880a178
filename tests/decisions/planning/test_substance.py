"""Substance runs the procedure again, wording does not, and the other side has a word in which it was (R29)."""

import pytest
from django.db import IntegrityError, InternalError, transaction

from decisions.actions import items as act
from decisions.models import WordingContest
from decisions.selectors.items import asked_again, asked_for_opinion, review_outdated, substance_words, tabling_blocks
from decisions.selectors.items.story import words_of
from decisions.selectors.plans import opinions_outdated, versions
from permissions.errors import Denied, Hidden, Invalid, WrongState
from permissions.models import User
from tests.decisions.items.conftest import Hand, logged, waits_for
from tests.decisions.planning.conftest import Table


def contest(table: Table, version: int = 2, by: User | None = None, why: str = "改变了起算。") -> WordingContest:
    return act.wording_contest(
        actor=by or table.hand.cast.town_secretary,
        item_id=table.item.pk,
        plan_id=table.plan.pk,
        version=version,
        why=why,
    )


def withdraw(table: Table, row: WordingContest, by: User | None = None) -> WordingContest:
    who = by or table.hand.cast.town_secretary
    return act.wording_contest_withdraw(actor=who, item_id=table.item.pk, contest_id=row.pk)


def close(table: Table) -> None:
    act.opinions_close(actor=table.hand.cast.zone_secretary, item_id=table.item.pk)


def test_r29_a_change_of_substance_after_opinions_were_asked_asks_them_again(table: Table) -> None:
    table.write("租期六年。")
    table.hand.review(table.item)
    assert asked_again(table.item) == ["opinions"], "the review read the new version, the opinions did not"
    close(table)
    assert waits_for(table.item) == {"plan"}
    assert logged(table.item, "opinions_close")[-1].data["opinions_outdated"] is True


def test_r29_a_passing_review_does_not_carry_it_past_opinions_that_are_asked_again(table: Table) -> None:
    table.write("租期六年。")
    close(table)
    table.hand.review(table.item)
    assert waits_for(table.item) == {"plan"}


def test_r29_a_change_of_wording_runs_nothing_again(table: Table) -> None:
    table.hand.review(table.item)
    table.write("租期为十年。", "wording")
    assert asked_again(table.item) == []
    close(table)
    assert waits_for(table.item) == {"table"}


def test_r29_who_gave_an_opinion_is_asked_again_after_a_change_of_substance(table: Table) -> None:
    member = table.hand.cast.town_member
    act.opinion_add(actor=member, item_id=table.item.pk, text="同意。")
    assert table.item not in asked_for_opinion(member)
    table.write("租期为十年。", "wording")
    assert table.item not in asked_for_opinion(member)
    table.write("租期六年。")
    assert table.item in asked_for_opinion(member)


def test_r29_the_log_says_what_a_change_makes_run_again(table: Table) -> None:
    assert "again" not in logged(table.item, "plan_save")[0].data
    table.hand.review(table.item)
    table.write("租期六年。")
    assert logged(table.item, "plan_save")[-1].data["again"] == ["legality", "opinions"]
    assert substance_words(table.item)
    table.write("租期为六年。", "wording")
    assert "again" not in logged(table.item, "plan_save")[-1].data


def test_r29_before_opinions_are_asked_substance_has_no_consequence(hand: Hand) -> None:
    item = hand.confirmed()
    hand.write(item)
    hand.write(item, "租期六年。", base=1)
    assert substance_words(item) == []
    assert asked_again(item) == []


def test_r29_contested_wording_counts_as_substance_until_the_contest_is_withdrawn(table: Table) -> None:
    table.hand.review(table.item)
    table.write("租期为十年。", "wording")
    row = contest(table)
    assert table.plan.substantive_version == 2
    assert review_outdated(table.item)
    assert opinions_outdated(table.item)
    assert [version.counts_as_substance for version in versions(table.plan)] == [True, True]
    withdraw(table, row)
    assert table.plan.substantive_version == 1
    assert asked_again(table.item) == []
    assert [version.counts_as_substance for version in versions(table.plan)] == [False, True]


def test_r29_only_a_secretary_of_the_other_side_contests(table: Table) -> None:
    table.write("租期为十年。", "wording")
    with pytest.raises(Denied) as own:
        contest(table, by=table.hand.cast.zone_secretary)
    assert own.value.code == "own_side"
    for user in (table.hand.cast.town_chair, table.hand.cast.town_member, table.hand.cast.admin):
        with pytest.raises((Denied, Hidden)):
            contest(table, by=user)
    row = contest(table)
    with pytest.raises(Denied) as other:
        withdraw(table, row, by=table.hand.cast.zone_secretary)
    assert other.value.code == "other_side"


def test_contested_twice_it_is_contested_once_and_logged_with_the_reason(table: Table) -> None:
    table.write("租期为十年。", "wording")
    row = contest(table)
    assert contest(table, why="再说一次。") == row
    (event,) = logged(table.item, "wording_contest")
    assert words_of("wording_contest", event.data) == (
        "对修改性质提出异议",
        "洪林镇党委；第 2 版按实质性修改对待；改变了起算。",
    )
    for _again in range(2):
        withdraw(table, row)
    assert len(logged(table.item, "wording_contest_withdraw")) == 1
    assert contest(table) != row, "withdrawn, it can be contested anew"


def test_a_contest_needs_a_reason_a_version_and_a_declaration_of_wording(table: Table) -> None:
    table.write("租期为十年。", "wording")
    with pytest.raises(Invalid):
        contest(table, why=" ")
    with pytest.raises(Invalid):
        contest(table, version=9)
    with pytest.raises(WrongState) as refusal:
        contest(table, version=1)
    assert refusal.value.code == "not_wording"


def test_a_withdrawn_contest_stays_as_it_was(table: Table) -> None:
    table.write("租期为十年。", "wording")
    row = withdraw(table, contest(table))
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        WordingContest.objects.filter(pk=row.pk).update(withdrawn_at=None, withdrawn_by=None)


def test_r29_a_contest_at_tabling_blocks_it_and_the_item_goes_back_to_planning(table: Table) -> None:
    table.hand.review(table.item)
    table.write("租期为十年。", "wording")
    close(table)
    assert waits_for(table.item) == {"table"}
    secretary = table.hand.cast.town_secretary
    with pytest.raises(WrongState) as refusal:
        act.plan_again(actor=secretary, item_id=table.item.pk)
    assert refusal.value.code == "not_outdated"
    contest(table)
    assert {"R4", "R29"} <= {block.rule for block in tabling_blocks(table.item)}
    with pytest.raises(Denied):
        act.plan_again(actor=table.writer, item_id=table.item.pk)
    act.plan_again(actor=secretary, item_id=table.item.pk)
    assert waits_for(table.item) == {"plan"}
    assert logged(table.item, "plan_again")[0].data == {"review": True, "opinions": True}
    with pytest.raises(WrongState):
        act.plan_again(actor=secretary, item_id=table.item.pk)

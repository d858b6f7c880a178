"""Two or more plans tabled together (R9): added, named, written, reviewed and withdrawn, each with its own versions."""

import pytest
from django.db import IntegrityError, transaction

from decisions.actions import items as act
from decisions.models import Item, Plan
from decisions.selectors.items import review_outdated, tabling_blocks
from decisions.selectors.plans import clauses_of, main_plan, plans_of, versions_of
from permissions.errors import Conflict, Denied, Hidden, Invalid, WrongState
from tests.decisions.items.conftest import Hand, logged, waits_for
from tests.decisions.planning.conftest import Table


def test_r9_two_plans_stand_side_by_side_each_with_its_own_versions(table: Table) -> None:
    other = table.alternative()
    assert [plan.order for plan in plans_of(table.item)] == [1, 2]
    assert other.clauses == [clause.to_json() for clause in clauses_of(table.plan)]
    act.plan_save(
        actor=table.writer,
        item_id=table.item.pk,
        plan_id=other.pk,
        clauses=[{"title": "租期", "body": "两期各三年。"}],
        base_version=1,
    )
    assert dict(versions_of(table.item)) == {table.plan.pk: 1, other.pk: 2}
    assert table.plan.version == 1
    assert Plan.history.filter(id=other.pk).values("version").distinct().count() == 2


def test_r9_the_main_plan_is_the_items_plan_prefetched_or_not(table: Table) -> None:
    table.alternative()
    fetched = Item.objects.prefetch_related("plans").get(pk=table.item.pk)
    assert fetched.plan == table.item.plan == main_plan(fetched) == table.plan
    assert [plan.order for plan in plans_of(fetched)] == [1, 2]
    assert Item.objects.exclude(plans__isnull=False).first() is None


def test_an_item_without_a_plan_has_no_main_plan_and_no_alternative(hand: Hand) -> None:
    item = hand.confirmed()
    assert item.plan is None
    assert plans_of(item) == []
    with pytest.raises(WrongState) as refusal:
        act.plan_add(actor=hand.proposer, item_id=item.pk, title="分期出租")
    assert refusal.value.code == "no_plan"


def test_the_same_alternative_sent_twice_is_one_and_is_logged_once(table: Table) -> None:
    assert table.alternative() == table.alternative()
    (event,) = logged(table.item, "plan_add")
    assert (event.data["plan"], event.data["title"], event.data["version"]) == (2, "分期出租", 1)


def test_a_name_that_another_plan_has_is_refused(table: Table) -> None:
    table.alternative()
    with pytest.raises(Conflict) as taken:
        table.alternative(by=table.writer)
    assert taken.value.code == "title_taken"
    with pytest.raises(Conflict):
        act.plan_rename(actor=table.writer, item_id=table.item.pk, plan_id=table.plan.pk, title="分期出租")


@pytest.mark.parametrize("title", ["", "  ", "长" * 41, "\x00"])
def test_an_alternative_needs_a_name_of_a_few_characters(table: Table, title: str) -> None:
    with pytest.raises(Invalid) as refusal:
        table.alternative(title)
    assert "title" in refusal.value.fields


def test_members_add_no_alternatives(table: Table) -> None:
    for user in (table.hand.cast.town_member, table.hand.cast.town_secretary, table.hand.cast.auditor):
        with pytest.raises(Denied):
            table.alternative(by=user)
    with pytest.raises(Hidden):
        table.alternative(by=table.hand.cast.outsider)


def test_there_are_at_most_nine_plans(table: Table) -> None:
    for number in range(2, 10):
        table.alternative(f"方案 {number}")
    with pytest.raises(WrongState) as refusal:
        table.alternative("再一个")
    assert refusal.value.code == "too_many_plans"


def test_no_alternative_is_added_once_opinions_are_closed(table: Table) -> None:
    act.opinions_close(actor=table.hand.cast.town_secretary, item_id=table.item.pk)
    with pytest.raises(WrongState, match="备选方案"):
        table.alternative()


def test_a_withdrawn_alternative_keeps_its_number_its_words_and_its_reason(table: Table) -> None:
    other = table.alternative()
    for _again in range(2):
        act.plan_withdraw(actor=table.writer, item_id=table.item.pk, plan_id=other.pk, reason="双方已一致。")
    other.refresh_from_db()
    assert (other.withdrawn_by, other.withdrawn_why) == (table.writer, "双方已一致。")
    assert plans_of(table.item) == [table.plan]
    assert len(logged(table.item, "plan_withdraw")) == 1
    assert Plan.history.filter(id=other.pk, withdrawn_at__isnull=False).count() == 1
    with pytest.raises(WrongState) as gone:
        act.plan_save(
            actor=table.writer, item_id=table.item.pk, plan_id=other.pk, clauses=other.clauses, base_version=1
        )
    assert gone.value.code == "plan_withdrawn"
    assert table.alternative().order == 3, "a number is not given twice"


def test_an_alternative_is_withdrawn_only_with_a_reason_and_the_main_plan_never(table: Table) -> None:
    other = table.alternative()
    with pytest.raises(Invalid):
        act.plan_withdraw(actor=table.writer, item_id=table.item.pk, plan_id=other.pk, reason=" ")
    with pytest.raises(WrongState) as refusal:
        act.plan_withdraw(actor=table.writer, item_id=table.item.pk, plan_id=table.plan.pk, reason="不办了。")
    assert refusal.value.code == "main_plan"
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=table.plan.pk).update(
            withdrawn_at=table.plan.saved_at, withdrawn_by=table.writer, withdrawn_why="不办了。"
        )


def test_r9_no_two_plans_of_an_item_have_one_number(table: Table) -> None:
    other = table.alternative()
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=other.pk).update(order=1)


def test_a_plan_is_named_and_the_name_is_in_the_log(table: Table) -> None:
    for _again in range(2):
        act.plan_rename(actor=table.writer, item_id=table.item.pk, plan_id=table.plan.pk, title=" 整体 出租 ")
    (event,) = logged(table.item, "plan_rename")
    assert (event.data["old"], event.data["new"]) == ("", "整体 出租")
    assert table.plan.name == "方案一 · 整体 出租"


def test_a_plan_of_another_item_is_not_reached_through_this_one(table: Table) -> None:
    foreign = table.hand.planned().plan
    assert foreign is not None
    with pytest.raises(Invalid):
        act.plan_withdraw(actor=table.writer, item_id=table.item.pk, plan_id=foreign.pk, reason="不办了。")


def test_r9_the_review_covers_every_plan_that_stands(table: Table) -> None:
    other = table.alternative()
    with pytest.raises(Conflict):
        act.legality_give(
            actor=table.hand.cast.legal, item_id=table.item.pk, ok=True, text="可行。", plan_version=1, versions={}
        )
    review = act.legality_give(
        actor=table.hand.cast.legal,
        item_id=table.item.pk,
        ok=True,
        text="可行。",
        plan_version=1,
        versions={other.pk: 1},
    )
    assert review.versions == {str(other.pk): 1}
    assert not review_outdated(table.item)
    table.alternative("第三个方案")
    assert review_outdated(table.item), "a plan the review has not read"


def test_r29_an_alternative_added_during_consultation_runs_it_again(table: Table) -> None:
    other = table.alternative()
    table.hand.review(table.item)
    act.opinions_close(actor=table.hand.cast.town_secretary, item_id=table.item.pk)
    assert waits_for(table.item) == {"plan"}
    act.plan_finish(actor=table.writer, item_id=table.item.pk)
    other.refresh_from_db()
    assert (other.asked_version, table.plan.asked_version) == (1, 1)
    table.hand.review(table.item)
    act.opinions_close(actor=table.hand.cast.town_secretary, item_id=table.item.pk)
    assert waits_for(table.item) == {"table"}
    assert not [block for block in tabling_blocks(table.item) if block.rule in {"R4", "R29"}]


def test_a_withdrawn_alternative_needs_no_review(table: Table) -> None:
    other = table.alternative()
    act.plan_withdraw(actor=table.writer, item_id=table.item.pk, plan_id=other.pk, reason="双方已一致。")
    table.hand.review(table.item)
    act.opinions_close(actor=table.hand.cast.town_secretary, item_id=table.item.pk)
    assert waits_for(table.item) == {"table"}

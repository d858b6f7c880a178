"""No change and no stop without procedure; an urgent suspension by a head, then the procedure (R37)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from decisions.actions import after as act
from decisions.actions import items as item_act
from decisions.actions.after.duties import _revise
from decisions.models import Item, Suspension
from decisions.policies.access import covered_title
from decisions.selectors.after import duties
from decisions.selectors.after.page import after_of
from permissions.models import AuditEvent
from tests.decisions.after.conftest import After, later, logged, today
from workflows import clock
from workflows.actions import case_start

pytestmark = pytest.mark.django_db
Refused = Callable[..., Any]


def suspend(room: After, item: Item, reason: str = "施工发现文物") -> Suspension:
    return act.execution_suspend(actor=room.cast.town_chair, item_id=item.pk, reason=reason)


def revise(room: After, item: Item, purpose: str = "change", reason: str = "文物须避让") -> Item:
    return act.item_revise(actor=room.cast.zone_proposer, item_id=item.pk, purpose=purpose, reason=reason)


def decide(room: After, new: Item) -> Item:
    """Take a revising item the whole way to both signatures."""
    case = case_start(
        actor=room.cast.zone_proposer,
        definition="joint_decision",
        subject=new.subject,
        title=new.title,
        variables={"proposer": room.cast.zone_proposer.username, "subject": new.subject},
    )
    Item.objects.filter(pk=new.pk).update(case=case, status="running", submitted_at=clock.now())
    new.refresh_from_db()
    new.plans.create(version=1, substantive_version=1, saved_by=room.cast.zone_proposer, saved_at=clock.now())
    room._walk(
        new,
        ("decisions.draft", room.cast.zone_proposer, {}),
        ("decisions.confirm", room.cast.town_secretary, {"town_confirmed": True}),
        ("decisions.confirm", room.cast.zone_secretary, {"zone_confirmed": True}),
    )
    return room.signed(room.plan_again(new))


def test_r37_a_head_suspends_at_once_and_reports_stop(room: After, refused: Refused) -> None:
    item = room.handed_over()
    row = suspend(room, item)
    assert row.due == today() + timedelta(days=15)
    assert suspend(room, item, "又一次") == row
    with refused("execution_suspended"):
        act.execution_report(actor=room.cast.zone_member, item_id=item.pk, text="在办。", percent=20)
    assert logged(item, "execution_suspend")[0].data["reason"] == "施工发现文物"
    with pytest.raises(DatabaseError), transaction.atomic():
        Suspension.objects.filter(pk=row.pk).update(reason="别的理由")


def test_r37_only_a_head_suspends_and_says_why(room: After, refused: Refused) -> None:
    item = room.handed_over()
    with refused("role"):
        act.execution_suspend(actor=room.cast.town_member, item_id=item.pk, reason="停")
    with refused("role"):
        act.execution_suspend(actor=room.cast.town_secretary, item_id=item.pk, reason="停")
    with refused("invalid"):
        suspend(room, item, " ")


def test_an_item_that_is_not_decided_is_not_suspended(room: After, refused: Refused) -> None:
    with refused("not_decided"):
        suspend(room, room.item())


def test_a_suspended_decision_is_not_handed_over(room: After, refused: Refused) -> None:
    item = room.signed()
    suspend(room, item)
    with refused("execution_suspended"):
        room.handed_over(item)


def test_r37_the_procedure_must_follow_and_is_overdue_after_its_day(room: After) -> None:
    item = room.handed_over()
    suspend(room, item)

    def owed() -> list[bool]:
        return [duty.overdue for duty in duties([item.pk]) if duty.kind == "suspension"]

    assert owed() == [False]
    with clock.at(later(days=16)):
        assert owed() == [True]
    new = revise(room, item)
    assert owed() == [False], "a draft is no procedure"
    Item.objects.filter(pk=new.pk).update(status="running", submitted_at=clock.now())
    assert owed() == []


def test_a_head_lifts_it_with_a_reason_and_it_goes_on(room: After, refused: Refused) -> None:
    item = room.handed_over()
    with refused("not_suspended"):
        act.suspension_lift(actor=room.cast.zone_chair, item_id=item.pk, reason="已勘查")
    suspend(room, item)
    with refused("invalid"):
        act.suspension_lift(actor=room.cast.zone_chair, item_id=item.pk, reason="")
    row = act.suspension_lift(actor=room.cast.zone_chair, item_id=item.pk, reason="已勘查，无文物")
    assert act.suspension_lift(actor=room.cast.zone_chair, item_id=item.pk, reason="又说") == row
    assert len(logged(item, "suspension_lift")) == 1
    act.execution_report(actor=room.cast.zone_member, item_id=item.pk, text="在办。", percent=20)


def test_r37_changing_begins_with_a_new_item_that_goes_back_to_the_old_one(room: After, refused: Refused) -> None:
    item = room.handed_over()
    new = revise(room, item)
    assert (new.purpose, new.origin, new.status) == ("change", item, "draft")
    assert new.title.startswith("关于变更“")
    assert len(new.title) <= 40
    assert revise(room, item) == new
    with refused("revision_under_way"):
        act.item_revise(actor=room.cast.town_proposer, item_id=item.pk, purpose="stop", reason="不办了")
    assert logged(item, "item_revise")[0].data["purpose"] == "change"
    assert AuditEvent.objects.filter(subject=new.subject, verb="item_draft_save").count() == 1
    room.execution(item).refresh_from_db()
    assert room.execution(item).stopped_at is None, "what was decided stands until the new item is decided"


@pytest.mark.parametrize("purpose", ["change", "stop"])
def test_r37_once_decided_the_old_execution_ends(room: After, purpose: str) -> None:
    item = room.handed_over()
    suspend(room, item)
    new = decide(room, revise(room, item, purpose))
    execution = room.execution(item)
    assert execution.stopped_by == new
    assert Suspension.objects.get(item=item).ended_by == new
    told = logged(item, "decision_revised")[0].data
    assert (told["purpose"], told["title"]) == (purpose, new.title)


def test_what_is_not_decided_is_not_revised(room: After, refused: Refused) -> None:
    with refused("not_decided"):
        revise(room, room.item())
    with refused("invalid"):
        revise(room, room.signed(), "forget")
    with refused("role"):
        act.item_revise(actor=room.cast.town_chair, item_id=Item.objects.latest("pk").pk, purpose="stop", reason="停")


def test_r38_a_personnel_decision_is_not_changed_but_reconsidered(room: After, refused: Refused) -> None:
    item = room.signed(room.item("干部交流", kind="personnel", people=["人选甲"]))
    for purpose in ("change", "stop"):
        with refused("by_reconsideration"):
            revise(room, item, purpose)
    with refused("not_agreed"):
        revise(room, item, "reconsider")


def test_a_draft_that_revises_keeps_its_purpose_when_it_is_saved(room: After) -> None:
    new = revise(room, room.handed_over())
    data = {"title": new.title, "matter_type": "project", "amount": "", "summary": "改期。", "co_proposers": []}
    saved = item_act.item_draft_save(actor=room.cast.zone_proposer, data=data, item_id=new.pk)
    assert (saved.purpose, saved.origin_id) == ("change", new.origin_id)


def test_r40_a_revision_is_as_confidential_as_what_it_revises_and_neither_names_the_other(
    room: After, refused: Refused
) -> None:
    item = room.handed_over()
    new = revise(room, item)
    secret = "企业收购谈判底价"
    marks = {"confidential": Item.Grade.BUSINESS, "confidential_reason": "报价未公开"}
    Item.objects.filter(pk=new.pk).update(title=secret, status=Item.Status.RUNNING, submitted_at=clock.now(), **marks)
    with refused("revision_under_way", covered_title()) as found:
        act.item_revise(actor=room.cast.town_proposer, item_id=item.pk, purpose="stop", reason="不办了")
    assert secret not in str(found.value)
    item, new = Item.objects.get(pk=item.pk), Item.objects.get(pk=new.pk)
    assert after_of(item, room.cast.zone_member).successors == []
    assert after_of(item, room.cast.town_secretary).successors == [new]

    _revise(new, room.cast.town_secretary)
    assert logged(item, "decision_revised")[0].data["title"] == "", (
        "who reads the decision need not know what changed it"
    )

    Item.objects.filter(pk=item.pk).update(**marks)
    item = Item.objects.get(pk=item.pk)
    new = Item.objects.get(pk=new.pk)
    assert after_of(new, room.cast.zone_proposer).origin is None, "its proposer is no reader of what it goes back to"
    assert after_of(new, room.cast.town_secretary).origin == item

    Item.objects.filter(pk=new.pk).update(status=Item.Status.WITHDRAWN)
    newer = act.item_revise(actor=room.cast.town_proposer, item_id=item.pk, purpose="change", reason="文物须避让")
    assert item.title in newer.title
    assert (newer.confidential, newer.confidential_reason) == (Item.Grade.BUSINESS, "报价未公开")

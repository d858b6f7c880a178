"""Amendments, alternative plans and stricter rules (R9, R11, R28, R29, R44)."""

from collections.abc import Callable
from typing import Any

import pytest

from decisions.actions import sittings as act
from decisions.models import AgendaEntry, Amendment, Motion, Plan, StricterRule
from permissions.models import AuditEvent
from tests.decisions.sittings.conftest import Room

Refused = Callable[..., Any]
WORDS = "租期十五年，租金按年支付。"


@pytest.fixture
def floor(room: Room) -> AgendaEntry:
    """An entry whose plan has one clause, everybody heard."""
    item = room.item()
    Plan.objects.filter(item=item).update(clauses=[{"id": "a", "title": "租期", "body": WORDS}])
    entry = room.open(item)
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    return entry


def propose(room: Room, entry: AgendaEntry, **more: Any) -> Amendment:
    given: dict[str, Any] = {"clause": 1, "old": "按年支付", "new": "逐年支付", "kind": "wording"} | more
    return act.amendment_propose(
        actor=room.cast.town_member, entry_id=entry.pk, seat_id=room.seat("town.congress").pk, **given
    )


def test_r29_an_adopted_change_of_wording_is_written_into_the_plan_and_the_plan_is_put_as_amended(
    room: Room, floor: AgendaEntry
) -> None:
    amendment = propose(room, floor)
    assert propose(room, floor) == amendment
    room.decide(floor, "f" * 9, "f" * 7)
    amendment.refresh_from_db()
    plan = Plan.objects.get(item=floor.item)
    assert (plan.version, plan.clauses[0]["body"]) == (6, "租期十五年，租金逐年支付。")
    assert amendment.applied_version == 6 and plan.substantive_version == 5
    floor.refresh_from_db()
    assert (floor.stage, floor.plan_version) == ("voting", 6)
    done = room.decide(floor, "f" * 9, "f" * 7)
    assert done.outcome == "amended"
    assert room.nodes(floor.item) == {"sign_town", "sign_zone"}
    assert AuditEvent.objects.filter(subject=floor.item.subject, verb="amendment_adopt").count() == 1


def test_r29_an_adopted_change_of_substance_sends_the_item_back_to_be_discussed_again(
    room: Room, floor: AgendaEntry
) -> None:
    propose(room, floor, old="十五年", new="十年", kind="substantive")
    done = room.decide(floor, "f" * 9, "f" * 7)
    assert (done.stage, done.outcome) == ("announced", "rediscuss")
    assert Motion.objects.get(entry=floor, amendment__isnull=True).outcome == "lapsed"
    assert Plan.objects.get(item=floor.item).clauses[0]["body"] == WORDS
    assert "plan" in room.nodes(floor.item)


def test_r42_an_amendment_that_one_body_refuses_leaves_the_plan_as_it_is(room: Room, floor: AgendaEntry) -> None:
    propose(room, floor)
    room.decide(floor, "f" * 9, "a" * 7)
    assert Plan.objects.get(item=floor.item).version == 5
    assert room.decide(floor, "f" * 9, "f" * 7).outcome == "passed"


def test_r11_no_new_matter_comes_in_as_an_amendment(room: Room, floor: AgendaEntry, refused: Refused) -> None:
    for wrong in ({"clause": 7}, {"old": "另建一座仓库"}, {"old": ""}, {"new": "按年支付"}, {"kind": "other"}):
        with refused("invalid_amendment"):
            propose(room, floor, **wrong)
    with refused("not_your_seat"):
        propose(room, floor) and act.amendment_propose(
            actor=room.cast.zone_member,
            entry_id=floor.pk,
            seat_id=room.seat("town.congress").pk,
            clause=1,
            old="租期",
            new="期限",
            kind="wording",
        )
    assert Amendment.objects.count() == 1


def test_an_amendment_is_withdrawn_by_who_proposed_it(room: Room, floor: AgendaEntry, refused: Refused) -> None:
    amendment = propose(room, floor)
    with refused("not_your_seat"):
        act.amendment_withdraw(actor=room.cast.zone_member, amendment_id=amendment.pk)
    for _again in range(2):
        act.amendment_withdraw(actor=room.cast.town_member, amendment_id=amendment.pk)
    assert room.decide(floor, "f" * 9, "f" * 7).outcome == "passed"
    assert AuditEvent.objects.filter(subject=floor.item.subject, verb="amendment_withdraw").count() == 1


def test_an_amendment_of_words_already_changed_is_not_put(room: Room, floor: AgendaEntry) -> None:
    propose(room, floor)
    second = propose(room, floor, new="按季支付")
    room.decide(floor, "f" * 9, "f" * 7)
    assert Motion.objects.get(amendment=second).outcome == "lapsed"
    assert room.decide(floor, "f" * 9, "f" * 7).outcome == "amended"


def test_no_amendment_to_people_and_none_during_the_vote(room: Room, refused: Refused) -> None:
    entry = room.open(room.item("干部交流", "personnel", ["甲"]))
    room.arrive()
    room.begin(entry)
    with refused("personnel"):
        propose(room, entry)
    room.hear(entry)
    room.ballots(entry)
    with refused("entry_voting"):
        propose(room, entry)


def test_r9_of_several_plans_the_first_that_passes_is_adopted_and_the_rest_lapse(room: Room) -> None:
    item = room.item()
    plan = Plan.objects.get(item=item)
    for order in (2, 3):
        Plan.objects.create(
            item=item,
            order=order,
            title=f"方案{order}",
            version=1,
            substantive_version=1,
            saved_by=plan.saved_by,
            saved_at=plan.saved_at,
        )
    entry = room.open(item)
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    room.decide(entry, "a" * 9, "a" * 7)
    done = room.decide(entry, "f" * 9, "f" * 7)
    assert (done.outcome, done.plan_version) == ("passed", 1)
    assert list(Motion.objects.filter(entry=entry).values_list("outcome", flat=True)) == [
        "rejected",
        "passed",
        "lapsed",
    ]


def test_r44_a_body_invokes_its_stricter_rule_and_only_its_numbers_change(
    room: Room, floor: AgendaEntry, refused: Refused
) -> None:
    given: dict[str, Any] = {
        "entry_id": floor.pk,
        "seat_id": room.seat("town.congress").pk,
        "reason": "涉及群众利益",
    }
    with refused("other_body"):
        act.stricter_invoke(actor=room.cast.zone_secretary, **given)
    with refused("other_body"):
        act.stricter_invoke(actor=room.cast.town_member, **given)
    with refused("no_reason"):
        act.stricter_invoke(actor=room.cast.town_secretary, **given | {"reason": ""})
    for _again in range(2):
        act.stricter_invoke(actor=room.cast.town_secretary, **given)
    assert StricterRule.objects.count() == 1
    ballots = room.ballots(floor)
    assert (ballots["town"].quorum, ballots["town"].required) == (6, 6)
    assert (ballots["zone"].quorum, ballots["zone"].required) == (4, 4)
    with refused("entry_voting"):
        act.stricter_invoke(
            actor=room.cast.zone_secretary,
            entry_id=floor.pk,
            seat_id=room.seat("zone.finance").pk,
            reason="也从严",
        )
    event = AuditEvent.objects.get(subject=floor.item.subject, verb="stricter_invoke")
    assert event.data["new"]["passing"] == [2, 3, False]

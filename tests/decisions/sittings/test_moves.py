"""An item's flow moved by hand: back freely, forward past nothing the bodies have not done."""

from collections.abc import Callable
from typing import Any

import pytest

from decisions import stages
from decisions.actions import sittings as act
from decisions.policies.moves import behind
from permissions.models import AuditEvent
from tests.decisions.sittings.conftest import Room
from tests.workflows.engine.build import process
from workflows import selectors
from workflows.actions import case_jump, instance_add, task_send_back

pytestmark = pytest.mark.django_db
REASON = "方案要补充"
Refused = Callable[..., Any]


def jump(room: Room, item: Any, to: str) -> None:
    case_jump(actor=room.cast.admin, case_id=item.case_id, to=to, reason=REASON)


def signed(room: Room) -> Any:
    """An item that was passed and signed by both, waiting to be carried out."""
    entry = room.decided()
    minutes = entry.minutes
    room.check(minutes)
    for chair in (room.cast.town_chair, room.cast.zone_chair):
        act.minutes_sign(actor=chair, minutes_id=minutes.pk, document_hash=minutes.document_hash)
    return entry.item


def test_an_item_goes_back_freely(room: Room) -> None:
    item = room.item()
    jump(room, item, "plan")
    assert room.nodes(item) == {"plan"}
    event = AuditEvent.objects.get(subject=item.subject, verb="case_jump")
    assert (event.data["from"], event.data["to"], event.data["reason"]) == (["table"], "plan", REASON)
    room.plan_again(item)
    assert room.nodes(item) == {"table"}


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("sign_town", "not_confirmed"),
        ("execute", "not_confirmed"),
        ("done", "not_confirmed"),
        ("plan", "not_confirmed"),
    ],
)
def test_it_does_not_go_past_what_both_must_confirm(room: Room, refused: Refused, to: str, code: str) -> None:
    item = room.item()
    jump_back(room, item, "draft")
    with refused(code):
        jump(room, item, to)
    assert room.nodes(item) == {"draft"}


def jump_back(room: Room, item: Any, to: str) -> None:
    jump(room, item, to)
    assert room.nodes(item) == {to}


@pytest.fixture
def confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The room's items come to tabling without the secretaries' papers."""
    monkeypatch.setattr("decisions.policies.moves._is_confirmed", lambda _item: True)


@pytest.mark.usefixtures("confirmed")
@pytest.mark.parametrize("to", ["sign_town", "execute", "done", "fork_sign"])
def test_it_does_not_go_past_a_vote_it_has_not_had(room: Room, refused: Refused, to: str) -> None:
    item = room.item()
    with refused("not_deliberated"):
        jump(room, item, to)
    assert room.nodes(item) == {"table"}


@pytest.mark.usefixtures("confirmed")
@pytest.mark.parametrize("to", ["execute", "done"])
def test_it_does_not_go_past_a_signature_it_has_not_had(room: Room, refused: Refused, to: str) -> None:
    item = room.decided().item
    with refused("not_signed"):
        jump(room, item, to)
    assert room.nodes(item) == {"sign_town", "sign_zone"}


@pytest.mark.usefixtures("confirmed")
def test_a_vote_before_the_plan_was_opened_again_counts_for_nothing(room: Room, refused: Refused) -> None:
    item = signed(room)
    assert room.nodes(item) == {"execute"}
    jump_back(room, item, "plan")
    for to in ("sign_town", "execute"):
        with refused("not_deliberated"):
            jump(room, item, to)


@pytest.mark.usefixtures("confirmed")
def test_signed_minutes_are_not_signed_again(room: Room, refused: Refused) -> None:
    with refused("signed_already"):
        jump(room, signed(room), "sign_town")


@pytest.mark.usefixtures("confirmed")
def test_what_was_rejected_has_not_passed(room: Room, refused: Refused) -> None:
    item = room.decided(town="a" * 9).item
    with refused("not_deliberated"):
        jump(room, item, "sign_town")


def test_an_item_on_an_agenda_stays_with_the_sitting(room: Room, refused: Refused) -> None:
    item = room.item()
    room.prepare(item)
    with refused("on_agenda", "移出议程"):
        jump(room, item, "plan")
    act.entry_remove(actor=room.cast.town_secretary, sitting_id=room.sitting.pk, entry_id=item.agenda_entries.get().pk)
    jump_back(room, item, "plan")


def test_an_item_being_voted_on_stays_with_the_sitting(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive()
    room.hear(room.begin(entry))
    room.ballots(entry)
    with refused("ballot_open", "表决"):
        jump(room, entry.item, "plan")


@pytest.mark.usefixtures("confirmed")
def test_sent_back_behind_a_vote_it_must_run_again(room: Room, refused: Refused) -> None:
    item = room.decided().item
    task = room.waiting(item, stages.SIGN)[0]
    with refused("not_again"):
        task_send_back(actor=room.cast.admin, task_id=task.pk, to="plan", again="resume", reason=REASON)
    task_send_back(actor=room.cast.admin, task_id=task.pk, to="plan", reason=REASON)
    assert room.nodes(item) == {"plan"}, "the other chair's task is cancelled with it"


@pytest.mark.usefixtures("confirmed")
def test_between_steps_before_the_sitting_it_may_come_straight_back(room: Room) -> None:
    item = room.item()
    task = room.waiting(item)[0]
    assert {target.node for target in selectors.send_back_targets(task, by_admin=True)} >= {"plan", "opinions"}
    task_send_back(actor=room.cast.admin, task_id=task.pk, to="plan", again="resume", reason=REASON)
    assert room.nodes(item) == {"plan"}


def test_nobody_is_added_to_what_goes_by_seats(room: Room, refused: Refused) -> None:
    task = room.waiting(room.item())[0]
    with refused("by_seat"):
        instance_add(actor=room.cast.admin, task_id=task.pk, users=["legal"], reason=REASON)


def test_behind_are_the_steps_that_every_way_to_leads_through() -> None:
    drawn = process("""
        start begin -> a
        user a -> split
        and split -> gate, b
        user gate -> join
        user b -> join
        and join -> inner
        sub inner -> which
            start s -> held
            user held -> e
            end e
        xor which -> a, done
        end done
        boundary late on=gate after=PT1H -> rescue
        user rescue -> done
    """)
    assert behind(drawn, ["gate"]) == {"join", "inner", "s", "held", "e", "which"}
    assert behind(drawn, ["held"]) == {"e", "which"}
    assert behind(drawn, []) == frozenset()

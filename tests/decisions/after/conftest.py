"""A sitting's room with what comes after it: items that are decided, handed over, split, and ratified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from decisions.actions import after as act
from decisions.actions import items as item_act
from decisions.actions import sittings as meet
from decisions.models import EmergencyDecision, ExecutionTask, Item, MatterType
from permissions.models import AuditEvent, User
from tests.cast import Cast
from tests.decisions.sittings.conftest import LIBRARY, Room, matter_types, publish, refused
from tests.worlds import remembered
from workflows import clock
from workflows.actions import definition_publish, definition_save

__all__ = ["refused"]

PAPER = ("批复.pdf", b"%PDF-1.7\n%%EOF")


@dataclass
class After(Room):
    """The room, and the short verbs of what follows a vote."""

    @remembered
    def signed(self, item: Item | None = None, **votes: str) -> Item:
        """An item that both bodies passed and both chairs signed; it waits to be handed over."""
        entry = self.open(item or self.item())
        self.arrive()
        self.begin(entry)
        self.hear(entry)
        self.decide(entry, votes.get("town", "f" * 9), votes.get("zone", "f" * 7))
        self.sign(entry.item)
        self.close()
        return Item.objects.get(pk=entry.item_id)

    @remembered
    def sign(self, item: Item) -> None:
        """Checked by the other side, signed by both chairs."""
        entry = item.agenda_entries.order_by("-pk").first()
        assert entry is not None
        minutes = entry.minutes
        minutes.refresh_from_db()
        self.check(minutes)
        for chair in (self.cast.town_chair, self.cast.zone_chair):
            meet.minutes_sign(actor=chair, minutes_id=minutes.pk, document_hash=minutes.document_hash)

    @remembered
    def close(self) -> None:
        meet.sitting_close(actor=self.cast.town_secretary, sitting_id=self.sitting.pk)

    @remembered
    def handed_over(self, item: Item | None = None, **details: Any) -> Item:
        """A decided item with an execution: two milestones, due in sixty days."""
        item = item or self.signed()
        day = today()
        item_act.execution_assign(
            actor=self.cast.town_secretary,
            item_id=item.pk,
            **{
                "unit": "示范区平台公司",
                "due": day + timedelta(days=60),
                "responsible_id": self.cast.zone_member.pk,
                "milestones": [("签订合同", day + timedelta(days=20)), ("建成开园", day + timedelta(days=50))],
                **details,
            },
        )
        return Item.objects.get(pk=item.pk)

    def execution(self, item: Item) -> ExecutionTask:
        return ExecutionTask.objects.get(item=item)

    @remembered
    def split(self, item: Item | None = None) -> Item:
        """An item the town passed and the zone did not; it waits for the chairs."""
        entry = self.open(item or self.item())
        self.arrive()
        self.begin(entry)
        self.hear(entry)
        self.decide(entry, "f" * 9, "a" * 7)
        self.close()
        return entry.item

    @remembered
    def sent_up(self, item: Item | None = None) -> Item:
        """A split both chairs have sent up to the superior."""
        item = item or self.split()
        for chair in (self.cast.town_chair, self.cast.zone_chair):
            act.split_choose(actor=chair, item_id=item.pk, route="up", reason="用地意见不一")
        return item

    @remembered
    def rule(self, item: Item, answer: str = "for", **details: Any) -> Any:
        given = {
            "actor": self.cast.town_secretary,
            "item_id": item.pk,
            "answer": answer,
            "authority": "市委办公室",
            "document": "市委办〔2026〕3号",
            "on": today(),
            "text": "同意按方案实施。",
            "files": [PAPER],
            **details,
        }
        return act.superior_rule(**given)

    @remembered
    def emergency(self, *usernames: str, **details: Any) -> EmergencyDecision:
        """An emergency put to a few, the town's secretary recording it."""
        seats = [self.cast.seat(name).pk for name in usernames or ("town.chair", "zone.chair")]
        given = {
            "actor": self.cast.town_secretary,
            "title": "沿河村山洪避险转移",
            "matter_type": "project",
            "happened_at": clock.now() - timedelta(minutes=20),
            "facts": "上游一小时降雨八十毫米，河水漫堤。",
            "measures": "转移沿河两组四十二户，开放镇中学安置。",
            "seat_ids": seats,
            **details,
        }
        return act.emergency_open(**given)

    @remembered
    def decided_emergency(self) -> EmergencyDecision:
        row = self.emergency()
        for chair in (self.cast.town_chair, self.cast.zone_chair):
            row = act.emergency_answer(actor=chair, emergency_id=row.pk, agreed=True)
        row.refresh_from_db()
        return row


def today() -> date:
    return timezone.localdate(clock.now())


def later(**delta: int) -> datetime:
    """The present moved on, for `clock.at`."""
    return clock.now() + timedelta(**delta)


def logged(item: Item, verb: str) -> list[AuditEvent]:
    """The item's log entries of one verb, oldest first."""
    return list(AuditEvent.objects.filter(subject=item.subject, verb=verb).order_by("seq"))


def member_seats(cast: Cast, body: str) -> list[User]:
    """The people with a vote in a body, in the order of their seats."""
    from permissions.models import Seat

    seats = Seat.objects.in_force().filter(body__code=body, voting=True, user__isnull=False).order_by("order")
    return [seat.user for seat in seats.select_related("user") if seat.user is not None]


@pytest.fixture
def room(cast: Cast) -> After:
    publish(cast)
    publish_ratification(cast)
    return After(cast, matter_types())


@remembered
def publish_ratification(cast: Cast) -> None:
    """The flow that ratifies an emergency decision, published."""
    xml = (LIBRARY / "joint_ratification.bpmn").read_bytes()
    version = definition_save(actor=cast.designer, key="joint_ratification", name="追认紧急决定", xml=xml)
    definition_publish(actor=cast.designer, version_id=version.pk)


@pytest.fixture
def reporting(room: After) -> MatterType:
    """The project type, whose decisions go up to the superior (R34)."""
    return report_up(room)


@remembered
def report_up(room: After) -> MatterType:
    kind = room.types["project"]
    kind.reports_up = True
    kind.save(update_fields=["reports_up"])
    return kind

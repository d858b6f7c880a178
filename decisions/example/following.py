"""What follows in the example town: a decision carried out and published, an emergency that waits for ratification."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from decisions.actions import after
from decisions.example import texts
from decisions.models import EmergencyDecision, Item
from permissions.models import Seat, User


class Following:
    """The part of the office that works after the vote."""

    at: Callable[..., AbstractContextManager[None]]
    who: Callable[[str], User]
    now: datetime

    def carry_out(self, item: Item) -> None:
        """Reported on and published in time; of the three milestones one is done and one is late."""
        execution = item.execution
        with self.at(30, 9, 20):
            after.publication_publish(
                actor=self.who("town.secretary"),
                item_id=item.pk,
                text=texts.RICE_PUBLIC,
                place="镇政府网站、村务公开栏",
                on=(self.now - timedelta(days=30)).date(),
            )
        with self.at(23, 10, 30):
            step = execution.milestones.get(order=1)
            after.milestone_finish(actor=self.who("zone.industry"), item_id=item.pk, milestone_id=step.pk)
        with self.at(12, 16, 0):
            after.execution_report(
                actor=self.who("zone.industry"), item_id=item.pk, text=texts.RICE_PROGRESS, percent=35
            )

    def flood(self) -> EmergencyDecision:
        """山洪避险转移: decided by two at night, reported, waiting for the next sitting to ratify it."""
        seats = Seat.objects.in_force().filter(principal=True)
        with self.at(1, 21, 10):
            row = after.emergency_open(
                actor=self.who("town.secretary"),
                title=texts.FLOOD_TITLE,
                matter_type="decision",
                happened_at=self.now - timedelta(days=2),
                facts=texts.FLOOD_FACTS,
                measures=texts.FLOOD_MEASURES,
                seat_ids=list(seats.values_list("pk", flat=True)),
            )
        for minute, side in ((16, "town"), (22, "zone")):
            with self.at(1, 21, minute):
                row = after.emergency_answer(actor=self.who(f"{side}.chair"), emergency_id=row.pk, agreed=True)
        with self.at(0, 7, 30):
            after.emergency_report(actor=self.who("town.secretary"), emergency_id=row.pk, text=texts.FLOOD_REPORT)
        return row

"""What the example's items need before a sitting: asked for, given and answered, each at its time (R4–R8)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from decisions.actions import preparation as act
from decisions.models import Item, Plan, ReviewRequest
from permissions.models import User


@dataclass(frozen=True)
class Expert:
    """An expert from outside with their opinion; with `interest` they are barred and give none."""

    person: str
    unit: str
    text: str = ""
    verdict: str = "feasible"
    dissent: str = ""
    interest: str = ""


@dataclass(frozen=True)
class Comment:
    """A comment of the public and what was done with it."""

    who: str
    text: str
    answer: str
    reply: str = ""


class Gathering:
    """Asks and gives, on days counted back from now; what happens to one item is called in the order of time."""

    now: datetime

    def at(self, days: int, hour: int, minute: int = 0) -> AbstractContextManager[None]:
        """Let it be that many days ago."""
        raise NotImplementedError

    def who(self, username: str) -> User:
        """Somebody of the town."""
        raise NotImplementedError

    def day(self, days: int) -> date:
        """The day that many days ago."""
        return (self.now - timedelta(days=days)).date()

    def ask(self, item: Item, days: int, kind: str, hour: int = 9, **asked: Any) -> ReviewRequest:
        """A secretary asks."""
        with self.at(days, hour, 30):
            return act.review_request(actor=self.who("town.secretary"), item_id=item.pk, kind=kind, **asked)

    def publish(self, item: Item, opens: int, closes: int) -> ReviewRequest:
        """The public is asked."""
        return self.ask(
            item,
            opens,
            "public",
            hour=8,
            opens_on=self.day(opens),
            due=self.day(closes),
            channel="镇政府网站、示范区公众号、各村公告栏",
        )

    def assess_risk(self, item: Item, request: ReviewRequest, days: int, level: str, text: str, measures: str) -> None:
        """Whoever was asked gives the assessment of the plan as it stands."""
        assert request.asked is not None  # noqa: S101  the example asks people with accounts
        with self.at(days, 15):
            act.risk_give(
                actor=request.asked,
                item_id=item.pk,
                request_id=request.pk,
                level=level,
                controllable=True,
                text=text,
                measures=measures,
                plan_version=_version(item),
            )

    def ask_experts(self, item: Item, days: int, due: int, experts: Sequence[Expert]) -> list[ReviewRequest]:
        """Each is asked, and checked for a direct interest the day after."""
        asked = [
            self.ask(item, days, "expert", hour=10, person=one.person, unit=one.unit, due=self.day(due))
            for one in experts
        ]
        for request, one in zip(asked, experts, strict=True):
            with self.at(days - 1, 11):
                act.interest_check(
                    actor=self.who("zone.secretary"),
                    item_id=item.pk,
                    request_id=request.pk,
                    interest=bool(one.interest),
                    note=one.interest or "本人书面声明，并核对任职单位和亲属关系，无直接利害关系。",
                )
        return asked

    def enter_experts(
        self, item: Item, asked: Sequence[ReviewRequest], experts: Sequence[Expert], days: int, original: int
    ) -> None:
        """A secretary enters what stands in the signed originals."""
        for request, one in zip(asked, experts, strict=True):
            if one.interest:
                continue
            with self.at(days, 16):
                act.expert_give(
                    actor=self.who("zone.secretary"),
                    item_id=item.pk,
                    request_id=request.pk,
                    verdict=one.verdict,
                    text=one.text,
                    dissent=one.dissent,
                    signed_name=one.person,
                    plan_version=_version(item),
                    material_id=original,
                )

    def comment(self, item: Item, request: ReviewRequest, days: int, comments: Sequence[Comment]) -> None:
        """What came in is entered, and then answered."""
        entered = []
        for one in comments:
            with self.at(days, 17):
                entered.append(
                    act.comment_record(
                        actor=self.who("town.secretary"),
                        item_id=item.pk,
                        request_id=request.pk,
                        text=one.text,
                        who=one.who,
                    )
                )
        for row, one in zip(entered, comments, strict=True):
            with self.at(days, 17, 30):
                act.comment_answer(
                    actor=self.who("zone.industry"),
                    item_id=item.pk,
                    comment_id=row.pk,
                    answer=one.answer,
                    reply=one.reply,
                )

    def close(self, item: Item, request: ReviewRequest, days: int) -> None:
        """The comment period is over."""
        with self.at(days, 9):
            act.public_close(actor=self.who("town.secretary"), item_id=item.pk, request_id=request.pk)


def _version(item: Item) -> int:
    return Plan.objects.get(item=item, order=Plan.MAIN).version

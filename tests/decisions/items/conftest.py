"""The example town with its flows and matter types, and a hand that takes an item to where a test begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from decisions import example
from decisions.actions import items as act
from decisions.models import Item, Material, MatterType, Plan
from decisions.selectors.plans import main_plan
from permissions.models import AuditEvent, User
from tests.cast import Cast
from workflows.models import CaseTask

CLAUSES = [
    {"title": "范围", "body": "原镇粮站 11.6 亩场地。"},
    {"title": "租期", "body": "租期十年。"},
]


@dataclass
class Hand:
    """Takes items through their flow by the real actions, step by step, as the cast would."""

    cast: Cast

    @property
    def proposer(self) -> User:
        return self.cast.zone_proposer

    def data(self, **changes: Any) -> Mapping[str, Any]:
        """What a complete project proposal types into the form."""
        return {
            "title": "原镇粮站闲置场地盘活方案",
            "matter_type": "project",
            "amount": "280",
            "summary": "盘活闲置场地。",
            "co_proposers": [self.cast.town_proposer.pk],
            **changes,
        }

    def draft(self, **changes: Any) -> Item:
        return act.item_draft_save(actor=self.proposer, data=self.data(**changes))

    def submitted(self, **changes: Any) -> Item:
        return act.item_submit(actor=self.proposer, item_id=self.draft(**changes).pk)

    def confirm(self, item: Item, body: str, confirmed: bool = True, reason: str = "") -> None:
        secretary = self.cast[f"{body}.secretary"]
        act.item_confirm(actor=secretary, item_id=item.pk, body=body, confirmed=confirmed, reason=reason)

    def confirmed(self, **changes: Any) -> Item:
        item = self.submitted(**changes)
        self.confirm(item, "town")
        self.confirm(item, "zone")
        return item

    def write(self, item: Item, text: str = "租期十年。", *, base: int = 0, kind: str = "substantive") -> Plan:
        clauses = [CLAUSES[0], {"title": "租期", "body": text}]
        return act.plan_save(actor=self.proposer, item_id=item.pk, clauses=clauses, base_version=base, kind=kind)

    def planned(self, **changes: Any) -> Item:
        """In consultation and legality review, with version 1 of the plan."""
        item = self.confirmed(**changes)
        self.write(item)
        act.plan_finish(actor=self.proposer, item_id=item.pk)
        return item

    def review(self, item: Item, ok: bool = True) -> None:
        plan = main_plan(item)
        assert plan is not None
        version = plan.version
        act.legality_give(actor=self.cast.legal, item_id=item.pk, ok=ok, text="依据充分。", plan_version=version)

    def reviewed(self, **changes: Any) -> Item:
        """Ready for an agenda: opinions closed, review passed."""
        item = self.planned(**changes)
        self.review(item)
        act.opinions_close(actor=self.cast.town_secretary, item_id=item.pk)
        return item

    def upload(self, item: Item, kind: str = "risk", name: str = "风险评估报告.pdf", content: bytes = b"") -> Material:
        return act.material_add(
            actor=self.proposer, item_id=item.pk, kind=kind, name=name, content=content or b"%PDF-1.7\n%%EOF"
        )


@pytest.fixture
def office(cast: Cast) -> Cast:
    """The cast, with flows published and matter types set up."""
    example.load_configuration()
    return cast


@pytest.fixture
def hand(office: Cast) -> Hand:
    return Hand(office)


def waits_for(item: Item) -> set[str]:
    """The diagram's nodes the item's flow waits at."""
    tasks = CaseTask.objects.filter(process__subject=item.subject, finished__isnull=True)
    return set(tasks.values_list("node", flat=True))


def logged(item: Item, verb: str) -> list[AuditEvent]:
    """The item's log entries of one verb, oldest first."""
    return list(AuditEvent.objects.filter(subject=item.subject, verb=verb).order_by("seq"))


def kind_of(code: str) -> MatterType:
    return MatterType.objects.get(code=code)

"""The example town with its flows and matter types, and a hand that takes an item to where a test begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from decisions import shipped
from decisions.actions import items as act
from decisions.actions import preparation as prepare
from decisions.models import ExpertOpinion, Item, Material, MatterType, Plan, ReviewRequest, RiskAssessment
from decisions.selectors.plans import main_plan
from permissions.models import AuditEvent, User
from tests.cast import Cast
from tests.worlds import remembered
from workflows import clock
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

    @remembered
    def draft(self, **changes: Any) -> Item:
        return act.item_draft_save(actor=self.proposer, data=self.data(**changes))

    @remembered
    def submitted(self, **changes: Any) -> Item:
        return act.item_submit(actor=self.proposer, item_id=self.draft(**changes).pk)

    @remembered
    def confirm(self, item: Item, body: str, confirmed: bool = True, reason: str = "") -> None:
        secretary = self.cast[f"{body}.secretary"]
        act.item_confirm(actor=secretary, item_id=item.pk, body=body, confirmed=confirmed, reason=reason)

    @remembered
    def confirmed(self, **changes: Any) -> Item:
        item = self.submitted(**changes)
        self.confirm(item, "town")
        self.confirm(item, "zone")
        return item

    @remembered
    def write(self, item: Item, text: str = "租期十年。", *, base: int = 0, kind: str = "substantive") -> Plan:
        clauses = [CLAUSES[0], {"title": "租期", "body": text}]
        return act.plan_save(actor=self.proposer, item_id=item.pk, clauses=clauses, base_version=base, kind=kind)

    @remembered
    def planned(self, **changes: Any) -> Item:
        """In consultation and legality review, with version 1 of the plan."""
        item = self.confirmed(**changes)
        self.write(item)
        act.plan_finish(actor=self.proposer, item_id=item.pk)
        return item

    @remembered
    def review(self, item: Item, ok: bool = True) -> None:
        plan = main_plan(item)
        assert plan is not None
        version = plan.version
        act.legality_give(actor=self.cast.legal, item_id=item.pk, ok=ok, text="依据充分。", plan_version=version)

    @remembered
    def reviewed(self, **changes: Any) -> Item:
        """Ready for an agenda: opinions closed, review passed."""
        item = self.planned(**changes)
        self.review(item)
        act.opinions_close(actor=self.cast.town_secretary, item_id=item.pk)
        return item

    @remembered
    def ask(self, item: Item, kind: str, **changes: Any) -> ReviewRequest:
        """Ask for an opinion of this kind: the zone's member assesses risks, somebody from outside is the expert."""
        today = timezone.localdate(clock.now())
        asked: dict[str, Any] = {
            "risk": {"asked_id": self.cast.zone_member.pk, "due": today + timedelta(days=10)},
            "expert": {"person": "省农科院研究员", "unit": "省农业科学院", "due": today + timedelta(days=10)},
            "public": {"channel": "镇政府网站", "opens_on": today, "due": today + timedelta(days=30)},
        }[kind]
        asked |= changes
        return prepare.review_request(actor=self.cast.town_secretary, item_id=item.pk, kind=kind, **asked)

    @remembered
    def assess(self, item: Item, request: ReviewRequest, **changes: Any) -> RiskAssessment:
        given: dict[str, Any] = {
            "level": "low",
            "controllable": True,
            "text": "风险可控。",
            "plan_version": item.plan.version,
        }
        giver = request.asked or self.cast.town_secretary
        return prepare.risk_give(actor=giver, item_id=item.pk, request_id=request.pk, **(given | changes))

    @remembered
    def argue(self, item: Item, request: ReviewRequest, **changes: Any) -> ExpertOpinion:
        """The expert's interest is checked, and the signed original entered."""
        desk = self.cast.town_secretary
        prepare.interest_check(
            actor=desk, item_id=item.pk, request_id=request.pk, interest=False, note="本人声明无利害关系。"
        )
        original = self.upload(item, "expert", "专家意见书.pdf")
        given: dict[str, Any] = {
            "verdict": "feasible",
            "text": "方案可行。",
            "signed_name": request.person,
            "plan_version": item.plan.version,
            "material_id": original.pk,
        }
        giver = request.asked or desk
        return prepare.expert_give(actor=giver, item_id=item.pk, request_id=request.pk, **(given | changes))

    @remembered
    def prepared(self, item: Item) -> Item:
        """Everything a large project needs beside plan and legality review: asked for forty days ago, given by today."""
        item = Item.objects.get(pk=item.pk)
        with clock.at(clock.now() - timedelta(days=40)):
            risk, expert, public = (self.ask(item, kind) for kind in ("risk", "expert", "public"))
        self.assess(item, risk)
        self.argue(item, expert)
        prepare.public_close(actor=self.cast.town_secretary, item_id=item.pk, request_id=public.pk)
        return item

    @remembered
    def upload(self, item: Item, kind: str = "risk", name: str = "风险评估报告.pdf", content: bytes = b"") -> Material:
        return act.material_add(
            actor=self.proposer, item_id=item.pk, kind=kind, name=name, content=content or b"%PDF-1.7\n%%EOF"
        )


@pytest.fixture
def office(cast: Cast) -> Cast:
    """The cast, with flows published and matter types set up."""
    configure()
    return cast


@remembered
def configure() -> None:
    """The flows that ship, published, and the matter types set up."""
    shipped.load()


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

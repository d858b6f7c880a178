"""Items in the planning room, on the hand that takes items through their flow."""

from dataclasses import dataclass
from typing import Any

import pytest

from decisions.actions import items as act
from decisions.models import ClauseComment, Item, Plan, Suggestion
from decisions.rules.clauses import Clause
from decisions.selectors.plans import clauses_of, main_plan
from permissions.models import User
from tests.decisions.items.conftest import CLAUSES, Hand, hand, office
from tests.worlds import remembered

__all__ = ["CLAUSES", "hand", "office"]


@dataclass
class Table:
    """An item under consultation with version 1 of its plan, and the short verbs of those who talk about it."""

    hand: Hand
    item: Item

    @property
    def plan(self) -> Plan:
        found = main_plan(self.item)
        assert found is not None
        return found

    @property
    def writer(self) -> User:
        return self.hand.proposer

    @property
    def other_writer(self) -> User:
        return self.hand.cast.town_proposer

    def clause(self, place: int = 1, plan: Plan | None = None) -> Clause:
        return clauses_of(plan or self.plan)[place]

    @remembered
    def write(self, text: str, kind: str = "substantive", *, by: User | None = None, **details: Any) -> Plan:
        """The clause on the lease, changed."""
        clauses = [clause.to_json() for clause in clauses_of(self.plan)]
        clauses[1]["body"] = text
        return act.plan_save(
            actor=by or self.writer,
            item_id=self.item.pk,
            clauses=clauses,
            base_version=self.plan.version,
            kind=kind,
            **details,
        )

    @remembered
    def comment(self, text: str = "结算时点没有写明。", by: User | None = None, **details: Any) -> ClauseComment:
        given = {"plan_id": self.plan.pk, "clause": details.pop("clause", "") or self.clause().id, **details}
        return act.comment_add(actor=by or self.hand.cast.town_member, item_id=self.item.pk, text=text, **given)

    @remembered
    def suggest(self, text: str = "租期八年。", by: User | None = None, **details: Any) -> Suggestion:
        given = {
            "plan_id": self.plan.pk,
            "clause": details.pop("clause", "") or self.clause().id,
            "version": self.plan.version,
            "title": "租期",
            **details,
        }
        return act.suggestion_add(actor=by or self.hand.cast.town_member, item_id=self.item.pk, text=text, **given)

    @remembered
    def accept(self, row: Suggestion, by: User | None = None, kind: str = "substantive", **details: Any) -> Suggestion:
        return act.suggestion_accept(
            actor=by or self.writer, item_id=self.item.pk, suggestion_id=row.pk, kind=kind, **details
        )

    @remembered
    def alternative(self, title: str = "分期出租", by: User | None = None, **details: Any) -> Plan:
        return act.plan_add(actor=by or self.other_writer, item_id=self.item.pk, title=title, **details)


@pytest.fixture
def table(hand: Hand) -> Table:
    return Table(hand, hand.planned())

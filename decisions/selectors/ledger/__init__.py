"""The rule ledger of an item: facts gathered from the tables in a bounded number of statements, judged by the pure core."""

from __future__ import annotations

from collections.abc import Sequence

from decisions.models import Item, RuleWaiver
from decisions.rules.ledger import Facts, Finding, findings
from decisions.rules.ledger.facts import Votes
from decisions.selectors import sittings as read
from decisions.selectors.ledger.after import after_of, record_of
from decisions.selectors.ledger.before import matter_of, planning_of, preparation_of
from decisions.selectors.ledger.common import waiver
from decisions.selectors.ledger.room import agenda_of, entry_of, expected, newest_entry, votes_of
from decisions.selectors.requirements import Requirement

__all__ = ["facts_of", "ledger_of", "preview_of"]


def facts_of(item: Item) -> Facts:
    """Everything the rules are judged by, as the tables have it now. No more statements for a long record than for a short one."""
    entry = newest_entry(item)
    if entry is not None:
        entry.item = item
    seats = read.seats_of(entry.sitting) if entry is not None else []
    rows = RuleWaiver.objects.filter(item=item).select_related("by").order_by("pk")
    return Facts(
        matter=matter_of(item),
        preparation=preparation_of(item, entry is not None),
        planning=planning_of(item, entry.plan_version if entry is not None else None),
        agenda=agenda_of(entry, seats),
        entry=entry_of(entry, seats) if entry is not None and entry.numbers else expected(item, entry),
        votes=votes_of(entry, seats),
        record=record_of(entry, seats),
        after=after_of(item, entry),
        waivers=tuple((row.rule, waiver(row.by, row.reason, row.authority, row.at)) for row in rows),
    )


def ledger_of(item: Item) -> tuple[Finding, ...]:
    """Every rule's finding on the item as things stand."""
    return findings(facts_of(item))


def preview_of(item: Item, needs: Sequence[Requirement] | None = None) -> tuple[Finding, ...]:
    """The findings before a sitting and on its votes, without record and aftermath: what the margin of a page needs. `needs` are
    the item's requirements where the caller has them."""
    entry = newest_entry(item)
    if entry is not None:
        entry.item = item
    begun = entry is not None and bool(entry.numbers)
    seats = read.seats_of(entry.sitting) if entry is not None and begun else []
    return findings(
        Facts(
            matter=matter_of(item),
            preparation=preparation_of(item, entry is not None, needs),
            planning=planning_of(item, entry.plan_version if entry is not None else None),
            agenda=agenda_of(entry, seats),
            entry=entry_of(entry, seats) if entry is not None and begun else expected(item, entry),
            votes=votes_of(entry, seats) if begun else Votes(),
        )
    )

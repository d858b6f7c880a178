"""Dissent, word for word (R30, R31): what those against a plan said, and what came with named votes not in favour.

Statements and closed votes never change, the database sees to it; each piece of dissent names the log entry that holds it.
A secret ballot has no words of anybody's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from decisions.models import AgendaEntry, Ballot, Item, Statement, StatementCheck, Vote
from permissions.models import AuditEvent, User

AGAINST = (Statement.Stance.DISAGREE, Statement.Stance.DEFER)


@dataclass(frozen=True, slots=True)
class Dissent:
    """One dissenting view: whose, on what, how it was given (``spoken`` or ``voted``), the words, and where the log has it.

    ``corrected`` are the speaker's own words on what was written down for them, empty where they left it at that.
    """

    item: Item
    entry: AgendaEntry
    user: User | None
    position: str
    body: str
    way: str
    stance: str
    words: str
    corrected: str
    at: datetime
    chain: str = ""
    seq: int = 0
    hash: str = ""

    @property
    def line(self) -> str:
        """The words as they stand in the minutes: one line, the speaker's own correction where there is one."""
        return one_line(self.corrected or self.words)

    def to_json(self) -> dict[str, Any]:
        """The dissent with everything needed to find it in the log and to check it there."""
        return {
            "item": self.item.number or str(self.item.pk),
            "title": self.item.title,
            "sitting": f"{self.entry.sitting.year}-{self.entry.sitting.serial}",
            "position": self.position,
            "body": self.body,
            "way": self.way,
            "stance": self.stance,
            "words": self.words,
            "corrected": self.corrected,
            "at": self.at.isoformat(),
            "log": {"chain": self.chain, "seq": self.seq, "hash": self.hash},
        }


def one_line(words: str) -> str:
    """Words of several lines as one paragraph of the minutes."""
    return "；".join(part.strip() for part in words.splitlines() if part.strip())


def dissents_in(entry: AgendaEntry) -> list[Dissent]:
    """All dissent on one entry: first what was said, then what came with votes; the same words of a seat stand once."""
    found = _find(Q(entry=entry), Q(ballot__entry=entry))
    return list({(one.position, one.line): one for one, _target in found}.values())


def of_item(item: Item) -> list[Dissent]:
    """All dissent on an item, in whichever sitting, with its place in the log."""
    return _placed(_find(Q(entry__item=item), Q(ballot__entry__item=item)))


def of_person(user: User) -> list[Dissent]:
    """All dissent of one person, from every seat they ever held, with its place in the log."""
    return _placed(_find(Q(seat__user=user), Q(seat__user=user)))


def left_out(entry: AgendaEntry, text: str) -> list[Dissent]:
    """The dissent that a text of the minutes does not hold word for word (R30)."""
    return [one for one in dissents_in(entry) if one.line not in text]


def _find(spoken: Q, voted: Q) -> list[tuple[Dissent, str]]:
    """The dissent in statements and in votes, each with the target of the log entry that holds its words: a statement has an
    entry of its own, a vote's words stand in the one that closed its ballot."""
    near = ("seat__body", "seat__user")
    statements = (
        Statement.objects.filter(spoken, stance__in=AGAINST)
        .exclude(words="")
        .select_related("entry__item", "entry__sitting", *near)
        .prefetch_related("checks")
        .order_by("at", "pk")
    )
    votes = (
        Vote.objects.filter(voted, ballot__status=Ballot.Status.CLOSED)
        .exclude(Q(choice=Vote.Choice.FOR) | Q(words=""))
        .select_related("ballot__entry__item", "ballot__entry__sitting", *near)
        .order_by("ballot__entry", "ballot__body__order", "seat__order")
    )
    found = []
    for row in statements:
        checks = [check for check in row.checks.all() if check.kind == StatementCheck.Kind.CORRECTED]
        corrected = checks[-1].words if checks else ""
        found.append((_of(row.entry, row, "spoken", row.stance, row.at, corrected), f"statement:{row.pk}"))
    for vote in votes:
        one = _of(vote.ballot.entry, vote, "voted", vote.choice, vote.cast_at)
        found.append((one, f"motion:{vote.ballot.motion_id}"))
    return found


def _of(entry: AgendaEntry, row: Statement | Vote, way: str, stance: str, at: datetime, corrected: str = "") -> Dissent:
    seat = row.seat
    return Dissent(
        item=entry.item,
        entry=entry,
        user=seat.user,
        position=seat.position,
        body=seat.body.name,
        way=way,
        stance=stance,
        words=row.words,
        corrected=corrected,
        at=at,
    )


def _placed(found: Iterable[tuple[Dissent, str]]) -> list[Dissent]:
    """The dissent with its place in the log."""
    rows = list(found)
    events = {
        (event.subject, event.target): event
        for event in AuditEvent.objects.filter(
            subject__in={one.item.subject for one, _target in rows},
            verb__in=("statement_record", "voting_close"),
            target__in={target for _one, target in rows},
        )
    }
    placed = []
    for one, target in rows:
        event = events.get((one.item.subject, target))
        placed.append(one if event is None else replace(one, chain=event.subject, seq=event.seq, hash=event.hash))
    return placed

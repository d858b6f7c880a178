"""Searching the whole log: who, what, when, which body, which item, and words inside the entries.

Every page costs the same however long the log is: entries are found by index and by key, counts stop at `COUNTED`, and words,
which nothing indexes, are looked for in `WINDOW` entries at a time, going on from there with the next page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy

from decisions.selectors.log import PAGE, Asked, Line, lines_of, matching, withheld_chains
from permissions import audit
from permissions.models import AuditEvent, RoleGrant, Seat, User

#: A count says "more than so many" beyond this.
COUNTED = 1000
#: How many entries one page of a search for words goes through.
WINDOW = 20_000
#: How many entries an export reads at a time.
CHUNK = 500

#: Searches that an auditor begins with: a name, and what the address asks for.
BEGINNINGS: tuple[tuple[Any, Mapping[str, str]], ...] = (
    (gettext_lazy("账号和角色"), {"kind": "people"}),
    (gettext_lazy("规则的修改"), {"kind": "settings"}),
    (gettext_lazy("会议和表决"), {"kind": "sitting"}),
    (gettext_lazy("系统自动办理"), {"who": "0"}),
    (gettext_lazy("审计查阅和导出"), {"kind": "audit"}),
)


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: `asked` as on the page of the log; `body` the key of a body whose people did it (0: any), `verb` one
    act, `words` anywhere in an entry's content."""

    asked: Asked = field(default_factory=Asked)
    body: int = 0
    verb: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found, newest first. `older` is where the next begins; `count` is None where words were looked for;
    `searched` says up to when, where the page ended before the log did."""

    lines: list[Line]
    older: str
    count: int | None
    more: bool
    searched: datetime | None


def search_page(actor: User, search: Search) -> Found:
    """A page of the entries that match, with a count of all of them up to `COUNTED`."""
    rows, older = _rows(actor, search, PAGE)
    whole = replace(search, asked=replace(search.asked, before=None))
    count = counted(actor, whole, COUNTED) if not search.words else None
    stopped = older is not None and len(rows) < PAGE
    return Found(
        lines=lines_of(actor, rows),
        older=f"{audit.instant(older[0])}_{older[1]}" if older else "",
        count=None if count is None else min(count, COUNTED),
        more=count is not None and count > COUNTED,
        searched=older[0] if older and stopped else None,
    )


def every_row(actor: User, search: Search) -> Iterator[list[AuditEvent]]:
    """All entries that match, newest first, `CHUNK` at most at a time, however many there are."""
    before = search.asked.before
    while True:
        rows, before = _rows(actor, replace(search, asked=replace(search.asked, before=before)), CHUNK)
        if rows:
            yield rows
        if before is None:
            return


def counted(actor: User, search: Search, most: int) -> int:
    """How many entries an export would have; more than `most` are not counted on."""
    if not search.words:
        return _narrowed(actor, search).order_by()[: most + 1].count()
    count = 0
    for rows in every_row(actor, search):
        count += len(rows)
        if count > most:
            break
    return count


def _rows(actor: User, search: Search, most: int) -> tuple[list[AuditEvent], tuple[datetime, int] | None]:
    """At most so many entries, newest first, and the last entry that was looked at where there may be older ones."""
    entries = _narrowed(actor, search).order_by("-at", "-id")
    end = None
    if search.words:
        end = entries.values_list("at", "pk")[WINDOW - 1 : WINDOW].first()
        if end is not None:
            at, pk = end
            entries = entries.filter(at__gte=at).exclude(at=at, pk__lt=pk)
        entries = _with_words(actor, entries, search.words)
    rows = list(entries.select_related("actor")[: most + 1])
    if len(rows) > most:
        return rows[:most], (rows[most - 1].at, rows[most - 1].pk)
    return rows, end


def _narrowed(actor: User, search: Search) -> QuerySet[AuditEvent]:
    entries = matching(actor, search.asked)
    if search.verb:
        entries = entries.filter(verb=search.verb)
    if search.body:
        entries = entries.filter(actor__in=_people_of(search.body))
    return entries


def _people_of(body: int) -> list[int]:
    """Everybody who ever had a seat in the body or a role for it."""
    seated = Seat.objects.filter(body=body, user__isnull=False).order_by().values_list("user", flat=True)
    granted = RoleGrant.objects.filter(role__body=body).order_by().values_list("user", flat=True)
    return sorted({pk for pk in (*seated, *granted) if pk is not None})


def _with_words(actor: User, entries: QuerySet[AuditEvent], words: str) -> QuerySet[AuditEvent]:
    """Those with the words in their content, or in the name or number of what they are about. What is withheld from this user is
    no place to look: finding nothing else there would tell as well."""
    inside = Q(content__icontains=words) | Q(actor_label__icontains=words)
    return (
        entries.annotate(content=Cast("data", TextField())).filter(inside).exclude(subject__in=withheld_chains(actor))
    )


__all__ = ["BEGINNINGS", "COUNTED", "WINDOW", "Found", "Search", "counted", "every_row", "search_page"]

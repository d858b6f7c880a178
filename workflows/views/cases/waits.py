"""What a case waits for from outside, for those who look after cases: messages, signals, times, and what is kept of that name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from permissions.models import User
from permissions.policies import may
from workflows import compiled, names, post
from workflows.clock import now
from workflows.models import Case, MessageKind, SentMessage
from workflows.views.cases.sections import case_section

MOST = 20


@case_section("workflows/cases/_waits.html", order=20)
def waits_of(user: User, case: Case, known: bool) -> Mapping[str, Any] | None:
    """What would move the case if it came now. Keys tell of the case's contents, as messages do: only where those are open."""
    if not case.is_running or not may(user, "case_variables", case):
        return None
    heard = [post.parts(address) for address in case.listens]
    rows = [
        {"kind": MessageKind(kind).label, "name": name, "key": key if known else None, "keyed": key is not None}
        for kind, name, key in heard[:MOST]
    ]
    nodes = compiled.of_version(case.version_id, case.version_sha256).process.nodes
    timers = [
        {"name": names.label(nodes[timer.node].name) or timer.node, "due": timer.due}
        for timer in case.timers.filter(fired__isnull=True).order_by("due", "pk")[:MOST]
        if timer.node in nodes
    ]
    if not rows and not timers:
        return None
    return {"rows": rows, "more": len(heard) - len(rows), "timers": timers, "kept": _kept(heard) if known else []}


def _kept(heard: list[tuple[str, str, str | None]]) -> list[SentMessage]:
    """Messages of these names that nobody has taken: their key is another's, or the worker is on its way."""
    wanted = {name for kind, name, _key in heard if kind == MessageKind.MESSAGE}
    if not wanted:
        return []
    kept = SentMessage.objects.filter(kind=MessageKind.MESSAGE, taken__isnull=True, name__in=wanted, expires__gt=now())
    return list(kept.order_by("created", "pk")[:MOST])

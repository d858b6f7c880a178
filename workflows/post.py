"""What cases send each other: how a name is addressed, and how a message or signal is written down to be carried.

A message is a row first and a delivery second: it is written in the transaction of whoever sends it, and carried after its
commit by the worker (:mod:`workflows.actions.arrivals`), so that nobody holds his own case while another's is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import reduce
from hashlib import sha256
from operator import or_
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from workflows import feel, queue
from workflows.engine import Graph, Marking, Thrown, listens
from workflows.models import Case, MessageKind, Receipt, SentMessage

# No character of XML, so that no name and no key can hold it.
_SEPARATOR = "\x1f"


def address(kind: str, name: str, correlation: str | None = None) -> str:
    """What is waited for, as one text: ``message:paid``, ``signal:alarm``; with its key where a message must have one."""
    return f"{kind}:{name}" if correlation is None else f"{kind}:{name}{_SEPARATOR}{correlation}"


def parts(text: str) -> tuple[str, str, str | None]:
    """Kind, name and key of an address."""
    kind, _colon, rest = text.partition(":")
    name, separator, key = rest.partition(_SEPARATOR)
    return kind, name, key if separator else None


def addresses(graph: Graph, marking: Marking) -> list[str]:
    """Everything the case of this marking listens to."""
    return [address(*one) for one in listens(graph, marking)]


def started_by(graph: Graph) -> list[str]:
    """The messages and signals that start a case of this flow."""
    return [
        *(address("message", name) for name in sorted(graph.message_starts)),
        *(address("signal", name) for name in sorted(graph.signal_starts)),
    ]


def receivers_of(message: SentMessage) -> list[str]:
    """The addresses at which it may be taken: by who waits for any of its name, or for one with its very key."""
    if message.kind == MessageKind.SIGNAL:
        return [address("signal", message.name)]
    return [address("message", message.name), address("message", message.name, message.correlation)]


def kept_until(now: datetime, ttl: timedelta | None = None) -> datetime:
    """How long a message sent `now` waits for a receiver; without a word about it as long as the setting says."""
    return now + (ttl if ttl is not None else timedelta(days=settings.SANGONG_MESSAGE_DAYS))


def send(message: SentMessage) -> bool:
    """Write it down and have it carried once the transaction commits; False where one of its key was sent before."""
    from workflows import tasks as jobs

    if message.key is None:
        message.save()
    else:
        with suppress(IntegrityError), transaction.atomic():
            message.save(force_insert=True)
        if message.pk is None:
            return False
    queue.put(jobs.work_of_message(message.pk, message.kind))
    return True


def throw(case: Case, thrown: Sequence[Thrown], now: datetime) -> list[dict[str, Any]]:
    """Send what a case has thrown and not caught itself (a signal goes to all others as well); what its log tells of it."""
    told = []
    for one in thrown:
        entry: dict[str, Any] = {"kind": one.kind, "name": one.name, "node": one.node, "caught": one.caught}
        if one.kind == MessageKind.SIGNAL or (one.kind == MessageKind.MESSAGE and not one.caught):
            message = SentMessage(
                kind=one.kind,
                name=one.name,
                correlation=one.correlation,
                key=_key(one),
                variables=feel.to_json(dict(one.variables)),
                sender_id=case.pk,
                created=now,
                expires=max(one.until, now) if one.until is not None else kept_until(now),
            )
            entry["sent"] = message.pk if send(message) else None
        told.append(entry)
    return told


def _key(thrown: Thrown) -> str | None:
    """An id given in a diagram holds for its message and correlation key, as Camunda 8 has it; a hash of it fits."""
    if not thrown.key:
        return None
    return "flow:" + sha256(_SEPARATOR.join((thrown.name, thrown.correlation, thrown.key)).encode()).hexdigest()


#: What nobody has taken yet.
KEPT = Q(kind=MessageKind.MESSAGE, taken__isnull=True)


def kept_for(case: Case, now: datetime) -> QuerySet[SentMessage]:
    """The kept messages a case waits for."""
    wanted = [
        Q(name=name) if correlation is None else Q(name=name, correlation=correlation)
        for kind, name, correlation in map(parts, case.listens)
        if kind == MessageKind.MESSAGE
    ]
    if not wanted:
        return SentMessage.objects.none()
    return SentMessage.objects.filter(KEPT, reduce(or_, wanted), expires__gt=now)


def missed_by(case_id: int) -> QuerySet[Receipt]:
    """The signals a case has not been told yet, oldest first."""
    return Receipt.objects.filter(case=case_id, done__isnull=True).order_by("pk")


def values_of(message: SentMessage) -> Mapping[str, Any]:
    """What it brings."""
    values: Mapping[str, Any] = feel.from_json(message.variables)
    return values

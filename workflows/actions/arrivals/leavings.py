"""What the minute's sweep finds: deliveries whose job was lost or gave up, and messages nobody came for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from django.db import connection
from django.utils import timezone
from viewflow.workflow.status import PROCESS

from permissions.transactions import action
from workflows.actions.arrivals.clocks import clock_start
from workflows.actions.arrivals.delivery import message_deliver, receipt_deliver, signal_deliver
from workflows.models import MessageKind, Receipt, SentMessage, StartTimer

# Younger ones are their own job's business.
_PATIENCE = timedelta(minutes=1)
# A message that is not kept at all stays this long for the job that carries it.
_GRACE = timedelta(minutes=10)

_COULD_BE_TAKEN = """
SELECT m.id FROM workflows_sentmessage AS m
 WHERE m.kind = 'message' AND m.taken IS NULL AND m.expires > %(now)s AND m.created < %(before)s
   AND (EXISTS (SELECT FROM workflows_case AS c WHERE c.status = 'NEW' AND c.suspended IS NULL
                AND c.listens && ARRAY['message:' || m.name, 'message:' || m.name || E'\\x1f' || m.correlation]::varchar[])
        OR EXISTS (SELECT FROM workflows_definitionversion AS v WHERE v.status = 'published'
                   AND v.starts @> ARRAY['message:' || m.name]::varchar[]))
 ORDER BY m.created, m.id LIMIT %(most)s
"""


def left_lying(most: int) -> Iterator[tuple[str, Callable[[int], object], Iterable[int]]]:
    """What should have been delivered by now, oldest first: what it is, who delivers it, and the keys (at most so many)."""
    now = timezone.now()
    before = now - _PATIENCE
    signals = SentMessage.objects.filter(kind=MessageKind.SIGNAL, taken__isnull=True, created__lt=before)
    yield "signal", lambda pk: signal_deliver(message_id=pk), list(signals.values_list("pk", flat=True)[:most])
    with connection.cursor() as cursor:
        cursor.execute(_COULD_BE_TAKEN, {"now": now, "before": before, "most": most})
        messages = [pk for (pk,) in cursor.fetchall()]
    yield "message", lambda pk: message_deliver(message_id=pk), messages
    receipts = Receipt.objects.filter(done__isnull=True, message__taken__lt=before).exclude(
        case__suspended__isnull=False, case__status=PROCESS.NEW
    )
    yield "receipt", lambda pk: receipt_deliver(receipt_id=pk), list(receipts.values_list("pk", flat=True)[:most])
    clocks = StartTimer.objects.filter(due__lte=now).order_by("due", "pk")
    yield "clock", lambda pk: clock_start(clock=pk), list(clocks.values_list("pk", flat=True)[:most])


@action
def clear_expired() -> int:
    """Remove the messages whose time is over and that nobody took; how many. Their sending stays in the log."""
    now = timezone.now()
    gone = SentMessage.objects.filter(
        kind=MessageKind.MESSAGE, taken__isnull=True, expires__lt=now, created__lt=now - _GRACE
    )
    count, _each = gone.delete()
    return count

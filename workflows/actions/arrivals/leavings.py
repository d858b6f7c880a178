"""What the minute's sweep finds: deliveries whose job was lost or gave up, and messages nobody came for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection
from django.utils import timezone
from viewflow.workflow.status import PROCESS

from permissions.transactions import action
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


def left_lying(most: int) -> Iterator[tuple[str, int]]:
    """What should have been delivered by now, oldest first, at most so many of each: what it is (``signal``, ``message``,
    ``receipt``, ``clock``) and its key."""
    now = timezone.now()
    before = now - _PATIENCE
    signals = SentMessage.objects.filter(kind=MessageKind.SIGNAL, taken__isnull=True, created__lt=before)
    yield from (("signal", pk) for pk in signals.values_list("pk", flat=True)[:most])
    with connection.cursor() as cursor:
        cursor.execute(_COULD_BE_TAKEN, {"now": now, "before": before, "most": most})
        yield from (("message", pk) for (pk,) in cursor.fetchall())
    receipts = Receipt.objects.filter(done__isnull=True, message__taken__lt=before).exclude(
        case__suspended__isnull=False, case__status=PROCESS.NEW
    )
    yield from (("receipt", pk) for pk in receipts.values_list("pk", flat=True)[:most])
    clocks = StartTimer.objects.filter(due__lte=now).order_by("due", "pk")
    yield from (("clock", pk) for pk in clocks.values_list("pk", flat=True)[:most])


@action
def clear_expired() -> int:
    """Remove the messages whose time is over and that nobody took; how many. Their sending stays in the log."""
    now = timezone.now()
    gone = SentMessage.objects.filter(
        kind=MessageKind.MESSAGE, taken__isnull=True, expires__lt=now, created__lt=now - _GRACE
    )
    count, _each = gone.delete()
    return count

"""Carrying messages and signals to their receivers: the worker's part, after their sender has committed.

Every function here may be called any number of times, by any number of workers at once, and may die at any moment: what it has
not committed did not happen, and what it has committed is seen by whoever comes next. Locks: the receiving case, then the row
of the message or receipt, then the log. No sender's case is ever held.

Nothing that is kept misses who begins to wait for it. A message is committed before it looks for a case, and a case is committed
before it looks for a message; so whichever of the two looks last sees the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Exists, OuterRef, QuerySet
from viewflow.workflow.status import PROCESS

from permissions.errors import WrongState
from permissions.transactions import action
from workflows import handlers, post, queue
from workflows.actions.cases import case_start
from workflows.actions.incidents import incident_record
from workflows.clock import now
from workflows.engine import MessageArrived, SignalArrived
from workflows.locks import lock_case
from workflows.models import Case, DefinitionVersion, MessageKind, Receipt, SentMessage, VersionStatus
from workflows.runtime import Run

# PostgreSQL takes 65,535 parameters in a statement, and a signal may be heard by any number of cases.
WRITTEN_AT_ONCE = 1000


def message_deliver(*, message_id: int) -> Case | None:
    """Bring a message to the oldest case that waits for it, else start the flow it starts; the receiver, or None where it stays
    kept (or has been taken)."""
    tried: set[int] = set()
    while True:
        message = SentMessage.objects.filter(post.KEPT, pk=message_id).first()
        if message is None:
            return None
        case = waiting_for(message).exclude(pk__in=tried).order_by("pk").only("pk").first()
        if case is None:
            return _message_start(message_id=message_id)
        with _told_of_faults(case.pk):
            taken = message_take(message_id=message_id, case_id=case.pk)
        if taken:
            return Case.objects.get(pk=case.pk)
        # It went on in the meantime. Should it wait again, it looks for the message itself.
        tried.add(case.pk)


@contextmanager
def _told_of_faults(case_id: int) -> Iterator[None]:
    """Around a delivery: where the case cannot go on with it, it stands where it stood, the queue tries again later, and those
    who look after the flows learn of it."""
    try:
        yield
    except Exception as error:
        incident_record(error=error, case_id=case_id)
        raise


@action
def message_take(*, message_id: int, case_id: int) -> bool:
    """Let a case take a kept message. False where the message is gone, or the case does not wait for it (any more)."""
    case, head = lock_case(case_id)
    message = SentMessage.objects.select_for_update().filter(post.KEPT, pk=message_id).first()
    if message is None or not case.moves or not set(post.receivers_of(message)) & set(case.listens):
        return False
    run = Run(case, head)
    try:
        run.play(MessageArrived(message.name, post.values_of(message), message.correlation))
    except WrongState as error:
        if error.code != "not_waiting":
            raise
        return False
    run.settle()
    data = {"message": message.name, "variables": message.variables, "sent": message.pk}
    run.save(actor=None, verb="case_message", data=data)
    _taken(message, case)
    return True


@action
def _message_start(*, message_id: int) -> Case | None:
    message = SentMessage.objects.select_for_update().filter(post.KEPT, pk=message_id).first()
    version = started_by(message).first() if message is not None else None
    if message is None or version is None:
        return None
    case = case_start(
        actor=None,
        definition=version.definition.key,
        version=version.number,
        message=message.name,
        variables=post.values_of(message),
        dedupe_key=f"sent:{message.pk}",
    )
    _taken(message, case)
    return case


def _taken(message: SentMessage, case: Case) -> None:
    message.taken, message.taker = now(), case
    message.save(update_fields=["taken", "taker"])


@action
def signal_deliver(*, message_id: int) -> int:
    """Find out whom a signal goes to, and have each of them told; how many there are. Done once: later calls find nothing to do.

    The sender has heard it already. A case that stands still is told when it goes on.
    """
    message = (
        SentMessage.objects.select_for_update()
        .filter(pk=message_id, kind=MessageKind.SIGNAL, taken__isnull=True)
        .first()
    )
    if message is None:
        return 0
    from workflows import tasks as jobs

    listening = (
        waiting_for(message, resting=True).exclude(pk=message.sender_id).order_by("pk").values_list("pk", flat=True)
    )
    receipts = [Receipt(message=message, case_id=case) for case in listening]
    receipts += [Receipt(message=message, version=version) for version in started_by(message)]
    Receipt.objects.bulk_create(receipts, batch_size=WRITTEN_AT_ONCE)
    message.taken = now()
    message.save(update_fields=["taken"])
    queue.put(*[jobs.work_of_receipt(receipt.pk) for receipt in receipts])
    return len(receipts)


def receipt_deliver(*, receipt_id: int) -> bool:
    """Tell one receiver of a signal. False where it has been told, does not listen any more, or stands still."""
    receipt = Receipt.objects.filter(pk=receipt_id, done__isnull=True).first()
    if receipt is None:
        return False
    if receipt.version_id is not None:
        return _start_by(receipt_id)
    assert receipt.case_id is not None  # noqa: S101  # a receipt is one or the other's
    with _told_of_faults(receipt.case_id):
        return _tell(receipt_id, receipt.case_id)


@action
def _start_by(receipt_id: int) -> bool:
    receipt = _open(receipt_id)
    if receipt is None or receipt.version is None:
        return False
    receipt.case = case_start(
        actor=None,
        definition=receipt.version.definition.key,
        version=receipt.version.number,
        signal=receipt.message.name,
        variables=post.values_of(receipt.message),
        dedupe_key=f"receipt:{receipt.pk}",
    )
    _done(receipt)
    return True


@action
def _tell(receipt_id: int, case_id: int) -> bool:
    case, head = lock_case(case_id)
    receipt = _open(receipt_id)
    if receipt is None or (case.is_running and not case.moves):
        return False
    heard = False
    if case.is_running:
        message, run = receipt.message, Run(case, head)
        step = run.play(SignalArrived(message.name, post.values_of(message)))
        heard = any(trace.kind == "received" for trace in step.trace)
        if heard:
            run.settle()
            data = {"signal": message.name, "variables": message.variables, "sent": message.pk}
            run.save(actor=None, verb="case_signal", data=data)
    _done(receipt)
    return heard


def _open(receipt_id: int) -> Receipt | None:
    return (
        Receipt.objects.select_for_update(of=("self",))
        .select_related("message", "version__definition")
        .filter(pk=receipt_id, done__isnull=True)
        .first()
    )


def _done(receipt: Receipt) -> None:
    receipt.done = now()
    receipt.save(update_fields=["done", "case"])


def case_look(*, case_id: int) -> int:
    """Give a case the signals it missed while it stood still, and the kept messages it waits for, oldest first; how many it got."""
    found = sum(receipt_deliver(receipt_id=pk) for pk in list(post.missed_by(case_id).values_list("pk", flat=True)))
    tried: set[int] = set()
    while True:
        case = Case.objects.filter(pk=case_id, status=PROCESS.NEW, suspended__isnull=True).only("listens").first()
        message = (
            post.kept_for(case, now()).exclude(pk__in=tried).order_by("created", "pk").only("pk").first()
            if case
            else None
        )
        if message is None:
            return found
        with _told_of_faults(case_id):
            found += message_take(message_id=message.pk, case_id=case_id)
        tried.add(message.pk)


@handlers.on_case_resume
def look_again(case: Case) -> None:
    """What came while the case stood still reaches it once it goes on."""
    from workflows import tasks as jobs

    if case.listens or post.missed_by(case.pk).exists():
        queue.put_once(jobs.work_of_look(case.pk, 0))


def waiting_for(message: SentMessage, *, resting: bool = False) -> QuerySet[Case]:
    """The running cases that listen for it, with `resting` also those that stand still."""
    found = Case.objects.filter(status=PROCESS.NEW, listens__overlap=post.receivers_of(message))
    return found if resting else found.filter(suspended__isnull=True)


def started_by(message: SentMessage) -> QuerySet[DefinitionVersion]:
    """The versions that it starts a case of: of each flow the last published one, if that is one."""
    published = DefinitionVersion.objects.filter(status=VersionStatus.PUBLISHED)
    newer = published.filter(definition=OuterRef("definition"), number__gt=OuterRef("number"))
    return (
        published.filter(~Exists(newer), starts__contains=[post.address(message.kind, message.name)])
        .select_related("definition")
        .defer("xml")
        .order_by("definition__key")
    )

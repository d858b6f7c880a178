"""Messages, signals and clocks with several workers at the same moment, on real PostgreSQL: nothing lost, nothing twice."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from permissions import audit
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.diagrams import chain, task
from tests.workflows.post import END, START, asks_first, event, named, started_by, waits, work
from tests.workflows.test_concurrency import ROUNDS, WORKER, _process, at_once
from workflows import actions, clock, handlers
from workflows.models import Case, Receipt, SentMessage, StartTimer
from workflows.replay import differences

pytestmark = pytest.mark.django_db(transaction=True)


def start(key: str) -> Case:
    return actions.case_start(actor=None, definition=key)


def fine(outcomes: list[object]) -> None:
    assert not any(isinstance(outcome, BaseException) for outcome in outcomes), outcomes


def received(case: Case) -> int:
    return AuditEvent.objects.filter(subject=case.chain, verb__in=("case_message", "case_signal")).count()


def test_a_message_sent_while_a_case_begins_to_wait_is_never_missed(cast: Cast, publish: Callable) -> None:
    publish(asks_first("message:paid"), "asks")
    for number in range(ROUNDS):
        case = start("asks")
        asked = task_at(case, "ask").pk

        def send() -> None:
            message = actions.message_send(actor=None, name="paid")
            actions.message_deliver(message_id=message.pk)

        def begin(asked: int = asked, case: Case = case) -> None:
            actions.task_complete(actor=cast.town_secretary, task_id=asked)
            actions.case_look(case_id=case.pk)

        fine(at_once(send, begin) if number % 2 else at_once(begin, send))
        assert open_nodes(case) == ["sign"], number
        assert (received(case), SentMessage.objects.filter(taken__isnull=True).count()) == (1, 0)
    assert list(audit.verify()) == []


def test_one_message_and_two_waiting_cases_in_three_hands_comes_to_one(publish: Callable) -> None:
    publish(waits("message:paid"), "waits")
    for _round in range(ROUNDS):
        cases = [start("waits"), start("waits")]
        message = actions.message_send(actor=None, name="paid")
        deliver = lambda pk=message.pk: actions.message_deliver(message_id=pk)  # noqa: E731
        fine(at_once(deliver, deliver, lambda pk=cases[1].pk: actions.case_look(case_id=pk)))
        assert sorted(map(received, cases)) == [0, 1]
        for case in cases:
            actions.case_cancel(actor=None, case_id=case.pk, reason="下一轮")


def test_two_messages_at_once_come_to_two_cases_or_one_is_kept(publish: Callable) -> None:
    publish(waits("message:paid"), "waits")
    for number in range(ROUNDS):
        cases = [start("waits") for _case in range(1 + number % 2)]
        sent = [actions.message_send(actor=None, name="paid").pk for _twice in range(2)]
        fine(at_once(*[lambda pk=pk: actions.message_deliver(message_id=pk) for pk in sent]))
        assert [received(case) for case in cases] == [1] * len(cases)
        assert SentMessage.objects.filter(pk__in=sent, taken__isnull=True).count() == 2 - len(cases)
        SentMessage.objects.filter(taken__isnull=True).delete()


def test_a_message_that_starts_a_case_starts_one(publish: Callable) -> None:
    publish(started_by("message:paid"), "begun")
    for number in range(ROUNDS):
        message = actions.message_send(actor=None, name="paid")
        fine(at_once(*[lambda pk=message.pk: actions.message_deliver(message_id=pk)] * 2))
        assert Case.objects.count() == number + 1


def test_a_signal_sent_round_by_two_tells_each_once(publish: Callable) -> None:
    publish(waits("signal:alarm"), "waits")
    publish(started_by("signal:alarm"), "begun")
    for number in range(ROUNDS):
        cases = [start("waits") for _case in range(3)]
        message = actions.signal_send(actor=None, name="alarm")
        fine(at_once(*[lambda pk=message.pk: actions.signal_deliver(message_id=pk)] * 2))
        receipts = list(Receipt.objects.filter(message=message).values_list("pk", flat=True))
        assert len(receipts) == 4
        tell = [lambda pk=pk: actions.receipt_deliver(receipt_id=pk) for pk in receipts]
        fine(at_once(*tell, *tell[:2], *tell[-1:]))
        assert [received(case) for case in cases] == [1, 1, 1]
        assert Case.objects.filter(version__definition__key="begun").count() == number + 1


def test_the_same_key_sent_twice_at_once_is_one_message() -> None:
    for number in range(ROUNDS):
        send = lambda number=number: actions.message_send(actor=None, name="paid", key=f"bill-{number}").pk  # noqa: E731
        outcomes = at_once(send, send)
        fine(outcomes)
        assert len(set(outcomes)) == 1
    assert AuditEvent.objects.filter(verb="message_send").count() == ROUNDS


def test_two_cases_that_signal_each_other_wait_for_nobody(cast: Cast, publish: Callable) -> None:
    body = (
        START + task("ask", groups="town:secretary") + event("intermediateThrowEvent", "say", "signal:alarm")
        + task("sign", groups="town:chair")
        + event("boundaryEvent", "rung", "signal:alarm", 'attachedToRef="ask" cancelActivity="false"')
        + task("note", groups="town:chair") + END + chain("start", "ask", "say", "sign", "end") + chain("rung", "note", "end")
    )  # fmt: skip
    publish(named(body, "both"), "both")
    for _round in range(ROUNDS // 3):
        cases = [start("both"), start("both")]
        asked = [task_at(case, "ask").pk for case in cases]
        fine(at_once(*[lambda pk=pk: actions.task_complete(actor=cast.town_secretary, task_id=pk) for pk in asked]))
        pending = SentMessage.objects.filter(taken__isnull=True).values_list("pk", flat=True)
        fine(at_once(*[lambda pk=pk: actions.signal_deliver(message_id=pk) for pk in pending]))
        work()
        for case in cases:
            assert open_nodes(case) == ["sign"]
            assert differences(Case.objects.get(pk=case.pk)) == []


def test_a_clock_two_workers_look_at_starts_one_case_each_time(publish: Callable) -> None:
    with clock.at(timezone.now() - timedelta(days=2)):
        publish(started_by("timeCycle:R/PT1H"), "hourly")
    row = StartTimer.objects.get().pk
    for number in range(ROUNDS):
        outcomes = at_once(*[lambda: actions.clock_start(clock=row)] * 2)
        fine(outcomes)
        assert Case.objects.count() == number + 1
        StartTimer.objects.update(due=timezone.now() - timedelta(seconds=1))


def test_a_clock_that_is_due_while_its_version_is_retired_leaves_nothing_half_done(publish: Callable) -> None:
    for number in range(ROUNDS // 3):
        with clock.at(timezone.now() - timedelta(days=2)):
            version = publish(started_by("timeCycle:R/PT1H"), f"hourly_{number}")
        row = StartTimer.objects.get().pk
        fine(
            at_once(
                lambda row=row: actions.clock_start(clock=row),
                lambda pk=version.pk: actions.definition_retire(actor=None, version_id=pk),
            )
        )
        assert not StartTimer.objects.exists()
        assert Case.objects.filter(version=version).count() <= 1


@pytest.mark.slow
def test_a_worker_killed_while_it_delivers_loses_and_doubles_nothing(publish: Callable) -> None:
    if handlers.handler_of("tests.arrive") is None:
        handlers.handler("tests.arrive", inline=True)(lambda **_context: None)
    job = (
        '<bpmn:serviceTask id="work"><bpmn:extensionElements><zeebe:taskDefinition type="tests.arrive"/>'
        "</bpmn:extensionElements></bpmn:serviceTask>"
    )
    body = (
        START + event("intermediateCatchEvent", "wait", "message:paid") + job + task("sign", groups="town:chair") + END
    )
    publish(named(body + chain("start", "wait", "work", "sign", "end"), "works"), "works")
    case = start("works")
    script = WORKER.replace('@handlers.handler("tests.file")', '@handlers.handler("tests.arrive", inline=True)')
    message = actions.message_send(actor=None, name="paid", variables={"amount": 1})

    with _process(script, "slow") as worker:
        said = []
        for line in worker.stdout or ():
            said.append(line)
            if "in the middle" in line:
                break
        worker.send_signal(signal.SIGKILL)
    assert said[-1].startswith("in the middle"), "the worker never began:\n" + "".join(said)
    message.refresh_from_db()
    assert (open_nodes(case), message.taken, received(case)) == (["wait"], None, 0)
    assert not AuditEvent.objects.filter(subject=f"filed:{case.pk}").exists()

    time.sleep(1.5)
    output, _errors = _process(script, "quick").communicate(timeout=90)
    message.refresh_from_db()
    assert open_nodes(case) == ["sign"], output
    assert (message.taker_id, received(case)) == (case.pk, 1)
    assert AuditEvent.objects.filter(subject=f"filed:{case.pk}").count() == 1
    assert differences(Case.objects.get(pk=case.pk)) == []

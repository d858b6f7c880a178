"""A signal reaches everybody who listens, each exactly once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from permissions.errors import Denied, Invalid
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.diagrams import chain, task
from tests.workflows.post import END, START, asks_first, event, lose, named, sends, started_by, waits, work
from workflows import actions, clock, tasks
from workflows.models import Case, Receipt, SentMessage
from workflows.replay import differences

pytestmark = pytest.mark.django_db


def start(key: str) -> Case:
    return actions.case_start(actor=None, definition=key)


def test_all_that_listen_hear_it_and_what_it_starts_begins(publish: Callable) -> None:
    publish(waits("signal:alarm"), "waits")
    publish(asks_first("signal:alarm"), "asks")
    publish(started_by("signal:alarm"), "begun")
    publish(started_by("signal:alarm"), "other")
    publish(started_by("message:paid"), "quiet")
    listening, deaf = [start("waits") for _three in range(3)], start("asks")
    signal = actions.signal_send(actor=None, name="alarm", variables={"level": 3})
    work()
    assert [open_nodes(case) for case in listening] == [["sign"]] * 3
    assert open_nodes(deaf) == ["ask"]
    begun = Case.objects.filter(version__definition__key__in=("begun", "other", "quiet"))
    assert sorted(begun.values_list("version__definition__key", flat=True)) == ["begun", "other"]
    assert {case.variables["level"] for case in begun} == {3}
    assert Receipt.objects.filter(message=signal, done__isnull=False).count() == 5
    for case in Case.objects.all():
        assert differences(case) == []
    entry = AuditEvent.objects.get(subject=listening[0].chain, verb="case_signal")
    assert (entry.data["signal"], entry.data["variables"]) == ("alarm", {"level": 3})


def test_a_case_that_throws_it_hears_it_itself_but_once(cast: Cast, publish: Callable) -> None:
    publish(
        named(
            START + task("ask", groups="town:secretary") + event("intermediateThrowEvent", "say", "signal:alarm")
            + task("sign", groups="town:chair")
            + event("boundaryEvent", "rung", "signal:alarm", 'attachedToRef="sign" cancelActivity="false"')
            + event("intermediateCatchEvent", "wait", "signal:alarm") + END
            + chain("start", "ask", "say", "sign", "end") + chain("rung", "wait", "end"),
            "both",
        ),
        "both",
    )  # fmt: skip
    thrower, other = start("both"), start("both")
    for case in (other, thrower):
        actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "ask").pk)
        work()
    # The first was at `sign` when the second threw; each heard its own when it threw.
    assert open_nodes(thrower) == ["sign", "wait"]
    assert open_nodes(other) == ["sign", "wait"]
    assert list(Receipt.objects.values_list("case", flat=True)) == [other.pk]


def test_a_thrown_signal_stands_in_the_logs_of_both(cast: Cast, publish: Callable) -> None:
    publish(waits("signal:alarm"), "waits")
    publish(sends("signal:alarm"), "sends")
    receiver, sender = start("waits"), start("sends")
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(sender, "ask").pk)
    work()
    assert open_nodes(receiver) == ["sign"]
    told = AuditEvent.objects.get(subject=sender.chain, verb="task_complete").data["thrown"]
    assert [(one["kind"], one["name"], one["node"]) for one in told] == [("signal", "alarm", "say")]
    assert AuditEvent.objects.filter(subject=receiver.chain, verb="case_signal").count() == 1
    assert differences(Case.objects.get(pk=receiver.pk)) == []


def test_nobody_need_listen() -> None:
    actions.signal_send(actor=None, name="alarm")
    assert work() == ["send_round"]
    assert not Receipt.objects.exists()


def test_what_comes_later_does_not_hear_it(publish: Callable) -> None:
    publish(waits("signal:alarm"), "waits")
    actions.signal_send(actor=None, name="alarm")
    work()
    case = start("waits")
    work()
    assert open_nodes(case) == ["wait"]


def test_the_same_key_is_the_same_signal_and_a_job_done_twice_tells_nobody_twice(publish: Callable) -> None:
    publish(waits("signal:alarm"), "waits")
    publish(started_by("signal:alarm"), "begun")
    start("waits")
    sent = {actions.signal_send(actor=None, name="alarm", key="k").pk for _twice in range(2)}
    work()
    later = start("waits")
    for message in sent:
        tasks.send_round.func(message_id=message)
    for receipt in Receipt.objects.all():
        tasks.tell.func(receipt_id=receipt.pk)
    work()
    assert (len(sent), Receipt.objects.count(), open_nodes(later)) == (1, 2, ["wait"])
    assert Case.objects.filter(version__definition__key="begun").count() == 1
    assert AuditEvent.objects.filter(verb="case_signal").count() == 1


def test_a_suspended_case_hears_it_when_it_goes_on(cast: Cast, publish: Callable) -> None:
    publish(waits("signal:alarm"), "waits")
    case = start("waits")
    actions.case_suspend(actor=cast.admin, case_id=case.pk, reason="核对")
    actions.signal_send(actor=None, name="alarm")
    work()
    assert tasks.sweep_post.func(timestamp=0) == 0
    assert open_nodes(case) == ["wait"]
    actions.case_resume(actor=cast.admin, case_id=case.pk)
    work()
    assert open_nodes(case) == ["sign"]
    assert not Receipt.objects.filter(done__isnull=True).exists()


def test_a_case_that_ended_meanwhile_is_left_alone(cast: Cast, publish: Callable) -> None:
    publish(waits("signal:alarm"), "waits")
    case = start("waits")
    signal = actions.signal_send(actor=None, name="alarm")
    actions.signal_deliver(message_id=signal.pk)
    actions.case_cancel(actor=cast.admin, case_id=case.pk, reason="重复")
    work()
    assert Receipt.objects.get().done is not None
    assert not AuditEvent.objects.filter(verb="case_signal").exists()


def test_lost_jobs_are_made_good_by_the_sweep(publish: Callable) -> None:
    publish(waits("signal:alarm"), "waits")
    case = start("waits")
    with clock.at(timezone.now() - timedelta(minutes=3)):
        signal = actions.signal_send(actor=None, name="alarm")
        actions.signal_deliver(message_id=signal.pk)
    lose()
    assert tasks.sweep_post.func(timestamp=0) == 1
    work()
    assert open_nodes(case) == ["sign"]
    with clock.at(timezone.now() - timedelta(minutes=3)):
        actions.signal_send(actor=None, name="alarm")
    lose()
    assert tasks.sweep_post.func(timestamp=0) == 1
    work()
    assert not SentMessage.objects.filter(taken__isnull=True).exists()


def test_who_may_send_one_and_what_cannot_be_sent(cast: Cast) -> None:
    message = actions.signal_send(actor=cast.admin, name="alarm")
    assert AuditEvent.objects.get(subject=f"sent:{message.pk}").actor == cast.admin
    with pytest.raises(Denied):
        actions.signal_send(actor=cast.town_chair, name="alarm")
    with pytest.raises(Invalid):
        actions.signal_send(actor=None, name="")


def test_what_a_case_throws_before_it_first_waits_is_sent_too(publish: Callable) -> None:
    publish(waits("signal:alarm"), "waits")
    publish(waits("message:paid"), "pays")
    body = START + event("intermediateThrowEvent", "say", "signal:alarm") + event("endEvent", "over", "message:paid")
    publish(named(body + chain("start", "say", "over"), "short"), "short")
    hears, takes = start("waits"), start("pays")
    sender = start("short")
    work()
    assert (sender.status, open_nodes(hears), open_nodes(takes)) == ("DONE", ["sign"], ["sign"])
    assert set(SentMessage.objects.values_list("sender", "kind")) == {(sender.pk, "signal"), (sender.pk, "message")}
    assert differences(Case.objects.get(pk=sender.pk)) == []

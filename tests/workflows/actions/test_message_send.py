"""A message finds its one receiver, or is kept for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from permissions.errors import Conflict, Denied, Invalid, WrongState
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.post import asks_first, lose, sends, started_by, waits, work
from workflows import actions, clock, tasks
from workflows.models import Case, Incident, SentMessage
from workflows.replay import differences

pytestmark = pytest.mark.django_db


def start(key: str, **variables: object) -> Case:
    return actions.case_start(actor=None, definition=key, variables=variables)


def test_the_oldest_case_that_waits_takes_it_and_no_other(publish: Callable) -> None:
    publish(waits("message:paid"), "waits")
    first, second = start("waits"), start("waits")
    message = actions.message_send(actor=None, name="paid", variables={"amount": 280})
    assert open_nodes(first) == ["wait"], "delivery is the worker's"
    work()
    first.refresh_from_db()
    message.refresh_from_db()
    assert (open_nodes(first), open_nodes(second)) == (["sign"], ["wait"])
    assert (first.variables, message.taker, message.taken is not None) == ({"amount": 280}, first, True)
    assert (first.listens, Case.objects.get(pk=second.pk).listens) == ([], ["message:paid"])
    assert differences(first) == []


def test_a_message_comes_to_the_case_whose_key_it_has(publish: Callable) -> None:
    publish(waits("message:order"), "waits")
    first, second = start("waits", number="A-1"), start("waits", number=7)
    actions.message_send(actor=None, name="order", correlation="7")
    actions.message_send(actor=None, name="order", correlation="B-2")
    actions.message_send(actor=None, name="order")
    work()
    assert (open_nodes(first), open_nodes(second)) == (["wait"], ["sign"])
    assert SentMessage.objects.filter(taken__isnull=True).count() == 2


def test_where_nobody_waits_it_starts_the_last_published_flow_that_it_starts(publish: Callable) -> None:
    publish(started_by("message:paid"), "older")
    publish(started_by("message:paid").replace(b'"sign"', b'"stamp"'), "older")
    publish(waits("message:order"), "waits")
    message = actions.message_send(actor=None, name="paid", variables={"amount": 1})
    work()
    message.refresh_from_db()
    case = Case.objects.get()
    assert (message.taker, case.version.number, case.variables, case.started_by) == (case, 2, {"amount": 1}, None)
    assert open_nodes(case) == ["stamp"]
    assert differences(case) == []
    assert AuditEvent.objects.get(subject=case.chain, verb="case_start").data["message"] == "paid"


def test_a_flow_whose_last_version_is_retired_or_starts_otherwise_is_not_started(publish: Callable) -> None:
    publish(started_by("message:paid"), "changed")
    publish(waits("message:order"), "changed")
    retired = publish(started_by("message:paid"), "retired")
    actions.definition_retire(actor=None, version_id=retired.pk)
    actions.message_send(actor=None, name="paid")
    work()
    assert not Case.objects.exists()


def test_it_is_kept_for_a_case_that_begins_to_wait(cast: Cast, publish: Callable) -> None:
    publish(asks_first("message:paid"), "asks")
    case = start("asks")
    for amount in (1, 2):
        actions.message_send(actor=None, name="paid", variables={"amount": amount})
    work()
    assert SentMessage.objects.filter(taken__isnull=True).count() == 2
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "ask").pk)
    assert work() == ["look"]
    case.refresh_from_db()
    assert (open_nodes(case), case.variables) == (["sign"], {"amount": 1}), "the oldest first, and one only"
    assert SentMessage.objects.filter(taken__isnull=True).count() == 1
    assert differences(case) == []


def test_it_is_not_kept_longer_than_its_time_to_live(cast: Cast, publish: Callable) -> None:
    publish(asks_first("message:paid"), "asks")
    case = start("asks")
    long_ago = timezone.now() - timedelta(hours=3)
    with clock.at(long_ago):
        actions.message_send(actor=None, name="paid", ttl=timedelta(hours=1))
        actions.message_send(actor=None, name="paid", ttl=timedelta(0), key="now or never")
    kept = actions.message_send(actor=None, name="paid")
    work()
    assert kept.expires - kept.created == timedelta(days=7)
    assert tasks.sweep_post.func(timestamp=0) == 2
    assert list(SentMessage.objects.all()) == [kept]
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "ask").pk)
    work()
    assert open_nodes(case) == ["sign"]


def test_one_not_to_be_kept_still_reaches_who_waits_already(publish: Callable) -> None:
    publish(waits("message:paid"), "waits")
    case = start("waits")
    actions.message_send(actor=None, name="paid", ttl=timedelta(0))
    work()
    assert open_nodes(case) == ["sign"]


def test_the_same_key_is_the_same_message(publish: Callable) -> None:
    publish(waits("message:paid"), "waits")
    first, second = start("waits"), start("waits")
    sent = [actions.message_send(actor=None, name="paid", key="bill-1") for _twice in range(2)]
    work()
    sent.append(actions.message_send(actor=None, name="paid", key="bill-1"))
    work()
    assert len({message.pk for message in sent}) == 1
    assert (open_nodes(first), open_nodes(second)) == (["sign"], ["wait"])
    assert AuditEvent.objects.filter(verb="message_send").count() == 1
    with pytest.raises(Conflict) as refusal:
        actions.message_send(actor=None, name="order", key="bill-1")
    assert refusal.value.code == "key_used"


def test_a_job_done_twice_delivers_once(publish: Callable) -> None:
    publish(waits("message:paid"), "waits")
    publish(started_by("message:order"), "started")
    first, second = start("waits"), start("waits")
    paid = actions.message_send(actor=None, name="paid")
    order = actions.message_send(actor=None, name="order")
    for _twice in range(2):
        tasks.carry.func(message_id=paid.pk)
        tasks.carry.func(message_id=order.pk)
        tasks.look.func(case_id=second.pk)
    assert (open_nodes(first), open_nodes(second)) == (["sign"], ["wait"])
    assert Case.objects.filter(version__definition__key="started").count() == 1


def test_a_lost_job_is_made_good_by_the_sweep(publish: Callable) -> None:
    publish(waits("message:paid"), "waits")
    publish(started_by("message:order"), "started")
    case = start("waits")
    with clock.at(timezone.now() - timedelta(minutes=2)):
        actions.message_send(actor=None, name="paid")
        actions.message_send(actor=None, name="order")
    lose()
    assert tasks.sweep_post.func(timestamp=0) == 2
    assert tasks.sweep_post.func(timestamp=0) == 0, "it is queued already"
    work()
    assert open_nodes(case) == ["sign"]
    assert Case.objects.filter(version__definition__key="started").count() == 1


def test_what_a_case_throws_goes_to_another(cast: Cast, publish: Callable) -> None:
    publish(waits("message:order"), "waits")
    publish(sends("message:order"), "sends")
    other, receiver = start("waits", number="other"), start("waits", number="A-1")
    sender = start("sends", number="A-1")
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(sender, "ask").pk)
    work()
    assert (open_nodes(other), open_nodes(receiver)) == (["wait"], ["sign"])
    message = SentMessage.objects.get()
    assert (message.sender, message.taker, message.correlation) == (sender, receiver, "A-1")
    told = AuditEvent.objects.get(subject=sender.chain, verb="task_complete").data["thrown"]
    assert told == [{"kind": "message", "name": "order", "node": "say", "caught": False, "sent": message.pk}]
    heard = AuditEvent.objects.get(subject=receiver.chain, verb="case_message").data
    assert (heard["message"], heard["sent"]) == ("order", message.pk)
    for case in (sender, receiver):
        assert differences(Case.objects.get(pk=case.pk)) == []


def test_a_send_task_says_how_long_and_under_which_key(cast: Cast, publish: Callable) -> None:
    say = (
        '<bpmn:sendTask id="say" messageRef="paid"><bpmn:extensionElements>'
        '<zeebe:publishMessage correlationKey="=number" messageId="=number" timeToLive="PT2H"/>'
        "</bpmn:extensionElements></bpmn:sendTask>"
    )
    xml = sends("message:paid").decode()
    before = xml.index('<bpmn:intermediateThrowEvent id="say"')
    after = xml.index("</bpmn:intermediateThrowEvent>") + len("</bpmn:intermediateThrowEvent>")
    publish((xml[:before] + say + xml[after:]).encode(), "sends")
    for number in ("A-1", "A-1", "B-2"):
        case = start("sends", number=number)
        actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "ask").pk)
    assert sorted(SentMessage.objects.values_list("correlation", flat=True)) == ["A-1", "B-2"]
    assert {message.expires - message.created for message in SentMessage.objects.all()} == {timedelta(hours=2)}


def test_a_suspended_case_takes_it_when_it_goes_on(cast: Cast, publish: Callable) -> None:
    publish(waits("message:paid"), "waits")
    case = start("waits")
    actions.case_suspend(actor=cast.admin, case_id=case.pk, reason="核对")
    actions.message_send(actor=None, name="paid")
    work()
    assert open_nodes(case) == ["wait"]
    actions.case_resume(actor=cast.admin, case_id=case.pk)
    work()
    assert open_nodes(case) == ["sign"]


def test_a_case_that_cannot_go_on_with_it_leaves_it_kept(publish: Callable) -> None:
    dead_end = waits("message:paid").replace(
        b'sourceRef="wait" targetRef="sign">',
        b'sourceRef="wait" targetRef="sign"><bpmn:conditionExpression>=ok</bpmn:conditionExpression>',
    )
    publish(dead_end, "waits")
    case = start("waits")
    message = actions.message_send(actor=None, name="paid", variables={"ok": False})
    with pytest.raises(Exception, match="没有一条路线"):
        work()
    message.refresh_from_db()
    assert (open_nodes(case), message.taken) == (["wait"], None)
    incident = Incident.objects.get()
    assert (incident.case, incident.node, incident.code) == (case, "wait", "no_outgoing_flow")
    assert actions.message_send(actor=None, name="paid", variables={"ok": True}).pk != message.pk


def test_a_delivery_that_failed_is_tried_again_from_its_incident(cast: Cast, publish: Callable) -> None:
    dead_end = waits("message:paid").replace(
        b'sourceRef="wait" targetRef="sign">',
        b'sourceRef="wait" targetRef="sign"><bpmn:conditionExpression>=go</bpmn:conditionExpression>',
    )
    publish(dead_end, "waits")
    case = start("waits", go=False)
    actions.message_send(actor=None, name="paid")
    with pytest.raises(Exception, match="没有一条路线"):
        work()
    incident = Incident.objects.get()
    lose()
    actions.variables_set(actor=cast.admin, case_id=case.pk, variables={"go": True}, reason="补录")
    work()
    for _click in range(2):
        actions.incident_retry(actor=cast.admin, incident_id=incident.pk)
    assert AuditEvent.objects.filter(verb="incident_retry").count() == 1
    assert work() == ["look"]
    incident.refresh_from_db()
    assert (open_nodes(case), incident.resolved is not None) == (["sign"], True)
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_an_administrator_sends_by_hand_and_the_log_keeps_it(cast: Cast) -> None:
    message = actions.message_send(actor=cast.admin, name="paid", variables={"amount": 1}, correlation="x", key="k")
    entry = AuditEvent.objects.get(subject=f"sent:{message.pk}")
    assert (entry.verb, entry.actor) == ("message_send", cast.admin)
    assert {name: entry.data[name] for name in ("name", "correlation", "key", "variables")} == {
        "name": "paid", "correlation": "x", "key": "k", "variables": {"amount": 1},
    }  # fmt: skip


@pytest.mark.parametrize("who", ["town_chair", "designer", "auditor", "outsider"])
def test_nobody_else_may(cast: Cast, who: str) -> None:
    with pytest.raises(Denied):
        actions.message_send(actor=getattr(cast, who), name="paid")
    assert not SentMessage.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "n" * 201}, "name"),
        ({"name": "paid", "correlation": "k" * 301}, "correlation"),
        ({"name": "paid", "key": "k" * 201}, "key"),
        ({"name": "paid", "ttl": timedelta(seconds=-1)}, "ttl"),
        ({"name": "paid", "ttl": timedelta(days=3651)}, "ttl"),
    ],
)
def test_what_cannot_be_sent_is_told_by_its_field(given: dict, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.message_send(actor=None, **given)
    assert list(refusal.value.fields) == [field]


def test_a_message_for_a_named_case_is_not_kept(publish: Callable) -> None:
    publish(asks_first("message:paid"), "asks")
    with pytest.raises(WrongState):
        actions.case_message(actor=None, case_id=start("asks").pk, name="paid")
    assert not SentMessage.objects.exists()


def test_the_log_page_tells_it_in_words(cast: Cast, client_of: Callable) -> None:
    actions.message_send(actor=cast.admin, name="paid")
    actions.signal_send(actor=cast.admin, name="alarm")
    page = client_of(cast.auditor).get("/log/?kind=flow").content.decode()
    for words in ("发送消息", "消息 paid", "发送信号", "信号 alarm"):
        assert words in page

"""异常: who sees what failed, how much of it, and what an administrator can do from the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from permissions.errors import Invalid
from permissions.models import AuditEvent, User
from tests.cast import Cast
from tests.workflows.conftest import open_nodes
from tests.workflows.faults import STUCK_CLOCK, Fault, at_work, job_diagram, open_incident, unsteady
from workflows import actions, clock, tasks
from workflows.models import Case, Incident

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
WORDS = "“编号”的处理程序出错（ConnectionError）。"


@pytest.fixture
def fault(publish: Callable, settings: Settings) -> Iterator[Fault]:
    settings.JOB_RETRIES = 0
    with unsteady(ConnectionError("no route")) as one:
        publish(job_diagram(), "jobs")
        yield one


@pytest.fixture
def incident(cast: Cast, fault: Fault) -> Incident:
    return one_more(cast)


def one_more(cast: Cast, **about: Any) -> Incident:
    case, work = at_work(cast.town_proposer, cast.town_secretary, **about)
    tasks.run_job(task_id=work.pk)
    return open_incident(case)


def page(client: Client, name: str, *args: Any, **asked: str) -> str:
    answer = client.get(reverse(name, args=args), asked)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_who_looks_after_flows_sees_them_and_nobody_else(cast: Cast, client_of: ClientOf, incident: Incident) -> None:
    for user in (cast.admin, cast.designer, cast.auditor):
        assert WORDS in page(client_of(user), "incident_list")
        assert WORDS in page(client_of(user), "incident", incident.pk)
    for user in (cast.town_secretary, cast.town_proposer, cast.outsider):
        assert client_of(user).get(reverse("incident_list")).status_code == 403
        assert client_of(user).get(reverse("incident", args=[incident.pk])).status_code == 404
        assert client_of(user).post(reverse("incident_try", args=[incident.pk])).status_code == 404


def test_the_navigation_counts_those_that_wait_for_an_administrator(
    cast: Cast, client_of: ClientOf, incident: Incident
) -> None:
    link = f'href="{reverse("incident_list")}"'
    assert 'aria-label="1 件等管理员"' in page(client_of(cast.admin), "home")
    assert link in page(client_of(cast.admin), "more")
    assert link not in page(client_of(cast.town_secretary), "home")
    assert link not in page(client_of(cast.town_secretary), "more")
    actions.incident_retry(actor=cast.admin, incident_id=incident.pk)
    assert "件等管理员" not in page(client_of(cast.admin), "home")


def test_what_a_case_is_about_stays_hidden_from_administrators(cast: Cast, client_of: ClientOf, fault: Fault) -> None:
    fault.error = Invalid("“干部调整”的文号已用过。", code="taken")
    incident = one_more(cast, subject="secret:7", title="干部调整")
    for shown in (page(client_of(cast.admin), "incident_list"), page(client_of(cast.admin), "incident", incident.pk)):
        assert "干部调整" not in shown
        assert "没有接受（taken）" in shown


def test_they_are_found_by_state_and_flow(
    cast: Cast, client_of: ClientOf, incident: Incident, publish: Callable
) -> None:
    publish(STUCK_CLOCK, "stuck")
    client = client_of(cast.admin)
    assert WORDS not in page(client, "incident_list", state="resolved")
    assert WORDS in page(client, "incident_list", state="all", flow="jobs")
    actions.incident_resolve(actor=cast.admin, incident_id=incident.pk, how="complete", reason="人工编号")
    assert "没有等您处理的异常" in page(client, "incident_list")
    assert WORDS in page(client, "incident_list", state="resolved")
    assert "人工编号" in page(client, "incident", incident.pk)


def test_an_administrator_retries_from_the_page(
    cast: Cast, client_of: ClientOf, incident: Incident, fault: Fault
) -> None:
    client = client_of(cast.admin)
    address = reverse("incident_try", args=[incident.pk])
    assert address in page(client, "incident", incident.pk)
    assert client.get(address).status_code == 405
    answer = client.post(address, follow=True)
    assert "已交后台重试" in answer.content.decode()
    fault.error = None
    tasks.run_job(task_id=incident.task_id)
    assert open_nodes(incident.case) == ["sign"]
    assert "已经自行解除" in page(client, "incident", incident.pk)
    assert client.post(address).status_code == 409


def test_readers_without_the_right_have_no_buttons(cast: Cast, client_of: ClientOf, incident: Incident) -> None:
    shown = page(client_of(cast.auditor), "incident", incident.pk)
    assert reverse("incident_try", args=[incident.pk]) not in shown
    assert reverse("incident_answer", args=[incident.pk]) not in shown
    given = {"how": "complete", "reason": "好"}
    assert client_of(cast.auditor).post(reverse("incident_answer", args=[incident.pk]), given).status_code == 403
    assert client_of(cast.auditor).get(reverse("incident_try_all")).status_code == 403


def test_an_administrator_answers_for_the_step(cast: Cast, client_of: ClientOf, incident: Incident) -> None:
    given = {"how": "complete", "variables": '{"number": 17.5, "tags": ["a"]}', "reason": "人工编号"}
    answer = client_of(cast.admin).post(reverse("incident_answer", args=[incident.pk]), given)
    assert answer.status_code == 302
    case = Case.objects.get(pk=incident.case_id)
    assert (open_nodes(case), case.variables) == (["sign"], {"number": 17.5, "tags": ["a"]})
    again = client_of(cast.admin).post(reverse("incident_answer", args=[incident.pk]), given)
    assert again.status_code == 409
    assert "不用再办" in page(client_of(cast.admin), "incident_answer", incident.pk)
    assert AuditEvent.objects.filter(verb="incident_resolve").count() == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"how": "complete", "reason": "  "}, "请写明原因"),
        ({"reason": "好"}, "请选择一种处理办法"),
        ({"how": "complete", "reason": "好", "variables": "number = 17"}, "请写成 JSON"),
        ({"how": "complete", "reason": "好", "variables": "[1, 2]"}, "请写成 JSON"),
        ({"how": "complete", "reason": "好", "variables": "[" * 100_000}, "请写成 JSON"),
        ({"how": "complete", "reason": "好", "variables": '{"a": ' + "[" * 500 + "]" * 500 + "}"}, "请写成 JSON"),
        ({"how": "complete", "reason": "好", "variables": '{"a": ["\\u0000"]}'}, "请写成 JSON"),
        ({"how": "complete", "reason": "好", "variables": '{"\\ud800": 1}'}, "请写成 JSON"),
        ({"how": "error", "reason": "好", "error": "E9"}, "请换一个图上有错误事件处理的代码"),
        ({"how": "error", "reason": "好"}, "请填写流程图上错误事件的代码"),
    ],
)
def test_what_was_typed_wrongly_comes_back_with_what_to_do(
    cast: Cast, client_of: ClientOf, incident: Incident, given: dict[str, str], words: str
) -> None:
    answer = client_of(cast.admin).post(reverse("incident_answer", args=[incident.pk]), given)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    incident.refresh_from_db()
    assert (incident.resolved, open_nodes(incident.case)) == (None, ["work"])


def test_a_variable_may_be_called_like_the_mark_of_a_date(cast: Cast, client_of: ClientOf, incident: Incident) -> None:
    given = {"how": "complete", "variables": '{"@": "2026-03-01"}', "reason": "人工编号"}
    assert client_of(cast.admin).post(reverse("incident_answer", args=[incident.pk]), given).status_code == 302
    assert open_nodes(incident.case) == ["sign"]


def test_what_was_written_when_it_was_resolved_is_not_for_those_the_case_is_closed_to(
    cast: Cast, client_of: ClientOf, fault: Fault
) -> None:
    incident = one_more(cast, subject="secret:7", title="干部调整")
    actions.incident_resolve(actor=cast.admin, incident_id=incident.pk, how="complete", reason="王某任职已另发文")
    assert "王某" in page(client_of(cast.admin), "incident", incident.pk)
    for user in (cast.designer, cast.auditor):
        assert "王某" not in page(client_of(user), "incident", incident.pk)


def test_of_very_many_some_are_retried_at_once_and_the_rest_with_the_next_click(
    cast: Cast, client_of: ClientOf, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.views.incidents.AT_ONCE", 2)
    for _case in range(2):
        one_more(cast)
    client = client_of(cast.admin)
    cause = {"flow": "jobs", "node": "work", "code": "handler_error:ConnectionError"}
    told = client.post(reverse("incident_try_all"), cause, follow=True).content.decode()
    assert "已交后台重试 2 件" in told and "还有 1 件" in told
    assert Incident.objects.filter(next_try__isnull=True).count() == 1
    client.post(reverse("incident_try_all"), cause)
    assert not Incident.objects.filter(next_try__isnull=True).exists()


def test_many_of_one_case_are_counted_on_its_page(
    cast: Cast, client_of: ClientOf, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.views.incidents.OF_A_CASE", 2)
    for node in ("one", "two", "three"):
        Incident.objects.create(case=incident.case, node=node, code="stuck:x", reason="", created=timezone.now(),
                                last_try=timezone.now())  # fmt: skip
    shown = page(client_of(cast.admin), "case", incident.case_id)
    assert "还有 2 项" in shown


def test_many_of_one_cause_are_retried_together_after_a_question(
    cast: Cast, client_of: ClientOf, incident: Incident, fault: Fault
) -> None:
    others = [one_more(cast) for _case in range(2)]
    client = client_of(cast.admin)
    cause = {"flow": "jobs", "node": "work", "code": "handler_error:ConnectionError"}
    assert "同一个原因" in page(client, "incident_list")
    assert "重试 3 件" in page(client, "incident_try_all", **cause)
    assert Incident.objects.filter(next_try__isnull=False).count() == 0, "looking changes nothing"
    answer = client.post(reverse("incident_try_all"), cause, follow=True)
    assert "已交后台重试 3 件" in answer.content.decode()
    fault.error = None
    for one in (incident, *others):
        tasks.run_job(task_id=one.task_id)
        assert open_nodes(one.case) == ["sign"]
    assert "已经没有了" in page(client, "incident_try_all", **cause)
    assert "已经没有了" in page(client, "incident_try_all")


def test_the_page_of_a_case_says_what_failed_in_words_for_each_reader(
    cast: Cast, client_of: ClientOf, incident: Incident
) -> None:
    assert WORDS in page(client_of(cast.admin), "case", incident.case_id)
    told = page(client_of(cast.town_secretary), "case", incident.case_id)
    assert WORDS not in told.partition('id="log"')[0]
    assert "正等管理员处理" in told


def test_a_clock_that_cannot_ring_offers_no_way_around_it(
    cast: Cast, client_of: ClientOf, publish: Callable, settings: Settings
) -> None:
    settings.JOB_RETRIES = 0
    publish(STUCK_CLOCK, "stuck")
    with clock.at(timezone.now() - timedelta(hours=3)):
        case = actions.case_start(actor=cast.town_proposer, definition="stuck", variables={"amount": 20})
    tasks.fire_timer(timer_row=case.timers.get().pk)
    shown = page(client_of(cast.admin), "incident", open_incident(case).pk)
    assert "时钟不能跳过" in shown
    assert reverse("incident_answer", args=[open_incident(case).pk]) not in shown


def test_a_long_list_has_pages_and_its_statements_do_not_grow_with_it(
    cast: Cast, client_of: ClientOf, incident: Incident
) -> None:
    client = client_of(cast.admin)
    page(client, "incident_list")
    with CaptureQueriesContext(connection) as few:
        page(client, "incident_list")
    for _case in range(24):
        one_more(cast)
    page(client, "incident_list")
    with CaptureQueriesContext(connection) as many:
        assert "第 1 页，共 2 页" in page(client, "incident_list")
    assert len(many) <= len(few) + 2
    assert page(client, "incident_list", page="2").count(WORDS) > 0

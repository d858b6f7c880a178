"""A step somebody drew into a flow can be done without a line of code: the general page asks what the diagram asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from permissions.errors import Invalid
from permissions.models import AuditEvent, User
from tests.cast import Cast
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.diagrams import chain, diagram
from workflows import actions, handlers
from workflows.models import Case

pytestmark = pytest.mark.django_db


def asking(*properties: tuple[str, str]) -> bytes:
    fields = "".join(f'<zeebe:property name="{name}" value="{value}"/>' for name, value in properties)
    return diagram(
        '<bpmn:startEvent id="start"/><bpmn:userTask id="check" name="核对金额">'
        "<bpmn:documentation>请与财务台账核对。</bpmn:documentation><bpmn:extensionElements>"
        f'<zeebe:assignmentDefinition candidateGroups="town:secretary"/><zeebe:properties>{fields}</zeebe:properties>'
        '</bpmn:extensionElements></bpmn:userTask><bpmn:endEvent id="end"/>' + chain("start", "check", "end")
    )


QUESTIONS = asking(
    ("field.agreed", "boolean|金额是否一致"),
    ("field.amount", "number|核定金额（万元）"),
    ("field.source", "choice|资金来源|镇级,区级"),
)


@pytest.fixture
def case(cast: Cast, publish: Callable) -> Case:
    publish(QUESTIONS)
    return actions.case_start(actor=cast.town_proposer, definition="small", title="粮站")


@pytest.fixture
def page(case: Case) -> str:
    return handlers.form_url(task_at(case, "check"))


def test_the_page_asks_what_the_diagram_asks_and_the_answers_become_variables(
    cast: Cast, client_of: Callable[[User], Client], case: Case, page: str
) -> None:
    client = client_of(cast.town_secretary)
    shown = client.get(page).content.decode()
    for words in ("核对金额", "请与财务台账核对。", "金额是否一致", "核定金额（万元）", "镇级"):
        assert words in shown
    answer = client.post(
        page, {"do": "complete", "q_agreed": "yes", "q_amount": "280.5", "q_source": "区级", "note": "已核对"}
    )
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.status == "DONE"
    assert case.variables == {"agreed": True, "amount": 280.5, "source": "区级"}
    assert AuditEvent.objects.get(verb="task_complete").data["note"] == "已核对"


def test_what_was_typed_stays_when_something_is_missing(
    cast: Cast, client_of: Callable[[User], Client], case: Case, page: str
) -> None:
    answer = client_of(cast.town_secretary).post(page, {"do": "complete", "q_amount": "很多", "note": "第一次"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "请填写数字，例如 280。" in shown
    assert "很多" in shown
    assert "第一次" in shown
    assert open_nodes(case) == ["check"]


def test_a_step_is_taken_given_back_and_done_once(
    cast: Cast, client_of: Callable[[User], Client], case: Case, page: str
) -> None:
    client = client_of(cast.town_secretary)
    client.post(page, {"do": "claim"})
    assert task_at(case, "check").owner == cast.town_secretary
    client.post(page, {"do": "release"})
    assert task_at(case, "check").owner is None
    answers = {"do": "complete", "q_agreed": "no", "q_amount": "1", "q_source": "镇级"}
    client.post(page, answers)
    again = client.post(page, answers)
    assert again.status_code == 409
    assert str(cast.town_secretary) in again.content.decode()


def test_outsiders_do_not_find_it_and_visitors_sign_in(
    cast: Cast, client: Client, client_of: Callable[[User], Client], page: str
) -> None:
    assert client_of(cast.outsider).get(page).status_code == 404
    assert client_of(cast.outsider).post(page, {"do": "complete"}).status_code == 404
    assert client.get(page).url.startswith(reverse("login"))  # type: ignore[attr-defined]
    watching = client_of(cast.auditor)
    assert "办理完毕" not in watching.get(page).content.decode()
    assert watching.post(page, {"do": "claim"}).status_code == 403


@pytest.mark.parametrize("value", ["boolean", "colour|颜色", "choice|来源", "text|", "number|金额|一,二"])
def test_a_question_nobody_can_read_is_refused_when_published(cast: Cast, value: str) -> None:
    version = actions.definition_save(actor=cast.designer, key="small", name="", xml=asking(("field.x", value)))
    with pytest.raises(Invalid) as refusal:
        actions.definition_publish(actor=cast.designer, version_id=version.pk)
    (problem,) = refusal.value.data["problems"]
    assert (problem["code"], problem["element"]) == ("unknown_field", "check")
    assert "field.x" in problem["text"]

"""Decision tables are kept, published and retired as flows are, and business rule tasks ask them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from permissions.errors import Conflict, Denied, Invalid, WrongState
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import open_nodes
from tests.workflows.diagrams import diagram, flow, task
from tests.workflows.dmn.files import ROUTE, decision, dmn, literal, table
from workflows import actions
from workflows.models import Case, Definition, DefinitionKind, DefinitionVersion
from workflows.replay import differences
from workflows.story import words_of

pytestmark = pytest.mark.django_db
Publish = Callable[..., DefinitionVersion]

ROUTE_BY_HUNDRED = ROUTE.replace(b"50", b"100")


def asks(extension: str = "", attributes: str = "", after: str = task("sign", assignee="town_chair")) -> bytes:
    """A flow that asks for a decision and then waits for a person."""
    return line(rule(extension, attributes), after)


def line(*nodes: str) -> bytes:
    """A flow through these nodes, one after the other."""
    every = ['<bpmn:startEvent id="start"/>', *nodes, '<bpmn:endEvent id="end"/>']
    names = [re.search('id="([^"]+)"', node)[1] for node in every]  # type: ignore[index]
    return diagram("".join(every) + "".join(flow(f"f{at}", *pair) for at, pair in enumerate(pairwise(names))))


def rule(extension: str = "", attributes: str = "", more: str = "") -> str:
    """A business rule task."""
    extension = extension and f"<bpmn:extensionElements>{extension}</bpmn:extensionElements>"
    camunda = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    return f'<bpmn:businessRuleTask id="route" name="分流" {camunda} {attributes}>{extension}{more}</bpmn:businessRuleTask>'


def zeebe(called: str = "route", variable: str = "way", more: str = "") -> str:
    return f'<zeebe:calledDecision decisionId="{called}" resultVariable="{variable}" {more}/>'


@pytest.fixture
def routes() -> DefinitionVersion:
    """The table that says by whom an amount is decided, published."""
    version = actions.definition_save(actor=None, key="routes", name="分流规则", xml=ROUTE)
    return actions.definition_publish(actor=None, version_id=version.pk)


def start(**variables: Any) -> Case:
    return actions.case_start(actor=None, definition="small", variables=variables)


# --- kept, published, retired -------------------------------------------------------------------------------------------


def test_a_file_of_decisions_is_a_definition_of_its_own_kind(cast: Cast) -> None:
    version = actions.definition_save(actor=cast.designer, key="routes", name="", xml=ROUTE)
    assert (version.definition.kind, version.definition.name) == (DefinitionKind.DECISION, "规则")
    assert (version.process_id, version.provides, version.status) == ("route", ["route"], "draft")
    assert version.xml.encode() == ROUTE
    published = actions.definition_publish(actor=cast.designer, version_id=version.pk)
    assert published.status == "published"
    verbs = AuditEvent.objects.filter(subject="flow:routes").order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == ["definition_save", "definition_publish"]


def test_only_designers_keep_decisions(cast: Cast) -> None:
    with pytest.raises(Denied):
        actions.definition_save(actor=cast.town_chair, key="routes", name="", xml=ROUTE)


def test_a_decision_with_errors_is_a_draft_and_is_not_published(cast: Cast) -> None:
    xml = dmn("\n" + decision("d1", table([["> ", "1"]])))
    version = actions.definition_save(actor=cast.designer, key="broken", name="", xml=xml)
    with pytest.raises(Invalid) as refusal:
        actions.definition_publish(actor=cast.designer, version_id=version.pk)
    (problem,) = refusal.value.data["problems"]
    assert (problem["code"], problem["line"]) == ("bad_expression", 5)


@pytest.mark.parametrize("xml", [dmn(""), dmn("<list>" * 300 + "</list>" * 300)])
def test_a_file_without_decisions_or_that_cannot_be_read_is_not_kept(cast: Cast, xml: bytes) -> None:
    with pytest.raises(Invalid):
        actions.definition_save(actor=cast.designer, key="broken", name="", xml=xml)
    assert not Definition.objects.exists()


def test_a_key_is_of_one_kind(cast: Cast, publish: Publish, routes: DefinitionVersion) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.definition_save(actor=cast.designer, key="routes", name="", xml=asks(zeebe()))
    assert (refusal.value.code, set(refusal.value.fields)) == ("other_kind", {"key"})
    publish(asks(zeebe()))
    with pytest.raises(Invalid):
        actions.definition_save(actor=cast.designer, key="small", name="", xml=ROUTE)


def test_a_decision_belongs_to_one_definition(cast: Cast, routes: DefinitionVersion) -> None:
    other = actions.definition_save(actor=cast.designer, key="other", name="", xml=ROUTE_BY_HUNDRED)
    with pytest.raises(Invalid) as refusal:
        actions.definition_publish(actor=cast.designer, version_id=other.pk)
    (problem,) = refusal.value.data["problems"]
    assert problem["code"] == "decision_taken"
    assert "routes" in problem["text"]
    actions.definition_retire(actor=cast.designer, version_id=routes.pk)
    assert actions.definition_publish(actor=cast.designer, version_id=other.pk).status == "published"


def test_no_case_starts_on_a_decision(routes: DefinitionVersion) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.case_start(actor=None, definition="routes")
    assert refusal.value.code == "no_flow"


# --- asked by flows -----------------------------------------------------------------------------------------------------


def test_a_business_rule_task_brings_the_decisions_value(publish: Publish, routes: DefinitionVersion) -> None:
    publish(asks(zeebe()))
    case = start(amount=80)
    assert case.variables == {"amount": 80, "way": "joint"}
    assert open_nodes(case) == ["sign"]
    asked = case.task_set.get(node="route")
    assert (asked.kind, asked.status, asked.result) == ("decision", "DONE", {"way": "joint"})
    entry = AuditEvent.objects.get(subject=case.chain, verb="case_start")
    (told,) = entry.data["decisions"]
    assert told == {
        "node": "route", "decision": "route", "key": "routes", "version": 1, "sha256": routes.sha256,
        "rules": [{"decision": "route", "policy": "U", "rules": [2]}],
    }  # fmt: skip


def test_the_log_plays_the_answer_again_whatever_has_become_of_the_decision(
    publish: Publish, routes: DefinitionVersion, cast: Cast
) -> None:
    publish(asks(zeebe()))
    case = start(amount=80)
    second = actions.definition_save(actor=cast.designer, key="routes", name="", xml=ROUTE_BY_HUNDRED)
    actions.definition_publish(actor=cast.designer, version_id=second.pk)
    actions.definition_retire(actor=cast.designer, version_id=routes.pk)
    assert differences(Case.objects.get(pk=case.pk)) == []
    given = json.loads(AuditEvent.objects.get(subject=case.chain).data["engine"])
    assert given["events"][-1] == ["Complete", {"token": 2, "variables": {"map": {"way": "joint"}}}]
    assert start(amount=80).variables["way"] == "town"


def test_the_value_goes_through_the_output_mapping_and_on_to_a_gateway(
    publish: Publish, routes: DefinitionVersion
) -> None:
    mapping = '<zeebe:input source="=sum" target="amount"/><zeebe:output source="=upper case(way)" target="Way"/>'
    body = "".join(
        [
            '<bpmn:startEvent id="start"/>', rule(f"{zeebe()}<zeebe:ioMapping>{mapping}</zeebe:ioMapping>"),
            '<bpmn:exclusiveGateway id="x" default="no"/>', task("joint"), task("town"),
            flow("a", "start", "route"), flow("b", "route", "x"), flow("yes", "x", "joint", 'Way = "JOINT"'),
            flow("no", "x", "town"),
        ]
    )  # fmt: skip
    publish(diagram(body))
    case = start(sum=80)
    assert open_nodes(case) == ["joint"]
    assert case.variables == {"sum": 80, "Way": "JOINT"}
    assert open_nodes(start(sum=8)) == ["town"]


def test_each_instance_of_a_multi_instance_asks_with_its_own_element(
    publish: Publish, routes: DefinitionVersion
) -> None:
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="false"><bpmn:extensionElements><zeebe:loopCharacteristics'
        ' inputCollection="=amounts" inputElement="amount" outputCollection="ways" outputElement="=way"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )
    publish(line(rule(zeebe(), more=loop)))
    case = start(amounts=[1, 60, 900])
    assert case.variables["ways"] == ["town", "joint", "assembly"]
    (entry,) = AuditEvent.objects.filter(subject=case.chain)
    assert [told["rules"][0]["rules"] for told in entry.data["decisions"]] == [[1], [2], [3]]
    assert differences(case) == []


@pytest.mark.parametrize(
    ("mapping", "value"),
    [("", [{"route": "joint"}]), ("resultList", [{"route": "joint"}]), ("collectEntries", ["joint"]),
     ("singleResult", {"route": "joint"}), ("singleEntry", "joint")],
)  # fmt: skip
def test_camundas_attributes_ask_and_map(publish: Publish, routes: DefinitionVersion, mapping: str, value: Any) -> None:
    mapped = mapping and f' camunda:mapDecisionResult="{mapping}"'
    publish(asks(attributes=f'camunda:decisionRef="route" camunda:resultVariable="way"{mapped}'))
    assert start(amount=80).variables["way"] == value


def test_the_decision_may_be_named_by_an_expression(publish: Publish, routes: DefinitionVersion) -> None:
    publish(
        asks(
            attributes='camunda:decisionRef="${which}" camunda:resultVariable="way" camunda:mapDecisionResult="singleEntry"'
        )
    )
    assert start(amount=80, which="route").variables["way"] == "joint"
    with pytest.raises(Conflict) as refusal:
        start(amount=80, which="nothing")
    assert (refusal.value.code, refusal.value.data["node"]) == ("unknown_decision", "route")
    assert "nothing" in str(refusal.value)


def test_a_job_does_a_business_rule_task_that_names_one(publish: Publish) -> None:
    with pytest.raises(Invalid) as refusal:
        publish(asks('<zeebe:taskDefinition type="nobody.knows"/>'))
    assert [problem["code"] for problem in refusal.value.data["problems"]] == ["unknown_job"]


def test_a_decision_that_fails_refuses_the_step_with_the_reason(publish: Publish, cast: Cast) -> None:
    xml = dmn(decision("route", table([["> 1", "1"], ["> 2", "2"]])))
    version = actions.definition_save(actor=None, key="routes", name="", xml=xml)
    actions.definition_publish(actor=None, version_id=version.pk)
    publish(line(task("fill", groups="town:chair"), rule(zeebe())))
    case = start()
    waiting = case.task_set.get(node="fill")
    with pytest.raises(Conflict) as refusal:
        actions.task_complete(actor=cast.town_chair, task_id=waiting.pk, variables={"amount": 7})
    assert (refusal.value.code, refusal.value.data["reason"]) == ("decision_failed", "not_unique")
    assert "分流" in str(refusal.value) and "1, 2" in str(refusal.value)
    assert open_nodes(case) == ["fill"]
    actions.task_complete(actor=cast.town_chair, task_id=waiting.pk, variables={"amount": 2})
    assert Case.objects.get(pk=case.pk).variables["way"] == 1


@pytest.mark.parametrize(
    ("extension", "attributes", "code"),
    [
        ("", "", "decision_missing"),
        (zeebe() + '<zeebe:taskDefinition type="x"/>', "", "decision_and_job"),
        (zeebe(more='bindingType="versionTag" versionTag="1"'), "", "decision_binding"),
        (zeebe(more='bindingType="deployment"'), "", "decision_binding"),
        ("", 'camunda:decisionRef="route" camunda:decisionRefBinding="version"', "decision_binding"),
        ("", 'camunda:decisionRef="route" camunda:mapDecisionResult="best"', "decision_mapping"),
        (zeebe("elsewhere"), "", "unknown_decision"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_not_published(
    publish: Publish, routes: DefinitionVersion, extension: str, attributes: str, code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        publish(asks(extension, attributes))
    assert code in [problem["code"] for problem in refusal.value.data["problems"]]
    assert all(problem["element"] == "route" for problem in refusal.value.data["problems"])


def test_the_last_version_a_flow_asks_is_not_retired_and_the_flow_is_named(
    cast: Cast, publish: Publish, routes: DefinitionVersion
) -> None:
    small = publish(asks(zeebe()))
    with pytest.raises(WrongState) as refusal:
        actions.definition_retire(actor=cast.designer, version_id=routes.pk)
    assert "小流程" in str(refusal.value)
    second = actions.definition_save(actor=cast.designer, key="routes", name="", xml=ROUTE_BY_HUNDRED)
    actions.definition_publish(actor=cast.designer, version_id=second.pk)
    assert actions.definition_retire(actor=cast.designer, version_id=routes.pk).status == "retired"
    case = start(amount=80)
    actions.definition_retire(actor=cast.designer, version_id=small.pk)
    with pytest.raises(WrongState):
        actions.definition_retire(actor=cast.designer, version_id=second.pk)
    actions.case_cancel(actor=None, case_id=case.pk, reason="试用")
    assert actions.definition_retire(actor=cast.designer, version_id=second.pk).status == "retired"


def test_a_decision_of_many_steps_tells_every_table_it_used(publish: Publish) -> None:
    risk = table([["> 5", '"high"'], ["-", '"low"']], policy="FIRST", outputs=["risk"])
    last = table([['"high"', '"joint"'], ['"low"', '"town"']], inputs=["risk"], prefix="last_")
    xml = dmn(
        decision("route", last, ["requiredDecision #risk"]) + decision("risk", risk) + decision("other", literal("1"))
    )
    version = actions.definition_save(actor=None, key="routes", name="", xml=xml)
    assert version.provides == ["route", "risk", "other"]
    actions.definition_publish(actor=None, version_id=version.pk)
    publish(asks(zeebe()))
    entry = AuditEvent.objects.get(subject=start(amount=80).chain)
    assert [(one["decision"], one["rules"]) for one in entry.data["decisions"][0]["rules"]] == [
        ("risk", [1]),
        ("route", [1]),
    ]


def test_the_log_says_which_rule_decided(publish: Publish, routes: DefinitionVersion) -> None:
    publish(asks(zeebe()))
    entry = AuditEvent.objects.get(subject=start(amount=80).chain)
    assert words_of(entry.verb, entry.data) == ("流程开始", "决策“route”（第 1 版）：规则 2 成立")
    none = {"decisions": [{"decision": "route", "version": 3, "rules": [{"rules": []}]}], "note": "同意", "name": "x"}
    assert words_of("task_complete", none)[1] == "同意；决策“route”（第 3 版）"
    assert words_of("case_start", {})[1] == ""

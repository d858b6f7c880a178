"""Call activities: what goes into a called case and what comes back, whichever way it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from permissions import audit
from permissions.errors import ApplicationError, Invalid, WrongState
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.diagrams import chain, diagram, task
from tests.workflows.test_concurrency import ROUNDS, at_once
from workflows import actions, selectors
from workflows.calls import MAX_DEPTH
from workflows.errors import FlowStuck
from workflows.models import Case
from workflows.policies import CasePolicy, knowing
from workflows.replay import differences

CHECK = diagram(
    '<bpmn:startEvent id="start"/>' + task("read", groups="town:secretary", title="初核")
    + '<bpmn:endEvent id="end"/>' + chain("start", "read", "end"),
    process="checking",
)  # fmt: skip


def calling(called: str = 'processId="checking"', inner: str = "", extra: str = "", loop: str = "") -> bytes:
    """A flow that calls another and then asks the chair."""
    call = (
        f'<bpmn:callActivity id="call" name="初核"><bpmn:extensionElements><zeebe:calledElement {called}/>{inner}'
        f"</bpmn:extensionElements>{loop}</bpmn:callActivity>"
    )
    return diagram(
        '<bpmn:startEvent id="start"/>' + call + task("sign", groups="town:chair", title="签发")
        + '<bpmn:endEvent id="end"/>' + chain("start", "call", "sign", "end") + extra,
        process="caller",
    )  # fmt: skip


def caught(kind: str, *, interrupting: bool = True) -> str:
    """A boundary event of the call for what is thrown in the called case, and a task behind it."""
    return (
        f'<bpmn:boundaryEvent id="caught" attachedToRef="call" cancelActivity="{str(interrupting).lower()}">'
        f'<bpmn:{kind}EventDefinition {kind}Ref="thrown"/></bpmn:boundaryEvent>'
        + task("mend", groups="town:chair")
        + '<bpmn:endEvent id="mended"/>'
        + chain("caught", "mend", "mended")
    )


def with_code(kind: str, xml: bytes) -> bytes:
    """The diagram with the error or escalation it names."""
    declared = f'<bpmn:{kind} id="thrown" name="退件" {kind}Code="returned"/>'
    return xml.replace(b"<bpmn:process", f"{declared}<bpmn:process".encode(), 1)


def throwing(kind: str) -> bytes:
    """A flow that throws when its one step is done."""
    return with_code(
        kind,
        diagram(
            '<bpmn:startEvent id="start"/>' + task("read", groups="town:secretary")
            + f'<bpmn:endEvent id="end"><bpmn:{kind}EventDefinition {kind}Ref="thrown"/></bpmn:endEvent>'
            + chain("start", "read", "end"),
            process="checking",
        ),
    )  # fmt: skip


@pytest.fixture
def call(cast: Cast, publish: Callable[..., Any]) -> Callable[..., tuple[Case, Case]]:
    """Publish a called and a calling flow, start the calling one: it and the case it called."""

    def _call(caller: bytes, called: bytes = CHECK, **variables: Any) -> tuple[Case, Case]:
        publish(called, "checking")
        publish(caller, "caller")
        case = actions.case_start(actor=cast.town_proposer, definition="caller", title="粮站", variables=variables)
        return case, case.children.get()

    return _call


def read(cast: Cast, child: Case, **variables: Any) -> None:
    """The secretary does the called case's one step."""
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(child, "read").pk, variables=variables)


def agree(*cases: Case) -> None:
    """Log and tables say the same of these cases."""
    for case in cases:
        case.refresh_from_db()
        assert differences(case) == []
        assert list(audit.verify(case.chain)) == []


@pytest.mark.django_db
class TestReturning:
    """A call that ends as it should."""

    def test_the_calling_case_waits_and_goes_on_when_the_called_one_has_ended(self, cast: Cast, call: Any) -> None:
        case, child = call(calling(), amount=280)
        assert (open_nodes(case), open_nodes(child)) == (["call"], ["read"])
        assert (child.title, child.started_by, child.variables) == ("粮站", cast.town_proposer, {"amount": 280})
        assert selectors.inbox(cast.town_secretary).get().process == child
        read(cast, child, ok=True)
        agree(case, child)
        assert (child.status, open_nodes(case)) == ("DONE", ["sign"])
        assert case.variables == {"amount": 280, "ok": True}
        last = AuditEvent.objects.filter(subject=case.chain).latest("seq")
        assert (last.verb, last.actor, last.data["called"]) == ("call_return", None, child.pk)

    def test_only_what_is_mapped_goes_in_and_comes_back(self, cast: Cast, call: Any) -> None:
        mapped = (
            '<zeebe:ioMapping><zeebe:input source="=amount * 2" target="sum"/>'
            '<zeebe:output source="=verdict" target="checked"/></zeebe:ioMapping>'
        )
        alone = 'processId="checking" propagateAllParentVariables="false" propagateAllChildVariables="false"'
        case, child = call(calling(alone, mapped), amount=10)
        assert child.variables == {"sum": 20}
        read(cast, child, verdict="可行", secret="x")
        agree(case, child)
        assert case.variables == {"amount": 10, "checked": "可行"}

    def test_a_called_case_that_asks_nobody_is_through_at_once(self, cast: Cast, call: Any) -> None:
        empty = diagram(
            '<bpmn:startEvent id="start"/><bpmn:endEvent id="end"/>' + chain("start", "end"), process="checking"
        )
        case, child = call(calling(), empty)
        agree(case, child)
        assert (case.status, child.status, open_nodes(case)) == ("NEW", "DONE", ["sign"])

    def test_each_instance_of_a_multi_instance_call_is_a_case_of_its_own(self, cast: Cast, call: Any) -> None:
        loop = (
            "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
            '<zeebe:loopCharacteristics inputCollection="=units" inputElement="unit" outputCollection="verdicts" '
            'outputElement="=verdict"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>'
        )
        alone = 'processId="checking" propagateAllChildVariables="true"'
        with pytest.raises(Case.MultipleObjectsReturned):
            call(calling(alone, loop=loop), units=["财政所", "司法所", "农业站"])
        case = Case.objects.get(parent=None)
        children = list(case.children.order_by("pk"))
        assert [child.variables["unit"] for child in children] == ["财政所", "司法所", "农业站"]
        for child in reversed(children):
            read(cast, child, verdict=f"{child.variables['unit']}同意")
        agree(case, *children)
        assert case.variables["verdicts"] == ["财政所同意", "司法所同意", "农业站同意"]
        assert open_nodes(case) == ["sign"]


@pytest.mark.django_db
class TestThrowing:
    """What a called case throws and does not catch."""

    def test_an_error_ends_the_called_case_and_is_caught_at_the_call(self, cast: Cast, call: Any) -> None:
        case, child = call(with_code("error", calling(extra=caught("error"))), throwing("error"))
        read(cast, child)
        agree(case, child)
        assert (child.status, open_nodes(child), open_nodes(case)) == ("CANCELED", [], ["mend"])
        assert "returned" in child.cancel_reason
        assert task_at(child, "read").completed_by == cast.town_secretary

    def test_an_error_nobody_catches_refuses_the_step_and_leaves_both_cases_as_they_were(
        self, cast: Cast, call: Any
    ) -> None:
        case, child = call(calling(), throwing("error"))
        with pytest.raises(FlowStuck) as refusal:
            read(cast, child)
        assert refusal.value.code == "uncaught_error"
        agree(case, child)
        assert (open_nodes(case), open_nodes(child)) == (["call"], ["read"])

    def test_an_escalation_reaches_the_call_and_the_called_case_still_returns(self, cast: Cast, call: Any) -> None:
        caller = with_code("escalation", calling(extra=caught("escalation", interrupting=False)))
        case, child = call(caller, throwing("escalation"))
        read(cast, child)
        agree(case, child)
        assert (child.status, open_nodes(case)) == ("DONE", ["mend", "sign"])

    def test_an_interrupting_escalation_takes_the_call_away(self, cast: Cast, call: Any) -> None:
        caller = with_code("escalation", calling(extra=caught("escalation")))
        case, child = call(caller, throwing("escalation"))
        read(cast, child)
        agree(case, child)
        assert open_nodes(case) == ["mend"]


@pytest.mark.django_db
class TestEnding:
    """A call that is not needed any more."""

    def test_cancelling_the_calling_case_cancels_what_it_called(self, cast: Cast, call: Any) -> None:
        case, child = call(calling())
        actions.case_cancel(actor=cast.admin, case_id=case.pk, reason="议题已撤回")
        agree(case, child)
        assert (case.status, child.status, open_nodes(child)) == ("CANCELED", "CANCELED", [])
        assert not selectors.inbox(cast.town_secretary).exists()

    def test_a_called_case_cannot_be_cancelled_over_its_callers_head(self, cast: Cast, call: Any) -> None:
        _case, child = call(calling())
        with pytest.raises(WrongState) as refusal:
            actions.case_cancel(actor=cast.admin, case_id=child.pk, reason="不需要")
        assert refusal.value.code == "called"
        assert open_nodes(child) == ["read"]

    def test_a_called_case_is_as_open_as_the_one_that_called_it(
        self, cast: Cast, call: Any, publish: Callable[..., Any]
    ) -> None:
        _case, child = call(calling())
        about = actions.case_start(actor=None, definition="caller", subject="item:7", title="人事事项")
        hidden = about.children.get()
        known = set(knowing(cast.admin, Case.objects.all()).values_list("pk", flat=True))
        assert child.pk in known
        assert not {about.pk, hidden.pk} & known

    def test_taking_back_looks_at_both(self, cast: Cast, call: Any) -> None:
        case, child = call(calling())
        with pytest.raises(WrongState) as refusal:
            actions.case_withdraw(actor=cast.town_proposer, case_id=child.pk, reason="填错")
        assert refusal.value.code == "called"
        read(cast, child)
        with pytest.raises(WrongState) as refusal:
            actions.case_withdraw(actor=cast.town_proposer, case_id=case.pk, reason="填错")
        assert (refusal.value.code, "初核" in str(refusal.value)) == ("acted", True)

    def test_a_suspended_case_holds_still_what_it_called_and_lets_go_only_of_that(self, cast: Cast, call: Any) -> None:
        case, child = call(calling())
        actions.case_suspend(actor=cast.admin, case_id=case.pk, reason="等待批复")
        with pytest.raises(WrongState):
            read(cast, child)
        actions.case_resume(actor=cast.admin, case_id=case.pk)
        actions.case_suspend(actor=cast.admin, case_id=child.pk, reason="材料遗失")
        actions.case_suspend(actor=cast.admin, case_id=case.pk, reason="等待批复")
        actions.case_resume(actor=cast.admin, case_id=case.pk)
        child.refresh_from_db()
        assert child.suspend_reason == "材料遗失"
        actions.case_resume(actor=cast.admin, case_id=child.pk)
        read(cast, child)
        agree(case, child)
        assert open_nodes(case) == ["sign"]

    def test_who_may_see_the_calling_case_may_see_the_called_one(self, cast: Cast, call: Any) -> None:
        _case, child = call(calling())
        for who, sees in ((cast.town_proposer, True), (cast.auditor, True), (cast.outsider, False)):
            assert CasePolicy().visible(who, Case.objects.filter(pk=child.pk)).exists() is sees


@pytest.mark.django_db
class TestWhichVersion:
    """What a call runs on."""

    def test_the_latest_version_is_called_unless_the_call_is_bound(
        self, cast: Cast, publish: Callable[..., Any]
    ) -> None:
        second = CHECK.replace("初核".encode(), "复核".encode())
        publish(CHECK.replace(b"<bpmn:startEvent", TAGGED + b"<bpmn:startEvent", 1), "checking")
        publish(calling('processId="checking" bindingType="deployment"'), "bound")
        publish(calling(), "loose")
        publish(calling('processId="checking" bindingType="versionTag" versionTag="2026"'), "tagged")
        publish(second, "checking")
        numbers = {}
        for key in ("bound", "loose", "tagged"):
            case = actions.case_start(actor=cast.town_proposer, definition=key)
            numbers[key] = case.children.get().version.number
        assert numbers == {"bound": 1, "loose": 2, "tagged": 1}

    def test_a_call_may_name_the_key_as_well_as_the_process(self, cast: Cast, publish: Callable[..., Any]) -> None:
        publish(CHECK, "first_look")
        publish(calling('processId="first_look"'), "caller")
        case = actions.case_start(actor=cast.town_proposer, definition="caller")
        assert case.children.get().version.definition.key == "first_look"

    def test_an_expression_may_say_what_is_called(self, cast: Cast, publish: Callable[..., Any]) -> None:
        publish(CHECK, "checking")
        publish(calling('processId="=which"'), "caller")
        case = actions.case_start(actor=cast.town_proposer, definition="caller", variables={"which": "checking"})
        assert open_nodes(case.children.get()) == ["read"]
        with pytest.raises(FlowStuck) as refusal:
            actions.case_start(actor=cast.town_proposer, definition="caller", variables={"which": "nothing"})
        assert refusal.value.code == "unknown_called"
        assert Case.objects.count() == 2, "the refused case left nothing"

    def test_a_flow_that_calls_what_is_not_published_is_refused_by_name(self, publish: Callable[..., Any]) -> None:
        with pytest.raises(Invalid) as refusal:
            publish(calling(), "caller")
        (problem,) = refusal.value.data["problems"]
        assert (problem["code"], problem["element"]) == ("unknown_called", "call")

    def test_a_flow_that_others_call_is_not_retired_under_them(self, cast: Cast, publish: Callable[..., Any]) -> None:
        first = publish(CHECK, "checking")
        caller = publish(calling(), "caller")
        with pytest.raises(WrongState) as refusal:
            actions.definition_retire(actor=cast.designer, version_id=first.pk)
        assert (refusal.value.code, "小流程 v1" in str(refusal.value)) == ("called", True)
        publish(CHECK.replace("初核".encode(), "复核".encode()), "checking")
        actions.definition_retire(actor=cast.designer, version_id=first.pk)
        actions.definition_retire(actor=cast.designer, version_id=caller.pk)

    def test_a_flow_that_calls_itself_without_end_is_stopped(self, cast: Cast, publish: Callable[..., Any]) -> None:
        publish(calling('processId="caller"'), "caller")
        with pytest.raises(FlowStuck) as refusal:
            actions.case_start(actor=cast.town_proposer, definition="caller")
        assert refusal.value.code == "call_depth"
        assert str(MAX_DEPTH) in str(refusal.value)
        assert not Case.objects.exists()


TAGGED = b'<bpmn:extensionElements><zeebe:versionTag value="2026"/></bpmn:extensionElements>'


@pytest.mark.django_db(transaction=True)
def test_a_called_case_that_ends_while_its_caller_is_cancelled_leaves_one_outcome(cast: Cast, call: Any) -> None:
    for _round in range(ROUNDS):
        Case.objects.filter(parent__isnull=False).delete()
        Case.objects.all().delete()
        case, child = call(calling())
        ended, cancelled = at_once(
            lambda child=child: read(cast, child),
            lambda case=case: actions.case_cancel(actor=cast.admin, case_id=case.pk, reason="撤回"),
        )
        agree(case, child)
        assert not isinstance(cancelled, BaseException)
        assert case.status == "CANCELED"
        assert ended is None or isinstance(ended, ApplicationError)
        assert child.status == ("DONE" if ended is None else "CANCELED")
        assert open_nodes(case) == open_nodes(child) == []

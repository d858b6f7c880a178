"""One whole approval by each contestant: three transactions (submit, approve, approve), everything stored after each.

Whoever keeps a list of tasks is asked for it once, as the page is that shows both approvals; who clicks there sends its task's key.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.db import transaction
from django.http import HttpRequest
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from benchmarks.peers.flows import ApprovalFlow, approve
from benchmarks.peers.models import SpiffState
from permissions.models import User
from workflows import actions
from workflows.models import Case

HERE = Path(__file__).parent


def ours(user: User) -> Callable[[], None]:
    """Our engine: tasks, candidates, policy and the chained log are written in each of the three."""
    version = actions.definition_save(
        actor=None, key="approval", name="Approval", xml=(HERE / "approval.bpmn").read_bytes()
    )
    actions.definition_publish(actor=None, version_id=version.pk)

    def run() -> None:
        case = actions.case_start(actor=user, definition="approval", variables={"text": "hello"})
        tasks = dict(case.task_set.values_list("node", "pk"))
        for node, name in (("first", "first_ok"), ("second", "second_ok")):
            actions.task_complete(actor=user, task_id=tasks[node], variables={name: True})

    def check() -> None:
        case = Case.objects.latest("pk")
        assert case.status == "DONE", case.status

    run()
    check()
    return run


def viewflow_by_hand(user: User) -> Callable[[], None]:
    """viewflow's own engine, driven by its activations as its views do: lock, fetch the task, play. It keeps no log and asks no
    permission here."""
    request = HttpRequest()
    request.user = user
    request.method = "POST"

    def run() -> None:
        with transaction.atomic():
            process = ApprovalFlow.start.run(text="hello")
        tasks = {task.flow_task.name: task.pk for task in process.task_set.filter(status="NEW")}
        for name in ("first", "second"):
            approve(request, process.pk, tasks[name], name)

    run()
    from benchmarks.peers.models import ApprovalProcess

    assert ApprovalProcess.objects.latest("pk").status == "DONE"
    return run


def spiff(user: User) -> Callable[[], None]:
    """SpiffWorkflow, its state serialized into one PostgreSQL row after each step. It keeps no task list and no log."""
    parser = BpmnParser()
    parser.add_bpmn_file(str(HERE / "approval_spiff.bpmn"))
    spec = parser.get_spec("approval")
    serializer = BpmnWorkflowSerializer()

    def submit() -> SpiffState:
        with transaction.atomic():
            workflow = BpmnWorkflow(spec)
            workflow.data["text"] = "hello"
            workflow.do_engine_steps()
            return SpiffState.objects.create(state=serializer.to_dict(workflow))

    def approve(pk: int, name: str) -> None:
        with transaction.atomic():
            row = SpiffState.objects.select_for_update().get(pk=pk)
            workflow = serializer.from_dict(row.state)
            task = next(t for t in workflow.get_tasks(state=TaskState.READY) if t.task_spec.bpmn_id == name)
            # Data of parallel branches is not merged at the join: what both must know goes through the workflow's own.
            workflow.data[f"{name}_ok"] = True
            task.data.update(workflow.data)
            task.run()
            workflow.do_engine_steps()
            row.state, row.ended = serializer.to_dict(workflow), workflow.is_completed()
            row.save()

    def run() -> None:
        row = submit()
        approve(row.pk, "first")
        approve(row.pk, "second")

    run()
    assert SpiffState.objects.latest("pk").ended
    return run


CONTESTANTS = {"ours": ours, "viewflow": viewflow_by_hand, "spiff": spiff}

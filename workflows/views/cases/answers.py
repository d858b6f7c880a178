"""What was filled in at the steps of a case, for those who may know it: by the labels their version has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from permissions.models import User
from permissions.policies import visible
from workflows import answering
from workflows.models import Case, CaseTask, StepFile, TaskKind
from workflows.selectors import flow_of
from workflows.step_fields import fields_of
from workflows.views.cases.sections import case_section

MOST = 40


@case_section("workflows/cases/_answers.html", order=30)
def answers_of(user: User, case: Case, known: bool) -> Mapping[str, Any] | None:
    """The completed steps that asked something, newest first, each with its answers."""
    if not known:
        return None
    nodes = flow_of(case).process.nodes
    asking = {key: fields for key, node in nodes.items() if (fields := fields_of(node))}
    if not asking:
        return None
    done = CaseTask.objects.filter(process=case, kind=TaskKind.HUMAN, finished__isnull=False, node__in=asking)
    tasks = list(
        done.exclude(completed_by=None).select_related("completed_by").order_by("-finished", "-pk")[: MOST + 1]
    )
    given = visible(user, StepFile.objects.filter(task__in=tasks, given__isnull=False))
    files = {row.pk: row for row in given}
    steps = [{"task": task, "told": answering.told(asking[task.node], task.result, files)} for task in tasks[:MOST]]
    steps = [step for step in steps if step["told"]]
    return {"steps": steps, "more": len(tasks) > MOST} if steps else None

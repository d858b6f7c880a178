"""Reading cases and tasks: what lists and pages show. All of it goes through the policies where a user asks."""

from __future__ import annotations

import functools

from django.db.models import Exists, F, Q, QuerySet
from viewflow.workflow.status import PROCESS

from permissions.models import RoleGrant, Substitution, User
from permissions.policies import visible
from permissions.statements import Statement, any_of
from workflows import compiled
from workflows.models import (
    Case,
    CaseTask,
    CaseTaskGroupPermission,
    CaseTaskUserPermission,
    Definition,
    DefinitionVersion,
    TaskKind,
    VersionStatus,
)
from workflows.passed import jump_targets, send_back_targets
from workflows.policies import in_hand, withheld_cases

__all__ = [
    "definitions",
    "done_by",
    "flow_of",
    "inbox",
    "jump_targets",
    "may_be_asked",
    "node_states",
    "open_tasks",
    "published",
    "send_back_targets",
    "task_at",
]

LIGHT = ("process__marking", "process__variables", "process__version__xml")


def inbox(user: User) -> QuerySet[CaseTask]:
    """The open tasks this user can do: taken by them, or offered to them and taken by nobody. Most urgent first; those of a
    suspended case, which cannot be done until it goes on, last.
    """
    return (
        CaseTask.objects.filter(kind=TaskKind.HUMAN, finished__isnull=True, process__status=PROCESS.NEW)
        .filter(in_hand(user))
        .exclude(process__in=withheld_cases(user).values("pk"))
        .select_related("process__version__definition")
        .defer(*LIGHT)
        .order_by(
            F("process__suspended").asc(nulls_first=True),
            F("due").asc(nulls_last=True),
            F("priority").desc(nulls_last=True),
            "created",
            "id",
        )
    )


def may_be_asked(user: User) -> bool:
    """Whether anything could be in the user's inbox at all: they have taken an open task, or tasks ask for them by name or by a
    role they have ever been given. One short statement, for what asks on every page."""
    ((found,),) = _asking().ask(user=user.pk)
    return bool(found)


@functools.cache
def _asking() -> Statement:
    def rows(user: int) -> QuerySet[User]:
        given = RoleGrant.objects.filter(user=user).values("role__group")
        lent = Substitution.objects.filter(substitute=user).values("role__group")
        groups = CaseTaskGroupPermission.objects.filter(Q(group__in=given) | Q(group__in=lent))
        names = CaseTaskUserPermission.objects.filter(user=user)
        taken = CaseTask.objects.filter(owner=user, finished__isnull=True)
        return User.objects.filter(Exists(taken) | Exists(names) | Exists(groups))

    return Statement(lambda user: any_of([rows(user)]), user=-918273645)


def done_by(user: User) -> QuerySet[CaseTask]:
    """What this user has completed, newest first."""
    return (
        CaseTask.objects.filter(completed_by=user.pk)
        .exclude(process__in=withheld_cases(user).values("pk"))
        .select_related("process")
        .defer(*LIGHT[:2])
        .order_by("-finished", "-id")
    )


def open_tasks(case: Case) -> QuerySet[CaseTask]:
    """Everything the case waits for, in the order it came up."""
    return case.task_set.filter(finished__isnull=True).select_related("owner").order_by("created", "id")


def task_at(case: Case, node: str) -> CaseTask | None:
    """The open task at this BPMN element, the oldest where several are open."""
    return open_tasks(case).filter(node=node).first()


def node_states(case: Case) -> dict[str, str]:
    """For a drawing: each element the case has been at, as ``now`` or ``past``; the others are yet to come."""
    states: dict[str, str] = {}
    for node, finished in case.task_set.order_by("id").values_list("node", "finished"):
        if finished is None:
            states[node] = "now"
        else:
            states.setdefault(node, "past")
    return states


def flow_of(case: Case) -> compiled.Compiled:
    """The parsed and compiled flow the case runs on: its own version, whatever has been published since."""
    return compiled.of_version(case.version_id, case.version_sha256)


def published(key: str) -> DefinitionVersion | None:
    """The version a new case of this definition starts on."""
    return (
        DefinitionVersion.objects.filter(definition__key=key, status=VersionStatus.PUBLISHED)
        .select_related("definition")
        .order_by("-number")
        .first()
    )


def definitions(user: User) -> QuerySet[Definition]:
    """The flows this user may know of."""
    return visible(user, Definition).order_by("key")

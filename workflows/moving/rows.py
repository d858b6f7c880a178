"""What a migration writes: the case's row, its tasks with their candidates, its timers; and how all of it comes back.

Called with the case's row locked, inside the action's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.utils.dateparse import parse_datetime
from viewflow.workflow.status import STATUS

from permissions import roles
from permissions.models import User
from workflows import deadlines, flows, post, queue
from workflows.engine import Moved
from workflows.models import (
    Case,
    CaseTask,
    CaseTaskGroupPermission,
    CaseTaskUserPermission,
    CaseTimer,
    DefinitionVersion,
    Incident,
    MessageKind,
)
from workflows.runtime import Run

# What a task takes from the diagram. Who does it, until when and how urgently changes only where the diagram changes it.
_DRAWN: Final = ("node", "flow_task", "flow_task_type", "name", "lane", "form", "job_type", "message")
_ASKED: Final = ("assignee", "candidate_groups", "candidate_users")
_HELD: Final = ("owner_id", "status", "assigned")
_KEPT: Final = (*_DRAWN, *_ASKED, "due", "scheduled", "priority", *_HELD)
_MOMENTS: Final = ("due", "scheduled", "assigned")
_COLUMNS: Final = [name.removesuffix("_id") for name in _KEPT]


class OutOfStep(Exception):
    """The open tasks of a case are not those of its marking."""


def write(case: Case, to: DefinitionVersion, moved: Moved, *, now: datetime) -> dict[str, Any]:
    """Write a case that has gone over to `to`; returns what :func:`restore` needs. Raises `OutOfStep` before anything is
    written."""
    tasks = {task.token_id: task for task in case.task_set.filter(finished__isnull=True).defer("flow_task")}
    if set(tasks) != {kept.token for kept in moved.kept}:
        raise OutOfStep
    before = _snapshot(case, tasks.values())
    _pin(case, to, moved.marking.to_json())
    run = Run(case, now=now)
    changed = {kept.token: kept.changed for kept in moved.kept}
    for kept in moved.kept:
        task = tasks[kept.token]
        _redraw(task, run.row(kept.opened), kept.changed)
        if kept.changed & {"due", "reminders"}:
            node = run.flow.process.nodes[task.node]
            task.scheduled = deadlines.next_reminder(node, task.due, task.created, now)
    _ask_anew([task for token, task in tasks.items() if "assignment" in changed[token]], now)
    CaseTask.objects.bulk_update(tasks.values(), _COLUMNS)
    before["incidents"] = _incidents(case, moved, now)
    _timers(case, moved)
    _listen(case, post.addresses(run.flow.graph, moved.marking), moved.marking.next_id)
    before["owners"] = {str(task.pk): task.owner_id for task in tasks.values()}
    return before


def restore(case: Case, before: Mapping[str, Any], version: DefinitionVersion) -> None:
    """Put a case back to what `before` says. A task that somebody has taken since stays theirs, where they were asked
    before too."""
    held = {task.pk: task for task in case.task_set.filter(finished__isnull=True).defer("flow_task")}
    _pin(case, version, before["marking"])
    _listen(case, before["listens"], before["marking"].get("next", 0))
    _ask(before["tasks"])
    tasks: list[CaseTask] = []
    for row in before["tasks"]:
        task = CaseTask(pk=row["id"], process=case)
        for name in _KEPT:
            # One written before tasks had a next reminder does not tell of it.
            value = row.get(name)
            setattr(task, name, parse_datetime(value) if name in _MOMENTS and value else value)
        _keep_claim(task, held[task.pk], before["owners"].get(str(task.pk)))
        tasks.append(task)
    CaseTask.objects.bulk_update(tasks, _COLUMNS)
    _timers_back(case, before)
    for row in before["incidents"]:
        rows = Incident.objects.filter(pk=row["id"], resolved_by__isnull=True)
        if not case.task_set.filter(incidents=row["id"], finished__isnull=False).exists():
            rows.update(node=row["node"], timer=row["timer"], resolved=None)


def _keep_claim(task: CaseTask, now: CaseTask, left: int | None) -> None:
    """Who has taken the task, or given it back, since the migration left it with `left`, has done so for good."""
    if now.owner_id == left:
        return
    if now.owner_id is None or _is_asked(task, now.owner_id):
        for name in _HELD:
            setattr(task, name, getattr(now, name))


# --- the case ---------------------------------------------------------------------------------------------------------


def _snapshot(case: Case, tasks: Iterable[CaseTask]) -> dict[str, Any]:
    version = case.version
    rows = []
    asked = _asked([task.pk for task in tasks])
    for task in tasks:
        row = {name: getattr(task, name) for name in _KEPT if name != "flow_task"}
        row["flow_task"] = flows.task_reference(version.definition.key, version.number, task.node)
        row["status"] = str(task.status)
        row |= {name: row[name].isoformat() if row[name] else None for name in _MOMENTS}
        rows.append({"id": task.pk, **row, **asked[task.pk]})
    timers = case.timers.filter(fired__isnull=True).order_by("pk").values("id", "timer_id", "node", "due")
    return {
        "version": version.pk,
        "marking": case.marking,
        "listens": list(case.listens),
        "tasks": rows,
        "timers": [{**timer, "due": timer["due"].isoformat()} for timer in timers],
    }


def _pin(case: Case, to: DefinitionVersion, marking: Mapping[str, Any]) -> None:
    """Pin the case to a version: the one place where the database lets that happen, for this case and statement only."""
    reference = flows.flow_reference(to.definition.key, to.number)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('sangong.moving_case', %s, true)", [str(case.pk)])
        cursor.execute(
            "UPDATE workflows_case SET version_id = %s, version_sha256 = %s, flow_class = %s WHERE id = %s",
            [to.pk, to.sha256, reference, case.pk],
        )
        cursor.execute("SELECT set_config('sangong.moving_case', '', true)")
    case.version, case.version_sha256, case.marking = to, to.sha256, dict(marking)


def _listen(case: Case, wanted: list[str], step: int) -> None:
    """Write the marking and what the case listens to now; a message kept for what it did not hear before is looked for."""
    from workflows import tasks as jobs

    begun = set(wanted).difference(case.listens)
    case.listens = wanted
    case.save(update_fields=["marking", "listens"])
    if any(one.startswith(f"{MessageKind.MESSAGE}:") for one in begun):
        queue.put_once(jobs.work_of_look(case.pk, step))


# --- tasks ------------------------------------------------------------------------------------------------------------


def _redraw(task: CaseTask, drawn: CaseTask, changed: frozenset[str]) -> None:
    names = [*_DRAWN, *(_ASKED if "assignment" in changed else ()), *(changed & {"due", "priority"})]
    for name in names:
        setattr(task, name, getattr(drawn, name))


def _ask_anew(tasks: list[CaseTask], now: datetime) -> None:
    """Give the tasks the candidates they have now. Who has taken one keeps it while they are asked to do it."""
    people = dict(User.objects.filter(username__in=_names(tasks)).values_list("username", "pk"))
    groups = dict(
        Group.objects.filter(name__in={key for task in tasks for key in task.candidate_groups}).values_list(
            "name", "pk"
        )
    )
    rows = [
        {
            "id": task.pk,
            "groups": [groups[key] for key in task.candidate_groups if key in groups],
            "users": [people[name] for name in task.candidate_users if name in people],
        }
        for task in tasks
    ]
    _ask(rows)
    for task in tasks:
        if task.assignee and task.assignee in people:
            if task.owner_id != people[task.assignee]:
                task.owner_id, task.status, task.assigned = people[task.assignee], STATUS.ASSIGNED, now
        elif task.owner_id is not None and not _is_asked(task, task.owner_id):
            task.owner_id, task.status, task.assigned = None, STATUS.NEW, None


def _names(tasks: list[CaseTask]) -> set[str]:
    return {name for task in tasks for name in (*task.candidate_users, task.assignee) if name}


def _is_asked(task: CaseTask, user: int) -> bool:
    groups = CaseTaskGroupPermission.objects.filter(content_object=task.pk).values("group")
    return (
        roles.holders_of_groups(groups).filter(pk=user).exists()
        or CaseTaskUserPermission.objects.filter(content_object=task.pk, user=user).exists()
    )


def _asked(tasks: list[int]) -> dict[int, dict[str, list[int]]]:
    found: dict[int, dict[str, list[int]]] = {task: {"groups": [], "users": []} for task in tasks}
    groups = CaseTaskGroupPermission.objects.filter(content_object__in=tasks).order_by("group")
    for task, group in groups.values_list("content_object", "group"):
        found[task]["groups"].append(group)
    users = CaseTaskUserPermission.objects.filter(content_object__in=tasks).order_by("user")
    for task, user in users.values_list("content_object", "user"):
        found[task]["users"].append(user)
    return found


def _ask(rows: list[dict[str, Any]]) -> None:
    """Let exactly these groups and users be candidates of these tasks."""
    tasks = [row["id"] for row in rows]
    right = Permission.objects.get(content_type__app_label="workflows", codename="complete_casetask")
    CaseTaskGroupPermission.objects.filter(content_object__in=tasks).delete()
    CaseTaskUserPermission.objects.filter(content_object__in=tasks).delete()
    CaseTaskGroupPermission.objects.bulk_create(
        CaseTaskGroupPermission(permission=right, group_id=group, content_object_id=row["id"])
        for row in rows
        for group in row["groups"]
    )
    CaseTaskUserPermission.objects.bulk_create(
        CaseTaskUserPermission(permission=right, user_id=user, content_object_id=row["id"])
        for row in rows
        for user in row["users"]
    )


# --- timers and incidents ---------------------------------------------------------------------------------------------


def _incidents(case: Case, moved: Moved, now: datetime) -> list[dict[str, Any]]:
    """Open incidents go by the new names; those of a cleared timer are over. What they were is returned."""
    nodes = {kept.old: kept.node for kept in moved.kept} | {timer.old: timer.node for timer in moved.timers_kept}
    rows = []
    for incident in case.incidents.filter(resolved__isnull=True).select_related("timer").order_by("pk"):
        rows.append({"id": incident.pk, "node": incident.node, "timer": incident.timer_id})
        if incident.timer is not None and incident.timer.timer_id in moved.timers_cleared:
            incident.resolved, incident.timer = now, None
        incident.node = nodes.get(incident.node, incident.node)
        incident.save(update_fields=["node", "resolved", "timer"])
    return rows


def _timers(case: Case, moved: Moved) -> None:
    from workflows import tasks as jobs

    running = case.timers.filter(fired__isnull=True)
    running.filter(timer_id__in=moved.timers_cleared).delete()
    for timer in moved.timers_kept:
        if timer.old != timer.node:
            running.filter(timer_id=timer.id).update(node=timer.node)
    made = CaseTimer.objects.bulk_create(
        CaseTimer(case=case, timer_id=timer.id, node=timer.node, due=timer.due) for timer in moved.timers_set
    )
    queue.put(*[jobs.work_of_timer(timer.pk, timer.due) for timer in made])


def _timers_back(case: Case, before: Mapping[str, Any]) -> None:
    from workflows import tasks as jobs

    running = case.timers.filter(fired__isnull=True)
    wanted = {row["id"]: row for row in before["timers"]}
    running.exclude(pk__in=wanted).delete()
    there = set(running.values_list("pk", flat=True))
    for pk, row in wanted.items():
        due = datetime.fromisoformat(row["due"])
        if pk in there:
            running.filter(pk=pk).update(node=row["node"], due=due)
        else:
            # Its old number: what the queue still holds for it finds it again.
            CaseTimer.objects.create(pk=pk, case=case, timer_id=row["timer_id"], node=row["node"], due=due)
            queue.put_once(jobs.work_of_timer(pk, due))

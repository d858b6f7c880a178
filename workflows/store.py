"""Writes one engine run to the database: everything it changed, in one wide statement.

PostgreSQL runs all parts of a statement with data-modifying WITH clauses on one snapshot, in one round trip; a case with a
hundred open tasks costs the same statement as a case with one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from viewflow.workflow.status import STATUS

from workflows.models import Case, CaseTask

_WRITE = """
WITH closed AS (
    UPDATE workflows_casetask AS task
       SET status = shut.status, finished = %(now)s, completed_by_id = shut.by, result = shut.result
      FROM jsonb_to_recordset(%(closed)s::jsonb) AS shut(token int, status text, by bigint, result jsonb)
     WHERE task.process_id = %(case)s AND task.token_id = shut.token AND task.finished IS NULL
 RETURNING task.id
), closed_groups AS (
    DELETE FROM workflows_casetaskgrouppermission AS p USING closed WHERE p.content_object_id = closed.id
), closed_users AS (
    DELETE FROM workflows_casetaskuserpermission AS p USING closed WHERE p.content_object_id = closed.id
), opened AS (
    INSERT INTO workflows_casetask (
        process_id, flow_task, flow_task_type, status, created, assigned, finished, token, token_id, node, kind, name, lane, form,
        job_type, message, assignee, candidate_groups, candidate_users, due, scheduled, priority, locals, result,
        owner_id, completed_by_id)
    SELECT %(case)s, o.flow_task, o.type,
           CASE WHEN o.status = 'NEW' AND person.id IS NOT NULL THEN 'ASSIGNED' ELSE o.status END,
           %(now)s, CASE WHEN person.id IS NOT NULL THEN %(now)s END, CASE WHEN o.status IN ('DONE', 'CANCELED') THEN %(now)s END,
           'start', o.token, o.node, o.kind, o.name, o.lane, o.form, o.job_type, o.message, o.assignee,
           o.groups, o.users, o.due, o.scheduled, o.priority, o.locals, o.result, person.id, o.by
      FROM jsonb_to_recordset(%(opened)s::jsonb) AS o(
           flow_task text, type text, status text, token int, node text, kind text, name text, lane text, form text, job_type text,
           message text, assignee text, groups text[], users text[], due timestamptz, scheduled timestamptz, priority int,
           locals jsonb, result jsonb, by bigint)
 LEFT JOIN permissions_user AS person ON o.assignee <> '' AND person.username = o.assignee
  ORDER BY o.token
 RETURNING id, token_id, status, owner_id, candidate_groups, candidate_users
), right_to_complete AS (
    SELECT p.id FROM auth_permission AS p JOIN django_content_type AS t ON t.id = p.content_type_id
     WHERE t.app_label = 'workflows' AND t.model = 'casetask' AND p.codename = 'complete_casetask'
), opened_groups AS (
    INSERT INTO workflows_casetaskgrouppermission (permission_id, group_id, content_object_id)
    SELECT r.id, g.id, o.id FROM opened AS o JOIN auth_group AS g ON g.name = ANY(o.candidate_groups), right_to_complete AS r
     WHERE o.status IN ('NEW', 'ASSIGNED')
), opened_users AS (
    INSERT INTO workflows_casetaskuserpermission (permission_id, user_id, content_object_id)
    SELECT r.id, u.id, o.id FROM opened AS o JOIN permissions_user AS u ON u.username = ANY(o.candidate_users), right_to_complete AS r
     WHERE o.status IN ('NEW', 'ASSIGNED')
), timers_gone AS (
    DELETE FROM workflows_casetimer WHERE case_id = %(case)s AND fired IS NULL AND timer_id = ANY(%(timers_cleared)s)
 RETURNING id
), timers_fired AS (
    UPDATE workflows_casetimer SET fired = %(now)s WHERE case_id = %(case)s AND timer_id = ANY(%(timers_fired)s)
 RETURNING id
), incidents_over AS (
    UPDATE workflows_incident AS i
       SET resolved = %(now)s, timer_id = CASE WHEN i.timer_id NOT IN (SELECT id FROM timers_gone) THEN i.timer_id END
     WHERE i.case_id = %(case)s AND i.resolved IS NULL
       AND (%(finished)s::timestamptz IS NOT NULL OR i.task_id IN (SELECT id FROM closed)
            OR i.timer_id IN (SELECT id FROM timers_gone UNION ALL SELECT id FROM timers_fired))
 RETURNING i.id
), timers_set AS (
    INSERT INTO workflows_casetimer (case_id, timer_id, node, due)
    SELECT %(case)s, t.id, t.node, t.due FROM jsonb_to_recordset(%(timers_set)s::jsonb) AS t(id int, node text, due timestamptz)
 RETURNING id, due
), moved AS (
    UPDATE workflows_case
       SET marking = %(marking)s::jsonb, variables = %(variables)s::jsonb, status = %(status)s, finished = %(finished)s,
           cancel_reason = %(reason)s
     WHERE id = %(case)s
)
SELECT 'task' AS what, id, token_id, status, owner_id, NULL::timestamptz AS due FROM opened
UNION ALL SELECT 'timer', id, 0, '', NULL, due FROM timers_set
UNION ALL SELECT 'incident', id, 0, '', NULL, NULL FROM incidents_over
"""


_INSERT_CASE = """
INSERT INTO workflows_case (flow_class, status, created, version_id, version_sha256, subject, title, variables, marking, started_by_id,
                            dedupe_key, cancel_reason, suspend_reason, listens)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s::jsonb, '{}'::jsonb, %s, %s, '', '', '{}') ON CONFLICT DO NOTHING RETURNING id
"""


def insert_case(case: Case, flow_reference: str) -> bool:
    """Insert a new case; False where a unique constraint (its subject runs already, its key was used) has one like it.

    ON CONFLICT waits for a rival transaction to end, and spares the savepoint an IntegrityError would need.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT_CASE,
            [
                flow_reference,
                str(case.status),
                case.created,
                case.version_id,
                case.version_sha256,
                case.subject,
                case.title,
                json.dumps(case.variables, ensure_ascii=False, separators=(",", ":")),
                case.started_by_id,
                case.dedupe_key,
            ],
        )
        row = cursor.fetchone()
    if row is None:
        return False
    case.pk = row[0]
    case._state.adding = False
    case._state.db = connection.alias
    return True


@dataclass(slots=True)
class Changes:
    """What a run did to a case, in the terms of its tables. Tokens that opened and closed within the run are in both."""

    opened: dict[int, CaseTask] = field(default_factory=dict)
    closed: dict[int, Closing] = field(default_factory=dict)
    timers_set: dict[int, tuple[str, datetime]] = field(default_factory=dict)
    timers_cleared: set[int] = field(default_factory=set)
    timers_fired: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Closing:
    """How a task ended: DONE by somebody (or by nobody, for waits), or CANCELED."""

    status: str
    by: int | None = None
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """The new rows a write made, and the incidents that are over with what it closed."""

    tasks: list[CaseTask]
    timers: list[tuple[int, datetime]]
    incidents: list[int]


def write(case: Case, changes: Changes, *, now: datetime) -> Written:
    """Write `changes` and the case's own columns. The case row must be locked by this transaction."""
    here = set(changes.opened)
    parameters = {
        "case": case.pk,
        "now": now,
        "closed": _json(
            {"token": token, "status": shut.status, "by": shut.by, "result": shut.result}
            for token, shut in changes.closed.items()
            if token not in here
        ),
        "opened": _json(_row(task) for task in changes.opened.values()),
        "timers_set": _json(
            {"id": timer, "node": node, "due": due.isoformat()} for timer, (node, due) in changes.timers_set.items()
        ),
        "timers_cleared": list(changes.timers_cleared),
        "timers_fired": list(changes.timers_fired),
        "marking": json.dumps(case.marking, separators=(",", ":")),
        "variables": json.dumps(case.variables, ensure_ascii=False, separators=(",", ":")),
        "status": str(case.status),
        "finished": case.finished,
        "reason": case.cancel_reason,
    }
    tasks: list[CaseTask] = []
    timers: list[tuple[int, datetime]] = []
    incidents: list[int] = []
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, parameters)
        for what, pk, token, status, owner, due in cursor.fetchall():
            if what == "timer":
                timers.append((pk, due))
                continue
            if what == "incident":
                incidents.append(pk)
                continue
            task = changes.opened[token]
            task.pk, task.status, task.owner_id = pk, STATUS(status), owner
            task._state.adding = False
            task._state.db = connection.alias
            tasks.append(task)
    tasks.sort(key=lambda task: task.token_id)
    return Written(tasks, timers, sorted(incidents))


def _json(rows: Iterable[Mapping[str, Any]]) -> str:
    return json.dumps(list(rows), ensure_ascii=False, separators=(",", ":"))


def _row(task: CaseTask) -> dict[str, Any]:
    return {
        "flow_task": task.flow_task,
        "type": task.flow_task_type,
        "status": str(task.status),
        "token": task.token_id,
        "node": task.node,
        "kind": task.kind,
        "name": task.name,
        "lane": task.lane,
        "form": task.form,
        "job_type": task.job_type,
        "message": task.message,
        "assignee": task.assignee,
        "groups": task.candidate_groups,
        "users": task.candidate_users,
        "due": task.due.isoformat() if task.due else None,
        "scheduled": task.scheduled.isoformat() if task.scheduled else None,
        "priority": task.priority,
        "locals": task.locals,
        "result": task.result,
        "by": task.completed_by_id,
    }

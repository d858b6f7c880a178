"""Writes one engine run to the database: everything it changed, the log entry included, in one wide statement.

PostgreSQL runs all parts of a statement with data-modifying WITH clauses on one snapshot, in one round trip; a case with a
hundred open tasks costs the same statement as a case with one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model
from viewflow.workflow.fields import get_flow_ref
from viewflow.workflow.status import STATUS

from permissions import audit
from workflows.models import Case, CaseTask

# What a run moves of the case's own columns, and what it writes only where it has changed: a list of a thousand voters stays
# where it lies on the disk, and the index over what cases listen to is left alone.
_COLUMNS = "marking = %(marking)s::jsonb, status = %(status)s, finished = %(finished)s, cancel_reason = %(reason)s"
_VARIABLES = "variables = %(variables)s::jsonb"
_LISTENS = "listens = %(listens)s::varchar[]"


def _moved(*columns: str) -> str:
    return f"moved AS (UPDATE workflows_case SET {', '.join(columns)} WHERE id = %(case)s)"  # noqa: S608  our own columns


# The parts of the one wide statement; a write puts together those it needs. Each part costs the server even when it has
# nothing to do, so a click that closes one task does not carry the parts that set timers.
_PARTS = {
    "begun": """begun AS (
    INSERT INTO workflows_case (id, flow_class, status, created, finished, version_id, version_sha256, subject, title, variables,
        marking, started_by_id, dedupe_key, cancel_reason, parent_id, parent_token, suspend_reason, listens)
    VALUES (%(case)s, %(flow)s, %(status)s, %(created)s, %(finished)s, %(version)s, %(sha256)s, %(subject)s, %(title)s,
        %(variables)s::jsonb, %(marking)s::jsonb, %(by)s, %(dedupe)s, %(reason)s, %(parent)s, %(parent_token)s, '',
        %(listens)s::varchar[]))""",
    "moved": _moved(_COLUMNS),
    "moved_variables": _moved(_COLUMNS, _VARIABLES),
    "moved_listens": _moved(_COLUMNS, _LISTENS),
    "moved_variables_listens": _moved(_COLUMNS, _VARIABLES, _LISTENS),
    "closed": """closed AS (
    UPDATE workflows_casetask AS task
       SET status = shut.status, finished = %(now)s, completed_by_id = shut.by, result = shut.result
      FROM jsonb_to_recordset(%(closed)s::jsonb) AS shut(token int, status text, by bigint, result jsonb)
     WHERE task.process_id = %(case)s AND task.token_id = shut.token AND task.finished IS NULL
 RETURNING task.id
), closed_groups AS (
    DELETE FROM workflows_casetaskgrouppermission AS p USING closed WHERE p.content_object_id = closed.id
), closed_users AS (
    DELETE FROM workflows_casetaskuserpermission AS p USING closed WHERE p.content_object_id = closed.id)""",
    "opened": """opened AS (
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
     WHERE t.app_label = 'workflows' AND t.model = 'casetask' AND p.codename = 'complete_casetask')""",
    "groups": """opened_groups AS (
    INSERT INTO workflows_casetaskgrouppermission (permission_id, group_id, content_object_id)
    SELECT r.id, g.id, o.id FROM opened AS o JOIN auth_group AS g ON g.name = ANY(o.candidate_groups), right_to_complete AS r
     WHERE o.status IN ('NEW', 'ASSIGNED'))""",
    "users": """opened_users AS (
    INSERT INTO workflows_casetaskuserpermission (permission_id, user_id, content_object_id)
    SELECT r.id, u.id, o.id FROM opened AS o JOIN permissions_user AS u ON u.username = ANY(o.candidate_users), right_to_complete AS r
     WHERE o.status IN ('NEW', 'ASSIGNED'))""",
    "timers_gone": """timers_gone AS (
    DELETE FROM workflows_casetimer WHERE case_id = %(case)s AND fired IS NULL AND timer_id = ANY(%(timers_cleared)s))""",
    "timers_fired": """timers_fired AS (
    UPDATE workflows_casetimer SET fired = %(now)s WHERE case_id = %(case)s AND timer_id = ANY(%(timers_fired)s))""",
    "timers_set": """timers_set AS (
    INSERT INTO workflows_casetimer (case_id, timer_id, node, due)
    SELECT %(case)s, t.id, t.node, t.due FROM jsonb_to_recordset(%(timers_set)s::jsonb) AS t(id int, node text, due timestamptz)
 RETURNING id, due)""",
    "log_begun": audit.BEGIN_PART,
    "log_moved": audit.APPEND_PART,
}
_ROWS = {
    "opened": "SELECT 'task' AS what, id, token_id, status, owner_id, NULL::timestamptz AS due FROM opened",
    "timers_set": "SELECT 'timer' AS what, id, 0 AS token_id, '' AS status, NULL::bigint AS owner_id, due FROM timers_set",
}
_NONE = "SELECT WHERE false"

# Before the tasks and timers that had gone wrong are closed: what becomes of their incidents stands in the log entry. One that
# was resolved earlier lets go of a timer that is deleted.
_INCIDENTS = """
WITH tasks AS (
    SELECT id FROM workflows_casetask WHERE process_id = %(case)s AND token_id = ANY(%(closed)s) AND finished IS NULL
), gone AS (
    SELECT id FROM workflows_casetimer WHERE case_id = %(case)s AND timer_id = ANY(%(timers_cleared)s) AND fired IS NULL
), fired AS (
    SELECT id FROM workflows_casetimer WHERE case_id = %(case)s AND timer_id = ANY(%(timers_fired)s)
)
UPDATE workflows_incident AS i
   SET resolved = COALESCE(i.resolved, %(now)s), timer_id = CASE WHEN i.timer_id NOT IN (SELECT id FROM gone) THEN i.timer_id END
 WHERE i.case_id = %(case)s
   AND (i.timer_id IN (SELECT id FROM gone)
        OR i.resolved IS NULL
           AND (%(ended)s OR i.task_id IN (SELECT id FROM tasks) OR i.timer_id IN (SELECT id FROM fired)
                OR %(delivered)s AND i.task_id IS NULL AND i.timer_id IS NULL))
RETURNING i.id, i.resolved = %(now)s
"""

_INSERT_CASE = """
WITH begun AS (
    INSERT INTO workflows_case (id, flow_class, status, created, version_id, version_sha256, subject, title, variables, marking,
        started_by_id, dedupe_key, parent_id, parent_token, cancel_reason, suspend_reason, listens)
    VALUES (%(case)s, %(flow)s, %(status)s, %(created)s, %(version)s, %(sha256)s, %(subject)s, %(title)s, %(variables)s::jsonb,
        '{}'::jsonb, %(by)s, %(dedupe)s, %(parent)s, %(parent_token)s, '', '', '{}') ON CONFLICT DO NOTHING RETURNING id
)
INSERT INTO permissions_audithead AS head (subject, seq, hash) SELECT %(chain)s, 0, %(genesis)s FROM begun
ON CONFLICT (subject) DO UPDATE SET seq = head.seq RETURNING seq, hash
"""


def insert_case(case: Case) -> audit.Head | None:
    """Insert a new case and take the head of its log chain; None where a unique constraint has one like it already.

    ON CONFLICT waits for a rival transaction to end, and spares the savepoint an IntegrityError would need. The head comes
    after the case: the order of all locks.
    """
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_CASE, {**_case_values(case), "chain": case.chain, "genesis": audit.GENESIS})
        row = cursor.fetchone()
    if row is None:
        return None
    _stored(case)
    return audit.Head(case.chain, *row)


def _case_values(case: Case) -> dict[str, Any]:
    return {
        "case": case.pk,
        "flow": get_flow_ref(case.flow_class),
        "status": str(case.status),
        "created": case.created,
        "version": case.version_id,
        "sha256": case.version_sha256,
        "subject": case.subject,
        "title": case.title,
        "variables": _json(case.variables),
        "by": case.started_by_id,
        "dedupe": case.dedupe_key,
        "parent": case.parent_id,
        "parent_token": case.parent_token,
    }


def _stored(row: Model) -> None:
    row._state.adding = False
    row._state.db = connection.alias


@dataclass(slots=True)
class Changes:
    """What a run did to a case, in the terms of its tables. Tokens that opened and closed within the run are in both.

    `listens` is what the case listens to from now on, None where that is what it was.
    """

    opened: dict[int, CaseTask] = field(default_factory=dict)
    closed: dict[int, Closing] = field(default_factory=dict)
    timers_set: dict[int, tuple[str, datetime]] = field(default_factory=dict)
    timers_cleared: set[int] = field(default_factory=set)
    timers_fired: set[int] = field(default_factory=set)
    listens: list[str] | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """How a task ended: DONE by somebody (or by nobody, for waits), or CANCELED."""

    status: str
    by: int | None = None
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """The new rows a write made."""

    tasks: list[CaseTask]
    timers: list[tuple[int, datetime]]


def end_incidents(case: Case, changes: Changes, *, now: datetime, delivered: bool) -> list[int]:
    """End the incidents of what `changes` closes, before it is closed; their ids. All of them where the case is over; those of
    deliveries that failed where one has come through (`delivered`).
    """
    parameters = {
        "case": case.pk,
        "now": now,
        "closed": [token for token in changes.closed if token not in changes.opened],
        "timers_cleared": list(changes.timers_cleared),
        "timers_fired": list(changes.timers_fired),
        "ended": case.finished is not None,
        "delivered": delivered,
    }
    with connection.cursor() as cursor:
        cursor.execute(_INCIDENTS, parameters)
        return sorted(pk for pk, newly in cursor.fetchall() if newly)


def write(
    case: Case, changes: Changes, entry: audit.Row, *, now: datetime, new: bool = False, variables: bool = True
) -> Written:
    """Write `changes`, the case's own columns (a `new` case's row) and the log entry, in one statement.

    `variables` is whether those of the case have changed. The case row and the head of its log chain must be locked by this
    transaction, or be new.
    """
    moved = "moved" + ("_variables" if variables else "") + ("_listens" if changes.listens is not None else "")
    parts = ["begun", "log_begun"] if new else [moved, "log_moved"]
    parameters: dict[str, Any] = {
        "case": case.pk,
        "now": now,
        "marking": _json(case.marking),
        "status": str(case.status),
        "finished": case.finished,
        "reason": case.cancel_reason,
        **audit.part_values(entry),
    }
    if new:
        parameters |= _case_values(case)
    elif variables:
        parameters["variables"] = _json(case.variables)
    if new or changes.listens is not None:
        parameters["listens"] = changes.listens or []
    shut = [(token, how) for token, how in changes.closed.items() if token not in changes.opened]
    if shut:
        parts.append("closed")
        parameters["closed"] = _json(
            [{"token": token, "status": how.status, "by": how.by, "result": how.result} for token, how in shut]
        )
    if changes.opened:
        tasks = changes.opened.values()
        parts.append("opened")
        parts += ["groups"] if any(task.candidate_groups for task in tasks) else []
        parts += ["users"] if any(task.candidate_users for task in tasks) else []
        parameters["opened"] = _json([_row(task) for task in tasks])
    if changes.timers_cleared:
        parts.append("timers_gone")
        parameters["timers_cleared"] = list(changes.timers_cleared)
    if changes.timers_fired:
        parts.append("timers_fired")
        parameters["timers_fired"] = list(changes.timers_fired)
    if changes.timers_set:
        parts.append("timers_set")
        parameters["timers_set"] = _json(
            [{"id": timer, "node": node, "due": due.isoformat()} for timer, (node, due) in changes.timers_set.items()]
        )
    with connection.cursor() as cursor:
        cursor.execute(_statement(tuple(parts)), parameters)
        rows = cursor.fetchall()
    if new:
        _stored(case)
    written = Written([], [])
    for what, pk, token, status, owner, due in rows:
        if what == "timer":
            written.timers.append((pk, due))
            continue
        task = changes.opened[token]
        task.pk, task.status, task.owner_id = pk, STATUS(status), owner
        _stored(task)
        written.tasks.append(task)
    written.tasks.sort(key=lambda task: task.token_id)
    return written


@cache
def _statement(parts: tuple[str, ...]) -> str:
    """The statement of these parts. Few combinations occur, so that the server soon has each of them prepared."""
    rows = " UNION ALL ".join(_ROWS[part] for part in parts if part in _ROWS)
    return " ".join(f"WITH {', '.join(_PARTS[part] for part in parts)} {rows or _NONE}".split())


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


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

"""Finds a version, locks a case, reads one of its tasks: single statements, built once and prepared by the driver.

Everything that moves a case locks the case row first. The task row and the head of the log come second and third, in the same
statement: PostgreSQL takes row locks in the order of FOR UPDATE OF and then reads the rows as they are after the wait, so nobody
decides on a stale task.
The ORM could say this too, but builds the statement anew each time, and this is the path every click takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Model
from django.db.models.base import ModelState
from django.utils.translation import gettext as _

from permissions import audit, clock
from permissions.errors import Hidden
from permissions.models import User
from workflows.models import Case, CaseTask, CaseTimer

M = TypeVar("M", bound=Model)


_VERSION = """
SELECT v.id, d.key, v.number, v.sha256, nextval('workflows_case_id_seq')
  FROM workflows_definitionversion AS v JOIN workflows_definition AS d ON d.id = v.definition_id
 WHERE d.key = %(key)s AND d.kind = 'flow' AND {} ORDER BY v.number DESC LIMIT 1
"""


class _Part:
    """One table of a wide row: its model, its alias, and the fields that are read."""

    def __init__(self, model: type[Model], alias: str, without: Sequence[str] = ()) -> None:
        self.model = model
        fields = [field for field in model._meta.concrete_fields if field.attname not in without]
        self.columns = ", ".join(f'{alias}."{field.column}"' for field in fields)
        self._names = [field.attname for field in fields]
        converters = [(field.attname, getattr(field, "from_db_value", None)) for field in fields]
        self._converters = [(name, convert) for name, convert in converters if convert is not None]

    def take(self, row: Sequence[Any], start: int) -> tuple[Any, int]:
        """An instance made of this part of the row, and where the next part starts.

        Made as unpickling makes one: `Model.__init__` would take as long as the statement. What was not read is deferred.
        """
        end = start + len(self._names)
        made = self.model.__new__(self.model)
        values = made.__dict__
        values.update(zip(self._names, row[start:end], strict=True))
        for name, convert in self._converters:
            values[name] = convert(values[name], None, connection)
        state = made._state = ModelState()
        state.adding, state.db = False, connection.alias
        return made, end


# What nothing here reads, and what stays lazily loaded: viewflow's columns that this system leaves empty.
_UNREAD = ("external_task_id", "owner_permission", "owner_permission_content_type_id", "owner_permission_obj_pk")


@cache
def _parts() -> dict[str, _Part]:
    return {"case": _Part(Case, "c"), "task": _Part(CaseTask, "t", without=_UNREAD)}


# The head of the case's log chain comes along: whoever moves a case writes to its log, and would lock the head anyway. The
# version does not: its compiled form is in memory.
_JOINS = (
    "workflows_case AS c"
    " JOIN permissions_audithead AS h ON h.subject = CASE WHEN c.subject = '' THEN 'case:' || c.id ELSE c.subject END"
)
_HEAD = "h.subject, h.seq, h.hash"
_CANDIDATE = (
    "EXISTS (SELECT FROM workflows_casetaskgrouppermission AS p JOIN permissions_role AS r ON r.group_id = p.group_id"
    " JOIN permissions_rolegrant AS g ON g.role_id = r.id AND g.user_id = %(user)s AND g.starts_on <= %(day)s"
    " AND (g.ends_on IS NULL OR g.ends_on >= %(day)s) AND (g.ended_at IS NULL OR g.ended_at >= %(over)s)"
    " WHERE p.content_object_id = t.id)"
    " OR EXISTS (SELECT FROM workflows_casetaskuserpermission AS p WHERE p.content_object_id = t.id AND p.user_id = %(user)s)"
)


@cache
def _case_sql(condition: str) -> str:
    columns = _parts()["case"].columns
    return f"SELECT {columns}, {_HEAD} FROM {_JOINS} WHERE {condition} FOR UPDATE OF c, h"  # noqa: S608  our own


@cache
def _task_sql() -> str:
    parts = _parts()
    return (
        f"SELECT {parts['case'].columns}, {_HEAD}, {parts['task'].columns}, {_CANDIDATE} FROM {_JOINS}"  # noqa: S608
        " JOIN workflows_casetask AS t ON t.process_id = c.id WHERE t.id = %(task)s FOR UPDATE OF c, t, h"
    )


def _one(sql: str, parameters: dict[str, Any]) -> Sequence[Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row: Sequence[Any] | None = cursor.fetchone()
        return row


def hidden() -> Hidden:
    """The refusal of a case that is not there, or that the user may not know of."""
    return Hidden(_("没有找到这件流程，或者您没有查看它的权限。请返回待办，从列表中打开。"))


class Found(NamedTuple):
    """The version a new case runs on, and the id the case will have."""

    version: int
    key: str
    number: int
    sha256: str
    case: int


def find_version(key: str, number: int | None = None) -> Found | None:
    """The version a case starts on: the latest published one of the definition, or the one of this number unless a draft.

    The id of the case comes along, so that its log entry can be made before its row is written.
    """
    condition = "v.status = 'published'" if number is None else "v.status <> 'draft' AND v.number = %(number)s"
    row = _one(_VERSION.format(condition), {"key": key, "number": number})
    return None if row is None else Found(*row)


def new_case_id() -> int:
    """The id of a case that is about to begin, where its version is known already."""
    row = _one("SELECT nextval('workflows_case_id_seq')", {})
    assert row is not None  # noqa: S101  # a sequence always answers
    pk: int = row[0]
    return pk


class Locked(NamedTuple):
    """A case whose row is locked until the transaction ends, and the head of its log chain, locked after it."""

    case: Case
    head: audit.Head


def hold(case_id: int) -> None:
    """Lock a case's row and no more: for an action that writes to the case's log before it moves the case.

    Case first, log second is the order everywhere; an action that took them the other way round could meet a timer that
    goes the right way, and PostgreSQL would have to end one of them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM workflows_case WHERE id = %s FOR UPDATE", [case_id])


def _locked(row: Sequence[Any]) -> tuple[Locked, int]:
    """The case and the head of its chain from the front of a row, and where the rest of the row starts."""
    case, at = _parts()["case"].take(row, 0)
    return Locked(case, audit.Head(*row[at : at + 3])), at + 3


def lock_case(case_id: int) -> Locked:
    """The case and the head of its log chain. Raises `Hidden`."""
    row = _one(_case_sql("c.id = %(case)s"), {"case": case_id})
    if row is None:
        raise hidden()
    return _locked(row)[0]


def lock_timer(timer_row: int) -> tuple[Locked, CaseTimer] | None:
    """The case a timer belongs to, and then the timer as it is; None where the timer is gone."""
    row = _one(_case_sql("c.id = (SELECT case_id FROM workflows_casetimer WHERE id = %(timer)s)"), {"timer": timer_row})
    timer = CaseTimer.objects.filter(pk=timer_row).first() if row else None
    if row is None or timer is None:
        return None
    return _locked(row)[0], timer


def lock_task(task_id: int, actor: User | None = None) -> tuple[Locked, CaseTask]:
    """A task with its case, both rows locked. `is_candidate` says whether `actor` is asked to do it. Raises `Hidden`."""
    day = clock.today()
    asked = {"task": task_id, "user": actor.pk if actor else None, "day": day, "over": clock.midnight_after(day)}
    row = _one(_task_sql(), asked)
    if row is None:
        raise hidden()
    locked, at = _locked(row)
    task, at = _parts()["task"].take(row, at)
    task.process, task.is_candidate = locked.case, row[at]
    if actor is not None and task.owner_id == actor.pk:
        task.owner = actor
    return locked, task

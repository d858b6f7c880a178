"""The beats all actions on items share: lock, ask the policy and the flow, write with a version, log."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from decisions import stages
from decisions.models import Item, Plan
from permissions import audit, versions
from permissions.access import fetch
from permissions.errors import WrongState
from permissions.models import User
from workflows import clock
from workflows.locks import hold
from workflows.models import CaseTask


def lock(actor: User, act: str, item_id: int) -> Item:
    """The item's row, locked until commit; everything about an item is written under this lock.

    Raises `Hidden`, `Denied` by the policy, and `WrongState` with the reason when the flow is not waiting for `act`.
    """
    rows = Item.objects.select_for_update(of=("self",)).select_related("matter_type", "body", "proposer", "case")
    item = fetch(rows, actor, act, item_id)
    reason = stages.why_not(act, item.phase, [task.form for task in open_tasks(item)])
    if reason:
        raise WrongState(reason, code="not_now")
    return item


def open_tasks(item: Item) -> list[CaseTask]:
    """What the item's case waits for, read once per locked item."""
    if item.case_id is None:
        return []
    known: list[CaseTask] | None = item.__dict__.get("_open_tasks")
    if known is None:
        known = list(CaseTask.objects.filter(process_id=item.case_id, finished__isnull=True))
        item.__dict__["_open_tasks"] = known
    return known


def task_of(item: Item, form: str, *, group: str = "") -> CaseTask:
    """The open task with this form (and candidate group). Raises `WrongState` when there is none."""
    for task in open_tasks(item):
        if task.form == form and (not group or group in task.candidate_groups):
            return task
    raise WrongState(_("这一步已经办完，现在不需要再办。请刷新页面查看最新进展。"), code="not_now")


def planned(item: Item) -> Plan:
    """The main plan. Raises `WrongState` where there is none yet."""
    plan = item.plan
    if plan is None:
        raise WrongState(_("方案还没有内容。请先编写并保存，再办理这一步。"), code="no_plan")
    return plan


def save(instance: Any, actor: User | None, why: str, fields: Sequence[str] | None = None) -> None:
    """Write a row and its version: by whom, when and through which act."""
    versions.save(instance, actor, why, fields=fields, at=clock.now())


def remove(instance: Any, actor: User, why: str) -> None:
    """Delete a row, leaving its last version in the history."""
    versions.remove(instance, actor, why, at=clock.now())


def log(item: Item, actor: User | None, verb: str, target: Model | None = None, **data: Any) -> None:
    """One entry in the item's chain. `target` is what was written, other than the item itself."""
    name = f"{target._meta.model_name}:{target.pk}" if target is not None else ""
    if item.case_id is not None:
        hold(item.case_id)
    audit.record(subject=item.subject, actor=actor, verb=verb, target=name, data=data, at=clock.now())

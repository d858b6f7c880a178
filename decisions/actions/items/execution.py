"""After both chairs have signed: who carries the decision out (R36)."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from decisions import stages
from decisions.actions.items.common import lock, log, save, task_of
from decisions.models import ExecutionTask, Milestone, Suspension
from decisions.policies.items import may_co_propose
from permissions.errors import Invalid, WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock
from workflows.actions import task_complete

MAX_MILESTONES = 30


@action
def execution_assign(
    *,
    actor: User,
    item_id: int,
    unit: str,
    due: date | None,
    note: str = "",
    responsible_id: int | None = None,
    milestones: Sequence[tuple[str, date | None]] = (),
) -> ExecutionTask:
    """Name the executing unit and the day by which it is done, and hand the item over. `due` is a day after today.

    `responsible_id` is who answers for it and reports, where they have an account; `milestones` are steps with their days, none
    after `due`. Raises `Invalid` naming the fields, `WrongState`.
    """
    item = lock(actor, "execution_assign", item_id)
    if Suspension.objects.filter(item=item, ended_at__isnull=True).exists():
        raise WrongState(_("执行已紧急中止，恢复以前不能办理（R37）。"), code="execution_suspended")
    name = " ".join(unit.split())
    wrong: dict[str, str] = {}
    if not name:
        wrong["unit"] = _("请填写承办单位，例如“示范区平台公司”。")
    elif len(name) > 80:
        wrong["unit"] = _("请缩短到 80 字以内，只写牵头单位。")
    if due is None:
        wrong["due"] = _("请选择完成期限，例如 2026-12-31。")
    elif due <= timezone.localdate(clock.now()):
        wrong["due"] = _("请选今天以后的日期。")
    responsible = may_co_propose().filter(pk=responsible_id).first() if responsible_id is not None else None
    if responsible_id is not None and responsible is None:
        wrong["responsible"] = _("请从列表中选择责任人。")
    steps = _steps(milestones, due, wrong)
    if wrong or due is None:
        raise Invalid(_("有 %(count)s 处需要修改，其他内容已为您保留") % {"count": len(wrong)}, fields=wrong)
    row = ExecutionTask(
        item=item,
        unit=name,
        responsible=responsible,
        due=due,
        note=note.strip(),
        assigned_by=actor,
        assigned_at=clock.now(),
    )
    save(row, actor, "execution_assign")
    for order, (title, day) in enumerate(steps, start=1):
        save(Milestone(execution=row, order=order, title=title, due=day), actor, "execution_assign")
    log(
        item,
        actor,
        "execution_assign",
        row,
        unit=row.unit,
        due=row.due,
        note=row.note,
        responsible=responsible.label if responsible else "",
        milestones=[[title, day] for title, day in steps],
    )
    task_complete(actor=actor, task_id=task_of(item, stages.EXECUTE).pk)
    return row


def _steps(
    milestones: Sequence[tuple[str, date | None]], due: date | None, wrong: dict[str, str]
) -> list[tuple[str, date]]:
    """The steps in the order of their days; rows left empty are none."""
    found: list[tuple[str, date]] = []
    for title, day in milestones:
        name = " ".join(title.split())
        if not name and day is None:
            continue
        if not name or day is None:
            wrong["milestones"] = _("每个节点都要写名称和期限。")
        elif len(name) > 80:
            wrong["milestones"] = _("请把节点名称缩短到 80 字以内。")
        elif day <= timezone.localdate(clock.now()) or (due is not None and day > due):
            wrong["milestones"] = _("节点的期限须在今天以后、完成期限以前。")
        else:
            found.append((name, day))
    if len(found) > MAX_MILESTONES:
        wrong["milestones"] = _("最多 %(limit)s 个节点，请合并。") % {"limit": MAX_MILESTONES}
    return sorted(found, key=lambda step: step[1])

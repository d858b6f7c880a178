"""After both chairs have signed: who carries the decision out (R36)."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from decisions import stages
from decisions.actions.items.common import lock, log, task_of
from decisions.models import ExecutionTask
from permissions.errors import Invalid
from permissions.models import User
from permissions.transactions import action
from workflows import clock
from workflows.actions import task_complete


@action
def execution_assign(*, actor: User, item_id: int, unit: str, due: date | None, note: str = "") -> ExecutionTask:
    """Name the executing unit and the day by which it is done, and hand the item over. `due` is a day after today."""
    item = lock(actor, "execution_assign", item_id)
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
    if wrong or due is None:
        raise Invalid(_("有 %(count)s 处需要修改，其他内容已为您保留") % {"count": len(wrong)}, fields=wrong)
    row = ExecutionTask(item=item, unit=name, due=due, note=note.strip(), assigned_by=actor, assigned_at=clock.now())
    row.save()
    log(item, actor, "execution_assign", row, unit=row.unit, due=row.due, note=row.note)
    task_complete(actor=actor, task_id=task_of(item, stages.EXECUTE).pk)
    return row

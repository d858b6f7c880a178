"""When a starter may take a case back: one rule for the act and for its button."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from permissions.errors import WrongState
from permissions.models import User
from workflows.models import Case, CaseTask


def obstacle(case: Case, actor: User) -> WrongState | None:
    """What stands against taking back a running case: its subject has an act of its own (``has_subject``), another case called it
    (``called``), or somebody else has done a step of it or of what it called (``acted``, and who).
    """
    if case.subject:
        return WrongState(_("这件流程是为一项议题办理的。请打开议题，在议题页面撤回。"), code="has_subject")
    if case.parent_id is not None:
        return WrongState(_("这是另一件流程调用的一步，不能单独撤回。需要撤回时，请打开上级流程。"), code="called")
    here = Q(process=case) | Q(process__parent=case) | Q(process__parent__parent=case)
    acted = CaseTask.objects.filter(here, completed_by__isnull=False).exclude(completed_by=actor.pk)
    first = acted.select_related("completed_by").order_by("finished", "id").first()
    if first is None or first.completed_by is None:
        return None
    return WrongState(
        _("%(who)s已经办理了“%(step)s”，不能再撤回。需要停止办理时，请联系系统管理员终止流程。")
        % {"who": first.completed_by.label, "step": first},
        code="acted",
        data={"task": first.pk, "completed_by": first.completed_by_id},
    )

"""What an incident says, when its work is tried again, and which incidents a reader may know of. Writing is the actions'."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permissions.errors import ApplicationError
from permissions.models import User
from permissions.policies import visible
from workflows import compiled, names, post
from workflows.clock import now as current_time
from workflows.errors import FlowStuck
from workflows.models import Case, Incident, TaskKind

# From here on retries are evenly spaced: a fault that lasts for days is still looked at some times a day.
LONGEST_WAIT = timedelta(hours=6)
GROWTH = 4
# What `incident_resolve` can do: the step counts as done, a BPMN error is thrown at it, or somebody has seen to it elsewhere.
COMPLETE, ERROR, DISMISS = "complete", "error", "dismiss"
WAYS = (COMPLETE, ERROR, DISMISS)


class WorkerLost(Exception):
    """The worker died in the middle of the work again and again: the work itself may be what kills it."""


def next_try(failures: int, now: datetime) -> datetime | None:
    """When work is tried again that has failed this often; None where it now waits for an administrator."""
    if failures > settings.JOB_RETRIES:
        return None
    seconds = settings.JOB_RETRY_SECONDS * GROWTH ** (failures - 1)
    return now + timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds()))


# What went wrong, by the kind of its code; `node` is the step's name, `detail` what stands behind the kind.
_REASONS: dict[str, Any] = {
    "handler_error": gettext_lazy("“%(node)s”的处理程序出错（%(detail)s）。"),
    "no_handler": gettext_lazy("“%(node)s”要求的处理程序没有安装。"),
    "worker_lost": gettext_lazy("后台程序办理“%(node)s”时多次中断。"),
    "no_outgoing_flow": gettext_lazy("流程在“%(node)s”之后没有一条路线符合条件。"),
    "uncaught_error": gettext_lazy("流程在“%(node)s”处报错（%(detail)s），图上没有处理这个错误的路线。"),
    "decision_failed": gettext_lazy("“%(node)s”作不出决策（%(detail)s）。"),
    "unknown_decision": gettext_lazy("“%(node)s”要作的决策（%(detail)s）没有已发布的版本。"),
    "job_limit": gettext_lazy("流程里的自动环节循环不止。"),
    "step_limit": gettext_lazy("流程在“%(node)s”处循环不止。"),
    "stuck": gettext_lazy("流程在“%(node)s”处不能继续（%(detail)s）。"),
}
# What of an error's data says more than its kind.
_DETAILS: dict[str, tuple[str, ...]] = {
    "uncaught_error": ("error",),
    "decision_failed": ("decision", "reason"),
    "unknown_decision": ("decision",),
}
# A handler has refused in words of its own. They are about the matter, so whoever may not see the case gets this instead.
_REFUSED = gettext_lazy("“%(node)s”的处理程序没有接受（%(detail)s）。")


def is_fault(error: Exception) -> bool:
    """Is this a fault of the flow or of a program, rather than something the person at work can put right?"""
    return isinstance(error, FlowStuck) or not isinstance(error, ApplicationError)


def code_of(error: Exception) -> str:
    """The kind of an error, with a detail after a colon where the kind alone says too little. Holds no data of the case."""
    if isinstance(error, WorkerLost):
        return "worker_lost"
    if not isinstance(error, ApplicationError):
        return f"handler_error:{type(error).__name__}"[:80]
    if not isinstance(error, FlowStuck):
        return error.code[:80]
    if error.code in _DETAILS:
        detail = " ".join(str(error.data.get(key) or "") for key in _DETAILS[error.code])
        return f"{error.code}:{detail}"[:80]
    return error.code if error.code in _REASONS else f"stuck:{error.code}"[:80]


def words(incident: Incident, whole: bool = True) -> str:
    """What went wrong, in the reader's language; `whole` is whether the reader may see the case itself."""
    kind, _colon, detail = incident.code.partition(":")
    if kind in _REASONS:
        return str(_REASONS[kind] % {"node": node_label(incident), "detail": detail})
    return incident.reason if whole else str(_REFUSED % {"node": node_label(incident), "detail": incident.code})


def way_out(incident: Incident) -> str:
    """What whoever looks after the flows can do about it."""
    kind = incident.code.partition(":")[0]
    if kind == "no_handler":
        return _("请安装处理程序后重试。")
    if kind in ("handler_error", "worker_lost"):
        return _("服务器日志里有详情，编号 %(n)s。排除原因后重试。") % {"n": incident.pk}
    if kind in ("decision_failed", "unknown_decision"):
        return _("请与流程管理员核对决策表和这件流程的变量，发布改好的决策表后重试。")
    if kind in _REASONS:
        return _("请与流程管理员核对流程图和这件流程的变量，改好后重试。")
    return _("请看处理程序的说明，排除原因后重试。")


def ways(incident: Incident) -> tuple[str, ...]:
    """How this incident can be resolved. A clock that cannot ring can only be tried again: the diagram waits for it."""
    if incident.timer_id is not None:
        return ()
    if incident.task is not None and incident.task.kind == TaskKind.JOB:
        return (COMPLETE, ERROR)
    return (DISMISS,)


def is_the_workers(incident: Incident) -> bool:
    """Does the worker do this work, and not a person?"""
    return incident.timer_id is not None or (incident.task is not None and incident.task.kind == TaskKind.JOB)


def is_kept(incident: Incident) -> bool:
    """Was it a delivery that failed, and is something still kept for the case, so that it can be brought again?"""
    if incident.task_id is not None or incident.timer_id is not None:
        return False
    case = incident.case
    return post.kept_for(case, current_time()).exists() or post.missed_by(case.pk).exists()


def node_label(incident: Incident) -> str:
    """The name of the element it happened at, as the reader knows it."""
    case = incident.case
    node = compiled.of_version(case.version_id, case.version_sha256).process.nodes.get(incident.node)
    return (names.label(node.name) if node else "") or incident.node


def of_case(user: User, case: Case) -> QuerySet[Incident]:
    """The open incidents of a case that this reader may know of, newest first."""
    found = visible(user, Incident).filter(case=case, resolved__isnull=True)
    return found.select_related("case", "task", "timer")


def waits_for_administrator(case: Case) -> bool:
    """Does something in this case stand still until an administrator looks at it?"""
    return Incident.objects.filter(case=case, resolved__isnull=True, next_try__isnull=True).exists()


def open_count(user: User, most: int) -> int:
    """How many incidents wait for an administrator, counted up to `most`; 0 for whom it is none of their business."""
    return visible(user, Incident).filter(resolved__isnull=True, next_try__isnull=True).order_by()[:most].count()

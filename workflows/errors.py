"""The engine's refusals in the user's language."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow.workflow.status import PROCESS

from permissions.errors import ApplicationError, Conflict, Invalid, WrongState
from workflows.engine import EngineError
from workflows.models import Case


class FlowStuck(Conflict):
    """The diagram has no way on from here for the values at hand: a fault of the flow, not of the person."""

    default_code = "flow_stuck"


#: What speaks against moving a case by hand, or against another member of a step.
_MOVES: Mapping[str, Any] = {
    "no_such_node": gettext_lazy("流程图上没有“%(node)s”这一步。请返回，从列表中选择。"),
    "not_startable": gettext_lazy("“%(node)s”不能由人直接开始，它要等别的环节或事件。请选择其他环节。"),
    "other_scope": gettext_lazy("“%(node)s”同时有几份在办，或要由事件开始，不能从外面进入。请选择它外面的环节。"),
    "not_before": gettext_lazy("“%(node)s”不在这一步之前，或在另一条并行的路线上，不能退回到那里。请选择其他环节。"),
    "not_multi": gettext_lazy("“%(node)s”不由几个人分别办理，不能加签或减签。"),
    "bad_element": gettext_lazy(
        "“%(node)s”的每一份带有单独的资料，不能只凭姓名加签。请由流程管理员修改名单后重新开始这一步。"
    ),
    "last_instance": gettext_lazy("“%(node)s”只剩这一位办理人，不能再减签。请办理，或先加签。"),
}


def explain(error: EngineError, node_name: str = "") -> ApplicationError:
    """The application error for an engine error. Codes stay the engine's own."""
    name = node_name or error.node or ""
    data: dict[str, Any] = {"node": error.node}
    if error.code in ("not_waiting", "ended"):
        return WrongState(
            _("这一步已经办过了，或流程已经往下走。请返回待办，看最新的情况。"), code=error.code, data=data
        )
    if error.code == "not_enabled":
        return WrongState(
            _("“%(node)s”现在不能开始，请先办完正在办的一步。") % {"node": name}, code=error.code, data=data
        )
    if (refusal := _MOVES.get(error.code)) is not None:
        return WrongState(str(refusal) % {"node": name}, code=error.code, data=data)
    if error.code == "no_outgoing_flow":
        text = _("流程在“%(node)s”之后没有一条路线符合条件，没有往下走。您填写的内容没有提交，请联系流程管理员。")
    elif error.code == "uncaught_error":
        data["error"] = error.params.get("error")
        text = _("流程在“%(node)s”处报错，图上没有处理这个错误的路线。您填写的内容没有提交，请联系流程管理员。")
    elif error.code == "step_limit":
        text = _("流程在“%(node)s”处循环不止，已经停下。您填写的内容没有提交，请联系流程管理员。")
    else:
        text = _("流程在“%(node)s”处不能继续（%(code)s）。您填写的内容没有提交，请联系流程管理员。")
    return FlowStuck(text % {"node": name, "code": error.code}, code=error.code, data=data)


def happened_at(error: Exception, node: str) -> None:
    """Let an error that passes through tell at which element it happened."""
    if isinstance(error, ApplicationError):
        error.data.setdefault("node", node)
    else:
        with suppress(AttributeError):
            error.flow_node = node  # type: ignore[attr-defined]


def place_of(error: Exception) -> str:
    """The id of the element an error happened at, empty where it does not tell."""
    found = error.data.get("node") if isinstance(error, ApplicationError) else getattr(error, "flow_node", None)
    return str(found or "")


def require_running(case: Case) -> None:
    """Nothing moves a case that has ended, or that stands still until somebody resumes it. Raises `WrongState`."""
    if case.status != PROCESS.NEW:
        raise WrongState(_("这件流程已经办结。"), code="ended")
    if case.suspended is not None:
        raise WrongState(
            _("这件流程已暂停（%(reason)s），恢复以前不能办理。请与系统管理员联系。") % {"reason": case.suspend_reason},
            code="suspended",
        )


def told(reason: str, missing: str = "", hint: str = "") -> str:
    """A reason without the spaces around it. Raises `Invalid` where it is missing (and `missing` says so), or too long."""
    text = reason.strip()
    if missing and not text:
        raise Invalid(missing, fields={"reason": hint})
    most = Case._meta.get_field("suspend_reason").max_length or 0
    if len(text) > most:
        words = _("请把原因减到 %(most)d 字以内，现在是 %(now)d 字。") % {"most": most, "now": len(text)}
        raise Invalid(words, fields={"reason": words})
    return text

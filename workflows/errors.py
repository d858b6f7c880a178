"""The engine's refusals in the user's language."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.utils.translation import gettext as _
from viewflow.workflow.status import PROCESS

from permissions.errors import ApplicationError, Conflict, Invalid, WrongState
from workflows.engine import EngineError
from workflows.models import Case


class FlowStuck(Conflict):
    """The diagram has no way on from here for the values at hand: a fault of the flow, not of the person."""

    default_code = "flow_stuck"


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

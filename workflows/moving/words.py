"""Migrations in the office's words: what differs between two versions, why a case cannot move, what would happen to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from workflows import names
from workflows.bpmn.messages import word
from workflows.bpmn.model import Process
from workflows.engine import Refusal
from workflows.versions import Change, Detail

# Attributes of the model by the beginning of their path, the longer ones first.
_ATTRIBUTES: Final[Sequence[tuple[str, Any]]] = (
    ("name", gettext_lazy("名称")),
    ("kind", gettext_lazy("类型")),
    ("scope", gettext_lazy("所在的子流程")),
    ("condition", gettext_lazy("条件")),
    ("source", gettext_lazy("起点")),
    ("target", gettext_lazy("终点")),
    ("assignment.assignee", gettext_lazy("指定办理人")),
    ("assignment.candidate_groups", gettext_lazy("候选角色")),
    ("assignment.candidate_users", gettext_lazy("候选人")),
    ("assignment.due", gettext_lazy("办理期限")),
    ("assignment.priority", gettext_lazy("优先级")),
    ("assignment.follow_up", gettext_lazy("跟进日期")),
    ("deadline", gettext_lazy("办理期限")),
    ("reminders", gettext_lazy("催办")),
    ("form", gettext_lazy("表单")),
    ("job_type", gettext_lazy("作业")),
    ("lane", gettext_lazy("泳道")),
    ("role", gettext_lazy("角色")),
    ("documentation", gettext_lazy("说明")),
    ("default", gettext_lazy("默认路线")),
    ("event.expression", gettext_lazy("时间或条件")),
    ("event", gettext_lazy("事件")),
    ("more_events", gettext_lazy("事件")),
    ("loop", gettext_lazy("多人办理")),
    ("standard_loop", gettext_lazy("循环")),
    ("inputs", gettext_lazy("输入")),
    ("outputs", gettext_lazy("输出")),
    ("properties", gettext_lazy("属性")),
    ("script", gettext_lazy("脚本")),
    ("called", gettext_lazy("调用的流程")),
    ("attached_to", gettext_lazy("所附的环节")),
    ("interrupting", gettext_lazy("是否中断")),
)


def change_words(change: Change, old: Process, new: Process) -> str:
    """What happened to an element, as one sentence without its end."""
    what = _element(change, old if change.kind == "removed" else new)
    if change.kind == "added":
        return _("增加%(what)s") % {"what": what}
    if change.kind == "removed":
        return _("去掉%(what)s") % {"what": what}
    if change.kind == "moved":
        return _("%(what)s移到另一个子流程") % {"what": what}
    if change.kind == "renamed":
        was = names.label(change.details[0].before) or change.element
        return _("%(what)s改了名称，原名“%(was)s”") % {"what": what, "was": was}
    return _("%(what)s有改动") % {"what": what}


def detail_words(detail: Detail, old: Process, new: Process, roles: Mapping[str, str]) -> str:
    """One attribute, before and after; `roles` is how the roles of the house are called, by key."""
    found = next((label for path, label in _ATTRIBUTES if detail.what.split(".")[0] == path), None)
    exact = next((label for path, label in _ATTRIBUTES if detail.what == path), found)
    what = str(exact or detail.what)
    if detail.what.startswith("properties."):
        what = f"{what} {detail.what.partition('.')[2]}"
    values = (detail.before, detail.after)
    if detail.what in ("source", "target", "attached_to", "scope"):
        values = (node_words(old, detail.before), node_words(new, detail.after))
    elif detail.what == "assignment.candidate_groups":
        values = (_role_words(detail.before, roles), _role_words(detail.after, roles))
    before, after = (names.label(value) or _("无") for value in values)
    return _("%(what)s：%(before)s → %(after)s") % {"what": what, "before": before, "after": after}


def _role_words(text: str, roles: Mapping[str, str]) -> str:
    """The roles a step is for, by name where they are listed; an expression stays as it is written."""
    try:
        listed = json.loads(text)
    except ValueError:
        return text
    return _("、").join(roles.get(str(key), str(key)) for key in listed) if isinstance(listed, list) else text


def _element(change: Change, process: Process) -> str:
    if change.sort == "flow":
        ends = {"source": node_words(process, change.source), "target": node_words(process, change.target)}
        return _("路线“%(source)s → %(target)s”") % ends
    if change.sort == "lane":
        return _("泳道“%(name)s”") % {"name": names.label(change.name) or change.element}
    return f"{word(change.tag, _language())}“{names.label(change.name) or change.element}”"


def node_words(process: Process, node: str) -> str:
    """A node as the reader knows it: its name, else what kind of element it is with its id."""
    found = process.nodes.get(node)
    if found is None:
        return names.label(process.name) if node == process.id else node
    return names.label(found.name) or f"{word(found.kind, _language())} {node}"


def why_unmapped(code: str) -> str:
    """Why nothing was proposed for a node."""
    reasons = {
        "gone": _("新版里没有同代号或同名的环节"),
        "ambiguous": _("新版里同名的环节不止一个"),
        "kind_changed": _("新版里同代号的环节类型不同"),
        "scope_changed": _("新版里它在另一个子流程中"),
        "host_changed": _("新版里它附在另一个环节上"),
    }
    return reasons.get(code, code)


def refusal_words(refusal: Refusal, old: Process, new: Process) -> str:
    """Why a case cannot move, and what to do, as a sentence. What the case is about has its own words (``guarded``)."""
    if refusal.code == "guarded":
        return refusal.detail
    node = {"node": node_words(old if refusal.node in old.nodes else new, refusal.node)}
    sentences = {
        "unmapped": _("流程停在“%(node)s”，还没有指定它在新版中对应的环节。请在对应表中选定。"),
        "gone": _("“%(node)s”所对应的环节在新版中不存在。请重新选定。"),
        "kind_changed": _("“%(node)s”和所对应的环节类型不同，不能接着办。请另选一个同类的环节。"),
        "scope_changed": _("“%(node)s”和所对应的环节不在同一个子流程中，不能接着办。请另选，或等它办过这一步。"),
        "loop_changed": _("“%(node)s”的多人办理方式在新版中改了，正在办的不能接着办。请等它办过这一步。"),
        "gateway_changed": _("“%(node)s”之后等待的事件在新版中不同。请等其中一个事件发生以后再迁移。"),
        "join_flow_gone": _("流程在“%(node)s”等候会合，来的那条路线在新版中没有。请等会合以后再迁移。"),
        "join_changed": _("流程在“%(node)s”等候会合，新版中会合的路线不同。请等会合以后再迁移。"),
        "join_starved": _("迁移以后“%(node)s”会永远等不齐：新增的路线不会再有人走。请等这件事办过会合处再迁移。"),
        "no_handler": _("“%(node)s”办完后可以撤销，新版中没有撤销它的环节。请在新版中保留，或等流程办结。"),
        "boundary_moved": _("“%(node)s”正在计时，新版中它附在另一个环节上。请为它另选，或不作对应。"),
        "moves_at_once": _("迁移以后流程会立即从“%(node)s”往下走。请等它走过以后再迁移。"),
        "bad_expression": _("“%(node)s”在新版中的办理人或期限，用这件事的数据算不出来。请补齐数据，或修改新版。"),
        "ended": _("这件流程已经办结，不用迁移。"),
        "unknown_part": _("“%(node)s”处有还不能带到新版的记录，没有迁移。请等它办过这一步。"),
        "other_version": _("这件流程已经不在原来的版本上，没有再迁移。"),
        "out_of_step": _("这件流程的待办和流程记录不一致，没有迁移。请联系系统管理员核对。"),
    }
    return sentences.get(refusal.code, refusal.code) % node


def refusals_text(refusals: Iterable[Refusal], old: Process, new: Process) -> str:
    """All reasons, one after the other."""
    return " ".join(dict.fromkeys(refusal_words(refusal, old, new) for refusal in refusals))


def refusals_from(data: Mapping[str, Any]) -> tuple[Refusal, ...]:
    """The refusals kept with a migrated case."""
    return tuple(Refusal(*row) for row in data.get("refusals", ()))


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh-hans"

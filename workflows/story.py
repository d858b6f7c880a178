"""What the log tells of a case, in words: one table for every page that tells it. A new verb of this floor has its words here.

The names of steps are those of the diagram; what a step was called then stands in the entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from workflows.names import label

Data = Mapping[str, Any]


def _step(data: Data) -> str:
    return label(str(data.get("name") or "")) or str(data.get("node") or "")


def _reason(data: Data) -> str:
    return str(data.get("reason") or "")


def _late(data: Data) -> str:
    return _("%(step)s，已过期限") % {"step": _step(data)} if data.get("late") else _step(data)


def _file(data: Data) -> str:
    return _("；").join(part for part in (_step(data), str(data.get("file") or "")) if part)


def _note(data: Data) -> str:
    return str(data.get("note") or "")


def _versions(data: Data) -> str:
    moved = _("第 %(old)s 版 → 第 %(new)s 版") % {"old": data.get("from"), "new": data.get("to")}
    return f"{moved}{_('，')}{_reason(data)}" if _reason(data) else moved


def _moved(data: Data) -> str:
    names = data.get("from_names")
    left = _("、").join(label(str(name)) for name in names) if isinstance(names, list) else ""
    way = f"{left} → {label(str(data.get('to_name') or '')) or data.get('to') or ''}" if left else ""
    return _("；").join(part for part in (way, _reason(data)) if part)


def _members(data: Data) -> str:
    names = data.get("persons")
    who = _("、").join(map(str, names)) if isinstance(names, list) else ""
    return _("；").join(part for part in (_step(data), who, _reason(data)) if part)


#: verb → what was done, and what the entry adds to it
WORDS: Mapping[str, tuple[Any, Callable[[Data], str]]] = {
    "case_start": (pgettext_lazy("log", "流程开始"), lambda _data: ""),
    "case_cancel": (pgettext_lazy("log", "流程终止"), _reason),
    "case_withdraw": (pgettext_lazy("log", "撤回流程"), _reason),
    "case_suspend": (pgettext_lazy("log", "暂停流程"), _reason),
    "case_resume": (pgettext_lazy("log", "恢复流程"), _reason),
    "case_jump": (pgettext_lazy("log", "跳转到另一环节"), _moved),
    "task_send_back": (pgettext_lazy("log", "退回到前面的环节"), _moved),
    "instance_add": (pgettext_lazy("log", "加签"), _members),
    "instance_remove": (pgettext_lazy("log", "减签"), _members),
    "case_message": (pgettext_lazy("log", "流程收到消息"), lambda data: str(data.get("message") or "")),
    "call_return": (pgettext_lazy("log", "调用的流程办结"), _step),
    "call_error": (pgettext_lazy("log", "调用的流程报错"), lambda data: str(data.get("code") or "")),
    "call_escalate": (pgettext_lazy("log", "调用的流程上报"), lambda data: str(data.get("code") or "")),
    "activity_enable": (pgettext_lazy("log", "开始一步"), _step),
    "case_migrate": (pgettext_lazy("log", "迁移到新版流程"), _versions),
    "case_migrate_undo": (pgettext_lazy("log", "撤销流程迁移"), _versions),
    "migration_start": (pgettext_lazy("log", "决定迁移在办流程"), _versions),
    "migration_undo": (pgettext_lazy("log", "决定撤销流程迁移"), lambda _data: ""),
    "case_signal": (pgettext_lazy("log", "流程收到信号"), lambda data: str(data.get("signal") or "")),
    "message_send": (pgettext_lazy("log", "发送消息"), lambda data: str(data.get("name") or "")),
    "signal_send": (pgettext_lazy("log", "发送信号"), lambda data: str(data.get("name") or "")),
    "variables_set": (pgettext_lazy("log", "修改流程变量"), _reason),
    "task_claim": (pgettext_lazy("log", "领取任务"), _step),
    "task_ask": (pgettext_lazy("log", "请人代办"), _step),
    "task_release": (pgettext_lazy("log", "退回任务"), _step),
    "task_remind": (pgettext_lazy("log", "催办"), _late),
    "timer_fire": (pgettext_lazy("log", "到时"), _step),
    "step_file_add": (pgettext_lazy("log", "上传环节附件"), _file),
    "step_file_remove": (pgettext_lazy("log", "移除环节附件"), _file),
    "incident_record": (pgettext_lazy("log", "环节出现异常"), _reason),
    "incident_retry": (pgettext_lazy("log", "重试出现异常的环节"), lambda _data: ""),
    "incident_resolve": (pgettext_lazy("log", "处理异常"), _reason),
    "job_run": (pgettext_lazy("log", "系统办理一步"), _step),
}


def words_of(verb: str, data: Data) -> tuple[str, str]:
    """An entry in words: what was done, what it adds. An unknown verb is shown as it is."""
    if verb == "task_complete":
        what, more = _("办完“%(name)s”") % {"name": _step(data)}, _note(data)
    else:
        words, add = WORDS.get(verb, (verb, lambda _data: ""))
        what, more = str(words), add(data)
    return what, _("；").join([*([more] if more else []), *map(_decided, data.get("decisions") or ())])


def _decided(told: Mapping[str, Any]) -> str:
    """A decision the entry's step made on the way: which version said so, by which rules."""
    tables = told.get("rules") or [{}]
    rules = _("、").join(str(number) for number in tables[-1].get("rules") or ())
    words = {"decision": told.get("decision"), "n": told.get("version"), "rules": rules}
    if not rules:
        return _("决策“%(decision)s”（第 %(n)s 版）") % words
    return _("决策“%(decision)s”（第 %(n)s 版）：规则 %(rules)s 成立") % words

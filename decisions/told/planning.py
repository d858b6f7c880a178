"""The log's words for the planning room."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from decisions.told.shape import Data, Words
from permissions.models import Body


def _which(data: Data) -> str:
    """备选方案“分期出租”: where the entry is about an alternative."""
    return _("备选方案“%(title)s”") % {"title": data["title"]} if data.get("title") and data.get("plan") else ""


def _join(*parts: str) -> str:
    return _("；").join(part for part in parts if part)


def _clause(data: Data) -> str:
    return _("“%(name)s”一条") % {"name": data["name"]} if data.get("name") else ""


def _texts(data: Data, key: str) -> str:
    found = data.get(key) or ()
    return "　".join(str(part) for part in found if part)


def _added(data: Data) -> Words:
    return pgettext("log", "增加备选方案"), _join(_which(data), str(data.get("note", "")))


def _renamed(data: Data) -> Words:
    names = {"old": data.get("old") or _("（空）"), "new": data.get("new", "")}
    return pgettext("log", "修改方案名称"), _("%(old)s 改为 %(new)s") % names


def _withdrawn(data: Data) -> Words:
    return pgettext("log", "撤下备选方案"), _join(_which(data), str(data.get("reason", "")))


def _commented(data: Data) -> Words:
    told = pgettext("log", "回复条款评论") if data.get("thread") else pgettext("log", "评论条款")
    return told, _join(_which(data), _clause(data), str(data.get("text", "")))


def _settled(data: Data) -> Words:
    told = pgettext("log", "将讨论标为解决") if data.get("resolved") else pgettext("log", "重新打开讨论")
    return told, _join(_which(data), _clause(data))


def _numbered(data: Data) -> str:
    return _("建议 %(number)s") % {"number": data.get("suggestion", "")}


def _suggested(data: Data) -> Words:
    change = _("“%(old)s”改为“%(new)s”") % {"old": _texts(data, "old"), "new": _texts(data, "new")}
    why = str(data.get("why", ""))
    return pgettext("log", "提出修改建议"), _join(_which(data), _numbered(data), change, why)


def _accepted(data: Data) -> Words:
    version = _("形成第 %(version)s 版") % {"version": data.get("version", "")}
    parts = (_which(data), _numbered(data), version, str(data.get("answer", "")))
    return pgettext("log", "采纳修改建议"), _join(*parts)


def _declined(data: Data) -> Words:
    return pgettext("log", "未采纳修改建议"), _join(_which(data), _numbered(data), str(data.get("answer", "")))


def _took_back(data: Data) -> Words:
    return pgettext("log", "收回修改建议"), _join(_which(data), _numbered(data))


def _version(data: Data) -> str:
    return _("第 %(version)s 版") % {"version": data.get("version", "")}


def _side(data: Data) -> str:
    body = Body.objects.filter(code=data.get("body", "")).first()
    return body.label if body is not None else ""


def _contested(data: Data) -> Words:
    counts = _("%(version)s按实质性修改对待") % {"version": _version(data)}
    return pgettext("log", "对修改性质提出异议"), _join(_which(data), _side(data), counts, str(data.get("why", "")))


def _uncontested(data: Data) -> Words:
    counts = _("%(version)s按文字修改对待") % {"version": _version(data)}
    return pgettext("log", "收回对修改性质的异议"), _join(_which(data), _side(data), counts)


#: verb → a sentence made of the entry's data
SENTENCES: Mapping[str, Callable[[Data], Words]] = {
    "plan_add": _added,
    "plan_rename": _renamed,
    "plan_withdraw": _withdrawn,
    "comment_add": _commented,
    "comment_settle": _settled,
    "suggestion_add": _suggested,
    "suggestion_accept": _accepted,
    "suggestion_decline": _declined,
    "suggestion_withdraw": _took_back,
    "wording_contest": _contested,
    "wording_contest_withdraw": _uncontested,
}
#: verb → its name, where the name says it all (`pgettext_lazy("log", …)`)
NAMES: Mapping[str, Any] = {"plan_again": pgettext_lazy("log", "方案有实质性修改，退回编制")}
#: beginnings of verbs that the story of an item leaves out
DETAILS: tuple[str, ...] = ("comment_settle",)
#: verbs worth telling on the first page
NEWS: tuple[str, ...] = (
    "plan_add",
    "plan_withdraw",
    "comment_add",
    "suggestion_add",
    "suggestion_accept",
    "suggestion_decline",
    "wording_contest",
    "wording_contest_withdraw",
    "plan_again",
)
#: kind of the log's filter (`decisions.selectors.log.KINDS`) → beginnings of verbs
KINDS: Mapping[str, tuple[str, ...]] = {"plan": ("comment_", "suggestion_", "wording_")}

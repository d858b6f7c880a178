"""The log's words for what happens in the room of a sitting."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from decisions.told.shape import Data, Words


def _reason(title: Callable[[], str]) -> Callable[[Data], Words]:
    """A sentence whose second half is the reason that was given."""
    return lambda data: (title(), str(data.get("reason", "")))


def _of(title: Callable[[], str]) -> Callable[[Data], Words]:
    """A sentence about a seat: which one, and why."""
    return lambda data: (title(), _join(data.get("position"), data.get("reason")))


def _join(*parts: object) -> str:
    return _("：").join(str(part) for part in parts if part)


def _ruled(data: Data) -> Words:
    title = pgettext("log", "裁定应当回避") if data.get("upheld") else pgettext("log", "裁定不需要回避")
    return title, _join(data.get("position"), data.get("reason"))


def _proposed(data: Data) -> Words:
    change = _("第 %(clause)s 条：“%(old)s”改为“%(new)s”") % {
        "clause": data.get("clause", ""),
        "old": data.get("old", ""),
        "new": data.get("new", ""),
    }
    return pgettext("log", "提出修正案"), change


def _written(data: Data) -> Words:
    return pgettext("log", "修正案写入方案"), _("第 %(version)s 版") % {"version": data.get("version", "")}


def _lapsed(data: Data) -> Words:
    return pgettext("log", "不再表决"), _("、").join(str(text) for text in data.get("motions", []))


def _guest(data: Data) -> Words:
    title = pgettext("log", "列席人员进入会场") if data.get("inside") else pgettext("log", "列席人员离开会场")
    return title, str(data.get("position", ""))


def _checked(data: Data) -> Words:
    if data.get("kind") == "confirmed":
        return pgettext("log", "本人确认发言"), str(data.get("position", ""))
    return pgettext("log", "本人更正发言"), _join(data.get("position"), data.get("new"))


#: verb → a sentence made of the entry's data
SENTENCES: Mapping[str, Callable[[Data], Words]] = {
    "sitting_adjourn": _reason(lambda: pgettext("log", "宣布休会")),
    "chair_take": _of(lambda: pgettext("log", "接任主持")),
    "recusal_report": _of(lambda: pgettext("log", "提出应当回避")),
    "recusal_rule": _ruled,
    "stricter_invoke": _of(lambda: pgettext("log", "提出从严规则")),
    "entry_go_on": _reason(lambda: pgettext("log", "分歧较大，继续审议")),
    "entry_return": _reason(lambda: pgettext("log", "宣布再议")),
    "amendment_propose": _proposed,
    "amendment_adopt": _written,
    "motions_lapse": _lapsed,
    "guest_move": _guest,
    "statement_check": _checked,
    "entry_host_set": lambda data: (pgettext("log", "指定本项主持"), str(data.get("new", ""))),
    "guest_invite": lambda data: (pgettext("log", "邀请列席"), str(data.get("position", ""))),
    "guest_statement_record": lambda data: (
        pgettext("log", "列席人员发言"),
        _join(data.get("position"), data.get("words")),
    ),
}
#: verb → its name, where the name says it all (`pgettext_lazy("log", …)`)
NAMES: Mapping[str, Any] = {
    "sitting_resume": pgettext_lazy("log", "复会"),
    "hand_raise": pgettext_lazy("log", "申请发言"),
    "hand_lower": pgettext_lazy("log", "让出发言"),
    "amendment_withdraw": pgettext_lazy("log", "撤回修正案"),
}
#: beginnings of verbs that the story of an item leaves out
DETAILS: tuple[str, ...] = ("hand_", "guest_", "chair_take", "motions_lapse")
#: verbs worth telling on the first page
NEWS: tuple[str, ...] = ("entry_return", "amendment_adopt")
#: kind of the log's filter (`decisions.selectors.log.KINDS`) → beginnings of verbs
KINDS: Mapping[str, tuple[str, ...]] = {
    "sitting": ("hand_", "guest_", "chair_", "stricter_", "amendment_", "motions_"),
}

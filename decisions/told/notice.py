"""The log's words for notices, receipts, confidential items."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from decisions.told.shape import Data, Words

_CAUSES: Mapping[str, Any] = {
    "moved": pgettext_lazy("log", "时间或地点变更，重新通知"),
    "agenda": pgettext_lazy("log", "议程变更，重新通知"),
    "papers": pgettext_lazy("log", "材料变更，重新通知"),
}
_GRADES: Mapping[str, Any] = {
    "work": pgettext_lazy("log", "工作秘密"),
    "business": pgettext_lazy("log", "商业秘密"),
    "privacy": pgettext_lazy("log", "个人隐私"),
}


def _sent(data: Data) -> Words:
    what = str(_CAUSES.get(str(data.get("cause")), pgettext("log", "发出会议通知")))
    days = _("提前 %(days)s 天，应提前 %(required)s 天") % {
        "days": data.get("days", 0),
        "required": data.get("required", 0),
    }
    return what, _("；").join(part for part in (days, str(data.get("reason", ""))) if part)


def _when(text: object) -> str:
    try:
        return f"{timezone.localtime(datetime.fromisoformat(str(text))):%Y-%m-%d %H:%M}"
    except ValueError:
        return str(text)


def _moved(data: Data) -> Words:
    old, new = data.get("old", {}), data.get("new", {})
    change = _("%(old)s → %(new)s") % {
        "old": f"{_when(old.get('at'))} {old.get('place', '')}",
        "new": f"{_when(new.get('at'))} {new.get('place', '')}",
    }
    return pgettext("log", "变更会议时间地点"), _("；").join(
        part for part in (change, str(data.get("reason", ""))) if part
    )


def _asked(data: Data) -> Words:
    add = data.get("kind") == "add"
    what = pgettext("log", "申请增加议题") if add else pgettext("log", "申请撤下议题")
    return what, str(data.get("reason", ""))


def _decided(data: Data) -> Words:
    yes = data.get("approved")
    what = pgettext("log", "同意变更议程") if yes else pgettext("log", "不同意变更议程")
    return what, _("；").join(part for part in (str(data.get("reason", "")), str(data.get("words", ""))) if part)


def _classified(data: Data) -> Words:
    grade = str(_GRADES.get(str(data.get("new")), ""))
    if not grade:
        return pgettext("log", "解除涉密"), str(data.get("reason", ""))
    return pgettext("log", "定为涉密"), _("；").join(part for part in (grade, str(data.get("reason", ""))) if part)


def _named(data: Data) -> Words:
    who = _("、").join(str(row.get("who", "")) for row in data.get("users", []))
    return pgettext("log", "确定知悉人员"), _("；").join(part for part in (who, str(data.get("reason", ""))) if part)


def _unnamed(data: Data) -> Words:
    return pgettext("log", "移出知悉人员"), _("；").join((str(data.get("who", "")), str(data.get("reason", ""))))


#: verb → a sentence made of the entry's data
SENTENCES: Mapping[str, Callable[[Data], Words]] = {
    "sitting_notice": _sent,
    "sitting_change": _moved,
    "sitting_cancel": lambda data: (pgettext("log", "取消会议"), str(data.get("reason", ""))),
    "notice_read": lambda data: (pgettext("log", "确认阅知会议通知"), str(data.get("position", ""))),
    "notice_remind": lambda data: (
        pgettext("log", "提醒阅知会议通知"),
        _("%(count)s 席") % {"count": len(data.get("seats", []))},
    ),
    "agenda_change_ask": _asked,
    "agenda_change_decide": _decided,
    "item_classify": _classified,
    "readers_add": _named,
    "reader_remove": _unnamed,
}
#: verb → its name, where the name says it all (`pgettext_lazy("log", …)`)
NAMES: Mapping[str, Any] = {
    "agenda_order": pgettext_lazy("log", "调整议程次序"),
    "entry_time": pgettext_lazy("log", "安排议题用时"),
}
#: beginnings of verbs that the story of an item leaves out
DETAILS: tuple[str, ...] = ()
#: verbs worth telling on the first page
NEWS: tuple[str, ...] = ("item_classify",)
#: kind of the log's filter (`decisions.selectors.log.KINDS`) → beginnings of verbs
KINDS: Mapping[str, tuple[str, ...]] = {"sitting": ("notice_", "agenda_"), "item": ("reader",)}

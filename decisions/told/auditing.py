"""The log's words for what auditors read and take away."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from decisions.told.shape import Data, Words

#: A page's name, or how it begins → what it is called. The longest that fits counts.
PAGES: Mapping[str, Any] = {
    "audit": gettext_lazy("审计室"),
    "audit_item": gettext_lazy("议题时间线"),
    "ballot": gettext_lazy("表决页"),
    "body": gettext_lazy("班子和席位"),
    "carrying_out": gettext_lazy("执行和督办"),
    "case": gettext_lazy("流程实例"),
    "dissent": gettext_lazy("不同意见"),
    "emergency": gettext_lazy("紧急决定"),
    "evaluation": gettext_lazy("后评估"),
    "execution": gettext_lazy("执行和督办"),
    "flow": gettext_lazy("流程图"),
    "home": gettext_lazy("首页"),
    "incident": gettext_lazy("流程故障"),
    "item": gettext_lazy("议题页"),
    "item_history": gettext_lazy("议题历史"),
    "item_list": gettext_lazy("议题列表"),
    "ledger": gettext_lazy("规则台账"),
    "log": gettext_lazy("台账"),
    "log_download": gettext_lazy("日志下载"),
    "material": gettext_lazy("议题材料"),
    "messages": gettext_lazy("消息"),
    "minutes": gettext_lazy("会议纪要"),
    "notice": gettext_lazy("会议通知"),
    "opinions": gettext_lazy("意见"),
    "paper_views": gettext_lazy("查阅记录"),
    "plan": gettext_lazy("方案"),
    "publication": gettext_lazy("公开情况"),
    "reviews": gettext_lazy("前置程序"),
    "setting": gettext_lazy("规则和事项类型"),
    "sitting": gettext_lazy("会议页"),
    "suggestion": gettext_lazy("修改建议"),
    "person_sign_in": gettext_lazy("账号的登录"),
    "supervision": gettext_lazy("督办"),
    "user": gettext_lazy("账号"),
    "workdays": gettext_lazy("工作日历"),
}
#: What a search of the log was narrowed by.
_ASKED: Mapping[str, Any] = {
    "q": gettext_lazy("议题或流程"),
    "words": gettext_lazy("内容含有"),
    "who": gettext_lazy("谁"),
    "body": gettext_lazy("班子"),
    "kind": gettext_lazy("做什么"),
    "verb": gettext_lazy("操作"),
    "since": gettext_lazy("从"),
    "until": gettext_lazy("到"),
    "subject": gettext_lazy("链"),
}


def page_words(name: str) -> str:
    """What a page is called; one of a later day that this table does not know by its own name."""
    fits = [begins for begins in PAGES if name == begins or name.startswith(f"{begins}_")]
    return str(PAGES[max(fits, key=len)]) if fits else name


def _asked(data: Data) -> str:
    return _("，").join(
        _("%(field)s：%(value)s") % {"field": _ASKED[name], "value": value}
        for name, value in data.get("asked", {}).items()
        if name in _ASKED
    )


def _read(data: Data) -> Words:
    parts = (page_words(str(data.get("page", ""))), _asked(data))
    return pgettext("log", "查阅"), _("；").join(part for part in parts if part)


def _exported(data: Data) -> Words:
    parts = (str(data.get("form", "")).upper(), _asked(data))
    return pgettext("log", "导出台账"), _("；").join(part for part in parts if part)


#: verb → a sentence made of the entry's data
SENTENCES: Mapping[str, Callable[[Data], Words]] = {"log_export": _exported, "page_read": _read}
#: verb → its name, where the name says it all (`pgettext_lazy("log", …)`)
NAMES: Mapping[str, Any] = {"archive_take": pgettext_lazy("log", "取走归档包")}
#: beginnings of verbs that the story of an item leaves out
DETAILS: tuple[str, ...] = ()
#: verbs worth telling on the first page
NEWS: tuple[str, ...] = ()
#: kind of the log's filter (`decisions.selectors.log.KINDS`) → beginnings of verbs
KINDS: Mapping[str, tuple[str, ...]] = {"audit": ("page_read", "log_export", "archive_")}

"""The log's words for a version's way into force."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from decisions.told.shape import Data, Words


def _version(data: Data, more: str = "") -> str:
    return "：".join(part for part in (_("第 %(n)s 版") % {"n": data.get("number", "")}, more) if part)


def _day(data: Data) -> str:
    day = data.get("effective_on")
    return _("%(day)s 起生效") % {"day": day} if day else ""


#: verb → a sentence made of the entry's data
SENTENCES: Mapping[str, Callable[[Data], Words]] = {
    "release_ask": lambda data: (
        pgettext("log", "提请发布流程"),
        _version(data, "；".join(part for part in (_day(data), str(data.get("note", ""))) if part)),
    ),
    "release_approve": lambda data: (pgettext("log", "批准发布流程"), _version(data, _day(data))),
    "release_refuse": lambda data: (pgettext("log", "不批准发布流程"), _version(data, str(data.get("reason", "")))),
    "release_withdraw": lambda data: (pgettext("log", "撤回发布流程的申请"), _version(data)),
    "release_fail": lambda data: (pgettext("log", "流程未能按期生效"), _version(data, str(data.get("reason", "")))),
}
#: verb → its name, where the name says it all (`pgettext_lazy("log", …)`)
NAMES: Mapping[str, Any] = {}
#: beginnings of verbs that the story of an item leaves out
DETAILS: tuple[str, ...] = ()
#: verbs worth telling on the first page
NEWS: tuple[str, ...] = ()
#: kind of the log's filter (`decisions.selectors.log.KINDS`) → beginnings of verbs
KINDS: Mapping[str, tuple[str, ...]] = {"flow": ("release_",)}

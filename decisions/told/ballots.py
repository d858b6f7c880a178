"""The log's words for ways of voting."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from decisions.told.shape import Data, Words


def _election(data: Data) -> Words:
    if data.get("new") is None:
        return pgettext("log", "改为逐人表决"), ""
    return pgettext("log", "设为选举"), _("应选 %(places)s 名") % {"places": data.get("new")}


def _sheet(data: Data) -> Words:
    return pgettext("log", "登记表决结果"), _("第 %(n)s 次") % {"n": data.get("number", "")}


def _check(data: Data) -> Words:
    told = pgettext("log", "确认登记的表决") if data.get("right") else pgettext("log", "对登记的表决提出异议")
    return told, str(data.get("words", ""))


#: verb → a sentence made of the entry's data
SENTENCES: Mapping[str, Callable[[Data], Words]] = {
    "election_set": _election,
    "sheet_enter": _sheet,
    "vote_check": _check,
}
#: verb → its name, where the name says it all (`pgettext_lazy("log", …)`)
NAMES: Mapping[str, Any] = {}
#: beginnings of verbs that the story of an item leaves out
DETAILS: tuple[str, ...] = ("sheet_", "vote_check")
#: verbs worth telling on the first page
NEWS: tuple[str, ...] = ()
#: kind of the log's filter (`decisions.selectors.log.KINDS`) → beginnings of verbs
KINDS: Mapping[str, tuple[str, ...]] = {"sitting": ("election_", "sheet_")}

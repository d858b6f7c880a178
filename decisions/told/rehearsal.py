"""The log's words for recorded plays of flows and simulations."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import pgettext, pgettext_lazy

from decisions.told.shape import Data, Words


def _recorded(data: Data) -> Words:
    what = (
        pgettext("log", "录制流程测试“%(name)s”") if data.get("new") else pgettext("log", "重新录制流程测试“%(name)s”")
    )
    more = pgettext("log", "第 %(number)s 版，%(acts)s 步") % {"number": data.get("number"), "acts": data.get("acts")}
    return what % {"name": data.get("name")}, more


def _removed(data: Data) -> Words:
    return pgettext("log", "删去流程测试“%(name)s”") % {"name": data.get("name")}, str(data.get("reason") or "")


def _simulated(data: Data) -> Words:
    more = pgettext("log", "第 %(number)s 版，%(cases)s 件") % {
        "number": data.get("number"),
        "cases": data.get("cases"),
    }
    return pgettext("log", "模拟流程"), more


#: verb → a sentence made of the entry's data
SENTENCES: Mapping[str, Callable[[Data], Words]] = {
    "flow_test_record": _recorded,
    "flow_test_remove": _removed,
    "simulation_start": _simulated,
}
#: verb → its name, where the name says it all (`pgettext_lazy("log", …)`)
NAMES: Mapping[str, Any] = {"simulation_stop": pgettext_lazy("log", "停止模拟")}
#: beginnings of verbs that the story of an item leaves out
DETAILS: tuple[str, ...] = ()
#: verbs worth telling on the first page
NEWS: tuple[str, ...] = ()
#: kind of the log's filter (`decisions.selectors.log.KINDS`) → beginnings of verbs
KINDS: Mapping[str, tuple[str, ...]] = {"flow": ("flow_test_", "simulation_")}

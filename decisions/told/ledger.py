"""The log's words for waivers and kept ledgers."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import pgettext

from decisions.told.shape import Data, Words


def _waived(data: Data) -> Words:
    parts = (str(data.get("reason", "")), str(data.get("authority", "")))
    return pgettext("log", "豁免 %(rule)s") % {"rule": data.get("rule", "")}, "；".join(part for part in parts if part)


def _kept(data: Data) -> Words:
    found = data.get("findings", [])
    failed = [one.get("rule", "") for one in found if isinstance(one, dict) and one.get("state") == "failed"]
    words = {
        "tabling": pgettext("log", "留存规则台账：列入议程时"),
        "voting": pgettext("log", "留存规则台账：开始表决时"),
        "announced": pgettext("log", "留存规则台账：宣布结果时"),
    }
    said = words.get(str(data.get("moment", "")), pgettext("log", "留存规则台账"))
    return said, pgettext("log", "不符合：%(rules)s") % {"rules": "、".join(failed)} if failed else ""


#: verb → a sentence made of the entry's data
SENTENCES: Mapping[str, Callable[[Data], Words]] = {"rule_waive": _waived, "ledger_snapshot": _kept}
#: verb → its name, where the name says it all (`pgettext_lazy("log", …)`)
NAMES: Mapping[str, Any] = {}
#: beginnings of verbs that the story of an item leaves out
DETAILS: tuple[str, ...] = ("ledger_",)
#: verbs worth telling on the first page
NEWS: tuple[str, ...] = ("rule_waive",)
#: kind of the log's filter (`decisions.selectors.log.KINDS`) → beginnings of verbs
KINDS: Mapping[str, tuple[str, ...]] = {"item": ("rule_", "ledger_")}

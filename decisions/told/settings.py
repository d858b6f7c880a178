"""The log's words for matter types and rule sets."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import pgettext

from decisions.told.shape import Data, Words


def _named(proposed: str, data: Data) -> Words:
    return proposed, "：".join(part for part in (str(data.get("name", "")), str(data.get("reason", ""))) if part)


#: verb → a sentence made of the entry's data
SENTENCES: Mapping[str, Callable[[Data], Words]] = {
    "setting_propose": lambda data: _named(pgettext("log", "提出修改规则"), data),
    "setting_confirm": lambda data: _named(pgettext("log", "确认修改规则，新规则生效"), data),
    "setting_refuse": lambda data: _named(pgettext("log", "不同意修改规则"), data),
    "setting_withdraw": lambda data: _named(pgettext("log", "撤回规则修改"), data),
}
#: verb → its name, where the name says it all (`pgettext_lazy("log", …)`)
NAMES: Mapping[str, Any] = {}
#: beginnings of verbs that the story of an item leaves out
DETAILS: tuple[str, ...] = ()
#: verbs worth telling on the first page
NEWS: tuple[str, ...] = ()
#: kind of the log's filter (`decisions.selectors.log.KINDS`) → beginnings of verbs
KINDS: Mapping[str, tuple[str, ...]] = {"settings": ("setting_",)}

"""The log's words for minutes and their check."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import pgettext_lazy

from decisions.told.shape import Data, Words

#: verb → a sentence made of the entry's data
SENTENCES: Mapping[str, Callable[[Data], Words]] = {}
#: verb → its name, where the name says it all (`pgettext_lazy("log", …)`)
NAMES: Mapping[str, Any] = {"minutes_check": pgettext_lazy("log", "校核纪要")}
#: beginnings of verbs that the story of an item leaves out
DETAILS: tuple[str, ...] = ()
#: verbs worth telling on the first page
NEWS: tuple[str, ...] = ("minutes_check",)
#: kind of the log's filter (`decisions.selectors.log.KINDS`) → beginnings of verbs
KINDS: Mapping[str, tuple[str, ...]] = {}

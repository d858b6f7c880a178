"""The log's words for waivers."""

from collections.abc import Callable, Mapping
from typing import Any

from decisions.told.shape import Data, Words

#: verb → a sentence made of the entry's data
SENTENCES: Mapping[str, Callable[[Data], Words]] = {}
#: verb → its name, where the name says it all (`pgettext_lazy("log", …)`)
NAMES: Mapping[str, Any] = {}
#: beginnings of verbs that the story of an item leaves out
DETAILS: tuple[str, ...] = ()
#: verbs worth telling on the first page
NEWS: tuple[str, ...] = ()
#: kind of the log's filter (`decisions.selectors.log.KINDS`) → beginnings of verbs
KINDS: Mapping[str, tuple[str, ...]] = {}

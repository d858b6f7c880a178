"""The log's words for standing in for another and for work in different hands, and who an entry says did it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from decisions.told.shape import Data, Words
from permissions.models import AuditEvent


def _pair(did: str, data: Data) -> Words:
    sides = _("%(who)s 代 %(holder)s") % {"who": data.get("substitute_name", ""), "holder": data.get("holder_name", "")}
    return did, "：".join(part for part in (sides, str(data.get("reason", ""))) if part)


#: verb → a sentence made of the entry's data
SENTENCES: Mapping[str, Callable[[Data], Words]] = {
    "substitution_give": lambda data: _pair(pgettext("log", "办理代理"), data),
    "substitution_end": lambda data: _pair(pgettext("log", "终止代理"), data),
    "separation_rule_set": lambda data: (
        pgettext("log", "修改职责分离规则"),
        "：".join(part for part in (str(data.get("name", "")), str(data.get("reason", ""))) if part),
    ),
}
#: verb → its name, where the name says it all (`pgettext_lazy("log", …)`)
NAMES: Mapping[str, Any] = {}
#: beginnings of verbs that the story of an item leaves out
DETAILS: tuple[str, ...] = ()
#: verbs worth telling on the first page
NEWS: tuple[str, ...] = ()
#: kind of the log's filter (`decisions.selectors.log.KINDS`) → beginnings of verbs
KINDS: Mapping[str, tuple[str, ...]] = {"people": ("substitution_", "separation_")}


def who_did(event: AuditEvent) -> str:
    """By whom: the position, and for whom where they stood in for another (代理)."""
    if event.actor is None:
        return _("系统")
    stands_for = event.data.get("for")
    if not isinstance(stands_for, dict):
        return event.actor.label
    return _("%(who)s 代 %(holder)s") % {"who": event.actor.label, "holder": stands_for.get("name", "")}

"""The ledger in the margin of an item: computed as if it went to a sitting now, fails first, then what holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from decisions import routing, rules
from decisions.models import Item
from decisions.rules import ledger
from decisions.rules.ledger import State
from decisions.selectors.ledger import preview_of
from decisions.selectors.requirements import Requirement
from permissions.selectors import seats_due


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule and how it stands: `state` is ``bad``, ``warn``, ``ok`` or ``na``; `word` and `detail` say so. `url` is where what
    it lacks is done, `due` until when."""

    rule: str
    state: str
    title: str
    detail: str
    word: str
    url: str = ""
    due: date | None = None


_ORDER = {"bad": 0, "warn": 1, "ok": 2, "na": 3}
_STATES = {State.HELD: "ok", State.FAILED: "bad", State.WAIVED: "warn", State.NA: "na", State.OPEN: "na"}
#: What the margin of an item shows where it applies, beside whatever failed or is about to.
_SHOWN = frozenset({*range(2, 9), 10, 12, 13, 14})


def rule_check(item: Item, needs: Sequence[Requirement] | None = None) -> list[Finding]:
    """The ledger's findings that matter before a sitting, as if the item went to one now, exceptions first. `needs`: its
    requirements, where the caller has them already."""
    found = [
        _shown(one)
        for one in preview_of(item, needs)
        if one.exceptional or (one.rule in _SHOWN and one.state is not State.NA)
    ]
    owed = {need.rule: need for need in reversed(needs or ()) if need.blocks}
    found = [
        replace(one, url=owed[one.rule].url, due=owed[one.rule].due)
        if one.rule in owed and one.state in ("bad", "warn")
        else one
        for one in found
    ]
    return sorted(found, key=lambda finding: _ORDER[finding.state])


def _shown(found: ledger.Finding) -> Finding:
    language = get_language() or "zh-hans"
    english = language.startswith("en")
    rule = ledger.BY_NUMBER[found.rule]
    state = "bad" if found.state is State.OPEN and found.fails_now else _STATES[found.state]
    word = ledger.STATES[State.FAILED if state == "bad" else found.state][english]
    if found.state is State.OPEN and state == "na" and rule.phase is ledger.Phase.SITTING:
        word = _("会上核算")
    return Finding(rule.code, state, rule.title(language), ledger.text(found, language), word)


def passing_sentence(item: Item) -> str:
    """洪林镇党委 9 席须 5 票，且示范区党组 7 席须 4 票: what it takes to pass, from the seats of today (R21, R42)."""
    parts = []
    for body, due in seats_due():
        needed = rules.required(routing.rule_set_of(item).rules.body(body.code).passing, due)
        parts.append(_("%(body)s %(due)s 席须 %(needed)s 票") % {"body": body.label, "due": due, "needed": needed})
    return _("，且").join(parts)


def money(amount: object) -> str:
    """An amount without needless zeros: 280, 12.5."""
    text = f"{amount:f}" if hasattr(amount, "as_tuple") else str(amount)
    return text.rstrip("0").rstrip(".") if "." in text else text

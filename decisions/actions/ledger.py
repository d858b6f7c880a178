"""Letting the failure of a rule pass, and keeping what the ledger said at the moments that count."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from decisions.actions.items.common import log
from decisions.models import AgendaEntry, Item, RuleWaiver
from decisions.rules.ledger import BY_NUMBER, WAIVABLE, State, digest
from decisions.selectors.ledger import ledger_of
from permissions.access import fetch
from permissions.actions import changes
from permissions.errors import Conflict, Invalid, WrongState
from permissions.models import User
from permissions.policies import require
from permissions.transactions import action
from workflows import clock

#: The moments a ledger is kept at (`ledger_snapshot`).
MOMENTS = ("tabling", "voting", "announced")


@action
def rule_waive(*, actor: User, item_id: int, rule: int, reason: str, authority: str) -> RuleWaiver:
    """Let the failure of a rule pass on an item, on the word of whoever heads a body. The same word sent twice is one.

    Raises `Hidden`, `Denied` (no head of a body; recused), `Invalid` naming the fields, `WrongState` (``not_waivable``: a rule
    of law's conditions or of counting, which nobody waives; ``not_failed``), `Conflict` (``waived``: by somebody else's word).
    """
    require(actor, "rule_waive", RuleWaiver)
    rows = Item.objects.select_for_update(of=("self",)).select_related(
        "matter_type__rule_set", "proposer", "body", "case"
    )
    item = fetch(rows, actor, "view", item_id)
    words = changes.words(RuleWaiver, {"reason": reason, "authority": authority}, required=("reason", "authority"))
    if rule not in BY_NUMBER:
        raise Invalid(_("没有这条规则。请从台账页面选择。"), code="no_rule", fields={"rule": _("请从台账页面选择。")})
    if rule not in WAIVABLE:
        raise WrongState(_("R%(rule)s 不能豁免：法定条件和计票规则必须遵守。") % {"rule": rule}, code="not_waivable")
    known = RuleWaiver.objects.filter(item=item, rule=rule).select_related("by").first()
    if known is not None:
        if (known.by_id, known.reason, known.authority) == (actor.pk, words["reason"], words["authority"]):
            return known
        raise Conflict(_("R%(rule)s 已由%(who)s豁免。") % {"rule": rule, "who": known.by.label}, code="waived")
    if ledger_of(item)[rule - 1].state is not State.FAILED:
        raise WrongState(_("R%(rule)s 现在没有不符合，不需要豁免。") % {"rule": rule}, code="not_failed")
    row = RuleWaiver.objects.create(
        item=item, rule=rule, by=actor, at=clock.now(), reason=words["reason"], authority=words["authority"]
    )
    log(item, actor, "rule_waive", row, rule=f"R{rule}", reason=row.reason, authority=row.authority)
    return row


def ledger_snapshot(entry: AgendaEntry, moment: str, actor: User) -> None:
    """Keep in the item's log what its ledger says at this moment (`MOMENTS`), whole and with its digest.

    Called by the action that makes the moment, inside its transaction and under its locks, after it has written.
    """
    if moment not in MOMENTS:
        raise ValueError(f"the ledger is kept at {MOMENTS}, not at {moment!r}")
    item = Item.objects.select_related("matter_type__rule_set", "proposer", "body", "case").get(pk=entry.item_id)
    found = ledger_of(item)
    data: dict[str, Any] = {
        "moment": moment,
        "entry": entry.pk,
        "sitting": entry.sitting_id,
        "digest": digest(found),
        "findings": [one.to_json() for one in found],
    }
    log(item, actor, "ledger_snapshot", entry, **data)

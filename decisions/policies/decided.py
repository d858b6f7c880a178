"""When an item is decided: both bodies passed it, or the superior ruled for it after a split, and both chairs have signed."""

from datetime import datetime

from decisions import rules
from decisions.models import AgendaEntry, Item, Minutes, SuperiorRuling
from decisions.policies.sittings import bodies_of


def last_announced(item: Item | int) -> AgendaEntry | None:
    """The item's newest result of a sitting."""
    entries = AgendaEntry.objects.filter(item=item, announced_at__isnull=False).select_related("sitting", "item")
    return entries.order_by("announced_at", "pk").last()


def ruling_of(entry: AgendaEntry) -> SuperiorRuling | None:
    """What the superior answered on the split of this entry (R42)."""
    return SuperiorRuling.objects.filter(entry=entry).first()


def carried(entry: AgendaEntry) -> bool:
    """Whether the entry leads to the signatures: passed by both bodies, or a split the superior ruled for. That ruling is no
    vote: the entry stays a split."""
    if entry.outcome in AgendaEntry.ADOPTED:
        return True
    return SuperiorRuling.objects.filter(entry=entry, answer=SuperiorRuling.Answer.FOR).exists()


def signed_at(entry: AgendaEntry) -> datetime | None:
    """When the last of the bodies signed the minutes as they stand; None while a signature is missing (R45)."""
    minutes = Minutes.objects.filter(entry=entry).first()
    if minutes is None:
        return None
    given = list(minutes.sign_offs.filter(voided_at__isnull=True).select_related("body"))
    bodies = {body.code for body in bodies_of(entry.sitting)}
    if not rules.complete(bodies, [one.signature for one in given], minutes.document_hash):
        return None
    return max(one.at for one in given)


def decided(item: Item | int) -> AgendaEntry | None:
    """The entry by which the item is decided: its newest result, where that is carried and signed by both."""
    entry = last_announced(item)
    return entry if entry is not None and carried(entry) and signed_at(entry) is not None else None

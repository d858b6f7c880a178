"""Who presides over an entry, and who rules on a recusal there (R24, R46)."""

from decisions import rules
from decisions.models import AgendaEntry, Recusal, SittingSeat
from decisions.selectors import sittings as read


def ruling_seat(entry: AgendaEntry, recusal: Recusal, seats: list[SittingSeat]) -> SittingSeat | None:
    """The seat that rules on a recusal now: whoever presides, for them the principal of the other body.

    Whoever reported it does not rule on it, as long as anybody else can. The recusal itself is left out of the roster: it must
    not decide who decides on it. Other recusals count.
    """
    concerned = read.seats_of_person(seats, recusal.seat)
    roster = read.roster_of(entry, seats, read.recused_from(entry) - concerned)
    chair = read.chair_of(entry, seats, roster)
    place = chair.pk if chair else None
    brought = concerned | frozenset(seat.pk for seat in seats if seat.user_id == recusal.declared_by_id)
    found = rules.rules_on(brought, place, roster) or rules.rules_on(concerned, place, roster)
    return next((seat for seat in seats if seat.pk == found), None)

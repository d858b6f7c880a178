"""Elections: several people for one or more places in one vote, and the run-off where votes are tied at the border."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from decisions import rules
from decisions.actions.sittings.common import lock_sitting, log_entry, write
from decisions.models import AgendaEntry, Ballot, Motion, Runner
from decisions.selectors import ballots as select
from decisions.selectors import sittings as read
from permissions.access import fetch
from permissions.errors import Invalid, WrongState
from permissions.models import User
from permissions.transactions import action


@action
def election_set(*, actor: User, entry_id: int, places: int | None) -> AgendaEntry:
    """Say, before the sitting opens, that a personnel item is an election for so many places; None: one person after the other
    (R18). The same again changes nothing. Raises `Invalid` for fewer people than places, `WrongState` once rules are frozen."""
    found = fetch(AgendaEntry, actor, "election_set", entry_id)
    sitting = lock_sitting(actor, "view", found.sitting_id)
    rows = AgendaEntry.objects.select_for_update(of=("self", "item"), no_key=True).select_related("item__matter_type")
    entry = rows.get(pk=entry_id)
    entry.sitting = sitting
    if sitting.opened_at is not None:
        raise WrongState(_("会议已经开始，表决的安排已经冻结。"), code="frozen")
    if entry.places == places:
        return entry
    standing = entry.item.candidates.count() if entry.item.matter_type.needs_candidates else 0
    if places is not None and not 1 <= places <= standing:
        words = _("应选名额为 1 到 %(count)s，不能多于人选。") % {"count": standing}
        raise Invalid(words, code="places", fields={"places": words})
    old, entry.places = entry.places, places
    write(entry, actor, "election_set", "places")
    log_entry(entry, actor, "election_set", entry, old=old, new=places)
    return entry


def election_settle(
    entry: AgendaEntry, motion: Motion, ballots: Sequence[Ballot]
) -> tuple[rules.Outcome, dict[int, list[dict[str, Any]]]]:
    """Who is elected in each body and jointly, written to the motion; a run-off is put where a tie leaves a place open.

    Returns the motion's outcome and, by body id, each one's votes and fate. Called by `result_announce`, under its locks.
    """
    places = motion.places or 1
    votes = {ballot.body_id: select.approvals(ballot) for ballot in ballots}
    fates = {
        ballot.body_id: rules.elect(
            votes[ballot.body_id], places, read.effective_rules(entry, ballot.body.code).passing, ballot.due
        )
        for ballot in ballots
    }
    before = list(select.standing(motion)) if motion.runoff_of_id is not None else None
    found = rules.joint_election({str(body): fate for body, fate in fates.items()}, places, before=before)
    motion.elected = list(found.elected)
    if found.runoff:
        _runoff(entry, motion, found)
    tallies = {
        body: [{"candidate": person, "votes": votes[body][person], "fate": fate.value} for person, fate in rows.items()]
        for body, rows in fates.items()
    }
    return found.outcome, tallies


def _runoff(entry: AgendaEntry, motion: Motion, found: rules.JointElection) -> None:
    last = entry.motions.aggregate(last=Max("order"))["last"] or 0
    again = Motion.objects.create(
        entry=entry,
        order=last + 1,
        text=_("另行投票：%(places)s 个名额") % {"places": found.places},
        places=found.places,
        runoff_of=motion,
    )
    Runner.objects.bulk_create(
        Runner(motion=again, candidate_id=person, order=order) for order, person in enumerate(found.runoff, start=1)
    )

"""The result: a count per body, one joint outcome (R28, R42)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from decisions import rules
from decisions.actions.sittings.amendments import motion_settle
from decisions.actions.sittings.common import lock_entry, log_entry, require_stage
from decisions.actions.sittings.elections import election_settle
from decisions.actions.sittings.room import Stage, finish
from decisions.models import AgendaEntry, Ballot, Motion, Resolution, Vote
from decisions.selectors import ballots as select
from decisions.selectors import sittings as read
from permissions.errors import WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock


@action
def result_announce(*, actor: User, entry_id: int) -> AgendaEntry:
    """Count each body on its own, write both resolutions, and say the joint outcome of the motion at hand (R28, R42).

    After the last motion the entry has its outcome, minutes are drafted and the item's flow goes on. Announcing it
    again changes nothing.
    """
    entry = lock_entry(actor, "result_announce", entry_id)
    if entry.stage == Stage.ANNOUNCED:
        return entry
    require_stage(entry, {Stage.VOTING})
    motion = read.current_motion(entry)
    ballots = list(
        Ballot.objects.filter(motion=motion).select_related("body", "motion", "entry").order_by("body__order", "pk")
    )
    if motion is None or not ballots:
        raise WrongState(_("这一项还没有开始表决。请先开始表决。"), code="no_ballot")
    if any(ballot.is_open for ballot in ballots):
        raise WrongState(_("表决还没有结束，不能宣布结果。请先结束表决。"), code="ballot_open")
    now = clock.now()
    verdicts = {ballot.body_id: _count(entry, ballot) for ballot in ballots}
    if motion.places is None:
        tallies: dict[int, list[dict[str, Any]]] = {}
        outcome = rules.joint_outcome({verdict.body: verdict.passed for verdict in verdicts.values()})
    else:
        outcome, tallies = election_settle(entry, motion, ballots)
        verdicts = {
            body: replace(verdict, passed=any(row["fate"] == rules.Fate.ELECTED for row in tallies[body]))
            for body, verdict in verdicts.items()
        }
    Resolution.objects.bulk_create(
        _resolution(motion, ballot, verdicts[ballot.body_id], tallies.get(ballot.body_id, []), now)
        for ballot in ballots
    )
    motion.outcome, motion.announced_at = outcome.value, now
    motion.save(update_fields=["outcome", "announced_at", "elected"])
    log_entry(
        entry,
        actor,
        "result_announce",
        motion,
        motion=motion.text,
        outcome=outcome,
        resolutions=[
            {"body": verdict.body, "sentence": rules.explain_zh(verdict), "proof": rules.proof_zh(verdict)}
            | _counts_of(verdict)
            | ({"tallies": tallies[body]} if body in tallies else {})
            for body, verdict in verdicts.items()
        ],
        **({"elected": motion.elected, "people": select.standing(motion)} if motion.places is not None else {}),
    )
    motion_settle(entry, motion, actor)
    if read.current_motion(entry) is None:
        settled = rules.settled(read.moved(entry.motions.select_related("amendment")))
        finish(entry, actor, settled, "result_announce")
    return entry


def _count(entry: AgendaEntry, ballot: Ballot) -> rules.Verdict:
    """One body's count of a closed ballot by the entry's frozen numbers."""
    numbers = entry.frozen_rules.body(ballot.body.code)
    roster = read.ballot_roster(ballot, ballot.body.code)
    if ballot.is_secret:
        found = select.count_of(ballot)
        return rules.tally_counts(ballot.body.code, found, roster, numbers.passing, shrink=numbers.shrink)
    votes = {
        seat: rules.Choice(choice)
        for seat, choice in Vote.objects.filter(ballot=ballot).values_list("seat_id", "choice")
    }
    return rules.tally(ballot.body.code, votes, roster, numbers.passing, shrink=numbers.shrink)


def _counts_of(verdict: rules.Verdict) -> dict[str, int | bool]:
    """A verdict's numbers by name, for the log and the minutes."""
    return {
        "due": verdict.due,
        "present": verdict.present,
        "for": verdict.in_favour,
        "against": verdict.against,
        "abstained": verdict.abstained,
        "not_voted": verdict.not_voted,
        "spoilt": verdict.spoilt,
        "absent": verdict.absent,
        "recused": verdict.recused,
        "required": verdict.required,
        "passed": verdict.passed,
    }


def _resolution(
    motion: Motion, ballot: Ballot, verdict: rules.Verdict, tallies: list[dict[str, Any]], now: datetime
) -> Resolution:
    return Resolution(
        motion=motion,
        body=ballot.body,
        due=verdict.due,
        present=verdict.present,
        in_favour=verdict.in_favour,
        against=verdict.against,
        abstained=verdict.abstained,
        not_voted=verdict.not_voted,
        spoilt=verdict.spoilt,
        absent=verdict.absent,
        recused=verdict.recused,
        base_shrunk=verdict.shrunk,
        threshold=verdict.threshold.to_json(),
        required=verdict.required,
        passed=verdict.passed,
        tallies=tallies,
        at=now,
    )

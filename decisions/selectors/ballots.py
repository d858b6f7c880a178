"""Reading ballots of every way of voting: who has voted, what two people wrote down, what the slips say once it is closed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from decisions import rules
from decisions.models import (
    AgendaEntry,
    Ballot,
    BallotBox,
    BallotSheet,
    Candidate,
    Motion,
    Resolution,
    Vote,
    VoteCheck,
    VoterMark,
)

ELECTION_METHODS = (rules.Method.NAMED, rules.Method.SECRET)


def methods_for(entry: AgendaEntry, motion: Motion) -> tuple[rules.Method, ...]:
    """The ways a motion may be voted on, the usual one first (R23). An election is by name or secret, on screen or paper."""
    allowed = entry.frozen_rules.methods
    return tuple(method for method in allowed if motion.places is None or method in ELECTION_METHODS)


def voted(ballots: Iterable[Ballot]) -> frozenset[int]:
    """The seats that have voted in these ballots: by name, marked for a slip, or as two people agree was shown."""
    known = list(ballots)
    cast = Vote.objects.filter(ballot__in=known).values_list("seat_id", flat=True)
    marked = VoterMark.objects.filter(ballot__in=known).values_list("seat_id", flat=True)
    found = {*cast, *marked}
    for ballot in known:
        if ballot.by_sheet:
            said = agreed(ballot) or {}
            found |= _present(ballot) if ballot.paper and said else {int(seat) for seat in said if not ballot.paper}
    return frozenset(found)


def _present(ballot: Ballot) -> set[int]:
    return {row["seat"] for row in ballot.roster if row["state"] == rules.SeatState.PRESENT}


@dataclass(frozen=True, slots=True)
class Sheets:
    """The last sheet of everybody who wrote one, oldest first."""

    rows: tuple[BallotSheet, ...]

    @property
    def agree(self) -> bool:
        """Whether at least two people wrote, and all of them the same."""
        return len(self.rows) > 1 and all(row.content["said"] == self.rows[0].content["said"] for row in self.rows)

    @property
    def differ(self) -> bool:
        return len(self.rows) > 1 and not self.agree


def sheets(ballot: Ballot) -> Sheets:
    """What has been written down of a ballot. One query."""
    latest = {row.by_id: row for row in ballot.sheets.select_related("by").order_by("pk")}
    return Sheets(tuple(sorted(latest.values(), key=lambda row: row.pk)))


def agreed(ballot: Ballot) -> dict[str, Any] | None:
    """What two people wrote alike; None as long as there is no such thing."""
    found = sheets(ballot)
    return dict(found.rows[0].content["said"]) if found.agree else None


def objections(ballot: Ballot) -> list[VoteCheck]:
    """The members' last words on what is recorded for them, where they say it is wrong and it still stands so."""
    said = agreed(ballot) or {}
    latest = {row.seat_id: row for row in ballot.checks.select_related("seat").order_by("pk")}
    return [row for row in latest.values() if not row.right and row.choice == said.get(str(row.seat_id), "")]


def standing(motion: Motion) -> dict[int, str]:
    """Who stands in an election: candidate id → name and position, in order."""
    return {row.candidate_id: str(row) for row in motion.runners.select_related("candidate").order_by("order", "pk")}


def candidates(motion: Motion) -> dict[int, Candidate]:
    """The same people by candidate id, name and position apart."""
    return {
        row.candidate_id: row.candidate for row in motion.runners.select_related("candidate").order_by("order", "pk")
    }


def names(motion: Motion) -> dict[int, str]:
    """Who stands in an election by name alone; with the position where two have the same name."""
    people = candidates(motion)
    often = Counter(person.name for person in people.values())
    full = standing(motion) if any(count > 1 for count in often.values()) else {}
    return {pk: person.name if often[person.name] == 1 else full[pk] for pk, person in people.items()}


class Fared(NamedTuple):
    """How one who stood in an election fared in one body; ``sentence`` in the reader's language says why."""

    name: str
    position: str
    votes: int
    sentence: str
    elected: bool
    tied: bool


def fates(found: Resolution) -> list[Fared]:
    """How everybody who stood in an election fared in one body, most votes first. Empty for a vote that is no election."""
    if not found.tallies:
        return []
    said = rules.fate_en if (get_language() or "").startswith("en") else rules.fate_zh
    threshold, people = rules.Threshold.from_json(found.threshold), candidates(found.motion)
    return [
        Fared(
            name=people[row["candidate"]].name,
            position=people[row["candidate"]].position,
            votes=row["votes"],
            sentence=said(rules.Fate(row["fate"]), row["votes"], threshold, found.due),
            elected=row["fate"] == rules.Fate.ELECTED,
            tied=row["fate"] == rules.Fate.TIED,
        )
        for row in sorted(found.tallies, key=lambda row: -row["votes"])
    ]


def elected(motion: Motion, people: Mapping[int, str] | None = None) -> str:
    """Whom all bodies elected, as `standing` (or ``people``) calls them; empty where nobody was, or the motion is no election."""
    called = people or (standing(motion) if motion.elected else {})
    return _("、").join(called[one] for one in motion.elected if one in called)


def slips(ballot: Ballot) -> list[dict[str, Any]]:
    """The slips of a closed secret ballot in the order of their receipts; none while it is open, on paper, or of a void one: few
    have voted in that, and nothing was decided by it."""
    if (
        ballot.is_open
        or not ballot.by_slip
        or ballot.motion.outcome in (Motion.Outcome.DEFERRED, Motion.Outcome.LAPSED)
    ):
        return []
    box = BallotBox.objects.filter(ballot=ballot).first()
    return sorted(box.slips, key=lambda slip: str(slip["receipt"])) if box else []


def count_of(ballot: Ballot) -> rules.Count:
    """The votes of a closed ballot by choice, without who cast them. Raises ``ValueError`` while it is open."""
    if ballot.is_open:
        raise ValueError("an open ballot is not counted")
    if ballot.paper:
        said = agreed(ballot) or {}
        spoilt = said.get("spoilt", 0)
        if ballot.motion.places is not None:
            return rules.Count(said.get("valid", 0), 0, 0, spoilt)
        return rules.Count(said.get("for", 0), said.get("against", 0), said.get("abstain", 0), spoilt)
    choices = (
        [slip["choice"] for slip in slips(ballot)]
        if ballot.is_secret
        else list(Vote.objects.filter(ballot=ballot).values_list("choice", flat=True))
    )
    in_favour, against, abstained = (choices.count(choice.value) for choice in rules.Choice)
    return rules.Count(in_favour, against, abstained)


def approvals(ballot: Ballot) -> dict[int, int]:
    """How many approved each who stands in a closed election (candidate id → votes)."""
    people = standing(ballot.motion)
    if ballot.paper:
        votes: Mapping[str, int] = (agreed(ballot) or {}).get("votes", {})
        return {person: votes.get(str(person), 0) for person in people}
    picks = (
        [slip["picks"] for slip in slips(ballot)]
        if ballot.is_secret
        else list(Vote.objects.filter(ballot=ballot).values_list("picks", flat=True))
    )
    return {person: sum(person in one for one in picks) for person in people}


def revealing(ballot: Ballot) -> bool:
    """Whether the result of a closed secret ballot shows how somebody voted."""
    return ballot.is_secret and rules.reveals(count_of(ballot), ballot.entry.frozen_rules.few_votes)


def certain(ballot: Ballot) -> bool:
    """Whether the rules let an open ballot end before everybody has voted, because nobody still to vote could change its result.

    Never for a secret ballot or an election: that one may be ended would tell how the votes in it stand.
    """
    numbers = ballot.entry.frozen_rules
    if not numbers.early_close or not ballot.is_named or ballot.motion.places is not None:
        return False
    choices = list(Vote.objects.filter(ballot=ballot).values_list("choice", flat=True))
    in_favour, still = choices.count(Vote.Choice.FOR), ballot.present - len(choices)
    return rules.result_is_certain(in_favour, still, numbers.body(ballot.body.code).passing, ballot.due)


def warning(entry: AgendaEntry, present: Mapping[str, int]) -> str:
    """What to know before a secret ballot opens: ``present`` is the number of voters by the bodies' names."""
    few = [name for name, count in present.items() if count < entry.frozen_rules.few_votes]
    told = _("结果如果全体一致，就等于公开了每一席的投票。")
    if not few:
        return told
    return _("%(bodies)s参加表决的席位少，结果可能看出谁投了什么。") % {"bodies": _("、").join(few)} + told

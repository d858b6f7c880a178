"""Votes by voice, by hands and on paper: two people write down the result, each for themselves, and members check theirs."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from decisions import rules
from decisions.actions.sittings.casting import own_seat
from decisions.actions.sittings.common import log_entry, require_moving, require_open
from decisions.models import Ballot, BallotSheet, Vote, VoteCheck
from decisions.selectors import ballots as select
from permissions import audit
from permissions.access import fetch
from permissions.actions import changes
from permissions.errors import Invalid, WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock

_PAPER = ("for", "against", "abstain", "spoilt", "unused")
_ELECTION_PAPER = ("valid", "spoilt", "unused")


def _lock(actor: User, act: str, ballot_id: int) -> Ballot:
    """The ballot, its row locked: what is written about it comes one after the other."""
    fetch(Ballot, actor, act, ballot_id)
    rows = Ballot.objects.select_for_update(of=("self",), no_key=True)
    ballot = rows.select_related("entry__item", "entry__sitting", "body", "motion").get(pk=ballot_id)
    require_open(ballot.entry.sitting)
    return ballot


def _require_open_ballot(ballot: Ballot) -> None:
    if not ballot.is_open:
        raise WrongState(_("这次表决已经结束，登记不能再改动。"), code="ballot_closed")
    require_moving(ballot.entry)


@action
def sheet_enter(*, actor: User, ballot_id: int, said: Mapping[str, Any]) -> BallotSheet:
    """Write down what was voted by voice, hands or on paper. A second person does the same without seeing this; only what both
    wrote alike is counted. Written again it replaces one's own; the same again is one.

    `said` maps seat ids to choices (voice, hands), or counts papers: ``for``, ``against``, ``abstain``, ``spoilt``, ``unused``,
    in an election ``valid``, ``spoilt``, ``unused`` and ``votes`` by candidate; papers must add up to the voters present.
    Raises `Invalid`, `WrongState` (ballot closed, voted on screens).
    """
    ballot = _lock(actor, "sheet_enter", ballot_id)
    if not ballot.by_sheet:
        raise WrongState(_("这次表决由成员在屏幕上投票，不用登记。"), code="method")
    _require_open_ballot(ballot)
    clean = _paper(ballot, said) if ballot.paper else _seats(ballot, said)
    last = BallotSheet.objects.filter(ballot=ballot, by=actor).order_by("-number").first()
    if last is not None and last.content["said"] == clean:
        return last
    content = {"said": clean, "nonce": secrets.token_hex(16)}
    number = last.number + 1 if last else 1
    sheet = BallotSheet.objects.create(ballot=ballot, by=actor, number=number, content=content, at=clock.now())
    digest = sha256(audit.canonical(content).encode()).hexdigest()
    log_entry(ballot.entry, actor, "sheet_enter", ballot, body=ballot.body.code, number=number, digest=digest)
    return sheet


def _seats(ballot: Ballot, said: Mapping[str, Any]) -> dict[str, str]:
    """Each seat's choice as heard or seen; a seat that did not vote is left out."""
    may = {str(row["seat"]) for row in ballot.roster if row["state"] == rules.SeatState.PRESENT}
    clean = {str(seat): str(choice) for seat, choice in said.items() if choice}
    if not set(clean) <= may or not set(clean.values()) <= set(Vote.Choice.values):
        raise Invalid(_("请按名册登记：只登记参加表决的席位，选择赞成、反对或弃权。"), code="sheet")
    if not clean:
        raise Invalid(_("请至少登记一席的表决。"), code="sheet")
    return dict(sorted(clean.items(), key=lambda pair: int(pair[0])))


def _paper(ballot: Ballot, said: Mapping[str, Any]) -> dict[str, Any]:
    """The papers by what they say. Raises `Invalid` unless they add up to those who were given one."""
    names = _PAPER if ballot.motion.places is None else _ELECTION_PAPER
    counts = {name: said.get(name, 0) for name in names}
    people = select.names(ballot.motion) if ballot.motion.places is not None else {}
    votes = {str(person): said.get("votes", {}).get(str(person), 0) for person in people}
    if any(type(count) is not int or count < 0 for count in (*counts.values(), *votes.values())):
        raise Invalid(_("请填写张数，没有的填 0。"), code="sheet")
    if sum(counts.values()) != ballot.present:
        raise Invalid(
            _("合计 %(sum)s 张，应为 %(present)s 张：每位参加表决的成员一张，未用的也要计入。")
            % {"sum": sum(counts.values()), "present": ballot.present},
            code="sheet",
        )
    if votes:
        _require_possible(ballot, votes, counts["valid"], people)
    return {**counts, "votes": votes} if votes else counts


def _require_possible(ballot: Ballot, votes: Mapping[str, int], valid: int, people: Mapping[int, str]) -> None:
    """Nobody has more votes than there are valid papers, and all together no more than the places on these papers."""
    over = [people[int(person)] for person, count in votes.items() if count > valid]
    if over:
        told = {"names": _("、").join(over), "valid": valid}
        raise Invalid(_("%(names)s的得票多于有效票 %(valid)s 张。请重新清点。") % told, code="sheet")
    places = ballot.motion.places or 1
    if sum(votes.values()) > valid * places:
        told = {"sum": sum(votes.values()), "most": valid * places, "valid": valid, "places": places}
        words = _("得票合计 %(sum)s 票，最多 %(most)s 票：有效票 %(valid)s 张，每张最多选 %(places)s 人。请重新清点。")
        raise Invalid(words % told, code="sheet")


def sheet_to_votes(ballot: Ballot, actor: User, now: datetime) -> None:
    """Write what two people agree on as the seats' votes, when their ballot is being closed. Called by `voting_close`."""
    said = select.agreed(ballot) or {}
    Vote.objects.bulk_create(
        Vote(
            ballot=ballot,
            seat_id=int(seat),
            choice=choice,
            cast_by=actor,
            cast_at=now,
            casts=[{"choice": choice, "words": "", "at": audit.instant(now), "receipt": ""}],
        )
        for seat, choice in said.items()
    )


@action
def vote_check(*, actor: User, ballot_id: int, seat_id: int, right: bool, words: str = "") -> VoteCheck:
    """Say whether what two people recorded for one's own seat is right. An objection keeps the ballot from being closed until
    it is recorded anew or the member confirms. The same again is one. Raises `Denied`, `WrongState`, `Invalid`."""
    ballot = _lock(actor, "vote_cast", ballot_id)
    seat = own_seat(actor, ballot, seat_id)
    said = select.agreed(ballot) if ballot.by_sheet and not ballot.paper else None
    if said is None:
        raise WrongState(_("两人登记一致以后，才能核对自己的表决。"), code="not_recorded")
    _require_open_ballot(ballot)
    words = changes.words(VoteCheck, {"words": words}, required=())["words"]
    choice = str(said.get(str(seat.pk), ""))
    last = VoteCheck.objects.filter(ballot=ballot, seat=seat).order_by("-pk").first()
    if last is not None and (last.choice, last.right, last.words) == (choice, right, words):
        return last
    check = VoteCheck.objects.create(ballot=ballot, seat=seat, choice=choice, right=right, words=words, at=clock.now())
    log_entry(ballot.entry, actor, "vote_check", ballot, seat=seat.pk, position=seat.position, right=right, words=words)
    return check

"""The arithmetic of joint decisions: pure, exact, without Django. Rule numbers (R13 …) are those of the domain."""

from decisions.rules.chairing import may_chair, presiding, rules_on
from decisions.rules.division import Division, division
from decisions.rules.motions import MotionKind, Moved, lapsing, settled
from decisions.rules.roster import Quorum, Roster, RosterSeat, SeatState, quorum
from decisions.rules.ruleset import ORDINARY, PERSONNEL, BodyRules, Method, Periods, Rules, TwoSeats
from decisions.rules.sentences import (
    explain_en,
    explain_zh,
    others_en,
    others_zh,
    proof_en,
    proof_zh,
    quorum_en,
    quorum_zh,
    share_en,
    share_zh,
)
from decisions.rules.signoff import Signature, checkers, complete, document_hash, signed_by
from decisions.rules.speaking import Answer, Stance, Why, may_speak, may_vote, next_speaker, unheard
from decisions.rules.tally import Choice, NotEntitled, Outcome, Verdict, entry_outcome, joint_outcome, tally
from decisions.rules.thresholds import AT_LEAST_HALF, AT_LEAST_TWO_THIRDS, MORE_THAN_HALF, Threshold, reached, required

__all__ = [
    "AT_LEAST_HALF",
    "AT_LEAST_TWO_THIRDS",
    "MORE_THAN_HALF",
    "ORDINARY",
    "PERSONNEL",
    "Answer",
    "BodyRules",
    "Choice",
    "Division",
    "Method",
    "MotionKind",
    "Moved",
    "NotEntitled",
    "Outcome",
    "Periods",
    "Quorum",
    "Roster",
    "RosterSeat",
    "Rules",
    "SeatState",
    "Signature",
    "Stance",
    "Threshold",
    "TwoSeats",
    "Verdict",
    "Why",
    "checkers",
    "complete",
    "division",
    "document_hash",
    "entry_outcome",
    "explain_en",
    "explain_zh",
    "joint_outcome",
    "lapsing",
    "may_chair",
    "may_speak",
    "may_vote",
    "next_speaker",
    "others_en",
    "others_zh",
    "presiding",
    "proof_en",
    "proof_zh",
    "quorum",
    "quorum_en",
    "quorum_zh",
    "reached",
    "required",
    "rules_on",
    "settled",
    "share_en",
    "share_zh",
    "signed_by",
    "tally",
    "unheard",
]

"""The rules of the domain, one table row or test per rule number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.rules import (
    AT_LEAST_HALF,
    AT_LEAST_TWO_THIRDS,
    MORE_THAN_HALF,
    ORDINARY,
    PERSONNEL,
    Choice,
    NotEntitled,
    Outcome,
    Roster,
    RosterSeat,
    Rules,
    SeatState,
    Signature,
    Stance,
    Threshold,
    Why,
    complete,
    document_hash,
    entry_outcome,
    joint_outcome,
    may_speak,
    may_vote,
    quorum,
    reached,
    required,
    signed_by,
    tally,
    unheard,
)

P, A, R, L = SeatState.PRESENT, SeatState.ABSENT, SeatState.RECUSED, SeatState.LEFT


def body_of(states: list[SeatState], *, body: str = "town", first: int = 1) -> list[RosterSeat]:
    """Seats of one body, the first of them its principal."""
    return [RosterSeat(first + n, body, principal=n == 0, state=state) for n, state in enumerate(states)]


@pytest.mark.parametrize(
    ("rule", "threshold", "base", "needed"),
    [
        ("R13", AT_LEAST_HALF, 10, 5),
        ("R13", AT_LEAST_HALF, 9, 5),
        ("R13", AT_LEAST_HALF, 7, 4),
        ("R14", AT_LEAST_TWO_THIRDS, 9, 6),
        ("R14", AT_LEAST_TWO_THIRDS, 7, 5),
        ("R14", AT_LEAST_TWO_THIRDS, 10, 7),
        ("R15", Threshold(2, 3, True), 9, 7),
        ("R15", Threshold(2, 3, False), 9, 6),
        ("R21", MORE_THAN_HALF, 10, 6),
        ("R21", MORE_THAN_HALF, 9, 5),
        ("R21", MORE_THAN_HALF, 7, 4),
        ("R21", MORE_THAN_HALF, 1, 1),
    ],
)
def test_the_number_a_rule_asks_for(rule: str, threshold: Threshold, base: int, needed: int) -> None:
    assert required(threshold, base) == needed, rule
    assert reached(threshold, needed, base) and not reached(threshold, needed - 1, base), rule


@pytest.mark.parametrize(
    ("rule", "states", "threshold", "shrink", "due", "present", "is_reached"),
    [
        ("R13 half is enough", [P] * 5 + [A] * 5, AT_LEAST_HALF, False, 10, 5, True),
        ("R13 absentees never count as present", [P] * 4 + [A] * 6, AT_LEAST_HALF, False, 10, 4, False),
        ("R14 two thirds", [P] * 6 + [A] * 3, AT_LEAST_TWO_THIRDS, False, 9, 6, True),
        ("R14 below two thirds the decision is void", [P] * 5 + [A] * 4, AT_LEAST_TWO_THIRDS, False, 9, 5, False),
        ("R16 who left is no longer present", [P] * 4 + [L] * 5, AT_LEAST_HALF, False, 9, 4, False),
        ("R24 recused counts as absent, the base stays", [P] * 4 + [R] * 5, AT_LEAST_HALF, False, 9, 4, False),
        ("R24 the setting lets the base shrink", [P] * 4 + [R] * 5, AT_LEAST_HALF, True, 4, 4, True),
    ],
)
def test_quorum(
    rule: str, states: list[SeatState], threshold: Threshold, shrink: bool, due: int, present: int, is_reached: bool
) -> None:
    found = quorum(Roster.of(body_of(states)), "town", threshold, shrink=shrink)
    assert (found.due, found.present, found.reached) == (due, present, is_reached), rule
    assert (found.missing == 0) is is_reached


def test_r13_quorums_are_found_per_body_never_for_the_pooled_heads() -> None:
    roster = Roster.of([*body_of([P] * 9), *body_of([P] * 3 + [A] * 4, body="zone", first=20)])
    assert quorum(roster, "town", AT_LEAST_HALF).reached
    assert not quorum(roster, "zone", AT_LEAST_HALF).reached


def test_r17_attendees_without_vote_speak_and_never_vote_nor_count() -> None:
    observer = RosterSeat(99, "town", voting=False)
    roster = Roster.of([*body_of([P] * 3), observer])
    assert may_speak(99, roster, ())
    assert may_vote(99, roster, ()).why is Why.NO_VOTE
    assert roster.due("town") == 3
    with pytest.raises(NotEntitled):
        tally("town", {99: Choice.FOR}, roster, MORE_THAN_HALF)


def test_r18_each_person_stands_alone_and_the_entry_goes_on_when_somebody_passed() -> None:
    assert entry_outcome([Outcome.REJECTED, Outcome.PASSED, Outcome.SPLIT]) is Outcome.PASSED
    assert entry_outcome([Outcome.REJECTED, Outcome.SPLIT]) is Outcome.SPLIT
    assert entry_outcome([Outcome.REJECTED, Outcome.REJECTED]) is Outcome.REJECTED
    assert entry_outcome([Outcome.DEFERRED]) is Outcome.DEFERRED
    with pytest.raises(ValueError):
        entry_outcome([])


def test_r19_the_vote_waits_for_every_present_member_and_for_nobody_else() -> None:
    roster = Roster.of([*body_of([P, P, P, A, R, L]), RosterSeat(50, "town", voting=False)])
    assert [seat.id for seat in unheard(roster, "town", {2})] == [1, 3]
    assert unheard(roster, "town", {1, 2, 3}) == ()


def test_r20_the_principal_speaks_and_votes_after_all_others_present_of_their_body() -> None:
    roster = Roster.of([*body_of([P, P, P, A, R, L]), *body_of([P, P], body="zone", first=20)])
    locked = may_speak(1, roster, {2})
    assert not locked and locked.why is Why.PRINCIPAL_LAST and locked.waiting == (3,)
    assert may_speak(1, roster, {2, 3})
    assert may_vote(1, roster, {2}).waiting == (3,)
    assert may_vote(1, roster, {2, 3})
    assert may_vote(2, roster, ())
    assert may_vote(1, roster, (), principal_last=False)


def test_r20_the_joint_order_of_two_principals_is_a_setting() -> None:
    roster = Roster.of([*body_of([P, P]), *body_of([P, P], body="zone", first=20)])
    assert may_speak(1, roster, {2})
    assert may_speak(1, roster, {2}, principal_order=("zone", "town")).waiting == (20,)
    assert may_speak(20, roster, {21}, principal_order=("zone", "town"))
    assert may_speak(1, roster, {2, 20}, principal_order=("zone", "town"))
    assert may_vote(1, roster, {2}), "without an order each is last in their own body alone"
    assert may_vote(1, roster, {2, 21}, principal_order=("zone", "town")).waiting == (20,)
    assert may_vote(20, roster, {21}, principal_order=("zone", "town"))
    assert may_vote(1, roster, {2, 20}, principal_order=("zone", "town"))


@pytest.mark.parametrize(("state", "why"), [(A, Why.ABSENT), (R, Why.RECUSED), (L, Why.LEFT)])
def test_r22_r24_who_is_not_there_neither_speaks_nor_votes(state: SeatState, why: Why) -> None:
    roster = Roster.of(body_of([P, state]))
    assert may_speak(2, roster, ()).why is why
    assert may_vote(2, roster, ()).why is why
    with pytest.raises(NotEntitled):
        tally("town", {2: Choice.FOR}, roster, MORE_THAN_HALF)


def test_a_seat_off_the_roster_may_nothing() -> None:
    roster = Roster.of(body_of([P]))
    assert may_vote(7, roster, ()).why is Why.UNKNOWN_SEAT
    assert may_speak(7, roster, ()).why is Why.UNKNOWN_SEAT


def test_r21_the_majority_is_of_all_seats_due_not_of_those_present() -> None:
    roster = Roster.of(body_of([P] * 5 + [A] * 5))
    verdict = tally("town", dict.fromkeys(range(1, 6), Choice.FOR), roster, MORE_THAN_HALF)
    assert (verdict.in_favour, verdict.due, verdict.required, verdict.short, verdict.passed) == (5, 10, 6, 1, False)


def test_r24_a_recusal_keeps_the_base_unless_the_setting_shrinks_it() -> None:
    roster = Roster.of(body_of([P] * 4 + [R] * 4))
    votes = dict.fromkeys(range(1, 5), Choice.FOR)
    kept, shrunk = (tally("town", votes, roster, MORE_THAN_HALF, shrink=shrink) for shrink in (False, True))
    assert (kept.due, kept.required, kept.passed) == (8, 5, False)
    assert (shrunk.due, shrunk.required, shrunk.passed) == (4, 3, True)


def test_a_vote_of_the_other_body_is_refused_not_dropped() -> None:
    roster = Roster.of([*body_of([P, P]), *body_of([P, P], body="zone", first=20)])
    with pytest.raises(NotEntitled) as refused:
        tally("town", {20: Choice.FOR}, roster, MORE_THAN_HALF)
    assert refused.value.seat_id == 20


@pytest.mark.parametrize(
    ("town", "zone", "outcome"),
    [
        (True, True, Outcome.PASSED),
        (True, False, Outcome.SPLIT),
        (False, True, Outcome.SPLIT),
        (False, False, Outcome.REJECTED),
    ],
)
def test_r42_an_item_passes_only_if_both_bodies_pass(town: bool, zone: bool, outcome: Outcome) -> None:
    assert joint_outcome({"town": town, "zone": zone}) is outcome


def test_r42_no_body_means_no_outcome() -> None:
    with pytest.raises(ValueError):
        joint_outcome({})


def test_r45_both_sign_the_same_hash_and_an_edit_voids_both() -> None:
    counts = {"town": {"for": 6}, "zone": {"for": 5}}
    first, edited = document_hash("会议决定通过。", counts), document_hash("会议决定原则通过。", counts)
    bodies = {"town", "zone"}
    both = [Signature("town", first), Signature("zone", first)]
    assert complete(bodies, both, first)
    assert not complete(bodies, both, edited)
    assert signed_by(bodies, [Signature("town", first), Signature("zone", edited)], first) == {"town"}
    assert not complete(bodies, [Signature("town", first, voided=True), Signature("zone", first)], first)
    assert not complete(bodies, [Signature("town", first), Signature("town", first)], first)
    assert not complete(set(), [], first)


def test_r45_the_hash_covers_the_counts_and_ignores_how_a_browser_ends_lines() -> None:
    assert document_hash("一\r\n二", {"a": 1}) == document_hash("一\n二", {"a": 1})
    assert document_hash("一", {"a": 1}) != document_hash("一", {"a": 2})
    assert document_hash("一", {"a": 1, "b": 2}) == document_hash("一", {"b": 2, "a": 1})


def test_r47_the_numbers_survive_being_frozen() -> None:
    rules = Rules({"town": ORDINARY, "zone": PERSONNEL}, statements=False, principal_order=("zone", "town"))
    assert Rules.from_json(rules.to_json()) == rules
    assert Rules.from_json({"bodies": {"town": ORDINARY.to_json()}}) == Rules({"town": ORDINARY})
    with pytest.raises(KeyError):
        rules.body("county")


def test_a_roster_names_a_seat_once() -> None:
    with pytest.raises(ValueError):
        Roster.of([RosterSeat(1, "town"), RosterSeat(1, "zone")])


@st.composite
def ballots(draw: st.DrawFn) -> tuple[Roster, dict[int, Choice]]:
    states = draw(st.lists(st.sampled_from(SeatState), min_size=1, max_size=60))
    roster = Roster.of(body_of(states))
    votes = {
        seat.id: draw(st.sampled_from(Choice))
        for seat in roster.seats
        if seat.state is P and draw(st.integers(0, 9)) > 0
    }
    return roster, votes


@given(ballots(), st.booleans())
def test_every_seat_is_counted_exactly_once(ballot: tuple[Roster, dict[int, Choice]], shrink: bool) -> None:
    roster, votes = ballot
    verdict = tally("town", votes, roster, MORE_THAN_HALF, shrink=shrink)
    cast = verdict.in_favour + verdict.against + verdict.abstained
    assert cast == len(votes)
    assert cast + verdict.not_voted == verdict.present == sum(seat.state is P for seat in roster.seats)
    assert verdict.present + verdict.absent + verdict.recused == len(roster.seats)
    assert verdict.due == len(roster.seats) - (verdict.recused if shrink else 0)
    assert verdict.passed is (verdict.due > 0 and 2 * sum(v is Choice.FOR for v in votes.values()) > verdict.due)
    assert verdict.passed is (verdict.in_favour >= verdict.required) and (verdict.short == 0) is verdict.passed


@given(ballots())
def test_whoever_passes_had_a_quorum_too(ballot: tuple[Roster, dict[int, Choice]]) -> None:
    roster, votes = ballot
    if tally("town", votes, roster, MORE_THAN_HALF).passed:
        assert quorum(roster, "town", AT_LEAST_HALF).reached


@given(ballots(), st.sampled_from(["speak", "vote"]))
def test_speaking_one_after_the_other_always_ends_with_everybody_heard(
    ballot: tuple[Roster, dict[int, Choice]], what: str
) -> None:
    roster, _ = ballot
    ask = may_speak if what == "speak" else may_vote
    done: list[int] = []
    while ready := [seat for seat in roster.present("town") if seat.id not in done and ask(seat.id, roster, done)]:
        done.append(ready[0].id)
    assert unheard(roster, "town", done) == ()
    principals = [seat.id for seat in roster.present("town") if seat.principal]
    assert done[len(done) - len(principals) :] == principals


def test_the_choices_and_stances_keep_their_order() -> None:
    assert [choice.value for choice in Choice] == ["for", "against", "abstain"]
    assert [stance.value for stance in Stance] == ["agree", "disagree", "defer", "waive"]

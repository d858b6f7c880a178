"""The room's rules against slow, obvious references."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from decisions import rules
from decisions.rules import MotionKind, Moved, Outcome, SeatState, Stance

seats = st.lists(
    st.tuples(st.sampled_from(["town", "zone"]), st.booleans(), st.booleans(), st.sampled_from(list(SeatState))),
    min_size=1,
    max_size=9,
).map(
    lambda rows: rules.Roster.of(
        rules.RosterSeat(n, body, voting, principal and voting, state)
        for n, (body, voting, principal, state) in enumerate(rows)
    )
)
thresholds = (
    st.tuples(st.integers(1, 6), st.integers(1, 6), st.booleans())
    .filter(lambda row: row[0] <= row[1] and not (row[2] and row[0] == row[1]))
    .map(lambda row: rules.Threshold(*row))
)


@given(roster=seats, named=st.lists(st.integers(0, 9), max_size=4))
def test_r46_the_first_named_who_is_there_presides(roster: rules.Roster, named: list[int]) -> None:
    here = {seat.id for seat in roster.seats if seat.voting and seat.state is SeatState.PRESENT}
    found = rules.presiding(named, roster)
    assert found == ([one for one in named if one in here] or [None])[0]


@given(roster=seats, concerned=st.sets(st.integers(0, 9), min_size=1), chair=st.none() | st.integers(0, 9))
def test_r24_nobody_rules_on_themselves_and_somebody_does_where_anybody_can(
    roster: rules.Roster, concerned: set[int], chair: int | None
) -> None:
    able = {seat.id for seat in roster.seats if seat.votes} - concerned
    found = rules.rules_on(concerned, chair, roster)
    assert (found is None) == (not able)
    assert found is None or found in able
    if chair in able:
        assert found == chair
    elif found is not None:
        bodies = {seat.body for seat in roster.seats if seat.id in concerned}
        heads = [seat for seat in roster.seats if seat.id in able and seat.principal]
        others = [seat for seat in heads if seat.body not in bodies]
        assert not heads or roster.seat(found).principal
        assert not others or roster.seat(found).body not in bodies


@given(
    roster=seats,
    views=st.dictionaries(st.integers(0, 9), st.sampled_from(list(Stance))),
    share=thresholds,
    body=st.sampled_from(["town", "zone"]),
)
def test_r25_a_split_is_counted_over_the_views_stated(
    roster: rules.Roster, views: dict[int, Stance], share: rules.Threshold, body: str
) -> None:
    stated = [
        views[seat.id]
        for seat in roster.seats
        if seat.body == body and seat.voting and seat.state is not SeatState.RECUSED and seat.id in views
    ]
    stated = [view for view in stated if view is not Stance.WAIVE]
    apart = len([view for view in stated if view in (Stance.DISAGREE, Stance.DEFER)])
    found = rules.division(views, roster, body, share)
    assert (found.stated, found.apart) == (len(stated), apart)
    left, right = apart * share.den, share.num * len(stated)
    assert found.deep == (apart > 0 and (left > right if share.strict else left >= right))
    assert not rules.division(views, roster, body, None).deep


@given(roster=seats, spoken=st.sets(st.integers(0, 8)), hands=st.lists(st.integers(0, 9), unique=True, max_size=4))
def test_r20_the_floor_goes_round_and_principals_come_after_the_others_of_their_body(
    roster: rules.Roster, spoken: set[int], hands: list[int]
) -> None:
    done, order = set(spoken), []
    while True:
        found = rules.next_speaker(roster, done, hands=[hand for hand in hands if hand not in order])
        if found is None or found in order:
            break
        assert rules.may_speak(found, roster, done)
        order.append(found)
        done.add(found)
    silent = [seat.id for seat in roster.seats if seat.votes and seat.id not in spoken]
    assert set(silent) <= set(order)
    for before, after in pairwise(order):
        first, second = roster.seat(before), roster.seat(after)
        if first.voting and first.principal and before not in spoken and first.body == second.body:
            assert second.principal or not second.voting or after in spoken


motions = st.lists(
    st.builds(Moved, st.sampled_from(list(MotionKind)), st.none() | st.sampled_from(list(Outcome)[:4]), st.booleans()),
    min_size=1,
    max_size=6,
)


@given(entry=motions)
def test_r9_r29_what_lapses_is_what_was_still_to_be_put(entry: list[Moved]) -> None:
    gone = rules.lapsing(entry)
    again = any(m.kind is MotionKind.AMENDMENT and m.substance and m.outcome is Outcome.PASSED for m in entry)
    plan = any(m.kind is MotionKind.PLAN and m.outcome is Outcome.PASSED for m in entry)
    for place, one in enumerate(entry):
        expected = one.outcome is None and (again or (plan and one.kind is MotionKind.PLAN))
        assert (place in gone) == expected


def test_r28_the_outcome_of_an_entry() -> None:
    passed, rejected = Outcome.PASSED, Outcome.REJECTED
    amended = Moved(MotionKind.AMENDMENT, passed)
    main = Moved(MotionKind.MAIN, passed)
    assert rules.settled([main]) is passed
    assert rules.settled([amended, main]) is Outcome.AMENDED
    assert rules.settled([Moved(MotionKind.AMENDMENT, rejected), main]) is passed
    assert rules.settled([amended, Moved(MotionKind.MAIN, rejected)]) is rejected
    substance = Moved(MotionKind.AMENDMENT, passed, substance=True)
    assert rules.settled([substance, Moved(MotionKind.MAIN, Outcome.LAPSED)]) is Outcome.REDISCUSS
    plans = [Moved(MotionKind.PLAN, rejected), Moved(MotionKind.PLAN, passed), Moved(MotionKind.PLAN, Outcome.LAPSED)]
    assert rules.settled(plans) is passed


@given(usual=thresholds, strict=st.none() | thresholds, base=st.integers(0, 60))
def test_r44_the_stricter_rule_never_asks_less(
    usual: rules.Threshold, strict: rules.Threshold | None, base: int
) -> None:
    numbers = rules.BodyRules(quorum=usual, passing=usual, strict_quorum=strict, strict_passing=strict)
    found = numbers.stricter()
    asked = [rules.required(one, base) for one in (usual, strict) if one is not None]
    assert rules.required(found.passing, base) == rules.required(found.quorum, base) == max(asked)

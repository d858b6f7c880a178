"""Letting the term of a seat end."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from permissions.actions import seat_add, seat_end
from permissions.errors import Conflict, Denied, Hidden, Invalid, WrongState
from permissions.example import SINCE
from permissions.models import AuditEvent, Seat
from tests.cast import Cast


def test_the_last_day_still_counts_and_the_next_does_not(cast: Cast) -> None:
    today = timezone.localdate()
    seat = seat_end(actor=cast.security, seat_id=cast.seat("town.arms").pk, ends_on=today)
    assert seat in Seat.objects.in_force(today)
    assert seat not in Seat.objects.in_force(today + timedelta(days=1))


@pytest.mark.parametrize("who", ["town_chair", "town_secretary", "auditor", "outsider"])
def test_nobody_else_ends_a_term(cast: Cast, who: str) -> None:
    with pytest.raises(Denied, match="安全管理员"):
        seat_end(actor=getattr(cast, who), seat_id=cast.seat("town.arms").pk, ends_on=timezone.localdate())
    assert cast.seat("town.arms").ends_on is None


def test_a_seat_that_does_not_exist_is_not_found(cast: Cast) -> None:
    with pytest.raises(Hidden):
        seat_end(actor=cast.security, seat_id=0, ends_on=timezone.localdate())


def test_a_term_does_not_end_before_it_began(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        seat_end(actor=cast.security, seat_id=cast.seat("town.arms").pk, ends_on=SINCE - timedelta(days=1))
    assert list(refused.value.fields) == ["ends_on"]


def test_an_ended_term_is_not_moved(cast: Cast) -> None:
    seat, yesterday = cast.seat("town.arms"), timezone.localdate() - timedelta(days=1)
    seat_end(actor=cast.security, seat_id=seat.pk, ends_on=yesterday)
    with pytest.raises(WrongState):
        seat_end(actor=cast.security, seat_id=seat.pk, ends_on=timezone.localdate())


def test_repeating_it_writes_nothing(cast: Cast, logged: Callable[[str], list[AuditEvent]]) -> None:
    seat, yesterday = cast.seat("town.arms"), timezone.localdate() - timedelta(days=1)
    for _ in range(2):
        seat_end(actor=cast.security, seat_id=seat.pk, ends_on=yesterday)
    (event,) = logged("seat_end")
    assert event.data == {"old": {"ends_on": None}, "new": {"ends_on": yesterday.isoformat()}}
    assert [version.ends_on for version in seat.history.all()] == [yesterday, None]


def test_a_term_is_not_prolonged_into_the_next_holders(cast: Cast) -> None:
    seat, today = cast.seat("town.arms"), timezone.localdate()
    seat_end(actor=cast.security, seat_id=seat.pk, ends_on=today)
    seat_add(actor=cast.security, body_id=cast.town.pk, position=seat.position, starts_on=today + timedelta(days=1))
    with pytest.raises(Conflict) as refused:
        seat_end(actor=cast.security, seat_id=seat.pk, ends_on=today + timedelta(days=30))
    assert refused.value.code == "position_taken"

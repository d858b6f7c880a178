"""Putting a person in a seat, or leaving it vacant."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from permissions.actions import seat_assign
from permissions.errors import Conflict, Denied, Hidden, Invalid, WrongState
from permissions.models import AuditEvent, Seat, User
from tests.cast import Cast
from tests.permissions.conftest import at_once


def test_the_security_administrator_fills_and_empties_a_seat(cast: Cast) -> None:
    seat = cast.seat("town.arms")
    assert seat_assign(actor=cast.security, seat_id=seat.pk, user_id=cast.outsider.pk).user == cast.outsider
    assert seat_assign(actor=cast.security, seat_id=seat.pk, user_id=None).user is None
    seat.refresh_from_db()
    assert seat.user is None


@pytest.mark.parametrize("who", ["town_chair", "town_secretary", "auditor", "outsider"])
def test_nobody_else_fills_a_seat(cast: Cast, who: str) -> None:
    with pytest.raises(Denied, match="安全管理员"):
        seat_assign(actor=getattr(cast, who), seat_id=cast.seat("town.arms").pk, user_id=cast.outsider.pk)
    assert cast.seat("town.arms").user == cast["town.arms"]


def test_a_seat_that_does_not_exist_is_not_found(cast: Cast) -> None:
    with pytest.raises(Hidden):
        seat_assign(actor=cast.security, seat_id=0, user_id=cast.outsider.pk)


def test_an_account_that_does_not_exist_takes_no_seat(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        seat_assign(actor=cast.security, seat_id=cast.seat("town.arms").pk, user_id=0)
    assert list(refused.value.fields) == ["user"]


def test_a_seat_whose_term_has_ended_stays_with_who_had_it(cast: Cast) -> None:
    seat = cast.seat("town.arms")
    Seat.objects.filter(pk=seat.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(WrongState):
        seat_assign(actor=cast.security, seat_id=seat.pk, user_id=cast.outsider.pk)


def test_repeating_it_writes_nothing(cast: Cast, logged: Callable[[str], list[AuditEvent]]) -> None:
    seat = cast.seat("town.arms")
    for _ in range(2):
        seat_assign(actor=cast.security, seat_id=seat.pk, user_id=cast.outsider.pk)
    (event,) = logged("seat_assign")
    assert event.data == {"old": {"user_id": cast["town.arms"].pk}, "new": {"user_id": cast.outsider.pk}}
    assert (event.subject, event.target) == (f"body:{cast.town.pk}", f"seat:{seat.pk}")


def test_who_sat_there_before_stays_in_the_versions(cast: Cast) -> None:
    seat = cast.seat("town.arms")
    seat_assign(actor=cast.security, seat_id=seat.pk, user_id=cast.outsider.pk)
    assert [version.user for version in seat.history.all()] == [cast.outsider, cast["town.arms"]]
    assert seat.history.first().history_user == cast.security


def test_nobody_assigns_a_seat_to_themselves(cast: Cast) -> None:
    with pytest.raises(Denied) as refused:
        seat_assign(actor=cast.security, seat_id=cast.seat("town.arms").pk, user_id=cast.security.pk)
    assert refused.value.code == "own_seat"


def test_nobody_sits_twice_in_one_body(cast: Cast) -> None:
    with pytest.raises(Conflict) as refused:
        seat_assign(actor=cast.security, seat_id=cast.seat("town.arms").pk, user_id=cast["town.mayor"].pk)
    assert refused.value.code == "second_seat"


def test_the_auditor_takes_no_vote(cast: Cast) -> None:
    with pytest.raises(Conflict) as refused:
        seat_assign(actor=cast.security, seat_id=cast.seat("town.arms").pk, user_id=cast.auditor.pk)
    assert refused.value.code == "separated"


@pytest.mark.django_db(transaction=True)
def test_one_person_put_in_two_seats_at_once_sits_in_one(cast: Cast, second_security: User) -> None:
    seats = [cast.seat("town.arms"), cast.seat("town.mayor")]
    results = at_once(
        *(
            partial(seat_assign, actor=actor, seat_id=seat.pk, user_id=cast.outsider.pk)
            for actor, seat in zip((cast.security, second_security), seats, strict=True)
        )
    )
    assert sorted(type(result) for result in results if isinstance(result, Conflict)) == [Conflict]
    assert Seat.objects.filter(user=cast.outsider).count() == 1

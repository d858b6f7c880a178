"""Changing what a seat is."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from permissions.actions import seat_edit
from permissions.errors import Conflict, Denied, Hidden, Invalid, WrongState
from permissions.models import AuditEvent, Seat
from tests.cast import Cast
from tests.permissions.conftest import at_once


def edit(cast: Cast, username: str = "town.arms", **changes: Any) -> Seat:
    seat = cast.seat(username)
    values = {name: getattr(seat, name) for name in ("position", "position_en", "voting", "principal", "order")}
    return seat_edit(**{"actor": cast.security, "seat_id": seat.pk, **values, **changes})


def test_the_security_administrator_changes_a_seat(cast: Cast) -> None:
    edit(cast, position="党委委员（人武）", voting=False, order=12)
    seat = cast.seat("town.arms")
    assert (seat.position, seat.voting, seat.order) == ("党委委员（人武）", False, 12)


@pytest.mark.parametrize("who", ["town_chair", "town_secretary", "auditor", "outsider"])
def test_nobody_else_changes_a_seat(cast: Cast, who: str) -> None:
    with pytest.raises(Denied, match="安全管理员"):
        edit(cast, actor=getattr(cast, who), voting=False)
    assert cast.seat("town.arms").voting


def test_a_seat_that_does_not_exist_is_not_found(cast: Cast) -> None:
    with pytest.raises(Hidden):
        edit(cast, seat_id=0)


def test_a_seat_whose_term_has_ended_stays_as_it_was(cast: Cast) -> None:
    Seat.objects.filter(pk=cast.seat("town.arms").pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(WrongState) as refused:
        edit(cast, position="党委委员（人武）")
    assert refused.value.code == "seat_ended"


def test_a_change_repeated_is_written_once(cast: Cast, logged: Callable[[str], list[AuditEvent]]) -> None:
    edit(cast, order=12)
    edit(cast, order=12)
    assert len(logged("seat_edit")) == 1
    assert cast.seat("town.arms").history.count() == 2


def test_a_change_is_logged_with_old_and_new(cast: Cast, logged: Callable[[str], list[AuditEvent]]) -> None:
    edit(cast, voting=False)
    (event,) = logged("seat_edit")
    assert event.subject == f"body:{cast.town.pk}"
    assert event.data == {"old": {"voting": True}, "new": {"voting": False}}


def test_a_change_is_a_version_by_its_author(cast: Cast) -> None:
    edit(cast, position="党委委员（人武）")
    after, before = cast.seat("town.arms").history.all()
    assert (before.position, after.position) == ("党委委员（武装）", "党委委员（人武）")
    assert after.history_user == cast.security


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"position": ""}, "position"), ({"order": -1}, "order"), ({"voting": False, "principal": True}, "voting")],
)
def test_what_cannot_be_taken_is_named_by_field(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        edit(cast, **changes)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("changes", "code"), [({"position": "党委书记"}, "position_taken"), ({"principal": True}, "second_principal")]
)
def test_the_roster_stays_sound(cast: Cast, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Conflict) as refused:
        edit(cast, **changes)
    assert refused.value.code == code


@pytest.mark.django_db(transaction=True)
def test_two_seats_made_principal_at_once_leave_one(cast: Cast) -> None:
    Seat.objects.filter(body=cast.town, principal=True).update(principal=False)
    results = at_once(
        *(partial(edit, cast, name, principal=True) for name in ("town.arms", "town.mayor", "town.chair"))
    )
    assert sum(isinstance(result, Conflict) for result in results) == 2
    assert Seat.objects.filter(body=cast.town, principal=True).count() == 1

"""Adding a seat to a body."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from permissions.actions import seat_add
from permissions.errors import Conflict, Denied, Hidden, Invalid
from permissions.models import AuditEvent, Seat, User
from tests.cast import Cast
from tests.permissions.conftest import DAY, at_once


def add(cast: Cast, **changes: Any) -> Seat:
    values = {"actor": cast.security, "body_id": cast.town.pk, "position": "党委委员（统战）", "starts_on": DAY}
    return seat_add(**{**values, **changes})


def test_the_security_administrator_adds_a_seat_and_it_comes_last(cast: Cast) -> None:
    seat = add(cast, user_id=cast.outsider.pk, position_en="Committee Member (United Front)")
    seat.refresh_from_db()
    assert (seat.body, seat.user, seat.voting, seat.principal) == (cast.town, cast.outsider, True, False)
    assert seat.order == max(Seat.objects.filter(body=cast.town).values_list("order", flat=True))
    assert seat in Seat.objects.in_force(DAY).voting()
    assert seat not in Seat.objects.in_force(DAY - timedelta(days=1))


@pytest.mark.parametrize("who", ["town_chair", "town_secretary", "auditor", "designer", "outsider"])
def test_nobody_else_adds_a_seat(cast: Cast, who: str) -> None:
    before = Seat.objects.count()
    with pytest.raises(Denied, match="安全管理员"):
        add(cast, actor=getattr(cast, who))
    assert Seat.objects.count() == before


def test_there_is_no_seat_in_a_body_that_does_not_exist(cast: Cast) -> None:
    with pytest.raises(Hidden):
        add(cast, body_id=0)


def test_the_same_seat_added_twice_stands_once(cast: Cast, logged: Callable[[str], list[AuditEvent]]) -> None:
    assert add(cast) == add(cast)
    assert len(logged("seat_add")) == 1


def test_adding_is_logged_in_the_chain_of_the_body(cast: Cast, logged: Callable[[str], list[AuditEvent]]) -> None:
    seat = add(cast, user_id=cast.outsider.pk)
    (event,) = logged("seat_add")
    assert (event.subject, event.actor, event.target) == (f"body:{cast.town.pk}", cast.security, f"seat:{seat.pk}")
    assert event.data["new"]["position"] == "党委委员（统战）"
    assert event.data["new"]["user_id"] == cast.outsider.pk


def test_adding_begins_the_versions_of_the_seat(cast: Cast) -> None:
    version = add(cast).history.get()
    assert (version.history_type, version.history_user) == ("+", cast.security)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"position": "  "}, "position"),
        ({"position": "长" * 81}, "position"),
        ({"ends_on": date(2026, 9, 7)}, "ends_on"),
        ({"voting": False, "principal": True}, "voting"),
        ({"user_id": 0}, "user"),
    ],
)
def test_what_cannot_be_taken_is_named_by_field(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        add(cast, **changes)
    assert list(refused.value.fields) == [field]


def test_a_closed_account_takes_no_seat(cast: Cast) -> None:
    User.objects.filter(pk=cast.outsider.pk).update(is_active=False)
    with pytest.raises(Invalid):
        add(cast, user_id=cast.outsider.pk)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"position": "党委委员（宣传）"}, "position_taken"),
        ({"principal": True}, "second_principal"),
    ],
)
def test_the_roster_stays_sound(cast: Cast, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Conflict) as refused:
        add(cast, **changes)
    assert refused.value.code == code


def test_nobody_sits_twice_in_one_body_but_may_sit_in_two(cast: Cast) -> None:
    with pytest.raises(Conflict, match="一人在同一班子只能有一个席位"):
        add(cast, user_id=cast.town_member.pk)
    seat = add(cast, user_id=cast.zone_member.pk)
    assert set(Seat.objects.in_force(DAY).filter(user=cast.zone_member)) == {seat, cast.seat("zone.finance", "zone")}


def test_a_seat_may_follow_on_one_whose_term_has_ended(cast: Cast) -> None:
    old = cast.seat("town.chair")
    Seat.objects.filter(pk=old.pk).update(ends_on=DAY - timedelta(days=1))
    seat = add(cast, position=old.position, principal=True, user_id=cast.town_chair.pk)
    assert list(Seat.objects.in_force(DAY).filter(body=cast.town, principal=True)) == [seat]


def test_nobody_gives_a_seat_to_themselves(cast: Cast) -> None:
    with pytest.raises(Denied) as refused:
        add(cast, user_id=cast.security.pk)
    assert refused.value.code == "own_seat"


@pytest.mark.parametrize("voting", [True, False])
def test_n5_who_runs_guards_or_audits_the_system_sits_nowhere(cast: Cast, second_security: User, voting: bool) -> None:
    for person in (cast.admin, cast.auditor, second_security):
        with pytest.raises(Conflict) as refused:
            add(cast, user_id=person.pk, voting=voting)
        assert refused.value.code == "separated"


@pytest.mark.django_db(transaction=True)
def test_two_principals_added_at_once_leave_one(cast: Cast) -> None:
    Seat.objects.filter(body=cast.town, principal=True).update(principal=False)
    results = at_once(*(partial(add, cast, position=f"书记 {n}", principal=True) for n in range(4)))
    assert sum(isinstance(result, Seat) for result in results) == 1
    assert all(result.code == "second_principal" for result in results if not isinstance(result, Seat))


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_four_times_at_once_adds_one_seat(cast: Cast) -> None:
    results = at_once(*(partial(add, cast) for _ in range(4)))
    assert {result.pk for result in results} == {Seat.objects.get(position="党委委员（统战）").pk}

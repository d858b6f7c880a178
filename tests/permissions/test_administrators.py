"""N5: three administrators, each alone. The database itself refuses what would make one of them somebody else as well."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Model

from permissions import clock, policies
from permissions.actions import role_revoke
from permissions.models import Role, RoleGrant, Seat, Substitution, User
from permissions.policies import may
from tests.cast import Cast
from tests.permissions.conftest import at_once

ADMINISTRATORS = ("admin", "security", "auditor")


def granted(user: User, key: str, starts_on: date, ends_on: date | None = None, **more: Any) -> RoleGrant:
    return RoleGrant(
        role=Role.objects.get(group__name=key), user=user, starts_on=starts_on, ends_on=ends_on, reason="试",
        granted_at=clock.now(), **more,
    )  # fmt: skip


def seated(cast: Cast, user: User, starts_on: date, ends_on: date | None = None, voting: bool = True) -> Seat:
    return Seat(
        body=cast.town, user=user, position=f"试 {starts_on}", voting=voting, starts_on=starts_on, ends_on=ends_on
    )


def stands_in(user: User, holder: User, key: str, starts_on: date, ends_on: date) -> Substitution:
    return Substitution(
        substitute=user, holder=holder, role=Role.objects.get(group__name=key), starts_on=starts_on, ends_on=ends_on,
        reason="试", granted_by=holder, granted_at=clock.now(),
    )  # fmt: skip


def refused(row: Model) -> bool:
    """Whether the database refuses to keep the row, which is written past all actions."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        assert "administrators_apart" in str(error.__cause__.diag.constraint_name)  # type: ignore[union-attr]
        return True
    return False


@pytest.mark.parametrize("key", ADMINISTRATORS)
def test_n5_the_database_keeps_each_administrator_apart_from_everything(cast: Cast, key: str) -> None:
    today, person = clock.today(), cast.outsider
    soon, later = today + timedelta(days=10), today + timedelta(days=20)
    assert not refused(granted(person, key, soon, later))
    for other in {"town:proposer", "town:chair", "legal", "designer", *ADMINISTRATORS} - {key}:
        assert refused(granted(person, other, today))
        assert refused(granted(person, other, later, later))
    for voting in (True, False):
        assert refused(seated(cast, person, today, voting=voting))
        assert refused(seated(cast, person, later, later, voting=voting))
    assert refused(stands_in(person, cast.legal, "legal", today, soon))
    assert refused(stands_in(cast.legal, cast[key], key, today, soon)), "nobody stands in for an administrator"
    assert not refused(granted(person, "legal", today, soon - timedelta(days=1))), "before that, something else"
    assert not refused(seated(cast, person, later + timedelta(days=1))), "and after it"


def test_n5_not_by_changing_a_row_either(cast: Cast) -> None:
    seat = cast.seat("town.arms")
    for key in ADMINISTRATORS:
        with pytest.raises(IntegrityError, match="administrator"), transaction.atomic():
            Seat.objects.filter(pk=seat.pk).update(user=cast[key])
    with pytest.raises(DatabaseError, match="a role stays what it is"), transaction.atomic():
        Role.objects.filter(code="legal").update(code="admin")


def test_who_was_an_administrator_until_today_may_be_something_else_from_today(
    cast: Cast, second_security: User
) -> None:
    today = clock.today()
    assert refused(granted(second_security, "legal", today))
    role_revoke(actor=cast.security, user_id=second_security.pk, key="security", reason="转岗")
    assert not refused(granted(second_security, "legal", today))


@pytest.mark.django_db(transaction=True)
def test_n5_a_role_and_a_seat_written_at_once_leave_one_of_them(cast: Cast) -> None:
    today = clock.today()
    rows: list[Callable[[], bool]] = [
        lambda: refused(granted(cast.outsider, "auditor", today)),
        lambda: refused(seated(cast, cast.outsider, today)),
    ]
    assert sorted(at_once(*rows)) == [False, True]


def test_n5_no_act_of_this_floor_is_shared_by_two_administrators(cast: Cast) -> None:
    """Reading is: whoever may see how an account stands cannot change it by that."""
    reading = {
        "view",
        "user_list",
        "user_standing",
        "sign_in_view",
        "roles_as_of",
        "user_preferences_set",
        "user_password_set",
    }
    shared = []
    for model, policy in policies.registered().items():
        if not model.__module__.startswith("permissions."):
            continue
        acts = {*policy.acts, *(name[4:] for name in dir(policy) if name.startswith("may_"))} - reading
        for act in acts:
            able = [key for key in ADMINISTRATORS if may(cast[key], act, model)]
            if len(able) > 1 and act != "sign_in_release":
                shared.append((model.__name__, act, able))
    assert shared == []

"""Giving a role to somebody."""

from collections.abc import Callable
from functools import partial

import pytest

from permissions import clock, roles
from permissions.actions import role_grant, seat_assign
from permissions.errors import Conflict, Denied, Hidden, Invalid
from permissions.models import AuditEvent, RoleGrant, Seat, User
from tests.cast import Cast
from tests.permissions.conftest import at_once

WHY = "镇党干〔2026〕3号"


def held(user: User) -> frozenset[str]:
    return roles.of(User.objects.get(pk=user.pk))


def test_the_security_administrator_grants_a_role(cast: Cast) -> None:
    role_grant(actor=cast.security, user_id=cast.outsider.pk, key="town:proposer", reason=WHY)
    assert held(cast.outsider) == {"town:proposer"}


@pytest.mark.parametrize("who", ["town_chair", "town_secretary", "admin", "auditor", "designer", "outsider"])
def test_nobody_else_grants_a_role(cast: Cast, who: str) -> None:
    with pytest.raises(Denied, match="安全管理员"):
        role_grant(actor=getattr(cast, who), user_id=cast.outsider.pk, key="town:proposer", reason=WHY)
    assert held(cast.outsider) == frozenset()


@pytest.mark.parametrize("key", ["town:secretary", "auditor", "admin", "security"])
def test_nobody_grants_a_role_to_themselves(cast: Cast, key: str) -> None:
    with pytest.raises(Denied) as refused:
        role_grant(actor=cast.security, user_id=cast.security.pk, key=key, reason=WHY)
    assert refused.value.code == "own_role"
    assert held(cast.security) == {"security"}


def test_there_is_no_role_but_those_that_exist(cast: Cast) -> None:
    with pytest.raises(Hidden):
        role_grant(actor=cast.security, user_id=cast.outsider.pk, key="town:emperor", reason=WHY)


def test_there_is_nobody_to_grant_to_behind_an_unknown_or_closed_account(cast: Cast) -> None:
    User.objects.filter(pk=cast.outsider.pk).update(is_active=False)
    for user_id in (0, cast.outsider.pk):
        with pytest.raises(Invalid):
            role_grant(actor=cast.security, user_id=user_id, key="town:proposer", reason=WHY)


def test_repeating_it_writes_nothing(cast: Cast, logged: Callable[[str], list[AuditEvent]]) -> None:
    for _ in range(2):
        role_grant(actor=cast.security, user_id=cast.outsider.pk, key="town:proposer", reason=WHY)
    (event,) = logged("role_grant")
    assert (event.subject, event.actor) == (f"user:{cast.outsider.pk}", cast.security)
    assert event.data == {
        "role": "town:proposer",
        "user": "outsider",
        "starts_on": clock.today().isoformat(),
        "ends_on": None,
        "reason": WHY,
    }


def test_the_grant_keeps_a_version_of_who_gave_it(cast: Cast) -> None:
    role_grant(actor=cast.security, user_id=cast.outsider.pk, key="town:proposer", reason=WHY)
    grant = RoleGrant.objects.get(user=cast.outsider)
    assert (grant.granted_by, grant.reason) == (cast.security, WHY)
    version = grant.history.get()
    assert (version.history_user, version.history_change_reason) == (cast.security, f"role_grant: {WHY}")


@pytest.mark.parametrize(
    ("who", "key"),
    [
        ("town_member", "admin"),
        ("town_secretary", "auditor"),
        ("auditor", "town:secretary"),
        ("auditor", "admin"),
        ("designer", "admin"),
        ("admin", "security"),
        ("town_chair", "security"),
    ],
)
def test_n5_running_guarding_and_auditing_the_system_stay_apart_from_everything_else(
    cast: Cast, who: str, key: str
) -> None:
    person = getattr(cast, who)
    before = held(person)
    with pytest.raises(Conflict) as refused:
        role_grant(actor=cast.security, user_id=person.pk, key=key, reason=WHY)
    assert refused.value.code == "separated"
    assert held(person) == before


@pytest.mark.parametrize("seat", ["town.arms", "town.secretary"])
def test_n5_who_has_a_seat_with_a_vote_or_without_does_not_become_administrator(cast: Cast, seat: str) -> None:
    Seat.objects.filter(pk=cast.seat(seat).pk).update(user=cast.outsider)
    for key in ("admin", "security", "auditor"):
        with pytest.raises(Conflict, match="有席位"):
            role_grant(actor=cast.security, user_id=cast.outsider.pk, key=key, reason=WHY)


@pytest.mark.django_db(transaction=True)
def test_a_vote_and_the_auditors_role_given_at_once_leave_one_of_them(cast: Cast, second_security: User) -> None:
    results = at_once(
        partial(role_grant, actor=cast.security, user_id=cast.outsider.pk, key="auditor", reason=WHY),
        partial(seat_assign, actor=second_security, seat_id=cast.seat("town.arms").pk, user_id=cast.outsider.pk),
    )
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert ("auditor" in held(cast.outsider)) != Seat.objects.filter(user=cast.outsider).exists()


@pytest.mark.django_db(transaction=True)
def test_one_role_granted_four_times_at_once_is_logged_once(
    cast: Cast, logged: Callable[[str], list[AuditEvent]]
) -> None:
    grant = partial(role_grant, actor=cast.security, user_id=cast.outsider.pk, key="town:proposer", reason=WHY)
    assert all(isinstance(result, RoleGrant) for result in at_once(*[grant] * 4))
    assert len(logged("role_grant")) == 1

"""Taking a role from somebody."""

from collections.abc import Callable
from functools import partial

import pytest

from permissions import roles
from permissions.actions import role_revoke
from permissions.errors import Denied, Hidden, Invalid, WrongState
from permissions.models import AuditEvent, RoleGrant, User
from tests.cast import Cast
from tests.permissions.conftest import at_once

WHY = "镇党干〔2026〕4号"


def held(user: User) -> frozenset[str]:
    return roles.of(User.objects.get(pk=user.pk))


def test_the_security_administrator_revokes_a_role(cast: Cast) -> None:
    role_revoke(actor=cast.security, user_id=cast.town_chair.pk, key="town:chair", reason=WHY)
    assert held(cast.town_chair) == {"town:member"}


@pytest.mark.parametrize("who", ["zone_chair", "town_secretary", "admin", "auditor", "outsider"])
def test_nobody_else_revokes_a_role(cast: Cast, who: str) -> None:
    with pytest.raises(Denied, match="安全管理员"):
        role_revoke(actor=getattr(cast, who), user_id=cast.town_chair.pk, key="town:chair", reason=WHY)
    assert "town:chair" in held(cast.town_chair)


def test_an_unknown_role_or_account_is_refused(cast: Cast) -> None:
    with pytest.raises(Hidden):
        role_revoke(actor=cast.security, user_id=cast.town_chair.pk, key="town:emperor", reason=WHY)
    with pytest.raises(Invalid):
        role_revoke(actor=cast.security, user_id=0, key="town:chair", reason=WHY)


def test_a_closed_account_can_lose_its_role(cast: Cast) -> None:
    User.objects.filter(pk=cast.legal.pk).update(is_active=False)
    role_revoke(actor=cast.security, user_id=cast.legal.pk, key="legal", reason=WHY)
    assert not cast.legal.groups.exists()


def test_repeating_it_writes_nothing(cast: Cast, logged: Callable[[str], list[AuditEvent]]) -> None:
    for _ in range(2):
        role_revoke(actor=cast.security, user_id=cast.town_chair.pk, key="town:chair", reason=WHY)
    (event,) = logged("role_revoke")
    assert (event.subject, event.data["role"]) == (f"user:{cast.town_chair.pk}", "town:chair")
    grant = RoleGrant.objects.get(user=cast.town_chair, role__code="chair")
    assert (grant.ended_by, grant.ended_reason, grant.ends_on) == (cast.security, WHY, None)
    assert grant.history.first().history_change_reason == f"role_revoke: {WHY}"


def test_the_last_administrator_of_each_kind_stays(cast: Cast, second_security: User) -> None:
    role_revoke(actor=cast.security, user_id=second_security.pk, key="security", reason=WHY)
    for key in ("admin", "security", "auditor"):
        with pytest.raises(WrongState) as refused:
            role_revoke(actor=cast.security, user_id=cast[key].pk, key=key, reason=WHY)
        assert refused.value.code == "last_admin"
        assert held(cast[key]) == {key}


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_revoke_each_other_leave_one(cast: Cast, second_security: User) -> None:
    results = at_once(
        partial(role_revoke, actor=cast.security, user_id=second_security.pk, key="security", reason=WHY),
        partial(role_revoke, actor=second_security, user_id=cast.security.pk, key="security", reason=WHY),
    )
    assert sum(isinstance(result, Denied) for result in results) == 1
    assert roles.holders("security").count() == 1

"""Closing an account and opening it again."""

from collections.abc import Callable
from functools import partial

import pytest

from permissions import roles
from permissions.actions import role_grant, user_add, user_deactivate, user_reactivate
from permissions.errors import Denied, Hidden, Invalid, WrongState
from permissions.models import AuditEvent, Seat, User
from tests.cast import Cast
from tests.permissions.conftest import at_once

WHY = "调离岗位"


def test_a_closed_account_may_nothing_and_opens_again_as_it_was(
    cast: Cast, logged: Callable[[str], list[AuditEvent]]
) -> None:
    person = cast.town_proposer
    for _ in range(2):
        assert user_deactivate(actor=cast.admin, user_id=person.pk, reason=WHY).is_active is False
    assert roles.of(User.objects.get(pk=person.pk)) == frozenset()
    for _ in range(2):
        assert user_reactivate(actor=cast.admin, user_id=person.pk, reason="返回原岗位").is_active is True
    assert roles.of(User.objects.get(pk=person.pk)) == {"town:proposer"}
    closed, opened = [*logged("user_deactivate"), *logged("user_reactivate")]
    assert closed.data == {"user": "town.office", "reason": WHY}
    assert (opened.subject, opened.data["reason"]) == (f"user:{person.pk}", "返回原岗位")


def test_who_is_signed_in_is_out_with_the_next_click(cast: Cast, client_of: Callable[..., object]) -> None:
    client = client_of(cast.town_member)
    assert client.get("/").status_code == 200
    user_deactivate(actor=cast.admin, user_id=cast.town_member.pk, reason=WHY)
    assert client.get("/").status_code == 302
    assert Seat.objects.in_force().filter(user=cast.town_member).exists(), "the seat is due until its term is ended"


def test_nobody_else_closes_or_opens_one(cast: Cast) -> None:
    for who in (cast.security, cast.auditor, cast.town_chair, cast.outsider):
        for act in (user_deactivate, user_reactivate):
            with pytest.raises(Denied, match="系统管理员"):
                act(actor=who, user_id=cast.town_member.pk, reason=WHY)


def test_not_without_a_reason_not_an_unknown_one_and_not_ones_own(cast: Cast) -> None:
    for reason in (" ", "x" * 201):
        with pytest.raises(Invalid) as invalid:
            user_deactivate(actor=cast.admin, user_id=cast.outsider.pk, reason=reason)
        assert list(invalid.value.fields) == ["reason"]
    with pytest.raises(Hidden):
        user_deactivate(actor=cast.admin, user_id=0, reason=WHY)
    with pytest.raises(Denied) as refused:
        user_deactivate(actor=cast.admin, user_id=cast.admin.pk, reason=WHY)
    assert refused.value.code == "own_account"


def test_n5_the_last_security_administrator_and_the_last_auditor_stay(cast: Cast, second_security: User) -> None:
    user_deactivate(actor=cast.admin, user_id=second_security.pk, reason=WHY)
    for last in (cast.security, cast.auditor):
        with pytest.raises(WrongState) as refused:
            user_deactivate(actor=cast.admin, user_id=last.pk, reason=WHY)
        assert refused.value.code == "last_admin"
        assert User.objects.get(pk=last.pk).is_active


@pytest.mark.django_db(transaction=True)
def test_n5_two_system_administrators_who_close_each_other_at_once_leave_one(cast: Cast) -> None:
    second = user_add(actor=cast.admin, username="admin2", display_name="系统管理员（二）").user
    role_grant(actor=cast.security, user_id=second.pk, key="admin", reason="镇发〔2026〕7号")
    results = at_once(
        partial(user_deactivate, actor=cast.admin, user_id=second.pk, reason=WHY),
        partial(user_deactivate, actor=second, user_id=cast.admin.pk, reason=WHY),
    )
    assert sum(isinstance(result, Denied) for result in results) == 1
    assert roles.holders("admin").count() == 1

"""Making an account and issuing its first password."""

from collections.abc import Callable
from functools import partial

import pytest

from permissions import roles
from permissions.actions import Issued, role_grant, user_add
from permissions.errors import Conflict, Denied, Invalid
from permissions.models import AuditEvent, User
from tests.cast import Cast
from tests.permissions.conftest import at_once

NEW = {"username": "town.farming", "display_name": "镇农业农村办", "display_name_en": "Town Farming Office"}


def test_the_system_administrator_makes_an_account_that_may_nothing_yet(cast: Cast) -> None:
    issued = user_add(actor=cast.admin, **NEW)
    user = User.objects.get(username="town.farming")
    assert user == issued.user
    assert user.check_password(issued.password)
    assert (user.must_change_password, user.sign_in_held, user.is_active, user.of_example) == (
        True,
        False,
        True,
        False,
    )
    assert roles.of(user) == frozenset()
    assert issued.password not in repr(issued)


def test_nobody_else_makes_one(cast: Cast) -> None:
    for who in (cast.security, cast.auditor, cast.designer, cast.town_chair, cast.outsider):
        with pytest.raises(Denied, match="系统管理员"):
            user_add(actor=who, **NEW)
    assert not User.objects.filter(username="town.farming").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "镇农办"}, "username"),
        ({"username": "2town"}, "username"),
        ({"username": "town..office"}, "username"),
        ({"username": "t" * 41}, "username"),
        ({"display_name": " "}, "display_name"),
        ({"display_name_en": "x" * 81}, "display_name_en"),
    ],
)
def test_what_cannot_be_taken_is_named_by_field(cast: Cast, changes: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        user_add(actor=cast.admin, **{**NEW, **changes})
    assert list(refused.value.fields) == [field]


def test_repeating_it_returns_the_same_account_with_a_fresh_password(
    cast: Cast, logged: Callable[[str], list[AuditEvent]]
) -> None:
    first = user_add(actor=cast.admin, **NEW)
    second = user_add(actor=cast.admin, **NEW)
    assert first.user == second.user
    user = User.objects.get(username="town.farming")
    assert (user.check_password(second.password), user.check_password(first.password)) == (True, False)
    (event,) = logged("user_add")
    assert (event.subject, event.actor, event.data["user"]) == (f"user:{user.pk}", cast.admin, "town.farming")
    assert len(logged("password_issue")) == 1
    for kept in AuditEvent.objects.filter(subject=event.subject):
        assert first.password not in str(kept.data)
        assert second.password not in str(kept.data)


def test_n2_a_name_is_never_given_twice(cast: Cast) -> None:
    issued = user_add(actor=cast.admin, **NEW)
    taken = [{**NEW, "display_name": "镇综治办"}, {**NEW, "username": "auditor"}, {**NEW, "username": "OUTSIDER"}]
    for wanted in taken:
        with pytest.raises(Conflict) as refused:
            user_add(actor=cast.admin, **wanted)
        assert refused.value.code == "name_taken"
    role_grant(actor=cast.security, user_id=issued.user.pk, key="town:proposer", reason="镇发〔2026〕7号")
    with pytest.raises(Conflict):
        user_add(actor=cast.admin, **NEW)


@pytest.mark.django_db(transaction=True)
def test_the_same_account_made_twice_at_once_is_one(cast: Cast, logged: Callable[[str], list[AuditEvent]]) -> None:
    results = at_once(*[partial(user_add, actor=cast.admin, **NEW)] * 2)
    assert all(isinstance(result, Issued) for result in results)
    assert User.objects.filter(username="town.farming").count() == len(logged("user_add")) == 1
    user = User.objects.get(username="town.farming")
    assert sum(user.check_password(result.password) for result in results) == 1

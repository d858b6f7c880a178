"""Issuing a new password, and releasing it where the account may do something."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from permissions import credentials, policies
from permissions.actions import password_issue, sign_in_release, user_add, user_deactivate
from permissions.errors import Denied, Hidden, WrongState
from permissions.models import AuditEvent, User
from tests.cast import PASSWORD, Cast


def signs_in(user: User, password: str) -> str:
    """Nothing where the password opens the account, else what the page says."""
    answer = Client().post(reverse("login"), {"username": user.username, "password": password})
    return "" if answer.status_code == 302 else answer.content.decode()


def test_an_account_without_roles_has_its_password_at_once(
    cast: Cast, logged: Callable[[str], list[AuditEvent]]
) -> None:
    issued = password_issue(actor=cast.admin, user_id=cast.outsider.pk)
    assert "账号或密码不正确" in signs_in(cast.outsider, PASSWORD)
    assert signs_in(cast.outsider, issued.password) == ""
    (event,) = logged("password_issue")
    assert (event.subject, event.data) == (f"user:{cast.outsider.pk}", {"user": "outsider", "held": False})


@pytest.mark.parametrize(
    ("whose", "releases"),
    [("town_chair", ["security"]), ("legal", ["security"]), ("auditor", ["security"]),
     ("security", ["auditor", "second_security"])],
)  # fmt: skip
def test_n5_who_issues_passwords_cannot_become_somebody_alone(
    cast: Cast, second_security: User, whose: str, releases: list[str]
) -> None:
    person = getattr(cast, whose)
    issued = password_issue(actor=cast.admin, user_id=person.pk)
    assert "还没有放行" in signs_in(person, issued.password)
    assert "账号或密码不正确" in signs_in(person, "wrong"), "only who has the password learns that it waits"
    everybody = {**cast.users, "second_security": second_security}
    able = {name for name, user in everybody.items() if policies.may(user, "sign_in_release", person)}
    expected = {*releases, "second_security"} if whose != "security" else set(releases)
    assert able == expected
    assert set(policies.holders("sign_in_release", person)) == {everybody[name] for name in able}
    for name in sorted(everybody.keys() - able):
        with pytest.raises(Denied):
            sign_in_release(actor=everybody[name], user_id=person.pk)
    sign_in_release(actor=everybody[releases[0]], user_id=person.pk)
    assert signs_in(person, issued.password) == ""


def test_releasing_is_written_once_and_an_unknown_account_is_not_found(
    cast: Cast, logged: Callable[[str], list[AuditEvent]]
) -> None:
    password_issue(actor=cast.admin, user_id=cast.legal.pk)
    for _ in range(2):
        assert sign_in_release(actor=cast.security, user_id=cast.legal.pk).sign_in_held is False
    (event,) = logged("sign_in_release")
    assert (event.subject, event.actor) == (f"user:{cast.legal.pk}", cast.security)
    with pytest.raises(Hidden):
        sign_in_release(actor=cast.security, user_id=0)


def test_nobody_else_issues_passwords_and_not_ones_own_nor_a_closed_accounts(cast: Cast) -> None:
    for who in (cast.security, cast.auditor, cast.town_chair, cast.outsider):
        with pytest.raises(Denied):
            password_issue(actor=who, user_id=cast.legal.pk)
    with pytest.raises(Denied) as own:
        password_issue(actor=cast.admin, user_id=cast.admin.pk)
    assert own.value.code == "own_account"
    user_deactivate(actor=cast.admin, user_id=cast.legal.pk, reason="调离岗位")
    with pytest.raises(WrongState):
        password_issue(actor=cast.admin, user_id=cast.legal.pk)


def test_a_password_nobody_used_runs_out(cast: Cast, settings: Settings) -> None:
    issued = user_add(actor=cast.admin, username="town.farming", display_name="镇农业农村办")
    long_ago = timezone.now() - timedelta(hours=settings.SANGONG_ISSUED_HOURS, minutes=1)
    User.objects.filter(pk=issued.user.pk).update(password_issued_at=long_ago)
    assert "重新发放" in signs_in(issued.user, issued.password)
    User.objects.filter(pk=issued.user.pk).update(must_change_password=False)
    assert signs_in(issued.user, issued.password) == "", "the own password does not run out"


def test_issued_passwords_are_told_apart_by_ear_and_never_alike() -> None:
    made = {credentials.one_time() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert [len(part) for part in password.split("-")] == [credentials.LENGTH] * credentials.GROUPS
        assert not set(password) & set("aeiou01ly")


def test_n3_an_example_account_signs_in_nowhere_but_in_the_example(cast: Cast, settings: Settings) -> None:
    assert signs_in(cast.town_chair, PASSWORD) == ""
    settings.SANGONG_EXAMPLE = False
    assert "示例账号只能在示例系统中登录" in signs_in(cast.town_chair, PASSWORD)
    assert "账号或密码不正确" in signs_in(cast.town_chair, "wrong")
    assert signs_in(cast.outsider, PASSWORD) == "", "an account of the house itself does"

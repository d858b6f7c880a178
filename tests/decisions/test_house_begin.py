"""A house of one's own: how it begins, and that nothing of the example stands in it (N3, N5)."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from decisions.models import MatterType, RuleSet
from permissions import audit, checks, example, roles
from permissions.actions import house_begin
from permissions.errors import Conflict
from permissions.models import AuditEvent, Body, Role, RoleGrant, User
from tests.cast import PASSWORD, Cast

NAMES = {"--system": "wang.system", "--security": "li.security", "--audit": "zhao.audit"}


@pytest.fixture
def own(db: None, settings: Settings) -> Settings:
    """Not the example."""
    settings.SANGONG_EXAMPLE = False
    return settings


def begin(**changes: str) -> str:
    """What the command says."""
    said = StringIO()
    given = {**NAMES, **{f"--{name}": value for name, value in changes.items()}}
    call_command("house_begin", *[part for pair in given.items() for part in pair], stdout=said)
    return said.getvalue()


def test_a_house_begins_with_two_bodies_its_rules_and_three_people_who_choose_their_passwords(own: Any) -> None:
    said = begin(town="石桥镇党委")
    assert [body.name for body in Body.objects.all()] == ["石桥镇党委", "示范区党组"]
    assert Role.objects.count() == 2 * 4 + 6
    assert MatterType.objects.exists()
    assert set(RuleSet.objects.get(code="ordinary").numbers["bodies"]) == {"town", "zone"}
    for name, key in (("wang.system", "admin"), ("li.security", "security"), ("zhao.audit", "auditor")):
        user = User.objects.get(username=name)
        password = next(line.split()[1] for line in said.splitlines() if line.split()[:1] == [name])
        assert roles.of(user) == {key}
        assert (user.check_password(password), user.must_change_password, user.of_example) == (True, True, False)
        client = Client()
        assert client.post(reverse("login"), {"username": name, "password": password}).status_code == 302
        assert client.get(reverse("user_list")).headers["Location"] == reverse("password")
        (event,) = AuditEvent.objects.filter(subject=f"user:{user.pk}", verb="house_begin")
        assert (event.actor, event.data) == (None, {"role": key, "user": name})
        assert password not in str(AuditEvent.objects.filter(subject=f"user:{user.pk}").values_list("data", flat=True))
    assert User.objects.count() == 3
    assert list(audit.verify()) == []


def test_run_again_it_fills_only_an_office_that_nobody_holds(own: Any) -> None:
    begin()
    counts = [model.objects.count() for model in (User, Body, Role, RoleGrant, MatterType, AuditEvent)]
    assert "没有改动" in begin(system="", security="", audit="")
    assert [model.objects.count() for model in (User, Body, Role, RoleGrant, MatterType, AuditEvent)] == counts
    with pytest.raises(CommandError, match=r"系统管理员.*已经有人担任"):
        begin()
    User.objects.filter(username="li.security").update(is_active=False)
    with pytest.raises(CommandError, match="请为安全管理员填写账号"):
        begin(system="", security="", audit="")
    with pytest.raises(CommandError, match="已经用过"):
        begin(system="", security="li.security", audit="")
    with pytest.raises(CommandError, match=r"town\.office2"):
        begin(system="", security="李四", audit="")
    assert "sun.security" in begin(system="", security="sun.security", audit="")
    assert list(roles.holders("security")) == [User.objects.get(username="sun.security")]


def test_it_is_no_way_into_the_example(cast: Cast, settings: Settings) -> None:
    with pytest.raises(Conflict):
        house_begin(names={"admin": "mallory"})
    settings.SANGONG_EXAMPLE = False
    with pytest.raises(Conflict) as refused:
        house_begin(names={"admin": "mallory"})
    assert refused.value.code == "example"
    assert not User.objects.filter(username="mallory").exists()


def test_n3_example_accounts_outside_of_the_example_stop_the_start_and_sign_in_nowhere(
    cast: Cast, settings: Settings
) -> None:
    checks.at_start()
    settings.SANGONG_EXAMPLE = False
    (fault,) = checks.no_example(None, databases=["default"])
    assert (fault.id, fault.is_serious()) == ("permissions.E001", True)
    with pytest.raises(Exception, match="SANGONG_EXAMPLE=1"):
        checks.at_start()
    answer = Client().post(reverse("login"), {"username": "town.chair", "password": PASSWORD})
    assert "示例账号只能在示例系统中登录" in answer.content.decode()
    User.objects.filter(of_example=True).update(is_active=False)
    checks.at_start()


def test_n3_the_example_is_not_loaded_into_a_house(own: Any) -> None:
    begin()
    with pytest.raises(CommandError, match="SANGONG_EXAMPLE=1"):
        call_command("example")
    assert User.objects.filter(of_example=True).count() == 0
    assert example.missing_places() == []


def test_an_example_of_an_earlier_version_gets_the_accounts_that_came_since(cast: Cast) -> None:
    User.objects.filter(username="security").update(username="security.old")
    example.load("another one")
    added = User.objects.get(username="security")
    assert roles.of(added) == {"security"}
    assert (added.of_example, added.check_password("another one")) == (True, True)
    assert cast.admin.check_password(PASSWORD)

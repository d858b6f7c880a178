"""`manage.py example`: the town at work, made by the real actions, safe to run again, and never by accident."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from decisions.management.commands import example as command
from decisions.models import Item, Sitting
from decisions.selectors.items import standings, tabling_blocks
from permissions import audit
from permissions.models import AuditEvent, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "KEPT", tmp_path / "example-password")


def run(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    call_command("example", *arguments)
    return capsys.readouterr().out


def test_the_example_shows_an_item_in_every_stage(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys=capsys)
    items = list(Item.objects.select_related("case"))
    stages = Counter(standing.stage for standing in standings(items).values())
    assert stages == {"": 1, "propose": 1, "plan": 3, "deliberate": 3, "done": 1}
    assert [sitting.status for sitting in Sitting.objects.order_by("at")] == ["closed", "noticed"]
    assert not [item for item in items if standings([item])[item.pk].stage == "deliberate" and tabling_blocks(item)]


def test_its_log_holds_and_lies_in_the_past(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys=capsys)
    assert list(audit.verify()) == []
    events = AuditEvent.objects.filter(subject__startswith="item:").order_by("subject", "seq")
    for subject in set(events.values_list("subject", flat=True)):
        moments = list(events.filter(subject=subject).values_list("at", flat=True))
        assert moments == sorted(moments)


def test_a_second_run_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys=capsys)
    before = (AuditEvent.objects.count(), User.objects.count(), Item.objects.count())
    assert "here already" in run(capsys=capsys)
    assert (AuditEvent.objects.count(), User.objects.count(), Item.objects.count()) == before


def test_the_password_is_random_and_said_to_the_owner_alone(capsys: pytest.CaptureFixture[str]) -> None:
    told = run("--accounts", capsys=capsys)
    password = command.KEPT.read_text().strip()
    assert f"password of all example accounts: {password}" in told
    assert "town.chair" in told
    assert len(password) >= 10
    assert command.KEPT.stat().st_mode & 0o077 == 0
    assert User.objects.get(username="town.chair").check_password(password)


def test_a_given_password_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    run("--password", "harvest-of-2026", capsys=capsys)
    assert User.objects.get(username="auditor").check_password("harvest-of-2026")


def test_a_house_where_others_work_is_not_emptied(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys=capsys)
    User.objects.create_user("somebody.real")
    with pytest.raises(CommandError, match="not of the example"):
        run("--fresh", capsys=capsys)
    assert Item.objects.count() == 9


def test_nothing_but_the_command_makes_the_accounts(settings: Any) -> None:
    settings.DEBUG = True
    call_command("migrate", verbosity=0)
    assert not User.objects.exists()

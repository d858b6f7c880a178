"""Houses from before roles had terms: who was a member of a role's group holds the role since the log says so (migration 0003)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection

from permissions import audit
from permissions.models import RoleGrant, User
from tests.cast import Cast

pytestmark = pytest.mark.django_db
JOINED = datetime(2024, 3, 1, 8, tzinfo=UTC)
#: Late in the evening in London, and the next day in the office.
GIVEN = datetime(2025, 5, 6, 18, 30, tzinfo=UTC)


def test_a_membership_becomes_a_grant_from_the_day_the_log_names(cast: Cast) -> None:
    take_over = import_module("permissions.migrations.0003_terms").take_over
    User.groups.through.objects.all().delete()
    logged, silent = (User.objects.create_user(name, date_joined=JOINED) for name in ("logged", "silent"))
    for user in (logged, silent):
        user.groups.add(Group.objects.get(name="legal"))
    for role, at in (("legal", GIVEN), ("observer", JOINED)):
        audit.record(subject=f"user:{logged.pk}", actor=cast.security, verb="role_grant", data={"role": role}, at=at)
    silent.groups.add(Group.objects.create(name="no role at all"))
    before = RoleGrant.objects.count()
    take_over(apps, SimpleNamespace(connection=connection))
    assert RoleGrant.objects.count() == before + 2
    by_log, by_account = RoleGrant.objects.get(user=logged), RoleGrant.objects.get(user=silent)
    assert (by_log.role.key, by_log.starts_on, by_log.granted_by, by_log.granted_at) == (
        "legal",
        date(2025, 5, 7),
        cast.security,
        GIVEN,
    )
    assert (by_account.starts_on, by_account.granted_by, by_account.reason) == (date(2024, 3, 1), None, "沿用原有角色")
    assert (by_log.ends_on, by_log.ended_at) == (None, None)

"""What every page may show of the flows: how many tasks wait for the reader, and whether they look after cases."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest

from permissions import roles
from workflows.incidents import open_count
from workflows.selectors import inbox, may_be_asked
from workflows.waiting import waiting as waiting_for

# Counting stops here: nobody reads a larger number on a badge.
MOST = 99
#: To these roles the navigation shows where all cases are; others come to theirs from their tasks and items.
OVERSEERS = frozenset({"admin", "auditor", "designer"})
#: To these, where the accounts are.
ADMINISTRATORS = frozenset({"admin", "security", "auditor"})


def counts(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `my_task_count` and `incident_count`, asked of the database once and only where a page shows them, and
    `oversees_cases` and `is_administrator`."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"my_task_count": 0, "oversees_cases": False, "incident_count": 0, "is_administrator": False}

    @cache
    def count() -> int:
        tasks = (
            inbox(user).filter(process__suspended__isnull=True).order_by()[:MOST].count() if may_be_asked(user) else 0
        )
        return min(tasks + len(waiting_for(user)), MOST)

    @cache
    def failed() -> int:
        return open_count(user, MOST)

    waiting: Callable[[], int] = count
    given_up: Callable[[], int] = failed
    held = roles.of(user)
    oversees = bool(OVERSEERS & held)
    return {
        "my_task_count": waiting,
        "oversees_cases": oversees,
        "incident_count": given_up if oversees else 0,
        "is_administrator": bool(ADMINISTRATORS & held),
    }

"""What the tests of this floor share."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from permissions.models import AuditEvent, User
from tests.cast import Cast, hold

DAY = date(2026, 9, 8)


@pytest.fixture
def second_security(cast: Cast) -> User:
    """Another security administrator, for what nobody may do to themselves."""
    user = User.objects.create_user("security2", display_name="安全管理员（二）")
    hold(user, "security")
    return user


@pytest.fixture
def logged() -> Callable[[str], list[AuditEvent]]:
    """The log's entries with a verb, but for those of setting up the example (which nobody did)."""

    def entries(verb: str) -> list[AuditEvent]:
        return list(AuditEvent.objects.filter(verb=verb, actor__isnull=False).order_by("id"))

    return entries


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do everything at the same instant, each in a thread with its own connection; results or errors in order."""
    start, results = threading.Barrier(len(works)), [None] * len(works)

    def run(number: int, work: Callable[[], Any]) -> None:
        try:
            start.wait(30)
            results[number] = work()
        except BaseException as fault:  # noqa: BLE001  (handed to the test)
            results[number] = fault  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results

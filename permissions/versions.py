"""Who wrote a version, when, and why: said once before a row with history is saved or deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from permissions.models import User


def sign(instance: Any, actor: User | None, *, reason: str = "", at: datetime | None = None) -> None:
    """Name the author of the version that the next save writes into the history; `at` where the clock is not the real one."""
    instance._history_user = actor
    instance._change_reason = reason or None
    if at is not None:
        instance._history_date = at


def save(
    instance: Any,
    actor: User | None,
    reason: str = "",
    *,
    fields: Sequence[str] | None = None,
    at: datetime | None = None,
) -> None:
    """Write a row and its version."""
    sign(instance, actor, reason=reason, at=at)
    instance.save(update_fields=fields)


def remove(instance: Any, actor: User | None, reason: str = "", *, at: datetime | None = None) -> None:
    """Delete a row, leaving its last version in the history."""
    sign(instance, actor, reason=reason, at=at)
    instance.delete()

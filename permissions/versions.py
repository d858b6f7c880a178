"""Who wrote a version, when, by which act and why: the one way a row with history is written.

Every version names its act (the action's name, as the log has it), and the reason in words where somebody gave one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from permissions.models import User

M = TypeVar("M", bound=Model)
_BETWEEN = ": "


def sign(instance: Any, actor: User | None, act: str, *, why: str = "", at: datetime | None = None) -> None:
    """Name the author of the version that the next save writes into the history; `at` where the clock is not the real one.

    `actor` None is the system.
    """
    instance._history_user = actor
    instance._change_reason = reason_of(act, why)
    if at is not None:
        instance._history_date = at


def save(
    instance: Any,
    actor: User | None,
    act: str,
    *,
    why: str = "",
    fields: Sequence[str] | None = None,
    at: datetime | None = None,
) -> None:
    """Write a row and its version."""
    sign(instance, actor, act, why=why, at=at)
    instance.save(update_fields=fields)


def remove(instance: Any, actor: User | None, act: str, *, why: str = "", at: datetime | None = None) -> None:
    """Delete a row, leaving its last version in the history."""
    sign(instance, actor, act, why=why, at=at)
    instance.delete()


def create_many(
    rows: Iterable[M], model: type[M], actor: User | None, act: str, *, at: datetime | None = None
) -> list[M]:
    """Write many new rows and the first version of each, in two statements."""
    made: list[M] = bulk_create_with_history(
        list(rows), model, default_user=actor, default_change_reason=reason_of(act), default_date=at
    )
    return made


def save_many(
    rows: Iterable[M],
    model: type[M],
    fields: Sequence[str],
    actor: User | None,
    act: str,
    *,
    at: datetime | None = None,
) -> None:
    """Write these fields of many rows and a version of each, in two statements."""
    bulk_update_with_history(
        list(rows), model, list(fields), default_user=actor, default_change_reason=reason_of(act), default_date=at
    )


def reason_of(act: str, why: str = "") -> str:
    """What a version keeps: the act, and the reason in words where there is one."""
    return f"{act}{_BETWEEN}{why.strip()}" if why.strip() else act


def act_of(reason: str | None) -> tuple[str, str]:
    """The act and the words a version was written with; empty where it has none."""
    act, _, why = (reason or "").partition(_BETWEEN)
    return act, why

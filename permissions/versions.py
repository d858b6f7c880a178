"""Who wrote a version, when, by which act and why: the one way a row with history is written.

Every version names its act (the action's name, as the log has it), and the reason in words where somebody gave one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from permissions import changed
from permissions.errors import Conflict
from permissions.look import when_words
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


def save_apart(instance: Any, fields: Sequence[str]) -> None:
    """Write columns that no version keeps (`Versioned`), such as who has the floor."""
    kept = {one.name for one in changed.history_of(type(instance))._meta.fields}
    if kept & set(fields):
        raise ValueError(f"versions keep {', '.join(sorted(kept & set(fields)))}")
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


def token(instance: Any) -> str:
    """Which version of a row a form was opened on: goes into the form, and comes back to `require`."""
    newest = type(instance).history.filter(id=instance.pk).order_by("-history_id").values_list("history_id", flat=True)
    return str(newest.first() or 0)


def require(instance: Any, opened_on: str, fields: Iterable[str], actor: User) -> None:
    """Raises `Conflict` where somebody has changed one of these fields since the form was opened on version `opened_on`.

    The message says who changed what, when; `data` has ``version``, with which the form can be sent once more, and
    ``changes``. Nothing is asked where `opened_on` is empty: the caller is no form. Under the row's lock.
    """
    if not opened_on:
        return
    model = type(instance)
    rows = model.history.filter(id=instance.pk, history_id__gte=_number(opened_on))
    since = list(rows.select_related("history_user").order_by("history_id"))
    if len(since) < 2:
        return
    wanted = set(fields)
    names = changed.Names(actor, model, since)
    told: list[str] = []
    touched: set[str] = set()
    for before, after in pairwise(since):
        found = [one for one in changed.changes(model, before, after, names) if one.name in wanted]
        if found:
            touched |= {one.name for one in found}
            told.append(_told(after, found))
    if not touched:
        return
    raise Conflict(
        _("您打开以后，内容已有变动：%(told)s您填写的内容都还在，没有丢失。请核对，需要以您的内容为准的，再保存一次。")
        % {"told": "".join(told)},
        code="edited",
        data={"version": str(since[-1].history_id), "changes": sorted(touched)},
    )


def newest(model: type[Model]) -> str:
    """The newest version of any row of a model: what a form is opened on that may write one of several rows, or a new one."""
    return str(
        changed.history_of(model).objects.order_by("-history_id").values_list("history_id", flat=True).first() or 0
    )


def require_untouched(rows: Any, opened_on: str) -> None:
    """Raises `Conflict` where `rows` (versions) has one later than `opened_on` (`newest`), with who wrote it and with ``version``, on
    which the form can be sent once more. Nothing is asked where `opened_on` is empty. Under a lock that writers share."""
    if not opened_on:
        return
    last = rows.filter(history_id__gt=_number(opened_on)).select_related("history_user").order_by("history_id").last()
    if last is None:
        return
    who = last.history_user.label if last.history_user is not None else _("系统")
    raise Conflict(
        _(
            "您打开以后，%(who)s于%(when)s改过这一项。您填写的内容都还在，没有丢失。请核对，需要以您的内容为准的，再保存一次。"
        )
        % {"who": who, "when": when_words(last.history_date)},
        code="edited",
        data={"version": str(last.history_id)},
    )


def _told(version: Any, found: Iterable[changed.Change]) -> str:
    who = version.history_user.label if version.history_user is not None else _("系统")
    parts = [
        _("%(field)s由“%(old)s”改为“%(new)s”") % {"field": one.label, "old": one.old, "new": one.new}
        if not one.lines
        else _("%(field)s有修改") % {"field": one.label}
        for one in found
    ]
    return _("%(who)s于%(when)s：%(changes)s。") % {
        "who": who,
        "when": when_words(version.history_date),
        "changes": _("，").join(parts),
    }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def drifted(model: type[Model]) -> list[Any]:
    """The keys of the rows that are not what their newest version says, or have none: written past this module."""
    history = changed.history_of(model)
    names = [one.attname for one in history._meta.fields if not one.name.startswith("history_")]
    newest = history.objects.order_by("id", "-history_id").distinct("id").values_list("id", "history_type", *names)
    versions = {row[0]: row[2:] for row in newest if row[1] != "-"}
    rows = {row[0]: row[1:] for row in model._default_manager.values_list("pk", *names)}
    return sorted({pk for pk in versions.keys() | rows.keys() if versions.get(pk) != rows.get(pk)})


def act_of(reason: str | None) -> tuple[str, str]:
    """The act and the words a version was written with; empty where it has none."""
    act, _between, why = (reason or "").partition(_BETWEEN)
    return act, why

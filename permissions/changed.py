"""What differs between two versions of a row, field by field, in the words people know the fields and values by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import BooleanField, Field, ForeignKey, Model
from django.utils.translation import gettext as _

from permissions.look import Line, compare, when_words
from permissions.models import Body, User
from permissions.policies import Actor, registered, visible

#: A value longer than this, or of several lines, is compared as a text: by paragraph and by character.
LONG = 60
#: What everybody signed in knows by name, whatever else their policies say.
_OPEN: tuple[type[Model], ...] = (User, Body)


@dataclass(frozen=True, slots=True)
class Described:
    """How a model's versions are shown. `hidden`: fields nobody reads; `words`: a field's value as text; `through`: the
    way to the row whose policy answers for this one (``item``, ``plan.item``), empty where its own does."""

    hidden: frozenset[str] = frozenset()
    words: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    through: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it was and what it is. `lines` compare long texts; then `old` and `new` are empty."""

    name: str
    label: str
    old: str
    new: str
    lines: tuple[Line, ...] = ()


_described: dict[type[Model], Described] = {}
_PLAIN = Described()


def describe(
    model: type[Model],
    *,
    hidden: Iterable[str] = (),
    words: Mapping[str, Callable[[Any], str]] | None = None,
    through: str = "",
) -> None:
    """Say how the versions of a model are shown; one that nobody describes shows every field."""
    _described[model] = Described(frozenset(hidden), dict(words or {}), through)


def described(model: type[Model]) -> Described:
    """How the versions of a model are shown."""
    return _described.get(model, _PLAIN)


def history_of(model: type[Model]) -> type[Any]:
    """The model whose rows are the versions of this one."""
    manager: Any = getattr(model, "history", None)
    if manager is None:
        raise TypeError(f"{model.__name__} has no versions")
    found: type[Any] = manager.model
    return found


def with_versions() -> list[type[Model]]:
    """Every model that has versions, in the order of their apps."""
    return [model for model in apps.get_models() if hasattr(model._meta, "simple_history_manager_attribute")]


def fields_of(model: type[Model]) -> list[Field[Any, Any]]:
    """The fields of a model that stand in its versions and are shown."""
    kept = {one.name for one in history_of(model)._meta.fields}
    hidden = described(model).hidden
    return [
        one
        for one in model._meta.concrete_fields
        if one.name in kept and one.name not in hidden and not one.primary_key
    ]


def changes(model: type[Model], old: Any, new: Any, names: Names) -> list[Change]:
    """The fields in which two versions of a row differ; all that are filled in where `old` is None, the first version."""
    found = []
    words = described(model).words
    for one in fields_of(model):
        before = getattr(old, one.attname) if old is not None else None
        after = getattr(new, one.attname)
        if before == after or (old is None and after in (None, "", [], {}, False)):
            continue
        tell = words.get(one.name)
        shown = [_told(one, value, names, tell) for value in (before, after)]
        if old is None:
            shown[0] = ""
        if shown[0] == shown[1]:
            continue
        found.append(_change(one, shown[0], shown[1], first=old is None))
    return found


def _change(one: Field[Any, Any], old: str, new: str, *, first: bool) -> Change:
    label = str(one.verbose_name)
    if not first and (len(old) > LONG or len(new) > LONG or "\n" in old + new):
        return Change(one.name, label, "", "", tuple(compare(old, new)))
    return Change(one.name, label, old or ("" if first else _("（空）")), new or _("（空）"))


def _told(one: Field[Any, Any], value: Any, names: Names, tell: Callable[[Any], str] | None) -> str:
    if tell is not None and value not in (None, ""):
        return tell(value)
    if isinstance(one, ForeignKey):
        return names.of(one.related_model, value)
    return value_words(one, value)


def value_words(one: Field[Any, Any], value: Any) -> str:
    """A value as people write it: the word of a choice, 是 or 否, a day, a number without empty decimals."""
    if value is None or value == "":
        return ""
    if one.choices:
        return str(dict(one.flatchoices).get(value, value))
    if isinstance(one, BooleanField):
        return _("是") if value else _("否")
    if isinstance(value, datetime | date):
        return when_words(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, dict | list):
        return "\n".join(_flat(value))
    return str(value)


def _flat(value: Any, name: str = "") -> Iterable[str]:
    """JSON as lines, each with the way to it."""
    if isinstance(value, dict):
        for key in sorted(value):
            yield from _flat(value[key], f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        for number, one in enumerate(value, start=1):
            yield from _flat(one, f"{name}.{number}" if name else str(number))
    else:
        words = _("、").join(str(one) for one in value) if isinstance(value, list) else str(value)
        yield f"{name}：{words}" if name else words


class Names:
    """What the rows are called that versions refer to, read in one statement per model, as far as the reader may know them."""

    def __init__(self, actor: Actor, model: type[Model], versions: Iterable[Any]) -> None:
        wanted: dict[type[Model], set[Any]] = {}
        links = [one for one in fields_of(model) if isinstance(one, ForeignKey)]
        for version in versions:
            for link in links:
                key = getattr(version, link.attname)
                if key is not None:
                    wanted.setdefault(link.related_model, set()).add(key)
        self._known: dict[tuple[type[Model], Any], str] = {}
        for related, keys in wanted.items():
            rows: Any = related._base_manager.filter(pk__in=keys)
            if related not in _OPEN and related in registered():
                rows = visible(actor, rows)
            self._known |= {(related, row.pk): str(getattr(row, "label", row)) for row in rows}

    def of(self, model: Any, key: Any) -> str:
        """The name of a row; that it is withheld or gone where there is none to tell; empty for no row at all."""
        return "" if key is None else self._known.get((model, key), _("（不公开或已删除）"))

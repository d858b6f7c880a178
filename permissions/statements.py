"""Statements that every request asks, composed once.

Django composes a queryset's SQL anew whenever it is asked. For what each page asks of everybody, in always the same words, that
costs several times the answer. Such a statement is composed once in a process, with stand-ins for what differs, and asked from
then on with what differs in their places. Nothing else may depend on who asks, or when: it would be kept for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

Composed = tuple[str, Sequence[Any]]


class Statement:
    """A statement composed once: `compose` is called with the stand-ins and gives SQL with its parameters (`selected`, `any_of`).

    A stand-in is a value of the parameter's type that equals nothing else in the statement. What is asked with has the
    stand-ins' names::

        @functools.cache
        def _seats() -> Statement:
            return Statement(lambda user: selected(Seat.objects.filter(user=user).values_list("pk")), user=-1)

        rows = _seats().ask(user=7)

    Raises `ValueError` where a stand-in is not found in the statement: what it stands for would stay in it for good.
    """

    def __init__(self, compose: Callable[..., Composed], **stand_ins: Any) -> None:
        self._sql, parameters = compose(**stand_ins)
        names = [_name_of(one, stand_ins) for one in parameters]
        if missing := stand_ins.keys() - set(names):
            raise ValueError(f"{', '.join(sorted(missing))} in no place of {self._sql}")
        self._places = list(zip(names, parameters, strict=True))

    def ask(self, **given: Any) -> list[tuple[Any, ...]]:
        """The rows the database answers with, as it gives them."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(self._sql, [given[name] if name else value for name, value in self._places])
            return cursor.fetchall()


def _name_of(parameter: object, stand_ins: Mapping[str, Any]) -> str:
    """The name of the stand-in a parameter is, empty for every other."""
    return next((name for name, one in stand_ins.items() if one == parameter), "")


def selected(rows: QuerySet[Any, Any]) -> Composed:
    """The statement for the rows of a queryset, as `values_list` of plain columns gives them."""
    sql, parameters = rows.query.get_compiler(using=DEFAULT_DB_ALIAS).as_sql()
    return sql, parameters


def any_of(questions: Iterable[QuerySet[Any]]) -> Composed:
    """The statement that answers with one row: for each of the querysets whether it has any."""
    said: list[str] = []
    parameters: list[Any] = []
    for rows in questions:
        try:
            sql, own = _whether(rows)
        except EmptyResultSet:
            said.append("FALSE")
            continue
        said.append(f"EXISTS({sql})")
        parameters += own
    return f"SELECT {', '.join(said)}", parameters


def _whether(rows: QuerySet[Any]) -> Composed:
    """The statement that finds out whether a queryset has any rows."""
    sql, parameters = rows.query.exists().get_compiler(using=DEFAULT_DB_ALIAS).as_sql()
    return sql, parameters

"""Remembered worlds: what a sequence of the cast's deeds left behind is given to the next test that begins with the same ones.

    @worlds.remembered
    def arrive(self, *but: str) -> None: ...

Driving a sitting through the real actions costs a second or two, and hundreds of tests begin with the same one. So the first
test of a process that takes a step drives it, and the rows and objects it left are remembered; who then takes *the same step
from the same state* is given them. Nothing else is ever given:

- A state has a name: the chain of remembered steps since the empty database of the test's transaction. Whoever writes anything
  by another way (PostgreSQL counts the rows written by the transaction), rolls something back that was not seen to begin, or
  takes a step that cannot be described, is in no known state, and from there on everything is driven.
- A step is the same only when the function, its object, all arguments with whatever hangs on them, the language, the settings
  and the files uploaded so far are equal value for value.
- Nothing is remembered or given where a test patches something, runs what waits for a commit by itself, or has moved the
  clock; nor of a world older than `AGE` or of another day.
- Where a test has real transactions, others may write as well. There the rows of all tables are compared with the state's
  before every step, one connection is asked, of the thread the test runs in, and only whole steps are remembered; they are
  other steps than those of tests in a transaction, which never commit.
- Objects a test already holds stay the same objects and get the values the step would have given them.

`SANGONG_DRIVE=1` drives everything. The rows are put back when somebody first asks the database, not before, so that a chain
of ten steps is one restoring. It takes a superuser (`session_replication_role`), as the embedded server's is; elsewhere all is
driven.
"""

from __future__ import annotations

import dataclasses
import functools
import io
import os
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec, TypeVar
from uuid import UUID

import pytest
from django.conf import UserSettingsHolder, settings
from django.db import connection, transaction
from django.db.models import Model
from django.db.models.base import ModelState
from django.db.models.fields.files import FieldFile
from django.utils import timezone, translation
from psycopg import sql as names
from viewflow.workflow.base import FlowMetaClass

from permissions import clock
from tests.plugins import copied, filled, is_superuser, made_by_django, uses_database

P = ParamSpec("P")
R = TypeVar("R")

#: How old a world may be, in seconds: not more than a slow machine takes to drive one and go on with it.
AGE = 300.0
#: What a test asks for that a world given to it might not go with.
STRANGERS = frozenset(
    {
        "django_db_reset_sequences",
        "django_db_serialized_rollback",
        "django_capture_on_commit_callbacks",
    }
)
_EMPTY = "empty"
_EMPTY_FOR_ALL = "empty, and what is written is committed"
_PLAIN = (int, float, str, bytes, Decimal, date, datetime, clock_time, timedelta, UUID, Enum)
# Where a test's own uploads lie is different for each, and what lies there is described by itself.
_OWN_SETTINGS = frozenset({"SETTINGS_MODULE", "_wrapped", "default_settings", "_deleted", "MEDIA_ROOT"})

Counts = dict[str, tuple[int, int, int]]


class Undescribed(Exception):
    """There is something in a step that cannot be compared by value."""


class State(NamedTuple):
    """A state of the database: its name, and all rows of every table written to since the empty one, as COPY puts them."""

    name: str
    tables: dict[str, bytes]


class World(NamedTuple):
    """What a step left: the state, what became of its objects with what it returned, and the files.

    `classes` are those met there; some are made at run time and cannot be found by name.
    """

    state: State
    objects: bytes
    classes: list[type]
    files: dict[str, bytes]


class _Description:
    """A step by value, and the objects met on the way in the order they were met."""

    def __init__(self, *parts: object) -> None:
        self.objects: list[Any] = []
        self._numbers: dict[int, int] = {}
        self._words: list[str] = []
        for part in parts:
            self._walk(part)

    def key(self) -> str:
        return sha256("\x1f".join(self._words).encode("utf-8", "surrogatepass")).hexdigest()

    def _walk(self, value: Any) -> None:
        kind = type(value)
        if isinstance(value, type):
            self._words.append(f"class {id(value)} {value.__qualname__}")
        elif value is None or isinstance(value, _PLAIN):
            self._words.append(f"{kind.__module__}.{kind.__qualname__} {value!r}")
        elif isinstance(value, FieldFile) and value._committed:
            self._words.append(f"file {value.name}")
        elif isinstance(value, frozenset):
            if not all(isinstance(one, str | int) for one in value):
                raise Undescribed(kind)
            self._words.append(f"frozenset {sorted(map(repr, value))}")
        elif isinstance(value, tuple):
            self._words.append(f"{kind.__qualname__} {len(value)}")
            for one in value:
                self._walk(one)
        elif id(value) in self._numbers:
            self._words.append(f"again {self._numbers[id(value)]}")
        else:
            self._numbers[id(value)] = len(self.objects)
            self.objects.append(value)
            self._walk_into(value, f"{kind.__module__}.{kind.__qualname__}")

    def _walk_into(self, value: Any, kind: str) -> None:
        if isinstance(value, list):
            self._words.append(f"{kind} {len(value)}")
            for one in value:
                self._walk(one)
        elif isinstance(value, dict):
            self._walk_pairs(value, kind)
        elif isinstance(value, Model | ModelState) or (
            dataclasses.is_dataclass(value) and not isinstance(value, type) and hasattr(value, "__dict__")
        ):
            self._walk_pairs(vars(value), kind)
        else:
            raise Undescribed(kind)

    def _walk_pairs(self, pairs: dict[Any, Any], kind: str) -> None:
        self._words.append(f"{kind} {len(pairs)}")
        for name, one in pairs.items():
            self._walk(name)
            self._walk(one)


def _content(value: Any) -> Any:
    """A copy of what one object holds itself, to be put back by `_fill`."""
    return list(value) if isinstance(value, list) else dict(value if isinstance(value, dict) else vars(value))


def _fill(value: Any, content: Any) -> None:
    if isinstance(value, list):
        value[:] = content
        return
    held = value if isinstance(value, dict) else vars(value)
    held.clear()
    held.update(content)


class _Pickler(pickle.Pickler):
    """Writes the objects the step began with as their number, and classes as theirs."""

    def __init__(self, file: io.BytesIO, known: list[Any]) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._known = {id(one): number for number, one in enumerate(known)}
        self.classes: list[type] = []

    def persistent_id(self, obj: object) -> tuple[str, int] | None:
        if isinstance(obj, FlowMetaClass):
            self.classes.append(obj)
            return "class", len(self.classes) - 1
        number = self._known.get(id(obj))
        return None if number is None else ("object", number)

    def reducer_override(self, obj: object) -> Any:
        # Django's own way leaves its version behind in the object, which the one driven does not have.
        if isinstance(obj, Model):
            return object.__new__, (type(obj),), dict(vars(obj)), None, None, _fill
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    def __init__(self, world: World, known: list[Any]) -> None:
        super().__init__(io.BytesIO(world.objects))
        self._known = {"object": known, "class": world.classes}

    def persistent_load(self, pid: Any) -> Any:
        kind, number = pid
        return self._known[kind][number]


class Worlds:
    """The worlds this process remembers, and where in them the test under way is."""

    def __init__(self) -> None:
        self.known: dict[str, World] = {}
        self.since = (date.min, 0.0)
        self.active = False
        #: Whether tests find the tables empty; it is looked up again after one that has committed something.
        self.clean = False
        #: For those who want to know: steps driven, steps given.
        self.driven = self.given = 0
        self._begin()

    def _begin(self) -> None:
        self.state: State | None = None
        self._counts: Counts = {}
        self._there: State | None = None
        self._asked = False
        self._depth = 0
        self.patched = self.shared = False
        self._saved: dict[str, State | None] = {}

    # A test's beginning and end

    def enter(self, *, shared: bool = False) -> None:
        """A test begins that may be given worlds: in its transaction, or (`shared`) in a database that others see as well."""
        if (timezone.localdate(), self.since[1]) != self.since or time.monotonic() - self.since[1] > AGE:
            self.forget()
        self._begin()
        self.active, self.shared, self._thread = True, shared, threading.get_ident()
        if shared:
            self.clean = False
            if not _all_rows():
                self.state = self._there = State(_EMPTY_FOR_ALL, {})
            return
        self.clean = self.clean or not _all_rows()
        self._counts = _counts()
        if self.clean and _nothing_is_written():
            self.state = self._there = State(_EMPTY, {})

    def leave(self) -> None:
        self.active = False

    def forget(self) -> None:
        """Remember nothing: the worlds are old, or the database below them is another."""
        self.known.clear()
        self.since = (timezone.localdate(), time.monotonic())

    # The database

    def watch(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Around every statement: the rows of the world given are put back before it, and it may have changed them after it."""
        if not self.active or self.shared:
            return execute(sql, params, many, context)
        self._arrive()
        said = sql if isinstance(sql, str) else ""
        if said.startswith("SAVEPOINT"):
            # Inside a step only its end is of interest, and the first statement that writes would not be noticed here.
            sure = self.state is not None and (not self._asked or (self._depth == 0 and self._unchanged()))
            self._saved[said.split()[-1]] = self.state if sure else None
            return execute(sql, params, many, context)
        if said.startswith("ROLLBACK"):
            result = execute(sql, params, many, context)
            self.state = self._there = self._saved.get(said.split()[-1])
            self._counts, self._asked = _counts(), False
            return result
        self._asked = self._asked or not said.startswith("RELEASE")
        return execute(sql, params, many, context)

    def _unchanged(self) -> bool:
        """Whether nobody has written since the state got its name."""
        if self.shared and self.state is not None:
            if _as_sets(_all_rows()) != _as_sets(self.state.tables):
                self.state = None
            return self.state is not None
        if self._asked:
            if _counts() != self._counts:
                self.state = None
                return False
            self._asked = False
        return True

    def _arrive(self) -> None:
        """Put the rows of the state given in the place of those that are there."""
        if self.state is None or self._there is self.state:
            return
        there = self._there.tables if self._there is not None else {}
        with transaction.atomic() if self.shared else nullcontext(), connection.connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in there.keys() | self.state.tables.keys():
                rows = self.state.tables.get(table, b"")
                before = there.get(table)
                if before is rows:
                    continue
                if before is not None and rows.startswith(before):
                    rows = rows[len(before) :]
                else:
                    cursor.execute(names.SQL("DELETE FROM {}").format(names.Identifier(table)))
                with cursor.copy(names.SQL("COPY {} FROM STDIN").format(names.Identifier(table))) as copy:
                    copy.write(rows)
            cursor.execute("SET LOCAL session_replication_role = origin")
        self._there, self._asked = self.state, False
        if not self.shared:
            self._counts = _counts()

    # Steps

    def step(self, function: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
        """Take a step: given, where it is known from here, else driven and remembered."""
        if not self.active or threading.get_ident() != self._thread or self.patched or clock._set.get() is not None:
            return function(*args, **kwargs)
        if connection.in_atomic_block is self.shared or (self.shared and self._depth):
            return function(*args, **kwargs)
        if self.state is None or not self._unchanged():
            return function(*args, **kwargs)
        try:
            step = _Description(
                self.state.name, f"{function.__module__}.{function.__qualname__}", _around(), args, kwargs
            )
        except Undescribed:
            return function(*args, **kwargs)
        key = step.key()
        world = self.known.get(key)
        if world is not None:
            self.given += 1
            return self._give(world, step)
        self.driven += 1
        self._depth += 1
        try:
            result = function(*args, **kwargs)
        finally:
            self._depth -= 1
        self._remember(key, step, result)
        return result

    def _give(self, world: World, step: _Description) -> Any:
        result, contents = _Unpickler(world, step.objects).load()
        for one, content in zip(step.objects, contents, strict=True):
            _fill(one, content)
        for name, content in world.files.items():
            path = Path(settings.MEDIA_ROOT) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self.state = world.state
        if self.shared:
            self._arrive()
        return result

    def _remember(self, key: str, step: _Description, result: object) -> None:
        if self.shared:
            self.state = self._there = State(key, _all_rows())
            self._keep(key, step, result)
            return
        self._arrive()
        counts = _counts()
        if self.state is None or counts != self._counts:
            before = self._there.tables if self._there is not None else {}
            written = [table for table, count in counts.items() if count != self._counts.get(table)]
            if self._there is None:
                # Something was rolled back on the way: which tables are as they were is not known.
                written = list(counts)
            self.state = self._there = State(key, before | _copies(written))
            self._counts, self._asked = counts, False
        self._keep(key, step, result)

    def _keep(self, key: str, step: _Description, result: object) -> None:
        assert self.state is not None
        stored = io.BytesIO()
        pickler = _Pickler(stored, step.objects)
        try:
            pickler.dump((result, [_content(one) for one in step.objects]))
        except (pickle.PicklingError, TypeError, AttributeError):
            self.state = self._there = None
            return
        self.known[key] = World(self.state, stored.getvalue(), pickler.classes, _files())


def _counts() -> Counts:
    """How many rows have been inserted, changed and deleted in each table, undone ones included. Within a transaction they
    only grow: what the ones before it wrote may be counted too."""
    with connection.connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return {table: (inserted, updated, deleted) for table, inserted, updated, deleted in cursor.fetchall()}


def _nothing_is_written() -> bool:
    """Whether the transaction under way has written nothing yet."""
    with connection.connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")
        return bool(cursor.fetchone() == (True,))


def _all_rows() -> dict[str, bytes]:
    """The rows of every table that has any, beside those that Django itself makes."""
    with connection.cursor() as django, connection.connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(django) if name != "django_migrations"]
        found = {table: copied(cursor, table) for table in filled(cursor, tables)}
    return {table: rows for table, rows in found.items() if rows != made_by_django.get(table)}


def _as_sets(tables: dict[str, bytes]) -> dict[str, list[bytes]]:
    """Rows without their order, which is the server's affair, of tables that have any."""
    return {table: sorted(rows.splitlines()) for table, rows in tables.items() if rows}


def _copies(tables: list[str]) -> dict[str, bytes]:
    with connection.connection.cursor() as cursor:
        return {table: copied(cursor, table) for table in tables}


def _files() -> dict[str, bytes]:
    root = Path(settings.MEDIA_ROOT)
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def _around() -> tuple[Any, ...]:
    """What a step goes by besides its arguments: language, time zone, settings that are not the project's, files."""
    changed: list[tuple[str, str]] = []
    layer = settings._wrapped
    while isinstance(layer, UserSettingsHolder):
        changed += [(name, repr(value)) for name, value in sorted(vars(layer).items()) if name not in _OWN_SETTINGS]
        layer = layer.default_settings
    return translation.get_language(), timezone.get_current_timezone_name(), tuple(changed), tuple(_files().items())


worlds = Worlds()


def remembered(function: Callable[P, R]) -> Callable[P, R]:
    """A step that is driven once in a process and given afterwards, as this module says."""

    @functools.wraps(function)
    def step(*args: P.args, **kwargs: P.kwargs) -> R:
        return worlds.step(function, args, kwargs)

    return step


@pytest.fixture(scope="session", autouse=True)
def _patches_are_noticed() -> Iterator[None]:
    """Where a test replaces a part of the program, its steps may go another way from then on."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("setattr", "delattr", "setitem", "delitem", "chdir"):
            patch.setattr(pytest.MonkeyPatch, name, _noticed(getattr(pytest.MonkeyPatch, name)))
        yield


def _noticed(change: Callable[P, R]) -> Callable[P, R]:
    @functools.wraps(change)
    def changed(*args: P.args, **kwargs: P.kwargs) -> R:
        worlds.patched = True
        return change(*args, **kwargs)

    return changed


@pytest.fixture(autouse=True)
def _worlds(request: pytest.FixtureRequest) -> Iterator[None]:
    """Lets the test under way be given worlds, where it has a transaction of its own and nothing strange about it."""
    marker = request.node.get_closest_marker("django_db")
    asked = dict(marker.kwargs) if marker is not None else {}
    shared = bool(asked.pop("transaction", False) or {"transactional_db", "live_server"} & set(request.fixturenames))
    strange = STRANGERS & set(request.fixturenames) or asked or (marker is not None and marker.args)
    if not uses_database(request) or strange or "SANGONG_DRIVE" in os.environ:
        worlds.clean = False
        yield
        return
    request.getfixturevalue("transactional_db" if shared else "db")
    with connection.cursor() as cursor:
        if not is_superuser(cursor):
            yield
            return
    with connection.execute_wrapper(worlds.watch):
        worlds.enter(shared=shared)
        yield
        worlds.leave()

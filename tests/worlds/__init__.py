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

import functools
import io
import os
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec, TypeVar

import pytest
from django.conf import UserSettingsHolder, settings
from django.db import connection, transaction
from django.utils import timezone, translation
from psycopg import sql as names

from tests.plugins import is_superuser, uses_database
from tests.worlds.description import Description, Pickler, Undescribed, Unpickler, content_of, fill
from tests.worlds.rows import Counts, all_rows, as_sets, copies, counts_of_transaction, nothing_is_written
from workflows import clock

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
# Where a test's own uploads lie is different for each, and what lies there is described by itself.
_OWN_SETTINGS = frozenset({"SETTINGS_MODULE", "_wrapped", "default_settings", "_deleted", "MEDIA_ROOT"})


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
            if not all_rows():
                self.state = self._there = State(_EMPTY_FOR_ALL, {})
            return
        self.clean = self.clean or not all_rows()
        self._counts = counts_of_transaction()
        if self.clean and nothing_is_written():
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
            if self.state is not None:
                # In no known state nobody asks what has been written since.
                self._counts, self._asked = counts_of_transaction(), False
            return result
        self._asked = self._asked or not said.startswith("RELEASE")
        return execute(sql, params, many, context)

    def _unchanged(self) -> bool:
        """Whether nobody has written since the state got its name."""
        if self.shared and self.state is not None:
            if as_sets(all_rows()) != as_sets(self.state.tables):
                self.state = None
            return self.state is not None
        if self._asked:
            if counts_of_transaction() != self._counts:
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
            self._counts = counts_of_transaction()

    # Steps

    def step(self, function: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
        """Take a step: given, where it is known from here, else driven and remembered."""
        if not self.active or threading.get_ident() != self._thread or self.patched or _clock_stands():
            return function(*args, **kwargs)
        if connection.in_atomic_block is self.shared or (self.shared and self._depth):
            return function(*args, **kwargs)
        if self.state is None or not self._unchanged():
            return function(*args, **kwargs)
        try:
            step = Description(
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

    def _give(self, world: World, step: Description) -> Any:
        result, contents = Unpickler(world.objects, world.classes, step.objects).load()
        for one, content in zip(step.objects, contents, strict=True):
            fill(one, content)
        for name, content in world.files.items():
            path = Path(settings.MEDIA_ROOT) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self.state = world.state
        if self.shared:
            self._arrive()
        return result

    def _remember(self, key: str, step: Description, result: object) -> None:
        if self.shared:
            self.state = self._there = State(key, all_rows())
            self._keep(key, step, result)
            return
        self._arrive()
        counts = counts_of_transaction()
        if self.state is None or counts != self._counts:
            before = self._there.tables if self._there is not None else {}
            written = [table for table, count in counts.items() if count != self._counts.get(table)]
            if self._there is None:
                # Something was rolled back on the way: which tables are as they were is not known.
                written = list(counts)
            self.state = self._there = State(key, before | copies(written))
            self._counts, self._asked = counts, False
        self._keep(key, step, result)

    def _keep(self, key: str, step: Description, result: object) -> None:
        assert self.state is not None
        stored = io.BytesIO()
        pickler = Pickler(stored, step.objects)
        try:
            pickler.dump((result, [content_of(one) for one in step.objects]))
        except (pickle.PicklingError, TypeError, AttributeError):
            self.state = self._there = None
            return
        self.known[key] = World(self.state, stored.getvalue(), pickler.classes, _files())


def _clock_stands() -> bool:
    """Whether the clock has been set: then it says the same twice."""
    return clock.now() == clock.now()


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

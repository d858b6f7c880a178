"""An action is one transaction, and begins again when PostgreSQL had to end it for another's sake."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError, connection, connections

from permissions.models import AuditEvent, Body
from permissions.transactions import TRIES, action, if_undone
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_actions_that_wait_for_each_other_both_end_well(cast: Cast) -> None:
    meeting = threading.Barrier(2)
    begun: list[str] = []
    failed: list[BaseException] = []

    @action
    def take(first: Body, second: Body) -> None:
        begun.append(first.code)
        Body.objects.select_for_update().get(pk=first.pk)
        if len(begun) <= 2:
            meeting.wait(10)
        Body.objects.select_for_update().get(pk=second.pk)
        Body.objects.filter(pk=first.pk).update(order=first.order + 10)

    def run(first: Body, second: Body) -> None:
        try:
            take(first, second)
        except BaseException as error:  # noqa: BLE001  the test looks at it
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in ((cast.town, cast.zone), (cast.zone, cast.town))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []
    assert len(begun) == 3, "one of the two began again"
    assert [body.order for body in Body.objects.order_by("pk")] == [cast.town.order + 10, cast.zone.order + 10]


def test_an_action_gives_up_after_its_tries(cast: Cast) -> None:
    tries = []

    @action
    def hopeless() -> None:
        tries.append(1)
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = 'deadlock_detected'; END $$")

    with pytest.raises(OperationalError):
        hopeless()
    assert len(tries) == TRIES


def test_an_action_inside_another_leaves_repeating_to_it(cast: Cast) -> None:
    tries = {"outer": 0, "inner": 0}

    @action
    def inner() -> None:
        tries["inner"] += 1
        if tries["inner"] == 1:
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = 'deadlock_detected'; END $$")

    @action
    def outer() -> None:
        tries["outer"] += 1
        Body.objects.filter(pk=cast.town.pk).update(order=77)
        inner()

    outer()
    assert tries == {"outer": 2, "inner": 2}
    assert Body.objects.get(pk=cast.town.pk).order == 77


def test_other_errors_are_not_repeated_and_leave_nothing(cast: Cast) -> None:
    tries = []

    @action
    def wrong() -> None:
        tries.append(1)
        Body.objects.filter(pk=cast.town.pk).update(order=78)
        raise ValueError

    before = AuditEvent.objects.count()
    with pytest.raises(ValueError):
        wrong()
    assert len(tries) == 1
    assert Body.objects.get(pk=cast.town.pk).order != 78
    assert AuditEvent.objects.count() == before


def test_what_is_asked_for_should_an_action_be_undone_happens_after_it_and_only_then(cast: Cast) -> None:
    told: list[str] = []

    def tell(what: str) -> None:
        told.append(f"{what} {'inside' if connection.in_atomic_block else 'after'}")

    @action
    def inner(fails: bool) -> None:
        if_undone(lambda: tell("inner"))
        if fails:
            raise ValueError

    @action
    def outer(fails: bool, caught: bool = False) -> None:
        if_undone(lambda: tell("outer"))
        try:
            inner(fails)
        except ValueError:
            if not caught:
                raise

    outer(False)
    outer(True, caught=True)
    assert told == []
    with pytest.raises(ValueError, match=r"^$"):
        outer(True)
    assert told == ["outer after", "inner after"]
    if_undone(lambda: tell("nobody"))
    outer(False)
    assert len(told) == 2


def test_an_action_that_begins_again_asks_anew(cast: Cast) -> None:
    told: list[int] = []
    tries: list[int] = []

    @action
    def hopeless() -> None:
        tries.append(1)
        number = len(tries)
        if_undone(lambda: told.append(number))
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = 'deadlock_detected'; END $$")

    with pytest.raises(OperationalError):
        hopeless()
    assert told == [TRIES]

"""A remembered world is the one that was driven, row for row, and nobody is given one that they did not ask for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import deepcopy
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from decisions import stages
from decisions.models import Attendance, Material, MatterType, Sitting, Statement, Vote
from permissions import audit
from permissions.models import AuditEvent, User
from tests import worlds as module
from tests.cast import Cast, build
from tests.decisions.after.conftest import After
from tests.decisions.items.conftest import Hand, configure
from tests.decisions.sittings.conftest import matter_types, publish, refused
from tests.worlds import worlds
from tests.worlds.description import Description
from tests.worlds.rows import copies, tables
from workflows import clock

__all__ = ["refused"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _can_be_given() -> None:
    if not worlds.active:
        pytest.skip("everything is driven here: no superuser, or SANGONG_DRIVE")


@pytest.fixture
def room(cast: Cast) -> After:
    publish(cast)
    return After(cast, matter_types())


@contextmanager
def undone() -> Any:
    """What is done inside is rolled back, as at the end of a test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rows() -> dict[str, list[bytes]]:
    """Every row of every table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'a question, so that what was given is there'")
    return {table: sorted(content.splitlines()) for table, content in copies(tables()).items()}


def driven_by(step: Callable[[], Any]) -> tuple[Any, int, int]:
    """What a step returns, and how many steps were driven and given for it."""
    before = worlds.driven, worlds.given
    result = step()
    return result, worlds.driven - before[0], worlds.given - before[1]


def a_whole_sitting(room: After) -> tuple[Any, ...]:
    """Steps as tests take them: one in another, with arguments, objects handed from one to the next."""
    item = room.item()
    entry = room.open(item)
    room.arrive("town.congress")
    room.attend(room.seat("town.congress"))
    room.begin(entry)
    room.hear(entry)
    room.decide(entry, "f" * 9, "ffffffa")
    room.sign(item)
    room.close()
    return room, item, entry


def fresh(room: After) -> After:
    """The room as each test begins with it: with people of its own, whose objects remember nothing yet."""
    return deepcopy(room)


def test_what_is_given_equals_what_was_driven_row_for_row_and_object_for_object(room: After) -> None:
    worlds.known.clear()
    first, second = fresh(room), fresh(room)
    with undone():
        found, driven, _given = driven_by(lambda: a_whole_sitting(first))
        assert driven > 10
        driven_rows, driven_objects = rows(), Description(found)
    assert not Sitting.objects.exists()
    with undone():
        found, driven, given = driven_by(lambda: a_whole_sitting(second))
        assert (driven, given) == (0, 9)
        given_rows, given_objects = rows(), Description(found)
    assert given_rows == driven_rows
    assert given_objects.key() == driven_objects.key()
    assert len(driven_rows["decisions_vote"]) == len(driven_rows["decisions_statement"]) == 16


def test_a_given_world_is_one_in_which_the_work_goes_on(room: After) -> None:
    for _turn in range(2):
        with undone():
            again = fresh(room)
            item = again.signed()
            assert again.nodes(item) == {"execute"}
            again.handed_over(item)
            assert list(audit.verify()) == []
            connection.check_constraints()


def test_what_is_kept_for_good_is_kept_in_a_given_world(room: After) -> None:
    for _turn in range(2):
        with undone():
            fresh(room).signed()
            for kept in (Vote.objects.all(), AuditEvent.objects.all()):
                with pytest.raises(DatabaseError), transaction.atomic():
                    kept._raw_delete("default")


def test_objects_held_by_a_test_stay_the_same_objects(room: After) -> None:
    with undone():
        fresh(room).open()
    again = fresh(room)
    types, kind = again.types, again.types["project"]
    entry, driven, _given = driven_by(again.open)
    assert not driven
    assert again.types is types and again.types["project"] is kind
    sitting = again.sitting
    again.arrive()
    assert again.sitting is sitting
    assert entry.sitting_id == sitting.pk


def test_another_step_or_another_argument_is_driven(room: After) -> None:
    with undone():
        first = fresh(room)
        entry = first.open()
        first.arrive()
    again = fresh(room)
    entry = again.open()
    _none, driven, given = driven_by(lambda: again.arrive("town.congress"))
    assert driven
    assert given < driven, "only those who came before the one left out"
    assert Attendance.objects.get(seat=again.seat("town.congress")).state != Attendance.State.PRESENT
    again.begin(entry)
    again.hear(entry, stance="defer")
    assert set(Statement.objects.values_list("stance", flat=True)) == {"defer"}


def test_whoever_has_written_something_by_another_way_drives(room: After) -> None:
    with undone():
        first = fresh(room)
        first.open()
        first.arrive()
    again = fresh(room)
    again.open()
    Sitting.objects.update(place="二楼小会议室")
    _none, driven, given = driven_by(again.arrive)
    assert (driven, given) == (0, 0)
    assert Sitting.objects.get().place == "二楼小会议室"
    assert Attendance.objects.filter(state="present").count() == 16


def test_whoever_has_only_looked_is_given_the_world(room: After) -> None:
    with undone():
        first = fresh(room)
        first.open()
        first.arrive()
    again = fresh(room)
    again.open()
    assert not Attendance.objects.filter(state="present").exists()
    _none, driven, given = driven_by(again.arrive)
    assert (driven, given) == (0, 1)
    assert Attendance.objects.filter(state="present").count() == 16


def test_what_was_rolled_back_is_no_part_of_the_state(room: After) -> None:
    again = fresh(room)
    entry = again.open()
    with undone():
        again.arrive()
    assert not Attendance.objects.filter(state="present").exists()
    again.arrive()
    again.begin(entry)
    with undone():
        Sitting.objects.update(place="二楼小会议室")
        again.hear(entry)
    assert not Statement.objects.exists()
    again.hear(entry)
    assert Statement.objects.count() == 16


def test_an_object_changed_in_memory_is_another_argument(room: After) -> None:
    with undone():
        fresh(room).item()
    again = fresh(room)
    again.cast.town_proposer.display_name = "改名"
    _item, driven, given = driven_by(again.item)
    assert driven and not given


def test_with_the_clock_moved_everything_is_driven(room: After) -> None:
    with undone():
        fresh(room).emergency()
    moment = timezone.now() - timedelta(days=3)
    with clock.at(moment):
        row, driven, given = driven_by(fresh(room).emergency)
    assert (driven, given) == (0, 0)
    assert row.happened_at == moment - timedelta(minutes=20)


def test_with_something_replaced_everything_is_driven(room: After, monkeypatch: pytest.MonkeyPatch) -> None:
    with undone():
        fresh(room).item()
    monkeypatch.setattr("decisions.stages.DRAFT", stages.DRAFT)
    assert driven_by(fresh(room).item)[1:] == (0, 0)


def test_another_language_or_setting_is_another_step(room: After, settings: Any) -> None:
    with undone():
        fresh(room).item()
    with undone(), translation.override("en"):
        assert driven_by(fresh(room).item)[2] == 0
    settings.ALLOWED_HOSTS = ["elsewhere"]
    assert driven_by(fresh(room).item)[2] == 0


def test_worlds_grow_old(room: After, cast: Cast) -> None:
    with undone():
        fresh(room).item()
    assert worlds.known
    worlds.since = (worlds.since[0], worlds.since[1] - module.AGE - 1)
    worlds.enter()
    assert not worlds.known
    assert worlds.state is None, "the transaction has written rows that have no name any more"
    assert driven_by(fresh(room).item)[1:] == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_where_tables_are_not_empty_nothing_is_given() -> None:
    matter_types()
    with transaction.atomic():
        worlds.clean = False
        worlds.enter()
        assert worlds.state is None
    worlds.enter(shared=True)
    assert worlds.state is None


def upload(hand: Hand) -> Material:
    return hand.upload(hand.draft(), content=b"%PDF-1.7 one")


def test_uploads_come_with_the_world(cast: Cast, settings: Any, tmp_path: Path) -> None:
    configure()
    for hand in (Hand(deepcopy(cast)), Hand(deepcopy(cast))):
        settings.MEDIA_ROOT = tmp_path / str(id(hand))
        with undone():
            row, driven, _given = driven_by(partial(upload, hand))
            with row.file.open() as stored:
                assert stored.read() == b"%PDF-1.7 one"
    assert driven == 0


def test_a_step_that_is_refused_is_not_remembered(room: After, refused: Any) -> None:
    for _turn in range(2):
        with undone():
            again = fresh(room)
            entry = again.open()
            with refused("entry_waiting"):
                again.ballots(entry)
            again.arrive()
            assert Attendance.objects.filter(state="present").count() == 16


def a_town_and_a_sitting() -> tuple[Any, ...]:
    cast = build()
    publish(cast)
    return a_whole_sitting(After(cast, matter_types()))


def elsewhere(query: Callable[[], Any]) -> Any:
    """What a thread with a connection of its own finds, or does."""

    def ask() -> Any:
        try:
            return query()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(ask).result(timeout=60)


@pytest.mark.django_db(transaction=True)
def test_where_everything_is_committed_a_world_is_given_for_all_to_see() -> None:
    worlds.known.clear()
    found, driven, given = driven_by(a_town_and_a_sitting)
    assert (driven, given) == (12, 0)
    driven_rows, driven_objects = rows(), Description(found)
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
    assert not elsewhere(Vote.objects.exists)
    worlds.enter(shared=True)
    found, driven, given = driven_by(a_town_and_a_sitting)
    assert (driven, given) == (0, 12)
    assert elsewhere(Vote.objects.count) == 16
    assert rows() == driven_rows
    assert Description(found).key() == driven_objects.key()


@pytest.mark.django_db(transaction=True)
def test_where_everything_is_committed_whatever_another_writes_ends_it() -> None:
    matter_types()
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
    worlds.enter(shared=True)
    elsewhere(MatterType.objects.exists)
    assert driven_by(matter_types)[1:] == (0, 1)
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
    worlds.enter(shared=True)
    elsewhere(lambda: User.objects.create_user("somebody", password=None))
    assert driven_by(matter_types)[1:] == (0, 0)
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_django_made_survives_the_emptying_with_its_keys() -> None:
    before = rows()
    ContentType.objects.create(app_label="other", model="other")
    Permission.objects.filter(codename="view_user").delete()
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
    assert rows() == before
    assert before["auth_permission"]

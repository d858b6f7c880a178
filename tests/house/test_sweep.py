"""The sweep of ballot boxes in a server of its own: another test's open transaction would keep what is to go."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import Settings

from config.database import Embedded
from config.database.server import APPLICATION, DATABASE, SUPERUSER
from decisions import boxes
from permissions import database_roles

VOTES = 9


@pytest.fixture
def house(var: Path, settings: Settings) -> Iterator[BaseDatabaseWrapper]:
    """An owner's connection to a new server that has boxes and marks, with the application's rights on them."""
    server = Embedded(var)
    server.ensure()
    settings.DATABASE_ROLE = APPLICATION
    with closing(connection.copy()) as owner:
        owner.settings_dict |= {"HOST": str(server.run), "NAME": DATABASE, "USER": SUPERUSER, "PORT": ""}
        with owner.cursor() as cursor:
            cursor.execute("CREATE TABLE decisions_ballotbox (id int PRIMARY KEY, slips text)")
            cursor.execute("CREATE TABLE decisions_votermark (id int PRIMARY KEY, seat_id int)")
        database_roles.give(owner)
        yield owner


def states(owner: BaseDatabaseWrapper) -> list[int]:
    """How often each slip stands in the file of the boxes."""
    with owner.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_read_binary_file(pg_relation_filepath('decisions_ballotbox'))")
        content = bytes(cursor.fetchone()[0])
    return [content.count(f"slip-{number};".encode()) for number in range(VOTES)]


@pytest.mark.django_db(transaction=True)
def test_the_sweep_leaves_each_slip_once_as_the_application_and_says_what_it_had_to_leave(
    house: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(house.copy()) as application:
        application.settings_dict["USER"] = APPLICATION
        monkeypatch.setattr(boxes, "connection", application)
        with application.cursor() as cursor:
            cursor.execute("INSERT INTO decisions_ballotbox VALUES (1, '')")
            for number in range(VOTES):
                cursor.execute("UPDATE decisions_ballotbox SET slips = slips || %s", [f"slip-{number};"])
        assert states(house)[0] == VOTES, "PostgreSQL keeps each state of the box"
        with psycopg.connect(host=house.settings_dict["HOST"], dbname=DATABASE, user=SUPERUSER) as reader:
            reader.execute("SELECT pg_current_xact_id()")
            with application.cursor() as cursor:
                cursor.execute("UPDATE decisions_ballotbox SET slips = slips || 'late'")
            with pytest.raises(boxes.StillVisible):
                boxes.boxes_sweep()
            assert set(states(house)) == {2}, "the box as that transaction may see it, and as it is"
        boxes.boxes_sweep()
        assert set(states(house)) == {1}
        with house.cursor() as cursor:
            cursor.execute(f"REVOKE MAINTAIN ON decisions_ballotbox FROM {APPLICATION}")
        with pytest.raises(PermissionError, match="decisions_ballotbox was not swept"):
            boxes.boxes_sweep()

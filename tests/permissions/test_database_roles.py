"""Two roles of the database: what the application's own role cannot do, whatever statement reaches it (N4, N11)."""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from django.conf import settings as configured
from django.db import ProgrammingError, connection, transaction
from psycopg.errors import InsufficientPrivilege
from pytest_django import Settings

from permissions import audit, checks, database_roles
from permissions.audit import checkpoints
from permissions.models import AuditEvent

pytestmark = pytest.mark.skipif(not configured.DATABASE_ROLE, reason="this database has one role only")

NEVER = [
    "UPDATE permissions_auditevent SET verb = 'x'",
    "DELETE FROM permissions_auditevent",
    "TRUNCATE permissions_auditevent CASCADE",
    "UPDATE permissions_auditevent_2026 SET verb = 'x'",
    "DELETE FROM permissions_auditevent_other",
    "TRUNCATE permissions_auditevent_2026",
    "ALTER TABLE permissions_auditevent DETACH PARTITION permissions_auditevent_2026",
    "DROP TABLE permissions_auditevent_2026",
    "DELETE FROM permissions_audithead",
    "TRUNCATE permissions_audithead",
    "UPDATE permissions_checkpoint SET root = 'x'",
    "DELETE FROM permissions_checkpointhead",
    "DELETE FROM permissions_anchor",
    "DELETE FROM decisions_vote",
    "UPDATE decisions_statement SET id = 1",
    "TRUNCATE decisions_vote CASCADE",
    "TRUNCATE permissions_user CASCADE",
    "ALTER TABLE permissions_auditevent DISABLE TRIGGER ALL",
    "ALTER TABLE decisions_vote DISABLE TRIGGER USER",
    "DROP TRIGGER permissions_auditevent_append_only ON permissions_auditevent",
    "CREATE TRIGGER mine BEFORE INSERT ON permissions_auditevent EXECUTE FUNCTION permissions_append_only()",
    "CREATE OR REPLACE FUNCTION permissions_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "DROP FUNCTION permissions_append_only() CASCADE",
    "ALTER TABLE permissions_user ADD COLUMN mine int",
    "CREATE TABLE mine (id int)",
    "CREATE TEMPORARY TABLE permissions_auditevent (id int)",
    "CREATE RULE mine AS ON INSERT TO permissions_auditevent DO INSTEAD NOTHING",
    "CREATE SCHEMA mine",
    "CREATE EXTENSION dblink",
    "COPY permissions_user TO PROGRAM 'true'",
    "SET session_replication_role = replica",
    "ALTER SYSTEM SET fsync = off",
    "UPDATE django_migrations SET name = 'x'",
    "DELETE FROM django_migrations",
    "CREATE ROLE mine SUPERUSER",
]


@pytest.fixture(scope="module")
def application(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """The test database, as the application's role sees it."""
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"], dbname=settings["NAME"], user=configured.DATABASE_ROLE, autocommit=True
    ) as mine:
        yield mine


@pytest.mark.parametrize("statement", NEVER)
def test_n11_the_applications_role_has_no_right_to(application: psycopg.Connection, statement: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        application.execute(statement)


def test_it_cannot_become_the_owner(application: psycopg.Connection) -> None:
    with pytest.raises(InsufficientPrivilege):
        application.execute(f"SET ROLE {connection.settings_dict['USER']}")
    facts = application.execute(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert facts == (False,) * 5
    assert application.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole").fetchone() == (
        0,
    )


def test_wherever_a_trigger_refuses_every_change_the_right_to_it_is_not_given(application: psycopg.Connection) -> None:
    found = application.execute(
        "SELECT c.oid::regclass::text, t.tgtype & 16 <> 0, t.tgtype & 8 <> 0,"
        " has_table_privilege(c.oid, 'UPDATE'), has_table_privilege(c.oid, 'DELETE'), has_table_privilege(c.oid, 'TRUNCATE')"
        " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND t.tgtype & 3 = 2"
    ).fetchall()
    assert len(found) > 60
    assert [row for row in found if (row[1] and row[3]) or (row[2] and row[4]) or row[5]] == []


def test_it_writes_the_log_makes_checkpoints_and_years(db: None, settings: Settings, tmp_path: object) -> None:
    settings.RECORD = tmp_path
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {configured.DATABASE_ROLE}")
        audit.record(subject="item:1", actor=None, verb="item_new", at=datetime(2026, 9, 8, tzinfo=UTC))
        assert checkpoints.make() is not None
        assert checkpoints.prove().faults == []
        assert audit.make_years(2050, 2050) == {2050: "made"}
        audit.record(subject="item:1", actor=None, verb="item_edit", at=datetime(2050, 9, 8, tzinfo=UTC))
        assert list(audit.verify()) == []
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            AuditEvent.objects.update(verb="x")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute("DELETE FROM permissions_auditevent_2050")


def test_a_migration_works_as_the_owner_and_leaves_the_connection_as_it_was(settings: Settings) -> None:
    asked = connection.settings_dict
    before = dict(asked)
    settings.DATABASE_OWNER = {"USER": "owner", "PASSWORD": "", "NAME": "another"}
    with database_roles.as_owner(connection):
        assert asked["USER"] == "owner"
        assert asked["NAME"] == before["NAME"]
    assert asked == before


def test_rights_that_were_taken_or_given_by_hand_are_set_right_again(db: None) -> None:
    role = configured.DATABASE_ROLE
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT DELETE ON permissions_audithead TO {role}")
        cursor.execute(f"REVOKE ALL ON permissions_user FROM {role}")
        database_roles.give(connection)
        cursor.execute(
            "SELECT has_table_privilege(%s, 'permissions_audithead', 'DELETE'), has_table_privilege(%s, 'permissions_user', 'UPDATE')",
            [role, role],
        )
        assert cursor.fetchone() == (False, True)


@pytest.mark.parametrize(("role", "warned"), [("sangong", []), ("", ["permissions.W001"])])
def test_one_role_for_everything_is_warned_of(settings: Settings, role: str, warned: list[str]) -> None:
    settings.DATABASE_ROLE = role
    assert [message.id for message in checks.two_roles(None)] == warned

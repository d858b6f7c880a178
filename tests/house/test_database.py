"""The embedded PostgreSQL: starts once, is found by everybody, survives being killed, and opens nothing to others."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured

from config import database
from config.database import DatabaseUnavailable, Embedded
from config.database.machine import is_postgres
from config.env import Env

pytestmark = pytest.mark.timeout(180)


def connect(server: Embedded) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(host=str(server.run), user="postgres", dbname="sangong", autocommit=True)


def server_pid(server: Embedded) -> int:
    return int((server.data / "postmaster.pid").read_text().splitlines()[0])


def kill(server: Embedded) -> int:
    """Kill the server outright, as a power cut would, and wait until it is gone; its pid file stays."""
    pid = server_pid(server)
    os.kill(pid, signal.SIGKILL)
    while server.is_running():  # its sessions hold the socket for a moment longer
        time.sleep(0.01)
    return pid


def test_a_server_starts_from_nothing_and_is_found_again(var: Path) -> None:
    server = Embedded(var)
    assert not server.is_running()
    server.ensure()
    first = server_pid(server)
    with connect(server) as connection:
        assert connection.execute("SELECT current_database(), current_setting('server_encoding')").fetchone() == (
            "sangong",
            "UTF8",
        )
    assert Embedded(var).ensure() == server.run
    assert server_pid(server) == first


def test_many_starters_at_once_start_one_server(var: Path) -> None:
    environment = {**os.environ, "SANGONG_VAR": str(var)}
    starters = [
        subprocess.Popen(
            [sys.executable, "-m", "config.database", "start"],
            cwd=database.BASE_DIR,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    answers = [starter.communicate(timeout=120) for starter in starters]
    assert [starter.returncode for starter in starters] == [0, 0, 0, 0], answers
    server = Embedded(var)
    assert {out.strip() for out, _ in answers} == {str(server.run)}
    log = (server.log / "postgres.log").read_text()
    assert log.count("database system is ready to accept connections") == 1


def test_a_killed_server_is_started_again_with_what_was_committed(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Elsewhere the tests' commits do not wait for the disk.
    monkeypatch.delenv("PGOPTIONS", raising=False)
    server = Embedded(var)
    server.ensure()
    with connect(server) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    killed = kill(server)
    assert not server.is_running()
    server.ensure()
    assert server_pid(server) != killed
    with connect(server) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="only /proc tells whose process a number is")
def test_a_stale_pid_that_now_belongs_to_another_process_does_not_stop_the_start(var: Path) -> None:
    server = Embedded(var)
    server.ensure()
    server.stop()
    owner = server._owner
    identity: dict[str, Any] = {"user": owner.pw_uid, "group": owner.pw_gid} if os.geteuid() == 0 else {}
    with subprocess.Popen(["sleep", "60"], **identity) as stranger:
        try:
            lines = [str(stranger.pid), str(server.data), str(int(time.time())), "5432", str(server.run), "", "1 1"]
            pid_file = server.data / "postmaster.pid"
            pid_file.write_text("\n".join([*lines, "ready   "]) + "\n")
            assert not server.is_running()
            server.ensure()
            assert server.is_running()
            assert server_pid(server) != stranger.pid
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_a_start_killed_half_way_begins_anew(var: Path) -> None:
    server = Embedded(var)
    server._make_folders()
    (server.place / "data.new" / "base").mkdir(parents=True)
    server.ensure()
    assert server.is_running()


def test_stopping_ends_open_sessions_and_stopping_again_is_no_error(var: Path) -> None:
    server = Embedded(var)
    server.ensure()
    session = connect(server)
    assert server.stop() is True
    assert not server.is_running()
    assert server.stop() is False
    with pytest.raises(psycopg.OperationalError):
        session.execute("SELECT 1")
    session.close()


def test_a_server_that_does_not_answer_is_stopped_all_the_same(var: Path) -> None:
    server = Embedded(var)
    server.ensure()
    pid = server_pid(server)
    (server.run / ".s.PGSQL.5432").unlink()
    assert not server.is_running()
    assert server.stop() is True
    assert not is_postgres(str(pid), server.data)
    assert server.stop() is False


def test_nobody_else_can_enter_the_data_or_the_socket_and_no_port_is_open(var: Path) -> None:
    server = Embedded(var)
    server.ensure()
    for folder in (server.place, server.data, server.run, server.log):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder
    with connect(server) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_as_root_the_permissions_of_existing_folders_stay_as_they_are(var: Path) -> None:
    closed = var / "closed"
    closed.mkdir(mode=0o700)
    server = Embedded(closed / "data")
    try:
        server.ensure()
        assert server.place.is_relative_to("/var/lib")
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert server.data.stat().st_uid != 0
    finally:
        server.stop()
        subprocess.run(["rm", "-r", str(server.place.parent)], check=True)


@pytest.mark.parametrize("name", ["three o'clock $HOME", 'a "quoted", listed name'])
def test_a_folder_may_have_any_name(var: Path, name: str) -> None:
    server = Embedded(var / name)
    server.ensure()
    try:
        with connect(server) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        server.stop()


def test_a_path_too_long_for_a_socket_still_works(var: Path) -> None:
    server = Embedded(var / ("很长的路径" * 8))
    server.ensure()
    try:
        assert server.run.parent == Path("/tmp")
        with connect(server) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        server.stop()
        server.run.rmdir()


def test_a_link_in_the_way_is_refused_and_what_it_points_to_left_alone(var: Path) -> None:
    server = Embedded(var)
    target = var / "target"
    target.mkdir(mode=0o755)
    server.place.mkdir()
    server.run.symlink_to(target)
    with pytest.raises(DatabaseUnavailable, match="SANGONG_VAR"):
        server.ensure()
    assert stat.S_IMODE(target.stat().st_mode) == 0o755
    server.run.unlink()


def test_setting_aside_keeps_the_old_database_under_another_name(var: Path) -> None:
    server = Embedded(var)
    server.ensure()
    with connect(server) as connection:
        connection.execute("CREATE TABLE old (n int)")
    server.set_aside()
    server.set_aside()
    with connect(server) as connection:
        assert connection.execute("SELECT to_regclass('old')").fetchone() == (None,)
        names = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
    assert {"sangong", "sangong_before_fresh"} <= names


def test_without_the_wheel_the_message_says_what_to_do(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(DatabaseUnavailable, match="DATABASE_URL="):
        Embedded(var).ensure()


def test_a_full_disk_is_called_a_full_disk(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = var / "programs"
    programs.mkdir(mode=0o755)
    full = programs / "initdb"
    full.write_text("#!/bin/sh\necho 'initdb: error: could not write file: No space left on device'\nexit 1\n")
    full.chmod(0o755)
    monkeypatch.setattr(Embedded, "programs", programs)
    with pytest.raises(DatabaseUnavailable, match="磁盘已满"):
        Embedded(var).ensure()
    assert not (var / "postgres" / "data").exists()


def test_a_server_that_cannot_start_says_why(var: Path) -> None:
    server = Embedded(var)
    server.ensure()
    server.stop()
    (server.data / "postgresql.conf").write_text("shared_buffers = many\n")
    with pytest.raises(DatabaseUnavailable, match="shared_buffers"):
        server.ensure()


def test_a_folder_that_cannot_be_written_is_named() -> None:
    with pytest.raises(DatabaseUnavailable, match="/proc/nowhere"):
        Embedded(Path("/proc/nowhere")).ensure()


def test_database_url_is_read_with_its_escapes_and_options() -> None:
    settings = database.configuration(
        Env({"DATABASE_URL": "postgresql://us%40er:p%2Fw@db.example:5433/joint?sslmode=require"})
    )
    assert settings["ENGINE"] == "django.db.backends.postgresql"
    expected = {"NAME": "joint", "USER": "us@er", "PASSWORD": "p/w", "HOST": "db.example", "PORT": "5433"}
    assert expected.items() <= settings.items()
    assert settings["OPTIONS"]["sslmode"] == "require"


@pytest.mark.parametrize(
    "url",
    ["sqlite:///x", "mysql://u:hunter2@h/x", "postgresql://u:hunter2@h/", "postgres://u:hunter2@h:x/d", "postgresql"],
)
def test_an_odd_database_url_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL") as caught:
        database.configuration(Env({"DATABASE_URL": url}))
    assert "hunter2" not in str(caught.value)


BOTH = {"DATABASE_URL": "postgresql://app:a@h/d", "SANGONG_OWNER_URL": "postgresql://owner:o@h:5433/d"}


def test_two_users_of_one_database_are_two_roles() -> None:
    assert database.configuration(Env(BOTH))["USER"] == "app"
    owner = {"USER": "owner", "PASSWORD": "o", "HOST": "h", "PORT": "5433"}
    assert database.roles(Env(BOTH)) == ("app", owner)
    # Tests make whole databases.
    assert database.configuration(Env(BOTH), testing=True)["USER"] == "owner"
    assert database.roles(Env(BOTH), testing=True) == ("app", {})
    assert database.roles(Env({"DATABASE_URL": "postgresql://h/d"})) == ("", {})


def test_the_embedded_server_has_an_owner_and_an_application() -> None:
    assert database.configuration(Env({}))["USER"] == "sangong"
    assert database.roles(Env({})) == ("sangong", {"USER": "postgres", "PASSWORD": ""})


@pytest.mark.parametrize(
    "wrong",
    [
        {"SANGONG_OWNER_URL": "postgresql://owner:hunter2@h/d"},
        {"DATABASE_URL": "postgresql://app@h/d", "SANGONG_OWNER_URL": "postgresql://app:hunter2@h/d"},
        {"DATABASE_URL": "postgresql://app@h/d", "SANGONG_OWNER_URL": "postgresql://owner:hunter2@h/other"},
        {"DATABASE_URL": "postgresql://app@h/d", "SANGONG_OWNER_URL": "mysql://owner:hunter2@h/d"},
    ],
)
def test_roles_that_do_not_fit_are_refused_without_repeating_a_password(wrong: dict[str, str]) -> None:
    with pytest.raises(ImproperlyConfigured, match="SANGONG_OWNER_URL") as caught:
        database.roles(Env(wrong))
    assert "hunter2" not in str(caught.value)


def test_a_pool_and_persistent_connections_exclude_each_other() -> None:
    pooled = database.configuration(Env({"SANGONG_DATABASE_POOL": "8", "DATABASE_URL": "postgresql://h/d"}))
    assert pooled["OPTIONS"]["pool"]["max_size"] == 8
    assert pooled["CONN_MAX_AGE"] == 0

"""``./scripts/up`` as a person uses it: it serves, goes on with its data, explains itself, leaves nothing running."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import psutil
import psycopg
import pytest

from config.database import BASE_DIR, Embedded
from tests.house.conftest import data_folder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(var: Path, **more: str) -> dict[str, str]:
    keep = {key: value for key, value in os.environ.items() if not key.startswith(("DJANGO_", "PYTEST_", "DATABASE_"))}
    return {**keep, "SANGONG_VAR": str(var), "SANGONG_WEB_PROCESSES": "1", "PYTHONUNBUFFERED": "1", **more}


class Up:
    """A running ``./scripts/up`` (a context: stopped at its end); its lines so far are in `said`."""

    def __init__(self, var: Path, *arguments: str, **more: str) -> None:
        self.process = subprocess.Popen(
            [BASE_DIR / "scripts" / "up", *arguments],
            env=environment(var, **{"PORT": str(free_port()), **more}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self.process.poll() is None:
            self.stop()
        assert self.process.stdout
        self.process.stdout.close()

    def wait_until_ready(self) -> str:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line)
            if match := re.fullmatch(r"ready (http://\S+)\n", line):
                return match[1]
        raise AssertionError("".join(self.said))

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> tuple[int, str]:
        rest, _ = self.process.communicate(timeout=60)
        return self.process.returncode, "".join(self.said) + rest


def get(address: str) -> tuple[int, bytes]:
    with urllib.request.urlopen(address, timeout=10) as response:
        return response.status, response.read()


def processes_of(var: Path) -> list[psutil.Process]:
    """Every living process that was started for this data folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and process.environ().get("SANGONG_VAR") == str(var):
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.fixture(scope="module")
def begun() -> Iterator[Path]:
    """A data folder after its first start, which served and left nothing running."""
    with data_folder() as var:
        with Up(var) as first:
            address = first.wait_until_ready()
            assert get(f"{address}/healthz") == (200, b"ok\n")
            assert processes_of(var)
            status, said = first.stop(signal.SIGINT)
        assert status == 0, said
        assert not Embedded(var).is_running()
        assert processes_of(var) == []
        yield var


def test_it_serves_goes_on_with_its_data_and_leaves_nothing_running(begun: Path) -> None:
    server = Embedded(begun)
    server.ensure()
    with psycopg.connect(host=str(server.run), user="postgres", dbname="sangong", autocommit=True) as connection:
        connection.execute("CREATE TABLE left_by_an_earlier_run (n int)")
    server.stop()

    with Up(begun) as second:
        address = second.wait_until_ready()
        assert get(f"{address}/healthz") == (200, b"ok\n")
        with psycopg.connect(host=str(server.run), user="postgres", dbname="sangong") as connection:
            assert connection.execute("SELECT to_regclass('left_by_an_earlier_run')").fetchone() != (None,)
        status, said = second.stop()
    assert status == 0, said
    assert not server.is_running()
    assert processes_of(begun) == []

    with Up(begun, "--fresh") as third:
        third.wait_until_ready()
        with psycopg.connect(host=str(server.run), user="postgres", dbname="sangong") as connection:
            assert connection.execute("SELECT to_regclass('left_by_an_earlier_run')").fetchone() == (None,)


def test_a_second_one_for_the_same_data_is_told_where_the_first_is(begun: Path) -> None:
    with Up(begun) as first:
        address = first.wait_until_ready()
        with Up(begun) as second:
            status, said = second.wait()
        assert status == 1
        assert address in said
        assert get(f"{address}/healthz")[0] == 200


def test_when_a_part_dies_the_rest_is_stopped_and_the_part_is_named(begun: Path) -> None:
    with Up(begun) as running:
        running.wait_until_ready()
        worker = next(p for p in processes_of(begun) if "procrastinate" in p.cmdline())
        worker.kill()
        status, said = running.wait()
    assert status == 1
    assert "worker" in said
    assert processes_of(begun) == []
    assert not Embedded(begun).is_running()


def test_when_it_is_killed_outright_its_parts_end_too(begun: Path) -> None:
    with Up(begun) as running:
        running.wait_until_ready()
        running.stop(signal.SIGKILL)

        def left() -> list[psutil.Process]:
            # The database stays, as after any command, and the next start finds it.
            return [process for process in processes_of(begun) if process.name() != "postgres"]

        deadline = time.monotonic() + 30
        while left() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert left() == []


def test_a_taken_port_is_named_with_what_to_do(var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with Up(var, PORT=str(taken.getsockname()[1])) as refused:
            status, said = refused.wait()
    assert status == 1
    assert "已被占用" in said
    assert "PORT=" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"PORT": "80000"}, "PORT"),
        ({"SANGONG_VAR": "/proc/nowhere"}, "SANGONG_VAR"),
        ({"SANGONG_HTTPS": "perhaps"}, "SANGONG_HTTPS"),
        ({"DATABASE_URL": "sqlite:///x"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}, "DATABASE_URL"),
        ({"HOST": "192.0.2.1"}, "192.0.2.1"),
    ],
)
def test_an_odd_setting_ends_in_one_clear_message(var: Path, more: dict[str, str], words: str) -> None:
    with Up(var, **more) as refused:
        status, said = refused.wait()
    assert status == 1, said
    assert words in said
    assert "Traceback" not in said


def test_without_a_network_it_says_so(tmp_path: Path) -> None:
    copy = tmp_path / "clone"
    (copy / "scripts").mkdir(parents=True)
    subprocess.run(["cp", "-r", BASE_DIR / "scripts" / "house", BASE_DIR / "scripts" / "find-python", copy / "scripts"])
    subprocess.run(["cp", BASE_DIR / "scripts" / "up", copy / "scripts"])
    (copy / "requirements.txt").write_text("a-package-nobody-has==1.0\n")
    result = subprocess.run(
        [copy / "scripts" / "up"],
        env={
            **os.environ,
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
            "PIP_RETRIES": "1",
            "PIP_NO_CACHE_DIR": "1",
        },
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    assert "no network" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_old_python_is_refused_with_what_to_install(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\ncase \"$1\" in --version) echo 'Python 3.9.2';; *) exit 1;; esac\n")
    old.chmod(0o755)
    for name in ("id", "bash", "dirname"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    result = subprocess.run(
        ["/bin/bash", BASE_DIR / "scripts" / "find-python"], env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert result.returncode == 1
    assert "Python 3.9.2" in result.stderr
    assert "apt install python3 python3-venv" in result.stderr

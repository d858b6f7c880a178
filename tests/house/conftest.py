"""Folders for data of their own, where a system user can reach them (pytest's own are closed to everybody else)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.database import Embedded


@pytest.fixture
def var() -> Iterator[Path]:
    """An empty data folder; an embedded server found in it afterwards is stopped."""
    folder = Path(tempfile.mkdtemp(prefix="sangong-test-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    server = Embedded(folder)
    if server.is_running():
        server.stop()
    shutil.rmtree(folder)
    if server.place.parent != folder:
        shutil.rmtree(server.place.parent, ignore_errors=True)

"""Folders for data of their own, where a system user can reach them (pytest's own are closed to everybody else)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.database import Embedded


@contextmanager
def data_folder() -> Iterator[Path]:
    """An empty data folder; an embedded server found in it afterwards is stopped."""
    folder = Path(tempfile.mkdtemp(prefix="sangong-test-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        server = Embedded(folder)
        if server.is_running():
            server.stop()
        shutil.rmtree(folder)
        if server.place.parent != folder:
            shutil.rmtree(server.place.parent, ignore_errors=True)


@pytest.fixture
def var() -> Iterator[Path]:
    """An empty data folder of the test's own."""
    with data_folder() as folder:
        yield folder

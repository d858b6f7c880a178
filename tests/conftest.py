"""What every test has: fast passwords, no upload left behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

# The standing cast (`cast`, `client_of`, …), and cleaning up past the append-only tables.
pytest_plugins = ["tests.cast", "tests.plugins"]


@pytest.fixture(autouse=True)
def _test_settings(settings: Settings, tmp_path: Path) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "uploads"

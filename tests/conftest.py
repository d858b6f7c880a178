"""What every test has: fast passwords, no upload left behind, and no browser tests where there is no browser."""

from __future__ import annotations

import gc
import os
import shutil
from pathlib import Path

import hypothesis
import pytest
from django.utils import translation
from pytest_django.fixtures import Settings

# A deadline per example measures the machine, not the code. Where every change is checked, each run draws fewer examples, and
# other ones than the run before.
hypothesis.settings.register_profile("sangong", deadline=None, max_examples=60 if "CI" in os.environ else 100)
hypothesis.settings.load_profile("sangong")

pytest_plugins = ["tests.plugins", "tests.worlds", "tests.cast", "tests.browsers", "tests.hygiene"]

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(autouse=True)
def _test_settings(settings: Settings, tmp_path: Path) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Tests go faster than people; those of the limits set some.
    settings.LIMITS = {}
    settings.MEDIA_ROOT = tmp_path / "uploads"
    # A request leaves its reader's language behind in the thread, and tests come in any order.
    translation.activate(settings.LANGUAGE_CODE)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The longest first, whatever the order of the rest: a process left alone with one of them at the end helps nobody.
    items.sort(key=lambda item: not (item.get_closest_marker("slow") or item.get_closest_marker("browser")))
    if any(map(shutil.which, BROWSERS)):
        return
    without = pytest.mark.skip(reason="no Chromium on PATH (sudo apt install chromium)")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(without)


def pytest_collection_finish(session: pytest.Session) -> None:
    # What stands after the collection stays to the end: looking through all of it for rubbish, again and again, is a
    # twentieth of a run.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)

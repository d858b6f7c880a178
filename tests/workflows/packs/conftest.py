"""Packs in a house: the shipped ones by name, and a small one of the office's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.workflows.packs.test_reading import LIBRARY, SMALL
from workflows import actions, names
from workflows.models import Pack, RecordKind
from workflows.packs import archive

Installed = Callable[..., Pack]


@pytest.fixture(autouse=True)
def fresh_words() -> None:
    """What another test's packs were called is forgotten: its house is gone."""
    names.forget()


@pytest.fixture
def installed(cast: Cast) -> Installed:
    """`installed("places", "village_visits")`: these shipped packs, switched on; the last one."""

    def install(*keys: str) -> Pack:
        found: Pack | None = None
        for key in keys:
            found = actions.pack_install(actor=cast.designer, files=archive.read_folder(LIBRARY / key))
            actions.pack_switch(actor=cast.designer, pack_id=found.pk, on=True)
        assert found is not None
        return found

    return install


@pytest.fixture
def leave(cast: Cast) -> RecordKind:
    """The kind of record of a pack of the office's own: leave requests."""
    pack = actions.pack_install(actor=cast.designer, files=SMALL)
    actions.pack_switch(actor=cast.designer, pack_id=pack.pk, on=True)
    return RecordKind.objects.get(key="leave")

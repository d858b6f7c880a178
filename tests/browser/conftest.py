"""What the tests with browsers start from: the example town with its flows, and items taken to where a test begins."""

from dataclasses import dataclass
from typing import Any

import pytest

from decisions.models import AgendaEntry, Item, MatterType
from tests.cast import Cast
from tests.decisions.items.conftest import Hand, configure
from tests.decisions.sittings.conftest import Room


@dataclass
class Scene:
    """The town, and hands that do through the actions what is not the matter of a test."""

    cast: Cast
    hand: Hand
    room: Room

    def ready(self, **changes: Any) -> Item:
        """An item that can be tabled: planned, reviewed, with every opinion its kind asks for."""
        item = self.hand.reviewed(**changes)
        kinds = {entry["kind"]: entry["name"] for entry in item.matter_type.checklist}
        if "expert" in kinds:
            return self.hand.prepared(item)
        for kind, name in kinds.items():
            if kind not in (MatterType.PLAN, MatterType.LEGALITY):
                self.hand.upload(item, kind, f"{name}.pdf")
        return item

    def open_sitting(self, item: Item, *away: str) -> AgendaEntry:
        """A sitting open on this item; everybody is there but those named."""
        entry = self.room.open(item)
        self.room.arrive(*away)
        return entry

    def voting(self, *away: str) -> AgendaEntry:
        """A sitting in which everybody present has spoken and both ballots are open."""
        entry = self.open_sitting(self.ready(), *away)
        self.room.begin(entry)
        self.room.hear(entry)
        self.room.ballots(entry)
        entry.refresh_from_db()
        return entry


@pytest.fixture
def scene(cast: Cast) -> Scene:
    configure()
    return Scene(cast, Hand(cast), Room(cast, {}))

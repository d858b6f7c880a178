"""A town with items, and one with a sitting: the fixtures of both."""

from tests.decisions.items.conftest import hand, office
from tests.decisions.sittings.conftest import matter_types, room

__all__ = ["hand", "matter_types", "office", "room"]

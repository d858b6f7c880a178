"""Rooms and hands of the two neighbours, to have items and sittings to judge."""

from tests.decisions.items.conftest import hand, office  # noqa: F401
from tests.decisions.sittings.conftest import refused, room  # noqa: F401

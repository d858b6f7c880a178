"""The office and its hand, as the tests of items know them."""

from tests.decisions.items.conftest import hand, office

__all__ = ["hand", "office"]

"""A town with one item whose plan is reviewed: the fixtures of items."""

from tests.decisions.items.conftest import hand, office

__all__ = ["hand", "office"]

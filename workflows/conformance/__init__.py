"""Whether cases went as their diagram says: what the engine did when their logs are played again, counted. Pure."""

from .fitness import BY_HAND, Conformance, measure

__all__ = ["BY_HAND", "Conformance", "measure"]

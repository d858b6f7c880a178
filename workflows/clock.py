"""The time the engine goes by: that of the whole product."""

from permissions.clock import at, now

__all__ = ["at", "now"]

"""Names that an expression gives: one, or several."""

from __future__ import annotations

from typing import Any


def one(value: Any) -> str | None:
    """A name; None for null and for the empty string."""
    return None if value is None or value == "" else str(value)


def several(value: Any) -> tuple[str, ...]:
    """A list, or one text with commas, as `candidateGroups` has it."""
    if value is None:
        return ()
    parts = value if isinstance(value, list | tuple) else str(value).split(",")
    return tuple(text for part in parts if part is not None and (text := str(part).strip()))

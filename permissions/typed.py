"""What a form or an address says, as a day or a number. Nothing odd is an error here: the caller says what it comes to."""

from datetime import date
from typing import TypeVar

from django.utils.dateparse import parse_date

Otherwise = TypeVar("Otherwise")


def day(text: str) -> date | None:
    """A day as browsers and addresses write it, `2026-09-08`; None for anything else."""
    try:
        return parse_date(text)
    except ValueError:
        # Written as a day, and none: 2026-02-30.
        return None


def whole(text: str, otherwise: Otherwise) -> int | Otherwise:
    """A whole number of at most nine digits, which every column holds; `otherwise` for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise

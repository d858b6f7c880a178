"""Decimal numbers of 34 digits (IEEE 754-2008 decimal128, DMN 1.3, 10.3.2.3.1). Nothing here ever is a binary float."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any, Final

from .errors import FeelSyntaxError, Message

# No traps: a result that is not finite is recognised and becomes null, which is cheaper than raising.
CONTEXT: Final = Context(prec=34, Emin=-6143, Emax=6144, traps=[])
MAX_INCOMING_BITS: Final = 20_500  # beyond decimal128's largest number


def finite(number: Decimal) -> Decimal | None:
    """The number, or null where a calculation left the range (overflow, 0/0 …)."""
    return number if number.is_finite() else None


def number_literal(text: str, position: int) -> Decimal:
    """A written number, rounded to 34 digits. Raises `FeelSyntaxError` where it is too large."""
    number = CONTEXT.create_decimal(text)
    if not number.is_finite():
        raise FeelSyntaxError(Message("number", {"found": text[:60]}), position)
    return number


def from_python(value: Any) -> Decimal | None:
    """An int, float or Decimal from outside. A float means what it prints (0.1 is one tenth)."""
    if isinstance(value, int):
        if value.bit_length() > MAX_INCOMING_BITS:
            return None
        return finite(CONTEXT.create_decimal(value))
    if isinstance(value, float):
        return finite(CONTEXT.create_decimal(repr(float(value))))
    return finite(CONTEXT.create_decimal(value))


def text_of(number: Decimal) -> str:
    """A number as FEEL's `string()` writes it: plain digits, without needless zeros."""
    if number == 0:
        return "0"
    plain = format(number, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain


def whole(value: Any) -> int | None:
    """A number without its fraction as an int, for positions and scales; None for anything else or absurdly large."""
    if type(value) is not Decimal or value.adjusted() > 18:
        return None
    return int(value)

"""Canonical JSON: the one spelling of what an entry says, which goes into its hash."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.duration import duration_iso_string
from django.utils.functional import Promise


def canonical(value: Any) -> str:
    """Canonical JSON text: sorted keys, no spaces, non-ASCII as it is; reading and writing it again changes nothing."""
    return dump(plain(value))


def dump(value: Any) -> str:
    """JSON's own types in that spelling, as they are: for what was read back from the database."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def plain(value: Any) -> Any:
    """The value in JSON's own types, in a form that survives PostgreSQL's jsonb unchanged.

    Decimals, floats, dates, durations and UUIDs become text; sets are sorted; characters jsonb cannot hold (NUL, lone
    surrogates) become U+FFFD. Raises `TypeError` for anything else, so that no object slips in by its repr.
    """
    match value:
        case None | bool():
            return value
        case Enum():
            return plain(value.value)
        case int():
            return int(value)
        case str():
            return clean(value)
        case Promise():
            return clean(str(value))
        case Decimal() | UUID():
            return str(value)
        case float():
            if not math.isfinite(value):
                raise TypeError("the log holds finite numbers only")
            return repr(value)
        case datetime():
            return instant(value)
        case date() | time():
            return value.isoformat()
        case timedelta():
            return duration_iso_string(value)
        case Model():
            raise TypeError(f"log a {type(value).__name__} by its key and the fields that matter")
        case Mapping():
            return {clean(str(key.value if isinstance(key, Enum) else key)): plain(item) for key, item in value.items()}
        case set() | frozenset():
            return sorted((plain(item) for item in value), key=lambda item: (type(item).__name__, canonical(item)))
        case list() | tuple():
            return [plain(item) for item in value]
    raise TypeError(f"the log cannot hold a {type(value).__name__}")


def clean(value: str) -> str:
    """Text as the database can hold it."""
    if not value.isascii():
        value = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return value.replace("\0", "\ufffd")


def instant(at: datetime) -> str:
    """An aware moment as text, in UTC with microseconds: the one spelling that goes into a hash."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")

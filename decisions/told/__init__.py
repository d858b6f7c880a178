"""The log's words, one module per part of the work; `decisions.selectors.items.story` has those of items and sittings.

A verb that an action writes has its words in one of these modules, or the log would show its bare name.
"""

from collections.abc import Callable, Mapping
from typing import Any

from decisions.told import (
    after,
    auditing,
    ballots,
    ledger,
    notice,
    packs,
    people,
    planning,
    preparation,
    record,
    rehearsal,
    releases,
    room,
    settings,
    signin,
    terms,
)
from decisions.told.shape import Data, Words

_PARTS = (
    after,
    auditing,
    ballots,
    ledger,
    notice,
    packs,
    people,
    planning,
    preparation,
    record,
    rehearsal,
    releases,
    room,
    settings,
    signin,
    terms,
)

SENTENCES: Mapping[str, Callable[[Data], Words]] = {
    verb: tell for part in _PARTS for verb, tell in part.SENTENCES.items()
}
NAMES: Mapping[str, Any] = {verb: name for part in _PARTS for verb, name in part.NAMES.items()}
DETAILS: tuple[str, ...] = tuple(prefix for part in _PARTS for prefix in part.DETAILS)
NEWS: frozenset[str] = frozenset(verb for part in _PARTS for verb in part.NEWS)


def prefixes(kind: str) -> tuple[str, ...]:
    """The beginnings of the verbs that belong to a kind of the log's filter."""
    return tuple(prefix for part in _PARTS for prefix in part.KINDS.get(kind, ()))

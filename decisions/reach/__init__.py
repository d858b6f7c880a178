"""Which address is open to whom: one line per address, held to the house by walking all of it with everybody.

    ADDRESSES = {"item_confirm": ("secretary", "secretary"), …}

The first word or words say who may open the page, the second who may send its form, each at a moment when the act is possible at
all. Words are names of columns (``town.secretary``), of groups of them (``secretary`` for those of both bodies) or either with a
minus before it, which takes them out again; nothing at all is nobody. `docs/permissions.md` is written from here by
``manage.py permissions_page``; what an address shows, and of whose, the policies say beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Column:
    """One of those who try every address: `who` they are, the example's account they use (empty: none), and a short heading."""

    short: str
    who: str
    username: str = ""


COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        "visitor": Column("V", "a visitor who is not signed in"),
        "account": Column("–", "an account without a role"),
        "town.proposer": Column("Pt", "proposer for the town", "town.office"),
        "zone.proposer": Column("Pz", "proposer for the zone", "zone.office"),
        "town.secretary": Column("St", "secretary of the town's committee", "town.secretary"),
        "zone.secretary": Column("Sz", "secretary of the zone's group", "zone.secretary"),
        "town.member": Column("Mt", "member of the town's committee, whose seat it is", "town.congress"),
        "zone.member": Column("Mz", "member of the zone's group", "zone.finance"),
        "town.chair": Column("Ct", "chair of the town's committee", "town.chair"),
        "zone.chair": Column("Cz", "chair of the zone's group", "zone.chair"),
        "observer": Column("O", "in attendance without a vote", "observer"),
        "legal": Column("L", "legal adviser", "legal"),
        "auditor": Column("A", "audit administrator", "auditor"),
        "designer": Column("D", "flow designer", "designer"),
        "admin": Column("Y", "system administrator", "admin"),
        "security": Column("X", "security administrator", "security"),
    }
)
"""Everybody who walks, in the order of the page."""

_SIDES = {role: frozenset({f"town.{role}", f"zone.{role}"}) for role in ("proposer", "secretary", "member", "chair")}
_BUSINESS = frozenset().union(*_SIDES.values()) | {"observer", "legal"}
PARTS = ("house", "items", "sittings", "after", "rules", "flows", "design", "packs")
"""The modules of this package with lines for addresses, in the order of the page."""
WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        **{name: frozenset({name}) for name in COLUMNS},
        **_SIDES,
        "everybody": frozenset(COLUMNS),
        "signed_in": frozenset(COLUMNS) - {"visitor"},
        "seated": _SIDES["secretary"] | _SIDES["member"] | _SIDES["chair"] | {"observer"},
        "business": _BUSINESS,
        "readers": _BUSINESS | {"auditor"},
        "desk": _SIDES["secretary"] | _SIDES["chair"],
        "administrators": frozenset({"admin", "security", "auditor"}),
    }
)
"""Word → the columns it stands for."""


def who(words: str) -> frozenset[str]:
    """The columns these words name. Raises `KeyError` for a word nobody knows."""
    found: set[str] = set()
    for word in words.split():
        if word.startswith("-"):
            found -= WORDS[word[1:]]
        else:
            found |= WORDS[word]
    return frozenset(found)


def sections() -> dict[str, Mapping[str, tuple[str, str]]]:
    """Title of each part of the page → its addresses by name, as the modules of this package have them."""
    found: dict[str, Mapping[str, tuple[str, str]]] = {}
    for name in PARTS:
        part = import_module(f"{__name__}.{name}")
        found[part.TITLE] = part.ADDRESSES
    return found


def addresses() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Name of each address → who may open it, who may send its form. Raises `ValueError` where two parts name the same."""
    found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for part in sections().values():
        for name, (opens, sends) in part.items():
            if name in found:
                raise ValueError(f"{name} stands twice")
            found[name] = (who(opens), who(sends))
    return found


def in_words(columns: frozenset[str]) -> str:
    """The shortest words found for these columns: what a line for a new address would say."""
    left, said = set(columns), []
    groups = sorted(WORDS.items(), key=lambda one: (-len(one[1]), one[0]))
    for word, group in groups:
        if group <= columns and group & left:
            said.append(word)
            left -= group
    lacking = [(word, group - columns) for word, group in groups if columns <= group and len(group - columns) <= 2]
    if lacking and len(said) > 1 + len(lacking[-1][1]):
        word, without = lacking[-1]
        return " ".join([word, *(f"-{one}" for one in COLUMNS if one in without)])
    return " ".join(said)

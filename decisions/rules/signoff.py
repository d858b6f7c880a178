"""Sign-off of joint minutes: checked by the other side (R32), both signatures over the same document hash, any edit voids
all of it (R45)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from decisions.rules.roster import Roster


@dataclass(frozen=True, slots=True)
class Signature:
    """One body's signature under the document its chair saw; a ``voided`` one stays on record and counts for nothing."""

    body: str
    document_hash: str
    voided: bool = False


def document_hash(text: str, counts: Mapping[str, Any]) -> str:
    """SHA-256 (64 hex digits) over the canonical JSON of the minutes' text and both bodies' counts.

    Canonical: keys sorted, no spaces, UTF-8. Line ends are made ``\\n`` first, because browsers post ``\\r\\n``.
    """
    body = {"counts": counts, "text": text.replace("\r\n", "\n").replace("\r", "\n")}
    return hashlib.sha256(
        json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


def signed_by(bodies: Collection[str], signatures: Iterable[Signature], current_hash: str) -> frozenset[str]:
    """The bodies whose chair has validly signed the document as it stands now."""
    return frozenset(
        s.body for s in signatures if s.body in bodies and not s.voided and s.document_hash == current_hash
    )


def complete(bodies: Collection[str], signatures: Iterable[Signature], current_hash: str) -> bool:
    """Whether every body has signed the same, current document."""
    return bool(bodies) and signed_by(bodies, signatures, current_hash) == frozenset(bodies)


def stands_in(body: str, presided: int | None, roster: Roster) -> int | None:
    """The seat that signs for ``body`` where whoever chairs it stands recused from the item: counted as absent for it (R24),
    they have read nothing of it and sign nothing of it, and the body's record still needs its signature (R32, R45).

    It is the seat that presided over the entry (``presided``, an id), where it is of this body: it led what is signed. Failing
    that the first of the body, in the roster's order, that took part. None where nobody of the body did.
    """
    here = [seat.id for seat in roster.present(body)]
    return presided if presided in here else next(iter(here), None)


def checkers(bodies: Sequence[str], drafter: Collection[str]) -> tuple[str, ...]:
    """The bodies one of whose secretaries may check a draft (R32): those its drafter does not act for.

    ``drafter`` holds the codes of the bodies the drafter acts for. Whoever acts for all of them leaves no other side; then
    any body's secretary may check, but never the drafter, which the caller sees to.
    """
    others = tuple(code for code in bodies if code not in drafter)
    return others or tuple(bodies)

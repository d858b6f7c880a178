"""What the gathering of facts shares."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from decisions.rules.ledger import Name, Waiver
from permissions.models import Body, User


def local(at: datetime | None) -> datetime | None:
    """A moment on the clock of the office."""
    return timezone.localtime(at) if at is not None else None


def stamp(at: datetime | None) -> str:
    """A moment as text, empty without one."""
    return timezone.localtime(at).isoformat() if at is not None else ""


def body_name(body: Body) -> Name:
    """What a body is called, in both languages."""
    return Name(body.name, body.name_en)


def waiver(user: User | None, reason: str, authority: str, at: datetime | None) -> Waiver:
    """Who let something pass; Chinese for the record, as it was said."""
    return Waiver(user.display_name if user is not None else "", reason, authority, stamp(at))

"""How long things are kept (N1: logs for at least six months). What people did, decided and handed in is kept for ever: nothing in this
program removes it, and triggers of the database refuse to. Here are the technical logs, which may go in the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

TECHNICAL_LOGS = timedelta(days=184)
"""No six months have more days."""
ROTATED_BYTES = 10 * 1024 * 1024


def rotate(log: Path, now: datetime | None = None) -> None:
    """Put a log that has grown large aside under the moment it ended, and remove those whose time is over.

    Before a program opens it: one that has it open would go on writing into what was put aside.
    """
    now = now or datetime.now(tz=UTC)
    if log.exists() and log.stat().st_size > ROTATED_BYTES:
        log.rename(log.with_name(f"{log.stem}.{now:%Y%m%dT%H%M%S%f}.log"))
    for older in log.parent.glob(f"{log.stem}.*.log"):
        if datetime.fromtimestamp(older.stat().st_mtime, tz=UTC) < now - TECHNICAL_LOGS:
            older.unlink()

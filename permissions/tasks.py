"""What the worker does for the record, at its hours. Each of it may be done twice or late without harm."""

from __future__ import annotations

import structlog
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from permissions import audit
from permissions.actions import roles_mirror
from permissions.audit import anchors, checkpoints
from permissions.sign_in.sessions import SessionStore

log = structlog.get_logger(__name__)
# An authority that does not answer is asked again, for about a day; the next hour asks for its own checkpoint anyway.
AGAIN = RetryStrategy(max_attempts=7, exponential_wait=6)


@app.periodic(cron="7 * * * *")
@app.task(name="permissions.checkpoint", queueing_lock="permissions.checkpoint")
def checkpoint(timestamp: int) -> int | None:
    """Each hour: sign what the log is now, where anything was written; the checkpoint's number."""
    row = checkpoints.make()
    if row is None:
        return None
    if anchors.wanted():
        anchor.defer(number=row.number)
    return row.number


@app.task(name="permissions.anchor", retry=AGAIN)
def anchor(number: int) -> None:
    """Have one checkpoint stamped by the authority."""
    row = checkpoints.numbered(number)
    if row is not None and anchors.wanted() and not row.anchors.exists():
        anchors.anchor(row)


@app.periodic(cron="23 3 * * *")
@app.task(name="permissions.log_years", queueing_lock="permissions.log_years")
def log_years(timestamp: int) -> dict[int, str]:
    """Each night: see that the log has a part for this year and those to come."""
    years = audit.make_years()
    for year, state in years.items():
        if state == "occupied":
            log.warning("entries of this year came before its part of the log", year=year)
    return years


@app.periodic(cron="41 3 * * *")
@app.task(name="permissions.sessions", queueing_lock="permissions.sessions")
def clear_sessions(timestamp: int) -> None:
    """Each night: rows of sessions that have ended go."""
    SessionStore.clear_expired()


@app.periodic(cron="3 0 * * *")
@app.task(name="permissions.mirror_roles", queueing_lock="permissions.mirror_roles")
def mirror_roles(timestamp: int) -> int:
    """Each night: bring group membership into line with the terms of roles; how many memberships it changed. Nothing that decides
    waits for it."""
    return roles_mirror()

"""What auditors read and take away is in the log like everybody's deeds (N4): in the chain of their own account."""

from collections.abc import Mapping

from permissions import audit
from permissions.models import AuditEvent, User
from permissions.policies import require
from permissions.transactions import action
from workflows import clock

#: Of one value that was asked for, no more than this is kept.
LONGEST = 200


@action
def page_read(*, actor: User, page: str, target: str = "", asked: Mapping[str, str] | None = None) -> AuditEvent:
    """Keep that an auditor has opened a page: its name, what it is about (the name of a chain) and what was asked for."""
    return _kept(actor, "page_read", target, {"page": page, "asked": _short(asked or {})})


@action
def log_export(*, actor: User, form: str, asked: Mapping[str, str]) -> AuditEvent:
    """Keep that an auditor takes entries of the log away, in which form and found by what. Raises `Denied`."""
    require(actor, "log_export", AuditEvent)
    return _kept(actor, "log_export", asked.get("subject", ""), {"form": form, "asked": _short(asked)})


def _kept(actor: User, verb: str, target: str, data: Mapping[str, object]) -> AuditEvent:
    return audit.record(
        subject=f"user:{actor.pk}", actor=actor, verb=verb, target=target[:100], data=data, at=clock.now()
    )


def _short(asked: Mapping[str, str]) -> dict[str, str]:
    return {name[:40]: value[:LONGEST] for name, value in asked.items() if value}

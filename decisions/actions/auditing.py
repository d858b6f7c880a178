"""What auditors read and take away is in the log like everybody's deeds (N4): in the chain of their own account."""

from collections.abc import Mapping
from typing import IO

from django.utils import timezone
from django.utils.translation import gettext as _

from decisions.models import Ballot, Item
from decisions.selectors.auditing.archive import pack
from permissions import audit
from permissions.access import fetch
from permissions.audit import checkpoints
from permissions.errors import WrongState
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


def archive_take(*, actor: User, item_id: int) -> IO[bytes]:
    """One item with everything about it as a ZIP that proves itself (docs/record.md); a checkpoint is made first, so that all of
    its log is in one. Raises `Hidden`, `Denied`, `WrongState` (a ballot is open: its votes are nobody's to read yet)."""
    item = archive_note(actor=actor, item_id=item_id)
    checkpoints.make()
    mark = f"{actor.display_name}（{actor.username}） {timezone.localtime(clock.now()):%Y-%m-%d %H:%M}"
    return pack(actor, item, mark)


@action
def archive_note(*, actor: User, item_id: int) -> Item:
    """Keep in the item's log, and in that of the auditor's account, that an archive of the item is taken."""
    rows = Item.objects.select_related("matter_type__rule_set", "body", "proposer", "case__version__definition")
    item = fetch(rows, actor, "archive_take", item_id)
    if Ballot.objects.filter(entry__item=item, status=Ballot.Status.OPEN).exists():
        raise WrongState(_("这件议题正在表决，表决结束后才能取走归档包。"), code="ballot_open")
    now = clock.now()
    # In the order of the chains.
    audit.record(subject=item.subject, actor=actor, verb="archive_take", at=now)
    audit.record(subject=f"user:{actor.pk}", actor=actor, verb="archive_take", target=item.subject, at=now)
    return item


def _kept(actor: User, verb: str, target: str, data: Mapping[str, object]) -> AuditEvent:
    return audit.record(
        subject=f"user:{actor.pk}", actor=actor, verb=verb, target=target[:100], data=data, at=clock.now()
    )


def _short(asked: Mapping[str, str]) -> dict[str, str]:
    return {name[:40]: value[:LONGEST] for name, value in asked.items() if value}

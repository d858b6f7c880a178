"""Which flows people start by hand: those that stand by themselves. A flow that is about something (an item) begins with that."""

from __future__ import annotations

from django.utils.translation import gettext as _

from permissions.errors import WrongState
from workflows import compiled, handlers
from workflows.models import DefinitionKind, DefinitionVersion, VersionStatus


def current(key: str) -> DefinitionVersion | None:
    """The version of the flow with this key that new cases start on, without its file."""
    rows = DefinitionVersion.objects.filter(definition__key=key, definition__kind=DefinitionKind.FLOW)
    found = rows.filter(status=VersionStatus.PUBLISHED).order_by("-number")
    return found.select_related("definition").defer("xml").first()


def obstacle(version: DefinitionVersion) -> WrongState | None:
    """Why nobody starts a case of this version by hand; None where they may."""
    if version.status != VersionStatus.PUBLISHED:
        return WrongState(_("这一版没有发布，不能按它发起。请先发布，再发起。"), code="not_published")
    flow = compiled.of_version(version.pk, version.sha256)
    # The steps of a higher floor show and write what the case is about; a case about nothing would stop there for good.
    if any(handlers.has_form(node.form) for node in flow.process.nodes.values() if node.form):
        return WrongState(_("这个流程办理的是议题，提交议题时自动发起，不能单独发起。"), code="has_subject")
    if any((node.job_type or "").startswith("record.") for node in flow.process.nodes.values()):
        return WrongState(_("这个流程从业务记录发起，请打开那条记录再办。"), code="has_subject")
    if not flow.graph.starts[flow.process.id]:
        return WrongState(_("这个流程由时间、消息或信号自动发起，不能由人发起。"), code="no_plain_start")
    return None

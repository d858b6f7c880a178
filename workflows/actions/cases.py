"""Starting, telling and ending cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from viewflow.workflow.status import PROCESS

from permissions import audit
from permissions.errors import Conflict, Invalid, WrongState
from permissions.models import User
from permissions.policies import require
from permissions.transactions import action
from workflows import feel, flows
from workflows.actions.incidents import faults_recorded
from workflows.clock import now
from workflows.engine import MessageArrived, Start
from workflows.errors import require_running, told
from workflows.locks import find_version, lock_case
from workflows.models import Case
from workflows.runtime import Run
from workflows.starting import current
from workflows.starting import obstacle as obstacle_to_start
from workflows.withdrawal import obstacle


@action
def case_start(
    *,
    actor: User | None,
    definition: str,
    subject: str = "",
    title: str = "",
    variables: Mapping[str, Any] | None = None,
    version: int | None = None,
    node: str | None = None,
    message: str | None = None,
    signal: str | None = None,
    dedupe_key: str | None = None,
) -> Case:
    """Start a case on the published version of `definition` (or on `version`, a number), and run it to its first waits.

    It begins at the start event `node`, at the one that takes `message` or `signal`, else at the plain one. The same
    `dedupe_key` a second time returns the case of the first time. Only one running case may have a `subject`.
    `actor` None is the system. Raises `Invalid` (no such flow), `Conflict` (the subject already runs), `FlowStuck`.
    """
    if actor is not None:
        require(actor, "case_start", Case)
    found = find_version(definition, version)
    if found is None:
        raise Invalid(
            _("没有已发布的流程“%(key)s”。请流程管理员先发布，再提交。") % {"key": definition}, code="no_flow"
        )
    case = Case(
        pk=found.case,
        flow_class=flows.find(found.key, found.number),
        status=PROCESS.NEW,
        created=now(),
        version_id=found.version,
        version_sha256=found.sha256,
        subject=subject,
        title=title,
        variables=feel.to_json(dict(variables or {})),
        started_by=actor,
        dedupe_key=dedupe_key,
    )
    run = Run(case, new=True)
    # Whatever there can be one of only is taken before anything is done; a case that nobody can be in the way of is written
    # with what it did.
    if (subject or dedupe_key is not None) and not run.insert():
        return _already(subject, dedupe_key)
    run.play(Start(node, message, signal))
    run.settle()
    run.save(
        actor=actor,
        verb="case_start",
        data={
            "flow": found.key,
            "version": found.number,
            "sha256": found.sha256,
            **{
                what: name
                for what, name in (("node", node), ("message", message), ("signal", signal))
                if name is not None
            },
        },
    )
    return case


@action
def case_start_by_hand(*, actor: User, definition: str, title: str, once: UUID) -> Case:
    """Somebody starts a case of a flow that stands by itself, and calls it `title`.

    `once` is the form it was asked with: sent again, it returns the case of the first time. Raises `Invalid` (no such flow,
    ``no_title``), `WrongState` where people do not start it (`workflows.starting.obstacle`: ``has_subject``, ``no_plain_start``).
    """
    require(actor, "case_start", Case)
    words = " ".join(title.split())
    if not words:
        text = _("请写明是什么事，例如：借用三楼会议室。")
        raise Invalid(text, code="no_title", fields={"title": text})
    version = current(definition)
    if version is not None and (refusal := obstacle_to_start(version)) is not None:
        raise refusal
    key = f"hand:{actor.pk}:{once}"
    return case_start(actor=actor, definition=definition, title=words, dedupe_key=key)


def _already(subject: str, dedupe_key: str | None) -> Case:
    if dedupe_key is not None:
        case = Case.objects.filter(dedupe_key=dedupe_key).first()
        if case is not None:
            return case
    raise Conflict(
        _("这件事的流程已经在办，不用再次发起。请刷新页面看最新的情况。"),
        code="already_running",
        data={"subject": subject},
    )


@action
def case_message(*, actor: User | None, case_id: int, name: str, variables: Mapping[str, Any] | None = None) -> Case:
    """Deliver a message to a case that waits for it. Raises `WrongState` where nothing in the case waits for that name.

    No policy here: whoever sends a message is an action of a higher floor that has checked its own.
    """
    case, head = lock_case(case_id)
    require_running(case)
    run = Run(case, head)
    with faults_recorded(case_id=case.pk):
        run.play(MessageArrived(name, dict(variables or {})))
        run.settle()
    run.save(actor=actor, verb="case_message", data={"message": name, "variables": feel.to_json(dict(variables or {}))})
    return case


@action
def case_cancel(*, actor: User | None, case_id: int, reason: str) -> Case:
    """End a running case without a result: all its tasks are cancelled. A reason is required and logged."""
    case, head = lock_case(case_id)
    if actor is not None:
        require(actor, "case_cancel", case)
    text = told(reason, _("请写明终止流程的原因。"), _("请写明原因，例如：议题已撤回。"))
    if case.status != PROCESS.NEW:
        raise WrongState(_("这件流程已经办结，不能再终止。"), code="ended")
    if actor is not None and case.parent_id is not None:
        raise WrongState(
            _("这是另一件流程调用的一步，不能单独终止。请终止上级流程，或让上级流程往下走。"), code="called"
        )
    _end(case, head, actor, "case_cancel", text)
    return case


@action
def case_withdraw(*, actor: User, case_id: int, reason: str) -> Case:
    """The starter takes a case back, as long as nobody else has done a step of it. A reason is required and logged.

    A case about something (`subject`) is taken back where that is: its higher floor has its own act, and its own terms.
    Raises `Denied` for anybody else, `Invalid` without a reason, `WrongState` (``ended``, ``suspended``, ``has_subject``,
    ``acted`` with who has acted already).
    """
    case, head = lock_case(case_id)
    require(actor, "case_withdraw", case)
    text = told(reason, _("请写明撤回流程的原因。"), _("请写明原因，例如：内容填错，改好后重新发起。"))
    require_running(case)
    refusal = obstacle(case, actor)
    if refusal is not None:
        raise refusal
    _end(case, head, actor, "case_withdraw", text)
    return case


def _end(case: Case, head: audit.Head, actor: User | None, verb: str, reason: str) -> None:
    run = Run(case, head)
    run.cancel(reason)
    run.save(actor=actor, verb=verb, data={"reason": reason})

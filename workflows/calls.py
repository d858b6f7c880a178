"""Call activities: a case calls another flow and goes on with what that one ended with (BPMN 2.0 §13.3.4).

A called case is a case of its own, with its own version, log and tasks. Everything that passes between the two happens in the
transaction that caused it, so that neither is ever without the other: the call begins with the step that reaches it, and the last
step of the called case is the next step of the calling one. A step that the calling case cannot take is refused whole.

A called case locks its caller while it holds its own row, and a case that withdraws a call does the reverse. Where the two meet
PostgreSQL ends one of them, and the action begins again (:mod:`permissions.transactions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Case as Choose
from django.db.models import IntegerField, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext as _
from viewflow.workflow.status import PROCESS

from workflows import errors, feel, flows, locks
from workflows.bpmn.model import Node
from workflows.callers import naming
from workflows.engine import Complete, ErrorThrown, EscalationThrown, Event, Opened, Start, Thrown
from workflows.models import Case, DefinitionKind, DefinitionVersion, VersionStatus

MAX_DEPTH = 20
"""How many cases may call one another: a flow that calls itself without end would never come to a wait."""


# --- downwards --------------------------------------------------------------------------------------------------------


def begin(parent: Case, opened: Iterable[Opened]) -> None:
    """Start a case for every call in `opened`. Raises `FlowStuck` where there is nothing to call, or no end of calling."""
    from workflows.runtime import Run

    calls = tuple(opened)
    depth = _depth(parent) if calls else 0
    for call in calls:
        version = version_for(call, parent.version_id)
        name = call.called or ""
        if version is None:
            raise errors.FlowStuck(
                _("这一步要调用流程“%(called)s”，它没有可用的版本。您填写的内容没有提交，请联系流程管理员发布它。")
                % {"called": name},
                code="unknown_called",
                data={"node": call.node, "called": name},
            )
        if depth >= MAX_DEPTH:
            raise errors.FlowStuck(
                _("流程“%(called)s”一层层调用，超过了 %(n)d 层，已经停下。您填写的内容没有提交，请联系流程管理员。")
                % {"called": name, "n": MAX_DEPTH},
                code="call_depth",
                data={"node": call.node, "called": name},
            )
        run = Run(_new(parent, call, version), new=True)
        run.play(Start())
        run.settle()
        run.save(
            actor=None,
            verb="case_start",
            data={
                "flow": version.definition.key,
                "version": version.number,
                "sha256": version.sha256,
                "parent": parent.pk,
                "node": call.node,
            },
        )


def _new(parent: Case, call: Opened, version: DefinitionVersion) -> Case:
    from workflows.clock import now

    return Case(
        pk=locks.new_case_id(),
        flow_class=flows.find(version.definition.key, version.number),
        status=PROCESS.NEW,
        created=now(),
        version=version,
        version_sha256=version.sha256,
        title=parent.title,
        variables=feel.to_json(dict(call.variables)),
        started_by_id=parent.started_by_id,
        parent=parent,
        parent_token=call.token,
    )


def _depth(case: Case) -> int:
    depth, above = 1, case.parent_id
    while above is not None:
        depth, above = depth + 1, Case.objects.values_list("parent_id", flat=True).get(pk=above)
    return depth


def withdraw(parent: Case, tokens: Iterable[int]) -> None:
    """Cancel the cases that the calls at `tokens` started: the calling case went on without them, or was cancelled."""
    from workflows.runtime import Run

    running = Case.objects.filter(parent=parent, parent_token__in=list(tokens), status=PROCESS.NEW)
    for pk in running.order_by("pk").values_list("pk", flat=True):
        case, head = locks.lock_case(pk)
        if case.status != PROCESS.NEW:
            continue
        run = Run(case, head)
        run.cancel(_("上级流程已经往下走，不再需要这一步。"))
        run.save(actor=None, verb="case_cancel", data={"reason": case.cancel_reason, "parent": parent.pk})


# --- upwards ----------------------------------------------------------------------------------------------------------


def tell(case: Case, thrown: Iterable[Thrown], variables: Mapping[str, Any]) -> None:
    """Tell the calling case what its call `case` threw, and that it has ended. Raises `ApplicationError` where the calling case
    cannot go on with it."""
    token = case.parent_token
    assert token is not None  # noqa: S101  # a called case has both
    failed = False
    for one in thrown:
        if one.kind == "escalation":
            _go_on(case, EscalationThrown(token, one.name, one.variables), "call_escalate", {"code": one.name})
        elif one.kind == "error":
            failed = True
            _go_on(case, ErrorThrown(token, one.name, one.variables), "call_error", {"code": one.name})
    if case.status == PROCESS.DONE and not failed:
        _go_on(case, Complete(token, variables), "call_return", {})


def _go_on(case: Case, event: Event, verb: str, data: Mapping[str, Any]) -> None:
    from workflows.runtime import Run

    assert case.parent_id is not None  # noqa: S101
    parent, head = locks.lock_case(case.parent_id)
    # The caller may have gone on without the call a moment ago: then nobody waits for its answer.
    waits = parent.task_set.filter(token_id=case.parent_token, finished__isnull=True).first()
    if parent.status != PROCESS.NEW or waits is None:
        return
    errors.require_running(parent)
    run = Run(parent, head)
    run.play(event)
    run.settle()
    run.save(actor=None, verb=verb, target=f"case:{case.pk}", data={"called": case.pk, "node": waits.node, **data})


# --- which version ----------------------------------------------------------------------------------------------------


def version_for(call: Opened, caller: int) -> DefinitionVersion | None:
    """The version a call runs on: what is called is a flow's key here or its process id, the key before the id. `caller` is the
    row of the version that calls, for a call bound to what was in force when that one was published.
    """
    how, _colon, what = call.binding.partition(":")
    name = call.called or ""
    rows = _named(f"{name}@{what}" if how == "versionTag" else name, is_key=how != "versionTag")
    if how == "version":
        rows = rows.filter(number=int(what)).exclude(status=VersionStatus.DRAFT)
    elif how == "versionTag":
        rows = rows.exclude(status=VersionStatus.DRAFT)
    elif how == "deployment":
        then = DefinitionVersion.objects.filter(pk=caller).values("published")
        rows = rows.filter(published__lte=Subquery(then))
    else:
        rows = rows.filter(status=VersionStatus.PUBLISHED)
    return rows.first()


def can_be_called(name: str) -> bool:
    """Whether a published version answers to this key or process id."""
    return _named(name).filter(status=VersionStatus.PUBLISHED).exists()


def flows_calling(version: DefinitionVersion) -> list[DefinitionVersion]:
    """The published versions of other flows whose diagrams name the flow of `version`, where no other version would answer."""
    names = {version.definition.key, *version.provides}
    others = DefinitionVersion.objects.filter(
        status=VersionStatus.PUBLISHED, definition__kind=DefinitionKind.FLOW
    ).exclude(pk=version.pk)
    # What answers to a name besides this version makes it dispensable.
    names = {
        name for name in names if not others.filter(Q(provides__contains=[name]) | Q(definition__key=name)).exists()
    }
    return naming(others.exclude(definition=version.definition_id), names, _names)


def _names(node: Node) -> set[str]:
    if node.kind != "callActivity" or node.called is None:
        return set()
    how, _colon, tag = node.binding.partition(":")
    return {f"{node.called}@{tag}" if how == "versionTag" else node.called}


def _named(name: str, *, is_key: bool = True) -> QuerySet[DefinitionVersion]:
    named = Q(provides__contains=[name])
    if is_key:
        named |= Q(definition__key=name)
    by_key = Choose(When(definition__key=name, then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        DefinitionVersion.objects.filter(named, definition__kind=DefinitionKind.FLOW)
        .select_related("definition")
        .defer("xml", "note")
        .order_by(by_key, "-published", "-number")
    )

"""Writing, publishing and retiring flows, and the decisions they ask."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from permissions import audit, versions
from permissions.access import fetch
from permissions.errors import Invalid, WrongState
from permissions.models import User
from permissions.policies import require
from permissions.transactions import action
from workflows import allowed, bpmn, calls, deciding, dmn, handlers, soundness
from workflows.actions.arrivals.clocks import arm_clocks, starts_of
from workflows.actions.flow_tests import require_tests
from workflows.bpmn.model import Problem, main_process
from workflows.clock import now
from workflows.designing.since import saved_since
from workflows.models import OPEN_RELEASES, Definition, DefinitionKind, DefinitionVersion, VersionStatus
from workflows.models.definitions import KEY_VALIDATOR
from workflows.step_fields import problems_of

NAME_LENGTH = 200


@action
def definition_save(
    *,
    actor: User | None,
    key: str,
    name: str,
    xml: bytes,
    note: str = "",
    process_id: str | None = None,
    opened_on: str = "",
    base: str | None = None,
) -> DefinitionVersion:
    """Keep a diagram or a file of decisions as the draft of its definition: the draft there is, or a new version after the last.

    The flow is the one of `process_id`, or `main_process` of the file; the decisions of a DMN file are all of them. A
    file with problems can be kept as a draft, one that cannot be read as BPMN or DMN cannot. The same content as the draft or
    the last published version changes nothing and returns that version. `actor` None is the system (the example town).
    `opened_on` is the version of the flows the form was opened on (`versions.newest`). `base` is the SHA-256 of the newest version
    its author knows of ("" where there was none); None for who replaces whatever is there. Raises `Invalid` with `data["problems"]`
    (sentences with element and line), and `Conflict` where somebody has saved this draft since (for `base` `saved_since`, with
    `data`: `base`, `current`, and `saves`, who saved which version when).
    """
    if actor is not None:
        require(actor, "definition_save", DefinitionVersion)
    try:
        KEY_VALIDATOR(key)
    except ValidationError as error:
        raise Invalid(_("流程代号不合要求。"), fields={"key": error.messages[0]}) from error
    file = _read_decisions(xml) if dmn.is_dmn(xml) else _read_flow(xml, process_id)
    text, digest = bpmn.text_of(xml), sha256(xml).hexdigest()
    # Keys that differ in case alone would be one class name: the flow there is goes on under the key it has.
    key = Definition.objects.filter(key__iexact=key).values_list("key", flat=True).first() or key
    called = (name or file.name or key)[:NAME_LENGTH]
    definition, created = _definition(key, called, file.kind, actor)
    if definition.kind != file.kind:
        words = _("代号“%(key)s”已经用于%(kind)s“%(name)s”。请换一个代号。") % {
            "key": key,
            "kind": definition.get_kind_display(),
            "name": definition.label,
        }
        raise Invalid(words, code="other_kind", fields={"key": words})
    # The definition's row is the lock under which version numbers are given.
    definition = Definition.objects.select_for_update().get(pk=definition.pk)
    # Locked as well: publishing holds the version alone, and a draft that is being published is not written over.
    last = definition.versions.select_for_update().order_by("-number").first()
    if last is not None and last.sha256 == digest and last.status != VersionStatus.RETIRED:
        return last
    if base is not None and base != (last.sha256 if last is not None else ""):
        raise saved_since(definition, base)
    if last is not None and last.status == VersionStatus.DRAFT:
        refuse_while_released(last)
    version = (
        last if last is not None and last.status == VersionStatus.DRAFT else DefinitionVersion(definition=definition)
    )
    versions.require_untouched(DefinitionVersion.history.filter(definition=definition), opened_on)
    if version.pk is None:
        version.number, version.created_by = (last.number + 1 if last else 1), actor
    version.xml, version.sha256, version.process_id, version.note = text, digest, file.main, note
    version.provides = list(file.provides)
    versions.save(version, actor, "definition_save", why=note)
    if name and definition.name != called:
        definition.name = called
        versions.save(definition, actor, "definition_save", fields=["name"])
    audit.record(
        subject=f"flow:{key}",
        actor=actor,
        verb="definition_save",
        target=f"version:{version.pk}",
        data={"number": version.number, "sha256": digest, "new": created, "kind": str(definition.kind)},
    )
    return version


def _definition(key: str, name: str, kind: str, actor: User | None) -> tuple[Definition, bool]:
    """The definition of this key, and whether it is new."""
    known = Definition.objects.filter(key=key).first()
    if known is not None:
        return known, False
    try:
        with transaction.atomic():
            definition = Definition(key=key, name=name, kind=kind)
            versions.save(definition, actor, "definition_save")
    except IntegrityError:
        # Somebody else sent the same key first.
        return Definition.objects.get(key=key), False
    return definition, True


@action
def definition_publish(*, actor: User | None, version_id: int) -> DefinitionVersion:
    """Publish a draft: new cases start on it, running cases stay on theirs.

    Refused while the checker finds errors, or a way on which a case surely gets stuck, or a recorded play goes otherwise.
    """
    version = hold(actor, "definition_publish", version_id)
    if version.status == VersionStatus.PUBLISHED:
        return version
    if version.releases.filter(state__in=OPEN_RELEASES).exists():
        raise WrongState(_("这一版已提请发布。请在它的发布申请里批准，或撤回后再发布。"), code="released")
    refuse_unready(version)
    put_in_force(version, actor)
    return version


def refuse_while_released(version: DefinitionVersion) -> None:
    """Raises `WrongState` for a draft that waits for approval or for its day: what is approved is what comes into force."""
    if version.releases.filter(state__in=OPEN_RELEASES).exists():
        words = _("第 %(n)s 版已提请发布，等待期间不能改动。要修改，请先在流程页撤回发布申请。")
        raise WrongState(words % {"n": version.number}, code="released")


def hold(actor: User | None, act: str, version_id: int) -> DefinitionVersion:
    """The version with its row locked, and the decisions' before it where it is one; `actor` None is the system."""
    _hold_decisions(version_id)
    return _lock(actor, act, version_id)


def refuse_unready(version: DefinitionVersion) -> None:
    """Raises `WrongState` for a retired version, and `Invalid` for one that cannot come into force, with `data["problems"]`."""
    if version.status == VersionStatus.RETIRED:
        raise WrongState(_("这一版已经停用，不能再发布。请另存为新的一版。"), code="retired")
    errors = _decision_errors(version) if version.definition.kind == DefinitionKind.DECISION else _flow_errors(version)
    if errors:
        raise refusal(_("这一版有 %(n)d 处问题，还不能发布。") % {"n": len(errors)}, errors)
    require_tests(version)


def put_in_force(version: DefinitionVersion, actor: User | None) -> None:
    """Publish a draft that is held and ready; part of an action."""
    version.status, version.published, version.published_by = VersionStatus.PUBLISHED, now(), actor
    version.starts = starts_of(version)
    versions.save(version, actor, "definition_publish", fields=["status", "published", "published_by", "starts"])
    arm_clocks(version.definition, published=True)
    audit.record(
        subject=f"flow:{version.definition.key}",
        actor=actor,
        verb="definition_publish",
        target=f"version:{version.pk}",
        data={"number": version.number, "sha256": version.sha256, "kind": str(version.definition.kind)},
    )


@action
def definition_retire(*, actor: User | None, version_id: int) -> DefinitionVersion:
    """Stop new cases on a version. Its running cases go on. Refused while published flows call it and nothing else of that name."""
    version = hold(actor, "definition_retire", version_id)
    if version.status == VersionStatus.RETIRED:
        return version
    if version.status != VersionStatus.PUBLISHED:
        raise WrongState(_("这一版还没有发布，不用停用。"), code="draft")
    is_decision = version.definition.kind == DefinitionKind.DECISION
    callers = deciding.flows_asking(version) if is_decision else calls.flows_calling(version)
    if callers:
        why = _("已发布的流程（%(flows)s）还在调用它，停用后就办不下去。请先停用这些流程，或发布它的新版本。")
        if is_decision:
            why = _("流程（%(flows)s）还要用它作决策，停用后就办不下去。请先发布决策的新版本，或停用并办完这些流程。")
        named = _("、").join(f"{caller.definition.label} v{caller.number}" for caller in callers)
        raise WrongState(why % {"flows": named}, code="called")
    version.status = VersionStatus.RETIRED
    versions.save(version, actor, "definition_retire", fields=["status"])
    arm_clocks(version.definition, published=False)
    audit.record(
        subject=f"flow:{version.definition.key}",
        actor=actor,
        verb="definition_retire",
        target=f"version:{version.pk}",
        data={"number": version.number, "kind": str(version.definition.kind)},
    )
    return version


class _File(NamedTuple):
    """What a file to be saved is: its kind, its own name, its main element, and the ids others call it by."""

    kind: DefinitionKind
    name: str
    main: str
    provides: tuple[str, ...]


def _read_flow(xml: bytes, process_id: str | None) -> _File:
    try:
        document = bpmn.read(xml)
    except bpmn.BpmnError as error:
        raise refusal(_("这个文件不能作为流程保存。"), error.problems) from error
    process = main_process(document.processes, process_id)
    if process is None and process_id is not None:
        there = _("、").join(process.id for process in document.processes)
        words = _("文件里没有 id 为“%(id)s”的流程。文件里有：%(there)s。") % {"id": process_id, "there": there}
        raise Invalid(words, code="no_process", fields={"process": words})
    if process is None:
        raise Invalid(_("文件里没有流程（process）。请在流程设计工具里画好流程再导出。"), code="no_process")
    tagged = [f"{process.id}@{process.version_tag}"] if process.version_tag else []
    return _File(DefinitionKind.FLOW, process.name, process.id, (process.id, *tagged))


def _read_decisions(xml: bytes) -> _File:
    try:
        document = dmn.read(xml)
    except dmn.DmnError as error:
        raise refusal(_("这个文件不能作为决策表保存。"), error.problems) from error
    main = document.main
    if main is None:
        raise Invalid(_("文件里没有决策（decision）。请在决策设计工具里写好决策再导出。"), code="no_decision")
    return _File(DefinitionKind.DECISION, document.name or main.name, main.id, tuple(document.decisions))


def _flow_errors(version: DefinitionVersion) -> list[Problem]:
    document, problems = soundness.inspect(version.xml)
    errors = [problem for problem in problems if problem.severity == "error"]
    return errors if document is None else errors + unknown_names(version, document)


def _decision_errors(version: DefinitionVersion) -> list[Problem]:
    """What keeps decisions from being published. A decision belongs to one definition, so that its id says which is meant.
    Samples that do not come out as they should count too."""
    document, problems = dmn.inspect(version.xml)
    errors: list[Problem] = [problem for problem in problems if problem.severity == "error"]
    if document is not None and not errors:
        errors += dmn.failures(document)
    for decision, key in sorted(deciding.taken(version).items()):
        found = document.decisions.get(decision) if document is not None else None
        params = {"name": found.name if found else decision, "key": key}
        errors.append(dmn.Problem("decision_taken", "error", decision, found.line if found else 0, params))
    return errors


def unknown_names(version: DefinitionVersion, document: bpmn.Document) -> list[Problem]:
    """The forms, jobs, flows and decisions a version's diagram names that nothing here provides, and questions of steps nobody can read."""
    process = next(process for process in document.processes if process.id == version.process_id)
    found: list[Problem] = []
    undecided = deciding.missing({asked for node in process.nodes.values() if (asked := deciding.asked_by(node))})
    for node in process.nodes.values():
        missing = node.kind == "serviceTask" if not node.job_type else handlers.handler_of(node.job_type) is None
        if missing:
            params = {"name": node.name, "job": node.job_type or "—"}
            found.append(Problem("unknown_job", "error", node.id, node.line, params))
        if node.form and not handlers.has_form(node.form):
            params = {"name": node.name, "form": node.form}
            found.append(Problem("unknown_form", "error", node.id, node.line, params))
        called = node.called if node.kind == "callActivity" else None
        itself = called in (version.definition.key, process.id)
        # What an expression calls is known only when it is called.
        if called is not None and not called.startswith("=") and not itself and not calls.can_be_called(called):
            params = {"name": node.name, "called": called}
            found.append(Problem("unknown_called", "error", node.id, node.line, params))
        if (asked := deciding.asked_by(node)) in undecided:
            params = {"name": node.name, "decision": asked or ""}
            found.append(Problem("unknown_decision", "error", node.id, node.line, params))
        found += [*problems_of(node), *allowed.problems_of(node)]
    return found


def _hold_decisions(version_id: int) -> None:
    """Before the version itself: publishing and retiring decisions, and publishing flows that ask them, wait for each other.

    Two publications of one decision would both see none, and so would a flow that is published while its decision is retired.
    """
    if DefinitionVersion.objects.filter(pk=version_id, definition__kind=DefinitionKind.DECISION).exists():
        list(
            Definition.objects.select_for_update().filter(kind=DefinitionKind.DECISION).order_by("pk").values_list("pk")
        )


def _lock(actor: User | None, act: str, version_id: int) -> DefinitionVersion:
    rows = DefinitionVersion.objects.select_for_update(of=("self",)).select_related("definition")
    return rows.get(pk=version_id) if actor is None else fetch(rows, actor, act, version_id)


def refusal(message: str, problems: list[Problem] | tuple[Problem, ...]) -> Invalid:
    """The error for what the checker finds, with each problem in the reader's language."""
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    return Invalid(
        message,
        code="bpmn_problems",
        data={
            "problems": [
                {"code": p.code, "element": p.element, "line": p.line, "severity": p.severity, "text": p.text(language)}
                for p in problems
            ]
        },
    )

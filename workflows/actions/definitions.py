"""Writing, publishing and retiring flows."""

from __future__ import annotations

from hashlib import sha256

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from permissions import audit, versions
from permissions.access import fetch
from permissions.errors import Invalid, WrongState
from permissions.models import User
from permissions.policies import require
from permissions.transactions import action
from workflows import bpmn, calls, handlers
from workflows.bpmn.model import Problem, Process
from workflows.clock import now
from workflows.models import Definition, DefinitionVersion, VersionStatus
from workflows.models.definitions import KEY_VALIDATOR
from workflows.step_fields import problems_of

NAME_LENGTH = 200


@action
def definition_save(
    *, actor: User | None, key: str, name: str, xml: bytes, note: str = "", process_id: str | None = None
) -> DefinitionVersion:
    """Keep a diagram as the draft of a flow: the draft there is, or a new version after the last one.

    The flow is the file's first executable process, or the one of `process_id`. A file with problems can be kept as a draft, a
    file that cannot be read as BPMN cannot. The same content as the draft or the last published version changes nothing and
    returns that version. `actor` None is the system (the example town).
    Raises `Invalid` with `data["problems"]` (sentences with element and line).
    """
    if actor is not None:
        require(actor, "definition_save", DefinitionVersion)
    try:
        KEY_VALIDATOR(key)
    except ValidationError as error:
        raise Invalid(_("流程代号不合要求。"), fields={"key": error.messages[0]}) from error
    try:
        document = bpmn.read(xml)
    except bpmn.BpmnError as error:
        raise _refusal(_("这个文件不能作为流程保存。"), error.problems) from error
    process = main_process(document.processes, process_id)
    if process is None and process_id is not None:
        there = _("、").join(process.id for process in document.processes)
        words = _("文件里没有 id 为“%(id)s”的流程。文件里有：%(there)s。") % {"id": process_id, "there": there}
        raise Invalid(words, code="no_process", fields={"process": words})
    if process is None:
        raise Invalid(
            _("文件里没有可以执行的流程（process）。请在流程设计工具里打开“可执行”再导出。"), code="no_process"
        )
    text, digest = bpmn.text_of(xml), sha256(xml).hexdigest()
    # Keys that differ in case alone would be one class name: the flow there is goes on under the key it has.
    key = Definition.objects.filter(key__iexact=key).values_list("key", flat=True).first() or key
    called = (name or process.name or key)[:NAME_LENGTH]
    definition, created = Definition.objects.get_or_create(key=key, defaults={"name": called})
    # The definition's row is the lock under which version numbers are given.
    definition = Definition.objects.select_for_update().get(pk=definition.pk)
    # Locked as well: publishing holds the version alone, and a draft that is being published is not written over.
    last = definition.versions.select_for_update().order_by("-number").first()
    if last is not None and last.sha256 == digest and last.status != VersionStatus.RETIRED:
        return last
    version = (
        last if last is not None and last.status == VersionStatus.DRAFT else DefinitionVersion(definition=definition)
    )
    if version.pk is None:
        version.number, version.created_by = (last.number + 1 if last else 1), actor
    version.xml, version.sha256, version.process_id, version.note = text, digest, process.id, note
    version.provides = [process.id, *([f"{process.id}@{process.version_tag}"] if process.version_tag else [])]
    versions.save(version, actor, note)
    if name and definition.name != called:
        definition.name = called
        definition.save(update_fields=["name"])
    audit.record(
        subject=f"flow:{key}",
        actor=actor,
        verb="definition_save",
        target=f"version:{version.pk}",
        data={"number": version.number, "sha256": digest, "new": created},
    )
    return version


@action
def definition_publish(*, actor: User | None, version_id: int) -> DefinitionVersion:
    """Publish a draft: new cases start on it, running cases stay on theirs. Refused while the checker finds errors."""
    version = _lock(actor, "definition_publish", version_id)
    if version.status == VersionStatus.PUBLISHED:
        return version
    if version.status != VersionStatus.DRAFT:
        raise WrongState(_("这一版已经停用，不能再发布。请另存为新的一版。"), code="retired")
    _document, problems = bpmn.inspect(version.xml)
    errors = [problem for problem in problems if problem.severity == "error"]
    errors += unknown_names(version)
    if errors:
        raise _refusal(_("这一版有 %(n)d 处问题，还不能发布。") % {"n": len(errors)}, errors)
    version.status, version.published, version.published_by = VersionStatus.PUBLISHED, now(), actor
    versions.save(version, actor, fields=["status", "published", "published_by"])
    audit.record(
        subject=f"flow:{version.definition.key}",
        actor=actor,
        verb="definition_publish",
        target=f"version:{version.pk}",
        data={"number": version.number, "sha256": version.sha256},
    )
    return version


@action
def definition_retire(*, actor: User | None, version_id: int) -> DefinitionVersion:
    """Stop new cases on a version. Its running cases go on. Refused while published flows call it and nothing else of that name."""
    version = _lock(actor, "definition_retire", version_id)
    if version.status == VersionStatus.RETIRED:
        return version
    if version.status != VersionStatus.PUBLISHED:
        raise WrongState(_("这一版还没有发布，不用停用。"), code="draft")
    callers = calls.callers_of(version)
    if callers:
        raise WrongState(
            _("已发布的流程（%(flows)s）还在调用它，停用后就办不下去。请先停用这些流程，或发布它的新版本。")
            % {"flows": _("、").join(f"{caller.definition.label} v{caller.number}" for caller in callers)},
            code="called",
        )
    version.status = VersionStatus.RETIRED
    versions.save(version, actor, fields=["status"])
    audit.record(
        subject=f"flow:{version.definition.key}",
        actor=actor,
        verb="definition_retire",
        target=f"version:{version.pk}",
        data={"number": version.number},
    )
    return version


def main_process(processes: tuple[Process, ...], process_id: str | None = None) -> Process | None:
    """The process a file is about: the one asked for, else its first executable one."""
    if process_id is not None:
        return next((process for process in processes if process.id == process_id), None)
    return next((process for process in processes if process.executable), None)


def unknown_names(version: DefinitionVersion) -> list[Problem]:
    """The forms and jobs a diagram names that nothing here provides, and the questions of a step nobody can read."""
    document = bpmn.read(version.xml)
    process = next(process for process in document.processes if process.id == version.process_id)
    found: list[Problem] = []
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
        found += problems_of(node)
    return found


def _lock(actor: User | None, act: str, version_id: int) -> DefinitionVersion:
    rows = DefinitionVersion.objects.select_for_update(of=("self",)).select_related("definition")
    return rows.get(pk=version_id) if actor is None else fetch(rows, actor, act, version_id)


def _refusal(message: str, problems: list[Problem] | tuple[Problem, ...]) -> Invalid:
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

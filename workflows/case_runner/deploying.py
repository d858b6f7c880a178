"""Saves and publishes the diagrams and decisions of a case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from permissions.errors import ApplicationError
from workflows import actions, bpmn, dmn, handlers, soundness
from workflows.case_runner.outcome import Refused
from workflows.models import CaseTask, DefinitionVersion


def deploy(spec: Mapping[str, Any], root: Path) -> dict[str, str]:
    """Publish everything; the key of each process by its id. What the checker refuses is `Refused`, by its sentences."""
    keys: dict[str, str] = {}
    others = [extra["local_file"] for extra in spec.get("extra_files", [])]
    # What is called comes first: a flow cannot be published before what it calls.
    waiting: list[DefinitionVersion] = []
    for name in [*others, spec["local_file"]]:
        xml = (root / name).read_bytes()
        if dmn.is_dmn(xml):
            waiting.append(_decisions(name, xml))
            continue
        document, problems = soundness.inspect(xml)
        errors = [problem for problem in problems if problem.severity == "error"]
        if errors or document is None:
            raise Refused("; ".join(sorted({p.text("en") for p in errors})))
        for process in document.processes:
            _stand_in(process)
        wanted = spec["process_id"] if name == spec["local_file"] else None
        if not any(process.executable or process.id == wanted for process in document.processes):
            raise Refused(f"{name} has no process to run")
        for process in document.processes:
            if process.executable or process.id == wanted:
                key = keys[process.id] = "p_" + re.sub(r"[^A-Za-z0-9]", "_", process.id)
                waiting.append(actions.definition_save(actor=None, key=key, name=key, xml=xml, process_id=process.id))
    _publish(waiting)
    return keys


def _decisions(name: str, xml: bytes) -> DefinitionVersion:
    """The draft of a file of decisions that the diagrams ask."""
    errors = [problem for problem in dmn.inspect(xml)[1] if problem.severity == "error"]
    if errors:
        raise Refused("; ".join(sorted({problem.text("en") for problem in errors})))
    key = "d_" + re.sub(r"[^A-Za-z0-9]", "_", Path(name).stem)
    return actions.definition_save(actor=None, key=key, name=key, xml=xml)


def _publish(versions: list[DefinitionVersion]) -> None:
    """Publish all, whatever calls whatever."""
    refused: ApplicationError | None = None
    while versions:
        left = []
        for version in versions:
            try:
                actions.definition_publish(actor=None, version_id=version.pk)
            except ApplicationError as error:
                refused = error
                left.append(version)
        if len(left) == len(versions) and refused is not None:
            raise Refused(str(refused.data.get("problems", refused))) from refused
        versions = left


def _stand_in(process: bpmn.model.Process) -> None:
    """Foreign service tasks name Java classes; the cases expect them to do nothing and go on."""
    for node in process.nodes.values():
        if node.job_type and handlers.handler_of(node.job_type) is None:
            handlers.handler(node.job_type, inline=True)(_do_nothing)
        if node.form and not handlers.has_form(node.form):
            handlers.form(node.form)(_no_page)


def _do_nothing(**_context: Any) -> None:
    return None


def _no_page(task: CaseTask) -> str:
    return ""

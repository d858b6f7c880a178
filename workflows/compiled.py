"""Parsed and compiled flows, kept in memory by the hash of their file: the hash cannot mean two things, so nothing expires."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from workflows import bpmn, dmn
from workflows.bpmn import model
from workflows.engine import Graph
from workflows.models import DefinitionVersion

HUMAN_KINDS = frozenset({"userTask", "manualTask"})


@dataclass(frozen=True, slots=True)
class Compiled:
    """One version, ready to play: what the file says, the process of it that runs, and the engine's tables.

    `key` and `number` say whose version of what it is; a file that is not stored has none.
    """

    document: model.Document
    process: model.Process
    graph: Graph
    calls: bool  # whether it has call activities
    key: str = ""
    number: int = 0

    def role_of(self, lane: str | None) -> str | None:
        """The role a lane names, looking outwards from the innermost; None where no lane around names one."""
        return self.process.role_of(lane)


def compile_xml(
    xml: str, process_id: str, human_kinds: frozenset[str] = HUMAN_KINDS, *, key: str = "", number: int = 0
) -> Compiled:
    """Parse and compile. Raises BpmnError or EngineError where the file should not have been published."""
    document = bpmn.read(xml)
    process = next(process for process in document.processes if process.id == process_id)
    calls = any(node.kind == "callActivity" for node in process.nodes.values())
    return Compiled(document, process, Graph.of(process, human_kinds=human_kinds), calls, key, number)


_human_kinds = HUMAN_KINDS


# An office has tens of flows; a thousand small ones take some 25 MB of a process.
@lru_cache(maxsize=1024)
def _of_hash(sha256: str, version_id: int, human_kinds: frozenset[str]) -> Compiled:
    version = (
        DefinitionVersion.objects.select_related("definition")
        .only("xml", "process_id", "number", "definition__key")
        .get(pk=version_id, sha256=sha256)
    )
    return compile_xml(version.xml, version.process_id, human_kinds, key=version.definition.key, number=version.number)


def of_version(version_id: int, sha256: str) -> Compiled:
    """The compiled form of a stored version; one statement the first time in a process, none after."""
    return _of_hash(sha256, version_id, _human_kinds)


# An office has tens of flows; a thousand small ones take some 25 MB of a process.
@lru_cache(maxsize=1024)
def decisions_of(version_id: int, sha256: str) -> dmn.Decisions:
    """The decisions of a stored version, ready to be asked; one statement the first time in a process, none after."""
    version = DefinitionVersion.objects.only("xml").get(pk=version_id, sha256=sha256)
    return dmn.Decisions.of(dmn.read(version.xml))


def forget() -> None:
    """Drop what is compiled, as a new process would have it: for measuring."""
    _of_hash.cache_clear()


def wait_at(kinds: frozenset[str]) -> None:
    """Which elements wait for a person, in this process. For runs of foreign cases only; the product keeps the standard's."""
    global _human_kinds
    _human_kinds = kinds

"""How decisions run: definitions and their versions, cases and their tasks."""

from workflows.models.cases import Case, CaseTask, CaseTaskGroupPermission, CaseTaskUserPermission, CaseTimer, TaskKind
from workflows.models.definitions import Definition, DefinitionVersion, VersionStatus

__all__ = [
    "Case",
    "CaseTask",
    "CaseTaskGroupPermission",
    "CaseTaskUserPermission",
    "CaseTimer",
    "Definition",
    "DefinitionVersion",
    "TaskKind",
    "VersionStatus",
]

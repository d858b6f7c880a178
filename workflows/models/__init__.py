"""Definitions and cases."""

from workflows.models.arrivals import MessageKind, Receipt, SentMessage, StartTimer
from workflows.models.cases import (
    OPEN_STATUSES,
    Case,
    CaseTask,
    CaseTaskGroupPermission,
    CaseTaskUserPermission,
    CaseTimer,
    TaskKind,
)
from workflows.models.definitions import Definition, DefinitionKind, DefinitionVersion, VersionStatus
from workflows.models.drawings import Drawing, ImportedFile
from workflows.models.forms import StepDraft, StepFile
from workflows.models.incidents import Incident
from workflows.models.migrations import MigratedCase, Migration, MoveOutcome
from workflows.models.packs import Pack, PackFlow, PackInstall, PackState, Record, RecordFile, RecordKind, RecordNotice
from workflows.models.rehearsal import FlowTest, Simulation, SimulationState
from workflows.models.releases import OPEN_STATES as OPEN_RELEASES
from workflows.models.releases import Release, ReleaseState

__all__ = [
    "OPEN_RELEASES",
    "OPEN_STATUSES",
    "Case",
    "CaseTask",
    "CaseTaskGroupPermission",
    "CaseTaskUserPermission",
    "CaseTimer",
    "Definition",
    "DefinitionKind",
    "DefinitionVersion",
    "Drawing",
    "FlowTest",
    "ImportedFile",
    "Incident",
    "MessageKind",
    "MigratedCase",
    "Migration",
    "MoveOutcome",
    "Pack",
    "PackFlow",
    "PackInstall",
    "PackState",
    "Receipt",
    "Record",
    "RecordFile",
    "RecordKind",
    "RecordNotice",
    "Release",
    "ReleaseState",
    "SentMessage",
    "Simulation",
    "SimulationState",
    "StartTimer",
    "StepDraft",
    "StepFile",
    "TaskKind",
    "VersionStatus",
]

"""How the versions of each model are shown: what nobody reads is left out, what is kept as JSON is written as text."""

from typing import Any

from django.utils.translation import gettext as _

from decisions.models import (
    AgendaEntry,
    Candidate,
    ClauseComment,
    CoProposer,
    ExecutionTask,
    Item,
    Material,
    MatterType,
    Milestone,
    Minutes,
    Opinion,
    Plan,
    Sitting,
    Suggestion,
    WordingContest,
)
from decisions.selectors.items.papers import entry_name, plan_text
from permissions.changed import describe
from permissions.models import Role, User
from workflows.models import DefinitionVersion, FlowTest


def _clause(value: Any) -> str:
    return plan_text([value]) if isinstance(value, dict) else str(value)


def _checklist(entries: Any) -> str:
    return "\n".join(
        _("%(name)s（必备）") % {"name": entry_name(entry)} if entry.get("required", True) else entry_name(entry)
        for entry in entries
    )


def register() -> None:
    """Called once, when the app is ready."""
    describe(Item, hidden={"case", "routing", "round"})
    for part in (Candidate, CoProposer, Opinion):
        describe(part, hidden={"item"}, through="item")
    describe(
        Plan,
        hidden={"item", "substantive_version", "asked_version", "saved_by", "saved_at", "suggestion"},
        words={"clauses": plan_text},
    )
    describe(ClauseComment, hidden={"plan"})
    describe(Suggestion, hidden={"plan"}, words={"base": _clause})
    describe(WordingContest, hidden={"plan"})
    describe(Material, hidden={"item", "file", "sha256", "content_type"})
    describe(ExecutionTask, hidden={"item", "round"})
    describe(Milestone, hidden={"execution"})
    describe(MatterType, words={"checklist": _checklist})
    describe(Sitting, hidden={"created_at"})
    describe(AgendaEntry, hidden={"numbers"})
    describe(Minutes, hidden={"entry", "counts", "document_hash", "saved_by", "saved_at"})
    describe(Role, hidden={"group"})
    describe(User, hidden={"language", "theme", "text_size"})
    # The flow's own page compares its files.
    describe(DefinitionVersion, hidden={"xml", "sha256", "provides", "starts", "definition"})
    # What was done and expected is read by opening the play; here, how many steps it has.
    describe(FlowTest, hidden={"definition", "created"}, words={"acts": lambda acts: str(len(acts or ()))})

"""What the page of the editor is given: the sheet to draw on, who else draws, and everything the editor's script reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from permissions.look import when_words
from permissions.models import User
from permissions.policies import visible
from workflows import bpmn, names
from workflows.bpmn.model import main_process
from workflows.clock import now
from workflows.designing import choices, since
from workflows.designing.checking import variable_json, variables_of
from workflows.models import Definition, DefinitionKind, DefinitionVersion, Drawing

#: Whoever has drawn within this time counts as drawing now.
DRAWING_NOW = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a designer goes on drawing. `kept` is their own unsaved drawing where there is one; `base` the SHA-256 it was begun on.

    `behind` says that the flow has been saved since by somebody else.
    """

    key: str
    name: str
    xml: str
    base: str
    definition: Definition | None
    version: DefinitionVersion | None
    kept: Drawing | None

    @property
    def label(self) -> str:
        """The name as the reader knows it."""
        return names.label(self.name)

    @property
    def behind(self) -> bool:
        """Whether the flow has been saved since the unsaved drawing was begun."""
        return self.kept is not None and self.base != (self.version.sha256 if self.version is not None else "")


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else's unsaved drawing of the same flow."""

    who: str
    at: datetime
    is_now: bool


def sheet_of(user: User, key: str) -> Sheet | None:
    """One's own unsaved drawing of a flow, else its newest version; None where there is neither."""
    definition = Definition.objects.filter(key__iexact=key).first()
    if definition is not None and definition.kind != DefinitionKind.FLOW:
        return None
    newest = visible(user, DefinitionVersion).filter(definition=definition).order_by("-number").first()
    kept = visible(user, Drawing).filter(designer=user, key__iexact=key).first()
    if kept is not None:
        name = kept.name or (definition.name if definition is not None else kept.key)
        return Sheet(definition.key if definition else kept.key, name, kept.xml, kept.base, definition, newest, kept)
    if definition is None or newest is None:
        return None
    return Sheet(definition.key, definition.name, newest.xml, newest.sha256, definition, newest, None)


def others(user: User, key: str) -> list[Other]:
    """Who else has an unsaved drawing of this flow, the latest first."""
    rows = visible(user, Drawing).filter(key__iexact=key).exclude(designer=user).select_related("designer")
    moment = now()
    return [
        Other(row.designer.label, row.saved_at, moment - row.saved_at <= DRAWING_NOW)
        for row in rows.defer("xml").order_by("-saved_at")
    ]


def others_at(user: User, key: str) -> list[dict[str, Any]]:
    """The same for the editor's script."""
    return [{"who": one.who, "when": when_words(one.at), "now": one.is_now} for one in others(user, key)]


def editor_data(user: User, sheet: Sheet, language: str) -> dict[str, Any]:
    """Everything the editor's script is started with (docs/designer.md has the shape)."""
    xml = sheet.xml
    document, _problems = bpmn.inspect(xml)
    process = main_process(document.processes) if document is not None else None
    return {
        "language": "en" if language.startswith("en") else "zh-hans",
        "key": sheet.key,
        "name": sheet.name,
        "number": sheet.version.number if sheet.version is not None else 0,
        "xml": xml,
        "base": sheet.base,
        "kept": sheet.kept.sha256 if sheet.kept is not None else "",
        "readonly": False,
        "address": {
            "save": reverse("flow_save", args=[sheet.key]),
            "autosave": reverse("flow_autosave", args=[sheet.key]),
            "check": reverse("flow_check", args=[sheet.key]),
            "feel": reverse("flow_feel", args=[sheet.key]),
            "conflict": reverse("flow_conflict", args=[sheet.key]),
            "page": reverse("flow", args=[sheet.key]),
            "form": reverse("flow_form", args=[sheet.key]),
        },
        "others": others_at(user, sheet.key),
        "fields": [variable_json(one) for one in variables_of(document, process)],
        **choices.choices(user),
    }


def saves_of(sheet: Sheet) -> list[since.Save]:
    """What has been saved since the sheet was begun."""
    return since.saves_since(sheet.definition, sheet.base) if sheet.definition is not None else []

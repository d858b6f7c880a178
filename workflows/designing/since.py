"""What happened to a flow since a designer began: who saved what, and what that changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from permissions.errors import Conflict
from permissions.look import when_words
from workflows.bpmn import BpmnError, read
from workflows.bpmn.model import Process, main_process
from workflows.models import Definition, DefinitionKind, DefinitionVersion
from workflows.versions import Difference, diff

_SAVE = "definition_save"
#: So many saves are told one by one; of more, the last ones.
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Save:
    """One save of a flow: who (in words), when, as which version, and the SHA-256 of the file."""

    who: str
    at: datetime
    number: int
    sha256: str


def newest(definition: Definition | None) -> DefinitionVersion | None:
    """The version a designer begins on: the newest there is, whatever its status."""
    return definition.versions.order_by("-number").first() if definition is not None else None


def saves_since(definition: Definition, base: str) -> list[Save]:
    """The saves after the one that wrote `base`, oldest first; all of them where nothing here has that SHA-256."""
    rows = list(
        DefinitionVersion.history.filter(definition=definition, history_change_reason__startswith=_SAVE)
        .select_related("history_user")
        .defer("xml")
        .order_by("history_id")
    )
    begun = max((place for place, row in enumerate(rows) if row.sha256 == base), default=-1)
    return [_save(row) for row in rows[begun + 1 :]]


def content_of(definition: Definition, sha256: str) -> str | None:
    """The file with this SHA-256, as it once was a version of the flow; None where it never was."""
    rows = DefinitionVersion.history.filter(definition=definition, sha256=sha256).order_by("-history_id")
    found: str | None = rows.values_list("xml", flat=True).first()
    return found


def saved_since(definition: Definition, base: str) -> Conflict:
    """The error for saving over what somebody else has saved since `base`."""
    last = newest(definition)
    saves = saves_since(definition, base)
    told = [
        _("%(who)s于%(when)s保存了第 %(n)s 版") % {"who": one.who, "when": when_words(one.at), "n": one.number}
        for one in saves[-SHOWN:]
    ]
    words = (
        _("您开始修改以后，%(told)s。您填的都还在，没有丢失，也还没有覆盖对方的。请先看对方改了什么，再决定用哪一份。")
        if definition.kind == DefinitionKind.DECISION
        else _(
            "您开始绘制以后，%(told)s。您画的都还在，没有丢失，也还没有覆盖对方的。请先看对方改了什么，再决定用哪一份。"
        )
    )
    return Conflict(
        words % {"told": _("，").join(told) or _("已有变动")},
        code="saved_since",
        data={
            "base": base,
            "current": last.sha256 if last is not None else "",
            "saves": [
                {"who": one.who, "at": one.at.isoformat(), "number": one.number, "sha256": one.sha256}
                for one in saves[-SHOWN:]
            ],
        },
    )


def process_in(xml: str | None, process_id: str = "") -> Process | None:
    """The process of a file that a flow is about; None where it cannot be read or has none."""
    if not xml:
        return None
    try:
        processes = read(xml).processes
    except BpmnError:
        return None
    named = next((process for process in processes if process.id == process_id), None)
    return named or main_process(processes)


def difference(old: Process | None, new: Process | None) -> Difference | None:
    """What is different between two files of one flow; None where one of them cannot be read."""
    return diff(old, new) if old is not None and new is not None else None


def _save(row: Any) -> Save:
    who = row.history_user.label if row.history_user is not None else _("系统")
    return Save(who, row.history_date, row.number, row.sha256)

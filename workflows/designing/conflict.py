"""Two designers have changed one flow: what each of them changed, and where they changed the same."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from workflows.bpmn.model import Process
from workflows.designing import since
from workflows.designing.page import Sheet
from workflows.models import DefinitionVersion
from workflows.moving.pages import Group, groups_of
from workflows.moving.words import change_words
from workflows.versions import Difference

#: The note of a version has room for so many characters.
NOTE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two changed since the common beginning, in words; None where one of the files cannot be read, or the
    beginning is not known."""

    groups: tuple[Group, ...] | None
    elements: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Clash:
    """A conflict as its page shows it: who saved what since, what they and what this designer changed, and in words what both
    changed, which only one of the two files can have."""

    saves: list[since.Save]
    theirs: Side
    mine: Side
    both: tuple[str, ...]


def clash_of(sheet: Sheet) -> Clash:
    """Compare one's own drawing and the newest version with what the drawing was begun on."""
    version = sheet.version
    process_id = version.process_id if version is not None else ""
    content = since.content_of(sheet.definition, sheet.base) if sheet.definition is not None else None
    base = since.process_in(content, process_id)
    theirs, mine = (
        since.process_in(xml, process_id) for xml in (version.xml if version is not None else None, sheet.xml)
    )
    changed_there, changed_here = since.difference(base, theirs), since.difference(base, mine)
    there, here = _side(changed_there, base, theirs), _side(changed_here, base, mine)
    both = there.elements & here.elements
    words: tuple[str, ...] = ()
    if changed_here is not None and base is not None and mine is not None:
        words = tuple(change_words(one, base, mine) for one in changed_here.changes if one.element in both)
    return Clash(since.saves_since(sheet.definition, sheet.base) if sheet.definition else [], there, here, words)


def note_of(clash: Clash, version: DefinitionVersion) -> str:
    """The note of a version that was kept against another designer's: whose changes are not in it, and which."""
    who = _("、").join(dict.fromkeys(save.who for save in clash.saves))
    lines = [line for group in clash.theirs.groups or () for line, _details in group.lines]
    words = _("没有采用%(who)s保存的改动（第 %(n)s 版，%(sha)s…）：%(changes)s") % {
        "who": who,
        "n": version.number,
        "sha": version.sha256[:12],
        "changes": _("；").join(lines) or _("排版"),
    }
    return words if len(words) <= NOTE_LENGTH else f"{words[: NOTE_LENGTH - 1]}…"


def _side(difference: Difference | None, base: Process | None, now: Process | None) -> Side:
    if difference is None or base is None or now is None:
        return Side(None)
    return Side(groups_of(difference, base, now), frozenset(difference.elements))

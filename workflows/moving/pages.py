"""What the pages of a migration show: the differences in groups, the mapping row by row, each case with what would happen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from procrastinate.contrib.django.models import ProcrastinateJob
from viewflow.workflow.status import PROCESS

from permissions.models import Role, User
from permissions.policies import visible
from workflows import case_overview, compiled, names
from workflows.actions.migrations import CasePlan, Plan
from workflows.bpmn.model import Process
from workflows.engine import Kept, compatible
from workflows.models import (
    Case,
    CaseTask,
    Definition,
    DefinitionVersion,
    MigratedCase,
    Migration,
    MoveOutcome,
    VersionStatus,
)
from workflows.moving import words
from workflows.queue import undo_key
from workflows.versions import Difference
from workflows.versions.difference import KINDS


@dataclass(frozen=True, slots=True)
class Group:
    """The changes of one kind, as sentences, each with its details."""

    kind: str
    title: str
    lines: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One node of the old version: what it goes on as, and what it could. `why` says why nothing was proposed."""

    node: str
    name: str
    standing: int
    chosen: str
    options: tuple[tuple[str, str], ...]
    why: str = ""

    @property
    def is_problem(self) -> bool:
        """Cases stand here, and go nowhere."""
        return bool(self.standing) and not self.chosen


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as a line of a list: its name as far as the reader may know it, its address where they may open it."""

    pk: int
    title: str
    opens: bool
    stands: str
    goes: bool = False
    words: tuple[str, ...] = ()
    selected: bool = False
    row: MigratedCase | None = field(default=None, compare=False)


def groups_of(difference: Difference, old: Process, new: Process) -> tuple[Group, ...]:
    """The differences by kind, with the words for them; empty kinds are left out."""
    titles = {
        "added": _("增加"),
        "removed": _("去掉"),
        "moved": _("移动"),
        "changed": _("改动"),
        "renamed": _("改名"),
    }
    roles = {role.key: role.label for role in Role.objects.select_related("body", "group")}
    found = []
    for kind in KINDS:
        lines = tuple(
            (
                words.change_words(change, old, new),
                ()
                if kind == "renamed"
                else tuple(words.detail_words(detail, old, new, roles) for detail in change.details),
            )
            for change in difference.of(kind)
        )
        if lines:
            found.append(Group(kind, titles[kind], lines))
    return tuple(found)


def processes_of(plan: Plan) -> tuple[Process, Process]:
    """The old and the new version, as they run."""
    old, new = (compiled.of_version(version.pk, version.sha256).process for version in (plan.old, plan.new))
    return old, new


def marks_of(difference: Difference, *, old: bool) -> dict[str, str]:
    """How the nodes of one drawing are marked: what goes in the old one, what comes in the new, what differs in both."""
    marks = {"removed": "removed"} if old else {"added": "added"}
    marks |= dict.fromkeys(("changed", "moved", "renamed"), "changed")
    return {change.element: marks[change.kind] for change in difference.changes if change.kind in marks}


def choices_of(plan: Plan) -> list[Choice]:
    """The mapping, problems first, then where cases stand, then what else can hold a case."""
    old, new = (compiled.of_version(version.pk, version.sha256) for version in (plan.old, plan.new))
    clocks = {event.id for place in old.graph.places.values() for event in place.timers}
    found = []
    for place in old.graph.places.values():
        standing = plan.standing.get(place.id, 0)
        chosen = plan.mapping.get(place.id, "")
        if not standing and place.element.begin is None and place.id not in clocks:
            continue
        options = tuple(
            (other.id, words.node_words(new.process, other.id))
            for other in new.graph.places.values()
            if compatible(place, other)
        )
        why = words.why_unmapped(plan.proposal.unmapped[place.id]) if place.id in plan.proposal.unmapped else ""
        found.append(Choice(place.id, words.node_words(old.process, place.id), standing, chosen, options, why))
    return sorted(found, key=lambda row: (not row.is_problem, not row.standing, bool(row.chosen)))


def lines_of(user: User, plan: Plan, cases: Sequence[CasePlan], selected: Iterable[int] = ()) -> list[CaseLine]:
    """The cases of a dry run, each with what would happen or why it would not."""
    old, new = (compiled.of_version(version.pk, version.sha256) for version in (plan.old, plan.new))
    chosen = set(selected)
    pks = [row.case.pk for row in cases]
    known, opens = case_overview.known_of(user, pks), _opened(user, pks)
    stands = _stands(pks)
    lines = []
    for row in cases:
        if row.moved is None:
            told: tuple[str, ...] = tuple(
                dict.fromkeys(words.refusal_words(refusal, old.process, new.process) for refusal in row.refusals)
            )
        else:
            told = tuple(_told(row))
        lines.append(
            CaseLine(
                row.case.pk,
                case_overview.title_of(row.case, known=row.case.pk in known),
                row.case.pk in opens,
                stands.get(row.case.pk, ""),
                row.moved is not None,
                told,
                row.case.pk in chosen,
            )
        )
    return lines


def _told(row: CasePlan) -> list[str]:
    """What would happen to a case that moves; nothing where only its version changes."""
    moved = row.moved
    if moved is None:
        return []
    told = list(dict.fromkeys(filter(None, map(_kept_words, moved.kept))))
    if moved.timers_set:
        n = len(moved.timers_set)
        told.append(ngettext("新设 %(n)d 个计时", "新设 %(n)d 个计时", n) % {"n": n})
    if moved.timers_cleared:
        n = len(moved.timers_cleared)
        told.append(ngettext("取消 %(n)d 个计时", "取消 %(n)d 个计时", n) % {"n": n})
    return told


def _kept_words(kept: Kept) -> str:
    shown = {
        "node": _("环节"),
        "name": _("名称"),
        "form": _("表单"),
        "assignment": _("办理人"),
        "due": _("办理期限"),
        "reminders": _("催办"),
        "priority": _("优先级"),
        "job_type": _("作业"),
        "message": _("消息名称"),
        "lane": _("泳道"),
    }
    parts = [words_ for name, words_ in shown.items() if name in kept.changed]
    return _("待办按新版更新：%(what)s") % {"what": _("、").join(parts)} if parts else ""


def _opened(user: User, pks: Iterable[int]) -> set[int]:
    return set(visible(user, Case.objects.filter(pk__in=list(pks))).values_list("pk", flat=True))


def _stands(pks: Sequence[int]) -> dict[int, str]:
    """Where cases stand: the names of their open steps, a few of them."""
    found: dict[int, list[str]] = {}
    tasks = CaseTask.objects.filter(process__in=pks, finished__isnull=True).order_by("id")
    for case, name, node in tasks.values_list("process", "name", "node").distinct():
        called = names.label(name) or node
        steps = found.setdefault(case, [])
        if called not in steps:
            steps.append(called)
    return {case: _("、").join(steps[:3]) for case, steps in found.items()}


# --- a migration under way --------------------------------------------------------------------------------------------


def outcomes(migration: Migration) -> dict[str, int]:
    """How many cases came to what."""
    counted = dict(migration.cases.order_by().values_list("outcome").annotate(n=Count("pk")))
    return {str(outcome): counted.get(str(outcome), 0) for outcome in MoveOutcome.values}


def is_going_back(migration: Migration) -> bool:
    """Whether the worker has cases of it still to put back."""
    waits = ProcrastinateJob.objects.filter(
        queueing_lock__startswith=undo_key(migration.pk), status__in=("todo", "doing")
    )
    return bool(waits.exists())


def moved_lines(user: User, migration: Migration, rows: Sequence[MigratedCase]) -> list[CaseLine]:
    """The cases of a migration, each with what became of it."""
    pks = [row.case_id for row in rows]
    known, opens, stands = case_overview.known_of(user, pks), _opened(user, pks), _stands(pks)
    old, new = (compiled.of_version(v.pk, v.sha256) for v in (migration.from_version, migration.to_version))
    lines = []
    for row in rows:
        refusals = words.refusals_from(row.before)
        text = words.refusals_text(refusals, old.process, new.process) if refusals else row.reason
        title = case_overview.title_of(row.case, known=row.case_id in known)
        lines.append(
            CaseLine(
                row.case_id,
                title,
                row.case_id in opens,
                stands.get(row.case_id, ""),
                words=(text,) if text else (),
                row=row,
            )
        )
    return lines


def migrations_of(user: User, definition: Definition) -> QuerySet[Migration]:
    """The migrations of a flow this user may know of, newest first."""
    rows = visible(user, Migration).filter(from_version__definition=definition)
    return rows.select_related("from_version", "to_version", "created_by").defer("from_version__xml", "to_version__xml")


def sources_for(version: DefinitionVersion) -> list[DefinitionVersion]:
    """The other versions of the flow that cases still run on, newest first, each with how many (`running`)."""
    running = Count("cases", filter=Q(cases__status=PROCESS.NEW))
    rows = DefinitionVersion.objects.filter(definition=version.definition_id).exclude(pk=version.pk)
    rows = rows.exclude(status=VersionStatus.DRAFT).defer("xml").annotate(running=running)
    return list(rows.filter(running__gt=0).order_by("-number"))


def running_elsewhere(version: DefinitionVersion) -> int:
    """How many cases of the flow run on its other versions."""
    cases = Case.objects.filter(version__definition=version.definition_id, status=PROCESS.NEW)
    return cases.exclude(version=version.pk).count()


def mapping_from(data: Mapping[str, str]) -> dict[str, str]:
    """The mapping a form brings: fields ``map.<old node>``, "" for nothing."""
    return {name.removeprefix("map."): value for name, value in data.items() if name.startswith("map.")}

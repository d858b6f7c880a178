"""Cases as their pages show them: which there are, where each stands and who has it, what happened, what it holds.

Whoever looks after cases sees all of them; what one is about stands here only for those who may know it
(`workflows.policies.knowing`), and a search looks at nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from viewflow.workflow.status import PROCESS

from permissions.look import Entry
from permissions.models import AuditEvent, Role, User
from permissions.policies import visible
from permissions.selectors import sides_of
from workflows.models import Case, CaseTask, Definition, Incident, TaskKind
from workflows.policies import knowing
from workflows.story import words_of

#: What a case can be looked for by; the empty one is all of them.
STATES = ("running", "suspended", "incidents", "ended", "all")
# A step that asks the three hundred members of an assembly is one line in a list.
STEPS_SHOWN = 3
# A call for each of a collection may start hundreds.
CALLED_SHOWN = 20

_OPEN_INCIDENT = Exists(Incident.objects.filter(case=OuterRef("pk"), resolved__isnull=True))
_IN: Mapping[str, Q] = {
    "running": Q(status=PROCESS.NEW),
    "suspended": Q(status=PROCESS.NEW, suspended__isnull=False),
    "incidents": Q(status=PROCESS.NEW) & Q(_OPEN_INCIDENT),
    "ended": ~Q(status=PROCESS.NEW),
    "all": Q(),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: a state, the key of a flow, words of a title or a number (`#12`)."""

    state: str = "running"
    flow: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Stand:
    """An open step: since when it waits, for whom (or for what), until when. `count` steps of the same name are one."""

    task: CaseTask
    who: str
    count: int = 1

    @property
    def since(self) -> datetime:
        began: datetime = self.task.created
        return began


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list. `title` is masked where the reader may not know it (`known` false)."""

    case: Case
    title: str
    known: bool
    stands: list[Stand]
    more: int
    incidents: int

    @property
    def due(self) -> datetime | None:
        """The nearest deadline of its open steps."""
        return min((stand.task.due for stand in self.stands if stand.task.due), default=None)


def asked_cases(user: User, asked: Asked) -> QuerySet[Case]:
    """The cases this user may see that match, newest first."""
    return _matching(user, asked).filter(_IN[asked.state]).order_by("-created", "-pk")


def state_counts(user: User, asked: Asked) -> dict[str, int]:
    """How many match in each state, for the flow and the words asked for."""
    counted = {name: Count("pk", filter=condition, distinct=True) for name, condition in _IN.items() if name != "all"}
    return _matching(user, asked).order_by().aggregate(all=Count("pk", distinct=True), **counted)


def rows_of(user: User, cases: Iterable[Case]) -> list[CaseRow]:
    """The rows of a page: five statements, however many cases."""
    shown = list(cases)
    pks = [case.pk for case in shown]
    known = known_of(user, pks)
    tasks: dict[int, list[CaseTask]] = {pk: [] for pk in pks}
    waiting = CaseTask.objects.filter(process__in=pks, finished__isnull=True).select_related("owner")
    for task in waiting.order_by("created", "id"):
        tasks[task.process_id].append(task)
    held = dict(
        Incident.objects.filter(case__in=pks, resolved__isnull=True)
        .order_by()
        .values_list("case")
        .annotate(count=Count("pk"))
    )
    names = _Names([task for group in tasks.values() for task in group])
    rows = []
    for case in shown:
        stands = names.stands(tasks[case.pk])
        case_known = case.pk in known
        title = title_of(case, known=case_known)
        more = sum(stand.count for stand in stands[STEPS_SHOWN:])
        rows.append(CaseRow(case, title, case_known, stands[:STEPS_SHOWN], more, held.get(case.pk, 0)))
    return rows


def known_of(user: User, pks: Iterable[int]) -> set[int]:
    """Of these cases, those whose title and contents this user may know."""
    return set(knowing(user, Case.objects.filter(pk__in=list(pks))).values_list("pk", flat=True))


def title_of(case: Case, *, known: bool) -> str:
    """The case's title (without one, its flow's name), or that it is not open to this reader."""
    return (case.title or case.version.definition.label) if known else _("内容不公开")


def incidents_in(case: Case) -> int:
    """How many incidents of the case are open; none once it has ended."""
    return Incident.objects.filter(case=case, resolved__isnull=True).count() if case.is_running else 0


def stands_of(case: Case, most: int | None = None) -> list[Stand]:
    """The open steps of a case (the first `most` of them), in the order they came up; each by itself."""
    waiting = case.task_set.filter(finished__isnull=True).select_related("owner").order_by("created", "id")
    return stands_among(waiting[:most])


def stands_among(tasks: Iterable[CaseTask]) -> list[Stand]:
    """These open steps with who has each."""
    rows = list(tasks)
    names = _Names(rows)
    return [Stand(task, names.who(task)) for task in rows]


def history(case: Case) -> QuerySet[AuditEvent]:
    """What the log tells of this case, newest first; of its subject's chain only what is the flow's own."""
    return (
        AuditEvent.objects.filter(subject=case.chain, data__case=case.pk)
        .select_related("actor")
        .order_by("-seq")
        .defer("hash", "previous_hash")
    )


def told(events: Iterable[AuditEvent], *, known: bool) -> list[Entry]:
    """Log entries as sentences. Without `known` only what was done is told, and none of the words somebody wrote to it."""
    rows = list(events)
    sides = sides_of(row.actor_id for row in rows)
    entries = []
    for row in rows:
        what, more = words_of(row.verb, row.data)
        who = row.actor.label if row.actor is not None else _("系统")
        side = sides.get(row.actor_id or 0)
        entries.append(Entry(at=row.at, who=who, what=what, body=side, change=more if known else ""))
    return entries


def variables_of(case: Case) -> list[tuple[str, str]]:
    """The case's variables by name: words as they are, anything else as JSON."""
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in sorted(case.variables.items())
    ]


def kin(user: User, case: Case) -> tuple[CaseRow | None, list[CaseRow], int]:
    """The case that called this one, and those it has called, the newest first, where this user may see them; and how many more
    it has called than are listed."""
    seen = visible(user, Case)
    called = seen.filter(parent=case.pk)
    above = light(seen.filter(pk=case.parent_id)) if case.parent_id is not None else ()
    listed = list(light(called).order_by("-pk")[:CALLED_SHOWN])
    rows = rows_of(user, [*above, *listed])
    parent = next((row for row in rows if row.case.pk == case.parent_id), None)
    more = called.count() - len(listed) if len(listed) == CALLED_SHOWN else 0
    return parent, [row for row in rows if row is not parent], more


def flows_with_cases(user: User) -> QuerySet[Definition]:
    """The flows that have a case this user may see."""
    seen = visible(user, Case).order_by().values("version__definition")
    return Definition.objects.filter(pk__in=seen).order_by("key")


def light(cases: QuerySet[Case]) -> QuerySet[Case]:
    """With the flow's name and version, and without what no list shows."""
    found = cases.select_related("version__definition", "started_by")
    return found.defer("version__xml", "version__note", "marking", "variables")


def _matching(user: User, asked: Asked) -> QuerySet[Case]:
    cases = visible(user, Case)
    if asked.flow:
        cases = cases.filter(version__definition__key=asked.flow)
    words = asked.words.strip()
    if words:
        named = knowing(user, Case.objects.filter(title__icontains=words)).order_by().values("pk")
        found = Q(pk__in=named)
        digits = words.removeprefix("#")
        if digits.isascii() and digits.isdigit() and len(digits) < 10:
            found |= Q(pk=int(digits))
        cases = cases.filter(found)
    return cases


class _Names:
    """Who has a task, in words; roles and people asked of the database once for all tasks."""

    def __init__(self, tasks: Iterable[CaseTask]) -> None:
        rows = [task for task in tasks if task.kind == TaskKind.HUMAN and task.owner_id is None]
        keys = {key for task in rows for key in task.candidate_groups}
        people = {name for task in rows for name in (*task.candidate_users, task.assignee) if name}
        roles = Role.objects.filter(group__name__in=keys).select_related("body", "group") if keys else ()
        self._roles = {role.key: role.label for role in roles}
        users = User.objects.filter(username__in=people) if people else ()
        self._people = {user.username: user.label for user in users}

    def who(self, task: CaseTask) -> str:
        """The position that took it, else the roles and people who may; else what it waits for."""
        if task.kind != TaskKind.HUMAN:
            return str(TaskKind(task.kind).label)
        if task.owner is not None:
            return task.owner.label
        asked = [self._roles.get(key, key) for key in task.candidate_groups]
        asked += [self._people.get(name, name) for name in (*task.candidate_users, task.assignee) if name]
        return _("、").join(asked) or task.lane_label or _("还没有人可以办理")

    def stands(self, tasks: Iterable[CaseTask]) -> list[Stand]:
        """The open steps; several at one node, with the same people, are one line."""
        found: dict[tuple[str, str], list[CaseTask]] = {}
        for task in tasks:
            node = (task.node, self.who(task) if task.owner_id is None else "")
            found.setdefault(node, []).append(task)
        return [Stand(group[0], self._together(group), len(group)) for group in found.values()]

    def _together(self, group: list[CaseTask]) -> str:
        names = list(dict.fromkeys(self.who(task) for task in group))
        return (
            _("、").join(names) if len(names) <= 3 else _("%(first)s等 %(n)d 人") % {"first": names[0], "n": len(names)}
        )

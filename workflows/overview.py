"""Flows as their pages show them: which versions there are, what runs on them, how long each step takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q, QuerySet, When
from django.db.models import Case as Either
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from viewflow.workflow.status import PROCESS, STATUS

from permissions import roles
from permissions.models import Role, User
from permissions.policies import visible
from workflows import names, soundness
from workflows.bpmn.messages import word
from workflows.bpmn.model import Document, Node, Problem, Process
from workflows.models import Case, CaseTask, Definition, DefinitionKind, DefinitionVersion, TaskKind, VersionStatus
from workflows.selectors import definitions

# What a reader of a flow calls a step: the elements somebody or something works at.
STEPS = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
    }
)


class Median(Aggregate):
    """The middle value of a group, in PostgreSQL's own words."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One flow in the list: the version new cases start on, the draft (for those who may know of it), what runs."""

    definition: Definition
    published: DefinitionVersion | None
    draft: DefinitionVersion | None
    running: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flow with its figures: open and overdue now, done so far, and the median time it took."""

    node: Node
    name: str
    who: str
    open: int = 0
    overdue: int = 0
    done: int = 0
    median: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a version's file says: nothing but problems where it cannot be read."""

    document: Document | None
    process: Process | None
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A problem for a page: its sentence, and where it has a way to show on the drawing, its number and the names of
    the steps on that way."""

    problem: Problem
    words: str
    number: int
    way: tuple[str, ...]


def flow_rows(user: User, kind: DefinitionKind = DefinitionKind.FLOW) -> list[FlowRow]:
    """The flows (or decisions) this user may know of, with at least one version they may see."""
    by_flow = counted_cases(user).filter(status=PROCESS.NEW).order_by().values_list("version__definition")
    running = dict(by_flow.annotate(Count("pk")))
    versions: dict[int, list[DefinitionVersion]] = defaultdict(list)
    for version in versions_of(user):
        versions[version.definition_id].append(version)
    rows = []
    for definition in definitions(user).filter(kind=kind):
        known = versions[definition.pk]
        if known:
            published = next((v for v in known if v.status == VersionStatus.PUBLISHED), None)
            draft = next((v for v in known if v.status == VersionStatus.DRAFT), None)
            rows.append(FlowRow(definition, published, draft, running.get(definition.pk, 0)))
    return rows


def versions_of(user: User, definition: Definition | None = None) -> QuerySet[DefinitionVersion]:
    """The versions this user may see, newest first, without their files, and on each how many cases run (`counted_cases`)."""
    running = Q(cases__in=counted_cases(user).filter(status=PROCESS.NEW).order_by().values("pk"))
    rows = visible(user, DefinitionVersion).select_related("created_by", "published_by").defer("xml")
    if definition is not None:
        rows = rows.filter(definition=definition)
    return rows.annotate(running=Count("cases", filter=running)).order_by("-number")


def read_version(version: DefinitionVersion) -> Reading:
    """The version's file, read and checked. What it asks of this installation (handlers, forms) is asked when it is published."""
    document, problems = soundness.inspect(version.xml)
    process = next((p for p in document.processes if p.id == version.process_id), None) if document else None
    return Reading(
        document,
        process,
        tuple(problem for problem in problems if problem.severity == "error"),
        tuple(problem for problem in problems if problem.severity != "error"),
    )


def told(reading: Reading) -> tuple[list[Told], list[Told]]:
    """The errors and the warnings as a page tells them; those with a way to show are numbered through, from 1."""
    numbers = count(1)
    errors, warnings = (
        [
            Told(problem, problem_words(problem), next(numbers) if problem.path else 0, _way_words(reading, problem))
            for problem in problems
        ]
        for problems in (reading.errors, reading.warnings)
    )
    return errors, warnings


def _way_words(reading: Reading, problem: Problem) -> tuple[str, ...]:
    nodes = (
        {node.id: node for process in reading.document.processes for node in process.nodes.values()}
        if (reading.document)
        else {}
    )
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    way = [nodes[element] for element in problem.path if element in nodes]
    return tuple(names.label(node.name) or word(node.kind, language) for node in way)


def counted_cases(user: User) -> QuerySet[Case]:
    """The cases that figures tell this user of: all of them those who look after flows or audit them, others those they may see. A
    number alone says that something runs which they are not to know of (R40)."""
    if {"admin", "designer", "auditor"} & roles.of(user):
        return Case.objects.all()
    return visible(user, Case)


def steps_of(user: User, version: DefinitionVersion, process: Process | None) -> list[Step]:
    """The steps of a version in the order of its file, with figures over the cases that ran on it (`counted_cases`)."""
    if process is None:
        return []
    figures = _figures(user, version)
    named = {role.key: role.label for role in Role.objects.select_related("body", "group")}
    return [
        Step(node, names.label(node.name) or node.id, _who(process, node, named), **figures.get(node.id, {}))
        for node in process.nodes.values()
        if node.kind in STEPS
    ]


def running_count(user: User, definition: Definition) -> int:
    """How many cases of a flow run, on any of its versions (`counted_cases`)."""
    return counted_cases(user).filter(version__definition=definition, status=PROCESS.NEW).count()


def running_cases(user: User, definition: Definition) -> QuerySet[Case]:
    """The running cases of a flow this user may see, newest first."""
    return (
        visible(user, Case)
        .filter(version__definition=definition, status=PROCESS.NEW)
        .select_related("version__definition", "started_by")
        .defer("version__xml", "version__note", "marking", "variables")
        .order_by("-created")
    )


def problem_words(problem: Problem) -> str:
    """A problem as a sentence in the language of the page."""
    return problem.text("en" if (get_language() or "").startswith("en") else "zh-hans")


def _figures(user: User, version: DefinitionVersion) -> dict[str, dict[str, Any]]:
    late = Q(finished__isnull=True, due__lt=timezone.now(), kind=TaskKind.HUMAN)
    # A sitting's result ends a step too, and nobody completes it; a cancelled step took no time worth telling.
    ended = Q(status=STATUS.DONE)
    # The condition stands inside the value: where FILTER goes in an aggregate's template differs between Django 5.2 and 6.1.
    spent = ExpressionWrapper(F("finished") - F("created"), output_field=DurationField())
    took = Either(When(ended, then=spent), output_field=DurationField())
    rows = (
        CaseTask.objects.filter(process__version=version, process__in=counted_cases(user).order_by().values("pk"))
        .order_by()
        .values("node")
        .annotate(
            open=Count("pk", filter=Q(finished__isnull=True, process__status=PROCESS.NEW)),
            overdue=Count("pk", filter=late & Q(process__status=PROCESS.NEW)),
            done=Count("pk", filter=ended),
            median=Median(took),
        )
    )
    return {row.pop("node"): row for row in rows}


def _who(process: Process, node: Node, roles: Mapping[str, str]) -> str:
    """Who does a step, in words: the role its lane names, else the lane, else what the file says of the assignee."""
    lane = process.lanes.get(node.lane) if node.lane else None
    named = lane
    while named is not None and named.role is None and named.parent:
        named = process.lanes.get(named.parent)
    if node.assignment and node.assignment.candidate_groups:
        keys = [key for key in roles if key in node.assignment.candidate_groups]
        if keys:
            return _("、").join(roles[key] for key in keys)
    if named is not None and named.role is not None and named.role in roles:
        return roles[named.role]
    return names.label(lane.name) if lane else ""

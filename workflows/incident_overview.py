"""Incidents as their pages show them: which there are, grouped by cause, each in words this reader may read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Min, Q, QuerySet

from permissions.models import User
from permissions.policies import visible
from workflows import case_overview, incidents
from workflows.models import Case, Definition, Incident, TaskKind

#: What incidents can be looked for by: given up, to be tried again, over, and any.
STATES: Mapping[str, Q] = {
    "waiting": Q(resolved__isnull=True, next_try__isnull=True),
    "retrying": Q(resolved__isnull=True, next_try__isnull=False),
    "resolved": Q(resolved__isnull=False),
    "all": Q(),
}
# What the worker does, and so can do again.
THE_WORKERS = Q(timer__isnull=False) | Q(task__kind=TaskKind.JOB)
# A list of causes is to be taken in at a glance.
CAUSES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: a state, and the key of a flow."""

    state: str = "waiting"
    flow: str = ""


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident in words. `title` is masked where the reader may not know the case (`known`), `link` false where they may not
    see it."""

    incident: Incident
    node: str
    words: str
    title: str
    known: bool
    link: bool

    @property
    def case(self) -> Case:
        return self.incident.case


@dataclass(frozen=True, slots=True)
class Cause:
    """Open incidents of one flow at one element with one code: once what is behind them is mended, all can be retried."""

    flow: Definition
    node: str
    code: str
    label: str
    words: str
    count: int
    since: datetime


def asked_incidents(user: User, asked: Asked) -> QuerySet[Incident]:
    """The incidents this user may see that match: open ones first, the longest given up before all."""
    found = _of_flow(user, asked.flow).filter(STATES[asked.state])
    return light(found).order_by(
        F("resolved").desc(nulls_first=True), F("next_try").asc(nulls_first=True), "created", "pk"
    )


def light(found: QuerySet[Incident]) -> QuerySet[Incident]:
    """With what their words are made of, and without the files and contents of their cases."""
    joined = found.select_related("case__version__definition", "task", "timer", "resolved_by")
    return joined.defer("case__marking", "case__variables", "case__version__xml", "case__version__note")


def state_counts(user: User, asked: Asked) -> dict[str, int]:
    """How many match in each state, for the flow asked for."""
    counted = {name: Count("pk", filter=condition) for name, condition in STATES.items() if name != "all"}
    return _of_flow(user, asked.flow).order_by().aggregate(all=Count("pk"), **counted)


def rows_of(user: User, found: Iterable[Incident]) -> list[IncidentRow]:
    """The rows of a page."""
    shown = list(found)
    pks = [incident.case_id for incident in shown]
    seen = set(visible(user, Case).filter(pk__in=pks).values_list("pk", flat=True))
    known = case_overview.known_of(user, pks)
    return [
        IncidentRow(
            incident,
            incidents.node_label(incident),
            incidents.words(incident, whole=incident.case_id in known),
            case_overview.title_of(incident.case, known=incident.case_id in known),
            incident.case_id in known,
            incident.case_id in seen,
        )
        for incident in shown
    ]


def flows_with_incidents(user: User) -> QuerySet[Definition]:
    """The flows that have an incident this user may see."""
    seen = visible(user, Incident).order_by().values("case__version__definition")
    return Definition.objects.filter(pk__in=seen).order_by("key")


def causes(user: User, flow: str = "") -> list[Cause]:
    """The causes behind several open incidents that the worker could try again, the most frequent first."""
    found = (
        _of_flow(user, flow)
        .filter(THE_WORKERS, resolved__isnull=True)
        .order_by()
        .values("case__version__definition", "node", "code")
        .annotate(count=Count("pk"), since=Min("created"), newest=Max("pk"))
        .filter(count__gt=1)
        .order_by("-count", "since")[:CAUSES_SHOWN]
    )
    groups = list(found)
    newest = light(Incident.objects.all()).in_bulk([row["newest"] for row in groups])
    return [_cause(newest[row["newest"]], row["count"], row["since"]) for row in groups]


def cause_of(user: User, flow: str, node: str, code: str) -> tuple[Cause | None, list[int]]:
    """One cause with the keys of its incidents: given up ones first, and last those whose time to be tried again has come;
    None where none is open any more."""
    found = _of_flow(user, flow).filter(THE_WORKERS, resolved__isnull=True, node=node, code=code)
    rows = list(found.order_by(F("next_try").desc(nulls_first=True), "pk").values_list("pk", "created"))
    newest = light(found).order_by("-pk").first() if flow and rows else None
    if newest is None:
        return None, []
    return _cause(newest, len(rows), min(created for _pk, created in rows)), [pk for pk, _created in rows]


def _cause(incident: Incident, count: int, since: datetime) -> Cause:
    return Cause(
        incident.case.version.definition,
        incident.node,
        incident.code,
        incidents.node_label(incident),
        incidents.words(incident, whole=False),
        count,
        since,
    )


def _of_flow(user: User, flow: str) -> QuerySet[Incident]:
    found = visible(user, Incident)
    return found.filter(case__version__definition__key=flow) if flow else found

"""The ways cases really went, and where people took them off the diagram.

A way is the steps of a case in the order they were come to; a step that many do at once, or that comes again right away, stands
in it once. Where a case left its diagram the log says: it jumped, was sent back, went over to another version, or was ended by
hand.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Min, QuerySet
from django.utils.translation import gettext_lazy as _

from permissions.models import AuditEvent
from workflows import names
from workflows.bpmn.model import Process
from workflows.conformance import Conformance, measure
from workflows.engine import EngineError, MigrationRefused
from workflows.models import Case, CaseTask
from workflows.overview import STEPS
from workflows.replay import stages

#: How a case leaves its diagram: the log's verb → its words.
DEPARTURES: Final[dict[str, Any]] = {
    "case_jump": _("跳转"),
    "task_send_back": _("退回"),
    "case_migrate": _("迁移到新版"),
    "case_migrate_undo": _("撤销迁移"),
    "case_cancel": _("终止"),
    "case_withdraw": _("撤回"),
}


@dataclass(frozen=True, slots=True)
class Variant:
    """A way that `cases` cases went; `off` of them left the diagram on it. `key` names the way in an address."""

    key: str
    nodes: tuple[str, ...]
    names: tuple[str, ...]
    cases: int
    off: int


@dataclass(frozen=True, slots=True)
class Departure:
    """Where cases left the diagram: by which act, from and to which steps (in words), how often, and how many cases."""

    verb: str
    words: str
    origin: str
    target: str
    times: int
    cases: int


@dataclass(frozen=True, slots=True)
class Ways:
    """All ways, the most frequent first, and all departures likewise. `fitting` of `total` cases never left the diagram."""

    variants: tuple[Variant, ...]
    departures: tuple[Departure, ...]
    total: int
    fitting: int


def ways_of(cases: QuerySet[Case], process: Process) -> Ways:
    """What really happened in these cases: three statements, however many they are."""
    left = _left(cases)
    off = {case for case, _verb, _origin, _target in left}
    gone: Counter[tuple[str, ...]] = Counter()
    gone_off: Counter[tuple[str, ...]] = Counter()
    total = 0
    for case, way in _ways(cases, process):
        gone[way] += 1
        gone_off[way] += case in off
        total += 1
    variants = [
        Variant(key_of(way), way, tuple(_name(process, node) for node in way), count, gone_off[way])
        for way, count in sorted(gone.items(), key=lambda row: (-row[1], row[0]))
    ]
    return Ways(tuple(variants), tuple(_departures(left, process)), total, total - len(off))


def cases_of_way(cases: QuerySet[Case], process: Process, key: str) -> list[int]:
    """The ids of the cases that went the way of this key."""
    return [case for case, way in _ways(cases, process) if key_of(way) == key]


def cases_off(cases: QuerySet[Case], verb: str = "") -> set[int]:
    """The ids of the cases that left the diagram, by one act or by any."""
    return {case for case, by, _origin, _target in _left(cases) if by == verb or not verb}


def key_of(way: Sequence[str]) -> str:
    """A short name of a way, the same for the same steps."""
    # An id of an element holds no blank.
    return hashlib.sha256(" ".join(way).encode()).hexdigest()[:16]


def folded(nodes: Iterable[str]) -> tuple[str, ...]:
    """The steps without those that come again right away."""
    return tuple(node for node, _same in groupby(nodes))


def conformance_of(case: Case) -> Conformance | None:
    """A case's log played on the engine of its version, counted. None where the log cannot be played."""
    try:
        return measure(one for stage in stages(case) for one in stage.played)
    except (EngineError, MigrationRefused):
        return None


def _ways(cases: QuerySet[Case], process: Process) -> Iterable[tuple[int, tuple[str, ...]]]:
    steps = [node.id for node in process.nodes.values() if node.kind in STEPS]
    rows = (
        CaseTask.objects.filter(process__in=cases.values("pk"), node__in=steps)
        .order_by()
        .values("process")
        .annotate(way=ArrayAgg("node", order_by="pk"))
        .values_list("process", "way")
    )
    # Most cases went one of a few ways: each is folded once.
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    for case, way in rows.iterator(chunk_size=2000):
        whole = tuple(way)
        if whole not in known:
            known[whole] = folded(whole)
        yield case, known[whole]


def _left(cases: QuerySet[Case]) -> list[tuple[int, str, tuple[str, ...], str]]:
    """Each time one of the cases left the diagram: the case, the verb, the steps it left and the step it went to."""
    begun = cases.aggregate(first=Min("created"))["first"]
    if begun is None:
        return []
    entries = AuditEvent.objects.filter(verb__in=DEPARTURES, at__gte=begun).order_by()
    told = list(entries.values_list("data__case", "verb", "data__from", "data__to"))
    ours = set(cases.filter(pk__in={row[0] for row in told}).values_list("pk", flat=True)) if told else ()
    return [
        (case, verb, _nodes(origin), to if isinstance(to, str) else "")
        for case, verb, origin, to in told
        if case in ours
    ]


def _nodes(told: Any) -> tuple[str, ...]:
    # Of a migration the log holds the numbers of the versions.
    return tuple(told) if isinstance(told, list) else ()


def _departures(left: Iterable[tuple[int, str, tuple[str, ...], str]], process: Process) -> list[Departure]:
    found: dict[tuple[str, tuple[str, ...], str], list[int]] = defaultdict(list)
    for case, verb, origin, target in left:
        found[verb, origin, target].append(case)
    rows = [
        Departure(
            verb,
            str(DEPARTURES[verb]),
            "、".join(_name(process, node) for node in origin),
            _name(process, target) if target else "",
            len(among),
            len(set(among)),
        )
        for (verb, origin, target), among in found.items()
    ]
    return sorted(rows, key=lambda row: (-row.times, row.verb, row.origin, row.target))


def _name(process: Process, node: str) -> str:
    found = process.nodes.get(node)
    return names.label(found.name) or node if found is not None else node

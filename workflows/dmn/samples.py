"""Samples of a decision: values it is given, and what must come out. They stand in its file and are tried before it is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from workflows import feel
from workflows.feel.values import Budget, incoming, same

from .decisions import Decided, Decisions
from .errors import DecisionError
from .model import LISTING, Decision, DecisionTable, Document, Problem, Sample
from .tables import shown
from .work import MAX_STEPS, Work

MAX_SAMPLES: Final = 200
MAX_WORK: Final = 4_000_000
"""Steps all samples of a file may take together: those of ten decisions that take as long as one may."""


@dataclass(frozen=True, slots=True)
class Missed:
    """An expectation that was not met: the output, what was expected, and what came out."""

    output: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A sample that was tried: what is not as expected, the rules that held in the decision's own table, and why there was no
    result where there was none."""

    decision: str
    number: int
    sample: Sample
    missed: tuple[Missed, ...] = ()
    rules: tuple[int, ...] = ()
    error: DecisionError | None = None

    @property
    def passed(self) -> bool:
        """Whether the decision did what the sample expects."""
        return self.error is None and not self.missed


def given(text: str) -> Any:
    """A value as somebody writes it into a form: a FEEL value where it is one (`80`, `true`, `date("2026-01-01")`), the words
    themselves where it is not."""
    written = text.strip()
    if not written:
        return None
    try:
        expression = feel.parse(written)
    except feel.FeelSyntaxError:
        return written
    value = expression.evaluate({})
    return written if expression.names or (value is None and written != "null") else value


def try_samples(document: Document, decision: str = "") -> tuple[Tried, ...]:
    """Try the samples of a document without errors, of one decision or of all, in the order of the file. Bounded in time."""
    wanted = [one for one in document.decisions.values() if one.samples and decision in {"", one.id}]
    if not wanted:
        return ()
    decisions = Decisions.of(document)
    left = MAX_WORK
    found: list[Tried] = []
    for asked in wanted:
        for number, sample in enumerate(asked.samples, 1):
            work = Work(min(MAX_STEPS, left) if len(found) < MAX_SAMPLES else 0)
            before = work.steps
            found.append(_try(decisions, asked, number, sample, work))
            left = max(left - (before - work.steps), 0)
    return tuple(found)


def failures(document: Document) -> tuple[Problem, ...]:
    """The samples of a document without errors that do not come out as expected, as problems."""
    return tuple(_problem(document, tried) for tried in try_samples(document) if not tried.passed)


def _problem(document: Document, tried: Tried) -> Problem:
    sample, decision = tried.sample, document.decisions[tried.decision]
    params = {"name": decision.name, "sample": sample.name or str(tried.number)}
    if tried.error is not None:
        params |= {"reason": tried.error.text("zh-hans"), "reason@en": tried.error.text("en")}
        return Problem("sample_no_result", "error", decision.id, sample.line, params)
    missed = tried.missed[0]
    params |= {"output": missed.output, "expected": missed.expected, "found": missed.found}
    return Problem("sample_failed", "error", decision.id, sample.line, params)


def _try(decisions: Decisions, asked: Decision, number: int, sample: Sample, work: Work) -> Tried:
    try:
        decided = decisions.decide(asked.id, {name: given(text) for name, text in sample.given}, work)
    except DecisionError as error:
        return Tried(asked.id, number, sample, error=error)
    table = asked.logic if isinstance(asked.logic, DecisionTable) else None
    values = _values(asked, decided, table)
    missed = []
    for name, text in sample.expected:
        if not text:
            continue
        if name not in values:
            missed.append(Missed(name, text, "—"))
        elif not _alike(given(text), values[name]):
            missed.append(Missed(name, text, shown(values[name])))
    held = next(
        (one.rules for one in reversed(decided.evaluated) if table is not None and one.decision == asked.name), ()
    )
    return Tried(asked.id, number, sample, tuple(missed), held)


def _alike(one: Any, other: Any) -> bool:
    budget = Budget()
    return one is other or bool(same(incoming(one, budget), incoming(other, budget), budget))


def _values(asked: Decision, decided: Decided, table: DecisionTable | None) -> Mapping[str, Any]:
    """What came out, by output: a value each; a list of them where the hit policy lists."""
    if table is None:
        return {asked.variable: decided.value}
    names = [(column.name or column.label or asked.name, column.name or column.label) for column in table.outputs]
    if table.hit_policy in LISTING and not table.aggregation:
        return {key: [row.get(name) for row in decided.rows] for name, key in names}
    row = decided.rows[0] if decided.rows else {}
    return {key: row.get(name) for name, key in names}

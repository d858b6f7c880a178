"""Running conformance cases: `python -m workflows.feel.conformance FILE`.

A case is `{"group", "id", "expr", "expect", "error"}`, as the DMN test kit's literal expressions are given:
`expect` is JSON with dates, times and durations as strings; where `error` is true the kit expects an error, whose
value is null.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from . import temporal
from .errors import FeelSyntaxError
from .expression import parse
from .temporal_text import parse_date, parse_datetime, parse_duration, parse_time, text_of
from .values import Budget, LimitReached, incoming

# The kit writes numbers with the digits it cares about.
TOLERANCE: Final = Decimal("1e-8")


@dataclass
class Failure:
    """A case with another value than expected, or a text not accepted (`got` then is the message)."""

    case: Mapping[str, Any]
    got: str


@dataclass
class Report:
    """What a run found; `slowest` is the longest time in seconds of parsing and evaluating one case, `slowest_id` which."""

    total: int = 0
    passed: int = 0
    refused: int = 0
    slowest: float = 0.0
    slowest_id: str = "none"
    failures: list[Failure] = field(default_factory=list)

    @property
    def failing_groups(self) -> dict[str, int]:
        """Group → number of failures, the worst first."""
        groups: dict[str, int] = {}
        for failure in self.failures:
            groups[failure.case["group"]] = groups.get(failure.case["group"], 0) + 1
        return dict(sorted(groups.items(), key=lambda entry: (-entry[1], entry[0])))


def run(cases: Iterable[Mapping[str, Any]]) -> Report:
    """Evaluate every case in an empty context. A text that is refused counts as null, and in `refused`."""
    report = Report()
    for case in cases:
        started = time.perf_counter()
        value: Any = None
        message = ""
        try:
            value = parse(case["expr"]).evaluate({})
        except FeelSyntaxError as error:
            message = error.text("en")
            report.refused += 1
        took = time.perf_counter() - started
        if took > report.slowest:
            report.slowest, report.slowest_id = took, f"{case['group']} {case['id']}"
        report.total += 1
        # A refused text passes only where the kit itself expects an error.
        fits = bool(case["error"]) if message else matches(value, case["expect"])
        if fits:
            report.passed += 1
        else:
            report.failures.append(Failure(case, message or _shown(value)))
    return report


def matches(value: Any, expected: Any) -> bool:
    """Whether a value is what the JSON says."""
    try:
        value = incoming(value, Budget())
    except LimitReached:
        return False
    return _matches(value, expected)


def _matches(value: Any, expected: Any) -> bool:
    if expected is None or isinstance(expected, bool):
        return value is expected
    if isinstance(expected, int | float):
        if not isinstance(value, Decimal):
            return False
        wanted = Decimal(repr(expected))
        return abs(value - wanted) <= TOLERANCE * max(Decimal(1), abs(wanted))
    if isinstance(expected, str):
        readers = {
            temporal.Date: parse_date,
            temporal.Time: parse_time,
            temporal.DateTime: parse_datetime,
            temporal.YearsAndMonthsDuration: parse_duration,
            temporal.DaysAndTimeDuration: parse_duration,
        }
        reader: Any = readers.get(type(value))
        return bool(value == (expected if reader is None else reader(expected)))
    if isinstance(expected, list):
        return (
            isinstance(value, list)
            and len(value) == len(expected)
            and all(_matches(*pair) for pair in zip(value, expected, strict=True))
        )
    return (
        isinstance(value, dict)
        and value.keys() == expected.keys()
        and all(_matches(value[key], expected[key]) for key in expected)
    )


def _shown(value: Any) -> str:
    return text_of(value) if isinstance(value, temporal.TEMPORAL_TYPES) else repr(value)


def lines(report: Report, *, failures: bool = False) -> Iterator[str]:
    """A report for people: each failure where asked for, the failing groups with their counts, how long the slowest case took,
    and last `passed N of M`."""
    if failures:
        for failure in report.failures:
            expected = json.dumps(failure.case["expect"], ensure_ascii=False)
            yield f"{failure.case['group']} {failure.case['id']}: {failure.case['expr'].strip()}"
            yield f"    expected {expected}, got {failure.got}"
    for group, count in report.failing_groups.items():
        yield f"{group}: {count} failed"
    yield f"slowest case {report.slowest * 1000:.1f} ms ({report.slowest_id}), {report.refused} texts refused"
    yield f"passed {report.passed} of {report.total}"


def main(arguments: list[str]) -> int:
    """Print what `lines` says of a file of cases; 1 where a case failed, 2 without a file."""
    paths = [argument for argument in arguments if not argument.startswith("-")]
    if len(paths) != 1:
        print("usage: python -m workflows.feel.conformance [-v] FILE", file=sys.stderr)
        return 2
    report = run(json.loads(Path(paths[0]).read_text(encoding="utf-8")))
    for line in lines(report, failures="-v" in arguments):
        print(line)
    return 0 if not report.failures else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

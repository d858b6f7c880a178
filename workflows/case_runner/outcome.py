"""How a case went, and the comparison of what it expects with what came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from permissions.errors import ApplicationError


class Refused(Exception):
    """The case needs something this engine does not run: an element the checker refuses, or a step of a later issue."""


class Unmet(Exception):
    """A step did not lead where the case expects."""

    def __init__(self, expected: Any, got: Any) -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.expected, self.got = expected, got


@dataclass(slots=True)
class Report:
    """How a case went: `verdict` is ``passed``, ``failed`` or ``refused``; `step` is the number of the step it ended at."""

    id: str
    verdict: str
    step: int | None = None
    expected: Any = None
    got: Any = None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "ok": self.verdict == "passed",
            "verdict": self.verdict,
            "step": self.step,
            "expected": self.expected,
            "got": self.got,
        }


def compare(expect: Mapping[str, Any], got: dict[str, Any], error: ApplicationError | None) -> None:
    """What a step led to, against what the case expects. Raises `Unmet`, and `Refused` for an expectation nobody has built."""
    if "error" in expect:
        code = error.code if error else None
        if code != expect["error"]:
            raise Unmet(expect, {"error": code, **got})
        return
    if error is not None:
        raise Unmet(expect, {"error": error.code, "message": str(error)})
    for name, wanted in expect.items():
        if name == "waiting":  # informative in the format
            continue
        if name not in got:
            raise Refused(f"the expectation {name} is not built")
        if name == "vars":
            got["vars"] = {key: got["vars"].get(key) for key in wanted}
        if _plain(wanted) != _plain(got[name]):
            raise Unmet(expect, {key: got[key] for key in expect if key in got})


def _plain(value: Any) -> Any:
    """Compare numbers as numbers and sets of names without order."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, list):
        return sorted((_plain(item) for item in value), key=repr)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value

"""From ``sangong:deadline`` and ``sangong:reminder`` to values, and what cannot be read of them."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from workflows.bpmn.model import Problem
from workflows.bpmn.namespaces import display
from workflows.bpmn.source import line_of

from .model import MAX_AMOUNT, MAX_TIMES, MAX_WORKING_DAYS, Deadline, Reminder, Unit

Element = etree._Element

_HOUR: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_WHOLE: Final = re.compile(r"[0-9]{1,4}")
_DEADLINE: Final = frozenset({"workingDays", "at"})
_REMINDER: Final = frozenset({"before", "every", "unit", "times"})


class DeadlineReader:
    """Reads what a step says of its time. What cannot be read goes to `problems` and keeps the flow from being published."""

    def __init__(self, element: str, name: str, problems: list[Problem]) -> None:
        self._element, self._name = element, name
        self._problems = problems

    def deadline(self, element: Element) -> Deadline | None:
        """A ``sangong:deadline``; None where it cannot be read."""
        self._known(element, _DEADLINE)
        days, at = _number(element, "workingDays"), (element.get("at") or "").strip()
        if days is None or not 1 <= days <= MAX_WORKING_DAYS or (at and not _HOUR.fullmatch(at)):
            self._say("deadline_unreadable", element, limit=str(MAX_WORKING_DAYS))
            return None
        return Deadline(days, at, line_of(element))

    def reminder(self, element: Element) -> Reminder | None:
        """A ``sangong:reminder``; None where it cannot be read."""
        self._known(element, _REMINDER)
        before, every = _number(element, "before"), _number(element, "every")
        times = _number(element, "times") if element.get("times") is not None else 1
        unit = (element.get("unit") or "").strip()
        one_of_them = (element.get("before") is None) != (element.get("every") is None)
        amount = every if before is None else before
        readable = (
            one_of_them
            and amount is not None
            and (before is not None or amount > 0)
            and amount <= MAX_AMOUNT
            and times is not None
            and 1 <= times <= MAX_TIMES
            and not (before is not None and element.get("times") is not None)
            and unit in {str(one) for one in Unit}
        )
        if not readable or amount is None or times is None:
            self._say("reminder_unreadable", element, limit=str(MAX_AMOUNT), times=str(MAX_TIMES))
            return None
        return Reminder(amount, Unit(unit), times if before is None else 0, line_of(element))

    def _known(self, element: Element, known: frozenset[str]) -> None:
        for name in element.attrib:
            if str(name) not in known:
                self._say("deadline_unknown_part", element, tag=display(str(name)))
        for child in element.iterchildren(tag=etree.Element):
            self._say("deadline_unknown_part", child, tag=display(str(child.tag)))

    def _say(self, code: str, where: Element, **params: str) -> None:
        self._problems.append(Problem(code, "error", self._element, line_of(where), {"name": self._name, **params}))


def _number(element: Element, name: str) -> int | None:
    text = (element.get(name) or "").strip()
    return int(text) if _WHOLE.fullmatch(text) else None

"""FEEL, the expression language of DMN 1.3 (level 3): conditions, assignments and decision tables.

>>> from workflows import feel
>>> feel.evaluate('if 票数 > 应到 / 2 then "passed" else "rejected"', {"票数": 6, "应到": 9})
'passed'

Values are `None`, `bool`, `Decimal`, `str`, `list`, `dict`, Python's `date`, `time` and `datetime`, the two
duration types, `Range` and `Function`. Dates and times that Python cannot hold (years beyond 9999, nanoseconds)
come out as `Date`, `Time` and `DateTime`.
"""

from __future__ import annotations

from . import dialect, errors, expression
from .errors import FeelSyntaxError, Message, Unconvertible
from .expression import Expression, evaluate, parse, parse_tests
from .json import Kept, from_json, to_json
from .temporal import Date, DateTime, DaysAndTimeDuration, Time, YearsAndMonthsDuration
from .values import Function, Range

__all__ = [
    "Date",
    "DateTime",
    "DaysAndTimeDuration",
    "Expression",
    "FeelSyntaxError",
    "Function",
    "Kept",
    "Message",
    "Range",
    "Time",
    "Unconvertible",
    "YearsAndMonthsDuration",
    "dialect",
    "errors",
    "evaluate",
    "expression",
    "from_json",
    "parse",
    "parse_tests",
    "to_json",
]

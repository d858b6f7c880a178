"""Decisions in DMN 1.3 (and 1.1 to 1.5 where they say the same): tables, literal and boxed expressions, what they require.

>>> from workflows import dmn
>>> document, problems = dmn.inspect(xml)                     # doctest: +SKIP
>>> dmn.Decisions.of(document).decide("route", {"amount": 80}).value     # doctest: +SKIP
'joint'

Pure: no database, no Django. The expressions are FEEL (:mod:`workflows.feel`).
"""

from .checker import check, inspect
from .decisions import Decided, Decisions
from .errors import DecisionError
from .model import Decision, DecisionTable, Document, Knowledge, Literal, Problem, Sample, tables
from .reader import DmnError, is_dmn, read
from .samples import Tried, failures, given, try_samples
from .tables import shown
from .work import Evaluated

__all__ = [
    "Decided", "Decision", "DecisionError", "DecisionTable", "Decisions", "DmnError", "Document", "Evaluated", "Knowledge",
    "Literal", "Problem", "Sample", "Tried", "check", "failures", "given", "inspect", "is_dmn", "read", "shown", "tables",
    "try_samples",
]  # fmt: skip

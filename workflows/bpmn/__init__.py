"""BPMN 2.0 XML, read into frozen values and checked. Pure: no database, no Django.

>>> from workflows import bpmn
>>> document, problems = bpmn.inspect(xml)      # doctest: +SKIP
"""

from .checker import check, inspect
from .model import Document, Problem, Process
from .reader import read
from .source import BpmnError, text_of

__all__ = ["BpmnError", "Document", "Problem", "Process", "check", "inspect", "read", "text_of"]

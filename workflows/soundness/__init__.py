"""Whether a flow can get stuck: its markings are explored with the engine's own steps, data left open.

Pure, and bounded in steps and in time; :class:`Report` says where it gave up. ``inspect`` is what
:func:`workflows.bpmn.inspect` says and what is found here, in one list.
"""

from .problems import inspect, problems
from .verdict import Finding, Limits, Report, examine

__all__ = ["Finding", "Limits", "Report", "examine", "inspect", "problems"]

"""The one error of the engine."""

from __future__ import annotations

STEP_LIMIT = 10_000
"""How many moves one step may take, and how many instances one activity may have."""


class EngineError(Exception):
    """The game cannot be played on as asked; nothing was changed and the old marking stays valid.

    `code` is stable, `node` the id of the BPMN element it happened at (None where it is about no element), `params` the
    details. Codes: ``unsupported`` (an element the engine has no entry for), ``broken_reference`` (a flow or event
    naming what is not there), ``ambiguous_start`` and ``no_start`` (which start event is meant), ``bad_expression``
    (FEEL that does not parse, or a value unfit for its place), ``no_outgoing_flow`` (all conditions false and no
    default), ``uncaught_error`` (an error, or the cancelling of a transaction, that no event around catches),
    ``not_enabled`` (an activity of an ad-hoc sub-process that cannot begin now), ``not_waiting`` (no such open token or
    timer, or nothing waits for the message), ``no_such_node``, ``not_startable`` (a node that begins with something else
    only), ``other_scope`` (several instances of the sub-process run, or the instance is not said), ``not_before`` (the
    step does not lead to the one that sends back), ``not_multi`` and ``bad_element`` (nobody can be added or removed
    here), ``last_instance``, ``already_started``, ``ended``, ``step_limit`` (an endless loop without a wait state).
    """

    def __init__(self, code: str, node: str | None = None, **params: object) -> None:
        self.code = code
        self.node = node
        self.params = params
        super().__init__(code, node)

    def __str__(self) -> str:
        place = f" at {self.node}" if self.node else ""
        details = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}{place}" + (f" ({details})" if details else "")

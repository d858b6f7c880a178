"""Making decisions: a document compiled once, then asked as often as wanted.

Every expression is a closure that takes a `Scope`, as FEEL's own are; boxed expressions and tables are closures of the same
kind, so that a table inside a function inside a context needs no rule of its own. All of one decision shares one budget of
work: what would take too long ends with an error and never with a wrong answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.feel.scope import Compiled, Scope
from workflows.feel.values import Budget, Function, LimitReached, incoming, outgoing

from . import logic, tables
from .errors import DecisionError
from .model import DecisionTable, Document, bound_names
from .work import Evaluated, Work


@dataclass(frozen=True, slots=True)
class Decided:
    """The result of a decision: its value, the rows it is made of (each output by name; a decision without table is one row),
    and what each table found on the way, required ones first."""

    decision: str
    name: str
    value: Any
    rows: tuple[Mapping[str, Any], ...]
    evaluated: tuple[Evaluated, ...]

    def mapped(self, mapping: str = "") -> Any:
        """The value as a flow takes it: as it is, or as Camunda 7 maps it: ``singleEntry``, ``singleResult``,
        ``collectEntries``, ``resultList``.

        Raises `DecisionError` ``not_single`` where there is more than the mapping takes.
        """
        if mapping == "":
            return self.value
        rows = [dict(row) for row in self.rows]
        if mapping == "resultList":
            return rows
        if mapping == "collectEntries":
            return [self._entry(row) for row in rows]
        if len(rows) > 1:
            raise DecisionError("not_single", self.name)
        if not rows:
            return None
        return rows[0] if mapping == "singleResult" else self._entry(rows[0])

    def _entry(self, row: Mapping[str, Any]) -> Any:
        if len(row) != 1:
            raise DecisionError("not_single", self.name)
        (value,) = row.values()
        return value


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions of a document, ready to be asked. Immutable; may be shared between threads."""

    document: Document
    _decisions: Mapping[str, Compiled]
    _functions: Mapping[str, logic.Made]
    _used: frozenset[str]
    _order: Mapping[str, tuple[str, ...]]
    wanted: Mapping[str, tuple[str, ...]]
    """By decision, the variables it is made from: its own and those of the decisions it requires."""

    @classmethod
    def of(cls, document: Document) -> Decisions:
        """Compile every decision of `document`.

        Raises `feel.FeelSyntaxError`, `ValueError`: a document the checker has found errors in.
        """
        compiler = logic.Compiler(document.words)
        functions = {
            known.id: compiler.function(known.function, known.name)
            for known in document.knowledge.values()
            if known.function is not None
        }
        decisions: dict[str, Compiled] = {}
        used: dict[str, frozenset[str]] = {}
        for decision in document.decisions.values():
            if decision.logic is not None:
                own = logic.Compiler(document.words)
                decisions[decision.id] = own.boxed(decision.logic, decision.name)
                used[decision.id] = own.used
        order = {identifier: tuple(_required_first(document, identifier)) for identifier in decisions}
        wanted = {identifier: _wanted(document, needed, used) for identifier, needed in order.items()}
        names = compiler.used.union(*used.values())
        return cls(document, decisions, functions, names, order, wanted)

    def decide(self, decision: str, variables: Mapping[str, Any] | None = None, work: Work | None = None) -> Decided:
        """Make the decision of that id from `variables`, and before it those it requires.

        A variable nobody gives is null. `work` is what it may use up, for who counts. Raises `DecisionError`; bounded in time and memory.
        """
        asked = self.document.decisions.get(decision)
        if asked is None or decision not in self._decisions:
            raise DecisionError("unknown_decision", decision)
        work = work or Work()
        name = asked.name
        try:
            given = self._given(variables or {}, work)
            values: dict[str, Any] = {}
            for identifier in self._order[decision]:
                name = self.document.decisions[identifier].name
                work.rows = None
                values[identifier] = self._decisions[identifier](self._scope(identifier, given, values, work))
            result = values[decision]
            rows = work.rows if isinstance(asked.logic, DecisionTable) else None
            if rows is None:
                rows = [result if type(result) is dict else {asked.variable: result}]
            return Decided(
                decision=decision,
                name=asked.name,
                value=outgoing(result, work),
                rows=tuple(outgoing(row, work) for row in rows),
                evaluated=tuple(work.told),
            )
        except (LimitReached, RecursionError):
            raise DecisionError("too_much_work", name) from None

    def _given(self, variables: Mapping[str, Any], work: Budget) -> dict[str, Any]:
        """The caller's variables in FEEL's values: only those an expression speaks of."""
        given = {name: incoming(variables[name], work) for name in self._used if name in variables}
        for item in self.document.inputs.values():
            if item.variable not in given:
                written = variables.get(item.id, variables.get(item.name))
                given[item.variable] = incoming(written, work)
        return given

    def _scope(self, identifier: str, given: dict[str, Any], values: Mapping[str, Any], work: Work) -> Scope:
        known = dict(given)
        for required in self.document.decisions[identifier].requires:
            found = self.document.decisions.get(required)
            if found is not None:
                known[found.id] = known[found.name] = known[found.variable] = values.get(required)
        known |= self._known_functions(self.document.decisions[identifier].requires, work)
        return Scope(known, None, work)

    def _known_functions(self, requires: Iterable[str], work: Work) -> dict[str, Function]:
        found: dict[str, Function] = {}
        for required in requires:
            known, make = self.document.knowledge.get(required), self._functions.get(required)
            if known is None or make is None:
                continue
            if required not in work.functions:
                # Knowledge sees its parameters and what it requires itself, nothing of its caller.
                work.functions[required] = make(Scope(self._known_functions(known.requires, work), None, work))
            found[known.variable] = work.functions[required]
        return found


def _wanted(document: Document, needed: Iterable[str], used: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for identifier in needed:
        decision = document.decisions[identifier]
        required = [document.inputs[one].variable for one in decision.requires if one in document.inputs]
        made = {"?", tables.CELL_INPUT}
        for one in decision.requires:
            other = document.decisions.get(one) or document.knowledge.get(one)
            if other is not None:
                made |= {other.id, other.name, other.variable}
        found |= dict.fromkeys(required)
        inner = made | set(bound_names(decision.logic)) if decision.logic is not None else made
        found |= dict.fromkeys(sorted(used.get(identifier, frozenset()) - inner))
    return tuple(found)


def _required_first(document: Document, identifier: str) -> list[str]:
    """The decisions `identifier` needs, itself last, each after what it requires. Raises ValueError where they go in a circle."""
    order: list[str] = []
    state: dict[str, int] = {}
    stack = [identifier]
    while stack:
        here = stack[-1]
        if state.get(here) is None:
            state[here] = 0
            for required in document.decisions[here].requires:
                if required in document.decisions:
                    if state.get(required) == 0:
                        raise ValueError("requirements go in a circle", required)
                    if required not in state:
                        stack.append(required)
        else:
            stack.pop()
            if state[here] == 0:
                state[here] = 1
                order.append(here)
    return order

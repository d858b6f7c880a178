"""Boxed expressions to closures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from workflows import feel
from workflows.feel.calls import invoke_function, run_body
from workflows.feel.scope import Compiled, Scope
from workflows.feel.values import Budget, Function

from . import tables
from .model import (
    Boxed,
    Conditional,
    Context,
    DecisionTable,
    FunctionDefinition,
    Invocation,
    ListOf,
    Literal,
    Relation,
)

Made = Callable[[Scope], Function]


class Compiler:
    """Compiles the expressions of one document. `used` are the names they take from the decision's variables."""

    def __init__(self, words: frozenset[str]) -> None:
        self.words = words
        self._used: set[str] = set()

    @property
    def used(self) -> frozenset[str]:
        """Every free name met so far."""
        return frozenset(self._used)

    def boxed(self, box: Boxed, owner: str) -> Compiled:
        """The closure of any boxed expression; `owner` is the name of the decision it belongs to."""
        return _KINDS[type(box)](self, box, owner)

    def literal(self, literal: Literal) -> Compiled:
        """The closure of an expression. Raises `feel.FeelSyntaxError`."""
        return self._counted(feel.parse(literal.source, self.words))

    def tests(self, literal: Literal) -> Compiled:
        """The closure of unary tests. Raises `feel.FeelSyntaxError`."""
        return self._counted(feel.parse_tests(literal.source, self.words))

    def _counted(self, expression: feel.Expression) -> Compiled:
        self._used |= expression.names
        run = expression.run

        def counted(scope: Scope) -> Any:
            scope.budget.spend()
            return run(scope)

        return counted

    def function(self, definition: FunctionDefinition, owner: str) -> Made:
        """What makes the function in a scope."""
        parameters, body = definition.parameters, self.boxed(definition.body, owner)

        def make(scope: Scope) -> Function:
            def call(budget: Budget, *values: Any) -> Any:
                return run_body(body, parameters, values, scope, budget)

            return Function(owner, parameters, call)

        return make

    def _table(self, table: DecisionTable, owner: str) -> Compiled:
        return tables.compile_table(self, table, owner)

    def _context(self, context: Context, owner: str) -> Compiled:
        entries = [(entry.name, self.boxed(entry.value, owner)) for entry in context.entries]

        def run(scope: Scope) -> Any:
            values: dict[str, Any] = {}
            inner = Scope(values, scope, scope.budget)
            for name, entry in entries:
                value = entry(inner)
                if not name:
                    return value
                values[name] = value
            return values

        return run

    def _invocation(self, invocation: Invocation, owner: str) -> Compiled:
        function = self.literal(invocation.function)
        names = tuple(name for name, _ in invocation.bindings)
        arguments = [self.boxed(value, owner) for _, value in invocation.bindings]

        def run(scope: Scope) -> Any:
            target = function(scope)
            if not isinstance(target, Function):
                return None
            return invoke_function(target, [argument(scope) for argument in arguments], names, scope.budget)

        return run

    def _function(self, definition: FunctionDefinition, owner: str) -> Compiled:
        return self.function(definition, owner)

    def _list(self, items: ListOf, owner: str) -> Compiled:
        compiled = [self.boxed(item, owner) for item in items.items]
        return lambda scope: [item(scope) for item in compiled]

    def _relation(self, relation: Relation, owner: str) -> Compiled:
        rows = [[self.boxed(cell, owner) for cell in row] for row in relation.rows]
        columns = relation.columns
        return lambda scope: [dict(zip(columns, [cell(scope) for cell in row], strict=True)) for row in rows]

    def _conditional(self, conditional: Conditional, owner: str) -> Compiled:
        condition, then, otherwise = (
            self.boxed(part, owner) for part in (conditional.condition, conditional.then, conditional.otherwise)
        )
        return lambda scope: then(scope) if condition(scope) is True else otherwise(scope)

    def _literal(self, literal: Literal, owner: str) -> Compiled:
        return self.literal(literal)


_KINDS: Final[dict[type[Any], Callable[[Compiler, Any, str], Compiled]]] = {
    Literal: Compiler._literal,
    DecisionTable: Compiler._table,
    Context: Compiler._context,
    Invocation: Compiler._invocation,
    FunctionDefinition: Compiler._function,
    ListOf: Compiler._list,
    Relation: Compiler._relation,
    Conditional: Compiler._conditional,
}

"""Invoking functions: matching arguments to parameters by place or name, and the functions written in FEEL itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from . import nodes
from .builtins import BUILTINS
from .builtins.registry import Builtin, invoke
from .kinds import checker
from .scope import Compiled, Scope
from .values import Budget, Function, LimitReached

MAX_CALL_DEPTH: Final = 16


def compile_call(node: nodes.Call, compile_node: Callable[[nodes.Node], Compiled]) -> Compiled:
    """An invocation. A variable that is no function does not hide the built-in of its name."""
    function = compile_node(node.function)
    arguments = [compile_node(argument) for argument in node.arguments]
    names = node.names
    fallback = BUILTINS.get(node.function.name) if isinstance(node.function, nodes.Name) else None

    def call(scope: Scope) -> Any:
        target = function(scope)
        values = [argument(scope) for argument in arguments]
        if type(target) is Function:
            return invoke_function(target, values, names, scope.budget)
        if type(target) is not Builtin:
            target = fallback
        return None if target is None else invoke(target, values, names, scope.budget)

    return call


def invoke_function(function: Function, values: Sequence[Any], names: Sequence[str], budget: Budget) -> Any:
    """A FEEL function's value; null where the arguments do not fit its parameters."""
    if len(values) != len(function.parameters):
        return None
    if names:
        given = dict(zip(names, values, strict=True))
        if given.keys() != set(function.parameters):
            return None
        values = [given[parameter] for parameter in function.parameters]
    return function.call(budget, *values)


def run_body(body: Compiled, parameters: Sequence[str], values: Sequence[Any], scope: Scope, budget: Budget) -> Any:
    """The body of a function, with its parameters in a scope of its own. Raises `LimitReached` for calls too deep in calls."""
    budget.spend(3)
    if budget.depth >= MAX_CALL_DEPTH:
        raise LimitReached
    budget.depth += 1
    try:
        return body(Scope(dict(zip(parameters, values, strict=True)), scope, budget))
    finally:
        budget.depth -= 1


def function_value(node: nodes.FunctionLiteral, body: Compiled) -> Compiled:
    """`function(a: number, b) …`: a value that remembers the scope it was written in."""
    parameters = node.parameters
    checks = [None if kind is None else checker(kind) for kind in node.types]

    def make(scope: Scope) -> Any:
        def run(budget: Budget, *values: Any) -> Any:
            for value, check in zip(values, checks, strict=True):
                if check is not None and value is not None and check(value, budget) is False:
                    return None
            return run_body(body, parameters, values, scope, budget)

        return Function("", parameters, run)

    return make

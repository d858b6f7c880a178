"""Nodes to Python closures: every node is compiled once, so that a condition on the engine's way costs microseconds.

A compiled node takes a `Scope` and gives a FEEL value. It raises nothing but `LimitReached`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from . import loops, nodes
from .builtins import BUILTINS
from .calls import compile_call, function_value
from .kinds import checker
from .operators import ARITHMETIC, member, negate
from .scope import Compiled, Scope
from .values import PLAIN, Range, compare, contains, equal, incoming
from .walk import free_names

_SAME_KIND: Final = frozenset({Decimal, str, bool})
_ORDER: Final[dict[str, Callable[[int], bool]]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def compile_node(node: nodes.Node) -> Compiled:
    """The closure of a node and of everything below it."""
    return _COMPILERS[type(node)](node)


def _literal(node: nodes.Literal) -> Compiled:
    value = node.value
    return lambda _scope: value


def _name(node: nodes.Name) -> Compiled:
    name = node.name
    builtin = BUILTINS.get(name)

    def lookup(scope: Scope) -> Any:
        here: Scope | None = scope
        while here is not None:
            values = here.values
            if name in values:
                value = values[name]
                if type(value) in PLAIN:
                    return value
                # Paid by whoever runs now: a function may outlive the evaluation that made it.
                return incoming(value, scope.budget) if here.foreign else value
            here = here.parent
        return builtin

    return lookup


def _path(node: nodes.Path) -> Compiled:
    name = node.name
    steps = [name]
    base = node.base
    while isinstance(base, nodes.Path):
        steps.append(base.name)
        base = base.base
    if not isinstance(base, nodes.Name):
        owner = compile_node(node.base)

        def path(scope: Scope) -> Any:
            return member(owner(scope), name, scope.budget)

        return path
    root, whole = base.name, compile_node(base)
    steps.reverse()

    def deep_path(scope: Scope) -> Any:
        # The caller's own dicts are walked as they are: only the leaf is turned into a FEEL value.
        value: Any = _foreign_root(scope, root)
        if value is None:
            value = whole(scope)
            foreign = False
        else:
            foreign = True
        for step in steps:
            if foreign and type(value) is not dict:
                value, foreign = incoming(value, scope.budget), False
            value = member(value, step, scope.budget)
        return incoming(value, scope.budget) if foreign else value

    return deep_path


def _foreign_root(scope: Scope | None, name: str) -> dict[str, Any] | None:
    """The caller's own dict of that name, where nothing nearer hides it."""
    while scope is not None:
        if name in scope.values:
            value = scope.values[name]
            return value if scope.foreign and type(value) is dict else None
        scope = scope.parent
    return None


def _negation(node: nodes.Negation) -> Compiled:
    operand = compile_node(node.operand)
    return lambda scope: negate(operand(scope))


def _arithmetic(node: nodes.Arithmetic) -> Compiled:
    left, right, apply = compile_node(node.left), compile_node(node.right), ARITHMETIC[node.operator]
    return lambda scope: apply(left(scope), right(scope), scope.budget)


def _comparison(node: nodes.Comparison) -> Compiled:
    left, right = compile_node(node.left), compile_node(node.right)
    if node.operator in ("=", "!="):
        negated = node.operator == "!="

        def equality(scope: Scope) -> Any:
            one, other = left(scope), right(scope)
            if type(one) is type(other) and type(one) in _SAME_KIND:
                return (one == other) is not negated
            result = equal(one, other, scope.budget)
            return None if result is None else result is not negated

        return equality
    verdict = _ORDER[node.operator]

    def order(scope: Scope) -> Any:
        result = compare(left(scope), right(scope))
        return None if result is None else verdict(result)

    return order


def _junction(node: nodes.Conjunction | nodes.Disjunction) -> Compiled:
    operands = [compile_node(operand) for operand in node.operands]
    decisive = isinstance(node, nodes.Disjunction)

    def junction(scope: Scope) -> Any:
        unknown = False
        for operand in operands:
            value = operand(scope)
            if value is decisive:
                return decisive
            if value is not True and value is not False:
                unknown = True
        return None if unknown else not decisive

    return junction


def _between(node: nodes.Between) -> Compiled:
    value, low, high = compile_node(node.value), compile_node(node.low), compile_node(node.high)

    def between(scope: Scope) -> Any:
        subject = value(scope)
        above, below = compare(subject, low(scope)), compare(subject, high(scope))
        if above is None or below is None:
            return None
        return above >= 0 and below <= 0

    return between


def _interval(node: nodes.Interval) -> Compiled:
    low, high = compile_node(node.low), compile_node(node.high)
    low_closed, high_closed = node.low_closed, node.high_closed

    def interval(scope: Scope) -> Any:
        start, end = low(scope), high(scope)
        order = compare(start, end)
        return None if order is None or order > 0 else Range(start, end, low_closed, high_closed)

    return interval


def _test(node: nodes.Test) -> Compiled:
    operator, operand = node.operator, compile_node(node.operand)

    def test(scope: Scope) -> Any:
        value = operand(scope)
        if operator in ("=", "!="):
            return Range(value, value, operator=operator)
        if value is None:
            return None
        if operator in ("<", "<="):
            return Range(None, value, False, operator == "<=", operator)
        return Range(value, None, operator == ">=", False, operator)

    return test


def holds(value: Any, test: Any, scope: Scope) -> bool | None:
    """One test after `in`: in the range, in the list (whose ranges count as such), or equal."""
    kind = type(test)
    if kind is Range and type(value) is not Range:
        return contains(test, value, scope.budget)
    if kind is list:
        if type(value) is list and equal(value, test, scope.budget):
            return True
        scope.budget.spend(len(test))
        return any(_is_element(value, item, scope) for item in test)
    if test is None and value is not None:
        return None
    return equal(value, test, scope.budget)


def _is_element(value: Any, item: Any, scope: Scope) -> bool:
    if type(value) is list and type(item) is list:
        return equal(value, item, scope.budget) is True
    return holds(value, item, scope) is True


def _any(results: list[bool | None]) -> bool | None:
    if True in results:
        return True
    return None if None in results and False not in results else False


def _in(node: nodes.In) -> Compiled:
    value, tests = compile_node(node.value), [compile_node(test) for test in node.tests]

    def member_of(scope: Scope) -> Any:
        subject = value(scope)
        return _any([holds(subject, test(scope), scope) for test in tests])

    return member_of


def _unary_tests(node: nodes.UnaryTests) -> Compiled:
    tests, negated = [compile_node(test) for test in node.tests], node.negated
    subject = compile_node(nodes.Name("?"))
    # A test that speaks of `?` itself is a condition, not a value to compare with. One that computes a truth value from
    # elsewhere is a condition too, unless the input is one.
    conditions = ["?" in free_names(test) for test in node.tests]
    written = [isinstance(test, nodes.Literal) for test in node.tests]

    def unary_tests(scope: Scope) -> Any:
        if not tests:
            return True
        value = subject(scope)
        results: list[bool | None] = []
        for test, condition, literal in zip(tests, conditions, written, strict=True):
            result = test(scope)
            if condition:
                results.append(result if isinstance(result, bool) else None)
            elif isinstance(result, bool) and not literal and not isinstance(value, bool):
                results.append(result)
            else:
                results.append(holds(value, result, scope))
        verdict = _any(results)
        return verdict if verdict is None or not negated else not verdict

    return unary_tests


def _list(node: nodes.ListLiteral) -> Compiled:
    items = [compile_node(item) for item in node.items]
    return lambda scope: [item(scope) for item in items]


def _context(node: nodes.ContextLiteral) -> Compiled:
    entries = [(key, compile_node(entry)) for key, entry in node.entries]

    def context(scope: Scope) -> Any:
        values: dict[str, Any] = {}
        inner = Scope(values, scope, scope.budget)
        for key, entry in entries:
            values[key] = entry(inner)
        return values

    return context


def _if(node: nodes.If) -> Compiled:
    condition, then, otherwise = compile_node(node.condition), compile_node(node.then), compile_node(node.otherwise)
    return lambda scope: then(scope) if condition(scope) is True else otherwise(scope)


def _for(node: nodes.For) -> Compiled:
    return loops.compile_for(
        _sources(node.iterators), compile_node(node.body), partial="partial" in free_names(node.body)
    )


def _quantified(node: nodes.Quantified) -> Compiled:
    return loops.compile_quantified(_sources(node.iterators), compile_node(node.condition), universal=node.universal)


def _sources(iterators: tuple[tuple[str, nodes.Node], ...]) -> list[tuple[str, loops.Source]]:
    found: list[tuple[str, loops.Source]] = []
    for name, source in iterators:
        if isinstance(source, nodes.Interval) and source.bare:
            found.append((name, loops.bare_range(compile_node(source.low), compile_node(source.high))))
        else:
            found.append((name, loops.elements(compile_node(source))))
    return found


def _filter(node: nodes.Filter) -> Compiled:
    return loops.compile_filter(compile_node(node.base), compile_node(node.condition))


def _call(node: nodes.Call) -> Compiled:
    return compile_call(node, compile_node)


def _function(node: nodes.FunctionLiteral) -> Compiled:
    return function_value(node, compile_node(node.body))


def _instance_of(node: nodes.InstanceOf) -> Compiled:
    value, check = compile_node(node.value), checker(node.type)
    return lambda scope: check(value(scope), scope.budget)


_COMPILERS: Final[Mapping[type[nodes.Node], Callable[[Any], Compiled]]] = {
    nodes.Literal: _literal,
    nodes.Name: _name,
    nodes.Path: _path,
    nodes.Negation: _negation,
    nodes.Arithmetic: _arithmetic,
    nodes.Comparison: _comparison,
    nodes.Conjunction: _junction,
    nodes.Disjunction: _junction,
    nodes.Between: _between,
    nodes.Interval: _interval,
    nodes.Test: _test,
    nodes.In: _in,
    nodes.UnaryTests: _unary_tests,
    nodes.ListLiteral: _list,
    nodes.ContextLiteral: _context,
    nodes.If: _if,
    nodes.For: _for,
    nodes.Quantified: _quantified,
    nodes.Filter: _filter,
    nodes.Call: _call,
    nodes.FunctionLiteral: _function,
    nodes.InstanceOf: _instance_of,
}

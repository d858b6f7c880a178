"""How a built-in is declared and called.

A built-in is declared with `@builtin("substring", "string, start position, length?")`: its name and its parameters,
`?` for one that may be left out. `*` as the last mark makes it variadic: `min([1, 2])`, `min(1, 2)` and `min(list:
[1, 2])` all arrive as one list. One name may have several declarations (`date(from)` and `date(year, month, day)`);
the first that fits is called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from ..values import Budget, Function

Implementation = Callable[..., Any]
Declared = TypeVar("Declared", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a built-in: parameter names, how many of them are required, and the Python function behind it."""

    parameters: tuple[str, ...]
    required: int
    variadic: bool
    cost: int
    implementation: Implementation


@dataclass(frozen=True, slots=True, eq=False)
class Builtin(Function):
    """A function of the standard, with all its signatures."""

    signatures: tuple[Signature, ...] = ()


BUILTINS: Final[dict[str, Builtin]] = {}


def builtin(name: str, parameters: str, cost: int = 1) -> Callable[[Declared], Declared]:
    """Declare the decorated function as a built-in: it gets the budget and a value per parameter (None if left out).

    `cost` is what one call takes from the budget, in steps; long strings are charged on top.
    """
    written = [part.strip() for part in parameters.split(",") if part.strip()]
    variadic = bool(written) and written[-1].endswith("*")
    names = tuple(part.rstrip("?*") for part in written)
    required = sum(not part.endswith("?") for part in written)

    def declare(implementation: Declared) -> Declared:
        signature = Signature(names, required, variadic, cost, implementation)
        known = BUILTINS.get(name)
        signatures = (*known.signatures, signature) if known is not None else (signature,)

        def call(budget: Budget, *values: Any) -> Any:
            return invoke(BUILTINS[name], values, (), budget)

        BUILTINS[name] = Builtin(name, signatures[0].parameters, call, signatures)
        return implementation

    return declare


def invoke(function: Builtin, values: Sequence[Any], names: Sequence[str], budget: Budget) -> Any:
    """The value of a call, or null where no signature fits."""
    length = sum(len(value) for value in values if type(value) is str)
    for signature in function.signatures:
        arguments = _named(signature, values, names) if names else _placed(signature, values)
        if arguments is not None:
            budget.spend(signature.cost + length // 256)
            return signature.implementation(budget, *arguments)
    return None


def _placed(signature: Signature, values: Sequence[Any]) -> Sequence[Any] | None:
    count = len(signature.parameters)
    if signature.variadic and len(values) >= count:
        last = values[count - 1 :]
        only = len(last) == 1 and type(last[0]) is list
        return [*values[: count - 1], last[0] if only else list(last)]
    if not signature.required <= len(values) <= count:
        return None
    return [*values, *[None] * (count - len(values))] if len(values) < count else values


def _named(signature: Signature, values: Sequence[Any], names: Sequence[str]) -> Sequence[Any] | None:
    given = dict(zip(names, values, strict=True))
    if not given.keys() <= set(signature.parameters):
        return None
    if any(parameter not in given for parameter in signature.parameters[: signature.required]):
        return None
    arguments = [given.get(parameter) for parameter in signature.parameters]
    if signature.variadic and arguments[-1] is not None and type(arguments[-1]) is not list:
        arguments[-1] = [arguments[-1]]
    return arguments

"""Looking at a tree without running it."""

from __future__ import annotations

from collections.abc import Iterator

from . import nodes


def children(node: nodes.Node) -> Iterator[nodes.Node]:
    """The nodes directly below one."""
    for field in node.__dataclass_fields__:
        value = getattr(node, field)
        if isinstance(value, nodes.Node):
            yield value
        elif isinstance(value, tuple):
            for item in value:
                if isinstance(item, nodes.Node):
                    yield item
                elif isinstance(item, tuple):
                    yield from (part for part in item if isinstance(part, nodes.Node))


def height(node: nodes.Node) -> int:
    """How many levels the tree of a node has. A long `1 + 1 + 1 …` is as deep as it is long: brackets do not tell."""
    level, count = [node], 0
    while level:
        level = [child for parent in level for child in children(parent)]
        count += 1
    return count


def bound_names(node: nodes.Node) -> set[str]:
    """The names a node gives to what stands inside it."""
    match node:
        case nodes.For(iterators=iterators):
            return {name for name, _ in iterators} | {"partial"}
        case nodes.Quantified(iterators=iterators):
            return {name for name, _ in iterators}
        case nodes.ContextLiteral(entries=entries):
            return {name for name, _ in entries}
        case nodes.FunctionLiteral(parameters=parameters):
            return set(parameters)
        case nodes.Filter():
            return {"item"}
        case _:
            return set()


def free_names(node: nodes.Node) -> frozenset[str]:
    """Names a node takes from around it, functions it calls included."""
    if isinstance(node, nodes.Name):
        return frozenset({node.name})
    names: set[str] = set()
    for child in children(node):
        names |= free_names(child)
    return frozenset(names - bound_names(node))


def called_names(node: nodes.Node) -> frozenset[str]:
    """Names that stand only where a function is called."""
    called: set[str] = set()
    used: set[str] = set()
    waiting = [node]
    while waiting:
        here = waiting.pop()
        below = list(children(here))
        if isinstance(here, nodes.Call) and isinstance(here.function, nodes.Name):
            called.add(here.function.name)
            below.remove(here.function)
        used.update(child.name for child in below if isinstance(child, nodes.Name))
        waiting.extend(below)
    if isinstance(node, nodes.Name):
        used.add(node.name)
    return frozenset(called - used)

"""What lies before and behind a node in its scope: which tokens a step sent back to would meet again.

Two tokens are on different branches where a join waits for both, each by flows of its own. Nothing goes from one such
branch to the other but through that join.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from .marking import JOIN, Scope, Token
from .reach import links, reachability

if TYPE_CHECKING:
    from .graph import Graph
    from .play import Play

_JOINING = frozenset({"parallelGateway", "inclusiveGateway"})


class Map:
    """The nodes of one sub-process, or of the process, and the ways between them."""

    def __init__(self, graph: Graph, scope: str) -> None:
        process = graph.process
        self.nodes = {node.id: node for node in process.nodes.values() if node.scope == scope}
        self.sources = {flow.id: flow.source for flow in process.flows.values()}
        targets = links(process)
        self.ways: dict[str, list[str]] = {
            node.id: [process.flows[flow].target for flow in node.outgoing] for node in self.nodes.values()
        }
        for node in self.nodes.values():
            if node.attached_to is not None:
                self.ways[node.attached_to].append(node.id)
            elif node.kind == "intermediateThrowEvent" and node.event is not None and node.event.kind == "link":
                self.ways[node.id].append(targets[(scope, node.event.name)])
        self.joins: Mapping[str, Mapping[str, int]] = {
            node.id: reachability(process, node.id)
            for node in self.nodes.values()
            if node.kind in _JOINING and len(node.incoming) > 1
        }

    def flows_to(self, join: str, token: Token) -> int:
        """The incoming flows of the join that the token has come or can come by, as a bit mask."""
        if token.node == join and token.state == JOIN:
            incoming = self.nodes[join].incoming
            return 1 << incoming.index(token.flow) if token.flow in incoming else 0
        return self.joins[join].get(token.node, 0)

    def passed_from(self, node: str, walls: set[str]) -> set[str]:
        """The nodes that a token at `node` can leave without passing a wall; `node` itself among them."""
        seen: set[str] = set()
        ahead = [node]
        while ahead:
            here = ahead.pop()
            if here not in seen and here not in walls:
                seen.add(here)
                ahead += self.ways.get(here, ())
        return seen

    def leads(self, source: str, token: Token) -> bool:
        """Whether a way leads from the node `source` to where `token` is, on its own branch."""
        if source == token.node:
            return True
        walls = {
            join
            for join in self.joins
            if (mine := self.flows_to(join, token)) and (its := self.joins[join].get(source, 0)) and not mine & its
        }
        return any(token.node in self.ways.get(node, ()) for node in self.passed_from(source, walls))

    def behind(self, play: Play, scope: Scope, source: str, sender: Token) -> Iterator[Token]:
        """The tokens of the scope instance that `source` leads to without passing the `sender`, or a join that waits for
        both of them."""
        for member in scope.members:
            token = play.tokens[member]
            if token.id == sender.id:
                continue
            walls = {
                join
                for join in self.joins
                if (mine := self.flows_to(join, sender)) and (its := self.flows_to(join, token)) and not mine & its
            }
            passed = self.passed_from(source, walls | {sender.node})
            if token.state == JOIN and token.flow is not None:
                reached = self.sources[token.flow] in passed
            else:
                reached = token.node == source or any(token.node in self.ways.get(node, ()) for node in passed)
            if reached:
                yield token

    def missing(self, play: Play, scope: Scope, started: list[str]) -> Iterator[tuple[str, str]]:
        """The parallel joins that tokens begun at the nodes `started` come to, each with an incoming flow by which
        nobody has come or can come any more."""
        tokens = [play.tokens[member] for member in scope.members]
        away = [parked for token in tokens if token.ticket for parked in token.ticket.tokens if not parked.scope]
        for join, reach in self.joins.items():
            node = self.nodes[join]
            ahead = 0
            for begun in started:
                ahead |= reach.get(begun, 0)
            if node.kind != "parallelGateway" or not ahead:
                continue
            for token in (*tokens, *away):
                ahead |= self.flows_to(join, token)
            missing = [flow for place, flow in enumerate(node.incoming) if not ahead >> place & 1]
            waiting = {token.flow for token in tokens if token.node == join}
            if waiting | set(missing) != set(node.incoming):  # else it would not wait for those who begin
                yield from ((join, flow) for flow in missing)

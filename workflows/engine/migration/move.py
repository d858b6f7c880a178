"""One case on its way to another version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .. import timers, waiting
from ..errors import EngineError
from ..listening import key_of, waits_of
from ..marking import JOIN, Done, Keys, Marking, Multi, Scope, Ticket, Timer, Token
from ..places import Place
from ..play import Play
from ..shelf import Shelf
from ..variables import seen_by, seen_in
from .compare import changed, compatible, same_clock, same_loop
from .result import Kept, MigrationRefused, Moved, Refusal, TimerKept

if TYPE_CHECKING:
    from .way import Migrator

# What a marking is made of. A part that a later engine adds and this module does not know of is refused, never dropped.
_KNOWN: Mapping[type[Any], frozenset[str]] = {
    Token: frozenset(
        {"id", "node", "scope", "state", "flow", "child", "place", "locals", "timers", "met", "keys"}
        | {"assignee", "ticket", "returns"}
    ),
    Ticket: frozenset({"tokens", "scopes", "closed"}),
    Multi: frozenset({"total", "started", "done", "items", "results", "first", "live", "gone", "people", "then"}),
    Done: frozenset({"node", "locals", "inner"}),
    Scope: frozenset({"id", "node", "parent", "host", "members", "joins", "multi", "closed", "done", "met", "keys"}),
    Timer: frozenset({"id", "node", "token", "due", "period", "left"}),
}
_KNOWN_OF_MARKING = frozenset({"crowds", "ended", "next_id", "scopes", "timers", "tokens"})


class Move:
    """One case on its way."""

    def __init__(self, way: Migrator, marking: Marking, now: datetime, variables: Mapping[str, Any]) -> None:
        self.way = way
        self.old, self.new = way.old, way.new
        self.marking = marking
        self.now = now
        self.variables = variables
        self.refusals: dict[Refusal, None] = {}

    def run(self) -> Moved:
        marking = self.marking
        self._refuse_unknown()
        if marking.ended or not marking.scopes:
            self.refuse("ended", self.old.process.id)
        self._stop_if_refused()
        tokens = [(token, self._token(token)) for token in marking.tokens.values()]
        scopes = [self._scope(scope) for scope in marking.scopes.values()]
        self._stop_if_refused()
        kept_timers, cleared = self._timers()
        self._stop_if_refused()
        there = Marking(
            Shelf((token.id, token) for _old, token in tokens),
            self._scopes(scopes, [token for _old, token in tokens]),
            Shelf((timer.id, timer) for _old, timer in kept_timers),
            marking.crowds,
            marking.next_id,
        )
        self._refuse_starved(there)
        self._stop_if_refused()
        play = Play(self.new, there, self.now, self.variables)
        try:
            self._arm(play, {timer.id for _old, timer in kept_timers})
            kept = self._announce(play)
            set_ = tuple(play.timers_set)
            self._refuse_moving(play)
        except EngineError as error:
            raise MigrationRefused([Refusal("bad_expression", error.node or "", str(error.params or ""))]) from error
        self._stop_if_refused()
        return Moved(
            play.step().marking,
            kept,
            tuple(TimerKept(timer.id, old, timer.node) for old, timer in kept_timers),
            set_,
            tuple(cleared),
        )

    def refuse(self, code: str, node: str, detail: str = "") -> None:
        """Note a reason, once."""
        self.refusals.setdefault(Refusal(code, node, detail))

    def _stop_if_refused(self) -> None:
        if self.refusals:
            raise MigrationRefused(self.refusals)

    # --- what is unknown ----------------------------------------------------------------------------------------------

    def _refuse_unknown(self) -> None:
        empty = Marking()
        for name in set(Marking.__slots__) - _KNOWN_OF_MARKING:
            if getattr(self.marking, name) != getattr(empty, name):
                self.refuse("unknown_part", self.old.process.id, name)
        for token in self.marking.tokens.values():
            self._look_at(token)
        for timer in self.marking.timers.values():
            self._look(timer, timer.node)
        for scope in self.marking.scopes.values():
            self._look_into(scope)

    def _look_at(self, token: Token) -> None:
        self._look(token, token.node)
        if token.ticket is not None:
            self._look(token.ticket, token.node)
            for parked in token.ticket.tokens:
                self._look_at(parked)
            for scope in token.ticket.scopes:
                self._look_into(scope)

    def _look_into(self, scope: Scope) -> None:
        self._look(scope, scope.node)
        if scope.multi is not None:
            self._look(scope.multi, scope.node)
        for done in scope.done:
            self._look(done, done.node)

    def _look(self, part: Any, node: str) -> None:
        for name in part._fields:
            if name not in _KNOWN[type(part)] and getattr(part, name) != part._field_defaults.get(name):
                self.refuse("unknown_part", node, name)

    # --- tokens -------------------------------------------------------------------------------------------------------

    def _place(self, node: str) -> Place | None:
        """The place where what stands at `node` goes on, None after a refusal."""
        target = self.way.mapping.get(node)
        if target is None:
            self.refuse("unmapped", node)
            return None
        place = self.new.places.get(target)
        if place is None:
            self.refuse("gone", node, target)
        elif not compatible(self.old.places[node], place):
            self.refuse("kind_changed", node, target)
        else:
            return place
        return None

    def _token(self, token: Token, inside: str | None = None) -> Token:
        place = self._place(token.node)
        if place is None:
            return token
        around = inside or self._around(token.scope)
        if place.node.scope != self.way.scope(around):
            self.refuse("scope_changed", token.node)
        if not same_loop(self.old.places[token.node].loop, place.loop):
            self.refuse("loop_changed", token.node)
        flow = token.flow
        if token.state == JOIN:
            flow = self._join_flow(token, place)
        met = tuple(self.way.mapping[event] for event in token.met if self._still(event, place.catches))
        ticket = None if token.ticket is None else self._ticket(token.ticket, around)
        return token._replace(node=place.id, flow=flow, met=met, ticket=ticket)

    def _ticket(self, ticket: Ticket, around: str) -> Ticket:
        """What was sent back out of the process or sub-process `around`, to come again there."""
        bodies = {scope.id: scope for scope in ticket.scopes}
        parked = {token.id: token for token in ticket.tokens}

        def inside(scope: Scope | None) -> str:
            while scope is not None and (scope.multi is not None or not self.old.places[scope.node].element.scope):
                scope = bodies.get(parked[scope.host].scope)
            return around if scope is None else scope.node

        tokens = tuple(self._token(token, inside(bodies.get(token.scope))) for token in ticket.tokens)
        scopes = []
        for scope in ticket.scopes:
            waits = [token.node for token in ticket.tokens if token.scope == scope.id]
            scopes.append(self._scope(scope, waits, inside(scope)))
        return ticket._replace(tokens=tokens, scopes=tuple(scopes))

    def _around(self, scope_id: int) -> str:
        """The process or sub-process whose instance this scope instance is or stands in."""
        scope = self.marking.scopes[scope_id]
        while scope.parent and (scope.multi is not None or not self.old.places[scope.node].element.scope):
            scope = self.marking.scopes[scope.parent]
        return scope.node

    def _join_flow(self, token: Token, place: Place) -> str | None:
        flows = self.way.flows_into(token.node)
        if place.node.kind == "parallelGateway" and (
            len(flows) != len(place.incoming) or len(flows) != len(self.old.places[token.node].incoming)
        ):
            self.refuse("join_changed", token.node)
        elif len(place.incoming) < 2 or token.flow not in flows:
            self.refuse("join_flow_gone", token.node, token.flow or "")
        return flows.get(token.flow or "")

    def _still(self, event: str, there: Iterable[Place]) -> bool:
        """Whether a conditional event that has been met is there as well."""
        target = self.way.mapping.get(event)
        return any(place.id == target and place.condition is not None for place in there)

    # --- scopes -------------------------------------------------------------------------------------------------------

    def _scope(self, scope: Scope, standing: list[str] | None = None, inside: str | None = None) -> Scope:
        if standing is None:
            standing = [self.marking.tokens[member].node for member in scope.members]
        node = self.way.scope(scope.node)
        if node is None:
            return scope  # its host has been refused
        old = self.old.places.get(scope.node)
        if old is not None and old.node.kind == "eventBasedGateway" and node in self.new.places:
            behind = {way.target for way in self.new.places[node].exits}
            waits = {self.way.mapping.get(waiting_at) for waiting_at in standing}
            if behind != waits:
                self.refuse("gateway_changed", scope.node)
        starts = [start for _sub, start in self.new.events.get(node, ())]
        met = tuple(self.way.mapping[event] for event in scope.met if self._still(event, starts))
        done = tuple(self._done(one, inside or self._around(scope.id)) for one in scope.done)
        return scope._replace(node=node, met=met, done=done)

    def _done(self, done: Done, around: str) -> Done:
        place = self._place(done.node)
        if place is None:
            return done
        if place.node.scope != self.way.scope(around):
            self.refuse("scope_changed", done.node)
        if place.undo is None and not done.inner:
            self.refuse("no_handler", done.node)
        return done._replace(node=place.id, inner=tuple(self._done(part, done.node) for part in done.inner))

    @staticmethod
    def _scopes(scopes: list[Scope], tokens: list[Token]) -> Shelf[Scope]:
        joins: dict[int, dict[str, tuple[int, ...]]] = {}
        for token in tokens:
            if token.state == JOIN:
                waiting = joins.setdefault(token.scope, {})
                waiting[token.node] = (*waiting.get(token.node, ()), token.id)
        return Shelf((scope.id, scope._replace(joins=joins.get(scope.id, {}))) for scope in scopes)

    # --- timers -------------------------------------------------------------------------------------------------------

    def _timers(self) -> tuple[list[tuple[str, Timer]], list[int]]:
        """The timers that stay (with their old event), and the ids of those that go."""
        kept: list[tuple[str, Timer]] = []
        cleared: list[int] = []
        for timer in self.marking.timers.values():
            target = self.way.mapping.get(timer.node)
            if target is None or target not in self.new.places:
                cleared.append(timer.id)
                continue
            token = self.marking.tokens.get(timer.token)
            if token is None:
                scope = self.way.scope(self.marking.scopes[timer.token].node)
                there = [start for _sub, start in self.new.events.get(scope or "", ())]
            elif token.node == timer.node:
                there = [self.new.places[target]]
            else:
                there = list(self.new.places[self.way.mapping[token.node]].timers)
            place = next((place for place in there if place.id == target), None)
            if place is None:
                self.refuse("boundary_moved", timer.node)
            elif place.timer is None or not (same_clock(self.old.places[timer.node], place)):
                if token is not None and token.node == timer.node:
                    kept.append((timer.node, timer._replace(node=target)))  # the token waits for this very moment
                else:
                    cleared.append(timer.id)
            else:
                kept.append((timer.node, timer._replace(node=target)))
        return kept, cleared

    def _arm(self, play: Play, kept: set[int]) -> None:
        """Set the timers that the new version has and the old one had not; what has fired stays fired."""
        for token in list(self.marking.tokens.values()):
            here = play.tokens[token.id]
            left = tuple(id_ for id_ in token.timers if id_ in kept)
            made: list[int] = []
            place = self.new.places[here.node]
            if place.timers and token.place < 0 and token.state != JOIN:
                before = self.old.places[token.node].timers
                values = seen_by(play, here)
                made = [
                    id_
                    for event in self._new_clocks(token.id, before, place.timers)
                    if (id_ := timers.set_for(play, event, token.id, values))
                ]
            keys: Keys = ()
            if token.state != JOIN:
                before = waits_of(self.old.places[token.node], token)
                keys = self._keys(before, waits_of(place, here), token.keys, seen_by(play, here))
            play.put(play.tokens[here.id]._replace(timers=(*left, *made), keys=keys))
        for scope in list(play.scopes.values()):
            if scope.closed or scope.multi is not None:
                continue
            before = tuple(start for _sub, start in self.old.events.get(self.marking.scopes[scope.id].node, ()))
            starts = tuple(start for _sub, start in self.new.events.get(scope.node, ()))
            for event in self._new_clocks(scope.id, before, starts):
                timers.set_for(play, event, scope.id, seen_in(play, scope.id))
            was = self.marking.scopes[scope.id]
            keys = self._keys(before, starts, was.keys, seen_in(play, scope.id))
            play.scopes.put(scope.id, play.scopes[scope.id]._replace(keys=keys))

    def _keys(self, before: Iterable[Place], there: Iterable[Place], had: Keys, values: Mapping[str, Any]) -> Keys:
        """The correlation keys of what waits there: those it began to wait with, evaluated now for what is new."""
        known = dict(had)
        keys = {
            self.way.mapping.get(place.id): known[place.trigger[1]]
            for place in before
            if place.correlation is not None and place.trigger is not None and place.trigger[1] in known
        }
        return tuple(
            (place.trigger[1], keys.get(place.id) or key_of(place.correlation, values, place.id))
            for place in there
            if place.correlation is not None and place.trigger is not None
        )

    def _new_clocks(self, owner: int, before: Iterable[Place], there: Iterable[Place]) -> list[Place]:
        known = {self.way.mapping.get(event.id): event for event in before if event.timer is not None}
        running = {timer.node for timer in self.marking.timers.values() if timer.token == owner}
        found = []
        for event in there:
            was = known.get(event.id)
            if event.timer is None:
                continue
            if was is None or (not same_clock(was, event) and was.id in running):
                found.append(event)
        return found

    # --- what it means ------------------------------------------------------------------------------------------------

    def _announce(self, play: Play) -> tuple[Kept, ...]:
        """What each waiting token waits for, as the new version has it."""
        kept = []
        changes: dict[str, frozenset[str]] = {}
        for id_, node in self.marking.open_tokens():
            token = play.open_token(id_)
            place = self.new.places[token.node]
            waiting.announce(play, place, token)
            if node not in changes:
                changes[node] = changed(self.old, node, self.new, place.id)
            kept.append(Kept(id_, node, place.id, play.opened.pop(), changes[node]))
        play.trace.clear()
        return tuple(kept)

    def _refuse_moving(self, play: Play) -> None:
        before = play.next_id
        play.look_again()
        play.run()
        if play.trace or play.next_id != before:
            self.refuse("moves_at_once", play.trace[0].node if play.trace else "")

    def _refuse_starved(self, there: Marking) -> None:
        back = {target: node for node, target in self.way.mapping.items()}
        for scope in there.scopes.values():
            if scope.multi is not None:
                continue
            was = self.marking.scopes[scope.id]
            for gate, place in self.new.places.items():
                if place.node.kind != "parallelGateway" or place.node.scope != scope.node or len(place.incoming) < 2:
                    continue
                standing = [there.tokens[member] for member in scope.members]
                if not self.way.starved(self.new, gate, standing):
                    continue
                before = self.old.places.get(back.get(gate, ""))
                stood = [self.marking.tokens[member] for member in was.members]
                if before is None or before.node.scope != was.node or not self.way.starved(self.old, before.id, stood):
                    self.refuse("join_starved", gate)

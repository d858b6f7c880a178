"""Timer events: when they are due, how they are armed with an activity, what their firing does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import activities, event_subs, iso, waiting
from .errors import EngineError
from .events import TimerFired
from .iso import due
from .marking import Timer, Token
from .step import TimerSet
from .variables import Values, seen_by

if TYPE_CHECKING:
    from .graph import Place
    from .play import Play


def arm(play: Play, place: Place, token: Token) -> Token:
    """Set the timers of the activity's boundary events; they end with the token."""
    values = seen_by(play, token)
    made = [id_ for boundary in place.timers if (id_ := set_for(play, boundary, token.id, values))]
    return token._replace(timers=tuple(made))


def disarm(play: Play, token: Token) -> None:
    """Clear the timers of a token that goes away."""
    for id_ in token.timers:
        clear(play, id_)


def clear(play: Play, id_: int) -> None:
    """Clear a timer."""
    play.timers.drop(id_)
    play.timers_cleared.append(id_)


def begin_catch(play: Play, place: Place, token: Token) -> None:
    """A token waits at an intermediate timer event."""
    made = set_for(play, place, token.id, seen_by(play, token))
    if not made:
        activities.finish(play, place, token, {})
        return
    waiting.begin(play, place, token._replace(timers=(made,)))


def fire(play: Play, event: TimerFired) -> None:
    """A timer's time has come. Raises EngineError ``not_waiting`` where there is no such timer any more."""
    timer = play.timers.get(event.timer)
    if timer is None:
        raise EngineError("not_waiting", timer=event.timer)
    play.timers.drop(timer.id)
    play.note("fired", timer.node, timer.token)
    place = play.places[timer.node]
    token = play.tokens.get(timer.token)
    again = timer.period is not None and timer.left and not place.interrupts
    if token is None:
        if again:
            _again(play, timer)
        event_subs.trigger(play, place, timer.token)
        return
    left = tuple(id_ for id_ in token.timers if id_ != timer.id)
    if token.node == timer.node:
        play.completed.append(token.id)
        activities.finish(play, place, token._replace(timers=left), {})
        return
    if again:
        left = (*left, _again(play, timer))
    token = token._replace(timers=left)
    play.put(token)
    waiting.break_out(play, place, token)


def set_for(play: Play, place: Place, owner: int, values: Values) -> int:
    """Set the timer of the event `place` for the token or scope instance `owner`; 0 where a cycle of no repetitions
    asks for none."""
    event, formula = place.node.event, place.timer
    if event is None or formula is None:
        raise EngineError("bad_expression", place.id)
    repeated = due(formula.evaluate(values), event.timer_kind, play.now, place.id)
    if not repeated.times:
        return 0
    left = repeated.times - 1 if repeated.times > 0 else -1
    timer = Timer(play.new_id(), place.id, owner, repeated.first, repeated.period, left)
    _put(play, timer)
    return timer.id


def _again(play: Play, timer: Timer) -> int:
    """Set a cycle's next timer, counted from when the last was due and not from when somebody got round to it."""
    period = timer.period or ""
    try:
        next_due = iso.again(timer.due, period, play.now.tzinfo)
    except (ValueError, OverflowError) as problem:
        raise EngineError("bad_expression", timer.node, value=period) from problem
    again = timer._replace(id=play.new_id(), due=next_due, left=timer.left - 1 if timer.left > 0 else timer.left)
    _put(play, again)
    return again.id


def _put(play: Play, timer: Timer) -> None:
    play.timers.put(timer.id, timer)
    play.timers_set.append(TimerSet(timer.id, timer.node, timer.due))

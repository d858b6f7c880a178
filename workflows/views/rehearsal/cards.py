"""What waits in a play as cards of its page: each with the form that has it done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from permissions import roles
from permissions.models import User
from workflows import deadlines, handlers, names
from workflows.allowed import allowed
from workflows.bpmn.model import Node
from workflows.playing.prompts import prompts_of
from workflows.playing.versions import Decider
from workflows.playing.words import Telling, kind_words, moment, value
from workflows.rehearsal import Flow, Level, Played, Stage, Waiting
from workflows.views.rehearsal_forms import StepForm

#: How many of several alike (the votes of one step) have a form each.
MOST_CARDS = 40


@dataclass(frozen=True, slots=True)
class Card:
    """Something open, with the form that has it done."""

    waiting: Waiting
    id: str
    name: str
    kind: str
    who: str
    due: str
    values: str
    message: str
    form: StepForm | None


class Desk:
    """Makes the cards and forms of one page. `usual` is the key of the flow that is rehearsed."""

    def __init__(self, flow: Flow, usual: str, telling: Telling, decider: Decider) -> None:
        self._flow = flow
        self._usual = usual
        self._telling = telling
        self._decider = decider
        self._everybody: list[tuple[str, str]] | None = None

    def cards(self, played: Played, forms: dict[str, Any]) -> list[Card]:
        """The cards of what is open, calls that are played inside left out; `forms` are those that were filled in, by card."""
        keys, levels = keys_of(played.last), self._levels(played.last)
        open_ = [waiting for waiting in played.last.open if not waiting.entered]
        found = []
        for waiting in open_[:MOST_CARDS]:
            key = keys[waiting.path] + str(waiting.opened.token)
            form = None
            if waiting.opened.kind not in {"timer", "condition"}:
                form = forms.get(key) or self.form(played, key, waiting, None)
            found.append(self._card(waiting, key, levels[waiting.path].flow.process.nodes[waiting.opened.node], form))
        return found

    def form(self, played: Played, key: str, waiting: Waiting, data: Any) -> StepForm:
        """The form of something open."""
        opened = waiting.opened
        flow = self._levels(played.last)[waiting.path].flow
        node = flow.process.nodes[opened.node]
        asked = self._telling.people(waiting.who)
        first = ("", _("被请办的人（%(who)s）") % {"who": asked} if asked else _("任何人"))
        targets = [(to, self._telling.node(waiting.path + to)) for to in self._passed(played, waiting.path)]
        ballots = handlers.ballots_on(opened.message) if opened.kind == "message" else None
        return StepForm(
            opened.kind,
            prompts_of(flow, node),
            [first, *self._people()],
            targets if allowed(node, "send_back") else [],
            data,
            bodies=ballots.bodies() if ballots is not None else (),
            rules=ballots.rules(self._usual) if ballots is not None else (),
            prefix=f"t{key}",
        )

    def _card(self, waiting: Waiting, key: str, node: Node, form: StepForm | None) -> Card:
        due = deadlines.due_of(node, waiting.due, waiting.since)
        locals_ = {name: found for name, found in waiting.opened.locals.items() if found is not None}
        return Card(
            waiting,
            key,
            self._telling.node(waiting.node),
            kind_words(waiting.opened.kind),
            self._telling.people(waiting.who),
            moment(due) if due is not None else "",
            _("、").join(f"{name} = {value(found)}" for name, found in locals_.items()),
            self._decider.reasons.get(node.id, "") or names.label(node.documentation),
            form,
        )

    def _levels(self, stage: Stage) -> dict[str, Level]:
        return {level.path: level for level in stage.levels(self._flow)}

    def _passed(self, played: Played, path: str) -> list[str]:
        """The activities of people this play has come through in that flow, each once, in their order."""
        there = [level for stage in played.stages for level in stage.levels(self._flow) if level.path == path]
        done = (one.node for level in there for one in level.stage.trace if one.kind == "completed")
        kinds = {"userTask", "manualTask", "receiveTask"}
        return [node for node in dict.fromkeys(done) if there[-1].flow.process.nodes[node].kind in kinds]

    def _people(self) -> Sequence[tuple[str, str]]:
        """Who can be chosen to do a step: every role, then everybody who holds one."""
        if self._everybody is None:
            users = roles.holders(*self._telling.roles()).order_by("display_name", "username")
            found = sorted(self._telling.roles().items())
            self._everybody = [*found, *((user.username, f"{user.label} · {user.username}") for user in users)]
        return self._everybody


def keys_of(stage: Stage, path: str = "", key: str = "") -> dict[str, str]:
    """What the keys of cards in each flow begin with, by what its nodes begin with."""
    found = {path: key}
    for inside in stage.inside:
        found |= keys_of(inside.stage, path + inside.path, f"{key}{inside.token}-")
    return found


def held(telling: Telling, by: str) -> frozenset[str]:
    """The roles of whoever was chosen, a role or an account."""
    if by in telling.roles():
        return frozenset({by})
    user = User.objects.filter(username=by, is_active=True).first()
    return roles.of(user) if user is not None else frozenset()

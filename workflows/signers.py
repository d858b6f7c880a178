"""Who does a step together: those who have it now beside one task, and how many it is in all (加签, 减签)."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.case_overview import Stand, stands_among
from workflows.engine import Marking
from workflows.engine.marking import OPEN, Multi
from workflows.models import CaseTask


@dataclass(frozen=True, slots=True)
class Signers:
    """The people of a step. `present` have it now, the task's own among them; `size` is how many it is in all, those who are
    done and those whose turn is still to come included.
    """

    present: list[Stand]
    size: int = 1
    done: int = 0

    @property
    def coming(self) -> int:
        """How many come after those who have it now."""
        return max(0, self.size - self.done - len(self.present))


def signers_of(task: CaseTask) -> Signers:
    """The people who do the step this open task belongs to: itself alone, or the instances of its multi-instance activity."""
    marking = Marking.from_json(task.process.marking)
    found = _body(marking, task.token_id)
    if found is None:
        return Signers(stands_among([task]))
    ids, body = found
    tasks = task.process.task_set.filter(token_id__in=ids, finished__isnull=True).select_related("owner")
    return Signers(stands_among(list(tasks.order_by("token_id"))), body.size, body.done)


def _body(marking: Marking, token_id: int) -> tuple[list[int], Multi] | None:
    """The open tokens of the multi-instance body a token is an instance of, and the body's counts."""
    token = marking.tokens.get(token_id)
    candidates = [token.scope] if token is not None and token.place >= 0 else list(marking.crowds)
    for pk in candidates:
        scope = marking.scopes[pk]
        if scope.multi is None:
            continue
        members = [member for member in scope.members if marking.tokens[member].state == OPEN]
        ids = [*members, *scope.multi.waiting()]
        if token_id in ids:
            return ids, scope.multi
    return None

"""Beginning the activities of an ad-hoc sub-process: people say which, and when (BPMN 2.0 §13.3.5)."""

from __future__ import annotations

from permissions.errors import Denied
from permissions.models import User
from permissions.policies import visible
from permissions.transactions import action
from workflows.engine import Enable
from workflows.errors import require_running
from workflows.locks import hidden, lock_case
from workflows.models import Case
from workflows.policies import may_begin
from workflows.runtime import Run


@action
def activity_enable(*, actor: User | None, case_id: int, node: str, host: int = 0) -> Case:
    """Begin the activity `node` of an ad-hoc sub-process that is open; `host` says in which, where several run (0: the oldest).

    Raises `Hidden`, `Denied` (who may begin it), `WrongState` (it cannot begin now, or the case has ended).
    """
    case, head = lock_case(case_id)
    run = Run(case, head)
    if actor is not None:
        if not visible(actor, Case.objects.filter(pk=case.pk)).exists():
            raise hidden()
        verdict = may_begin(actor, case, run.flow, node)
        if not verdict:
            raise Denied(verdict.why, code=verdict.code)
    require_running(case)
    run.play(Enable(node, host))
    run.settle()
    run.save(actor=actor, verb="activity_enable", data={"node": node})
    return case

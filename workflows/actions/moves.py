"""Putting a running case elsewhere by hand: jump to any step (自由跳转), send back to one that was passed (驳回)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from permissions.errors import Denied, Invalid, WrongState
from permissions.models import User
from permissions.policies import may, require
from permissions.transactions import action
from workflows import names
from workflows.actions.tasks import lock_task_of, require_open
from workflows.engine import Move, SendBack, Step
from workflows.engine.moves import carrier, standing
from workflows.errors import require_running, told
from workflows.locks import lock_case, lock_task
from workflows.models import Case, CaseTask
from workflows.passed import Target, send_back_targets
from workflows.policies import CaseMove, may_move
from workflows.runtime import Run

AGAIN = frozenset({"run", "resume"})


@action
def case_jump(*, actor: User | None, case_id: int, to: str, reason: str, task_id: int | None = None) -> Case:
    """Have a case go on at the element `to`: what stands at the task `task_id` goes there (with all instances of what `to` lies
    outside of), without one the whole case. What is left is cancelled. A reason is required and logged.

    Raises `Denied`, `Invalid` without a reason, `WrongState` (the case has ended or is suspended, the task is done, no way to
    begin there, ``already_there``), and what `workflows.policies.case_guard` refuses.
    """
    case, head = lock_case(case_id)
    if actor is not None:
        require(actor, "case_jump", case)
    text = told(reason, _("请写明跳转的原因。"), _("请写明原因，例如：办理人长期外出。"))
    require_running(case)
    run = Run(case, head)
    if task_id is None:
        stands = {node for _token, node in run.marking.open_tokens()}
        if stands == {to}:
            raise WrongState(
                _("流程已经在“%(node)s”这一步，不用再跳转。") % {"node": _name(run, to)}, code="already_there"
            )
        event = Move(before=(to,), empty=(next(iter(run.marking.scopes.values())).id,))
    else:
        _locked, task = lock_task(task_id)
        if task.process_id != case.pk:
            raise Invalid(_("这件待办不属于这件流程。请刷新页面后重试。"), code="other_case")
        require_open(task)
        stands = {task.node}
        event = _from_task(run, task, to)
    _ask_guards(case, CaseMove("case_jump", to, tuple(sorted(stands))))
    step = run.play(event)
    run.settle()
    run.save(actor=actor, verb="case_jump", data={"reason": text, **_way(run, step, to)})
    return case


def _from_task(run: Run, task: CaseTask, to: str) -> Move:
    token = standing(run.marking, task.token_id)
    if token is None:
        raise WrongState(_("流程已经往下走，这一步不用再办。"), code="cancelled")
    if to not in run.flow.graph.places:
        return Move(before=(to,))  # the engine says why not
    going = carrier(run.flow.graph, run.marking, token, to)
    return Move(before=(to,), cancel=(going.id,), scope=going.scope)


@action
def task_send_back(*, actor: User | None, task_id: int, to: str, again: str = "run", reason: str) -> CaseTask:
    """Send the case back from an open task: `to` the step it began with (``start``), the step before (``previous``), or a step
    that was passed (its element id). With `again` ``run`` it runs on from there, with ``resume`` it comes straight back.

    Whoever may do the task may send it back where the diagram allows it (`workflows.allowed`), administrators always. A reason
    is required and logged. Raises `Hidden`, `Denied`, `Invalid`, `WrongState` (done already, ``not_passed``, ``not_before``),
    and what `workflows.policies.case_guard` refuses.
    """
    locked, task = lock_task_of(actor, task_id, "task_send_back")
    require_open(task)
    if actor is not None:
        require(actor, "task_send_back", task)
    text = told(reason, _("请写明退回的原因。"), _("请写明原因，例如：预算表缺附件。"))
    if again not in AGAIN:
        raise Invalid(_("请选择退回后怎样继续。"), fields={"again": _("请选择重新逐步办理，或改好后直接回到这一步。")})
    target = _target(actor, task, to)
    _ask_guards(locked.case, CaseMove("task_send_back", target.node, (task.node,), again))
    run = Run(*locked)
    step = run.play(SendBack(task.token_id, target.node, again, _doer(actor, task)))
    run.settle()
    data = {"node": task.node, "name": task.name, "reason": text, "again": again, **_way(run, step, target.node)}
    if target.done_by is not None:
        data["person"] = target.done_by.username
    run.save(actor=actor, verb="task_send_back", target=f"task:{task.pk}", data=data)
    return task


def _target(actor: User | None, task: CaseTask, to: str) -> Target:
    everywhere = send_back_targets(task, by_admin=True)
    found = next((one for one in everywhere if to in _words_for(one)), None)
    if found is None:
        raise WrongState(
            _("流程没有办过这一步，或不能从这里退回到它。请返回，从列表中选择。"), code="not_passed", data={"to": to}
        )
    by_admin = actor is None or bool(may(actor, "case_jump", task.process))
    if not by_admin and found not in send_back_targets(task):
        raise Denied(
            _("这一步的流程图不允许退回到“%(node)s”。请选择其他环节。") % {"node": found.name}, code="not_allowed_here"
        )
    return found


def _words_for(target: Target) -> set[str]:
    return {target.node} | ({"start"} if target.is_start else set()) | ({"previous"} if target.is_previous else set())


def _doer(actor: User | None, task: CaseTask) -> str | None:
    """Whose task it is when it comes again: who had taken it, or who sends it back; an administrator does not take it over."""
    if task.owner is not None:
        return task.owner.username
    return actor.username if actor is not None and may(actor, "task_complete", task) else None


def _ask_guards(case: Case, move: CaseMove) -> None:
    verdict = may_move(case, move)
    if not verdict:
        raise WrongState(verdict.why, code=verdict.code)


def _way(run: Run, step: Step, to: str) -> dict[str, Any]:
    """Where a move went, for the log: what it took away, and where the case goes on."""
    open_ = set(step.cancelled)
    left = sorted({note.node for note in step.trace if note.kind == "cancelled" and note.token in open_})
    return {
        "from": left,
        "from_names": [_drawn_name(run, node) for node in left],
        "tokens": list(step.cancelled),
        "to": to,
        "to_name": _drawn_name(run, to),
    }


def _drawn_name(run: Run, node: str) -> str:
    found = run.flow.process.nodes.get(node)
    return (found.name if found is not None else "") or node


def _name(run: Run, node: str) -> str:
    return names.label(_drawn_name(run, node))

"""The members of a running step: add some before, after or beside the one at it (加签), take one out (减签)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from permissions.errors import Denied, Invalid, WrongState
from permissions.models import User
from permissions.policies import may, require
from permissions.transactions import action
from workflows.actions.tasks import lock_task_of, require_open
from workflows.allowed import KNOWN, allowed
from workflows.engine import AddInstance, Marking, RemoveInstance
from workflows.engine.moves import standing
from workflows.errors import told
from workflows.models import CaseTask
from workflows.policies import CaseMove, may_move
from workflows.runtime import Run

#: More at once are a mistake, and one list is one statement.
MOST = 50


@action
def instance_add(
    *, actor: User | None, task_id: int, users: Sequence[str], where: str = "parallel", reason: str
) -> CaseTask:
    """Have more people do an open step: `users` (usernames) ``before`` the one at it, who goes on when they are done, ``after``
    that one, or in ``parallel``. Several are asked in their order; in parallel all at once.

    A step of one person becomes one of several, all of whom must do it; in a multi-instance step they count as its instances,
    and its completion condition goes by the new numbers. Whoever may do the task may add where the diagram allows it
    (`workflows.allowed`), administrators always. A reason is required and logged. The system (`actor` None) may add one that the
    diagram assigns, by naming nobody.
    Raises `Hidden`, `Denied`, `Invalid` (nobody named, unknown or inactive, ``already_signer``), `WrongState`.
    """
    locked, task = lock_task_of(actor, task_id, "instance_add")
    require_open(task)
    if actor is not None:
        require(actor, "instance_add", task)
    text = told(reason, _("请写明加签的原因。"), _("请写明原因，例如：涉及资金，请财务负责人一并签署。"))
    if where not in KNOWN["add"]:
        raise Invalid(_("请选择加签的方式。"), fields={"where": _("请选择在您之前、之后或同时办理。")})
    run = Run(*locked)
    by_admin = actor is None or bool(may(actor, "case_jump", task.process))
    if not by_admin and where not in allowed(run.flow.process.nodes.get(task.node), "add"):
        raise Denied(_("这一步的流程图不允许这样加签。请选择其他方式。"), code="not_allowed_here")
    people = _people(run.marking, task, users) if users or actor is not None else []
    _ask_guards(task, "instance_add")
    before = task.owner or (actor if actor is not None and may(actor, "task_complete", task) else None)
    named = tuple(person.username for person in people) or ("",)
    step = run.play(AddInstance(task.token_id, named, where, before.username if before is not None else None))
    run.settle()
    run.save(
        actor=actor,
        verb="instance_add",
        target=f"task:{task.pk}",
        data={
            "node": task.node,
            "name": task.name,
            "where": where,
            "reason": text,
            "users": [person.username for person in people],
            "persons": [person.label for person in people],
            "tokens": [opened.token for opened in step.opened],
        },
    )
    return task


def _people(marking: Marking, task: CaseTask, users: Sequence[str]) -> list[User]:
    """The users of these names, in this order. Raises `Invalid`."""
    wanted = list(dict.fromkeys(name.strip() for name in users if name.strip()))
    if not wanted or len(wanted) > MOST:
        raise Invalid(_("请选择加签的人。"), fields={"users": _("请选择 1 到 %(most)d 位办理人。") % {"most": MOST}})
    found = {user.username: user for user in User.objects.filter(username__in=wanted, is_active=True)}
    missing = [name for name in wanted if name not in found]
    if missing:
        text = _("没有找到“%(names)s”，或账号已停用。请重新选择。") % {"names": _("、").join(missing)}
        raise Invalid(_("请选择加签的人。"), fields={"users": text}, code="no_such_user")
    known = _members(marking, task)
    again = [found[name].label for name in wanted if name in known]
    if again:
        text = _("%(names)s已经是这一步的办理人，不用再加。") % {"names": _("、").join(again)}
        raise Invalid(text, fields={"users": text}, code="already_signer")
    return [found[name] for name in wanted]


def _members(marking: Marking, task: CaseTask) -> set[str]:
    """Who does, did or is going to do this step of this round."""
    token = standing(marking, task.token_id)
    scope = marking.scopes[token.scope] if token is not None else None
    multi = scope.multi if scope is not None else None
    rows = [task]
    names: set[str] = set()
    if scope is not None and multi is not None:
        places = [place for place in range(multi.total) if not multi.gone >> place & 1]
        items = multi.items or []
        names |= {items[place] for place in places if place < len(items) and isinstance(items[place], str)}
        names |= {multi.people[place] for place in places if place in multi.people}
        of_it = {*scope.members, *(multi.waiting() if multi.first else ())}
        rows = list(task.process.task_set.filter(token_id__in=of_it).select_related("owner"))
    names |= {row.assignee for row in rows if row.assignee}
    return names | {row.owner.username for row in rows if row.owner is not None}


@action
def instance_remove(*, actor: User | None, task_id: int, reason: str) -> CaseTask:
    """Take the one at an open task out of a step of several. The others may then be enough, and the case goes on.

    Whoever may do the task may go out where the diagram allows it (`workflows.allowed`), and be taken out by who added them;
    administrators may always. A reason is required and logged.
    Raises `Hidden`, `Denied`, `Invalid`, `WrongState` (done already, ``not_multi``, ``last_instance``).
    """
    locked, task = lock_task_of(actor, task_id, "instance_remove")
    require_open(task)
    if actor is not None:
        require(actor, "instance_remove", task)
    text = told(reason, _("请写明减签的原因。"), _("请写明原因，例如：本人回避。"))
    _ask_guards(task, "instance_remove")
    run = Run(*locked)
    step = run.play(RemoveInstance(task.token_id))
    run.settle()
    run.save(
        actor=actor,
        verb="instance_remove",
        target=f"task:{task.pk}",
        data={
            "node": task.node,
            "name": task.name,
            "reason": text,
            "persons": [task.owner.label] if task.owner is not None else [],
            "tokens": list(step.cancelled),
        },
    )
    return task


def _ask_guards(task: CaseTask, act: str) -> None:
    verdict = may_move(task.process, CaseMove(act, task.node, (task.node,)))
    if not verdict:
        raise WrongState(verdict.why, code=verdict.code)

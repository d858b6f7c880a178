"""Who may see and do what with definitions, cases and tasks.

What a case is about is a higher floor's business: it says who may see such cases by registering :func:`case_visibility`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from permissions import acting, roles, scopes
from permissions.models import AuditEvent, Role, User
from permissions.own_policies import audit_visibility
from permissions.policies import ALLOWED, Actor, Policy, Verdict, held, part_of, policy, refused, signed_in, visible
from workflows import feel
from workflows.allowed import allowed
from workflows.bpmn.model import Node
from workflows.engine import asked
from workflows.models import (
    Case,
    CaseTask,
    CaseTaskGroupPermission,
    CaseTaskUserPermission,
    CaseTimer,
    Definition,
    DefinitionVersion,
    FlowTest,
    Incident,
    MigratedCase,
    Migration,
    Receipt,
    SentMessage,
    Simulation,
    StartTimer,
    StepDraft,
    StepFile,
    TaskKind,
    VersionStatus,
)

if TYPE_CHECKING:
    from workflows.compiled import Compiled

CaseVisibility = Callable[[User], Q]
_case_visibility: list[CaseVisibility] = []


def case_visibility(function: CaseVisibility) -> CaseVisibility:
    """Register a condition on `Case` rows: whoever it selects a case for may see that case."""
    _case_visibility.append(function)
    return function


_case_withheld: list[CaseVisibility] = []


def case_withheld(function: CaseVisibility) -> CaseVisibility:
    """Register a condition on `Case` rows: what the cases it selects are about is kept from that user, whatever else would
    show it to them, a task they are asked to do included. Administrators and auditors still see that they run."""
    _case_withheld.append(function)
    return function


def withheld_cases(actor: Actor) -> QuerySet[Case]:
    """The cases that are kept from this user, with what they have called."""
    return Case.objects.filter(pk__in=_with_called(_cases(_case_withheld, actor))).order_by()


def _cases(conditions: Sequence[CaseVisibility], actor: Actor) -> list[QuerySet[Any]]:
    """The keys of the cases each of the registered conditions selects."""
    # The registry has refused anonymous visitors.
    return [Case.objects.filter(condition(actor)).values("pk") for condition in conditions]  # type: ignore[arg-type]


def _with_called(found: Sequence[QuerySet[Any]]) -> QuerySet[Any]:
    """These keys of cases, and those of what they have called; two levels are as deep as flows are drawn."""
    keys = _together(found)
    below = Case.objects.filter(parent__in=keys).values("pk")
    return _together((*found, below, Case.objects.filter(parent__parent__in=keys).values("pk")))


def _together(parts: Sequence[QuerySet[Any]]) -> QuerySet[Any]:
    """The keys several queries find. A union, and not conditions joined by OR: PostgreSQL then begins with the few rows each part
    finds by its own index, however many there are in the house."""
    if not parts:
        return Case.objects.none().values("pk")
    first, *others = (part.order_by() for part in parts)
    return first.union(*others)


@dataclass(frozen=True, slots=True)
class CaseMove:
    """What somebody wants to do to a running case by hand: `act` (``case_jump``, ``task_send_back``, ``instance_add``,
    ``instance_remove``, or ``case_migrate`` where another version does something else at `to`), at which element it is to go
    on (`to`; of members, whose activity it is), where it stands (`origin`, the elements that are left), and whether a
    send-back comes straight back (`again` ``resume``) or runs (``run``).
    """

    act: str
    to: str
    origin: tuple[str, ...] = ()
    again: str = "run"


CaseGuard = Callable[[Case, CaseMove], Verdict]
_case_guards: list[CaseGuard] = []


def case_guard(function: CaseGuard) -> CaseGuard:
    """Register who is asked before people move a case by hand, administrators included; the case is locked by then. The first
    refusal counts."""
    _case_guards.append(function)
    return function


def may_move(case: Case, move: CaseMove) -> Verdict:
    """Whether what the case is about lets it be moved so."""
    verdicts = (guard(case, move) for guard in _case_guards)
    return next((verdict for verdict in verdicts if not verdict), ALLOWED)


def _own(actor: Actor) -> tuple[int, ...]:
    """The key of this user to look for; nothing for nobody."""
    return (actor.pk,) if actor is not None and actor.pk is not None else ()


def is_candidate(actor: Actor) -> Q:
    """The tasks this user is asked to do: by role or by name (guardian's object permissions on the task)."""
    return Q(pk__in=_together(_asked(actor)))


def in_hand(actor: Actor) -> Q:
    """The open tasks this user has taken, or is asked to do while nobody has taken them."""
    taken = CaseTask.objects.filter(owner__in=_own(actor), finished__isnull=True).values("pk")
    free = Q(owner__in=_own(actor)) | Q(owner__isnull=True)
    return Q(pk__in=_together((taken, *_asked(actor))), finished__isnull=True) & free


def _asked(actor: Actor) -> list[QuerySet[Any]]:
    """The keys of the tasks `is_candidate` means, in parts: each begins with the rights and not with the tasks."""
    by_role = CaseTaskGroupPermission.objects.filter(group__in=roles.groups(actor))
    by_name = CaseTaskUserPermission.objects.filter(user__in=_own(actor))
    found: list[QuerySet[Any]] = [by_role.values("content_object"), by_name.values("content_object")]
    # Whom they stand in for in some matters only: nothing else has been asked about, so every scope is looked into.
    for standing in roles.standings_of(actor) if acting.unsaid() else ():
        if (within := scopes.within(CaseTask, standing.scope)) is not None:
            for_them = CaseTaskGroupPermission.objects.filter(group=standing.group).values("content_object")
            found.append(CaseTask.objects.filter(within, pk__in=for_them).values("pk"))
    return found


def _mine(actor: Actor) -> list[QuerySet[Any]]:
    """The keys of the tasks a user has, had, or is asked to do, in parts."""
    taken = CaseTask.objects.filter(owner__in=_own(actor))
    done = CaseTask.objects.filter(completed_by__in=_own(actor))
    return [taken.values("pk"), done.values("pk"), *_asked(actor)]


@policy(Definition)
class DefinitionPolicy(Policy):
    """Flows are open to read for everybody who may sign in: the office's rules are no secret."""

    acts = {
        "view": signed_in,
        "definition_save": held("designer"),
    }

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset


@policy(DefinitionVersion)
class DefinitionVersionPolicy(Policy):
    """Published versions are open to read; drafts belong to the designers and auditors."""

    acts = {
        "view": signed_in,
        "definition_save": held("designer"),
        "definition_publish": held("designer"),
        "release_ask": held("designer"),
        "definition_retire": held("designer"),
        "migration_plan": held("admin", "designer"),
        "migration_start": held("admin"),
        "flow_rehearse": held("designer", "auditor"),
        "flow_test_record": held("designer"),
        "simulation_start": held("designer"),
    }

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if {"designer", "auditor"} & roles.of(actor):
            return queryset
        return queryset.exclude(status=VersionStatus.DRAFT)


@policy(FlowTest)
class FlowTestPolicy(Policy):
    """The recorded plays of a flow are the designers'; auditors read them."""

    acts = {"view": held("designer", "auditor"), "flow_test_remove": held("designer")}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if {"designer", "auditor"} & roles.of(actor) else queryset.none()


@policy(Simulation)
class SimulationPolicy(Policy):
    """What simulations show is for designers and auditors; any designer stops one that is not wanted any more."""

    acts = {"view": held("designer", "auditor"), "simulation_stop": held("designer")}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if {"designer", "auditor"} & roles.of(actor) else queryset.none()


@policy(Migration)
class MigrationPolicy(Policy):
    """What became of the cases of a version is known to who decides it, who drew the flow, and who audits."""

    acts = {"view": held("admin", "designer", "auditor"), "migration_undo": held("admin")}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if {"admin", "designer", "auditor"} & roles.of(actor) else queryset.none()


@audit_visibility
def flow_chains(actor: User) -> Q:
    """The log of the flows themselves, drafts included: as open as drafts are."""
    return Q(subject__startswith="flow:") if "designer" in roles.of(actor) else Q(pk__in=())


_admin = held("admin")


@policy(Case)
class CasePolicy(Policy):
    """A case is seen by its starter, by those who have or had a task in it, and by whom its subject admits; that there is one,
    and where it stands, by administrators and auditors too.
    """

    acts = {
        "view": signed_in,
        "case_start": signed_in,
        "case_suspend": _admin,
        "case_resume": _admin,
        "case_cancel": _admin,
        "case_jump": _admin,
        "case_variables": held("admin", "auditor"),
        "variables_set": _admin,
    }

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if {"admin", "auditor"} & roles.of(actor):
            return queryset
        return queryset.filter(_of_concern(actor))

    def may_case_withdraw(self, actor: User, case: Case | None) -> Verdict:
        """Whoever started it."""
        if case is not None and case.started_by_id == actor.pk:
            return ALLOWED
        return refused(_("流程由发起人撤回。需要停止办理时，请联系系统管理员终止流程。"), "not_starter")

    def holders_case_withdraw(self, case: Case) -> QuerySet[User]:
        return User.objects.filter(pk=case.started_by_id, is_active=True)


@policy(SentMessage)
class SentMessagePolicy(Policy):
    """Messages between cases are the system's; an administrator may send one by hand, and with the auditor see what is kept."""

    acts = {"view": held("admin", "auditor"), "message_send": _admin, "signal_send": _admin}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if {"admin", "auditor"} & roles.of(actor) else queryset.none()


def _of_concern(actor: Actor) -> Q:
    """The cases a user started, has or had a task in, or whose subject a higher floor lets them see."""
    started = Case.objects.filter(started_by__in=_own(actor)).values("pk")
    worked_on = CaseTask.objects.filter(pk__in=_together(_mine(actor))).values("process")
    found = _with_called((started, worked_on, *_cases(_case_visibility, actor)))
    return Q(pk__in=found) & ~Q(pk__in=withheld_cases(actor).values("pk"))


# A case about nothing, and what such a case has called, as deep as flows are drawn.
_ABOUT_NOTHING = Q(subject="") & (
    Q(parent=None) | Q(parent__subject="") & (Q(parent__parent=None) | Q(parent__parent__subject=""))
)


def knowing(actor: Actor, cases: QuerySet[Case]) -> QuerySet[Case]:
    """The cases whose title and contents a user may know. Whoever looks after cases sees that one runs, and where it
    stands; what it is about is for those its subject admits. A case about nothing has nothing else to hide behind.
    """
    return visible(actor, cases).filter(_ABOUT_NOTHING | _of_concern(actor))


def may_begin(actor: User, case: Case, flow: Compiled, node: str) -> Verdict:
    """May this user begin the activity `node` of an ad-hoc sub-process: whoever it would ask, and where it asks nobody the
    one who started the case, and administrators?"""
    place = flow.graph.places.get(node)
    if place is None:
        return refused(_("流程图上没有这一步。请返回，从列表中选择。"), "no_such_node")
    whom = asked(flow.graph, node, feel.from_json(case.variables))
    role = flow.role_of(place.lane)
    groups = set(whom.groups) or ({role} if role and not (whom.users or whom.assignee) else set())
    names = {*whom.users, *([whom.assignee] if whom.assignee else [])}
    if actor.username in names or groups & roles.of(actor):
        return ALLOWED
    if not (groups or names) and (case.started_by_id == actor.pk or "admin" in roles.of(actor)):
        return ALLOWED
    if groups:
        who = _("、").join(str(one) for one in Role.objects.filter(group__name__in=groups)) or _("指定的人")
        return refused(_("这一步由%(who)s开始，您没有这个角色。") % {"who": who}, "not_candidate")
    return refused(_("这一步由指定的人或发起人开始。请与发起人联系。"), "not_candidate")


@policy(Incident)
class IncidentPolicy(Policy):
    """Whoever looks after the flows knows what failed, without learning what the case is about; administrators act."""

    acts = {
        "view": held("admin", "designer", "auditor"),
        "incident_retry": held("admin"),
        "incident_resolve": held("admin"),
    }

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if {"admin", "designer", "auditor"} & roles.of(actor) else queryset.none()


def _node_of(task: CaseTask) -> Node | None:
    """The element of the diagram a task stands at."""
    from workflows import compiled

    case = task.process
    return compiled.of_version(case.version_id, case.version_sha256).process.nodes.get(task.node)


def _personal(task: CaseTask, owner: User) -> bool:
    """Whether the task is its owner's by name, so that no role of theirs has to last."""
    return task.assignee == owner.username or not (task.candidate_groups or task.candidate_users)


def _added(task: CaseTask) -> QuerySet[AuditEvent]:
    """By whom the person at this task was added to the step: who adds somebody by mistake may take them out again."""
    case = task.process
    entries = AuditEvent.objects.filter(subject=case.chain, verb="instance_add", data__case=case.pk)
    return entries.filter(data__node=task.node, data__users__contains=[task.assignee], actor__isnull=False)


@policy(CaseTask)
class CaseTaskPolicy(Policy):
    """A task is done by the one who took it, or by a candidate while nobody has."""

    acts = {"view": signed_in}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if "auditor" in roles.of(actor):
            return queryset
        # Once a task has closed its candidates are no longer on it; those who were asked may know that it is done.
        was_asked = CaseTask.objects.filter(finished__isnull=False, candidate_groups__overlap=sorted(roles.of(actor)))
        known = queryset.filter(pk__in=_together((*_mine(actor), was_asked.values("pk"))))
        return known.exclude(process__in=withheld_cases(actor).values("pk"))

    def may_task_complete(self, actor: User, task: CaseTask | None) -> Verdict:
        """Who took it; while nobody has, whoever it asks."""
        if task is None or task.kind != TaskKind.HUMAN:
            return refused(_("这一步由系统办理，不需要您操作。"), "not_human")
        if task.owner_id is not None and task.owner_id != actor.pk and self._in_hand(task):
            return refused(
                _("这件事已由%(who)s领取。需要由您办理时，请对方先退回待领。") % {"who": task.owner}, "taken"
            )
        if (task.owner_id == actor.pk and _personal(task, actor)) or self._candidate(actor, task):
            return ALLOWED
        return refused(_("这一步由%(who)s办理，您没有这个角色。") % {"who": self._who(task)}, "not_candidate")

    def may_task_claim(self, actor: User, task: CaseTask | None) -> Verdict:
        """Whoever it asks, while nobody has taken it."""
        return self.may_task_complete(actor, task)

    def may_task_release(self, actor: User, task: CaseTask | None) -> Verdict:
        """Who took it."""
        if task is not None and task.owner_id == actor.pk and not task.assignee:
            return ALLOWED
        return refused(_("只有领取人可以把这件事退回待领。"), "not_owner")

    def may_task_send_back(self, actor: User, task: CaseTask | None) -> Verdict:
        """The system administrator; where the diagram allows it, whoever may do the step."""
        return self._may_change(actor, task, "send_back", _("这一步的流程图没有允许退回。请办理，或与系统管理员联系。"))

    def may_instance_add(self, actor: User, task: CaseTask | None) -> Verdict:
        """The system administrator; where the diagram allows it, whoever may do the step."""
        return self._may_change(actor, task, "add", _("这一步的流程图没有允许加签。请办理，或与系统管理员联系。"))

    def may_instance_remove(self, actor: User, task: CaseTask | None) -> Verdict:
        """The system administrator; where the diagram allows it, whoever may do the step, and who added that person."""
        verdict = self._may_change(actor, task, "remove", _("这一步的流程图没有允许减签。请办理，或与系统管理员联系。"))
        if verdict or task is None or not allowed(_node_of(task), "remove"):
            return verdict
        return ALLOWED if _added(task).filter(actor=actor.pk).exists() else verdict

    def holders_task_send_back(self, task: CaseTask) -> QuerySet[User]:
        return self._may_change_it(task, "send_back")

    def holders_instance_add(self, task: CaseTask) -> QuerySet[User]:
        return self._may_change_it(task, "add")

    def holders_instance_remove(self, task: CaseTask) -> QuerySet[User]:
        found = self._may_change_it(task, "remove")
        if not allowed(_node_of(task), "remove"):
            return found
        adders = _added(task).values("actor")
        return User.objects.filter(Q(pk__in=found.values("pk")) | Q(pk__in=adders), is_active=True)

    def _may_change(self, actor: User, task: CaseTask | None, what: str, why: str) -> Verdict:
        """Administrators, and whoever may do the step where its diagram allows it."""
        if task is None or task.kind != TaskKind.HUMAN:
            return refused(_("这一步由系统办理，不需要您操作。"), "not_human")
        if _admin.verdict(actor, None):
            return ALLOWED
        verdict = self.may_task_complete(actor, task)
        if verdict and not allowed(_node_of(task), what):
            return refused(why, "not_allowed_here")
        return verdict

    def _may_change_it(self, task: CaseTask, what: str) -> QuerySet[User]:
        admins = _admin.holders(None)
        if not allowed(_node_of(task), what):
            return admins
        doers = self.holders_task_complete(task).values("pk")
        return User.objects.filter(Q(pk__in=admins.values("pk")) | Q(pk__in=doers), is_active=True)

    def holders_task_complete(self, task: CaseTask) -> QuerySet[User]:
        if task.owner_id is not None:
            return User.objects.filter(pk=task.owner_id, is_active=True)
        asked = CaseTaskGroupPermission.objects.filter(content_object=task).values("group")
        return User.objects.filter(
            Q(pk__in=roles.holders_of_groups(asked).values("pk"))
            | Q(pk__in=CaseTaskUserPermission.objects.filter(content_object=task).values("user")),
            is_active=True,
        ).distinct()

    def _in_hand(self, task: CaseTask) -> bool:
        """Whether the one who took the task may still do it: what somebody took in a role that has run out is free again."""
        owner = task.owner
        if owner is None or not owner.is_active:
            return False
        if _personal(task, owner):
            return True
        return CaseTask.objects.filter(is_candidate(owner), pk=task.pk).exists()

    @staticmethod
    def _candidate(actor: User, task: CaseTask) -> bool:
        known = getattr(task, "is_candidate", None)
        # What the lock's own statement says is of the roles they hold themselves.
        if known is None or (not known and roles.standings_of(actor)):
            known = CaseTask.objects.filter(is_candidate(actor), pk=task.pk).exists()
        return bool(known)

    @staticmethod
    def _who(task: CaseTask) -> str:
        names = [str(role) for role in Role.objects.filter(group__name__in=task.candidate_groups)]
        return _("、").join([*names, *task.candidate_users] or [task.assignee or _("指定的人")])


part_of(CaseTask, why="whom a task asks, by role: a permission on the task, read by its policy")(
    CaseTaskGroupPermission
)
part_of(CaseTask, why="whom a task asks, by name: a permission on the task, read by its policy")(CaseTaskUserPermission)
part_of(Case, why="when a case goes on by itself; stands on the page of the case")(CaseTimer)
part_of(SentMessage, Case, why="which case has taken a message; stands on the pages of both")(Receipt)
part_of(DefinitionVersion, why="when a version starts cases by itself; the worker's, and on the flow's page")(
    StartTimer
)
part_of(
    Migration,
    Case,
    why="what became of a case when its version was moved; only those are named whom the reader may see",
)(MigratedCase)


@policy(StepDraft)
class StepDraftPolicy(Policy):
    """What somebody is still filling in is theirs alone."""

    acts = {"view": signed_in}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(person__in=_own(actor))


@policy(StepFile)
class StepFilePolicy(Policy):
    """A file is its uploader's until the step is done; then it belongs to the case, for those who may know what that is about."""

    acts = {"view": signed_in}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        open_cases = knowing(actor, Case.objects.all()).order_by().values("pk")
        kept = withheld_cases(actor).values("pk")
        own = Q(uploaded_by__in=_own(actor), given__isnull=True) & ~Q(task__process__in=kept)
        return queryset.filter(own | Q(given__isnull=False, task__process__in=open_cases))

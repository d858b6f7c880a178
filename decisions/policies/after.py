"""Who may do what after a vote. What hangs on an item is as open as the item; *when* it may be done is the actions' word."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from decisions.models import (
    Acceptance,
    AgendaEntry,
    EmergencyDecider,
    EmergencyDecision,
    EmergencyReport,
    Evaluation,
    ExecutionTask,
    ExpertOpinion,
    Item,
    LegalityReview,
    Milestone,
    ProgressReport,
    Publication,
    Reconsideration,
    ReconsiderationSupport,
    Reminder,
    RiskAssessment,
    SplitChoice,
    SuperiorReport,
    SuperiorRuling,
    Suspension,
)
from decisions.policies import access
from decisions.policies.decided import last_announced
from decisions.policies.signing import signers_of, signs_for
from decisions.policies.sittings import bodies_of
from permissions import roles
from permissions.models import Role, Seat, User
from permissions.own_policies import audit_visibility
from permissions.policies import ALLOWED, Actor, Policy, Rule, Verdict, held, policy, refused, visible
from workflows import clock

_secretary = held(Role.Code.SECRETARY)
_chair = held(Role.Code.CHAIR)
_desk = held(Role.Code.SECRETARY, Role.Code.CHAIR)


def voting_seats(actor: Actor) -> list[Seat]:
    """The voting seats of either body this person holds today."""
    return [seat for seat in roles.seats_of(actor, timezone.localdate(clock.now())) if seat.voting]


class Members:
    """Whoever holds a voting seat of either body today; `principal`: only the heads of the bodies."""

    def __init__(self, *, principal: bool = False) -> None:
        self.principal = principal

    def verdict(self, actor: User, obj: Any) -> Verdict:
        if any(seat.principal or not self.principal for seat in voting_seats(actor)):
            return ALLOWED
        if self.principal:
            return refused(_("这项操作由两个班子的班长办理，您不是班长。"), "role")
        return refused(_("这项操作由两个班子有表决权的成员办理，您没有表决席位。"), "no_vote")

    def holders(self, obj: Any) -> QuerySet[User]:
        seats = Seat.objects.in_force(timezone.localdate(clock.now())).filter(voting=True, user__isnull=False)
        if self.principal:
            seats = seats.filter(principal=True)
        return User.objects.filter(pk__in=seats.values("user"), is_active=True)


class Executing:
    """Whoever answers for the execution of the item, or a secretary for them."""

    def verdict(self, actor: User, obj: Item | None) -> Verdict:
        execution = getattr(obj, "execution", None)
        if execution is not None and execution.responsible_id == actor.pk:
            return ALLOWED
        if _secretary.verdict(actor, obj):
            return ALLOWED
        return refused(_("执行进展由责任人报告，或由秘书代为登记。"), "not_responsible")

    def holders(self, obj: Item | None) -> QuerySet[User]:
        execution = getattr(obj, "execution", None)
        named = Q(pk=execution.responsible_id) if execution is not None else Q(pk__in=())
        return User.objects.filter(named | Q(pk__in=_secretary.holders(obj).values("pk")), is_active=True)


class Choosing:
    """The chair of either body; of a split, in the place of a recused one, whoever stands in (R24)."""

    def verdict(self, actor: User, obj: Item | None) -> Verdict:
        # A chair who stands recused is refused with that reason, by what is withheld from them.
        chair = _chair.verdict(actor, obj)
        if chair or obj is None or not voting_seats(actor):
            return chair
        entry = _split(obj)
        return ALLOWED if entry is not None and signs_for(actor, entry, bodies_of(entry.sitting)) else chair

    def holders(self, obj: Item | None) -> QuerySet[User]:
        entry = _split(obj) if obj is not None else None
        if entry is None:
            return _chair.holders(obj)
        found = {user for signer in signers_of(entry, bodies_of(entry.sitting)) for user in signer.users}
        return User.objects.filter(pk__in=found, is_active=True)


def _split(item: Item) -> AgendaEntry | None:
    entry = last_announced(item)
    return entry if entry is not None and entry.outcome == AgendaEntry.Outcome.SPLIT else None


_members = Members()
_heads = Members(principal=True)
_executing = Executing()

#: Acts on an item after its vote; `ItemPolicy` takes them in.
ACTS: Mapping[str, Rule] = {
    "split_choose": Choosing(),
    "superior_rule": _secretary,
    "publication_publish": _secretary,
    "publication_exempt": _secretary,
    "superior_report_send": _secretary,
    "execution_report": _executing,
    "execution_claim": _executing,
    "milestone_finish": _executing,
    "milestone_move": _secretary,
    "execution_accept": _secretary,
    "execution_suspend": _heads,
    "suspension_lift": _heads,
    "item_revise": held(Role.Code.PROPOSER),
    "reconsideration_ask": _members,
    "reconsideration_support": _members,
    "reconsideration_withdraw": _members,
    "evaluation_open": _secretary,
    "evaluation_assign": _secretary,
    "ratification_settle": _secretary,
}


def barred_evaluators(item: Item | int) -> dict[int, str]:
    """User id → what they did for this item before, which bars them from evaluating it (R39, art. 36)."""
    found: dict[int, str] = {}
    # Who was asked has judged; a report from outside was judged by nobody with an account, whoever entered it.
    inside = {"request__person": ""}
    before = (
        (Evaluation.objects.filter(done_at__isnull=False), "evaluator", _("作过一次决策后评估")),
        (ExpertOpinion.objects.filter(**inside), "by", _("出具过专家意见")),
        (ExpertOpinion.objects.all(), "request__asked", _("出具过专家意见")),
        (RiskAssessment.objects.filter(**inside), "by", _("作过风险评估")),
        (RiskAssessment.objects.all(), "request__asked", _("作过风险评估")),
        (LegalityReview.objects.all(), "by", _("作过合法性审查")),
    )
    for rows, field, what in before:
        for user in rows.filter(item=item).values_list(field, flat=True):
            if user is not None:
                found[user] = what
    return found


class _OfItem(Policy):
    """As open as the papers of the item it is about."""

    path = "item"

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        # Whoever stands recused is refused the item's page, which shows this (R24).
        items = visible(actor, Item.objects.all()).filter(~access.recused(actor))
        return queryset.filter(**{f"{self.path}__in": items.order_by().values("pk")})

    def may_view(self, actor: User, obj: Any) -> Verdict:
        return ALLOWED


class _OfEntry(_OfItem):
    path = "entry__item"


class _OfExecution(_OfItem):
    path = "execution__item"


@policy(SplitChoice)
class SplitChoicePolicy(_OfEntry):
    """A chair's word on a split."""


@policy(SuperiorRuling)
class SuperiorRulingPolicy(_OfEntry):
    """What the superior answered."""


@policy(Publication)
class PublicationPolicy(_OfItem):
    """What a decision owes to the public."""


@policy(SuperiorReport)
class SuperiorReportPolicy(_OfItem):
    """What a decision owes to the superior."""


@policy(ExecutionTask)
class ExecutionTaskPolicy(_OfItem):
    """Who carries a decision out."""


@policy(Milestone)
class MilestonePolicy(_OfExecution):
    """A step of an execution."""


@policy(ProgressReport)
class ProgressReportPolicy(_OfExecution):
    """What an executing unit reported."""


@policy(Acceptance)
class AcceptancePolicy(_OfExecution):
    """What a secretary said to a report of completion."""


@policy(Reminder)
class ReminderPolicy(_OfItem):
    """What somebody was reminded of."""


@policy(Suspension)
class SuspensionPolicy(_OfItem):
    """An execution a head has stopped."""


@policy(Reconsideration)
class ReconsiderationPolicy(_OfItem):
    """Somebody asks that a decision be made anew."""


@policy(ReconsiderationSupport)
class ReconsiderationSupportPolicy(_OfItem):
    """Who agrees that it is."""

    path = "reconsideration__item"


@policy(Evaluation)
class EvaluationPolicy(_OfItem):
    """An evaluation is given by whoever was named for it, unless they judged the item before."""

    def may_evaluation_give(self, actor: User, obj: Evaluation) -> Verdict:
        """Whoever was named for it, unless they judged the item before (R39)."""
        if obj.evaluator_id != actor.pk:
            who = obj.evaluator.label if obj.evaluator is not None else _("尚未指定")
            return refused(_("这次评估由评估人完成（%(who)s）。") % {"who": who}, "not_evaluator")
        why = barred_evaluators(obj.item_id).get(actor.pk)
        if why is not None:
            return refused(barred_words(why), "barred")
        return ALLOWED

    def holders_evaluation_give(self, obj: Evaluation) -> QuerySet[User]:
        return User.objects.filter(evaluations=obj, is_active=True)


def barred_words(why: str) -> str:
    """The refusal of somebody who judged the item before."""
    return _("参加过这件议题评估、论证或审查的人不能再作决策后评估（R39）：%(why)s。请另行指定评估人。") % {"why": why}


@policy(EmergencyDecision)
class EmergencyPolicy(Policy):
    """An emergency is known to whoever may read submitted items, from its first line on, and to those who are asked.

    Once it is an item, whoever that is withheld from gets nothing of it: who does not know a confidential one knows no emergency
    (R40), and who stands recused reads no facts, no measures and no answers (R24).
    """

    acts = {"emergency_open": held(Role.Code.SECRETARY, Role.Code.CHAIR, Role.Code.MEMBER), "emergency_report": _desk}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        # A reader of items reads this; the item it becomes may be withheld from somebody all the same.
        if not {key.rpartition(":")[2] for key in roles.of(actor)} & READERS:
            unknown = Item.objects.filter(access.unnamed(actor)).order_by().values("pk")
            asked = EmergencyDecider.objects.filter(
                emergency=OuterRef("pk"), user=actor.pk if actor is not None else None
            )
            return queryset.filter(Q(item__isnull=True) | ~Q(item__in=unknown)).filter(Exists(asked))
        return queryset.filter(Q(item__isnull=True) | Q(item__in=visible(actor, Item.objects.all()).values("pk")))

    def may(self, actor: Actor, act: str, obj: EmergencyDecision | None = None) -> Verdict:
        verdict = super().may(actor, act, obj)
        kept = access.refusal(actor, obj.item) if verdict and obj is not None and obj.item is not None else None
        return verdict if kept is None else kept

    def may_view(self, actor: User, obj: EmergencyDecision) -> Verdict:
        return ALLOWED

    def may_emergency_answer(self, actor: User, obj: EmergencyDecision) -> Verdict:
        """The few who were asked."""
        if obj.deciders.filter(user=actor.pk).exists():
            return ALLOWED
        return refused(_("紧急决定由登记的几位成员作出，您不在其中。"), "not_decider")

    def holders_emergency_answer(self, obj: EmergencyDecision) -> QuerySet[User]:
        return User.objects.filter(pk__in=obj.deciders.values("user"), is_active=True)

    def may_emergency_withdraw(self, actor: User, obj: EmergencyDecision) -> Verdict:
        """Whoever recorded it."""
        if obj.by_id == actor.pk:
            return ALLOWED
        return refused(_("由登记人%(who)s撤销。") % {"who": obj.by.label}, "not_recorder")

    def holders_emergency_withdraw(self, obj: EmergencyDecision) -> QuerySet[User]:
        return User.objects.filter(pk=obj.by_id, is_active=True)


#: Roles that read every submitted item.
READERS = frozenset(
    {
        Role.Code.PROPOSER,
        Role.Code.SECRETARY,
        Role.Code.MEMBER,
        Role.Code.CHAIR,
        Role.Code.OBSERVER,
        Role.Code.LEGAL,
        Role.Code.AUDITOR,
    }
)


class _OfEmergency(Policy):
    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(emergency__in=_open_to(actor).values("pk"))

    def may_view(self, actor: User, obj: Any) -> Verdict:
        return ALLOWED


@policy(EmergencyDecider)
class EmergencyDeciderPolicy(_OfEmergency):
    """One of the few."""


@policy(EmergencyReport)
class EmergencyReportPolicy(_OfEmergency):
    """What everybody was told."""


def _open_to(actor: Actor) -> QuerySet[EmergencyDecision]:
    """The emergencies whose facts and answers this user reads."""
    withheld = Q(item__isnull=True) | ~Q(item__in=access.withheld_items(actor))
    return visible(actor, EmergencyDecision.objects.all()).filter(withheld).order_by()


@audit_visibility
def emergency_chains(actor: User) -> Q:
    """The log of every emergency the actor may read."""
    return Q(subject__in=[f"emergency:{pk}" for pk in _open_to(actor).values_list("pk", flat=True)])

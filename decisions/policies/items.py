"""Who may do what with an item. *When* it can be done is the flow's word (`decisions.stages`)."""

import functools
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from decisions.models import CoProposer, Item, ItemRecord, Material, ReviewRequest
from decisions.policies import access, after
from permissions import roles
from permissions.models import Body, Role, Seat, User
from permissions.own_policies import audit_visibility
from permissions.policies import ALLOWED, Actor, Policy, Verdict, held, policy, refused, visible
from workflows.models import Record
from workflows.policies import case_visibility, case_withheld

#: Roles that read every submitted item. Administrators and designers run the house and see nothing of its business (N5).
_READERS = frozenset(
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
_SIDES = (Role.Code.PROPOSER, Role.Code.SECRETARY, Role.Code.MEMBER, Role.Code.CHAIR)
_VOICES = _READERS - {Role.Code.AUDITOR}

_secretary = held(Role.Code.SECRETARY)
_legal = held(Role.Code.LEGAL)
_chair = held(Role.Code.CHAIR)


def codes_of(user: Actor) -> frozenset[str]:
    """The role codes a user holds, whatever the body."""
    return frozenset(key.rpartition(":")[2] for key in roles.of(user))


def side_of(user: User, *, other_than: Body | None = None) -> Body | None:
    """The body a user speaks for in a proposal: by a proposing role, else by a seat. `other_than` prefers the other one."""
    keys = {key.partition(":")[0] for key in roles.of(user) if key.rpartition(":")[2] in _SIDES}
    bodies = list(Body.objects.filter(code__in=keys)) or [seat.body for seat in roles.seats_of(user)]
    for body in bodies:
        if other_than is None or body.pk != other_than.pk:
            return body
    return bodies[0] if bodies else None


def may_co_propose() -> QuerySet[User]:
    """Who can be named as a co-proposer: whoever proposes for, or sits in, one of the bodies."""
    proposing = roles.holders(
        *Role.objects.filter(code__in=_SIDES, body__isnull=False).values_list("group__name", flat=True)
    )
    seated = Seat.objects.in_force().filter(user__isnull=False).values("user_id")
    return User.objects.filter(Q(pk__in=proposing.values("pk")) | Q(pk__in=seated), is_active=True)


@functools.lru_cache(maxsize=1024)
def _own(pk: int) -> Q:
    """The items (a Q over `Item`) of this user (by key). Whoever is asked for an assessment or an expert opinion reads what it is
    about."""
    asked = ReviewRequest.objects.filter(item=OuterRef("pk"), asked=pk, withdrawn_at__isnull=True)
    proposed = CoProposer.objects.filter(item=OuterRef("pk"), user=pk)
    return Q(proposer=pk) | Q(Exists(proposed)) | Q(Exists(asked))


@policy(Item)
class ItemPolicy(Policy):
    """Drafts are their proposers' own; a submitted item is open to both bodies and to those who advise or audit them.

    A confidential one is known to its readers alone (R40). Who stands recused knows it (``know``) and does nothing else with
    it (R24).
    """

    acts = {
        "item_confirm": _secretary,
        "opinions_close": _secretary,
        "plan_again": _secretary,
        "wording_contest": _secretary,
        "wording_contest_withdraw": _secretary,
        "execution_assign": _secretary,
        "legality_give": _legal,
        "review_request": _secretary,
        "review_extend": _secretary,
        "review_withdraw": _secretary,
        "interest_check": _secretary,
        "public_close": _secretary,
        "exploration_allow": _chair,
        "archive_take": held(Role.Code.AUDITOR),
        **after.ACTS,
    }

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if actor is None or actor.pk is None:
            return queryset.none()
        own = _own(actor.pk)
        known = queryset.filter(~access.unnamed(actor))
        if codes_of(actor) & _READERS:
            return known.filter(own | Q(submitted_at__isnull=False))
        return known.filter(own)

    def may(self, actor: Actor, act: str, obj: Item | None = None) -> Verdict:
        verdict = super().may(actor, act, obj)
        if not verdict or obj is None or act == "know":
            return verdict
        # A refusal is falsy, so it is asked for by what it is.
        kept = access.refusal(actor, obj)
        return verdict if kept is None else kept

    def may_know(self, actor: User, obj: Item | None) -> Verdict:
        return ALLOWED

    def may_view(self, actor: User, obj: Item | None) -> Verdict:
        return ALLOWED

    def may_item_draft_save(self, actor: User, obj: Item | None) -> Verdict:
        """The proposers of either body begin a draft; its own proposer goes on with it."""
        if obj is not None:
            return self._proposer(actor, obj)
        if Role.Code.PROPOSER in codes_of(actor):
            return ALLOWED
        return refused(_("议题由提议人提出，您没有这个角色。需要时请联系本班子的秘书。"), "role")

    def holders_item_draft_save(self, obj: Item | None) -> QuerySet[User]:
        if obj is not None:
            return User.objects.filter(pk=obj.proposer_id, is_active=True)
        keys = Role.objects.filter(code=Role.Code.PROPOSER).values_list("group__name", flat=True)
        return roles.holders(*keys)

    def may_item_submit(self, actor: User, obj: Item) -> Verdict:
        """Its proposer."""
        return self._proposer(actor, obj)

    def may_item_withdraw(self, actor: User, obj: Item) -> Verdict:
        """Its proposer."""
        return self._proposer(actor, obj)

    def may_co_proposer_add(self, actor: User, obj: Item) -> Verdict:
        """Its proposer."""
        return self._proposer(actor, obj)

    def may_co_proposer_remove(self, actor: User, obj: Item) -> Verdict:
        """Its proposer."""
        return self._proposer(actor, obj)

    def may_plan_save(self, actor: User, obj: Item) -> Verdict:
        """The proposers of both bodies, and its co-proposers."""
        return self._writer(actor, obj)

    def holders_plan_save(self, obj: Item) -> QuerySet[User]:
        keys = Role.objects.filter(code=Role.Code.PROPOSER).values_list("group__name", flat=True)
        named = Q(pk=obj.proposer_id) | Q(pk__in=obj.co_proposers.values("user_id"))
        return User.objects.filter(Q(pk__in=roles.holders(*keys).values("pk")) | named, is_active=True)

    def may_plan_finish(self, actor: User, obj: Item) -> Verdict:
        """The proposers of both bodies, and its co-proposers."""
        return self._writer(actor, obj)

    def may_plan_add(self, actor: User, obj: Item) -> Verdict:
        """The proposers of both bodies, and its co-proposers."""
        return self._writer(actor, obj)

    def may_plan_rename(self, actor: User, obj: Item) -> Verdict:
        """The proposers of both bodies, and its co-proposers."""
        return self._writer(actor, obj)

    def may_plan_withdraw(self, actor: User, obj: Item) -> Verdict:
        """The proposers of both bodies, and its co-proposers."""
        return self._writer(actor, obj)

    def may_suggestion_accept(self, actor: User, obj: Item) -> Verdict:
        """The proposers of both bodies, and its co-proposers."""
        return self._writer(actor, obj)

    def may_suggestion_decline(self, actor: User, obj: Item) -> Verdict:
        """The proposers of both bodies, and its co-proposers."""
        return self._writer(actor, obj)

    def may_suggestion_add(self, actor: User, obj: Item) -> Verdict:
        """Everybody who takes part, and its co-proposers; not the auditor."""
        return self.may_opinion_add(actor, obj)

    def may_suggestion_withdraw(self, actor: User, obj: Item) -> Verdict:
        """Everybody who takes part, and its co-proposers; whose suggestion it is the action asks."""
        return self.may_opinion_add(actor, obj)

    def may_comment_add(self, actor: User, obj: Item) -> Verdict:
        """Everybody who takes part, and its co-proposers; not the auditor."""
        return self.may_opinion_add(actor, obj)

    def may_comment_settle(self, actor: User, obj: Item) -> Verdict:
        """Everybody who takes part, and its co-proposers; whose comment it is the action asks."""
        return self.may_opinion_add(actor, obj)

    def may_opinion_answer(self, actor: User, obj: Item) -> Verdict:
        """Secretaries, the proposers of both bodies, and its co-proposers."""
        if Role.Code.SECRETARY in codes_of(actor) or self._writer(actor, obj):
            return ALLOWED
        return refused(_("意见由提议人、共同提出人和秘书答复。"), "not_writer")

    def may_opinion_add(self, actor: User, obj: Item) -> Verdict:
        """Everybody who takes part, and its co-proposers; not the auditor."""
        if codes_of(actor) & _VOICES or self._named(actor, obj):
            return ALLOWED
        return refused(_("意见由两个班子的成员、秘书、提议人、列席人员和法律顾问提出。"), "role")

    def may_material_add(self, actor: User, obj: Item) -> Verdict:
        """Secretaries, the legal adviser, the proposers of both bodies, and its co-proposers."""
        if codes_of(actor) & {Role.Code.SECRETARY, Role.Code.LEGAL} or self._writer(actor, obj):
            return ALLOWED
        return refused(_("材料由提议人、共同提出人、秘书和法律顾问上传。"), "role")

    def may_material_remove(self, actor: User, obj: Item) -> Verdict:
        """Secretaries, the legal adviser, the proposers of both bodies, and its co-proposers."""
        return self.may_material_add(actor, obj)

    def may_review_give(self, actor: User, obj: Item) -> Verdict:
        """Here only who may give anything at all; whose request it is the action asks."""
        if Role.Code.SECRETARY in codes_of(actor) or obj.review_requests.filter(asked=actor.pk).exists():
            return ALLOWED
        return refused(_("这一项由被请的人提交，外部人员的由秘书代录。没有请您办理。"), "not_asked")

    def may_comment_record(self, actor: User, obj: Item) -> Verdict:
        """Secretaries, the proposers of both bodies, and its co-proposers."""
        if Role.Code.SECRETARY in codes_of(actor) or self._writer(actor, obj):
            return ALLOWED
        return refused(_("公众意见由提议人、共同提出人和秘书登记、处理。"), "role")

    def may_comment_answer(self, actor: User, obj: Item) -> Verdict:
        """Secretaries, the proposers of both bodies, and its co-proposers."""
        return self.may_comment_record(actor, obj)

    def may_item_classify(self, actor: User, obj: Item) -> Verdict:
        """Who says whether an item is confidential and who reads it: its proposer, and the secretaries of both bodies."""
        if obj.proposer_id == actor.pk or Role.Code.SECRETARY in codes_of(actor):
            return ALLOWED
        return refused(_("是否涉密、由谁知悉，由提出人和秘书确定。"), "not_keeper")

    def may_readers_add(self, actor: User, obj: Item) -> Verdict:
        """Its proposer, and the secretaries of both bodies."""
        return self.may_item_classify(actor, obj)

    def may_reader_remove(self, actor: User, obj: Item) -> Verdict:
        """Its proposer, and the secretaries of both bodies."""
        return self.may_item_classify(actor, obj)

    def _proposer(self, actor: User, obj: Item) -> Verdict:
        if obj.proposer_id == actor.pk:
            return ALLOWED
        return refused(_("这一步由提出人%(who)s办理。") % {"who": obj.proposer.label}, "not_proposer")

    def _writer(self, actor: User, obj: Item) -> Verdict:
        if Role.Code.PROPOSER in codes_of(actor) or self._named(actor, obj):
            return ALLOWED
        return refused(_("方案由双方提议人和共同提出人编写。您可以写意见。"), "not_writer")

    @staticmethod
    def _named(actor: User, obj: Item) -> bool:
        return obj.proposer_id == actor.pk or any(row.user_id == actor.pk for row in obj.co_proposers.all())


def readable(actor: Actor) -> QuerySet[Item]:
    """The items whose papers this user gets: those they may know of, less those withheld (R24, R40). Whatever hangs on an item
    and is not public is seen by ``item__in=readable(actor).values("pk")``."""
    return ItemPolicy().visible(actor, Item.objects.all()).filter(~access.recused(actor)).order_by()


@policy(Material)
class MaterialPolicy(Policy):
    """A material is as open as its item's papers."""

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(item__in=readable(actor).values("pk"))

    def may_view(self, actor: User, obj: Material) -> Verdict:
        return ALLOWED


@policy(ItemRecord)
class ItemRecordPolicy(Policy):
    """That an item was raised from a record is known to who may read the item and see the record."""

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        records = visible(actor, Record.objects.all()).order_by().values("pk")
        return queryset.filter(item__in=readable(actor).values("pk"), record__in=records)


@audit_visibility
def item_chains(actor: User) -> Q:
    """The log of every item whose papers the actor gets: it tells what stands in them."""
    return Q(
        subject__in=readable(actor).annotate(chain=Concat(Value("item:"), Cast("pk", CharField()))).values("chain")
    )


@case_visibility
def item_cases(actor: User) -> Q:
    """The flow of every item whose papers the actor gets."""
    return Q(item__in=readable(actor).values("pk"))


@case_withheld
def kept_cases(actor: User) -> Q:
    """The flows of items whose papers are withheld, whatever task of them the actor would be asked to do."""
    return Q(item__in=access.withheld_items(actor))

"""Who may do what in and around a joint sitting. *When* it may be done is the actions' and the rules' word."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from decisions.models import (
    AgendaEntry,
    Attendance,
    Ballot,
    Item,
    Minutes,
    MinutesCheck,
    SignOff,
    Sitting,
    SittingCounter,
    SittingSeat,
)
from decisions.policies import access
from decisions.policies.signing import signers_of, signs_for
from permissions import roles
from permissions.errors import Denied
from permissions.models import Body, Role, User
from permissions.policies import ALLOWED, Actor, Policy, Verdict, held, part_of, policy, refused, role_key

#: Roles that follow the sittings. Administrators and designers run the house and see nothing of its business (N5).
_FOLLOWERS = frozenset(
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

_secretary = held(Role.Code.SECRETARY)
_desk = held(Role.Code.SECRETARY, Role.Code.CHAIR)


def follows(actor: Actor) -> bool:
    """Whether the actor's roles open the sittings to them, whichever body they are of."""
    return any(key.rpartition(":")[2] in _FOLLOWERS for key in roles.of(actor))


def at_desk(actor: User) -> bool:
    """Whether the actor runs sittings: a secretary or a chair of either body."""
    return bool(_desk.verdict(actor, None))


def _seats(actor: Actor) -> QuerySet[SittingSeat]:
    return SittingSeat.objects.filter(user=actor.pk if actor is not None else None)


def in_sitting(actor: User, sitting_id: int) -> bool:
    """Whether the actor has a seat in the sitting."""
    return _seats(actor).filter(sitting=sitting_id).exists()


class OfSitting(Policy):
    """What hangs on a sitting is seen by whoever follows sittings or sits in this one; what is of a confidential item by its
    readers alone (`item`, the way to it), and a paper (`paper`) not by those recused from it either (R24, R40)."""

    path = ""
    item = ""
    paper = False

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.item:
            kept = access.withheld(actor) if self.paper else access.unnamed(actor)
            queryset = queryset.exclude(**{f"{self.item}__in": Item.objects.filter(kept).order_by().values("pk")})
        if follows(actor):
            return queryset
        return queryset.filter(Q(**{f"{self.path}in": _seats(actor).values("sitting")}))

    def may_view(self, actor: User, obj: Any) -> Verdict:
        return ALLOWED

    def holders_view(self, obj: Any) -> QuerySet[User]:
        keys = Role.objects.filter(code__in=_FOLLOWERS).values_list("group__name", flat=True)
        return roles.holders(*keys)


@policy(Sitting)
class SittingPolicy(OfSitting):
    """Secretaries prepare a sitting; secretaries and chairs run it; whoever has a seat in it signs in themselves."""

    path = "pk__"
    acts = {
        "sitting_create": _secretary,
        "entry_add": _secretary,
        "entry_remove": _secretary,
        "agenda_order": _secretary,
        "entry_time": _secretary,
        "agenda_change_ask": _secretary,
        "sitting_notice": _secretary,
        "sitting_change": _secretary,
        "sitting_cancel": _secretary,
        "sitting_open": _desk,
        "sitting_close": _desk,
        "sitting_adjourn": _desk,
        "sitting_resume": _desk,
        "chair_take": _desk,
    }

    def may_attendance_set(self, actor: User, obj: Sitting) -> Verdict:
        """Here only who may come to the desk at all; whose seat it is the action asks with `may_act_for`."""
        if at_desk(actor) or _seats(actor).filter(sitting=obj).exists():
            return ALLOWED
        return refused(_("到会由本人签到，或由秘书登记。您在本次会议没有席位。"), "not_your_seat")

    def holders_attendance_set(self, obj: Sitting) -> QuerySet[User]:
        return User.objects.filter(
            Q(pk__in=_desk.holders(obj).values("pk")) | Q(pk__in=obj.seats.values("user")), is_active=True
        )


@policy(AgendaEntry)
class AgendaEntryPolicy(OfSitting):
    """Running an entry is the desk's business; speaking and stepping back are each seat's own."""

    path = "sitting__"
    item = "item"
    acts = {
        "entry_call": _desk,
        "speaking_open": _desk,
        "speaker_call": _desk,
        "voting_open": _desk,
        "voting_close": _desk,
        "result_announce": _desk,
        "entry_defer": _desk,
        "entry_return": _desk,
        "entry_go_on": _desk,
        "entry_host_set": _secretary,
        "election_set": _secretary,
        "guest_invite": _desk,
    }

    def may(self, actor: Actor, act: str, obj: AgendaEntry | None = None) -> Verdict:
        """Whoever stands recused from the item runs nothing of it from the desk either (R24)."""
        verdict = super().may(actor, act, obj)
        return (
            verdict if act not in self.acts else unless_recused(actor, verdict, obj.item if obj is not None else None)
        )

    def may_statement_record(self, actor: User, obj: AgendaEntry) -> Verdict:
        """Whoever has a seat in the sitting, for themselves, and the desk; not who stands recused."""
        verdict = self._own(actor, obj, _("发言由本人提交，或由秘书代记。您在本次会议没有席位。"))
        return unless_recused(actor, verdict, obj.item)

    def may_recusal_declare(self, actor: User, obj: AgendaEntry) -> Verdict:
        """Whoever has a seat in the sitting, for themselves, and the desk."""
        return self._own(actor, obj, _("回避由本人提出，或由秘书、班长提出。您在本次会议没有席位。"))

    def may_recusal_report(self, actor: User, obj: AgendaEntry) -> Verdict:
        """Whoever has a seat in the sitting, and the desk."""
        return self._own(actor, obj, _("回避由参会人员或秘书提出。您在本次会议没有席位。"))

    def may_stricter_invoke(self, actor: User, obj: AgendaEntry) -> Verdict:
        """Here only who may come at all; for which body the action asks with `may_record_for_body`."""
        verdict = self._own(actor, obj, _("从严规则由班子成员提出，由班长或秘书登记。您在本次会议没有席位。"))
        return unless_recused(actor, verdict, obj.item)

    def may_amendment_propose(self, actor: User, obj: AgendaEntry) -> Verdict:
        """Whoever has a seat in the sitting, and the desk for them; not who stands recused."""
        verdict = self._own(actor, obj, _("修正案由有表决权的成员提出，或由秘书代记。您在本次会议没有席位。"))
        return unless_recused(actor, verdict, obj.item)

    @staticmethod
    def _own(actor: User, obj: AgendaEntry, why: str) -> Verdict:
        if at_desk(actor) or _seats(actor).filter(sitting=obj.sitting_id).exists():
            return ALLOWED
        return refused(why, "not_your_seat")


@policy(Ballot)
class BallotPolicy(OfSitting):
    """Only the people in a voting seat of the ballot's own body vote, each for themselves: no proxies (R22)."""

    path = "entry__sitting__"
    item = "entry__item"
    acts = {"sheet_enter": _desk}

    def may_view(self, actor: User, obj: Ballot) -> Verdict:
        """The paper of a vote says what and whom it is about, as its motion does: not for whoever stands recused (R24)."""
        kept = access.refusal(actor, obj.entry.item)
        return ALLOWED if kept is None else kept

    def may(self, actor: Actor, act: str, obj: Ballot | None = None) -> Verdict:
        """Whoever stands recused from the item writes down nothing of its vote (R24)."""
        verdict = super().may(actor, act, obj)
        return (
            verdict
            if act not in self.acts
            else unless_recused(actor, verdict, obj.entry.item if obj is not None else None)
        )

    def may_vote_cast(self, actor: User, obj: Ballot) -> Verdict:
        """The person in a voting seat of the ballot's own body, for themselves (R22)."""
        seats = list(_seats(actor).filter(sitting=obj.entry.sitting_id))
        if any(seat.voting and seat.body_id == obj.body_id for seat in seats):
            return ALLOWED
        if any(seat.voting for seat in seats):
            return refused(_("这是%(body)s的表决，您的席位属于另一个班子。") % {"body": obj.body.label}, "other_body")
        if seats:
            return refused(_("列席人员可以发言，不参加表决。"), "no_vote")
        return refused(_("您在本次会议没有席位，不能投票。"), "not_your_seat")

    def holders_vote_cast(self, obj: Ballot) -> QuerySet[User]:
        seats = SittingSeat.objects.filter(sitting=obj.entry.sitting_id, body=obj.body_id, voting=True)
        return User.objects.filter(pk__in=seats.values("user"), is_active=True)


@policy(Minutes)
class MinutesPolicy(OfSitting):
    """Secretaries correct the draft and check it for their side (R32); the chair of each body signs for that body (R45), or
    who stands in where the chair is recused (R24).

    Which side checks a draft depends on who drafted it: that is the action's word.
    """

    path = "entry__sitting__"
    item = "entry__item"
    paper = True
    acts = {"minutes_edit": _secretary, "minutes_check": _secretary}

    def may_minutes_sign(self, actor: User, obj: Minutes) -> Verdict:
        """The chair of each body for that body, or who stands in for a recused one."""
        if signs_for(actor, obj.entry, bodies_of(obj.entry.sitting)):
            return ALLOWED
        return refused(_("纪要由两个班子的班长签署，您没有这个角色。"), "role")

    def holders_minutes_sign(self, obj: Minutes) -> QuerySet[User]:
        signers = signers_of(obj.entry, bodies_of(obj.entry.sitting))
        return User.objects.filter(pk__in={user for signer in signers for user in signer.users}, is_active=True)


@policy(MinutesCheck)
class MinutesCheckPolicy(OfSitting):
    """A check is seen with the minutes it stands under."""

    path = "minutes__entry__sitting__"
    item = "minutes__entry__item"
    paper = True


@policy(SignOff)
class SignOffPolicy(OfSitting):
    """A signature is seen with the minutes it stands under."""

    path = "minutes__entry__sitting__"
    item = "minutes__entry__item"
    paper = True


@policy(SittingSeat)
class SittingSeatPolicy(OfSitting):
    """The frozen roster is seen with the sitting."""

    path = "sitting__"


@policy(Attendance)
class AttendancePolicy(OfSitting):
    """Seen with the sitting."""

    path = "seat__sitting__"


part_of(Sitting, why="the last number given to a sitting of a year; shown only as the numbers of sittings")(
    SittingCounter
)


def unless_recused(actor: Actor, verdict: Verdict, item: Item | None) -> Verdict:
    """The verdict, or the refusal of whoever may not have to do with the item (R24, R40)."""
    kept = access.refusal(actor, item) if verdict and item is not None else None
    return verdict if kept is None else kept


def bodies_of(sitting: Sitting) -> list[Any]:
    """The bodies that decide in a sitting: those with a voting seat on its frozen roster, in their order."""
    seats = SittingSeat.objects.filter(sitting=sitting, voting=True).select_related("body")
    return list({seat.body_id: seat.body for seat in seats.order_by("body__order", "pk")}.values())


def may_record_for_body(actor: User, sitting: Sitting, body: Body) -> bool:
    """Whether the actor speaks for a body in a sitting: its secretary, or whoever holds its principal seat there (R44)."""
    if roles.holds(actor, role_key(Role.Code.SECRETARY, body)):
        return True
    return _seats(actor).filter(sitting=sitting, body=body, principal=True).exists()


def may_act_for(actor: User, seat: SittingSeat, *, desk: bool = True) -> bool:
    """Whether the actor may act for this seat: their own, or (where `desk`) any seat of a sitting they run."""
    return seat.user_id == actor.pk or (desk and at_desk(actor))


def require_acting_for(actor: User, seat: SittingSeat, *, desk: bool = True) -> None:
    """Raises `Denied` unless `may_act_for`."""
    if not may_act_for(actor, seat, desk=desk):
        raise Denied(
            _("这是%(seat)s的席位，只能由本人办理。") % {"seat": seat.label},
            code="not_your_seat",
            data={"seat": seat.pk},
        )

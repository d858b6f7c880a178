"""Who may know of and act on what happens in the room beside votes. *When* is the actions' and the rules' word."""

from django.utils.translation import gettext as _

from decisions.models import (
    Adjournment,
    Amendment,
    AttendanceEvent,
    Chairing,
    GoingOn,
    Guest,
    GuestStatement,
    Recusal,
    RecusalRuling,
    SpeakingTurn,
    Statement,
    StatementCheck,
    StricterRule,
)
from decisions.policies.sittings import OfSitting, at_desk, in_sitting, unless_recused
from permissions.models import Role, User
from permissions.policies import ALLOWED, Actor, Verdict, held, policy, refused

_desk = held(Role.Code.SECRETARY, Role.Code.CHAIR)


@policy(Adjournment)
class AdjournmentPolicy(OfSitting):
    """Seen with the sitting."""

    path = "sitting__"


@policy(AttendanceEvent)
class AttendanceEventPolicy(OfSitting):
    """Seen with the sitting."""

    path = "seat__sitting__"


@policy(Chairing)
class ChairingPolicy(OfSitting):
    """Seen with the sitting."""

    path = "sitting__"


@policy(SpeakingTurn)
class SpeakingTurnPolicy(OfSitting):
    """Seen with the sitting."""

    path = "entry__sitting__"
    item = "entry__item"


@policy(StricterRule)
class StricterRulePolicy(OfSitting):
    """Seen with the sitting."""

    path = "entry__sitting__"
    item = "entry__item"


@policy(GoingOn)
class GoingOnPolicy(OfSitting):
    """Seen with the sitting."""

    path = "entry__sitting__"
    item = "entry__item"


@policy(Guest)
class GuestPolicy(OfSitting):
    """The desk sees guests in and out, and writes down what they say."""

    path = "entry__sitting__"
    item = "entry__item"
    acts = {"guest_move": _desk}

    def may(self, actor: Actor, act: str, obj: Guest | None = None) -> Verdict:
        """Whoever stands recused from the item deals with nobody who explains it (R24)."""
        verdict = super().may(actor, act, obj)
        return (
            verdict
            if act not in self.acts
            else unless_recused(actor, verdict, obj.entry.item if obj is not None else None)
        )


@policy(GuestStatement)
class GuestStatementPolicy(OfSitting):
    """Seen with the sitting."""

    path = "guest__entry__sitting__"
    item = "guest__entry__item"
    paper = True


@policy(Statement)
class StatementPolicy(OfSitting):
    """What was written down for somebody is confirmed or corrected by that person only (R30)."""

    path = "entry__sitting__"
    item = "entry__item"
    paper = True

    def may_statement_check(self, actor: User, obj: Statement) -> Verdict:
        """Whose words they are."""
        if obj.seat.user_id == actor.pk:
            return ALLOWED
        return refused(_("发言由本人确认或更正。"), "not_your_seat")


@policy(StatementCheck)
class StatementCheckPolicy(OfSitting):
    """Seen with the sitting."""

    path = "statement__entry__sitting__"
    item = "statement__entry__item"
    paper = True


@policy(Recusal)
class RecusalPolicy(OfSitting):
    """Whoever sits in the sitting may come to rule on a recusal; whose turn it is the action asks the rules."""

    path = "entry__sitting__"
    item = "entry__item"

    def may_recusal_rule(self, actor: User, obj: Recusal) -> Verdict:
        """Whoever has a seat in the sitting; whose turn it is the rules say."""
        if in_sitting(actor, obj.entry.sitting_id):
            return ALLOWED
        return refused(_("回避由主持人裁定。您在本次会议没有席位。"), "not_your_seat")


@policy(RecusalRuling)
class RecusalRulingPolicy(OfSitting):
    """Seen with the sitting."""

    path = "recusal__entry__sitting__"
    item = "recusal__entry__item"


@policy(Amendment)
class AmendmentPolicy(OfSitting):
    """The proposer takes an amendment back, or the desk for them."""

    path = "entry__sitting__"
    item = "entry__item"
    paper = True

    def may_amendment_withdraw(self, actor: User, obj: Amendment) -> Verdict:
        """Whoever proposed it, and the desk; not who stands recused."""
        if at_desk(actor) or obj.seat.user_id == actor.pk:
            return unless_recused(actor, ALLOWED, obj.entry.item)
        return refused(_("修正案由提出人撤回。"), "not_your_seat")

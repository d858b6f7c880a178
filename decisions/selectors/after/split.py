"""A split that waits for its way (R42): how it stands, and who of a recused chair's body is asked instead (R24)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from decisions import stages
from decisions.models import AgendaEntry, Item, Recusal, SittingSeat, SplitChoice, SuperiorRuling
from decisions.policies.decided import last_announced, ruling_of
from decisions.policies.signing import Signer, signs_for
from decisions.policies.sittings import bodies_of
from permissions import roles
from permissions.models import Body, Role, User
from permissions.policies import visible
from workflows.models import CaseTask


@dataclass(frozen=True, slots=True)
class Split:
    """A split result: what each body said, and the superior's ruling."""

    entry: AgendaEntry
    choices: list[SplitChoice]
    ruling: SuperiorRuling | None
    waiting: list[Body]

    @property
    def words(self) -> str:
        """Where the split stands, in a sentence."""
        if self.ruling is not None:
            return _("上级裁定：%(answer)s。") % {"answer": self.ruling.get_answer_display()}
        if any(choice.route == SplitChoice.Route.PLAN for choice in self.choices):
            return _("退回共谋。")
        if not self.waiting:
            return _("双方同意报上级，等上级裁定。")
        names = _("、").join(body.label for body in self.waiting)
        return _("等%(bodies)s选择去向。") % {"bodies": names}

    def mine(self, user: User) -> list[Signer]:
        """The bodies this user still chooses for, as chair or in the place of a recused one."""
        waiting = {body.pk for body in self.waiting}
        places = signs_for(user, self.entry, bodies_of(self.entry.sitting))
        return [one for one in places if one.body.pk in waiting]


def split_of(item: Item, entry: AgendaEntry | None = None) -> Split | None:
    """The item's newest result where it is a split."""
    entry = entry or last_announced(item)
    if entry is None or entry.outcome != AgendaEntry.Outcome.SPLIT:
        return None
    choices = list(entry.split_choices.select_related("body", "by", "seat"))
    said = {choice.body_id for choice in choices}
    return Split(entry, choices, ruling_of(entry), [body for body in Body.objects.all() if body.pk not in said])


def open_splits() -> QuerySet[Item]:
    """The items whose flow waits for the way of a split to be chosen."""
    waits = CaseTask.objects.filter(process=OuterRef("case"), finished__isnull=True, form=stages.SPLIT)
    return Item.objects.filter(Exists(waits), status=Item.Status.RUNNING)


def votes_on(user: int) -> Q:
    """The items (a Q over `Item`) that were on the agenda of a sitting this user (by key) votes at."""
    return Q(Exists(SittingSeat.objects.filter(sitting__entries__item=OuterRef("pk"), user=user, voting=True)))


def to_choose_for_recused(user: User, item: Item | None = None) -> list[Split]:
    """The splits this user chooses the way of in the place of a recused chair (R24) and has not yet, of `item` or of all. The
    chairs themselves find them among their tasks."""
    if not any(seat.voting for seat in roles.seats_of(user)):
        return []
    stepped_back = Recusal.objects.standing().filter(
        entry__item=OuterRef("pk"), seat__user__in=roles.holders_of_codes(Role.Code.CHAIR).values("pk")
    )
    rows = visible(user, open_splits().filter(votes_on(user.pk), Exists(stepped_back)))
    if item is not None:
        rows = rows.filter(pk=item.pk)
    found = [split_of(row) for row in rows.order_by("pk")]
    return [split for split in found if split is not None and any(one.seat for one in split.mine(user))]

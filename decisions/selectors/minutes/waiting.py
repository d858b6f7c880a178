"""Minutes that wait for somebody: for the other side's check (R32), for a signature an edit has voided (R45)."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from decisions import rules
from decisions.models import AgendaEntry, Item, Minutes, MinutesCheck, Recusal, SignOff, SittingSeat
from decisions.policies.signing import signs_for
from decisions.policies.sittings import bodies_of
from permissions import roles
from permissions.models import Body, Role, User
from permissions.policies import role_key, visible, visible_if_any


def checking_bodies(minutes: Minutes) -> list[Body]:
    """The bodies one of whose secretaries may check this version: not those its writer acts for (R32)."""
    bodies = bodies_of(minutes.entry.sitting)
    desk = (Role.Code.SECRETARY, Role.Code.CHAIR)
    mine = {body.code for body in bodies for code in desk if roles.holds(minutes.saved_by, role_key(code, body))}
    codes = rules.checkers([body.code for body in bodies], mine)
    return [body for body in bodies if body.code in codes]


def may_check(user: User, minutes: Minutes) -> bool:
    """Whether this user, as a secretary of the other side, may check this version."""
    return user.pk != minutes.saved_by_id and any(
        roles.holds(user, role_key(Role.Code.SECRETARY, body)) for body in checking_bodies(minutes)
    )


def unchecked() -> QuerySet[Minutes]:
    """The drafts that wait for a check; those both chairs had signed before checks were do not."""
    checked = MinutesCheck.objects.filter(minutes=OuterRef("pk"), voided_at__isnull=True)
    signed = SignOff.objects.filter(minutes=OuterRef("pk"), voided_at__isnull=True)
    return Minutes.objects.filter(~Exists(checked), ~Exists(signed))


def to_check(user: User) -> list[Minutes]:
    """The drafts this user may read that wait for their check, oldest first."""
    if not any(key.endswith(f":{Role.Code.SECRETARY}") for key in roles.of(user)):
        return []
    open_drafts = visible(user, unchecked()).select_related("entry__item", "entry__sitting", "saved_by")
    return [minutes for minutes in open_drafts.order_by("saved_at") if may_check(user, minutes)]


def checked_without_a_chair(user: int) -> QuerySet[Minutes]:
    """The checked minutes of sittings this user (by key) votes at, with somebody who stood recused: the chair, perhaps."""
    checked = MinutesCheck.objects.filter(minutes=OuterRef("pk"), version=OuterRef("version"), voided_at__isnull=True)
    stepped_back = Recusal.objects.filter(entry__item=OuterRef("entry__item"))
    mine = SittingSeat.objects.filter(sitting=OuterRef("entry__sitting"), user=user, voting=True)
    return Minutes.objects.filter(Exists(mine), Exists(checked), Exists(stepped_back))


def to_sign_for_recused(user: User) -> list[Minutes]:
    """The checked minutes this user signs in the place of a recused chair (R24), and has not signed yet, oldest first."""
    if not any(seat.voting for seat in roles.seats_of(user)):
        return []
    chairs = Recusal.objects.standing().filter(
        entry__item=OuterRef("entry__item"), seat__user__in=roles.holders_of_codes(Role.Code.CHAIR).values("pk")
    )
    rows = (
        visible_if_any(user, checked_without_a_chair(user.pk).filter(Exists(chairs)))
        .select_related("entry__item", "entry__sitting__host")
        .order_by("saved_at")
    )
    found = []
    for minutes in rows:
        given = set(minutes.sign_offs.filter(voided_at__isnull=True).values_list("body_id", flat=True))
        places = signs_for(user, minutes.entry, bodies_of(minutes.entry.sitting))
        if any(one.seat is not None and one.body.pk not in given for one in places):
            found.append(minutes)
    return found


def to_sign_again(user: User) -> list[Minutes]:
    """The minutes this user, as a chair, has signed before an edit voided the signature, and not again since.

    The flow has noted their task as done, so only this says that the other chair's signature alone leads nowhere.
    """
    codes = {key.partition(":")[0] for key in roles.of(user) if key.endswith(f":{Role.Code.CHAIR}")}
    wanted = Q()
    for code in codes:
        given = SignOff.objects.filter(minutes=OuterRef("pk"), body__code=code)
        lost, valid = given.filter(voided_at__isnull=False), given.filter(voided_at__isnull=True)
        wanted |= Q(Exists(lost)) & ~Q(Exists(valid))
    if not codes:
        return []
    running = (
        visible(user, Minutes)
        .filter(entry__outcome__in=AgendaEntry.ADOPTED, entry__item__status=Item.Status.RUNNING)
        .select_related("entry__item")
    )
    return list(running.filter(wanted).order_by("saved_at"))

"""What the pages of this app show. Reads only; what may be seen is asked of the policies."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from permissions import clock
from permissions.look import Entry
from permissions.models import AuditEvent, Body, Role, RoleGrant, Seat, User
from permissions.policies import visible


def bodies(actor: User | AnonymousUser) -> QuerySet[Body]:
    """The bodies, each with `due` (voting seats in force today), `attending` (the others) and `vacant`."""
    now = _seats_today()
    return (
        visible(actor, Body)
        .annotate(
            due=Count("seats", filter=now & Q(seats__voting=True)),
            attending=Count("seats", filter=now & Q(seats__voting=False)),
            vacant=Count("seats", filter=now & Q(seats__user__isnull=True)),
        )
        .order_by("order", "pk")
    )


def roster(body: Body, on: date | None = None) -> list[Seat]:
    """The seats of a body in force on that day, with their people: principal first, then by order."""
    seats = Seat.objects.in_force(on).filter(body=body).select_related("user", "body")
    return sorted(seats, key=lambda seat: (not seat.voting, not seat.principal, seat.order, seat.pk))


def former_seats(body: Body, on: date | None = None) -> QuerySet[Seat]:
    """The seats of a body whose term ended before that day, latest first."""
    day = on or clock.today()
    return Seat.objects.filter(body=body, ends_on__lt=day).select_related("user", "body").order_by("-ends_on", "order")


def seats_due() -> list[tuple[Body, int]]:
    """Every body in its order, with how many voting seats it has today (应到, R17). One statement."""
    counted = Body.objects.annotate(due=Count("seats", filter=_seats_today() & Q(seats__voting=True)))
    return [(body, body.due) for body in counted.order_by("order", "pk")]


def _seats_today() -> Q:
    day = clock.today()
    return Q(seats__starts_on__lte=day) & (Q(seats__ends_on__isnull=True) | Q(seats__ends_on__gte=day))


def coming_seats(body: Body, on: date | None = None) -> QuerySet[Seat]:
    """The seats of a body whose term begins after that day, soonest first."""
    day = on or clock.today()
    return (
        Seat.objects.filter(body=body, starts_on__gt=day).select_related("user", "body").order_by("starts_on", "order")
    )


def role_holders(body: Body | None) -> QuerySet[Role]:
    """The roles of a body (of the whole house, where None), each with its `group` and, as `held`, its grants that stand today or
    will later, people loaded."""
    standing = RoleGrant.objects.standing().filter(user__is_active=True).select_related("user", "granted_by")
    holders = Prefetch("grants", standing.order_by("user", "starts_on"), to_attr="held")
    return Role.objects.filter(body=body).select_related("body", "group").prefetch_related(holders).order_by("pk")


def sides_of(user_ids: Iterable[int | None]) -> dict[int, Body]:
    """User id → the body whose mark stands before the position: that of their seat, else of their role. Two statements."""
    ids = {pk for pk in user_ids if pk is not None}
    sides: dict[int, Body] = {}
    grants = RoleGrant.objects.in_force().filter(role__body__isnull=False, user__in=ids).select_related("role__body")
    for grant in grants.order_by("-role__body__order"):
        sides[grant.user_id] = grant.role.body
    for seat in Seat.objects.in_force().filter(user__in=ids).select_related("body").order_by("-body__order"):
        if seat.user_id is not None:
            sides[seat.user_id] = seat.body
    return sides


def changes(actor: User | AnonymousUser, body: Body, most: int = 12) -> list[Entry]:
    """What was changed about a body and its seats, newest first, as the log has it. Three statements."""
    events = list(visible(actor, AuditEvent).filter(subject=f"body:{body.pk}").order_by("-seq")[:most])
    seats = Seat.objects.in_bulk(
        {int(key) for event in events if (key := event.target.removeprefix("seat:")).isdecimal()}
    )
    people = User.objects.in_bulk({value for event in events for value in _people(event)})
    return [_entry(event, seats, people) for event in events]


_WHAT = {
    "body_edit": _("修改了班子名称"),
    "seat_add": _("新增了席位"),
    "seat_edit": _("修改了席位"),
    "seat_assign": _("调整了席位人员"),
    "seat_end": _("设定了任期止"),
}


def _people(event: AuditEvent) -> set[int]:
    sides = (event.data.get("old", {}), event.data.get("new", {}))
    seated = {side["user_id"] for side in sides if side.get("user_id") is not None}
    return seated if event.actor_id is None else seated | {event.actor_id}


def _entry(event: AuditEvent, seats: Mapping[int, Seat], people: Mapping[int, User]) -> Entry:
    seat = seats.get(int(event.target.partition(":")[2])) if event.target.startswith("seat:") else None
    what = str(_WHAT.get(event.verb, event.verb))
    old, new = event.data.get("old", {}), event.data.get("new", {})
    model = Seat if event.target.startswith("seat:") else Body
    change = gettext("；").join(
        gettext("%(field)s：%(old)s → %(new)s")
        % {
            "field": model._meta.get_field(name).verbose_name,  # type: ignore[union-attr]
            "old": _value(name, old[name], people),
            "new": _value(name, new[name], people),
        }
        for name in new
        if name in old
    )
    actor = people.get(event.actor_id or 0)
    return Entry(
        at=event.at,
        who=actor.label if actor is not None else gettext("系统"),
        what=f"{what} {seat.label}" if seat is not None else what,
        change=change,
        seq=event.seq,
        hash=event.hash,
        previous=event.previous_hash,
    )


def _value(name: str, value: Any, people: Mapping[int, User]) -> str:
    if name == "user_id":
        return people[value].label if value in people else gettext("暂缺")
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    return gettext("未定") if value in (None, "") else str(value)

"""The example town: two bodies with their seats, and one account per position. For trying out and for the tests.

The structure follows the public account of 洪林镇 and its demonstration zone; no person is invented.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from permissions import audit, clock, house, versions
from permissions.models import Body, Role, RoleGrant, Seat, User

SINCE = date(2025, 1, 1)
"""The day the terms of all example seats began."""


@dataclass(frozen=True, slots=True)
class Place:
    """One position: its account, and the seat it has (`voting` None: no seat of its own)."""

    username: str
    position: str
    position_en: str
    voting: bool | None = None
    principal: bool = False
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """One way to sign in, as `manage.py example --accounts` prints it."""

    username: str
    position: str
    roles: tuple[str, ...]


BODIES = (
    Body(
        code="town",
        name="洪林镇党委",
        name_en="Honglin Town Party Committee",
        short="镇",
        short_en="T",
        mark=Body.Mark.SQUARE,
        order=1,
    ),
    Body(
        code="zone",
        name="示范区党组",
        name_en="Demonstration Zone Party Group",
        short="区",
        short_en="Z",
        mark=Body.Mark.CIRCLE,
        order=2,
    ),
)

_TOWN, _TOWN_CHAIR, _TOWN_PROPOSER = "town:member", "town:chair", "town:proposer"
_ZONE, _ZONE_CHAIR, _ZONE_PROPOSER = "zone:member", "zone:chair", "zone:proposer"

PLACES: dict[str, tuple[Place, ...]] = {
    "town": (
        Place("town.chair", "党委书记", "Party Secretary", True, True, (_TOWN, _TOWN_CHAIR)),
        Place("town.mayor", "党委副书记（镇长）", "Deputy Secretary (Mayor)", True, roles=(_TOWN,)),
        Place("town.deputy", "党委副书记（专职）", "Deputy Secretary (Full-time)", True, roles=(_TOWN,)),
        Place("town.congress", "党委委员（人大）", "Committee Member (People's Congress)", True, roles=(_TOWN,)),
        Place("town.discipline", "党委委员（纪委）", "Committee Member (Discipline)", True, roles=(_TOWN,)),
        Place("town.organisation", "党委委员（组织）", "Committee Member (Organisation)", True, roles=(_TOWN,)),
        Place("town.publicity", "党委委员（宣传）", "Committee Member (Publicity)", True, roles=(_TOWN,)),
        Place("town.arms", "党委委员（武装）", "Committee Member (Armed Forces)", True, roles=(_TOWN,)),
        Place("town.standing", "党委委员（常务）", "Committee Member (Executive)", True, roles=(_TOWN, _TOWN_PROPOSER)),
        Place("town.secretary", "党委秘书", "Committee Clerk", False, roles=("town:secretary",)),
        Place("observer", "纪检列席", "Discipline Observer", False, roles=("observer",)),
    ),
    "zone": (
        Place("zone.chair", "党组书记", "Group Secretary", True, True, (_ZONE, _ZONE_CHAIR)),
        Place("zone.standing", "党组副书记（常务）", "Deputy Group Secretary (Executive)", True, roles=(_ZONE,)),
        Place("zone.industry", "党组成员（产业）", "Group Member (Industry)", True, roles=(_ZONE, _ZONE_PROPOSER)),
        Place("zone.finance", "党组成员（财务）", "Group Member (Finance)", True, roles=(_ZONE,)),
        Place("zone.planning", "党组成员（规划）", "Group Member (Planning)", True, roles=(_ZONE,)),
        Place("zone.ecology", "党组成员（生态）", "Group Member (Ecology)", True, roles=(_ZONE,)),
        Place("zone.investment", "党组成员（招商）", "Group Member (Investment)", True, roles=(_ZONE,)),
        Place("zone.secretary", "党组秘书", "Group Clerk", False, roles=("zone:secretary",)),
        Place("observer", "纪检列席", "Discipline Observer", False),
    ),
    "": (
        Place("town.office", "镇经济发展办", "Town Economic Development Office", roles=(_TOWN_PROPOSER,)),
        Place("zone.office", "示范区产业部", "Zone Industry Department", roles=(_ZONE_PROPOSER,)),
        Place("legal", "法律顾问", "Legal Adviser", roles=("legal",)),
        Place("auditor", "审计员", "Auditor", roles=("auditor",)),
        Place("designer", "流程管理员", "Flow Designer", roles=("designer",)),
        Place("admin", "系统管理员", "System Administrator", roles=("admin",)),
        Place("security", "安全管理员", "Security Administrator", roles=("security",)),
    ),
}


@transaction.atomic
def load(password: str) -> list[Account]:
    """Create the example's bodies, roles, accounts and seats, logged and versioned; all accounts have this password.

    Where the first body exists already nothing of what is there is touched: the data of a second run goes on, and gets the
    accounts that the example did not have when it was loaded.
    """
    if not Body.objects.filter(code=BODIES[0].code).exists():
        bodies = house.make_bodies(_bodies())
        groups = house.make_roles(bodies)
        users = _users(password, _places())
        _hold(users, groups)
        _seats(bodies, users)
    elif missing := missing_places():
        _hold(_users(password, missing), {group.name: group for group in Group.objects.all()})
    return accounts()


def missing_places() -> list[Place]:
    """Positions that came to the example after it was loaded here, without a seat of their own; none where it is not the example."""
    if not User.objects.filter(of_example=True).exists():
        return []
    known = set(User.objects.values_list("username", flat=True))
    return [place for place in PLACES[""] if place.username not in known]


def accounts() -> list[Account]:
    """All example accounts, in the order of the roster."""
    unique = {place.username: Account(place.username, place.position, place.roles) for place in reversed(_places())}
    return list(reversed(unique.values()))


def _places() -> list[Place]:
    return [place for places in PLACES.values() for place in places]


def _bodies() -> list[Body]:
    fields = ("code", "name", "name_en", "short", "short_en", "mark", "order")
    return [Body(**{field: getattr(body, field) for field in fields}) for body in BODIES]


def _users(password: str, wanted: Iterable[Place]) -> dict[str, User]:
    # One example password for all: hashing it once instead of once for each keeps the set-up short.
    hashed = make_password(password)
    places = {place.username: place for place in reversed(list(wanted))}
    fresh = [
        User(
            username=place.username,
            display_name=place.position,
            display_name_en=place.position_en,
            password=hashed,
            of_example=True,
        )
        for place in reversed(places.values())
    ]
    return {user.username: user for user in versions.create_many(fresh, User, None, "user_add")}


def _hold(users: dict[str, User], groups: dict[str, Group]) -> None:
    held = [(users[place.username], key) for place in _places() if place.username in users for key in place.roles]
    roles = {role.group_id: role for role in Role.objects.all()}
    fresh = [
        RoleGrant(role=roles[groups[key].pk], user=user, starts_on=SINCE, reason="示范数据", granted_at=clock.now())
        for user, key in held
    ]
    versions.create_many(fresh, RoleGrant, None, "role_grant")
    User.groups.through.objects.bulk_create(
        User.groups.through(user_id=user.pk, group_id=groups[key].pk) for user, key in held
    )
    for username in dict.fromkeys(user.username for user, _key in held):
        user = users[username]
        events = [
            audit.Event(None, "role_grant", f"role:{key}", {"role": key, "user": username})
            for holder, key in held
            if holder is user
        ]
        audit.record_many(f"user:{user.pk}", events)


def _seats(bodies: dict[str, Body], users: dict[str, User]) -> None:
    fresh = [
        Seat(
            body=bodies[code],
            user=users[place.username],
            position=place.position,
            position_en=place.position_en,
            voting=place.voting,
            principal=place.principal,
            order=order,
            starts_on=SINCE,
        )
        for code, places in PLACES.items()
        for order, place in enumerate(places, start=1)
        if place.voting is not None
    ]
    seats = versions.create_many(fresh, Seat, None, "seat_add")
    for body in bodies.values():
        audit.record_many(f"body:{body.pk}", list(_seat_events(seat for seat in seats if seat.body_id == body.pk)))


def _seat_events(seats: Iterable[Seat]) -> Iterable[audit.Event]:
    for seat in seats:
        new = {
            field: getattr(seat, field)
            for field in ("position", "position_en", "voting", "principal", "order", "user_id", "starts_on", "ends_on")
        }
        yield audit.Event(None, "seat_add", f"seat:{seat.pk}", {"new": new})

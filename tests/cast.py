"""The standing cast: people of the example town, by what they are to a decision. Built on real PostgreSQL.

    def test_a_member_votes(cast, client_of):
        answer = client_of(cast.town_member).post(…)

`cast` builds the whole example town and looks people up by name; the single fixtures are shorthands. `outsider` has an
account and no role.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client

from permissions import clock, example, roles
from permissions.models import Body, Role, RoleGrant, Seat, User
from tests.worlds import remembered

PASSWORD = "example-town-2026"


@dataclass
class Cast:
    """Everybody by username (`cast["town.arms"]`, `cast.town_chair`), and both bodies."""

    users: dict[str, User]
    bodies: dict[str, Body]
    outsider: User

    def __getitem__(self, username: str) -> User:
        return self.users[username]

    @property
    def town(self) -> Body:
        return self.bodies["town"]

    @property
    def zone(self) -> Body:
        return self.bodies["zone"]

    @property
    def town_proposer(self) -> User:
        return self["town.office"]

    @property
    def zone_proposer(self) -> User:
        return self["zone.office"]

    @property
    def town_secretary(self) -> User:
        return self["town.secretary"]

    @property
    def zone_secretary(self) -> User:
        return self["zone.secretary"]

    @property
    def town_member(self) -> User:
        """A member of the town's committee without another role."""
        return self["town.congress"]

    @property
    def zone_member(self) -> User:
        """A member of the zone's group without another role."""
        return self["zone.finance"]

    @property
    def town_chair(self) -> User:
        return self["town.chair"]

    @property
    def zone_chair(self) -> User:
        return self["zone.chair"]

    @property
    def observer(self) -> User:
        return self["observer"]

    @property
    def legal(self) -> User:
        return self["legal"]

    @property
    def auditor(self) -> User:
        return self["auditor"]

    @property
    def designer(self) -> User:
        return self["designer"]

    @property
    def admin(self) -> User:
        """The system administrator: accounts, the running of flows, how bodies are called."""
        return self["admin"]

    @property
    def security(self) -> User:
        """The security administrator: roles, seats, who may sign in how."""
        return self["security"]

    def members(self, body: str) -> list[User]:
        """Those with a vote in the body, principal first, in the order of the roster."""
        return [self[place.username] for place in example.PLACES[body] if place.voting]

    def seat(self, username: str, body: str = "") -> Seat:
        """The seat of this person (in this body, for those who sit in both)."""
        seats = Seat.objects.select_related("body").filter(user=self[username])
        return seats.get(body__code=body) if body else seats.get()


def hold(user: User, key: str, since: date = example.SINCE, until: date | None = None) -> RoleGrant:
    """Let somebody hold the role with this key, from the first day of the example's terms on; today's answers are forgotten."""
    role = Role.objects.get(group__name=key)
    grant = RoleGrant.objects.create(
        role=role, user=user, starts_on=since, ends_on=until, reason="测试", granted_at=clock.now()
    )
    roles.forget(user)
    return grant


@remembered
def build() -> Cast:
    """Load the example town into the test database and gather its people."""
    example.load(PASSWORD)
    outsider = User.objects.create_user("outsider", password=PASSWORD, display_name="局外人")
    users = {user.username: user for user in User.objects.all()}
    return Cast(users, {body.code: body for body in Body.objects.all()}, outsider)


@pytest.fixture
def cast(db: None) -> Cast:
    """The example town, inside the test's transaction (or truncated after it, with `transactional_db`)."""
    return build()


@pytest.fixture
def client_of() -> Iterator[Callable[[User], Client]]:
    """A browser somebody is signed in with: `client_of(cast.admin).get("/")`. One per person and test."""
    clients: dict[int, Client] = {}

    def client_of_user(user: User) -> Client:
        if user.pk not in clients:
            clients[user.pk] = Client()
            clients[user.pk].force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return clients[user.pk]

    yield client_of_user


def _shorthand(name: str) -> Callable[[Cast], User]:
    def person(cast: Cast) -> User:
        user: User = getattr(cast, name)
        return user

    person.__doc__ = f"`cast.{name}`."
    return pytest.fixture(name=name)(person)


town_proposer = _shorthand("town_proposer")
zone_proposer = _shorthand("zone_proposer")
town_secretary = _shorthand("town_secretary")
zone_secretary = _shorthand("zone_secretary")
town_member = _shorthand("town_member")
zone_member = _shorthand("zone_member")
town_chair = _shorthand("town_chair")
zone_chair = _shorthand("zone_chair")
observer = _shorthand("observer")
legal = _shorthand("legal")
auditor = _shorthand("auditor")
designer = _shorthand("designer")
admin = _shorthand("admin")
security = _shorthand("security")
outsider = _shorthand("outsider")

"""What a house is made of before anybody works in it: two bodies, and the roles there are. The example and a real house share it."""

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import Group

from permissions import versions
from permissions.models import Body, Role, User

BODY_ROLES = (Role.Code.PROPOSER, Role.Code.SECRETARY, Role.Code.MEMBER, Role.Code.CHAIR)
"""The roles each body has for itself."""
HOUSE_ROLES = (
    Role.Code.OBSERVER,
    Role.Code.LEGAL,
    Role.Code.AUDITOR,
    Role.Code.DESIGNER,
    Role.Code.ADMIN,
    Role.Code.SECURITY,
)
"""The roles of the whole house."""


def bring_role(code: str, name: str, name_en: str, bodies: Iterable[Body | None], actor: User | None) -> list[Role]:
    """The role a pack brings along, once for each of `bodies` (None: for the whole house). One that is there is called as the pack
    calls it now; who holds it stays."""
    found: list[Role] = []
    for body in bodies:
        key = f"{body.code}:{code}" if body is not None else code
        role = Role.objects.filter(group__name=key).first()
        if role is None:
            role = Role(code=code, body=body, group=Group.objects.get_or_create(name=key)[0])
        elif (role.name, role.name_en) == (name, name_en):
            found.append(role)
            continue
        role.name, role.name_en = name, name_en
        versions.save(role, actor, "role_add")
        found.append(role)
    return found


def make_bodies(bodies: Iterable[Body]) -> dict[str, Body]:
    """Write these bodies with their first versions; by code."""
    return {body.code: body for body in versions.create_many(bodies, Body, None, "body_add")}


def make_roles(bodies: Mapping[str, Body]) -> dict[str, Group]:
    """Write every role of these bodies and of the house, each with its group; the groups by key."""
    wanted: list[tuple[str, Body | None, str]] = [
        (code, body, f"{body.code}:{code}") for body in bodies.values() for code in BODY_ROLES
    ]
    wanted += [(code, None, code) for code in HOUSE_ROLES]
    groups = Group.objects.bulk_create(Group(name=key) for _code, _body, key in wanted)
    fresh = [Role(code=code, body=body, group=group) for (code, body, _key), group in zip(wanted, groups, strict=True)]
    versions.create_many(fresh, Role, None, "role_add")
    return {group.name: group for group in groups}

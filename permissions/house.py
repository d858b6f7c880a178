"""What a house is made of before anybody works in it: two bodies, and the roles there are. The example and a real house share it."""

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import Group

from permissions import versions
from permissions.models import Body, Role

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

"""How a house begins: its bodies, its roles, and the first three administrators. There are no default accounts (N3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from permissions import audit, clock, house, roles, versions
from permissions.actions import accounts, changes
from permissions.actions.accounts import Issued
from permissions.errors import Conflict
from permissions.models import Body, Role, RoleGrant, User
from permissions.transactions import action

OFFICES: Mapping[str, str] = {
    Role.Code.ADMIN: "System Administrator",
    Role.Code.SECURITY: "Security Administrator",
    Role.Code.AUDITOR: "Auditor",
}
"""The three administrators a house cannot be without, with how their accounts are called in English."""


@dataclass(frozen=True, slots=True)
class BodyName:
    """How a body is to be called; the system administrator can change it later."""

    name: str
    name_en: str


TOWN, ZONE = BodyName("镇党委", "Town Party Committee"), BodyName("示范区党组", "Zone Party Group")


@action
def house_begin(*, names: Mapping[str, str], town: BodyName = TOWN, zone: BodyName = ZONE) -> list[Issued]:
    """Make the two bodies and all roles where there are none, and one account for each administrator nobody is.

    `names` says, by role code (`admin`, `security`, `auditor`), how the account of each that is missing is called. It is done from
    the machine itself, by nobody the house knows, and only while an office stands empty: where all three are held it
    changes nothing and returns nothing. Each account gets a one-time password.

    Raises `Conflict` in the example and where its accounts are, or for a name for an office that is held, and `Invalid` for a
    missing, unsuitable or taken name.
    """
    if settings.SANGONG_EXAMPLE or User.objects.filter(of_example=True, is_active=True).exists():
        raise Conflict(
            _("这里是示例系统。正式使用请另设数据文件夹或数据库，并设置 SANGONG_EXAMPLE=0。"), code="example"
        )
    # Two who begin at once wait for each other here; the second finds the house made.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('house_begin'))")
    _make_house(town, zone)
    empty = [code for code in OFFICES if not roles.holders(code).exists()]
    if taken := [code for code in names if names[code] and code not in empty]:
        raise Conflict(
            _("%(roles)s已经有人担任，请由安全管理员在页面上授予角色。")
            % {"roles": _("、").join(str(Role.Code(code).label) for code in taken)},
            code="office_held",
        )
    changes.check(
        {
            code: _("请为%(role)s填写账号。") % {"role": Role.Code(code).label}
            for code in empty
            if not names.get(code, "").strip()
        }
    )
    return [_appoint(code, names[code]) for code in empty]


def _make_house(town: BodyName, zone: BodyName) -> None:
    if Body.objects.exists():
        return
    bodies = house.make_bodies(
        [
            Body(
                code="town",
                name=town.name,
                name_en=town.name_en,
                short="镇",
                short_en="T",
                mark=Body.Mark.SQUARE,
                order=1,
            ),
            Body(
                code="zone",
                name=zone.name,
                name_en=zone.name_en,
                short="区",
                short_en="Z",
                mark=Body.Mark.CIRCLE,
                order=2,
            ),
        ]
    )
    house.make_roles(bodies)
    for body in bodies.values():
        target = f"body:{body.pk}"
        audit.record(subject=target, actor=None, verb="body_add", target=target, data={"new": {"name": body.name}})


def _appoint(code: str, username: str) -> Issued:
    role = Role.objects.select_related("group").get(code=code, body=None)
    text = {"display_name": role.called, "display_name_en": OFFICES[code]}
    issued = accounts.make(username, text, field=code)
    user = issued.user
    if User.objects.filter(username=user.username).exists():
        changes.check({code: _("账号“%(name)s”已经用过，请换一个。") % {"name": user.username}})
    versions.save(user, None, "house_begin")
    now = clock.now()
    grant = RoleGrant(role=role, user=user, starts_on=clock.today(), reason=_("建立系统"), granted_at=now)
    versions.save(grant, None, "house_begin")
    user.groups.add(role.group_id)
    audit.record(
        subject=f"user:{user.pk}",
        actor=None,
        verb="house_begin",
        target=f"role:{role.pk}",
        data={"role": role.key, "user": user.username},
    )
    return issued

"""What a person could do on a day: their roles, whom they stood in for, and their seats, as they stood then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from permissions import clock, roles, scopes
from permissions.models import Role, RoleGrant, Seat, Substitution, User

DUTIES: Mapping[str, Any] = {
    Role.Code.PROPOSER: _("提出议题，编写方案"),
    Role.Code.SECRETARY: _("确认议题，安排会议和议程，记录，起草和校核纪要"),
    Role.Code.MEMBER: _("查阅议题和会议材料；表决凭席位"),
    Role.Code.CHAIR: _("主持会议，签署纪要"),
    Role.Code.OBSERVER: _("列席会议，查阅议题"),
    Role.Code.LEGAL: _("出具合法性审查意见"),
    Role.Code.AUDITOR: _("查阅和核验台账"),
    Role.Code.DESIGNER: _("绘制和发布流程"),
    Role.Code.ADMIN: _("管理账号，维护流程运行"),
    Role.Code.SECURITY: _("授予角色，安排席位和代理"),
}
"""What each role is for, in one line."""


@dataclass(frozen=True, slots=True)
class Held:
    """One grant on the day asked about: what it is for, and when on that very day it was given or ended, if it was."""

    row: Any
    duty: str
    given_at: datetime | None
    ended_at: datetime | None
    scope: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AsOf:
    """What one person held on one day."""

    day: date
    grants: list[Held]
    substitutions: list[Held]
    seats: list[Seat]

    @property
    def empty(self) -> bool:
        """Whether they held nothing at all."""
        return not (self.grants or self.substitutions or self.seats)


def roles_as_of(user: User, day: date) -> AsOf:
    """What `user` held on `day`, first and last day of a term included; what was given or ended on that very day is there with
    its time. A substitution counts only while the other held the role themselves. Seats stand as their versions of that day."""
    grants = _on(RoleGrant.objects.filter(user=user), day).select_related("role__body", "role__group", "granted_by")
    lent = _on(Substitution.objects.filter(substitute=user), day).select_related("role__body", "holder", "granted_by")
    held = [
        row
        for row in lent.order_by("starts_on", "pk")
        if row.role.code in roles.SUBSTITUTABLE
        and _on(RoleGrant.objects.filter(user=row.holder_id, role=row.role_id), day).exists()
    ]
    return AsOf(
        day,
        [_held(row, day) for row in grants.order_by("role__body__order", "role__code", "pk")],
        [_held(row, day, tuple(scopes.names(row.scope).values())) for row in held],
        _seats(user, day),
    )


def _on(rows: QuerySet[Any], day: date) -> QuerySet[Any]:
    """The rows that held for at least a part of that day."""
    return rows.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day),
        Q(ended_at__isnull=True) | Q(ended_at__gte=clock.midnight_after(day - timedelta(days=1))),
        starts_on__lte=day,
    )


def _held(row: Any, day: date, scope: tuple[str, ...] = ()) -> Held:
    def on_the_day(moment: datetime | None) -> datetime | None:
        return moment if moment is not None and timezone.localdate(moment) == day else None

    return Held(
        row,
        str(DUTIES.get(row.role.code, row.role.called)),
        on_the_day(row.granted_at),
        on_the_day(row.ended_at),
        scope,
    )


def _seats(user: User, day: date) -> list[Seat]:
    """The seats as their versions of that day say; one written down only later stands as it was first written."""
    over = clock.midnight_after(day)
    versions: Any = Seat.history.model.objects
    ever = versions.filter(user=user).order_by().values_list("id", flat=True).distinct()
    found: list[Seat] = []
    for pk in sorted(ever):
        rows = versions.filter(id=pk)
        version = rows.filter(history_date__lt=over).order_by("-history_date", "-history_id").first()
        version = version or rows.order_by("history_date", "history_id").first()
        if version is None or version.history_type == "-" or version.user_id != user.pk:
            continue
        if version.starts_on <= day and (version.ends_on is None or version.ends_on >= day):
            found.append(version.instance)
    return sorted(found, key=lambda seat: (seat.body.order, seat.order, seat.pk))

"""Which cases of a version are looked at: those of a period, those a body brought, those this reader may be told of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from permissions import clock, roles
from permissions.models import Body, RoleGrant, Seat, User
from permissions.policies import visible
from workflows.models import Case, DefinitionVersion

#: Whoever draws or audits flows is told the figures of all cases; a case itself is opened by those only who may see it.
TOLD_ALL = frozenset({"designer", "auditor"})


@dataclass(frozen=True, slots=True)
class Asked:
    """Cases begun from `since` to `until`, both days included, by somebody who then belonged to `body`; None: any."""

    since: date | None = None
    until: date | None = None
    body: Body | None = None

    @property
    def narrowed(self) -> bool:
        """Whether it leaves out anything."""
        return self.since is not None or self.until is not None or self.body is not None


def told_all(user: User) -> bool:
    """Whether the figures this user reads are those of all cases."""
    return bool(TOLD_ALL & roles.of(user))


def cases_told(user: User, version: DefinitionVersion, asked: Asked) -> QuerySet[Case]:
    """The cases whose figures this user may read, in no order."""
    cases = Case.objects.all() if told_all(user) else visible(user, Case)
    return _narrowed(cases, version, asked)


def cases_seen(user: User, version: DefinitionVersion, asked: Asked) -> QuerySet[Case]:
    """The cases this user may open, in no order: what a figure leads to."""
    return _narrowed(visible(user, Case), version, asked)


def _narrowed(cases: QuerySet[Case], version: DefinitionVersion, asked: Asked) -> QuerySet[Case]:
    found = cases.filter(version=version).order_by()
    if asked.since is not None:
        found = found.filter(created__gte=_midnight(asked.since))
    if asked.until is not None:
        found = found.filter(created__lt=clock.midnight_after(asked.until))
    if asked.body is not None:
        found = found.filter(_brought_by(asked.body))
    return found


def _brought_by(body: Body) -> Q:
    """Whoever began the case had a seat or a role of the body on that day; what they have today says nothing about it."""
    day = OuterRef("created__date")
    then = Q(user=OuterRef("started_by"), starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gte=day))
    seats = Seat.objects.filter(then, body=body)
    grants = RoleGrant.objects.filter(then, role__body=body).exclude(ended_at__lte=OuterRef("created"))
    return Q(Exists(seats)) | Q(Exists(grants))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def newest_first(cases: QuerySet[Case]) -> QuerySet[Case]:
    """In the order of lists, with what a row of one needs."""
    return cases.order_by(F("created").desc(), "-pk")

"""Who holds a role, who stands in for whom, each from day to day, and which work must lie in different hands.

`RoleGrant` is the truth of holding a role. Django's group membership only mirrors it, for guardian; nothing that decides reads it.
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.fields.ranges import BigIntegerRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from permissions import clock
from permissions.models.bodies import Role, in_english


def _one(field: str) -> Func:
    """A key as a range of one: PostgreSQL's own GiST index takes ranges, and plain numbers only with an extension."""
    return Func(F(field), F(field), Value("[]"), function="INT8RANGE", output_field=BigIntegerRangeField())


def _not_twice(name: str, *keys: str) -> ExclusionConstraint:
    """No two rows of the same keys that have not been ended share a day."""
    # Both ends included; an open end reaches for ever.
    days = Func(F("starts_on"), F("ends_on"), Value("[]"), function="DATERANGE", output_field=DateRangeField())
    return ExclusionConstraint(
        name=name,
        expressions=[*((_one(key), RangeOperators.OVERLAPS) for key in keys), (days, RangeOperators.OVERLAPS)],
        condition=Q(ended_at__isnull=True),
    )


class TermQuerySet(models.QuerySet[Any]):
    """Rows with a term, which somebody may end before its last day."""

    def in_force(self, on: date | None = None) -> "TermQuerySet":
        """Those that hold on that day, first and last day included; today where no day is given. What was ended holds no more
        from that moment on, and on its last day is not counted."""
        day = on or clock.today()
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
            Q(ended_at__isnull=True) | Q(ended_at__gte=clock.midnight_after(day)),
            starts_on__lte=day,
        )

    def overlapping(self, starts_on: date, ends_on: date) -> "TermQuerySet":
        """Those not ended whose term shares at least one day with the given one."""
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on), ended_at__isnull=True, starts_on__lte=ends_on
        )

    def standing(self, on: date | None = None) -> "TermQuerySet":
        """Those that hold on that day or will later on, unless somebody ends them."""
        day = on or clock.today()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), ended_at__isnull=True)


class RoleGrant(models.Model):
    """One person holds one role for a term. It is never changed: it runs out, or is ended once, with a reason."""

    role = models.ForeignKey(Role, models.PROTECT, related_name="grants", verbose_name=_("角色"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="role_grants", verbose_name=_("人员")
    )
    starts_on = models.DateField(_("任期起"))
    ends_on = models.DateField(_("任期止"), null=True, blank=True)
    reason = models.CharField(_("授予理由"), max_length=200)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("授予人")
    )
    granted_at = models.DateTimeField(_("授予时间"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("收回人")
    )
    ended_at = models.DateTimeField(_("收回时间"), null=True, blank=True)
    ended_reason = models.CharField(_("收回理由"), max_length=200, blank=True)
    history = HistoricalRecords()

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("角色任期")
        verbose_name_plural = _("角色任期")
        ordering = ["role__body__order", "role__code", "starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="rolegrant_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="rolegrant_ended_with_reason",
                condition=Q(ended_at__isnull=True, ended_reason="") | Q(ended_at__isnull=False) & ~Q(ended_reason=""),
            ),
            _not_twice("rolegrant_not_twice", "role", "user"),
        ]
        indexes = [
            models.Index(fields=["user", "role", "starts_on", "ends_on"], name="rolegrant_of_user"),
            models.Index(fields=["role", "user", "starts_on", "ends_on"], name="rolegrant_of_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class Substitution(models.Model):
    """One person does the work of another's role for a time (代理): never a vote (R22), and never passed on.

    It opens what the role opens only while the other holds that role themselves. `scope` names what it is for, ``item:12`` or
    ``matter_type:3``; where it is empty, everything of the role.
    """

    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="substituting", verbose_name=_("代理人")
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="substituted", verbose_name=_("被代理人")
    )
    role = models.ForeignKey(Role, models.PROTECT, related_name="substitutions", verbose_name=_("角色"))
    scope = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("代理范围"))
    starts_on = models.DateField(_("代理期起"))
    ends_on = models.DateField(_("代理期止"))
    reason = models.CharField(_("代理理由"), max_length=200)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("批准人"))
    granted_at = models.DateTimeField(_("批准时间"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("终止人")
    )
    ended_at = models.DateTimeField(_("终止时间"), null=True, blank=True)
    ended_reason = models.CharField(_("终止理由"), max_length=200, blank=True)
    history = HistoricalRecords()

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("代理")
        verbose_name_plural = _("代理")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(name="substitution_of_another", condition=~Q(substitute=F("holder"))),
            models.CheckConstraint(name="substitution_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="substitution_ended_with_reason",
                condition=Q(ended_at__isnull=True, ended_reason="") | Q(ended_at__isnull=False) & ~Q(ended_reason=""),
            ),
            _not_twice("substitution_not_twice", "role", "holder", "substitute"),
        ]
        indexes = [
            models.Index(fields=["substitute", "starts_on", "ends_on"], name="substitution_of_substitute"),
            models.Index(fields=["role", "starts_on", "ends_on"], name="substitution_of_role"),
        ]

    def __str__(self) -> str:
        return f"{self.substitute} → {self.holder} {self.role}"


class SeparationRule(models.Model):
    """Work on one matter that must lie in different hands (职责分离): whoever has done one of `done` may do none of `barred`.

    Both name acts as the log does (``item_propose``), or steps by their form (``step:decisions.plan``). With `alone` the work
    may be done by the same person if somebody else does it as well, but never by them alone.
    """

    code = models.SlugField(_("代码"), max_length=60, unique=True)
    name = models.CharField(_("规则"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    done = ArrayField(models.CharField(max_length=80), verbose_name=_("已办的工作"))
    barred = ArrayField(models.CharField(max_length=80), verbose_name=_("不得再办的工作"))
    alone = models.BooleanField(_("只限制单独办理"), default=False)
    active = models.BooleanField(_("启用"), default=True)
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("职责分离规则")
        verbose_name_plural = _("职责分离规则")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="separationrule_says_something", condition=Q(done__len__gt=0, barred__len__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The rule in the language of the page being shown; Chinese where no English is given."""
        return self.name_en if in_english() and self.name_en else self.name

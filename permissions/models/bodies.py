"""The leadership teams, their seats with terms, and the roles people hold in them."""

from datetime import date

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from permissions import clock


def in_english() -> bool:
    """Whether the page being shown is in English."""
    return (get_language() or "").startswith("en")


class Body(models.Model):
    """A leadership team (领导班子) that decides by its own roster, quorum and tally."""

    class Mark(models.TextChoices):
        SQUARE = "square", _("方形")
        CIRCLE = "circle", _("圆形")

    code = models.SlugField(_("代码"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120)
    short = models.CharField(_("简称"), max_length=1)
    short_en = models.CharField(_("英文简称"), max_length=1)
    mark = models.CharField(_("标记"), max_length=10, choices=Mark.choices)
    order = models.PositiveSmallIntegerField(_("次序"), default=0)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("班子")
        verbose_name_plural = _("班子")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the language of the page being shown."""
        return self.name_en if in_english() else self.name

    @property
    def letter(self) -> str:
        """The one character that stands inside the body's mark."""
        return self.short_en if in_english() else self.short


class SeatQuerySet(models.QuerySet["Seat"]):
    def in_force(self, on: date | None = None) -> "SeatQuerySet":
        """Seats whose term holds on that day, both ends included; today where no day is given."""
        day = on or clock.today()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def overlapping(self, starts_on: date, ends_on: date | None) -> "SeatQuerySet":
        """Seats whose term shares at least one day with the given one; an open end reaches for ever."""
        seats = self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
        return seats if ends_on is None else seats.filter(starts_on__lte=ends_on)

    def voting(self) -> "SeatQuerySet":
        """Seats that count as due (应到); the others attend without a vote (列席, R17)."""
        return self.filter(voting=True)


class Seat(models.Model):
    """One place in a body for a term. One person may sit in two bodies at once (cross-appointment, R43)."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="seats", verbose_name=_("班子"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="seats", verbose_name=_("人员")
    )
    position = models.CharField(_("岗位"), max_length=80)
    position_en = models.CharField(_("英文岗位"), max_length=80, blank=True)
    voting = models.BooleanField(_("有表决权"), default=True)
    principal = models.BooleanField(_("班长"), default=False)
    order = models.PositiveSmallIntegerField(_("次序"), default=0)
    starts_on = models.DateField(_("任期起"))
    ends_on = models.DateField(_("任期止"), null=True, blank=True)
    history = HistoricalRecords()

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("席位")
        verbose_name_plural = _("席位")
        ordering = ["body__order", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                name="seat_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("任期止不能早于任期起，请重新选择日期。"),
            ),
            models.CheckConstraint(
                name="seat_principal_votes",
                condition=Q(principal=False) | Q(voting=True),
                violation_error_message=_("班长主持并最后表决，席位必须有表决权。"),
            ),
        ]
        indexes = [models.Index(fields=["user", "starts_on", "ends_on"], name="seat_user_term")]

    def __str__(self) -> str:
        return self.position

    @property
    def label(self) -> str:
        """The position in the language of the page being shown; Chinese where no English is given."""
        return self.position_en if in_english() and self.position_en else self.position


class Role(models.Model):
    """What a person may do in a body, or in the whole house (`body` null). Holding it is having a grant of it.

    The group's name is the role's key (`town:secretary`, `auditor`); lanes and candidate groups in diagrams name keys. Beside the roles
    of `Code` there are those that packs bring along: their codes are the pack's key, a point and a name of its own.
    """

    class Code(models.TextChoices):
        PROPOSER = "proposer", _("提议人")
        SECRETARY = "secretary", _("秘书")
        MEMBER = "member", _("班子成员")
        CHAIR = "chair", _("班长")
        OBSERVER = "observer", _("列席人员")
        LEGAL = "legal", _("法律顾问")
        AUDITOR = "auditor", _("审计员")
        DESIGNER = "designer", _("流程管理员")
        ADMIN = "admin", _("系统管理员")
        SECURITY = "security", _("安全管理员")

    code = models.CharField(_("角色"), max_length=85)
    # What a role is called that a pack brings along; those of the house itself are in `Code`.
    name = models.CharField(_("名称"), max_length=80, blank=True)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="roles", verbose_name=_("班子"))
    group = models.OneToOneField(Group, models.PROTECT, related_name="role", verbose_name=_("用户组"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("角色")
        verbose_name_plural = _("角色")
        ordering = ["body__order", "code"]
        constraints = [
            models.UniqueConstraint(name="role_once_per_body", fields=["code", "body"], nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return f"{self.body}{self.called}" if self.body_id else self.called

    @property
    def called(self) -> str:
        """The role without its body, in the language of the page being shown."""
        if self.code in Role.Code.values:
            return str(Role.Code(self.code).label)
        return (self.name_en if in_english() and self.name_en else self.name) or self.code

    @property
    def key(self) -> str:
        """The name diagrams and policies use: `town:secretary`, or `auditor` for a role of the whole house."""
        return self.group.name

    @property
    def label(self) -> str:
        """The role, with its body where it has one, in the language of the page being shown."""
        if self.body is None:
            return self.called
        return f"{self.body.label} · {self.called}"

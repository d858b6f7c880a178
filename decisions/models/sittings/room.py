"""What happens in the room beside votes: comings and goings, breaks, the chair, turns, rulings, amendments.

All of it is record: rows are written once, and the few that have an end (a break, a turn, a guest's stay) get it once.
The database refuses the rest (N11).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from decisions.models.items import Plan
from decisions.models.sittings.agenda import AgendaEntry, Recusal, Statement
from decisions.models.sittings.sitting import Attendance, Sitting, SittingSeat
from permissions.models import Body


class Adjournment(models.Model):
    """A break in a sitting: why, and when it is to go on. After it attendance is taken anew; the roster stays frozen."""

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="adjournments", verbose_name=_("联席会议"))
    reason = models.CharField(_("休会理由"), max_length=200)
    until = models.DateTimeField(_("复会时间"))
    at = models.DateTimeField(_("休会开始"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    resumed_at = models.DateTimeField(_("实际复会"), null=True)
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("复会登记人")
    )

    class Meta:
        verbose_name = _("休会")
        verbose_name_plural = _("休会")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting"], condition=Q(resumed_at__isnull=True), name="one_break_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.reason


class AttendanceEvent(models.Model):
    """One coming or going, as it was registered. The newest of a seat is its `Attendance`; none is ever changed.

    ``late`` marks an arrival after the sitting (or its resumption) had begun.
    """

    seat = models.ForeignKey(SittingSeat, models.PROTECT, related_name="movements", verbose_name=_("会议席位"))
    state = models.CharField(_("到会情况"), max_length=8, choices=Attendance.State)
    leave = models.CharField(_("请假类别"), max_length=8, choices=Attendance.Leave, blank=True)
    reason = models.CharField(_("原因"), max_length=120, blank=True)
    late = models.BooleanField(_("迟到"), default=False)
    entry = models.ForeignKey(AgendaEntry, models.PROTECT, null=True, related_name="+", verbose_name=_("议程项"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("进出记录")
        verbose_name_plural = _("进出记录")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.seat}: {self.get_state_display()}"


class Chairing(models.Model):
    """Somebody else takes the chair, for the sitting or for one entry, because whoever presides cannot (R46)."""

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="chairings", verbose_name=_("联席会议"))
    entry = models.ForeignKey(
        AgendaEntry, models.PROTECT, null=True, related_name="chairings", verbose_name=_("议程项")
    )
    seat = models.ForeignKey(SittingSeat, models.PROTECT, related_name="+", verbose_name=_("接任主持"))
    reason = models.CharField(_("理由"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("更换主持")
        verbose_name_plural = _("更换主持")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.seat)


class Guest(models.Model):
    """Somebody asked in for one entry without a seat (列席): to explain and answer, never to vote (R17)."""

    entry = models.ForeignKey(AgendaEntry, models.PROTECT, related_name="guests", verbose_name=_("议程项"))
    name = models.CharField(_("姓名"), max_length=40)
    position = models.CharField(_("单位和职务"), max_length=80)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("邀请人"))
    at = models.DateTimeField(_("邀请时间"))
    entered_at = models.DateTimeField(_("进入会场"), null=True)
    left_at = models.DateTimeField(_("离开会场"), null=True)

    class Meta:
        verbose_name = _("逐项列席人员")
        verbose_name_plural = _("逐项列席人员")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "name", "position"], name="guest_once_per_entry")]

    def __str__(self) -> str:
        return f"{self.name}（{self.position}）"

    @property
    def inside(self) -> bool:
        """Whether the guest is in the room now."""
        return self.entered_at is not None and self.left_at is None


class GuestStatement(models.Model):
    """What a guest said, as the desk wrote it down (R17, R30)."""

    guest = models.ForeignKey(Guest, models.PROTECT, related_name="statements", verbose_name=_("列席人员"))
    words = models.TextField(_("发言"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("记录人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("列席发言")
        verbose_name_plural = _("列席发言")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.guest}: {self.words[:20]}"


class SpeakingTurn(models.Model):
    """A seat asks for the floor, has it, and gives it back. ``limit`` are the seconds it was given, by the settings.

    A row without ``started_at`` is a raised hand; the one that is started and not ended has the floor.
    """

    entry = models.ForeignKey(AgendaEntry, models.PROTECT, related_name="turns", verbose_name=_("议程项"))
    seat = models.ForeignKey(SittingSeat, models.PROTECT, related_name="turns", verbose_name=_("会议席位"))
    asked_at = models.DateTimeField(_("申请时间"))
    started_at = models.DateTimeField(_("开始时间"), null=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    limit = models.PositiveIntegerField(_("时限（秒）"), default=0)

    class Meta:
        verbose_name = _("发言次序")
        verbose_name_plural = _("发言次序")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(started_at__isnull=False, ended_at__isnull=True),
                name="one_speaker_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["entry", "seat"],
                condition=Q(started_at__isnull=True, ended_at__isnull=True),
                name="one_raised_hand_per_seat",
            ),
        ]

    def __str__(self) -> str:
        return str(self.seat)


class StatementCheck(models.Model):
    """The speaker's own word on what was written down for them: it is right, or this is what was said."""

    class Kind(models.TextChoices):
        CONFIRMED = "confirmed", _("本人已确认")
        CORRECTED = "corrected", _("本人已更正")

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="checks", verbose_name=_("发言"))
    kind = models.CharField(_("确认情况"), max_length=10, choices=Kind)
    words = models.TextField(_("更正后的发言"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("确认人"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("发言确认")
        verbose_name_plural = _("发言确认")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.get_kind_display()


class RecusalRuling(models.Model):
    """The ruling on a recusal by whoever presides (R24, 公务员法 art. 77); never by the person concerned."""

    recusal = models.OneToOneField(Recusal, models.PROTECT, related_name="ruling", verbose_name=_("回避"))
    upheld = models.BooleanField(_("应当回避"))
    reason = models.CharField(_("理由"), max_length=200)
    seat = models.ForeignKey(SittingSeat, models.PROTECT, related_name="+", verbose_name=_("裁定席位"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("裁定人"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("回避裁定")
        verbose_name_plural = _("回避裁定")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.reason


class StricterRule(models.Model):
    """One body invokes its stricter rule for an entry before its vote; once invoked it stands (R44).

    ``quorum`` and ``passing`` are the shares that hold since, as `Threshold.to_json` writes them.
    """

    entry = models.ForeignKey(AgendaEntry, models.PROTECT, related_name="stricter_rules", verbose_name=_("议程项"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("班子"))
    asked_by = models.ForeignKey(SittingSeat, models.PROTECT, related_name="+", verbose_name=_("提出席位"))
    reason = models.CharField(_("理由"), max_length=200)
    quorum = models.JSONField(_("法定人数"))
    passing = models.JSONField(_("通过条件"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("从严规则")
        verbose_name_plural = _("从严规则")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "body"], name="stricter_rule_once")]

    def __str__(self) -> str:
        return f"{self.body}: {self.reason}"


class GoingOn(models.Model):
    """Why an entry is voted on although views are deeply split (R25)."""

    entry = models.OneToOneField(AgendaEntry, models.PROTECT, related_name="going_on", verbose_name=_("议程项"))
    emergency = models.BooleanField(_("紧急事项"), default=False)
    reason = models.CharField(_("理由"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("继续审议")
        verbose_name_plural = _("继续审议")

    def __str__(self) -> str:
        return self.reason


class Amendment(models.Model):
    """A change to a clause of the plan on the table, proposed in the sitting and voted on first (R28, R29).

    ``old`` stands in the clause ``clause`` (its number from 1) of version ``plan_version`` and is to become ``new``. Only
    what is on the agenda is amended; a new matter is not (R11). ``applied_version`` is the version that holds an adopted
    change of wording.
    """

    entry = models.ForeignKey(AgendaEntry, models.PROTECT, related_name="amendments", verbose_name=_("议程项"))
    seat = models.ForeignKey(SittingSeat, models.PROTECT, related_name="+", verbose_name=_("提出席位"))
    order = models.PositiveSmallIntegerField(_("次序"))
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+", verbose_name=_("方案"))
    plan_version = models.PositiveIntegerField(_("针对的版本"))
    kind = models.CharField(_("修改性质"), max_length=12, choices=Plan.Kind)
    clause = models.PositiveSmallIntegerField(_("条款"))
    old = models.TextField(_("原文"))
    new = models.TextField(_("改为"))
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("时间"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)
    applied_version = models.PositiveIntegerField(_("写入的版本"), null=True)

    class Meta:
        verbose_name = _("修正案")
        verbose_name_plural = _("修正案")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "order"], name="amendment_order_once")]

    def __str__(self) -> str:
        return f"{self.order}. {self.new[:40]}"

    @property
    def change(self) -> str:
        """What is to become of the words of the plan, as the ballot says it."""
        told = {"old": self.old, "new": self.new}
        return str(_("“%(old)s”改为“%(new)s”") if self.new else _("删去“%(old)s”")) % told

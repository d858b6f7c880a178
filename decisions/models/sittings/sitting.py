"""A joint sitting, its roster frozen at opening (R47), and who is in the room."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from permissions.models import Body, Seat


class SittingCounter(models.Model):
    """The last number given out in a year. Its row is the lock under which the next one is taken."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("会议编号")
        verbose_name_plural = _("会议编号")

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Sitting(models.Model):
    """One joint sitting of both bodies (联席会议), numbered through the year.

    ``title`` is empty for the usual name (2026 年第 9 次联席会议). ``host`` is the seat that presides (R46). The
    agenda is free in ``draft`` only: notice to all seats freezes it (R11); opening freezes rule numbers and roster (R47). An
    adjourned sitting goes on with the same roster and takes attendance anew. ``notices`` counts the notices sent so far,
    ``cancelled_reason`` says why it was called off before it began.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("筹备中")
        NOTICED = "noticed", _("已通知")
        OPEN = "open", _("会议进行中")
        ADJOURNED = "adjourned", _("休会中")
        CLOSED = "closed", _("已结束")
        CANCELLED = "cancelled", _("已取消")

    #: Not begun yet: preparation, or notice given.
    BEFORE = (Status.DRAFT, Status.NOTICED)
    #: Nothing more happens in it.
    OVER = (Status.CLOSED, Status.CANCELLED)

    year = models.PositiveSmallIntegerField(_("年份"))
    serial = models.PositiveIntegerField(_("次序"))
    title = models.CharField(_("会议名称"), max_length=80, blank=True)
    at = models.DateTimeField(_("开会时间"))
    place = models.CharField(_("地点"), max_length=80)
    host = models.ForeignKey(Seat, models.PROTECT, related_name="+", verbose_name=_("主持"))
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.DRAFT)
    notices = models.PositiveSmallIntegerField(_("已发通知"), default=0, editable=False)
    cancelled_reason = models.CharField(_("取消的理由"), max_length=200, blank=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("建立人"))
    created_at = models.DateTimeField(auto_now_add=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("记录")
    )
    opened_at = models.DateTimeField(_("开始时间"), null=True)
    resumed_at = models.DateTimeField(_("复会时间"), null=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True)
    form_token = models.UUIDField(null=True, editable=False)
    history = HistoricalRecords(excluded_fields=["form_token"])

    class Meta:
        verbose_name = _("联席会议")
        verbose_name_plural = _("联席会议")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="sitting_number_once"),
            models.UniqueConstraint(fields=["created_by", "form_token"], name="sitting_form_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("sitting", args=[self.pk])

    @property
    def name(self) -> str:
        """The title, or the usual name in the language of the reader."""
        return self.title or gettext("%(year)s 年第 %(serial)s 次联席会议") % {"year": self.year, "serial": self.serial}

    @property
    def subject(self) -> str:
        """The name of the chain that holds what concerns the whole sitting."""
        return f"sitting:{self.pk}"


class SittingSeat(models.Model):
    """One seat of the roster as it stood when the sitting opened (R47): later changes of the seat do not reach it."""

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="seats", verbose_name=_("联席会议"))
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+", verbose_name=_("席位"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("班子"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="sitting_seats", verbose_name=_("人员")
    )
    position = models.CharField(_("岗位"), max_length=80)
    position_en = models.CharField(_("英文岗位"), max_length=80, blank=True)
    voting = models.BooleanField(_("有表决权"))
    principal = models.BooleanField(_("班长"))
    order = models.PositiveSmallIntegerField(_("次序"))

    class Meta:
        verbose_name = _("会议席位")
        verbose_name_plural = _("会议席位")
        ordering = ["body__order", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["sitting", "seat"], name="sitting_seat_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The position in the language of the reader; Chinese where no English is given."""
        english = (get_language() or "").startswith("en")
        return self.position_en if english and self.position_en else self.position


class Attendance(models.Model):
    """Whether a seat is in the room now. Nobody counts as present before somebody said so.

    What it was at the moment of a ballot is kept with the ballot, so a later change never moves an earlier count
    (R16). ``opinion`` is an absent member's written opinion: on record, never counted (R22). ``arrived_at`` is the first
    arrival of this part of the sitting, ``left_at`` the last leaving; `AttendanceEvent` has every one.
    """

    class State(models.TextChoices):
        PRESENT = "present", _("到会")
        ABSENT = "absent", _("未到会")
        LEFT = "left", _("离席")

    class Leave(models.TextChoices):
        DUTY = "duty", _("公务")
        STUDY = "study", _("学习培训")
        SICK = "sick", _("病假")
        PERSONAL = "personal", _("事假")
        OTHER = "other", _("其他")

    seat = models.OneToOneField(SittingSeat, models.PROTECT, related_name="attendance", verbose_name=_("会议席位"))
    state = models.CharField(_("到会情况"), max_length=8, choices=State, default=State.ABSENT)
    leave = models.CharField(_("请假类别"), max_length=8, choices=Leave, blank=True)
    reason = models.CharField(_("原因"), max_length=120, blank=True)
    opinion = models.TextField(_("书面意见"), blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人")
    )
    set_at = models.DateTimeField(_("登记时间"), null=True)
    arrived_at = models.DateTimeField(_("到会时间"), null=True)
    left_at = models.DateTimeField(_("离席时间"), null=True)

    class Meta:
        verbose_name = _("到会")
        verbose_name_plural = _("到会")

    def __str__(self) -> str:
        return f"{self.seat}: {self.get_state_display()}"

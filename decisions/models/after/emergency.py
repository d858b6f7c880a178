"""A few decide at once, report to everybody, and the next sitting ratifies (R26)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from decisions.models.configuration import MatterType
from decisions.models.items import Item


class EmergencyDecision(models.Model):
    """What could not wait for a sitting: the facts, the measures, who decided, and when each step was done.

    It is decided (``decided_at``) as soon as enough of the named few have agreed, and gets its item for ratification
    (``item``) in the same moment. ``report_due`` is the last moment for the first report to all members.
    ``consequences`` say what becomes of the measures where the bodies did not ratify.
    """

    title = models.CharField(_("事项"), max_length=80)
    matter_type = models.ForeignKey(MatterType, models.PROTECT, related_name="+", verbose_name=_("事项类型"))
    body = models.ForeignKey("permissions.Body", models.PROTECT, related_name="+", verbose_name=_("主办班子"))
    happened_at = models.DateTimeField(_("发生时间"))
    facts = models.TextField(_("紧急情况"))
    measures = models.TextField(_("临机处置措施"))
    needed = models.JSONField(_("须同意的人数"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("登记时间"))
    decided_at = models.DateTimeField(_("决定时间"), null=True)
    report_due = models.DateTimeField(_("报告期限"), null=True)
    item = models.OneToOneField(Item, models.PROTECT, null=True, related_name="emergency", verbose_name=_("追认议题"))
    closed_at = models.DateTimeField(_("撤销时间"), null=True)
    close_reason = models.CharField(_("撤销理由"), max_length=200, blank=True)
    consequences = models.TextField(_("未获追认的处理"), blank=True)
    consequences_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人")
    )
    consequences_at = models.DateTimeField(_("登记时间"), null=True)
    form_token = models.UUIDField(null=True, editable=False)

    class Meta:
        verbose_name = _("紧急决定")
        verbose_name_plural = _("紧急决定")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "form_token"], name="emergency_form_once"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, item__isnull=True, report_due__isnull=True)
                | Q(decided_at__isnull=False, item__isnull=False, report_due__isnull=False),
                name="decided_emergency_has_its_item",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("emergency", args=[self.pk])

    @property
    def subject(self) -> str:
        """The log chain of the steps before there is an item; from then on the item's chain has them."""
        return f"emergency:{self.pk}"


class EmergencyDecider(models.Model):
    """One of the few: the seat that is asked, and what its holder said (empty until then)."""

    emergency = models.ForeignKey(
        EmergencyDecision, models.PROTECT, related_name="deciders", verbose_name=_("紧急决定")
    )
    seat = models.ForeignKey("permissions.Seat", models.PROTECT, related_name="+", verbose_name=_("席位"))
    body = models.ForeignKey("permissions.Body", models.PROTECT, related_name="+", verbose_name=_("班子"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("人员"))
    agreed = models.BooleanField(_("同意"), null=True)
    words = models.TextField(_("意见"), blank=True)
    at = models.DateTimeField(_("时间"), null=True)

    class Meta:
        verbose_name = _("紧急决定人")
        verbose_name_plural = _("紧急决定人")
        ordering = ["body__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["emergency", "seat"], name="emergency_decider_once"),
            models.CheckConstraint(
                condition=Q(agreed__isnull=True, at__isnull=True) | Q(agreed__isnull=False, at__isnull=False),
                name="emergency_answer_says_when",
            ),
        ]

    def __str__(self) -> str:
        return str(self.seat)


class EmergencyReport(models.Model):
    """What all members were told about an emergency decision. The first one is what the time limit asks for."""

    emergency = models.ForeignKey(EmergencyDecision, models.PROTECT, related_name="reports", verbose_name=_("紧急决定"))
    text = models.TextField(_("报告内容"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("报告人"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("紧急决定报告")
        verbose_name_plural = _("紧急决定报告")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:40]

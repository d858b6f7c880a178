"""Undoing or changing what was decided: only by procedure (R37, R38)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from decisions.models.items import Item


class Suspension(models.Model):
    """A head stops the execution of a decision at once; the procedure to change or stop it must follow (R37, art. 37).

    ``due`` is the last day for submitting that item. It ends with what that procedure decided (``ended_by``), or with a
    head's word that the reason is gone.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="suspensions", verbose_name=_("议题"))
    body = models.ForeignKey("permissions.Body", models.PROTECT, related_name="+", verbose_name=_("班子"))
    reason = models.TextField(_("中止执行的理由"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("决定人"))
    at = models.DateTimeField(_("时间"))
    due = models.DateField(_("启动程序的期限"))
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    ended_by = models.ForeignKey(
        Item, models.PROTECT, null=True, related_name="suspensions_ended", verbose_name=_("据以结束的议题")
    )
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("恢复人")
    )
    lift_reason = models.TextField(_("恢复执行的理由"), blank=True)

    class Meta:
        verbose_name = _("中止执行")
        verbose_name_plural = _("中止执行")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(ended_at__isnull=True), name="one_standing_suspension_per_item"
            )
        ]

    def __str__(self) -> str:
        return self.reason[:40]


class Reconsideration(models.Model):
    """Somebody asks that a decided item be decided anew; more than half of each body must agree first (R38).

    ``roster`` lists the voting seats as they were when it was asked: ``{"seat": id, "user": id, "body": code}``; ``needed``
    maps body code → how many must agree. ``agreed_at`` is when both had enough; ``closed_at`` when it was given up or done.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="reconsiderations", verbose_name=_("议题"))
    reason = models.TextField(_("复议理由"))
    roster = models.JSONField(_("名册"))
    needed = models.JSONField(_("须同意人数"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人"))
    at = models.DateTimeField(_("提出时间"))
    agreed_at = models.DateTimeField(_("达到人数时间"), null=True)
    result = models.OneToOneField(
        Item, models.PROTECT, null=True, related_name="reconsidered_from", verbose_name=_("复议议题")
    )
    closed_at = models.DateTimeField(_("结束时间"), null=True)
    close_reason = models.CharField(_("撤回理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("复议")
        verbose_name_plural = _("复议")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(closed_at__isnull=True), name="one_open_reconsideration_per_item"
            ),
            models.CheckConstraint(
                condition=Q(result__isnull=True) | Q(agreed_at__isnull=False), name="reconsidered_once_agreed"
            ),
        ]

    def __str__(self) -> str:
        return self.reason[:40]


class ReconsiderationSupport(models.Model):
    """One member agrees to reconsider, for one seat of the roster. Given once and kept."""

    reconsideration = models.ForeignKey(
        Reconsideration, models.PROTECT, related_name="supports", verbose_name=_("复议")
    )
    seat = models.ForeignKey("permissions.Seat", models.PROTECT, related_name="+", verbose_name=_("席位"))
    body = models.ForeignKey("permissions.Body", models.PROTECT, related_name="+", verbose_name=_("班子"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("同意人"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("同意复议")
        verbose_name_plural = _("同意复议")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["reconsideration", "seat"], name="support_once_per_seat")]

    def __str__(self) -> str:
        return str(self.seat)

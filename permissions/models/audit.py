"""The append-only log and the head of each of its chains. Written by `permissions.audit` alone."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One thing somebody did. Rows are never changed: triggers refuse UPDATE, DELETE and TRUNCATE (N4, N9, N11)."""

    subject = models.CharField(_("链"), max_length=100)
    seq = models.PositiveBigIntegerField(_("序号"))
    at = models.DateTimeField(_("时间"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("操作人")
    )
    actor_label = models.CharField(_("操作人岗位"), max_length=80, blank=True)
    verb = models.CharField(_("操作"), max_length=80)
    target = models.CharField(_("对象"), max_length=100, blank=True)
    data = models.JSONField(_("内容"), default=dict)
    previous_hash = models.CharField(_("上一条校验值"), max_length=64)
    hash = models.CharField(_("校验值"), max_length=64)

    class Meta:
        verbose_name = _("台账记录")
        verbose_name_plural = _("台账记录")
        ordering = ["subject", "seq"]
        constraints = [models.UniqueConstraint(name="audit_event_once", fields=["subject", "seq"])]
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_event_latest"),
            models.Index(fields=["actor", "-at"], name="audit_event_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.subject}#{self.seq} {self.verb}"


class AuditHead(models.Model):
    """The last entry of each chain; its row is the lock under which the chain grows, and what shows a cut tail."""

    subject = models.CharField(_("链"), max_length=100, primary_key=True)
    seq = models.PositiveBigIntegerField(_("序号"))
    hash = models.CharField(_("校验值"), max_length=64)

    class Meta:
        verbose_name = _("台账链头")
        verbose_name_plural = _("台账链头")

    def __str__(self) -> str:
        return f"{self.subject}#{self.seq}"

"""Minutes, their check by the other side (R32) and the signatures under them (R45)."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from decisions import rules
from decisions.models.sittings.agenda import AgendaEntry
from permissions.models import Body


class Minutes(models.Model):
    """The minutes (纪要) of one item in one sitting, drafted from the record. ``history`` keeps every version's text.

    ``counts`` are both bodies' counts, ``document_hash`` the SHA-256 over text and counts that both chairs sign (R45).
    """

    entry = models.OneToOneField(AgendaEntry, models.PROTECT, related_name="minutes", verbose_name=_("议程项"))
    text = models.TextField(_("正文"))
    counts = models.JSONField(_("计票"))
    document_hash = models.CharField(_("文件摘要"), max_length=64)
    version = models.PositiveIntegerField(_("稿次"), default=1)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("起草人"))
    saved_at = models.DateTimeField(_("时间"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("纪要")
        verbose_name_plural = _("纪要")

    def __str__(self) -> str:
        return str(self.entry.item)

    def get_absolute_url(self) -> str:
        return reverse("minutes", args=[self.pk])


class MinutesCheck(models.Model):
    """校核: a secretary of the other side has compared one version of the minutes with the record (R32).

    The chairs sign only what has been checked. An edit voids the check; a voided one stays on record.
    """

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="checks", verbose_name=_("纪要"))
    version = models.PositiveIntegerField(_("稿次"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("班子"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("校核人"))
    document_hash = models.CharField(_("文件摘要"), max_length=64)
    at = models.DateTimeField(_("校核时间"))
    voided_at = models.DateTimeField(_("失效时间"), null=True)

    class Meta:
        verbose_name = _("校核")
        verbose_name_plural = _("校核")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["minutes", "version"], name="one_check_per_version")]

    def __str__(self) -> str:
        return f"{self.body} · {self.document_hash[:8]}"


class SignOff(models.Model):
    """One body's signature under one version of the minutes. An edit voids it; a voided one stays on record (R45).

    It is made with the system's means after the signer's sign-in, and is labelled so (系统签名, N7).
    """

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="sign_offs", verbose_name=_("纪要"))
    version = models.PositiveIntegerField(_("稿次"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("班子"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("签署人"))
    document_hash = models.CharField(_("文件摘要"), max_length=64)
    at = models.DateTimeField(_("签署时间"))
    voided_at = models.DateTimeField(_("失效时间"), null=True)

    class Meta:
        verbose_name = _("签署")
        verbose_name_plural = _("签署")
        ordering = ["body__order", "pk"]
        constraints = [models.UniqueConstraint(fields=["minutes", "version", "body"], name="one_signature_per_body")]

    def __str__(self) -> str:
        return f"{self.body} · {self.document_hash[:8]}"

    @property
    def signature(self) -> rules.Signature:
        """The signature as the rules know it."""
        return rules.Signature(self.body.code, self.document_hash, voided=self.voided_at is not None)

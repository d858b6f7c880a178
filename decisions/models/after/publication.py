"""What a decision owes to the public (R33) and to the superior (R34)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from decisions.models.items import Item


class Publication(models.Model):
    """The duty to publish one decision, from its second signature on (R33, 国务院令713号 art. 32).

    ``due`` is the last working day for it. It is met by publishing (``place``, ``published_on``), or lifted where the law
    keeps the matter secret (``exempt`` with ``reason``); both are said once.
    """

    class Exempt(models.TextChoices):
        STATE = "state", _("国家秘密")
        BUSINESS = "business", _("商业秘密")
        PRIVACY = "privacy", _("个人隐私")
        OTHER = "other", _("法律、法规规定的其他情形")

    item = models.OneToOneField(Item, models.PROTECT, related_name="publication", verbose_name=_("议题"))
    signed_at = models.DateTimeField(_("会签完成"))
    due = models.DateField(_("公布期限"))
    text = models.TextField(_("公布内容"), blank=True)
    place = models.CharField(_("公布渠道"), max_length=120, blank=True)
    url = models.URLField(_("网址"), blank=True)
    published_on = models.DateField(_("公布日期"), null=True)
    exempt = models.CharField(_("不予公布的情形"), max_length=8, choices=Exempt, blank=True)
    reason = models.TextField(_("不予公布的依据和理由"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("办理人")
    )
    at = models.DateTimeField(_("办理时间"), null=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("决策公布")
        verbose_name_plural = _("决策公布")
        ordering = ["due", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_on__isnull=True) | (Q(exempt="") & ~Q(place="") & ~Q(text="")),
                name="published_says_where_and_what",
            ),
            models.CheckConstraint(condition=Q(exempt="") | ~Q(reason=""), name="exemption_says_why"),
        ]

    def __str__(self) -> str:
        return str(self.item)

    @property
    def settled(self) -> bool:
        """Whether it was published, or need not be."""
        return self.published_on is not None or bool(self.exempt)


class SuperiorReport(models.Model):
    """A report to the superior that is owed or was made (R34): of a decision, or of a split that is sent up (R42)."""

    class Kind(models.TextChoices):
        DECISION = "decision", _("决策结果")
        SPLIT = "split", _("双方分歧")

    item = models.ForeignKey(Item, models.PROTECT, related_name="superior_reports", verbose_name=_("议题"))
    kind = models.CharField(_("事由"), max_length=8, choices=Kind)
    entry = models.ForeignKey(
        "decisions.AgendaEntry", models.PROTECT, null=True, related_name="superior_reports", verbose_name=_("议程项")
    )
    owed_at = models.DateTimeField(_("起算时间"))
    due = models.DateField(_("报告期限"))
    authority = models.CharField(_("报送机关"), max_length=80, blank=True)
    document = models.CharField(_("文号"), max_length=80, blank=True)
    text = models.TextField(_("报告内容"), blank=True)
    sent_on = models.DateField(_("报送日期"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("办理人")
    )
    at = models.DateTimeField(_("办理时间"), null=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("向上级报告")
        verbose_name_plural = _("向上级报告")
        ordering = ["due", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "kind", "entry"], name="superior_report_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(sent_on__isnull=True) | ~Q(authority=""), name="sent_report_says_to_whom"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.get_kind_display()}"

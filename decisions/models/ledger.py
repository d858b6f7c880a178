"""Who let the failure of a rule pass: immutable, one per item and rule."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from decisions.models.items import Item

LAST_RULE = 47


class RuleWaiver(models.Model):
    """A principal lets the failure of one rule pass, for a reason and on an authority. Never changed, never taken back.

    Only rules that `decisions.rules.ledger.RULES` marks as waivable; exceptions a rule itself provides for (short notice with its
    reason, a shortened comment period …) stand in rows of their own.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="waivers", verbose_name=_("议题"))
    rule = models.PositiveSmallIntegerField(_("规则"), validators=[MinValueValidator(1), MaxValueValidator(LAST_RULE)])
    reason = models.CharField(_("理由"), max_length=200)
    authority = models.CharField(_("依据"), max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("批准人"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("规则豁免")
        verbose_name_plural = _("规则豁免")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "rule"], name="rule_waived_once"),
            models.CheckConstraint(condition=Q(rule__gte=1, rule__lte=LAST_RULE), name="waived_rule_exists"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(authority=""), name="waiver_says_why"),
        ]

    def __str__(self) -> str:
        return f"R{self.rule}: {self.reason}"

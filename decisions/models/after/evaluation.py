"""Looking back at a decision (R39)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from decisions.models.items import Item


class Evaluation(models.Model):
    """One evaluation of a decision after the fact: why it began, who does it, what it found (R39, art. 36).

    Whoever reviewed or evaluated the item before is barred as ``evaluator``. Once given (``done_at``) it stays as given.
    """

    class Trigger(models.TextChoices):
        FINISHED = "finished", _("执行完成")
        MONTHS = "months", _("实施届满")
        COMPLAINT = "complaint", _("群众反映集中")
        CHANGE = "change", _("情况发生重大变化")

    class Verdict(models.TextChoices):
        GOOD = "good", _("达到预期")
        PARTLY = "partly", _("基本达到预期")
        BAD = "bad", _("未达到预期")

    class Advice(models.TextChoices):
        KEEP = "keep", _("继续实施")
        CHANGE = "change", _("调整后实施")
        STOP = "stop", _("停止实施")

    item = models.ForeignKey(Item, models.PROTECT, related_name="evaluations", verbose_name=_("议题"))
    trigger = models.CharField(_("启动原因"), max_length=12, choices=Trigger)
    why = models.TextField(_("情况说明"), blank=True)
    due = models.DateField(_("完成期限"))
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="evaluations", verbose_name=_("评估人")
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("启动人")
    )
    opened_at = models.DateTimeField(_("启动时间"))
    verdict = models.CharField(_("评估结论"), max_length=8, choices=Verdict, blank=True)
    text = models.TextField(_("评估报告"), blank=True)
    advice = models.CharField(_("建议"), max_length=8, choices=Advice, blank=True)
    recommendations = models.TextField(_("具体建议"), blank=True)
    done_at = models.DateTimeField(_("完成时间"), null=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("决策后评估")
        verbose_name_plural = _("决策后评估")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "trigger"],
                condition=Q(trigger__in=["finished", "months"]),
                name="evaluation_begins_once_by_time",
            ),
            models.UniqueConstraint(
                fields=["item"], condition=Q(done_at__isnull=True), name="one_open_evaluation_per_item"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True)
                | (Q(evaluator__isnull=False) & ~Q(verdict="") & ~Q(text="") & ~Q(advice="")),
                name="evaluation_done_says_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.get_trigger_display()}"

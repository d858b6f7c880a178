"""A decision being carried out (R36): milestones, reports, acceptance, and what people were reminded of."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from decisions.models.items import ExecutionTask, Item, Material


class Milestone(models.Model):
    """One step of an execution with its day; moving the day needs a reason and leaves a version."""

    execution = models.ForeignKey(ExecutionTask, models.PROTECT, related_name="milestones", verbose_name=_("执行任务"))
    order = models.PositiveSmallIntegerField(_("次序"))
    title = models.CharField(_("节点"), max_length=80)
    due = models.DateField(_("完成期限"))
    reason = models.CharField(_("调整期限的理由"), max_length=200, blank=True)
    done_on = models.DateField(_("完成日期"), null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("时间节点")
        verbose_name_plural = _("时间节点")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["execution", "order"], name="milestone_order_once")]

    def __str__(self) -> str:
        return self.title


class ProgressReport(models.Model):
    """What an executing unit reported, word for word, with how much is done and the papers that show it."""

    execution = models.ForeignKey(ExecutionTask, models.PROTECT, related_name="reports", verbose_name=_("执行任务"))
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, null=True, related_name="reports", verbose_name=_("时间节点")
    )
    percent = models.PositiveSmallIntegerField(_("完成比例（%）"))
    text = models.TextField(_("进展"))
    files = models.ManyToManyField(Material, related_name="progress_reports", verbose_name=_("附件"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("报告人"))
    at = models.DateTimeField(_("时间"))
    form_token = models.UUIDField(null=True, editable=False)

    class Meta:
        verbose_name = _("进展报告")
        verbose_name_plural = _("进展报告")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="progress_is_a_share"),
            models.UniqueConstraint(fields=["by", "form_token"], name="progress_form_once"),
        ]

    def __str__(self) -> str:
        return f"{self.percent}%"


class Acceptance(models.Model):
    """What one body's secretary said to a report of completion, once per round: accepted, or sent back with a reason."""

    execution = models.ForeignKey(ExecutionTask, models.PROTECT, related_name="acceptances", verbose_name=_("执行任务"))
    body = models.ForeignKey("permissions.Body", models.PROTECT, related_name="+", verbose_name=_("班子"))
    round = models.PositiveSmallIntegerField(_("轮次"))
    accepted = models.BooleanField(_("验收通过"))
    reason = models.TextField(_("理由"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("办理人"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("验收")
        verbose_name_plural = _("验收")
        ordering = ["round", "body__order"]
        constraints = [
            models.UniqueConstraint(fields=["execution", "body", "round"], name="acceptance_once"),
            models.CheckConstraint(condition=Q(accepted=True) | ~Q(reason=""), name="refused_acceptance_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.body}: {self.accepted}"


class Reminder(models.Model):
    """Something somebody was reminded of, once: ``key`` says of what, for which date and whether before it or after."""

    key = models.CharField(max_length=120, unique=True)
    item = models.ForeignKey(Item, models.PROTECT, related_name="reminders", verbose_name=_("议题"))
    kind = models.SlugField(_("事项"), max_length=40)
    overdue = models.BooleanField(_("逾期"))
    due = models.DateTimeField(_("期限"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("提醒")
        verbose_name_plural = _("提醒")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.key

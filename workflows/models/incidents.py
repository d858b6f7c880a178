"""Incidents: work of a running case that failed, kept in sight until it is done or somebody answers for leaving it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.cases import Case, CaseTask, CaseTimer


class Incident(models.Model):
    """One failure, with every attempt at the same work. The case stands where it stood: no attempt leaves half of itself.

    `attempts` counts the failures so far, `next_try` is when the worker tries again (null: it has given up and waits for an
    administrator). It is over at `resolved`: by a later attempt that went well (`resolved_by` null), or by a person.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="incidents", verbose_name=_("流程实例"))
    task = models.ForeignKey(
        CaseTask, null=True, blank=True, on_delete=models.CASCADE, related_name="incidents", verbose_name=_("任务")
    )
    timer = models.ForeignKey(
        CaseTimer, null=True, blank=True, on_delete=models.CASCADE, related_name="incidents", verbose_name=_("时钟")
    )
    node = models.CharField(_("环节代号"), max_length=250)
    code = models.CharField(_("错误代码"), max_length=80)
    reason = models.TextField(_("原因"))
    attempts = models.PositiveIntegerField(_("已试次数"), default=1)
    created = models.DateTimeField(_("发生时间"))
    last_try = models.DateTimeField(_("上次尝试"))
    next_try = models.DateTimeField(_("下次尝试"), null=True, blank=True)
    resolved = models.DateTimeField(_("解决时间"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("处理人"),
    )
    resolution = models.CharField(_("处理说明"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("异常")
        verbose_name_plural = _("异常")
        ordering = ("-created", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["task"],
                condition=models.Q(resolved__isnull=True, task__isnull=False),
                name="workflows_one_incident_per_task",
            ),
            models.UniqueConstraint(
                fields=["timer"],
                condition=models.Q(resolved__isnull=True, timer__isnull=False),
                name="workflows_one_incident_per_timer",
            ),
        ]
        indexes = [
            models.Index(fields=["case"], name="workflows_incident_open", condition=models.Q(resolved__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.reason}"

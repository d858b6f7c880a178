"""The planning room: what is said about single clauses, texts suggested for them, and contested declarations (R10, R29)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from decisions.models.items import Plan


class ClauseComment(models.Model):
    """A remark on one clause of a plan, or an answer to one (`parent`). It is never changed; a thread is settled by its
    first remark being resolved, and can be opened again.

    ``clause`` is the id the clause keeps through all versions; ``version`` the one that was read.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="comments", verbose_name=_("方案"))
    clause = models.CharField(_("条款"), max_length=8)
    version = models.PositiveIntegerField(_("所针对的版本"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replies", verbose_name=_("所回复的评论")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("评论人"))
    body = models.ForeignKey("permissions.Body", models.PROTECT, null=True, related_name="+", verbose_name=_("班子"))
    text = models.TextField(_("评论"))
    at = models.DateTimeField(_("时间"))
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("标为已解决的人")
    )
    resolved_at = models.DateTimeField(_("解决时间"), null=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("条款评论")
        verbose_name_plural = _("条款评论")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | Q(resolved_at__isnull=True), name="only_a_thread_is_resolved"
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="resolved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class Suggestion(models.Model):
    """A changed text for one clause, proposed by either side. Accepted, it makes a version that names it; not accepted,
    it has the reason.

    ``number`` counts within the plan. ``base`` is the clause as it was read, in version ``version``: what it was changed
    from, so that it can be merged where the clause has moved on. ``made_version`` is the version that took it up.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待处理")
        ACCEPTED = "accepted", _("已采纳")
        DECLINED = "declined", _("未采纳")
        WITHDRAWN = "withdrawn", _("已收回")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="suggestions", verbose_name=_("方案"))
    number = models.PositiveIntegerField(_("序号"))
    clause = models.CharField(_("条款"), max_length=8)
    version = models.PositiveIntegerField(_("所针对的版本"))
    base = models.JSONField(_("原文"))
    title = models.CharField(_("建议的标题"), max_length=60, blank=True)
    text = models.TextField(_("建议的内容"), blank=True)
    why = models.CharField(_("建议的理由"), max_length=400, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("建议人"))
    body = models.ForeignKey("permissions.Body", models.PROTECT, null=True, related_name="+", verbose_name=_("班子"))
    at = models.DateTimeField(_("时间"))
    state = models.CharField(_("处理结果"), max_length=10, choices=State, default=State.OPEN)
    answer = models.CharField(_("处理说明"), max_length=400, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("处理人")
    )
    answered_at = models.DateTimeField(_("处理时间"), null=True)
    made_version = models.PositiveIntegerField(_("形成的版本"), null=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("修改建议")
        verbose_name_plural = _("修改建议")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="suggestion_number_once"),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(answer=""), name="declined_suggestion_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", made_version__isnull=False)
                | ~Q(state="accepted") & Q(made_version__isnull=True),
                name="accepted_suggestion_made_a_version",
            ),
        ]

    def __str__(self) -> str:
        return _("建议 %(number)s") % {"number": self.number}


class WordingContest(models.Model):
    """The other side holds that a version declared as wording changes substance: it counts as substance until the
    contest is withdrawn (R29)."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="contests", verbose_name=_("方案"))
    version = models.PositiveIntegerField(_("版本"))
    body = models.ForeignKey("permissions.Body", models.PROTECT, related_name="+", verbose_name=_("班子"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人"))
    why = models.CharField(_("理由"), max_length=400)
    at = models.DateTimeField(_("时间"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("收回人")
    )
    withdrawn_at = models.DateTimeField(_("收回时间"), null=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("修改性质异议")
        verbose_name_plural = _("修改性质异议")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "version", "body"],
                condition=Q(withdrawn_at__isnull=True),
                name="wording_contested_once",
            ),
        ]

    def __str__(self) -> str:
        return _("第 %(number)s 版") % {"number": self.version}

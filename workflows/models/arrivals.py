"""What reaches cases from outside them: messages and signals that were sent, and the clocks that start cases."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.cases import Case
from workflows.models.definitions import DefinitionVersion


class MessageKind(models.TextChoices):
    """A message goes to one receiver, a signal to all."""

    MESSAGE = "message", _("消息")
    SIGNAL = "signal", _("信号")


class SentMessage(models.Model):
    """A message or signal as it was sent. One that found no receiver is kept for one that comes before it `expires`.

    `key` makes sending idempotent: the same key a second time is the same message. `correlation` says which of several
    waiting cases a message is for, where the diagram asks (``zeebe:subscription correlationKey``); empty: any.
    """

    kind = models.CharField(_("种类"), max_length=10, choices=MessageKind.choices)
    name = models.CharField(_("名称"), max_length=200)
    correlation = models.CharField(_("关联键"), max_length=300, blank=True)
    key = models.CharField(_("防重键"), max_length=200, null=True, unique=True)
    variables = models.JSONField(_("变量"), default=dict)
    sender = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="sent", verbose_name=_("发出的流程")
    )
    created = models.DateTimeField(_("发出时间"))
    expires = models.DateTimeField(_("保留至"))
    taken = models.DateTimeField(_("送达时间"), null=True, blank=True)
    taker = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="received", verbose_name=_("收到的流程")
    )

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        ordering = ("created", "id")
        indexes = [
            models.Index(
                fields=["name", "created"], name="workflows_message_kept", condition=models.Q(taken__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.name


class Receipt(models.Model):
    """Whom a signal goes to: a case that listened when it was sent round, or a version that it starts a case of.

    One row each, so that a job done twice tells nobody twice. `done` is null while it is still to be told, as to a case that
    stands still; a started case is in `case` from then on.
    """

    message = models.ForeignKey(SentMessage, on_delete=models.CASCADE, related_name="receipts", verbose_name=_("信号"))
    # Checking the reference would lock the case's row, and who sends a signal round must not wait for its receivers.
    case = models.ForeignKey(
        Case,
        null=True,
        blank=True,
        db_constraint=False,
        on_delete=models.CASCADE,
        related_name="receipts",
        verbose_name=_("收到的流程"),
    )
    version = models.ForeignKey(
        DefinitionVersion, null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("流程版本")
    )
    done = models.DateTimeField(_("送达时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("信号回执")
        verbose_name_plural = _("信号回执")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["message", "case"], name="workflows_one_receipt_per_case"),
            models.UniqueConstraint(
                fields=["message", "version"],
                condition=models.Q(version__isnull=False),
                name="workflows_one_receipt_per_version",
            ),
        ]
        indexes = [models.Index(fields=["case"], name="workflows_receipt_open", condition=models.Q(done__isnull=True))]

    def __str__(self) -> str:
        return f"{self.message} → {self.case or self.version}"


class StartTimer(models.Model):
    """A clock that starts cases of a published version at its start event `node`.

    `cycle` is what is left of it: `period` (ISO 8601 or cron) and how many times it starts one after this (`left`, -1: without
    end); empty for a clock that starts one case.
    """

    version = models.ForeignKey(
        DefinitionVersion, on_delete=models.CASCADE, related_name="start_timers", verbose_name=_("流程版本")
    )
    node = models.CharField(_("环节代号"), max_length=250)
    due = models.DateTimeField(_("到期时间"))
    cycle = models.JSONField(_("周期"), default=dict)
    started = models.PositiveIntegerField(_("已发起次数"), default=0)

    class Meta:
        verbose_name = _("定时发起")
        verbose_name_plural = _("定时发起")
        ordering = ("due", "id")
        constraints = [models.UniqueConstraint(fields=["version", "node"], name="workflows_one_timer_per_start")]

    def __str__(self) -> str:
        return f"{self.version} {self.node} {self.due:%Y-%m-%d %H:%M}"

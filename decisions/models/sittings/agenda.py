"""The agenda of a sitting: what is dealt with, who steps back, what is said, and what is put to the vote."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from decisions import rules
from decisions.models.items import Candidate, Item
from decisions.models.sittings.sitting import Sitting, SittingSeat


class AgendaEntry(models.Model):
    """One item on the agenda. ``plan_version`` pins what is decided on; ``numbers`` are the rule numbers frozen at
    opening.

    Only one entry of a sitting is being dealt with at a time. ``speaker`` is the seat that has the floor.
    """

    class Stage(models.TextChoices):
        WAITING = "waiting", _("待议")
        INTRODUCED = "introduced", _("介绍中")
        SPEAKING = "speaking", _("发言中")
        VOTING = "voting", _("表决中")
        ANNOUNCED = "announced", _("已宣布")

    class Outcome(models.TextChoices):
        PASSED = rules.Outcome.PASSED.value, _("通过")
        REJECTED = rules.Outcome.REJECTED.value, _("未通过")
        SPLIT = rules.Outcome.SPLIT.value, _("有分歧")
        DEFERRED = rules.Outcome.DEFERRED.value, _("暂缓")

    LIVE = (Stage.INTRODUCED, Stage.SPEAKING, Stage.VOTING)

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="entries", verbose_name=_("联席会议"))
    item = models.ForeignKey(Item, models.PROTECT, related_name="agenda_entries", verbose_name=_("议题"))
    order = models.PositiveSmallIntegerField(_("次序"))
    stage = models.CharField(_("进程"), max_length=12, choices=Stage, default=Stage.WAITING)
    plan_version = models.PositiveIntegerField(_("方案版本"), null=True)
    numbers = models.JSONField(_("规则数值"), default=dict)
    speaker = models.ForeignKey(SittingSeat, models.PROTECT, null=True, related_name="+", verbose_name=_("正在发言"))
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome, blank=True)
    reason = models.CharField(_("暂缓理由"), max_length=200, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("列入人"))
    called_at = models.DateTimeField(_("开始审议"), null=True)
    announced_at = models.DateTimeField(_("宣布时间"), null=True)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("宣布人")
    )

    class Meta:
        verbose_name = _("议程项")
        verbose_name_plural = _("议程项")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sitting", "item"], name="item_once_per_sitting"),
            models.UniqueConstraint(
                fields=["item"], condition=~Q(stage="announced"), name="item_on_one_pending_agenda"
            ),
            models.UniqueConstraint(
                fields=["sitting"],
                condition=Q(stage__in=["introduced", "speaking", "voting"]),
                name="one_live_entry_per_sitting",
            ),
            models.CheckConstraint(
                condition=Q(stage="announced", announced_at__isnull=False) & ~Q(outcome="")
                | ~Q(stage="announced") & Q(outcome=""),
                name="announced_entry_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.item}"

    @property
    def frozen_rules(self) -> rules.Rules:
        """The frozen numbers, typed."""
        return rules.Rules.from_json(self.numbers)


class Motion(models.Model):
    """What is put to the vote: the item's plan, or one person of a personnel item (R18). One vote at a time."""

    entry = models.ForeignKey(AgendaEntry, models.PROTECT, related_name="motions", verbose_name=_("议程项"))
    order = models.PositiveSmallIntegerField(_("次序"))
    text = models.CharField(_("表决事项"), max_length=200)
    candidate = models.ForeignKey(Candidate, models.PROTECT, null=True, related_name="+", verbose_name=_("人选"))
    outcome = models.CharField(_("结果"), max_length=10, choices=AgendaEntry.Outcome, blank=True)
    announced_at = models.DateTimeField(_("宣布时间"), null=True)

    class Meta:
        verbose_name = _("表决事项")
        verbose_name_plural = _("表决事项")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "order"], name="motion_order_once")]

    def __str__(self) -> str:
        return self.text


class RecusalQuerySet(models.QuerySet["Recusal"]):
    """Recusals, and which of them hold."""

    def standing(self) -> RecusalQuerySet:
        """Those that keep their seat away from the entry, and its holder from the item's papers."""
        return self


class Recusal(models.Model):
    """A seat steps back from one agenda entry for its own or a relative's interest; it counts as absent there (R24)."""

    entry = models.ForeignKey(AgendaEntry, models.PROTECT, related_name="recusals", verbose_name=_("议程项"))
    seat = models.ForeignKey(SittingSeat, models.PROTECT, related_name="recusals", verbose_name=_("会议席位"))
    reason = models.CharField(_("理由"), max_length=200)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人")
    )
    at = models.DateTimeField(_("时间"))
    objects = RecusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("回避")
        verbose_name_plural = _("回避")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "seat"], name="recusal_once")]

    def __str__(self) -> str:
        return f"{self.seat}: {self.reason}"


class Statement(models.Model):
    """What a seat said on an entry, word for word (R30), with its view (R19). Spoken again is a new row; the last
    view counts.

    ``stance`` is empty for those in attendance without a vote: they speak and state no view (R17).
    """

    class Stance(models.TextChoices):
        AGREE = rules.Stance.AGREE.value, _("同意")
        DISAGREE = rules.Stance.DISAGREE.value, _("不同意")
        DEFER = rules.Stance.DEFER.value, _("缓议")
        WAIVE = rules.Stance.WAIVE.value, _("放弃发言")

    entry = models.ForeignKey(AgendaEntry, models.PROTECT, related_name="statements", verbose_name=_("议程项"))
    seat = models.ForeignKey(SittingSeat, models.PROTECT, related_name="statements", verbose_name=_("会议席位"))
    order = models.PositiveSmallIntegerField(_("次序"))
    stance = models.CharField(_("态度"), max_length=8, choices=Stance, blank=True)
    words = models.TextField(_("发言"), blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("记录人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("发言")
        verbose_name_plural = _("发言")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["entry", "order"], name="statement_order_once")]

    def __str__(self) -> str:
        return f"{self.seat}: {self.get_stance_display()}"

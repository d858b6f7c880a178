"""The agenda of a sitting: what is dealt with, who steps back, what is said, and what is put to the vote."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from decisions import rules
from decisions.models.items import Candidate, Item, Plan
from decisions.models.sittings.sitting import Sitting, SittingSeat
from permissions.models import Seat, Versioned


class AgendaEntry(models.Model):
    """One item on the agenda. ``plan_version`` pins what is decided on; ``numbers`` are the rule numbers frozen at
    opening.

    Only one entry of a sitting is being dealt with at a time. ``speaker`` is the seat that has the floor. ``host`` is the
    seat named to preside over this entry; without one the sitting's host does (R46). ``strict`` lists the bodies (codes)
    that have invoked their stricter rule (R44). ``minutes_planned`` is how long the agenda gives it, in minutes.
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
        AMENDED = rules.Outcome.AMENDED.value, _("修改后通过")
        REDISCUSS = rules.Outcome.REDISCUSS.value, _("再议")

    class Ground(models.TextChoices):
        SPLIT = "split", _("分歧较大")
        FACTS = "facts", _("情况不清")
        QUORUM = "quorum", _("未达到法定人数")
        OTHER = "other", _("其他")

    ADOPTED = (Outcome.PASSED, Outcome.AMENDED)
    LIVE = (Stage.INTRODUCED, Stage.SPEAKING, Stage.VOTING)

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="entries", verbose_name=_("联席会议"))
    item = models.ForeignKey(Item, models.PROTECT, related_name="agenda_entries", verbose_name=_("议题"))
    order = models.PositiveSmallIntegerField(_("次序"))
    minutes_planned = models.PositiveSmallIntegerField(_("预计用时（分钟）"), null=True)
    stage = models.CharField(_("进程"), max_length=12, choices=Stage, default=Stage.WAITING)
    plan_version = models.PositiveIntegerField(_("方案版本"), null=True)
    numbers = models.JSONField(_("规则数值"), default=dict)
    places = models.PositiveSmallIntegerField(_("应选名额"), null=True)
    strict = models.JSONField(_("从严的班子"), default=list)
    host = models.ForeignKey(Seat, models.PROTECT, null=True, related_name="+", verbose_name=_("本项主持"))
    speaker = models.ForeignKey(SittingSeat, models.PROTECT, null=True, related_name="+", verbose_name=_("正在发言"))
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome, blank=True)
    ground = models.CharField(_("暂缓原因"), max_length=8, choices=Ground, blank=True)
    reason = models.CharField(_("暂缓理由"), max_length=200, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("列入人"))
    called_at = models.DateTimeField(_("开始审议"), null=True)
    announced_at = models.DateTimeField(_("宣布时间"), null=True)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("宣布人")
    )
    # Who has the floor stands in `SpeakingTurn`.
    history = Versioned(excluded_fields=["speaker"])

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
        """The frozen numbers, typed; for a body that has invoked its stricter rule, that rule (R44)."""
        return rules.Rules.from_json(self.numbers).stricter(self.strict)


class Motion(models.Model):
    """What is put to the vote, one at a time (R18): the item's plan, one of several plans (R9), one person of a personnel
    item, or an amendment (R28).

    With ``places`` it is an election: its `Runner`s stand for so many places, and who is approved most is ``elected``
    (candidate ids) in every body. ``runoff_of`` is the election whose tie it settles.

    A motion that is not put any more, because an earlier plan was adopted or the matter is discussed again, has lapsed.
    """

    class Outcome(models.TextChoices):
        PASSED = rules.Outcome.PASSED.value, _("通过")
        REJECTED = rules.Outcome.REJECTED.value, _("未通过")
        SPLIT = rules.Outcome.SPLIT.value, _("有分歧")
        DEFERRED = rules.Outcome.DEFERRED.value, _("暂缓")
        LAPSED = rules.Outcome.LAPSED.value, _("不再表决")

    entry = models.ForeignKey(AgendaEntry, models.PROTECT, related_name="motions", verbose_name=_("议程项"))
    order = models.PositiveSmallIntegerField(_("次序"))
    text = models.CharField(_("表决事项"), max_length=200)
    candidate = models.ForeignKey(Candidate, models.PROTECT, null=True, related_name="+", verbose_name=_("人选"))
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="+", verbose_name=_("方案"))
    plan_version = models.PositiveIntegerField(_("方案版本"), null=True)
    amendment = models.OneToOneField(
        "decisions.Amendment", models.PROTECT, null=True, related_name="motion", verbose_name=_("修正案")
    )
    places = models.PositiveSmallIntegerField(_("应选名额"), null=True)
    runoff_of = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="runoff", verbose_name=_("所属选举")
    )
    elected = models.JSONField(_("当选人选"), default=list)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome, blank=True)
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

    def unruled(self) -> RecusalQuerySet:
        """Those reported by somebody else that nobody has ruled on yet: the vote waits for them."""
        return self.filter(way=Recusal.Way.REPORTED, ruling__isnull=True)

    def standing(self) -> RecusalQuerySet:
        """Those that keep their seat away from the entry, and its holder from the item's papers: not ruled on, or upheld.
        What a later sitting has dismissed for the same person and item keeps nobody away any more."""
        later = Recusal.objects.filter(
            ruling__upheld=False,
            entry__item=OuterRef("entry__item"),
            seat__user=OuterRef("seat__user"),
            pk__gt=OuterRef("pk"),
        ).exclude(entry=OuterRef("entry"))
        return self.exclude(ruling__upheld=False).exclude(Exists(later))


class Recusal(models.Model):
    """A seat steps back from one agenda entry for its own or a relative's interest; it counts as absent there (R24).

    ``kind`` is the relation, as 公务员法 art. 76 names them. Declared by the person it holds at once; reported by another it
    holds until it is ruled on (art. 77), and the vote waits for the ruling. Dismissed and brought up again for another
    reason it is a new row.
    """

    class Kind(models.TextChoices):
        OWN = "own", _("涉及本人利害关系")
        RELATIVE = "relative", _("涉及亲属利害关系")
        OTHER = "other", _("其他可能影响公正的情形")

    class Way(models.TextChoices):
        DECLARED = "declared", _("本人申请")
        REPORTED = "reported", _("他人提出")

    entry = models.ForeignKey(AgendaEntry, models.PROTECT, related_name="recusals", verbose_name=_("议程项"))
    seat = models.ForeignKey(SittingSeat, models.PROTECT, related_name="recusals", verbose_name=_("会议席位"))
    number = models.PositiveSmallIntegerField(_("次序"), default=1)
    kind = models.CharField(_("关系"), max_length=10, choices=Kind, default=Kind.OTHER)
    way = models.CharField(_("提出方式"), max_length=10, choices=Way, default=Way.DECLARED)
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
        constraints = [models.UniqueConstraint(fields=["entry", "seat", "number"], name="recusal_once")]

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

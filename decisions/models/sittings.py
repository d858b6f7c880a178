"""A joint sitting: its frozen roster and agenda, what was said and voted in it, and what came of it.

Two bodies are never added together: every ballot, count and signature names its body (R42). Votes, statements,
recusals, resolutions and signatures are records: the database itself refuses to change or delete them (N11).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from decisions import rules
from decisions.models.items import Candidate, Item
from permissions.models import Body, Seat

__all__ = [
    "AgendaEntry",
    "Attendance",
    "Ballot",
    "Minutes",
    "Motion",
    "Recusal",
    "Resolution",
    "SignOff",
    "Sitting",
    "SittingCounter",
    "SittingSeat",
    "Statement",
    "Vote",
]


class SittingCounter(models.Model):
    """The last number given out in a year. Its row is the lock under which the next one is taken."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("会议编号")
        verbose_name_plural = _("会议编号")

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Sitting(models.Model):
    """One joint sitting of both bodies (联席会议), numbered through the year.

    ``title`` is empty for the usual name (2026 年第 9 次联席会议). ``host`` is the seat that presides (R46). Agenda,
    rule numbers and roster may change in ``draft`` only; opening freezes them (R47).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("筹备中")
        OPEN = "open", _("会议进行中")
        CLOSED = "closed", _("已结束")

    year = models.PositiveSmallIntegerField(_("年份"))
    serial = models.PositiveIntegerField(_("次序"))
    title = models.CharField(_("会议名称"), max_length=80, blank=True)
    at = models.DateTimeField(_("开会时间"))
    place = models.CharField(_("地点"), max_length=80)
    host = models.ForeignKey(Seat, models.PROTECT, related_name="+", verbose_name=_("主持"))
    status = models.CharField(_("状态"), max_length=8, choices=Status, default=Status.DRAFT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("建立人"))
    created_at = models.DateTimeField(auto_now_add=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("记录")
    )
    opened_at = models.DateTimeField(_("开始时间"), null=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True)
    form_token = models.UUIDField(null=True, editable=False)

    class Meta:
        verbose_name = _("联席会议")
        verbose_name_plural = _("联席会议")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="sitting_number_once"),
            models.UniqueConstraint(fields=["created_by", "form_token"], name="sitting_form_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("sitting", args=[self.pk])

    @property
    def name(self) -> str:
        """The title, or the usual name in the language of the reader."""
        return self.title or _now("%(year)s 年第 %(serial)s 次联席会议") % {"year": self.year, "serial": self.serial}

    @property
    def subject(self) -> str:
        """The name of the chain that holds what concerns the whole sitting."""
        return f"sitting:{self.pk}"


class SittingSeat(models.Model):
    """One seat of the roster as it stood when the sitting opened (R47): later changes of the seat do not reach it."""

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="seats", verbose_name=_("联席会议"))
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+", verbose_name=_("席位"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("班子"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="sitting_seats", verbose_name=_("人员")
    )
    position = models.CharField(_("岗位"), max_length=80)
    position_en = models.CharField(_("英文岗位"), max_length=80, blank=True)
    voting = models.BooleanField(_("有表决权"))
    principal = models.BooleanField(_("班长"))
    order = models.PositiveSmallIntegerField(_("次序"))

    class Meta:
        verbose_name = _("会议席位")
        verbose_name_plural = _("会议席位")
        ordering = ["body__order", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["sitting", "seat"], name="sitting_seat_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The position in the language of the reader; Chinese where no English is given."""
        english = (get_language() or "").startswith("en")
        return self.position_en if english and self.position_en else self.position


class Attendance(models.Model):
    """Whether a seat is in the room now. Nobody counts as present before somebody said so.

    What it was at the moment of a ballot is kept with the ballot, so a later change never moves an earlier count
    (R16). ``opinion`` is an absent member's written opinion: on record, never counted (R22).
    """

    class State(models.TextChoices):
        PRESENT = "present", _("到会")
        ABSENT = "absent", _("未到会")
        LEFT = "left", _("离席")

    seat = models.OneToOneField(SittingSeat, models.PROTECT, related_name="attendance", verbose_name=_("会议席位"))
    state = models.CharField(_("到会情况"), max_length=8, choices=State, default=State.ABSENT)
    reason = models.CharField(_("原因"), max_length=120, blank=True)
    opinion = models.TextField(_("书面意见"), blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人")
    )
    set_at = models.DateTimeField(_("登记时间"), null=True)

    class Meta:
        verbose_name = _("到会")
        verbose_name_plural = _("到会")

    def __str__(self) -> str:
        return f"{self.seat}: {self.get_state_display()}"


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


class Recusal(models.Model):
    """A seat steps back from one agenda entry for its own or a relative's interest; it counts as absent there (R24)."""

    entry = models.ForeignKey(AgendaEntry, models.PROTECT, related_name="recusals", verbose_name=_("议程项"))
    seat = models.ForeignKey(SittingSeat, models.PROTECT, related_name="recusals", verbose_name=_("会议席位"))
    reason = models.CharField(_("理由"), max_length=200)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人")
    )
    at = models.DateTimeField(_("时间"))

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


class Ballot(models.Model):
    """One body's vote on one motion (R42). Who may vote, how many are due and what is needed are fixed when it opens.

    ``roster`` maps the id of each voting sitting seat of the body (as text) to its state then (`rules.SeatState`).
    """

    class Status(models.TextChoices):
        OPEN = "open", _("表决中")
        CLOSED = "closed", _("已结束")

    class Method(models.TextChoices):
        NAMED = "named", _("记名表决")

    entry = models.ForeignKey(AgendaEntry, models.PROTECT, related_name="ballots", verbose_name=_("议程项"))
    motion = models.ForeignKey(Motion, models.PROTECT, related_name="ballots", verbose_name=_("表决事项"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("班子"))
    method = models.CharField(_("表决方式"), max_length=8, choices=Method, default=Method.NAMED)
    status = models.CharField(_("状态"), max_length=8, choices=Status, default=Status.OPEN)
    roster = models.JSONField(_("名册"))
    due = models.PositiveSmallIntegerField(_("应到"))
    present = models.PositiveSmallIntegerField(_("实到"))
    quorum = models.PositiveSmallIntegerField(_("须到"))
    required = models.PositiveSmallIntegerField(_("须得票"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("开始人"))
    opened_at = models.DateTimeField(_("开始时间"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("结束人")
    )
    closed_at = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        verbose_name = _("表决")
        verbose_name_plural = _("表决")
        ordering = ["body__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["motion", "body"], name="one_ballot_per_motion_and_body"),
            models.UniqueConstraint(
                fields=["entry", "body"], condition=Q(status="open"), name="one_open_ballot_per_entry_and_body"
            ),
            models.CheckConstraint(condition=Q(present__gte=models.F("quorum")), name="ballot_has_a_quorum"),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True) | Q(status="closed", closed_at__isnull=False),
                name="closed_ballot_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.motion} · {self.body}"

    def get_absolute_url(self) -> str:
        return reverse("ballot", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN


class Vote(models.Model):
    """What one seat voted. A later cast replaces it while the ballot is open; after that nothing does.

    ``casts`` holds every cast in order (``choice``, ``words``, ``at``, ``receipt``). While the ballot is open the log
    holds only a digest of each cast, so that reading the log shows no direction; closing writes the casts themselves
    down.
    """

    class Choice(models.TextChoices):
        FOR = rules.Choice.FOR.value, _("赞成")
        AGAINST = rules.Choice.AGAINST.value, _("反对")
        ABSTAIN = rules.Choice.ABSTAIN.value, _("弃权")

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="votes", verbose_name=_("表决"))
    seat = models.ForeignKey(SittingSeat, models.PROTECT, related_name="votes", verbose_name=_("会议席位"))
    choice = models.CharField(_("表决"), max_length=8, choices=Choice)
    words = models.TextField(_("意见"), blank=True)
    receipt = models.CharField(_("回执"), max_length=40)
    cast_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("投票人"))
    cast_at = models.DateTimeField(_("投票时间"))
    casts = models.JSONField(_("历次投票"), default=list)

    class Meta:
        verbose_name = _("票")
        verbose_name_plural = _("票")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "seat"], name="one_vote_per_seat_and_ballot"),
            models.CheckConstraint(condition=Q(choice__in=["for", "against", "abstain"]), name="vote_is_a_choice"),
        ]

    def __str__(self) -> str:
        return self.receipt


class Resolution(models.Model):
    """One body's formal resolution on one motion, with its own count (R42). Never changed by anybody."""

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="resolutions", verbose_name=_("表决事项"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("班子"))
    due = models.PositiveSmallIntegerField(_("应到"))
    present = models.PositiveSmallIntegerField(_("实到"))
    in_favour = models.PositiveSmallIntegerField(_("赞成"))
    against = models.PositiveSmallIntegerField(_("反对"))
    abstained = models.PositiveSmallIntegerField(_("弃权"))
    not_voted = models.PositiveSmallIntegerField(_("未投"))
    absent = models.PositiveSmallIntegerField(_("缺席"))
    recused = models.PositiveSmallIntegerField(_("回避"))
    base_shrunk = models.BooleanField(_("应到因回避减少"))
    threshold = models.JSONField(_("通过条件"))
    required = models.PositiveSmallIntegerField(_("须得票"))
    passed = models.BooleanField(_("通过"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("决议")
        verbose_name_plural = _("决议")
        ordering = ["body__order", "pk"]
        constraints = [models.UniqueConstraint(fields=["motion", "body"], name="one_resolution_per_motion_and_body")]

    def __str__(self) -> str:
        return f"{self.motion} · {self.body}"

    @property
    def verdict(self) -> rules.Verdict:
        """The count as the rules know it, for its sentences and its proof."""
        return rules.Verdict(
            body=self.body.code,
            due=self.due,
            present=self.present,
            in_favour=self.in_favour,
            against=self.against,
            abstained=self.abstained,
            not_voted=self.not_voted,
            absent=self.absent,
            recused=self.recused,
            shrunk=self.base_shrunk,
            threshold=rules.Threshold.from_json(self.threshold),
            required=self.required,
            passed=self.passed,
        )


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

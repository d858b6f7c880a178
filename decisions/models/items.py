"""An item of business (议题), and everything that is written about it before and after the sitting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from decisions.models.configuration import MatterType
from decisions.rules.numerals import numeral
from workflows.models import Record


class ItemCounter(models.Model):
    """The last number given out in a year. Its row is the lock under which the next number is taken, so none is lost."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("编号")
        verbose_name_plural = _("编号")

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Item(models.Model):
    """A matter put to both leadership teams together.

    ``purpose`` says what is asked of the bodies; all but a new matter and a ratification go back to the decided item
    ``origin`` (R37, R38).
    ``status`` caches what the case says; where an item stands in detail is always read from the case's open tasks.
    ``amount`` is in units of 10,000 yuan (万元). ``year`` and ``serial`` make the number 议〔2026〕17号, given at the
    first submission without gaps. ``form_token`` makes a form that is posted twice one item. ``routing`` is what the matter
    type's decision table made of it (`decisions.routing`): route, required materials and rule set, with the rules that held.
    ``confidential`` is empty for an item open to both bodies, else why it is kept to its named readers (R40).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("草稿")
        RUNNING = "running", _("办理中")
        CLOSED = "closed", _("已办结")
        WITHDRAWN = "withdrawn", _("已撤回")

    class Purpose(models.TextChoices):
        NEW = "new", _("新议题")
        RATIFY = "ratify", _("追认紧急决定")
        RECONSIDER = "reconsider", _("复议")
        CHANGE = "change", _("变更决策")
        STOP = "stop", _("停止执行")

    class Grade(models.TextChoices):
        """Why an item is kept to named readers. A state secret has no place in this system at all."""

        WORK = "work", _("工作秘密")
        BUSINESS = "business", _("商业秘密")
        PRIVACY = "privacy", _("个人隐私")

    #: A stand-in for somebody who may not know what the item is about (`decisions.policies.access.cover`).
    covered = False

    title = models.CharField(_("议题名称"), max_length=80)
    matter_type = models.ForeignKey(MatterType, models.PROTECT, related_name="items", verbose_name=_("事项类型"))
    body = models.ForeignKey("permissions.Body", models.PROTECT, related_name="+", verbose_name=_("主办班子"))
    proposer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposed_items", verbose_name=_("提出人")
    )
    amount = models.DecimalField(_("涉及金额（万元）"), max_digits=14, decimal_places=2, null=True, blank=True)
    summary = models.TextField(_("方案要点"), blank=True)
    reason = models.TextField(_("提出理由"), blank=True)
    purpose = models.CharField(_("事由"), max_length=12, choices=Purpose, default=Purpose.NEW, editable=False)
    origin = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="successors", verbose_name=_("原议题")
    )
    status = models.CharField(_("状态"), max_length=12, choices=Status, default=Status.DRAFT)
    year = models.PositiveSmallIntegerField(_("年份"), null=True, editable=False)
    serial = models.PositiveIntegerField(_("序号"), null=True, editable=False)
    round = models.PositiveSmallIntegerField(_("共提轮次"), default=0, editable=False)
    case = models.OneToOneField(
        "workflows.Case", models.PROTECT, null=True, editable=False, related_name="item", verbose_name=_("流程实例")
    )
    form_token = models.UUIDField(null=True, editable=False)
    routing = models.JSONField(_("分级结果"), default=dict, editable=False)
    created_at = models.DateTimeField(_("建立时间"), editable=False)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, editable=False)
    confidential = models.CharField(_("涉密类别"), max_length=10, choices=Grade, blank=True, editable=False)
    confidential_reason = models.CharField(_("定为涉密的理由"), max_length=200, blank=True, editable=False)
    closed_at = models.DateTimeField(_("办结时间"), null=True, editable=False)
    history = HistoricalRecords(excluded_fields=["form_token"])

    class Meta:
        verbose_name = _("议题")
        verbose_name_plural = _("议题")
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="item_number_once"),
            models.UniqueConstraint(fields=["proposer", "form_token"], name="item_form_once"),
            models.CheckConstraint(
                condition=Q(year__isnull=True, serial__isnull=True) | Q(year__isnull=False, serial__isnull=False),
                name="item_number_whole",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="item_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=["new", "ratify"], origin__isnull=True)
                | Q(purpose__in=["reconsider", "change", "stop"], origin__isnull=False),
                name="item_goes_back_to_what_it_revises",
            ),
            models.CheckConstraint(
                condition=Q(confidential="") | ~Q(confidential_reason=""), name="confidential_item_has_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["status", "-submitted_at"], name="item_by_status")]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.covered:
            raise TypeError("a stand-in for a withheld item is for reading only")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("item", args=[self.pk])

    @property
    def phase(self) -> str:
        """The status, or ``suspended`` while its flow stands still."""
        return "suspended" if self.case is not None and not self.case.moves and self.case.is_running else self.status

    @property
    def newest_review(self) -> LegalityReview | None:
        """The newest legality review, its author loaded; of those at hand where a page has prefetched them."""
        known: Iterable[LegalityReview] | None = getattr(self, "_prefetched_objects_cache", {}).get("legality_reviews")
        return next(iter(self.legality_reviews.select_related("by")[:1] if known is None else known), None)

    @property
    def subject(self) -> str:
        """The name of this item's log chain and of its case's subject."""
        return f"item:{self.pk}"

    @property
    def number(self) -> str:
        """议〔2026〕17号, or nothing before the first submission. The form of GB/T 9704 numbers, in every language."""
        return f"议〔{self.year}〕{self.serial}号" if self.serial else ""

    @property
    def plan(self) -> Plan | None:
        """The main plan (R9), None before it is first saved. ``prefetch_related("plans")`` spares the query for each item."""
        known: Iterable[Plan] | None = getattr(self, "_prefetched_objects_cache", {}).get("plans")
        if known is None:
            return self.plans.filter(order=Plan.MAIN).select_related("saved_by").first()
        return next((plan for plan in known if plan.is_main), None)

    @property
    def over_threshold(self) -> bool:
        """Whether only a vote in a sitting decides (R2): the amount is above the matter type's limit, or its table says so."""
        if self.routing.get("vote"):
            return True
        threshold = self.matter_type.threshold
        return threshold is not None and self.amount is not None and self.amount > threshold


class CoProposer(models.Model):
    """Somebody who proposes the item together with its proposer. Both sides have at least one by submission (R12)."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="co_proposers", verbose_name=_("议题"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="co_proposed", verbose_name=_("共同提出人")
    )
    body = models.ForeignKey("permissions.Body", models.PROTECT, related_name="+", verbose_name=_("所属班子"))
    added_at = models.DateTimeField(_("时间"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("共同提出人")
        verbose_name_plural = _("共同提出人")
        ordering = ["body__order", "pk"]
        constraints = [models.UniqueConstraint(fields=["item", "user"], name="co_proposer_once")]

    def __str__(self) -> str:
        return str(self.user)


class Candidate(models.Model):
    """One person of a personnel item. Each is voted on alone (R18)."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="candidates", verbose_name=_("议题"))
    name = models.CharField(_("人选"), max_length=60)
    position = models.CharField(_("拟任职务"), max_length=80)
    order = models.PositiveSmallIntegerField(_("次序"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("人选")
        verbose_name_plural = _("人选")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["item", "order"], name="candidate_order_once")]

    def __str__(self) -> str:
        return self.name


class Confirmation(models.Model):
    """What one body's secretary said about proposing the item jointly, once per round of submission (R12)."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="confirmations", verbose_name=_("议题"))
    body = models.ForeignKey("permissions.Body", models.PROTECT, related_name="+", verbose_name=_("班子"))
    round = models.PositiveSmallIntegerField(_("轮次"))
    confirmed = models.BooleanField(_("确认"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("办理人"))
    reason = models.TextField(_("理由"), blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("共提确认")
        verbose_name_plural = _("共提确认")
        ordering = ["round", "body__order"]
        constraints = [
            models.UniqueConstraint(fields=["item", "body", "round"], name="confirmation_once"),
            models.CheckConstraint(condition=Q(confirmed=True) | ~Q(reason=""), name="sending_back_needs_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.body}: {self.confirmed}"


class Plan(models.Model):
    """A text that is decided on, written by both sides in clauses; every saved text is a version.

    An item has a main plan (``order`` 1) and, where views differ much, alternatives to it that are tabled with it (R9);
    ``title`` tells them apart. Until tabling an alternative can be withdrawn: its row stays and its number is not given
    again. ``clauses`` is a list of ``{"id": str, "title": str, "body": str}`` (`decisions.rules.clauses`); a body is plain text, an
    empty line starts a paragraph. ``version`` counts the saved texts from 1 and is what a writer must quote when saving
    (optimistic concurrency). ``substantive_version`` is the newest version that counts as a change of substance: declared
    so, or declared wording and contested by the other side (R29). ``asked_version`` is the version opinions were last
    asked on, 0 before. ``suggestion`` is the one this version took up. The rows of ``history`` are the versions.
    """

    MAIN = 1

    class Kind(models.TextChoices):
        SUBSTANTIVE = "substantive", _("实质性修改")
        WORDING = "wording", _("文字修改")

    item = models.ForeignKey(Item, models.CASCADE, related_name="plans", verbose_name=_("议题"))
    order = models.PositiveSmallIntegerField(_("次序"), default=MAIN)
    title = models.CharField(_("方案名称"), max_length=40, blank=True)
    clauses = models.JSONField(_("条款"), default=list)
    version = models.PositiveIntegerField(_("版本"))
    substantive_version = models.PositiveIntegerField(_("最近一次实质性修改"))
    asked_version = models.PositiveIntegerField(_("征求意见的版本"), default=0)
    kind = models.CharField(_("修改性质"), max_length=12, choices=Kind, default=Kind.SUBSTANTIVE)
    note = models.CharField(_("修改说明"), max_length=120, blank=True)
    suggestion = models.ForeignKey(
        "decisions.Suggestion", models.PROTECT, null=True, related_name="+", verbose_name=_("采纳的建议")
    )
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("修改人"))
    saved_at = models.DateTimeField(_("修改时间"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("撤下人")
    )
    withdrawn_at = models.DateTimeField(_("撤下时间"), null=True)
    withdrawn_why = models.CharField(_("撤下的理由"), max_length=200, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("方案")
        verbose_name_plural = _("方案")
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["item", "order"], name="plan_order_once"),
            models.CheckConstraint(
                condition=Q(order=1) & Q(withdrawn_at__isnull=True) | Q(order__gt=1), name="main_plan_stays"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_why=""),
                name="withdrawn_plan_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return _("第 %(number)s 版") % {"number": self.version}

    @property
    def is_main(self) -> bool:
        """Whether this is the item's main plan, not an alternative to it."""
        return self.order == self.MAIN

    @property
    def name(self) -> str:
        """What the plan is called among the plans of its item: 方案一 · 整体出租; plainly 方案 where nothing tells it apart."""
        if self.is_main and not self.title:
            return str(_("方案"))
        chinese = not (get_language() or "").startswith("en")
        number = _("方案%(number)s") % {"number": numeral(self.order) if chinese else self.order}
        return f"{number} · {self.title}" if self.title else number


class Opinion(models.Model):
    """A written opinion on one version of a plan, and the answer to it; one that is not adopted has its reason.

    ``plan`` None is the main plan.
    """

    class Answer(models.TextChoices):
        ADOPTED = "adopted", _("已采纳")
        PARTLY = "partly", _("部分采纳")
        NOT_ADOPTED = "not", _("未采纳")

    item = models.ForeignKey(Item, models.CASCADE, related_name="opinions", verbose_name=_("议题"))
    plan_version = models.PositiveIntegerField(_("所针对的版本"))
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="+", verbose_name=_("所针对的方案"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="opinions", verbose_name=_("提出人"))
    body = models.ForeignKey("permissions.Body", models.PROTECT, null=True, related_name="+", verbose_name=_("班子"))
    text = models.TextField(_("意见"))
    at = models.DateTimeField(_("时间"))
    answer = models.CharField(_("答复"), max_length=8, choices=Answer, blank=True)
    reply = models.TextField(_("答复内容"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("答复人")
    )
    answered_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("意见")
        verbose_name_plural = _("意见")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(answer__in=["partly", "not"]) | ~Q(reply=""), name="unadopted_opinion_has_a_reason"
            )
        ]

    def __str__(self) -> str:
        return self.text[:40]


class LegalityReview(models.Model):
    """The legality review of one version of the plan (R4).

    With alternatives it covers them all (R9): ``versions`` maps the id of each alternative's row, as a string, to the
    version that was read.
    A review that is not ``ok`` names in ``risks`` the legal risk an exploratory reform may be tabled with, if it may.
    ``request`` is what asked for it, with its due date (R5).
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="legality_reviews", verbose_name=_("议题"))
    plan_version = models.PositiveIntegerField(_("所审查的版本"))
    versions = models.JSONField(_("所审查的备选方案"), default=dict)
    ok = models.BooleanField(_("通过"))
    text = models.TextField(_("审查意见"))
    risks = models.TextField(_("法律风险"), blank=True)
    request = models.ForeignKey(
        "decisions.ReviewRequest", models.PROTECT, null=True, related_name="legality_reviews", verbose_name=_("征求")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("审查人"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("合法性审查")
        verbose_name_plural = _("合法性审查")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return _("第 %(number)s 版") % {"number": self.plan_version}


class Material(models.Model):
    """A file of an item. ``content_type`` is what its bytes are, whatever its name says; ``sha256`` proves it later.

    ``file`` stands outside the web root under a random name and is sent only by a view that asks the policy. A removed
    file keeps its row and its bytes (``removed_at``), so that the record stays whole (R35).
    """

    OTHER = "other"

    item = models.ForeignKey(Item, models.CASCADE, related_name="materials", verbose_name=_("议题"))
    kind = models.SlugField(_("种类"), max_length=40)
    name = models.CharField(_("文件名"), max_length=120)
    file = models.FileField(_("文件"), max_length=200)
    size = models.PositiveIntegerField(_("大小（字节）"))
    content_type = models.CharField(_("类型"), max_length=120)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("上传人")
    )
    uploaded_at = models.DateTimeField(_("时间"))
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("移除人")
    )
    removed_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("材料")
        verbose_name_plural = _("材料")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "kind", "sha256"], condition=Q(removed_at__isnull=True), name="material_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ExecutionTask(models.Model):
    """Who carries the decision out, and until when (R36). The item's flow ends with handing it over; from then on the
    execution has its own life: reports, a report of completion (``claimed_at``, counted by ``round``), acceptance by both
    secretaries (``finished_at``), or the end another decision puts to it (``stopped_by``, R37).
    """

    item = models.OneToOneField(Item, models.CASCADE, related_name="execution", verbose_name=_("议题"))
    unit = models.CharField(_("承办单位"), max_length=80)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="executions", verbose_name=_("责任人")
    )
    due = models.DateField(_("完成期限"))
    note = models.TextField(_("交办要求"), blank=True)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("交办人")
    )
    assigned_at = models.DateTimeField(_("时间"))
    percent = models.PositiveSmallIntegerField(_("完成比例（%）"), default=0)
    reported_at = models.DateTimeField(_("最近报告"), null=True)
    round = models.PositiveSmallIntegerField(_("验收轮次"), default=0)
    claimed_at = models.DateTimeField(_("报告完成时间"), null=True)
    finished_at = models.DateTimeField(_("验收时间"), null=True)
    stopped_at = models.DateTimeField(_("停止时间"), null=True)
    stopped_by = models.ForeignKey(
        Item, models.PROTECT, null=True, related_name="executions_stopped", verbose_name=_("据以停止的议题")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("执行任务")
        verbose_name_plural = _("执行任务")
        ordering = ["due", "pk"]

    def __str__(self) -> str:
        return self.unit

    @property
    def ended(self) -> bool:
        """Whether it was accepted as finished, or stopped by another decision."""
        return self.finished_at is not None or self.stopped_at is not None


class ItemRecord(models.Model):
    """The record of a pack that an item was raised from; shown on both pages. Never changed (database trigger)."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="raised_from", verbose_name=_("议题"))
    record = models.ForeignKey(Record, models.PROTECT, related_name="raised", verbose_name=_("记录"))
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人"))
    raised_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("议题的由来")
        verbose_name_plural = _("议题的由来")
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["item", "record"], name="decisions_raised_once")]

    def __str__(self) -> str:
        return f"{self.record} → {self.item}"

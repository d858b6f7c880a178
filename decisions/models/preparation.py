"""What an item needs before it is tabled: the opinions asked for and given, and the days an office works on.

What somebody has given (an assessment, a signed opinion, a comment and what was done with it) is never changed: the database
refuses it (N11). What was asked for changes only by being answered, extended or taken back.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from decisions.models.items import Item, Material, Opinion


class CalendarDay(models.Model):
    """A day on which this office works, or does not, other than the calendar that ships says (`decisions.rules.holidays`)."""

    day = models.DateField(_("日期"), unique=True)
    working = models.BooleanField(_("上班"))
    name = models.CharField(_("名称"), max_length=40, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("工作日历")
        verbose_name_plural = _("工作日历")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day}: {self.working}"


class CalendarYear(models.Model):
    """A year whose announced holidays somebody has entered in full; ``source`` names the announcement."""

    year = models.PositiveSmallIntegerField(_("年份"), unique=True)
    source = models.CharField(_("依据"), max_length=120)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("已公布的年份")
        verbose_name_plural = _("已公布的年份")
        ordering = ["year"]

    def __str__(self) -> str:
        return str(self.year)


def with_unit(person: str, unit: str) -> str:
    """Somebody from outside with their unit, in the punctuation of the reader's language."""
    return gettext("%(person)s（%(unit)s）") % {"person": person, "unit": unit} if person and unit else person


class ReviewRequest(models.Model):
    """An opinion that was asked for: of whom, since when, until when, on which version of the plan.

    ``asked`` is somebody with an account; ``person`` and ``unit`` name an expert or assessor from outside instead. A legality
    review with neither is asked of whoever holds the role. A public comment period has ``opens_on``, where it was published
    (``channel``) and, when it is shorter than the rules say, the published reason (``shortened``, R6). ``due`` is the last day.
    Open until ``answered_at`` (given, or the period closed) or ``withdrawn_at``.
    """

    class Kind(models.TextChoices):
        LEGALITY = "legality", _("合法性审查")
        RISK = "risk", _("风险评估")
        EXPERT = "expert", _("专家论证")
        PUBLIC = "public", _("公众意见")

    item = models.ForeignKey(Item, models.CASCADE, related_name="review_requests", verbose_name=_("议题"))
    kind = models.CharField(_("种类"), max_length=12, choices=Kind)
    asked = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="reviews_asked", verbose_name=_("请谁办理")
    )
    person = models.CharField(_("姓名"), max_length=40, blank=True)
    unit = models.CharField(_("单位和职务"), max_length=80, blank=True)
    plan_version = models.PositiveIntegerField(_("所针对的版本"))
    note = models.TextField(_("要求"), blank=True)
    channel = models.CharField(_("公布渠道"), max_length=200, blank=True)
    shortened = models.TextField(_("缩短期限的理由"), blank=True)
    opens_on = models.DateField(_("开始日期"), null=True)
    due = models.DateField(_("截止日期"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("送请人")
    )
    requested_at = models.DateTimeField(_("送请时间"))
    answered_at = models.DateTimeField(_("办结时间"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("撤销人")
    )
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True)
    withdrawn_why = models.TextField(_("撤销理由"), blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("征求")
        verbose_name_plural = _("征求")
        ordering = ["requested_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "kind"],
                condition=~Q(kind="expert") & Q(answered_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_request_per_kind",
            ),
            models.UniqueConstraint(
                fields=["item", "asked"],
                condition=Q(kind="expert", asked__isnull=False, answered_at__isnull=True, withdrawn_at__isnull=True),
                name="expert_asked_once",
            ),
            models.UniqueConstraint(
                fields=["item", "person", "unit"],
                condition=Q(kind="expert", asked__isnull=True, answered_at__isnull=True, withdrawn_at__isnull=True),
                name="outside_expert_asked_once",
            ),
            models.CheckConstraint(condition=Q(asked__isnull=True) | Q(person=""), name="request_names_one_person"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_why=""), name="withdrawn_request_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.who}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its answer."""
        return self.answered_at is None and self.withdrawn_at is None

    @property
    def who(self) -> str:
        """Who is asked, in words; empty for a legality review asked of whoever holds the role, and for the public."""
        if self.asked is not None:
            return self.asked.label
        return with_unit(self.person, self.unit)

    @property
    def named(self) -> dict[str, str]:
        """Who is asked as the log keeps it: ``who`` with ``who_en``, or with the ``unit`` of somebody from outside."""
        if self.asked is not None:
            return {"who": self.asked.display_name, "who_en": self.asked.display_name_en}
        return {"who": self.person, "unit": self.unit}


class RiskAssessment(models.Model):
    """The risk report on one version of the plan (国务院令713号 art. 22–24). "Cannot be controlled" blocks tabling (R8).

    ``versions`` maps the id of each plan tabled together, as a string, to the version assessed.
    """

    class Level(models.TextChoices):
        LOW = "low", _("低风险")
        MEDIUM = "medium", _("中风险")
        HIGH = "high", _("高风险")

    item = models.ForeignKey(Item, models.CASCADE, related_name="risk_assessments", verbose_name=_("议题"))
    request = models.OneToOneField(
        ReviewRequest, models.PROTECT, related_name="risk_assessment", verbose_name=_("征求")
    )
    plan_version = models.PositiveIntegerField(_("所评估的版本"))
    versions = models.JSONField(_("所评估的各方案"), default=dict)
    level = models.CharField(_("风险等级"), max_length=8, choices=Level)
    controllable = models.BooleanField(_("风险可控"))
    text = models.TextField(_("评估结论"))
    measures = models.TextField(_("防范和化解措施"), blank=True)
    material = models.ForeignKey(Material, models.PROTECT, null=True, related_name="+", verbose_name=_("评估报告"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提交人"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("风险评估")
        verbose_name_plural = _("风险评估")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.get_level_display()


class InterestCheck(models.Model):
    """Whether an expert has a direct interest in the matter; one who has is barred (R7, art. 20)."""

    request = models.OneToOneField(ReviewRequest, models.PROTECT, related_name="interest", verbose_name=_("征求"))
    interest = models.BooleanField(_("有直接利害关系"))
    note = models.TextField(_("核查情况"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("核查人"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("利害关系核查")
        verbose_name_plural = _("利害关系核查")

    def __str__(self) -> str:
        return self.note[:40]


class ExpertOpinion(models.Model):
    """A signed written opinion (R7). Whatever it says is kept; ``dissent`` marks one that does not share the plan's course.

    ``document_hash`` is over what was signed. An expert with an account signs it here, which is a signature by the system's
    key and no other (N7); one from outside has signed ``material`` by hand, and ``by`` entered it.
    """

    class Verdict(models.TextChoices):
        FEASIBLE = "feasible", _("可行")
        CONDITIONAL = "conditional", _("修改后可行")
        NOT_FEASIBLE = "not", _("不可行")

    item = models.ForeignKey(Item, models.CASCADE, related_name="expert_opinions", verbose_name=_("议题"))
    request = models.OneToOneField(ReviewRequest, models.PROTECT, related_name="expert_opinion", verbose_name=_("征求"))
    plan_version = models.PositiveIntegerField(_("所论证的版本"))
    verdict = models.CharField(_("结论"), max_length=12, choices=Verdict)
    text = models.TextField(_("论证意见"))
    dissent = models.TextField(_("不同意见"), blank=True)
    signed_name = models.CharField(_("签名"), max_length=80)
    document_hash = models.CharField(max_length=64)
    material = models.ForeignKey(Material, models.PROTECT, null=True, related_name="+", verbose_name=_("签名原件"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提交人"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("专家意见")
        verbose_name_plural = _("专家意见")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.signed_name


class PublicComment(models.Model):
    """A comment of the public, word for word; ``who`` may be empty for one without a name.

    ``digest`` is over who, text and day, so that one sent twice is one comment however long it is.
    """

    request = models.ForeignKey(ReviewRequest, models.PROTECT, related_name="comments", verbose_name=_("征求"))
    who = models.CharField(_("提出人"), max_length=80, blank=True)
    text = models.TextField(_("意见"))
    digest = models.CharField(max_length=64)
    received_on = models.DateField(_("收到日期"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人")
    )
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("公众意见")
        verbose_name_plural = _("公众意见")
        ordering = ["received_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["request", "digest"], name="public_comment_once")]

    def __str__(self) -> str:
        return self.text[:40]


class CommentAnswer(models.Model):
    """What was done with a comment of the public. A later answer takes the place of an earlier one; both are kept."""

    comment = models.ForeignKey(PublicComment, models.PROTECT, related_name="answers", verbose_name=_("公众意见"))
    answer = models.CharField(_("处理"), max_length=8, choices=Opinion.Answer)
    reply = models.TextField(_("理由"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("办理人"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("公众意见的处理")
        verbose_name_plural = _("公众意见的处理")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(answer__in=["partly", "not"]) | ~Q(reply=""), name="unadopted_comment_has_a_reason"
            )
        ]

    def __str__(self) -> str:
        return self.get_answer_display()


class Exploration(models.Model):
    """Leave to table an exploratory reform that the law says nothing clear about, its legal risk shown (R4, art. 25)."""

    item = models.OneToOneField(Item, models.PROTECT, related_name="exploration", verbose_name=_("议题"))
    basis = models.CharField(_("依据"), max_length=200)
    reason = models.TextField(_("理由"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("同意人"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("探索性改革事项")
        verbose_name_plural = _("探索性改革事项")

    def __str__(self) -> str:
        return self.basis

"""What an office sets up before the first item: kinds of matter, and the numbers its rules count with."""

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from decisions.rules import Rules


class RuleSet(models.Model):
    """One immutable version of the numbers that decide quorum and majority, per body.

    ``numbers`` is the JSON of `decisions.rules.Rules`: for each body quorum and passing as exact fractions (R13, R14,
    R15, R21) and whether a recusal lowers the seats due (R24); for all of them speak-last (R20) and its order.

    A published row is never changed, by anybody: a new rule is a new ``number``. The database refuses the rest.
    """

    code = models.SlugField(_("代码"), max_length=40)
    number = models.PositiveIntegerField(_("版本号"))
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    numbers = models.JSONField(_("各班子的数值"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("规则集")
        verbose_name_plural = _("规则集")
        ordering = ["code", "-number"]
        constraints = [models.UniqueConstraint(fields=["code", "number"], name="rule_set_version_once")]

    def __str__(self) -> str:
        return _("%(name)s 第 %(number)s 版") % {"name": self.label, "number": self.number}

    @property
    def rules(self) -> Rules:
        """The numbers as pure values."""
        return Rules.from_json(self.numbers)

    @property
    def label(self) -> str:
        """The name in the language of the reader."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class MatterType(models.Model):
    """A kind of matter. It selects form, checklist, threshold, flow and rule set (R1).

    ``checklist`` is a list of ``{"kind", "name", "name_en", "required"}``: the materials an item of this kind needs
    before it can be tabled (R3). The kinds ``plan``, ``legality``, ``risk``, ``expert`` and ``public`` are met by the plan,
    the legality review, the risk assessment, the expert opinions and the public comment period themselves, every other
    kind by an uploaded file of that kind. ``decision`` names the decision of a DMN table that chooses route, required
    materials and rule set for each item by its amount (`decisions.routing`); without one the fields here do.
    """

    PLAN = "plan"
    LEGALITY = "legality"

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=40)
    name_en = models.CharField(_("英文名称"), max_length=80, blank=True)
    short = models.CharField(_("简称"), max_length=12)
    short_en = models.CharField(_("英文简称"), max_length=24, blank=True)
    hint = models.CharField(_("范围"), max_length=80, blank=True)
    hint_en = models.CharField(_("英文范围"), max_length=160, blank=True)
    flow = models.SlugField(pgettext_lazy("one", "流程"), max_length=80)
    decision = models.SlugField(_("分级决策"), max_length=80, blank=True)
    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="matter_types", verbose_name=_("规则集"))
    needs_amount = models.BooleanField(_("填写金额"), default=False)
    needs_candidates = models.BooleanField(_("填写人选"), default=False)
    threshold = models.DecimalField(
        _("限额（万元）"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("超过限额的议题必须经联席会议表决。"),
    )
    checklist = models.JSONField(_("必备材料"), default=list)
    reports_up = models.BooleanField(
        _("须向上级报告"), default=False, help_text=_("决策作出后须按规定向上级报告（R34）。")
    )
    order = models.PositiveSmallIntegerField(_("次序"), default=0)
    active = models.BooleanField(_("启用"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("事项类型")
        verbose_name_plural = _("事项类型")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the reader."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

    @property
    def short_label(self) -> str:
        """The short name, as it stands beside an item, in the language of the reader."""
        return self.short_en if self.short_en and (get_language() or "").startswith("en") else self.short

    @property
    def hint_label(self) -> str:
        """What belongs to this kind, in the language of the reader."""
        return self.hint_en if self.hint_en and (get_language() or "").startswith("en") else self.hint

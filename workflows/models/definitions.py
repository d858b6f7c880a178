"""Flow definitions and their versions. A published version never changes: running cases are pinned to it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from workflows import names

KEY_VALIDATOR = RegexValidator(
    r"^[A-Za-z][A-Za-z0-9_]*$", _("请用英文字母开头，只含字母、数字和下划线，例如 joint_decision。")
)


class VersionStatus(models.TextChoices):
    """The life of a version: only a draft can be edited, only a published one starts cases, a retired one ends its own."""

    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已发布")
    RETIRED = "retired", _("已停用")


class DefinitionKind(models.TextChoices):
    """What a definition's files are: flows (BPMN), or decision tables that flows ask (DMN)."""

    FLOW = "flow", pgettext_lazy("one", "流程")
    DECISION = "decision", _("决策表")


class Definition(models.Model):
    """A flow the office knows by name, in any number of versions. `key` is what matter types and cases refer to."""

    key = models.CharField(_("代号"), max_length=80, unique=True, validators=[KEY_VALIDATOR])
    name = models.CharField(_("名称"), max_length=200)
    kind = models.CharField(_("类型"), max_length=10, choices=DefinitionKind.choices, default=DefinitionKind.FLOW)
    created = models.DateTimeField(_("建立时间"), auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = pgettext_lazy("one", "流程")
        verbose_name_plural = _("流程")
        ordering = ("key",)
        # The key is part of a Python class name whose first letter is capital.
        constraints = [models.UniqueConstraint(Lower("key"), name="workflows_one_definition_per_key")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name as the reader knows it."""
        return names.label(self.name)


class DefinitionVersion(models.Model):
    """One version of a flow: its BPMN file to the letter. Database triggers keep a published one as it is."""

    definition = models.ForeignKey(
        Definition, on_delete=models.PROTECT, related_name="versions", verbose_name=pgettext_lazy("one", "流程")
    )
    number = models.PositiveIntegerField(_("版本"))
    status = models.CharField(_("状态"), max_length=10, choices=VersionStatus.choices, default=VersionStatus.DRAFT)
    xml = models.TextField(_("BPMN 文件"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    process_id = models.CharField(_("流程元素"), max_length=250)
    # The ids others call this version by: its process, or every decision of a DMN file.
    provides = ArrayField(models.CharField(max_length=250), verbose_name=_("可供调用"), default=list, blank=True)
    # The messages and signals that start a case of it, as `workflows.post.address` writes them; known once it is published.
    starts = ArrayField(models.CharField(max_length=520), verbose_name=_("可由其发起"), default=list, blank=True)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    created = models.DateTimeField(_("建立时间"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("起草人")
    )
    published = models.DateTimeField(_("发布时间"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("发布人"),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("流程版本")
        verbose_name_plural = _("流程版本")
        ordering = ("definition", "-number")
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="workflows_one_number_per_definition"),
            models.UniqueConstraint(
                fields=["definition"],
                condition=models.Q(status=VersionStatus.DRAFT),
                name="workflows_one_draft_per_definition",
            ),
        ]
        indexes = [
            GinIndex(
                fields=["provides"],
                name="workflows_version_provides",
                condition=models.Q(status=VersionStatus.PUBLISHED),
            ),
            GinIndex(
                fields=["starts"],
                name="workflows_version_starts",
                condition=models.Q(status=VersionStatus.PUBLISHED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition} v{self.number}"

    @property
    def flow_name(self) -> str:
        """The name of the compiled viewflow class, with the version in it: ``Joint_decision_v3``."""
        from workflows.flows import flow_name

        return flow_name(self.definition.key, self.number)

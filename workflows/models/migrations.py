"""Moving running cases from one version of their flow to another: what was asked for, and what became of each case."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.cases import Case
from workflows.models.definitions import DefinitionVersion


class Migration(models.Model):
    """A decision to move cases: from which version to which, and which node becomes which (`mapping`: old id → new id)."""

    from_version = models.ForeignKey(
        DefinitionVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("原版本")
    )
    to_version = models.ForeignKey(
        DefinitionVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("新版本")
    )
    mapping = models.JSONField(_("对应关系"), default=dict)
    reason = models.CharField(_("迁移原因"), max_length=500)
    created = models.DateTimeField(_("建立时间"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人")
    )

    class Meta:
        verbose_name = _("流程迁移")
        verbose_name_plural = _("流程迁移")
        ordering = ("-created", "-id")

    def __str__(self) -> str:
        return f"{self.from_version} → {self.to_version}"


class MoveOutcome(models.TextChoices):
    """What became of one case of a migration."""

    PLANNED = "planned", _("待迁移")
    MOVED = "moved", _("已迁移")
    REFUSED = "refused", _("不能迁移")
    UNDONE = "undone", _("已撤销")


class MigratedCase(models.Model):
    """One case of a migration. `before` is what undoing restores, `seq` the log entry it was moved with."""

    migration = models.ForeignKey(Migration, on_delete=models.CASCADE, related_name="cases", verbose_name=_("流程迁移"))
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="migrations", verbose_name=_("流程实例"))
    outcome = models.CharField(_("结果"), max_length=10, choices=MoveOutcome.choices, default=MoveOutcome.PLANNED)
    reason = models.TextField(_("说明"), blank=True)
    before = models.JSONField(_("迁移前"), default=dict)
    seq = models.PositiveIntegerField(_("日志序号"), null=True, blank=True)
    done = models.DateTimeField(_("迁移时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("迁移的流程")
        verbose_name_plural = _("迁移的流程")
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["migration", "case"], name="workflows_one_move_per_migration")]

    def __str__(self) -> str:
        return f"{self.case}: {self.get_outcome_display()}"

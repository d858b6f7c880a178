"""What designers have under their hands: a flow that is being drawn, and the file of another tool a draft was made from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from workflows.models.definitions import KEY_VALIDATOR, DefinitionVersion


class Drawing(models.Model):
    """What one designer has drawn of one flow and not saved yet. Kept by itself while drawing, gone once saved or given up.

    `base` is the SHA-256 of the version it was begun on ("" for a flow nobody has saved yet), `sha256` that of `xml`: a second
    window of the same designer notices by it that it is not the last one that wrote.
    """

    key = models.CharField(_("代号"), max_length=80, validators=[KEY_VALIDATOR])
    name = models.CharField(_("名称"), max_length=200, blank=True)
    designer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("起草人")
    )
    xml = models.TextField(_("BPMN 文件"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    base = models.CharField(_("起草所依据的版本"), max_length=64, blank=True)
    saved_at = models.DateTimeField(_("保存时间"))

    class Meta:
        verbose_name = _("未保存的绘制")
        verbose_name_plural = _("未保存的绘制")
        ordering = ("-saved_at",)
        constraints = [
            models.UniqueConstraint("designer", Lower("key"), name="workflows_one_drawing_per_designer"),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.designer})"


class ImportedFile(models.Model):
    """A file of another modelling tool, to the letter, and what was made of it (`report`) when it became the draft `version`.

    `report` is what :func:`workflows.bpmn.importing.convert` said: `{"tool": …, "lines": [{"fate", "code", "element", "line",
    "params"}, …]}`. Never changed and never removed (database triggers).
    """

    version = models.ForeignKey(
        DefinitionVersion, on_delete=models.PROTECT, related_name="imports", verbose_name=_("流程版本")
    )
    file_name = models.CharField(_("文件名"), max_length=200, blank=True)
    original = models.TextField(_("原文件"))
    original_sha256 = models.CharField(_("原文件校验"), max_length=64)
    result_sha256 = models.CharField(_("转换结果校验"), max_length=64)
    report = models.JSONField(_("转换说明"), default=dict)
    imported_at = models.DateTimeField(_("导入时间"))
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("导入人")
    )

    class Meta:
        verbose_name = _("导入的流程文件")
        verbose_name_plural = _("导入的流程文件")
        ordering = ("-imported_at", "-id")

    def __str__(self) -> str:
        return f"{self.file_name} → {self.version}"

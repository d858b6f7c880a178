"""What is filled in at a step before and beside its completion: answers kept for later, and files."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.models.cases import CaseTask


class StepDraft(models.Model):
    """What somebody has filled in at an open step so far, to go on with later. Theirs alone; gone once the step is done.

    `answers` are raw, by field: a text, a list of texts, or a list of rows by column.
    """

    task = models.ForeignKey(CaseTask, on_delete=models.CASCADE, related_name="drafts", verbose_name=_("任务"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("填写人")
    )
    answers = models.JSONField(_("填写内容"), default=dict)
    note = models.CharField(_("办理说明"), max_length=1000, blank=True)
    saved = models.DateTimeField(_("保存时间"))

    class Meta:
        verbose_name = _("填写中的内容")
        verbose_name_plural = _("填写中的内容")
        constraints = [models.UniqueConstraint(fields=["task", "person"], name="workflows_one_draft_per_person")]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.person_id}"


class StepFile(models.Model):
    """A file somebody gave in answer to a field of a step. ``content_type`` is what its bytes are, ``sha256`` proves it later.

    Until the step is done it is its uploader's alone and can be taken off (`removed`); with the step it is handed in (`given`),
    and from then on neither row nor bytes change: the database holds it (N11). ``file`` stands outside the web root under a
    random name and is sent only by a view that asks the policy.
    """

    task = models.ForeignKey(CaseTask, on_delete=models.CASCADE, related_name="files", verbose_name=_("任务"))
    field = models.CharField(_("填报项"), max_length=200)
    name = models.CharField(_("文件名"), max_length=120)
    file = models.FileField(_("文件"), max_length=200)
    size = models.PositiveIntegerField(_("大小（字节）"))
    content_type = models.CharField(_("类型"), max_length=120)
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("上传人")
    )
    uploaded = models.DateTimeField(_("上传时间"))
    removed = models.DateTimeField(_("移除时间"), null=True, blank=True)
    given = models.DateTimeField(_("提交时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("环节附件")
        verbose_name_plural = _("环节附件")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["task", "field", "sha256", "uploaded_by"],
                condition=models.Q(removed__isnull=True),
                name="workflows_step_file_once",
            ),
            models.CheckConstraint(
                condition=models.Q(removed__isnull=True) | models.Q(given__isnull=True),
                name="workflows_file_given_stays",
            ),
        ]

    def __str__(self) -> str:
        return self.name

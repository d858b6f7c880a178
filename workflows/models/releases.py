"""The way of a version into force: asked for, approved by whoever may, and published on its day."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.models.definitions import DefinitionVersion


class ReleaseState(models.TextChoices):
    """How far a release is; `ASKED` and `APPROVED` are open, the others its end."""

    ASKED = "asked", _("待批准")
    APPROVED = "approved", _("待生效")
    DONE = "done", _("已生效")
    REFUSED = "refused", _("未批准")
    WITHDRAWN = "withdrawn", _("已撤回")
    FAILED = "failed", _("未能生效")


OPEN_STATES = (ReleaseState.ASKED, ReleaseState.APPROVED)


class Release(models.Model):
    """One wish to put a draft into force. While it is open the draft stays as it is: what is approved is what is published.

    `effective_on` is the day it begins (None: as soon as it is approved); on that day the worker publishes it. `answer` is why it
    was refused, or why it could not come into force after all.
    """

    version = models.ForeignKey(
        DefinitionVersion, on_delete=models.PROTECT, related_name="releases", verbose_name=_("流程版本")
    )
    effective_on = models.DateField(_("生效日期"), null=True, blank=True)
    note = models.CharField(_("发布说明"), max_length=500, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=ReleaseState.choices, default=ReleaseState.ASKED)
    asked = models.DateTimeField(_("提请时间"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("提请人")
    )
    answered = models.DateTimeField(_("批准时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("批准人"),
    )
    answer = models.TextField(_("答复"), blank=True)
    ended = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("发布申请")
        verbose_name_plural = _("发布申请")
        ordering = ("-asked", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(state__in=OPEN_STATES), name="workflows_one_open_release_per_version"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, ended__isnull=True)
                | Q(ended__isnull=False) & ~Q(state__in=OPEN_STATES),
                name="workflows_release_open_or_ended",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(ReleaseState.ASKED, ReleaseState.WITHDRAWN))
                | Q(answered__isnull=False, answered_by__isnull=False),
                name="workflows_release_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        """Still to be answered or to come into force."""
        return self.state in OPEN_STATES

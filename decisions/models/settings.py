"""A change of what the office decides by, put forward by one side and put in force by the other."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from permissions.models import Body


class SettingChange(models.Model):
    """One proposed change of a rule set or a matter type (R47: every number is versioned configuration).

    ``code`` names the rule set or the matter type; one that does not exist yet is to be made. ``values`` is what it shall be,
    ``base`` what it was when the change was put forward: by it a change that something has overtaken is found. What a
    secretary of one body puts forward, a secretary of another one confirms; nobody changes the rules alone.
    """

    class Kind(models.TextChoices):
        RULE_SET = "rule_set", _("规则集")
        MATTER_TYPE = "matter_type", _("事项类型")

    class Status(models.TextChoices):
        PENDING = "pending", _("待对方确认")
        CONFIRMED = "confirmed", _("已生效")
        REFUSED = "refused", _("未同意")
        WITHDRAWN = "withdrawn", _("已撤回")

    kind = models.CharField(_("对象"), max_length=12, choices=Kind)
    code = models.SlugField(_("代码"), max_length=40)
    values = models.JSONField(_("修改后"))
    base = models.JSONField(_("修改前"), default=dict)
    reason = models.CharField(_("修改理由"), max_length=200)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("提出方"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人")
    )
    proposed_at = models.DateTimeField(_("提出时间"))
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.PENDING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("确认人")
    )
    decided_at = models.DateTimeField(_("确认时间"), null=True)
    answer = models.CharField(_("答复"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("规则修改")
        verbose_name_plural = _("规则修改")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code"], condition=Q(status="pending"), name="one_pending_change_of_a_setting"
            ),
            models.CheckConstraint(
                condition=Q(status="pending", decided_at__isnull=True, decided_by__isnull=True)
                | ~Q(status="pending") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="decided_change_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed") | ~Q(decided_by=models.F("proposed_by")),
                name="nobody_confirms_their_own_change",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.code}"

    def get_absolute_url(self) -> str:
        return reverse("setting_change", args=[self.pk])

    @property
    def subject(self) -> str:
        """The name of the log chain of what is changed."""
        return f"setting:{self.kind}.{self.code}"

    @property
    def is_pending(self) -> bool:
        return self.status == self.Status.PENDING

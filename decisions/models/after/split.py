"""One body passed and the other did not: which way the item goes, and what the superior said (R42)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from decisions.models.items import Material
from decisions.models.sittings import AgendaEntry, SittingSeat


class SplitChoice(models.Model):
    """Which way one body's chair wants a split to go. Up to the superior it goes only if both say so; as soon as one
    wants joint planning, that is where it goes. ``seat`` is whose it was in the place of a recused chair (R24)."""

    class Route(models.TextChoices):
        PLAN = "plan", _("退回共谋")
        UP = "up", _("报上级裁定")

    entry = models.ForeignKey(AgendaEntry, models.PROTECT, related_name="split_choices", verbose_name=_("议程项"))
    body = models.ForeignKey("permissions.Body", models.PROTECT, related_name="+", verbose_name=_("班子"))
    route = models.CharField(_("去向"), max_length=8, choices=Route)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    seat = models.ForeignKey(SittingSeat, models.PROTECT, null=True, related_name="+", verbose_name=_("代行席位"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("办理人"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("分歧去向")
        verbose_name_plural = _("分歧去向")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "body"], name="split_choice_once")]

    def __str__(self) -> str:
        return f"{self.body}: {self.get_route_display()}"


class SuperiorRuling(models.Model):
    """What the superior answered on a split. It is no vote: it takes the place of the one that failed (R42).

    ``authority`` is who ruled, ``document`` the number of the paper it stands in, ``on`` its date; ``file`` is the paper.
    """

    class Answer(models.TextChoices):
        FOR = "for", _("同意实施")
        AGAINST = "against", _("不同意实施")
        BACK = "back", _("退回重新协商")

    entry = models.OneToOneField(AgendaEntry, models.PROTECT, related_name="ruling", verbose_name=_("议程项"))
    answer = models.CharField(_("裁定"), max_length=8, choices=Answer)
    authority = models.CharField(_("裁定机关"), max_length=80)
    document = models.CharField(_("文号"), max_length=80)
    on = models.DateField(_("裁定日期"))
    text = models.TextField(_("裁定内容"))
    file = models.ForeignKey(Material, models.PROTECT, null=True, related_name="+", verbose_name=_("文件"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("上级裁定")
        verbose_name_plural = _("上级裁定")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.authority}: {self.get_answer_display()}"

"""Recorded plays of a flow, which every new version of it must still pass, and simulations of many cases."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from workflows.models.definitions import Definition, DefinitionVersion


class FlowTest(models.Model):
    """A play of a flow that somebody recorded: what was done, and where each act led (`workflows.rehearsal`).

    `begins` is the moment the play's clock starts at, `acts` what `rehearsal.acts_to_json` writes: each act with what it led to.
    """

    definition = models.ForeignKey(
        Definition, on_delete=models.PROTECT, related_name="tests", verbose_name=pgettext_lazy("one", "流程")
    )
    name = models.CharField(_("测试名称"), max_length=120)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    begins = models.DateTimeField(_("演练开始时间"))
    acts = models.JSONField(_("步骤"), default=list)
    created = models.DateTimeField(_("建立时间"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("录制人")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("流程测试")
        verbose_name_plural = _("流程测试")
        ordering = ("definition", "name")
        constraints = [
            models.UniqueConstraint(fields=["definition", "name"], name="workflows_one_test_per_name"),
        ]

    def __str__(self) -> str:
        return self.name


class SimulationState(models.TextChoices):
    """How far a simulation is."""

    WAITING = "waiting", _("排队中")
    RUNNING = "running", _("正在模拟")
    DONE = "done", _("已完成")
    STOPPED = "stopped", _("已停止")
    FAILED = "failed", _("没有完成")


class Simulation(models.Model):
    """Many invented cases of one version, played by the worker (`workflows.simulation`).

    `scenario` is what was supposed, `result` what came of it, both as that package writes them; `done` counts the cases that have
    come in, of those the scenario asks for. `stop` is set by whoever does not want to wait any longer.
    """

    version = models.ForeignKey(
        DefinitionVersion, on_delete=models.PROTECT, related_name="simulations", verbose_name=_("流程版本")
    )
    # A draft goes on being edited: which content of it this is about.
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    scenario = models.JSONField(_("设定"), default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=SimulationState.choices, default=SimulationState.WAITING)
    done = models.PositiveIntegerField(_("已模拟件数"), default=0)
    total = models.PositiveIntegerField(_("件数"))
    stop = models.BooleanField(_("要求停止"), default=False)
    result = models.JSONField(_("结果"), null=True, blank=True)
    asked = models.DateTimeField(_("提交时间"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("提交人")
    )
    ended = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("流程模拟")
        verbose_name_plural = _("流程模拟")
        ordering = ("-asked", "-id")

    def __str__(self) -> str:
        return f"{self.version} #{self.pk}"

    @property
    def busy(self) -> bool:
        """Whether there is more to come of it."""
        return self.state in (SimulationState.WAITING, SimulationState.RUNNING)

"""Cases (flow instances) and their tasks, on viewflow's abstract bases.

The marking of a case is the engine's (:mod:`workflows.engine`); the task rows show it to people. Both change in the same
transaction, with the case row locked. Only :mod:`workflows.store` writes them.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from viewflow.workflow.models import AbstractProcess, AbstractTask
from viewflow.workflow.status import PROCESS, STATUS

from workflows import names
from workflows.models.definitions import DefinitionVersion

OPEN_STATUSES = (STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED, STATUS.SCHEDULED)


class Case(AbstractProcess):
    """One run of one version of a flow. `subject` says what it is about, e.g. ``item:12``; its log chain has that name."""

    version = models.ForeignKey(
        DefinitionVersion, on_delete=models.PROTECT, related_name="cases", verbose_name=_("流程版本")
    )
    version_sha256 = models.CharField(_("流程文件 SHA-256"), max_length=64)
    subject = models.CharField(_("事项"), max_length=80, blank=True)
    title = models.CharField(_("标题"), max_length=300, blank=True)
    variables = models.JSONField(_("变量"), default=dict)
    marking = models.JSONField(_("令牌"), default=dict)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("发起人")
    )
    dedupe_key = models.CharField(_("防重键"), max_length=120, null=True, unique=True)
    cancel_reason = models.CharField(_("终止原因"), max_length=500, blank=True)
    suspended = models.DateTimeField(_("暂停时间"), null=True, blank=True)
    suspend_reason = models.CharField(_("暂停原因"), max_length=500, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("上级流程")
    )
    parent_token = models.PositiveIntegerField(_("上级令牌"), null=True, blank=True)
    # What the case would take if it were sent now, as `workflows.post.address` writes it. Kept by the engine's runs.
    listens = ArrayField(models.CharField(max_length=520), verbose_name=_("等待的消息"), default=list, blank=True)
    # Whether anything of it ever went wrong. On the row itself: whoever has waited for its lock must not miss what was written
    # meanwhile, and a subquery beside the lock would show how things were before the wait.
    has_incidents = models.BooleanField(_("有过异常"), default=False, db_default=False)

    class Meta:
        verbose_name = _("流程实例")
        verbose_name_plural = _("流程实例")
        ordering = ("-created",)
        permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["subject"],
                condition=models.Q(status=PROCESS.NEW) & ~models.Q(subject=""),
                name="workflows_one_running_case_per_subject",
            ),
            models.UniqueConstraint(fields=["parent", "parent_token"], name="workflows_one_case_per_call"),
        ]
        indexes = [
            GinIndex(fields=["listens"], name="workflows_case_listens", condition=models.Q(status=PROCESS.NEW)),
        ]
        # viewflow adds "manage" to whatever it finds here when a Flow class is made; stating it keeps migrations quiet.
        default_permissions = ("add", "change", "delete", "view", "manage")

    def __str__(self) -> str:
        return self.title or f"#{self.pk}"

    @property
    def chain(self) -> str:
        """The name of this case's chain in the audit log."""
        return self.subject or f"case:{self.pk}"

    @property
    def is_running(self) -> bool:
        return self.status == PROCESS.NEW

    @property
    def moves(self) -> bool:
        """Running, and not suspended."""
        return self.is_running and self.suspended is None


class TaskKind(models.TextChoices):
    """What an open task waits for."""

    HUMAN = "human", _("待办")
    JOB = "job", _("后台作业")
    MESSAGE = "message", _("等待消息")
    SIGNAL = "signal", _("等待信号")
    TIMER = "timer", _("等待时间")
    CONDITION = "condition", _("等待条件")
    CALL = "call", _("等待子流程")
    DECISION = "decision", _("决策")


class CaseTask(AbstractTask):
    """One waiting (or once waiting) place of a case. `token_id` is the engine's token, `node` the BPMN element's id."""

    # The engine's trace in the log says what led to what; viewflow's many-to-many would cost a statement per task.
    previous = None
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="owned_tasks",
        verbose_name=_("领取人"),
    )
    process = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="task_set", verbose_name=_("流程实例"))
    token_id = models.PositiveIntegerField(_("令牌"))
    node = models.CharField(_("环节代号"), max_length=250)
    kind = models.CharField(_("类型"), max_length=10, choices=TaskKind.choices)
    name = models.CharField(_("环节"), max_length=300, blank=True)
    lane = models.CharField(_("泳道"), max_length=200, blank=True)
    form = models.CharField(_("表单"), max_length=120, blank=True)
    job_type = models.CharField(_("作业"), max_length=200, blank=True)
    message = models.CharField(_("消息"), max_length=200, blank=True)
    assignee = models.CharField(_("指定办理人"), max_length=200, blank=True)
    candidate_groups = ArrayField(models.CharField(max_length=200), verbose_name=_("候选角色"), default=list)
    candidate_users = ArrayField(models.CharField(max_length=200), verbose_name=_("候选人"), default=list)
    due = models.DateTimeField(_("办理期限"), null=True, blank=True)
    priority = models.IntegerField(_("优先级"), null=True, blank=True)
    locals = models.JSONField(_("局部变量"), default=dict)
    result = models.JSONField(_("办理结果"), default=dict)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="completed_tasks",
        verbose_name=_("办理人"),
    )

    # viewflow's `scheduled` is when whoever has an open task is next reminded of it, null where never (again).

    class Meta:
        verbose_name = _("任务")
        verbose_name_plural = _("任务")
        ordering = ("created", "id")
        permissions = (("complete_casetask", "Can complete task"),)
        constraints = [
            models.UniqueConstraint(fields=["process", "token_id"], name="workflows_one_task_per_token"),
        ]
        indexes = [
            models.Index(
                fields=["process", "node"],
                name="workflows_task_open",
                condition=models.Q(finished__isnull=True),
            ),
            models.Index(
                fields=["owner", "due"],
                name="workflows_task_owner_open",
                condition=models.Q(finished__isnull=True),
            ),
            GinIndex(
                fields=["candidate_groups"],
                name="workflows_task_was_asked",
                condition=models.Q(finished__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return names.label(self.name) or self.node

    @property
    def lane_label(self) -> str:
        """The name of the lane it stands in, as the reader knows it."""
        return names.label(self.lane)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES


class CaseTaskUserPermission(UserObjectPermissionBase):
    """A candidate person of an open task (django-guardian, direct foreign key). Rows go when the task closes."""

    content_object = models.ForeignKey(CaseTask, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = _("任务候选人")
        verbose_name_plural = _("任务候选人")


class CaseTaskGroupPermission(GroupObjectPermissionBase):
    """A candidate role of an open task (django-guardian, direct foreign key). Rows go when the task closes."""

    content_object = models.ForeignKey(CaseTask, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        verbose_name = _("任务候选角色")
        verbose_name_plural = _("任务候选角色")


class CaseTimer(models.Model):
    """A clock the engine has set: a timer event or boundary. `fired` is set in the transaction that moves the case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="timers", verbose_name=_("流程实例"))
    timer_id = models.PositiveIntegerField(_("时钟"))
    node = models.CharField(_("环节代号"), max_length=250)
    due = models.DateTimeField(_("到期时间"))
    fired = models.DateTimeField(_("触发时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("时钟")
        verbose_name_plural = _("时钟")
        ordering = ("due", "id")
        constraints = [models.UniqueConstraint(fields=["case", "timer_id"], name="workflows_one_timer_per_id")]
        indexes = [models.Index(fields=["due"], name="workflows_timer_due", condition=models.Q(fired__isnull=True))]

    def __str__(self) -> str:
        return f"{self.node} {self.due:%Y-%m-%d %H:%M}"

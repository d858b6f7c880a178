"""Packs as an office has them, and their records. What a pack and a kind of record say is their file (`workflows.packs`), kept to the
letter; whoever asks reads it with `workflows.packages`."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from permissions.models import Body
from workflows import names
from workflows.models.definitions import Definition

KEY_VALIDATOR = RegexValidator(
    r"^[a-z][a-z0-9_]{0,39}$", _("请用英文字母开头，只含小写字母、数字和下划线，例如 village_visits。")
)


class PackState(models.TextChoices):
    """Whether a pack works. Switched off nothing new begins and what runs goes on; taken out it is kept for its records' sake."""

    ON = "on", _("启用")
    OFF = "off", _("停用")
    REMOVED = "removed", _("已移除")


class Pack(models.Model):
    """A mechanism of the town as data. `manifest` is its ``pack.toml``, `texts` its translations by language, as they are now: what
    the office has changed since it came is in them. Its kinds of record and its flows have rows of their own."""

    key = models.CharField(_("代号"), max_length=40, unique=True, validators=[KEY_VALIDATOR])
    name = models.CharField(_("名称"), max_length=200)
    version = models.CharField(_("版本"), max_length=20)
    state = models.CharField(_("状态"), max_length=10, choices=PackState.choices, default=PackState.OFF)
    manifest = models.TextField(_("说明文件"))
    texts = models.JSONField(_("译文"), default=dict, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("业务包")
        verbose_name_plural = _("业务包")
        ordering = ("key",)

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name as the reader knows it."""
        return names.label(self.name)

    @property
    def chain(self) -> str:
        """The name of this pack's chain in the log."""
        return f"pack:{self.key}"


class PackInstall(models.Model):
    """What came in when a pack was installed or upgraded: its files to the letter (`files`: path → text). Never changed (database
    triggers); what the office changed since is told by comparing with it."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="installs", verbose_name=_("业务包"))
    version = models.CharField(_("版本"), max_length=20)
    files = models.JSONField(_("文件"))
    sha256 = models.CharField("SHA-256", max_length=64)
    installed_at = models.DateTimeField(_("安装时间"))
    installed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("安装人")
    )

    class Meta:
        verbose_name = _("业务包安装")
        verbose_name_plural = _("业务包安装")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.pack} {self.version}"


class PackFlow(models.Model):
    """Which flows and decisions came with a pack. Drawn further they stay its own, and leave with it."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="flows", verbose_name=_("业务包"))
    definition = models.OneToOneField(
        Definition, on_delete=models.PROTECT, related_name="of_pack", verbose_name=_("流程")
    )

    class Meta:
        verbose_name = _("业务包的流程")
        verbose_name_plural = _("业务包的流程")
        ordering = ("definition__key",)

    def __str__(self) -> str:
        return f"{self.pack}: {self.definition}"


class RecordKind(models.Model):
    """One kind of record: its file, as it is now. One that an upgrade leaves out is `retired`: its records stay to be read."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="kinds", verbose_name=_("业务包"))
    key = models.CharField(_("代号"), max_length=40, unique=True, validators=[KEY_VALIDATOR])
    name = models.CharField(_("名称"), max_length=200)
    text = models.TextField(_("说明文件"))
    retired = models.BooleanField(_("不再使用"), default=False)
    order = models.PositiveSmallIntegerField(_("次序"), default=0)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("记录种类")
        verbose_name_plural = _("记录种类")
        ordering = ("pack__key", "order", "key")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name as the reader knows it."""
        return names.label(self.name)


class Record(models.Model):
    """One record of a pack. `data` has the answers to the fields of its kind by key, as `workflows.feel.to_json` writes them.

    `year` and `nth` number it within its kind; `number` is that number as the office writes it and never changes. `title` is what the
    kind makes of the fields, kept for lists and search. `once` is the key of the form it came from: sent twice it is one record.
    """

    kind = models.ForeignKey(RecordKind, on_delete=models.PROTECT, related_name="records", verbose_name=_("种类"))
    year = models.PositiveSmallIntegerField(_("年度"))
    nth = models.PositiveIntegerField(_("序号"))
    number = models.CharField(_("编号"), max_length=100)
    title = models.CharField(_("名称"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=40)
    data = models.JSONField(_("内容"), default=dict)
    body = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("班子")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="records",
        verbose_name=_("登记人"),
    )
    created = models.DateTimeField(_("登记时间"))
    changed = models.DateTimeField(_("更新时间"))
    once = models.CharField(_("防重键"), max_length=80, null=True, unique=True)
    history = HistoricalRecords(excluded_fields=["once", "changed"])

    class Meta:
        verbose_name = _("记录")
        verbose_name_plural = _("记录")
        ordering = ("-created", "-id")
        constraints = [
            models.UniqueConstraint(fields=["kind", "year", "nth"], name="workflows_one_record_per_number"),
        ]
        indexes = [
            models.Index(fields=["kind", "state", "-id"], name="workflows_record_state"),
            models.Index(fields=["owner", "kind"], name="workflows_record_owner"),
            GinIndex(fields=["data"], opclasses=["jsonb_path_ops"], name="workflows_record_data"),
        ]

    def __str__(self) -> str:
        return self.title or self.number

    @property
    def chain(self) -> str:
        """The name of this record's chain in the log, and the subject of the cases about it."""
        return f"record:{self.pk}"


class RecordFile(models.Model):
    """A file given in answer to a field of a record. Until the record is sent it is its uploader's alone, under the form's `once`, and
    can be taken off; with the record it is handed in (`given`), and neither row nor bytes change any more (database triggers, N11)."""

    record = models.ForeignKey(
        Record, null=True, blank=True, on_delete=models.PROTECT, related_name="files", verbose_name=_("记录")
    )
    kind = models.ForeignKey(RecordKind, on_delete=models.PROTECT, related_name="+", verbose_name=_("种类"))
    once = models.CharField(_("防重键"), max_length=80)
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
    given = models.DateTimeField(_("提交时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("记录附件")
        verbose_name_plural = _("记录附件")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["once", "field", "sha256", "uploaded_by"], name="workflows_record_file_once"
            ),
            models.CheckConstraint(
                condition=models.Q(given__isnull=True) | models.Q(record__isnull=False),
                name="workflows_given_with_a_record",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RecordNotice(models.Model):
    """Something a record's kind tells somebody: shown among what is new until it is `read`. One of a sort per person and coming
    (`once`)."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="notices", verbose_name=_("记录"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="record_notices", verbose_name=_("收到人")
    )
    text = models.CharField(_("内容"), max_length=500)
    told = models.DateTimeField(_("通知时间"))
    read = models.DateTimeField(_("阅读时间"), null=True, blank=True)
    once = models.CharField(_("防重键"), max_length=120)

    class Meta:
        verbose_name = _("记录通知")
        verbose_name_plural = _("记录通知")
        ordering = ("-told", "-id")
        constraints = [
            models.UniqueConstraint(fields=["record", "person", "once"], name="workflows_told_once"),
        ]
        indexes = [
            models.Index(
                fields=["person", "-told"], condition=models.Q(read__isnull=True), name="workflows_notice_unread"
            ),
        ]

    def __str__(self) -> str:
        return self.text

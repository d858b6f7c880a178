"""The append-only log, the heads of its chains, and what is proven over all of them. Written by `permissions.audit` alone."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One thing somebody did. Rows are never changed: triggers refuse UPDATE, DELETE and TRUNCATE (N4, N9, N11).

    The table is partitioned by the year of `at` (in UTC); `permissions_auditevent_other` takes what has no year of its own.
    Every partition has these indexes, and a search stays fast at ten million entries when one of them leads it, newest first
    and by key, never by offset (``order_by("-at", "-id")`` and ``at``/``id`` of the last row seen):

    * one chain, by (`subject`, `seq`);
    * everything, or a stretch of time, by (`at`, `id`): bounds on `at` also leave other years unopened;
    * who: (`actor`, `at`);  what: (`verb`, `at`), by the whole verb or its beginning;  to what: (`target`, `at`).

    Nothing indexes the words in `data`: look there only within a chain, or in a stretch of time with a bound on the rows.
    """

    subject = models.CharField(_("链"), max_length=100)
    seq = models.PositiveBigIntegerField(_("序号"))
    at = models.DateTimeField(_("时间"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("操作人"),
        db_index=False,  # (actor, at) begins with it
    )
    actor_label = models.CharField(_("操作人岗位"), max_length=80, blank=True)
    verb = models.CharField(_("操作"), max_length=80)
    target = models.CharField(_("对象"), max_length=100, blank=True)
    data = models.JSONField(_("内容"), default=dict)
    previous_hash = models.CharField(_("上一条校验值"), max_length=64)
    hash = models.CharField(_("校验值"), max_length=64)
    algorithm = models.CharField(_("校验算法"), max_length=10, default="sha256", db_default="sha256")

    class Meta:
        verbose_name = _("台账记录")
        verbose_name_plural = _("台账记录")
        ordering = ["subject", "seq"]
        # A unique index over partitions has to hold what they are divided by. That no number is there twice in a chain at two
        # moments is what holding its head while writing makes sure of, and proving finds.
        constraints = [models.UniqueConstraint(name="audit_event_once", fields=["subject", "seq", "at"])]
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_event_latest"),
            models.Index(fields=["actor", "-at"], name="audit_event_actor"),
            models.Index(
                fields=["verb", "at"], name="audit_event_verb", opclasses=["varchar_pattern_ops", "timestamptz_ops"]
            ),
            models.Index(fields=["target", "at"], name="audit_event_target", condition=~models.Q(target="")),
        ]

    def __str__(self) -> str:
        return f"{self.subject}#{self.seq} {self.verb}"


class AuditHead(models.Model):
    """The last entry of each chain; its row is the lock under which the chain grows, and what shows a cut tail."""

    subject = models.CharField(_("链"), max_length=100, primary_key=True)
    seq = models.PositiveBigIntegerField(_("序号"))
    hash = models.CharField(_("校验值"), max_length=64)

    class Meta:
        verbose_name = _("台账链头")
        verbose_name_plural = _("台账链头")

    def __str__(self) -> str:
        return f"{self.subject}#{self.seq}"


class Checkpoint(models.Model):
    """What the whole log was at one moment: the Merkle root over the heads of all chains, signed by the installation (N7, N9).

    The signature is the *system's*: its key is held by the server. It shows that nothing was changed since, to whoever keeps
    the checkpoint; it does not speak for any person. Append-only. The exact form: docs/record.md.
    """

    number = models.PositiveBigIntegerField(_("序号"), primary_key=True)
    at = models.DateTimeField(_("时间"))
    algorithm = models.CharField(_("校验算法"), max_length=10)
    chains = models.PositiveBigIntegerField(_("链数"))
    events = models.PositiveBigIntegerField(_("记录数"))
    root = models.CharField(_("根校验值"), max_length=64)
    previous_hash = models.CharField(_("上一个检查点的校验值"), max_length=64)
    hash = models.CharField(_("校验值"), max_length=64)
    key = models.CharField(_("系统公钥"), max_length=64)
    signature = models.CharField(_("系统签名"), max_length=128)

    class Meta:
        verbose_name = _("台账检查点")
        verbose_name_plural = _("台账检查点")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"checkpoint:{self.number}"


class CheckpointHead(models.Model):
    """The head of one chain as a checkpoint found it, kept only where it had moved since the checkpoint before.

    The leaves of a checkpoint's tree are, for every chain, the latest of these up to it.
    """

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="heads", db_index=False)
    subject = models.CharField(_("链"), max_length=100)
    seq = models.PositiveBigIntegerField(_("序号"))
    hash = models.CharField(_("校验值"), max_length=64)

    class Meta:
        verbose_name = _("检查点中的链头")
        verbose_name_plural = _("检查点中的链头")
        ordering = ["checkpoint", "subject"]
        constraints = [models.UniqueConstraint(name="checkpoint_head_once", fields=["subject", "checkpoint"])]

    def __str__(self) -> str:
        return f"{self.subject}#{self.seq}"


class Anchor(models.Model):
    """The word of a time-stamping authority (RFC 3161) that a checkpoint was there at a moment. Append-only."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="anchors")
    at = models.DateTimeField(_("时间戳时间"))
    authority = models.CharField(_("时间戳机构"), max_length=500)
    token = models.BinaryField(_("时间戳"))

    class Meta:
        verbose_name = _("可信时间戳")
        verbose_name_plural = _("可信时间戳")
        ordering = ["checkpoint", "id"]

    def __str__(self) -> str:
        return f"checkpoint:{self.checkpoint_id} {self.at:%Y-%m-%d %H:%M}"

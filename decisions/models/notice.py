"""Notice of a sitting (R11), and who reads what of a confidential item (R40)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from decisions.models.items import Item, Material
from decisions.models.sittings.sitting import Sitting
from permissions.models import Body, Seat


class Notice(models.Model):
    """One sending of the notice of a sitting to all its seats; a renewed notice is another row, numbered on.

    ``content`` is what it fixed: time, place, host and the agenda with plan versions and materials by their digests
    (`decisions.selectors.notice.content_of`); ``content_hash`` is the SHA-256 over its canonical JSON. ``days`` is how many days
    ahead it went out, ``required`` how many the rule sets of the agenda ask for (R11); with fewer ``reason`` says why.
    """

    class Cause(models.TextChoices):
        FIRST = "first", _("首次通知")
        MOVED = "moved", _("时间或地点变更")
        AGENDA = "agenda", _("议程变更")
        PAPERS = "papers", _("材料变更")

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="notice_rows", verbose_name=_("联席会议"))
    number = models.PositiveSmallIntegerField(_("次数"))
    cause = models.CharField(_("事由"), max_length=8, choices=Cause)
    content = models.JSONField(_("内容"))
    content_hash = models.CharField(_("内容摘要"), max_length=64)
    days = models.PositiveSmallIntegerField(_("提前天数"))
    required = models.PositiveSmallIntegerField(_("应提前天数"))
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("发出人"))
    sent_at = models.DateTimeField(_("发出时间"))

    class Meta:
        verbose_name = _("会议通知")
        verbose_name_plural = _("会议通知")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["sitting", "number"], name="notice_number_once"),
            models.CheckConstraint(
                condition=Q(days__gte=models.F("required")) | ~Q(reason=""), name="short_notice_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return _("第 %(number)s 次通知") % {"number": self.number}

    @property
    def in_time(self) -> bool:
        """Whether it went out as many days ahead as the rules ask for (R11)."""
        return self.days >= self.required


class NoticeCopy(models.Model):
    """The notice as one seat got it: who held the seat then, and what was kept from them as confidential.

    ``withheld`` lists the item ids whose papers this seat was not sent (R40).
    """

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="copies", verbose_name=_("会议通知"))
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+", verbose_name=_("席位"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("班子"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="notice_copies", verbose_name=_("人员")
    )
    position = models.CharField(_("岗位"), max_length=80)
    position_en = models.CharField(_("英文岗位"), max_length=80, blank=True)
    voting = models.BooleanField(_("有表决权"))
    order = models.PositiveSmallIntegerField(_("次序"))
    withheld = models.JSONField(_("未发给的议题"), default=list)

    class Meta:
        verbose_name = _("通知送达")
        verbose_name_plural = _("通知送达")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["notice", "seat"], name="notice_copy_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The position in the language of the reader; Chinese where no English is given."""
        english = (get_language() or "").startswith("en")
        return self.position_en if english and self.position_en else self.position


class NoticeReceipt(models.Model):
    """A seat has confirmed that it read its copy."""

    copy = models.OneToOneField(NoticeCopy, models.PROTECT, related_name="receipt", verbose_name=_("通知送达"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("确认人"))
    at = models.DateTimeField(_("确认时间"))

    class Meta:
        verbose_name = _("已阅确认")
        verbose_name_plural = _("已阅确认")

    def __str__(self) -> str:
        return str(self.copy)


class NoticeReminder(models.Model):
    """A seat that had not confirmed was reminded on this day, once."""

    copy = models.ForeignKey(NoticeCopy, models.PROTECT, related_name="reminders", verbose_name=_("通知送达"))
    on = models.DateField(_("日期"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("阅知提醒")
        verbose_name_plural = _("阅知提醒")
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["copy", "on"], name="notice_reminder_once_a_day")]

    def __str__(self) -> str:
        return f"{self.copy}: {self.on}"


class AgendaChange(models.Model):
    """An item added to or taken off an agenda after its notice: an exception, asked for with a reason and decided by
    whoever presides (R11)."""

    class Kind(models.TextChoices):
        ADD = "add", _("增加议题")
        REMOVE = "remove", _("撤下议题")

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="agenda_changes", verbose_name=_("联席会议"))
    item = models.ForeignKey(Item, models.PROTECT, related_name="agenda_changes", verbose_name=_("议题"))
    kind = models.CharField(_("变更"), max_length=8, choices=Kind)
    reason = models.CharField(_("理由"), max_length=200)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人"))
    asked_at = models.DateTimeField(_("提出时间"))
    approved = models.BooleanField(_("同意"), null=True)
    words = models.CharField(_("批示"), max_length=200, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("批准人")
    )
    decided_at = models.DateTimeField(_("批准时间"), null=True)

    class Meta:
        verbose_name = _("议程变更")
        verbose_name_plural = _("议程变更")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "item"], condition=Q(approved__isnull=True), name="one_open_agenda_change_per_item"
            ),
            models.CheckConstraint(
                condition=Q(approved__isnull=True, decided_at__isnull=True)
                | Q(approved__isnull=False, decided_at__isnull=False, decided_by__isnull=False),
                name="decided_agenda_change_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.item}"


class ItemReader(models.Model):
    """Somebody named as a reader of a confidential item (R40). Taken off again the row stays and says when and why."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="readers", verbose_name=_("议题"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reads", verbose_name=_("知悉人员"))
    reason = models.CharField(_("理由"), max_length=200)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("确定人"))
    added_at = models.DateTimeField(_("确定时间"))
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("移出人")
    )
    removed_at = models.DateTimeField(_("移出时间"), null=True)
    removed_reason = models.CharField(_("移出的理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("知悉人员")
        verbose_name_plural = _("知悉人员")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "user"], condition=Q(removed_at__isnull=True), name="item_reader_once"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | ~Q(removed_reason=""), name="removed_reader_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class PaperView(models.Model):
    """Somebody opened a page or a file of an item. Append-only: who, what, when (R40).

    Of a confidential item every opening is kept; of any other the files, which says who opened the materials of a notice.
    ``page`` names the page or file (the address's name), ``words`` say which where there are several.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="views", verbose_name=_("议题"))
    material = models.ForeignKey(Material, models.PROTECT, null=True, related_name="+", verbose_name=_("材料"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("查阅人"))
    page = models.CharField(_("内容"), max_length=60)
    words = models.CharField(_("说明"), max_length=160, blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("查阅记录")
        verbose_name_plural = _("查阅记录")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["item", "user"], name="paper_view_by_reader")]

    def __str__(self) -> str:
        return f"{self.user}: {self.page}"

    #: What the addresses show, in words; one that is not listed is another page of the item.
    PAGES = {
        "item": _("议题页"),
        "item_history": _("历史与日志"),
        "material": _("材料"),
        "plan_edit": _("方案"),
        "minutes": _("纪要"),
        "ballot": _("表决页"),
        "sitting": _("会议页"),
        "sitting_room": _("会议页"),
        "readers": _("知悉人员"),
    }

    @property
    def what(self) -> str:
        """What was opened, in words."""
        return str(self.PAGES.get(self.page, _("议题的其他页面")))

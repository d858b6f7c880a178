"""Ballots, votes and resolutions: one of each per body, never added together (R42)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from decisions import rules
from decisions.models.sittings.agenda import AgendaEntry, Motion
from decisions.models.sittings.sitting import SittingSeat
from permissions.models import Body


class Ballot(models.Model):
    """One body's vote on one motion (R42). Who may vote, how many are due and what is needed are fixed when it opens.

    ``roster`` lists the voting seats of the body: ``{"seat": id, "principal": bool, "state": SeatState}``. ``paper``: a secret
    ballot on paper, counted by two people.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("表决中")
        CLOSED = "closed", _("已结束")

    class Method(models.TextChoices):
        NAMED = rules.Method.NAMED.value, _("记名表决")
        HANDS = rules.Method.HANDS.value, _("举手表决")
        VOICE = rules.Method.VOICE.value, _("口头表决")
        SECRET = rules.Method.SECRET.value, _("无记名投票")

    entry = models.ForeignKey(AgendaEntry, models.PROTECT, related_name="ballots", verbose_name=_("议程项"))
    motion = models.ForeignKey(Motion, models.PROTECT, related_name="ballots", verbose_name=_("表决事项"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("班子"))
    method = models.CharField(_("表决方式"), max_length=8, choices=Method, default=Method.NAMED)
    paper = models.BooleanField(_("纸质票"), default=False)
    status = models.CharField(_("状态"), max_length=8, choices=Status, default=Status.OPEN)
    roster = models.JSONField(_("名册"))
    due = models.PositiveSmallIntegerField(_("应到"))
    present = models.PositiveSmallIntegerField(_("实到"))
    quorum = models.PositiveSmallIntegerField(_("须到"))
    required = models.PositiveSmallIntegerField(_("须得票"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("开始人"))
    opened_at = models.DateTimeField(_("开始时间"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("结束人")
    )
    closed_at = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        verbose_name = _("表决")
        verbose_name_plural = _("表决")
        ordering = ["body__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["motion", "body"], name="one_ballot_per_motion_and_body"),
            models.UniqueConstraint(
                fields=["entry", "body"], condition=Q(status="open"), name="one_open_ballot_per_entry_and_body"
            ),
            models.CheckConstraint(condition=Q(present__gte=models.F("quorum")), name="ballot_has_a_quorum"),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True) | Q(status="closed", closed_at__isnull=False),
                name="closed_ballot_says_when",
            ),
            models.CheckConstraint(condition=Q(paper=False) | Q(method="secret"), name="paper_ballot_is_secret"),
        ]

    def __str__(self) -> str:
        return f"{self.motion} · {self.body}"

    def get_absolute_url(self) -> str:
        return reverse("ballot", args=[self.pk])

    @property
    def way(self) -> str:
        """How it is voted, in words."""
        return str(_("无记名投票（纸质票）")) if self.paper else self.get_method_display()

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def is_named(self) -> bool:
        """Whether each member votes on their own screen, under their name."""
        return self.method == self.Method.NAMED

    @property
    def is_secret(self) -> bool:
        return self.method == self.Method.SECRET

    @property
    def by_slip(self) -> bool:
        """Whether slips go into the box on the screen: a secret ballot that is not on paper."""
        return self.is_secret and not self.paper

    @property
    def by_sheet(self) -> bool:
        """Whether two people write down what was voted: by voice, by hands, on paper."""
        return self.paper or self.method in {self.Method.VOICE, self.Method.HANDS}


class Vote(models.Model):
    """What one seat voted, by name, voice or hands. A later cast replaces it while the ballot is open; after that nothing does.

    In an election ``picks`` holds the ids of the candidates approved; ``choice`` is then for, or abstain without any.

    ``casts`` holds every cast in order (``choice``, ``words``, ``at``, ``receipt``). While the ballot is open the log
    holds only a digest of each cast, so that reading the log shows no direction; closing writes the casts themselves
    down.
    """

    class Choice(models.TextChoices):
        FOR = rules.Choice.FOR.value, _("赞成")
        AGAINST = rules.Choice.AGAINST.value, _("反对")
        ABSTAIN = rules.Choice.ABSTAIN.value, _("弃权")

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="votes", verbose_name=_("表决"))
    seat = models.ForeignKey(SittingSeat, models.PROTECT, related_name="votes", verbose_name=_("会议席位"))
    choice = models.CharField(_("表决"), max_length=8, choices=Choice)
    picks = models.JSONField(_("所选人选"), default=list)
    words = models.TextField(_("意见"), blank=True)
    receipt = models.CharField(_("回执"), max_length=40, blank=True)
    cast_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("投票人"))
    cast_at = models.DateTimeField(_("投票时间"))
    casts = models.JSONField(_("历次投票"), default=list)

    class Meta:
        verbose_name = _("票")
        verbose_name_plural = _("票")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "seat"], name="one_vote_per_seat_and_ballot"),
            models.CheckConstraint(condition=Q(choice__in=["for", "against", "abstain"]), name="vote_is_a_choice"),
        ]

    def __str__(self) -> str:
        return self.receipt


class Resolution(models.Model):
    """One body's formal resolution on one motion, with its own count (R42). Never changed by anybody.

    ``spoilt``: paper votes that say nothing clear; they are in favour of nothing. Of an election ``tallies`` holds
    ``{"candidate", "votes", "fate"}`` (`rules.Fate`) for each who stood, ``in_favour`` how many approved anybody.
    """

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="resolutions", verbose_name=_("表决事项"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("班子"))
    due = models.PositiveSmallIntegerField(_("应到"))
    present = models.PositiveSmallIntegerField(_("实到"))
    in_favour = models.PositiveSmallIntegerField(_("赞成"))
    against = models.PositiveSmallIntegerField(_("反对"))
    abstained = models.PositiveSmallIntegerField(_("弃权"))
    not_voted = models.PositiveSmallIntegerField(_("未投"))
    spoilt = models.PositiveSmallIntegerField(_("废票"), default=0)
    absent = models.PositiveSmallIntegerField(_("缺席"))
    recused = models.PositiveSmallIntegerField(_("回避"))
    base_shrunk = models.BooleanField(_("应到因回避减少"))
    threshold = models.JSONField(_("通过条件"))
    required = models.PositiveSmallIntegerField(_("须得票"))
    passed = models.BooleanField(_("通过"))
    tallies = models.JSONField(_("得票"), default=list)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("决议")
        verbose_name_plural = _("决议")
        ordering = ["body__order", "pk"]
        constraints = [models.UniqueConstraint(fields=["motion", "body"], name="one_resolution_per_motion_and_body")]

    def __str__(self) -> str:
        return f"{self.motion} · {self.body}"

    @property
    def verdict(self) -> rules.Verdict:
        """The count as the rules know it, for its sentences and its proof."""
        return rules.Verdict(
            body=self.body.code,
            due=self.due,
            present=self.present,
            in_favour=self.in_favour,
            against=self.against,
            abstained=self.abstained,
            not_voted=self.not_voted,
            spoilt=self.spoilt,
            absent=self.absent,
            recused=self.recused,
            shrunk=self.base_shrunk,
            threshold=rules.Threshold.from_json(self.threshold),
            required=self.required,
            passed=self.passed,
        )

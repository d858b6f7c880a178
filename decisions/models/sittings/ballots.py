"""What ways of voting need beyond a named vote: secret ballots, records of voice and hands, paper, elections.

A secret choice is kept apart from its voter. `VoterMark` says that a seat has voted, `BallotBox` what the slips say; no column, no
order and no moment joins the two (docs/adr/0018-secret-ballots-are-two-things.md).
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from decisions.models.items import Candidate
from decisions.models.sittings.agenda import Motion
from decisions.models.sittings.sitting import SittingSeat
from decisions.models.sittings.voting import Ballot, Vote


class Runner(models.Model):
    """One of those who stand in an election (a motion with ``places``)."""

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="runners", verbose_name=_("表决事项"))
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="+", verbose_name=_("人选"))
    order = models.PositiveSmallIntegerField(_("次序"))

    class Meta:
        verbose_name = _("候选人")
        verbose_name_plural = _("候选人")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["motion", "candidate"], name="runner_once"),
            models.UniqueConstraint(fields=["motion", "order"], name="runner_order_once"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate.name}　{self.candidate.position}"


class VoterMark(models.Model):
    """That a seat has voted in a secret ballot; nothing else. Never changed."""

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="marks", verbose_name=_("表决"))
    seat = models.ForeignKey(SittingSeat, models.PROTECT, related_name="+", verbose_name=_("会议席位"))

    class Meta:
        verbose_name = _("投票登记")
        verbose_name_plural = _("投票登记")
        ordering = ["seat"]
        constraints = [models.UniqueConstraint(fields=["ballot", "seat"], name="one_mark_per_seat_and_ballot")]

    def __str__(self) -> str:
        return str(self.seat)


class BallotBox(models.Model):
    """All slips of a secret ballot in one row, in the order of their random receipts; written anew as a whole at each vote.

    ``slips``: ``[{"receipt": str, "choice": Choice, "picks": [candidate id]}]``. No constraint is declared on the columns: what
    PostgreSQL says of a row that breaks one would show the slips.
    """

    ballot = models.OneToOneField(Ballot, models.PROTECT, primary_key=True, related_name="box", verbose_name=_("表决"))
    slips = models.JSONField(_("选票"), default=list)

    class Meta:
        verbose_name = _("票箱")
        verbose_name_plural = _("票箱")

    def __str__(self) -> str:
        return str(self.ballot)


class BallotSheet(models.Model):
    """What one person wrote down of a vote by voice, by hands or on paper. Two people do so, each for themselves.

    ``content`` of voice and hands is ``{seat id: choice}``; of paper ``{"for", "against", "abstain", "spoilt", "unused": count}``, in
    an election ``{"votes": {candidate id: count}, "valid", "spoilt", "unused": count}``. Written again it is a new row; the last
    one of each person counts.
    """

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="sheets", verbose_name=_("表决"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    number = models.PositiveSmallIntegerField(_("次数"))
    content = models.JSONField(_("登记内容"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("计票登记")
        verbose_name_plural = _("计票登记")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["ballot", "by", "number"], name="sheet_number_once")]

    def __str__(self) -> str:
        return f"{self.ballot} · {self.by}"


class VoteCheck(models.Model):
    """A member says that what is recorded for their seat is right, or is not. Said again it is a new row; the last one counts."""

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="checks", verbose_name=_("表决"))
    seat = models.ForeignKey(SittingSeat, models.PROTECT, related_name="+", verbose_name=_("会议席位"))
    choice = models.CharField(_("登记的表决"), max_length=8, choices=Vote.Choice)
    right = models.BooleanField(_("无误"))
    words = models.CharField(_("说明"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("表决核对")
        verbose_name_plural = _("表决核对")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.seat)

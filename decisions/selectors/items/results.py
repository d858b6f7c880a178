"""What the sittings decided on an item: each body's count on its own, then the joint outcome."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from decisions import rules
from decisions.models import AgendaEntry, Item, Minutes, Motion, Resolution
from decisions.selectors import ballots as select


@dataclass(frozen=True, slots=True)
class Vote:
    """One motion with each body's resolution and the sentences that say it: one of a vote, one per person of an election."""

    motion: Motion
    counts: tuple[tuple[Resolution, tuple[str, ...]], ...]
    elected: str = ""

    @property
    def words(self) -> str:
        """What came of it: whom all bodies elected, or the outcome's name."""
        if self.motion.places is None or not self.motion.outcome:
            return self.motion.get_outcome_display()
        return _("当选：%(names)s") % {"names": self.elected} if self.elected else _("没有人选当选")


@dataclass(frozen=True, slots=True)
class Deliberation:
    """One time the item was before a sitting; without votes while it is still on the agenda, or when it was deferred."""

    entry: AgendaEntry
    votes: tuple[Vote, ...]
    url: str
    minutes_url: str = ""

    @property
    def announced(self) -> bool:
        return self.entry.stage == AgendaEntry.Stage.ANNOUNCED

    @property
    def words(self) -> str:
        """The outcome in a sentence, with where the item goes from there."""
        elected = _("、").join(vote.elected for vote in self.votes if vote.elected)
        if elected:
            return _("当选：%(names)s。") % {"names": elected}
        return (
            {
                AgendaEntry.Outcome.PASSED: _("两个班子都通过。"),
                AgendaEntry.Outcome.REJECTED: _("没有通过，退回共谋。"),
                AgendaEntry.Outcome.SPLIT: _("双方有分歧，由双方班长商定去向。"),
                AgendaEntry.Outcome.DEFERRED: _("暂缓，重新列入议程。"),
                AgendaEntry.Outcome.AMENDED: _("两个班子都通过修改后的方案。"),
                AgendaEntry.Outcome.REDISCUSS: _("再议，退回共谋。"),
            }.get(AgendaEntry.Outcome(self.entry.outcome), "")
            if self.entry.outcome
            else ""
        )


def deliberations(item: Item) -> list[Deliberation]:
    """Every time the item was put on an agenda, newest first. Four statements at most, and two for each election."""
    entries = list(
        AgendaEntry.objects.filter(item=item)
        .select_related("sitting__host__body")
        .prefetch_related("motions__resolutions__body")
        .order_by("-pk")
    )
    minutes = dict(Minutes.objects.filter(entry__in=entries).values_list("entry", "pk")) if entries else {}
    return [
        Deliberation(
            entry,
            tuple(_vote(motion) for motion in entry.motions.all()),
            reverse("sitting", args=[entry.sitting_id]),
            reverse("minutes", args=[minutes[entry.pk]]) if entry.pk in minutes else "",
        )
        for entry in entries
    ]


def _vote(motion: Motion) -> Vote:
    say = rules.explain_en if (get_language() or "").startswith("en") else rules.explain_zh
    if motion.places is None:
        return Vote(motion, tuple((row, (say(row.verdict),)) for row in motion.resolutions.all()))
    told = tuple(
        (row, tuple(f"{one.name}\N{EM SPACE}{one.sentence}" for one in select.fates(row)))
        for row in motion.resolutions.all()
    )
    return Vote(motion, told, select.elected(motion))

"""Votes nobody has cast, for those who rehearse a flow: counted by the house's own rules, with the sentences of a real sitting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Count
from django.utils.translation import gettext as _

from decisions import rules
from decisions.models import AgendaEntry, MatterType
from decisions.selectors.room.results import in_language
from decisions.selectors.settings import current_rule_sets, rule_set
from permissions.models import Body, Seat
from workflows.handlers import VotingBody
from workflows.rehearsal import Counted, Votes


class SampleBallots:
    """How both bodies vote on an item in a sitting (`workflows.handlers.Ballots`)."""

    def bodies(self) -> Sequence[VotingBody]:
        """Every body, with its voting seats of today."""
        seats = Seat.objects.in_force().filter(voting=True).order_by().values_list("body").annotate(Count("pk"))
        due = dict(seats)
        return [VotingBody(body.code, body.label, due.get(body.pk, 0)) for body in Body.objects.order_by("order", "pk")]

    def rules(self, flow: str) -> Sequence[tuple[str, str]]:
        """The rule sets in force; first the one of the matter type that goes by this flow."""
        usual = (
            MatterType.objects.filter(flow=flow, active=True).order_by("pk").values_list("rule_set__code", flat=True)
        )
        first = usual.first() or "ordinary"
        found = sorted(current_rule_sets(), key=lambda one: (one.code != first, one.code))
        return [(one.code, one.label) for one in found]

    def count(self, rule: str, votes: Mapping[str, Votes]) -> Counted | None:
        """The votes, counted (R21, R42) after the quorum (R13, R14); what the announcement of a result would bring the flow."""
        numbers = rule_set(rule)
        if numbers is None:
            return None
        names = {body.code: body.label for body in Body.objects.filter(code__in=votes)}
        if names.keys() != votes.keys():
            return None
        try:
            found = rules.sampled({body: rules.Sample(*one) for body, one in votes.items()}, numbers.rules)
        except (KeyError, ValueError):
            return None
        return Counted({"outcome": found.outcome.value, "result": found.outcome.value}, tuple(_sentences(found, names)))


def _sentences(found: rules.Sampled, names: Mapping[str, str]) -> list[str]:
    if not found.verdicts:
        told = [(one.body, in_language(rules.quorum_zh, rules.quorum_en, one)) for one in found.quorums]
    else:
        told = [(one.body, in_language(rules.explain_zh, rules.explain_en, one)) for one in found.verdicts]
    said = [_("%(body)s：%(sentence)s") % {"body": names[body], "sentence": sentence} for body, sentence in told]
    return [*said, _("联合结果：%(outcome)s") % {"outcome": AgendaEntry.Outcome(found.outcome.value).label}]

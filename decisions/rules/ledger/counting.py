"""R15, R21–R23, R41–R44: the counts, worked out again from their figures by arithmetic of their own.

Two faults of another system in the field are what these look for: "more than half" that passes at exactly half, and a base of
those present in the place of those due.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from decisions.rules.ledger.common import FAILED, HELD, NA, OPEN, at_ballots, at_entry, find
from decisions.rules.ledger.facts import Count, Facts
from decisions.rules.ledger.shapes import Finding, Said, said
from decisions.rules.tally import Outcome
from decisions.rules.thresholds import Threshold


def meets(share: Threshold, count: int, base: int) -> bool:
    """Whether ``count`` of ``base`` meets ``share``, by exact fractions: independent of the arithmetic that decided."""
    if base <= 0 or count <= 0:
        return False
    part, asked = Fraction(count, base), Fraction(share.num, share.den)
    return part > asked if share.strict else part >= asked


def _unvoted(facts: Facts, rule: int) -> Finding:
    over = facts.entry.over
    return find(rule, NA if over else OPEN, said("ended_before_vote" if over else "in_the_sitting"))


def _figures(counts: Sequence[Count]) -> dict[str, object]:
    return {
        "ballots": [
            {
                "ballot": one.ballot,
                "body": one.code,
                "roster": one.roster,
                "due": one.due,
                "in_favour": one.in_favour,
                "needed": one.required,
                "share": one.share,
                "passed": one.passed,
            }
            for one in counts
        ]
    }


def _proof(one: Count) -> Said:
    return said("count", body=one.body, votes=one.in_favour, due=one.due, needed=one.required)


def _last(facts: Facts) -> list[Count]:
    closed = facts.votes.closed
    return [one for one in closed if one.motion == closed[-1].motion] if closed else []


def r15(facts: Facts) -> Finding:
    """At least includes the number, more than excludes it: what was needed and who passed, exactly."""
    counts = facts.votes.closed
    if not counts:
        return _unvoted(facts, 15)
    wrong = [one for one in counts if one.share is None or not _exact(one, one.share)]
    words = tuple(_proof(one) for one in (wrong or _last(facts)))
    return find(15, FAILED if wrong else HELD, *words, inputs=_figures(counts), evidence=at_ballots(facts))


def _exact(one: Count, share: Threshold) -> bool:
    votes = one.in_favour or 0
    if one.elected_votes is not None:
        return all(meets(share, each, one.due) for each in one.elected_votes)
    fits = meets(share, one.required, one.due) and not (one.required > 1 and meets(share, one.required - 1, one.due))
    return (fits or one.due == 0) and one.passed == meets(share, votes, one.due)


def r21(facts: Facts) -> Finding:
    """Passing: votes for exceed the share of all seats due, not of those present."""
    counts = facts.votes.closed
    if not counts:
        return _unvoted(facts, 21)
    wrong = [one for one in counts if one.due != one.roster - one.shrunk or not _over(one)]
    words = tuple(_proof(one) for one in (wrong or _last(facts)))
    return find(21, FAILED if wrong else HELD, *words, inputs=_figures(counts), evidence=at_ballots(facts))


def _over(one: Count) -> bool:
    """What passed had its share of the whole roster due, and what failed had not."""
    share = one.share
    if one.elected_votes is not None:
        return share is not None and all(meets(share, each, one.roster - one.shrunk) for each in one.elected_votes)
    return share is not None and one.passed == meets(share, one.in_favour or 0, one.roster - one.shrunk)


def r22(facts: Facts) -> Finding:
    """An absent member's opinion is recorded, never counted; no proxy votes."""
    strangers = sum(one.strangers for one in facts.votes.counts)
    proxies = sum(one.proxies for one in facts.votes.counts)
    written = facts.entry.written_opinions
    inputs = {"written": written, "votes_of_absent": strangers, "proxies": proxies}
    if strangers or proxies:
        words = said("proxies", absent=strangers, proxies=proxies)
        return find(22, FAILED, words, inputs=inputs, evidence=at_ballots(facts))
    if not facts.votes.counts:
        return _unvoted(facts, 22)
    return find(22, HELD, said("no_proxies", written=written), inputs=inputs, evidence=at_ballots(facts))


def r23(facts: Facts) -> Finding:
    """The method is one the rule set allows, and it is recorded."""
    counts = facts.votes.counts
    if not counts:
        return _unvoted(facts, 23)
    methods = sorted({one.method for one in counts})
    wrong = [one for one in counts if not one.method or (one.methods_allowed and one.method not in one.methods_allowed)]
    words = said("methods", methods=[{"method": one} for one in methods])
    return find(23, FAILED if wrong else HELD, words, inputs={"methods": methods}, evidence=at_ballots(facts))


def r41(facts: Facts) -> Finding:
    """Elected or appointed: both bodies vote by the same rule set."""
    agenda = facts.agenda
    if agenda.opened is None or not agenda.rules_frozen:
        return find(41, OPEN, said("in_the_sitting"))
    words = said("same_rules", rules=facts.matter.rule_set, number=facts.matter.rule_number)
    inputs = {"rule_set": facts.matter.rule_set, "version": facts.matter.rule_number}
    return find(41, HELD, words, inputs=inputs, evidence=at_entry(facts), when=agenda.opened)


def r42(facts: Facts) -> Finding:
    """Two rosters, two quorums, two tallies: passed only if both pass; a split has its own route."""
    votes = facts.votes
    if not votes.counts:
        return _unvoted(facts, 42)
    outcomes = {}
    wrong = []
    for motion in votes.motions:
        counts = votes.of(motion.id)
        if not counts:
            continue
        codes = sorted(one.code for one in counts)
        by_body = {one.code: one.passed for one in counts}
        outcomes[str(motion.id)] = by_body
        if codes != sorted(votes.bodies) or not _agrees(motion.outcome, list(by_body.values())):
            wrong.append(motion)
    inputs = {"bodies": list(votes.bodies), "motions": outcomes}
    evidence = at_ballots(facts)
    if wrong:
        return find(
            42, FAILED, said("against_votes", motions=[one.text for one in wrong]), inputs=inputs, evidence=evidence
        )
    if facts.entry.outcome is Outcome.SPLIT:
        route = facts.after.ruled or facts.after.chosen_route
        words = said("split_route", route=route) if route is not None else said("split_waits")
        return find(42, HELD, said("split"), words, inputs=inputs, evidence=evidence)
    if not facts.entry.over:
        return find(42, OPEN, said("not_announced"), inputs=inputs, evidence=evidence)
    return find(42, HELD, said("each_by_itself", count=len(votes.bodies)), inputs=inputs, evidence=evidence)


def _agrees(outcome: Outcome | None, passed: Sequence[bool | None]) -> bool:
    """Whether a motion ended as its bodies voted: what has no outcome yet, or ended without its votes, agrees."""
    if outcome is None or outcome in {Outcome.DEFERRED, Outcome.LAPSED, Outcome.REDISCUSS}:
        return True
    if any(one is None for one in passed):
        return False
    if outcome in {Outcome.PASSED, Outcome.AMENDED}:
        return all(passed)
    return any(passed) and not all(passed) if outcome is Outcome.SPLIT else not any(passed)


def r43(facts: Facts) -> Finding:
    """Who holds two seats casts one ballot per seat; configuration can bar it."""
    people = facts.entry.two_seats
    barred = sum(one.barred_votes for one in facts.votes.counts)
    inputs = {"people": people, "barred": facts.entry.two_seats_barred, "votes_in_barred_seats": barred}
    if barred:
        return find(43, FAILED, said("barred_votes", count=barred), inputs=inputs, evidence=at_ballots(facts))
    if facts.agenda.opened is None:
        return find(43, OPEN, said("in_the_sitting"))
    if not people:
        return find(43, NA, said("no_two_seats"), inputs=inputs)
    key = "two_seats_barred" if facts.entry.two_seats_barred else "two_seats"
    return find(43, HELD, said(key, count=people), inputs=inputs, evidence=at_entry(facts))


def r44(facts: Facts) -> Finding:
    """Either body may invoke its stricter rule."""
    bodies = facts.entry.stricter
    if bodies:
        words = said("stricter", bodies=list(bodies))
        return find(44, HELD, words, inputs={"bodies": list(bodies)}, evidence=at_entry(facts))
    if facts.entry.voting_reached:
        return find(44, NA, said("not_stricter"))
    return find(44, OPEN, said("in_the_sitting"))

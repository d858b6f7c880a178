"""What came of a motion: both counts with their sentences, and the joint outcome in words."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from decisions import rules
from decisions.models import AgendaEntry, Motion, Resolution, SittingSeat, Vote
from decisions.selectors import ballots as select
from decisions.selectors.room.bodies import ballot_of
from decisions.selectors.room.shapes import BodyResult, Result, Row
from permissions.models import Body


def in_language(zh: Any, en: Any, value: Any) -> str:
    """A sentence of the rules in the reader's language."""
    said: str = (en if (get_language() or "").startswith("en") else zh)(value)
    return said


def _detail_zh(verdict: rules.Verdict) -> str:
    return rules.others_zh(verdict) + rules.proof_zh(verdict)


def _detail_en(verdict: rules.Verdict) -> str:
    return f"{rules.others_en(verdict)} {rules.proof_en(verdict)}".strip()


def result_of(entry: AgendaEntry, motion: Motion, seats: list[SittingSeat], *, full: bool) -> Result:
    bodies = []
    for found in motion.resolutions.all():
        verdict = found.verdict
        bodies.append(
            BodyResult(
                body=found.body,
                found=found,
                sentence=in_language(rules.explain_zh, rules.explain_en, verdict),
                detail=in_language(_detail_zh, _detail_en, verdict),
                votes=_vote_rows(motion, found.body, seats) if full else [],
                **_apart(motion, found),
            )
        )
    title, words = _joint_words(entry, motion, bodies)
    return Result(motion, motion.outcome, title, words, bodies)


def _apart(motion: Motion, found: Resolution) -> dict[str, Any]:
    """What a secret vote or an election shows beside the count: how each person fared, the list of slips, what it may reveal."""
    ballot = ballot_of(motion, found.body)
    secret = ballot is not None and not ballot.is_open and ballot.is_secret
    return {
        "tallies": select.fates(found),
        "reveals": secret and ballot is not None and select.revealing(ballot),
        "slips_of": ballot.pk if secret and ballot is not None and ballot.by_slip else 0,
    }


def _joint_words(entry: AgendaEntry, motion: Motion, bodies: list[BodyResult]) -> tuple[str, str]:
    told = {
        "version": entry.plan_version or "",
        "passed": _("、").join(row.body.label for row in bodies if row.found.passed),
        "failed": _("、").join(row.body.label for row in bodies if not row.found.passed),
        "person": motion.text,
        "reason": entry.reason,
    }
    if motion.outcome == Motion.Outcome.LAPSED:
        return _("%(person)s：不再表决") % told, str(entry.reason)
    if motion.places is not None and motion.outcome != AgendaEntry.Outcome.DEFERRED:
        return _election_words(motion)
    if motion.amendment_id is not None:
        return _amended(motion, told)
    if motion.outcome == AgendaEntry.Outcome.DEFERRED:
        return _("暂缓"), _("%(reason)s。议题回到列入议程这一步。") % told
    if motion.outcome == AgendaEntry.Outcome.PASSED:
        if motion.candidate_id:
            return _("%(person)s：通过") % told, _("两个班子分别达到所需票数。")
        return _("联合表决：通过"), _("两个班子分别达到所需票数，方案（第 %(version)s 版）形成联合决定。") % told
    if motion.outcome == AgendaEntry.Outcome.SPLIT:
        title = _("%(person)s：两个班子意见不一致") % told if motion.candidate_id else _("两个班子意见不一致")
        words = _("%(passed)s通过，%(failed)s未通过。") % told
        return title, words + (
            "" if motion.candidate_id else _("联合表决不通过，由两位班长商定：退回共谋，或者报上级裁定。")
        )
    title = _("%(person)s：未通过") % told if motion.candidate_id else _("联合表决：未通过")
    return title, _("两个班子均未达到所需票数。") + ("" if motion.candidate_id else _("议题退回共谋。"))


def _election_words(motion: Motion) -> tuple[str, str]:
    """Whom both bodies elected, and what becomes of the places that are left."""
    names = select.elected(motion, select.names(motion))
    again = hasattr(motion, "runoff")
    title = _("当选：%(names)s") % {"names": names} if names else _("没有人选当选")
    left = (motion.places or 0) - len(motion.elected)
    words = _("两个班子都选出的人选才当选。")
    if again:
        return title, words + _("票数相同，还有 %(count)s 个名额另行投票。") % {"count": left}
    return title, words + (_("还缺 %(count)s 名。") % {"count": left} if left else "")


def _amended(motion: Motion, told: dict[str, Any]) -> tuple[str, str]:
    """What came of an amendment, and what follows from it (R29)."""
    if motion.outcome != Motion.Outcome.PASSED or motion.amendment is None:
        return _("%(person)s：未通过") % told, _("方案按原文付表决。")
    if motion.amendment.applied_version is not None:
        version = {"version": motion.amendment.applied_version}
        return _("%(person)s：通过") % told, _("文字修改已写入方案第 %(version)s 版，接着表决修改后的方案。") % version
    return _("%(person)s：通过") % told, _("方案的实质内容有改变，议题退回共谋再议（R29）。")


_CHOICE_ICONS = {Vote.Choice.FOR: "check-lg", Vote.Choice.AGAINST: "x-lg", Vote.Choice.ABSTAIN: "dash-lg"}


def _vote_rows(motion: Motion, body: Body, seats: list[SittingSeat]) -> list[Row]:
    ballot = ballot_of(motion, body)
    if ballot is None or ballot.is_open or ballot.is_secret:
        return []
    states = {row["seat"]: row["state"] for row in ballot.roster}
    votes = {vote.seat_id: vote for vote in Vote.objects.filter(ballot=ballot)}
    people = select.standing(motion) if motion.places is not None else {}
    rows = []
    for seat in seats:
        if seat.pk not in states:
            continue
        vote = votes.get(seat.pk)
        if vote is not None:
            why = _("“%(words)s”") % {"words": vote.words} if vote.words else ""
            picked = _("、").join(people[one] for one in vote.picks if one in people)
            word = picked or vote.get_choice_display()
            rows.append(Row(seat, _CHOICE_ICONS[Vote.Choice(vote.choice)], word, why=why))
        elif states[seat.pk] == rules.SeatState.RECUSED:
            rows.append(Row(seat, "person-dash", _("回避"), mode="off"))
        elif states[seat.pk] == rules.SeatState.PRESENT:
            rows.append(Row(seat, "circle", _("未投")))
        else:
            opinion = seat.attendance.opinion
            why = _("书面意见“%(words)s”，记录在案，不计票") % {"words": opinion} if opinion else ""
            rows.append(Row(seat, "person-x", _("缺席"), why=why, mode="off"))
    return rows

"""The rules of preparation, computed as if the item went to a sitting now: fails first, then what holds."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from decisions import routing, rules, stages
from decisions.models import Ballot, Confirmation, Item, LegalityReview, Opinion
from decisions.selectors.plans import plans_of, reviewed_version
from decisions.selectors.requirements import Requirement, requirements
from permissions.look import when_words
from permissions.models import Body, Seat
from workflows.models import CaseTask


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule and how it stands: `state` is ``bad``, ``warn``, ``ok`` or ``na``; `detail` says since or until when."""

    rule: str
    state: str
    title: str
    detail: str

    @property
    def word(self) -> str:
        """符合, 不符合, …"""
        return {"bad": _("不符合"), "warn": _("将到期"), "ok": _("符合"), "na": _("会上核算")}[self.state]


_ORDER = {"bad": 0, "warn": 1, "ok": 2, "na": 3}


def rule_check(item: Item, needs: Sequence[Requirement] | None = None) -> list[Finding]:
    """All findings on an item, exceptions first. `needs`: its requirements, where the caller has them already."""
    found = [
        *_threshold(item),
        *_prepared(requirements(item) if needs is None else needs),
        _opinions(item),
        _confirmed(item),
        *_quorum(item),
    ]
    return sorted(found, key=lambda finding: _ORDER[finding.state])


def passing_sentence(item: Item) -> str:
    """洪林镇党委 9 席须 5 票，且示范区党组 7 席须 4 票: what it takes to pass, from the seats of today (R21, R42)."""
    parts = []
    for body, due in _due():
        needed = rules.required(routing.rule_set_of(item).rules.body(body.code).passing, due)
        parts.append(_("%(body)s %(due)s 席须 %(needed)s 票") % {"body": body.label, "due": due, "needed": needed})
    return _("，且").join(parts)


def review_outdated(item: Item) -> bool:
    """Whether a plan that stands changed in substance after the newest legality review, or came after it (R9); a review
    still going on takes the rest (R29)."""
    going_on = CaseTask.objects.filter(process=item.case_id, form=stages.LEGALITY, finished__isnull=True)
    if item.case_id is None or going_on.exists():
        return False
    review = LegalityReview.objects.filter(item=item).first()
    return review is not None and any(
        reviewed_version(review, plan) < plan.substantive_version for plan in plans_of(item)
    )


def _due() -> list[tuple[Body, int]]:
    counts: dict[int, int] = {}
    for seat in Seat.objects.in_force().voting():
        counts[seat.body_id] = counts.get(seat.body_id, 0) + 1
    return [(body, counts.get(body.pk, 0)) for body in Body.objects.all()]


def _threshold(item: Item) -> list[Finding]:
    limit = item.matter_type.threshold
    if limit is None or item.amount is None:
        return []
    figures = {"amount": money(item.amount), "limit": money(limit)}
    if item.over_threshold:
        title = _("%(amount)s 万元，超过 %(limit)s 万元限额") % figures
        return [Finding("R2", "ok", title, _("必须经联席会议表决，不能用会签代替"))]
    title = _("%(amount)s 万元，未超过 %(limit)s 万元限额") % figures
    return [Finding("R2", "ok", title, _("仍按本流程经联席会议表决"))]


def _prepared(needs: Sequence[Requirement]) -> list[Finding]:
    """What is asked for before tabling (R3–R8), the materials in one line."""
    missing = [need.title for need in needs if need.blocks and need.rule in {"R3", "R6", "R7", "R8"}]
    title = _("必备材料齐全")
    if missing:
        found = [Finding("R3", "bad", title, _("缺%(names)s") % {"names": _("、").join(missing)})]
    else:
        found = [Finding("R3", "ok", title, _("清单上的材料都已齐备"))]
    states = {"met": "ok", "waived": "ok"}
    return found + [
        Finding(need.rule, states.get(need.state, "bad"), need.title, need.detail)
        for need in needs
        if need.rule not in {"R1", "R3"} and need.state != "na" and (need.blocks or need.state in states)
    ]


def _opinions(item: Item) -> Finding:
    title = _("会前意见均已答复")
    answers = list(Opinion.objects.filter(item=item).values_list("answer", flat=True))
    waiting = sum(1 for answer in answers if not answer)
    if waiting:
        return Finding("R10", "bad", title, _("还有 %(count)s 条意见没有答复") % {"count": waiting})
    if not answers:
        return Finding("R10", "ok", title, _("没有收到意见"))
    return Finding("R10", "ok", title, _("%(count)s 条意见都有答复") % {"count": len(answers)})


def _confirmed(item: Item) -> Finding:
    title = _("双方已确认共提")
    rows = list(Confirmation.objects.filter(item=item, round=item.round, confirmed=True).select_related("body"))
    done = {row.body_id for row in rows}
    absent = [body.label for body in Body.objects.all() if body.pk not in done]
    if absent:
        return Finding("R12", "bad", title, _("等%(names)s确认共提") % {"names": _("、").join(absent)})
    return Finding("R12", "ok", title, when_words(max(row.at for row in rows)))


def _quorum(item: Item) -> list[Finding]:
    numbers = routing.rule_set_of(item).rules
    parts, shares = [], []
    for body, due in _due():
        quorum = numbers.body(body.code).quorum
        shares.append(_share(quorum))
        needed = rules.required(quorum, due)
        parts.append(_("%(body)s须到 %(needed)s / %(due)s") % {"body": body.label, "needed": needed, "due": due})
    rule = "R14" if item.matter_type.needs_candidates else "R13"
    title = _("到会人数达到%(share)s") % {"share": _("、").join(dict.fromkeys(shares))}
    if counted := _counted(item):
        return [Finding(rule, "ok", title, _("；").join(counted))]
    return [Finding(rule, "na", title, _("，").join(parts))] if parts else []


def _counted(item: Item) -> list[str]:
    """What the last ballots on the item counted, body by body; empty before a vote. No vote opens without its quorum."""
    last = Ballot.objects.filter(entry__item=item).order_by("-pk").values_list("motion", flat=True).first()
    return [
        _("%(body)s实到 %(present)s / %(due)s，须到 %(needed)s")
        % {"body": ballot.body.label, "present": ballot.present, "due": ballot.due, "needed": ballot.quorum}
        for ballot in Ballot.objects.filter(motion=last).select_related("body").order_by("body__order")
    ]


def _share(threshold: rules.Threshold) -> str:
    return rules.share_en(threshold) if (get_language() or "").startswith("en") else rules.share_zh(threshold)


def money(amount: object) -> str:
    """An amount without needless zeros: 280, 12.5."""
    text = f"{amount:f}" if hasattr(amount, "as_tuple") else str(amount)
    return text.rstrip("0").rstrip(".") if "." in text else text

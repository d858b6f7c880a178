"""What an item needs before it can be tabled (R1–R8): what is there, what is missing, who owes it, and since when.

Computed as if the item went to a sitting now. Nothing is written here, and nothing here is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from decisions import routing, stages, workdays
from decisions.models import (
    ExpertOpinion,
    Exploration,
    Item,
    LegalityReview,
    Material,
    MatterType,
    ReviewRequest,
    RiskAssessment,
)
from decisions.selectors.plans import opinions_outdated, plans_of, reviewed_version
from permissions.look import day_words, when_words
from workflows import clock
from workflows.models import CaseTask

#: States that stand against tabling where the requirement is one.
OPEN = frozenset({"missing", "waiting", "failed"})


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing an item needs.

    ``rule`` (R3 …), ``kind`` (``plan``, ``legality``, ``period``, ``risk``, ``expert``, ``public``, ``amount``, or the kind of a
    file), ``state`` (``met``, ``missing``: nobody was asked or nothing is there; ``waiting``: asked for and not there yet;
    ``failed``; ``waived``; ``na``). ``owner`` says who owes it, ``since`` from when, ``due`` until when; ``url`` is where it
    is done. ``blocks`` says whether the item cannot be tabled as it stands.
    """

    rule: str
    kind: str
    state: str
    title: str
    detail: str
    owner: str = ""
    since: datetime | None = None
    due: date | None = None
    url: str = ""
    blocks: bool = False

    @property
    def overdue(self) -> bool:
        """Whether its last day has passed."""
        return self.state in OPEN and self.due is not None and self.due < timezone.localdate(clock.now())

    @property
    def word(self) -> str:
        """已具备, 缺少, …"""
        return {
            "met": _("已具备"),
            "missing": _("缺少"),
            "waiting": _("办理中"),
            "failed": _("不符合"),
            "waived": _("准予例外"),
            "na": _("不适用"),
        }[self.state]

    @property
    def colour(self) -> str:
        """The kind of tag that shows its state."""
        return {"met": "ok", "missing": "bad", "waiting": "warn", "failed": "bad", "waived": "act", "na": "plain"}[
            self.state
        ]

    @property
    def mark(self) -> str:
        """The symbol that shows its state."""
        return {
            "met": "check-lg",
            "missing": "exclamation-lg",
            "waiting": "hourglass-split",
            "failed": "x-lg",
            "waived": "shield-check",
            "na": "circle",
        }[self.state]


def requirements(item: Item) -> list[Requirement]:
    """Everything the item needs by its matter type and routing, in the order it is prepared. What was decided in an emergency is
    ratified on what the few had before them: nothing else is asked for (R26)."""
    if item.purpose == Item.Purpose.RATIFY:
        return []
    facts = _Facts(item)
    kinds = {entry["kind"]: entry for entry in routing.entries(item)}
    found = [*_amount(facts)]
    for kind, entry in kinds.items():
        need = _ASKED.get(kind, _file)(facts, kind, _name(entry))
        if entry["required"] or need.state not in {"missing", "na"}:
            found.append(_blocking(need, bool(entry["required"])))
    if MatterType.LEGALITY in kinds:
        found.append(_period(facts))
    if opinions_outdated(item):
        found.append(_opinions(facts))
    return found


def tabling_blocks(item: Item) -> list[Requirement]:
    """What stands against putting the item on an agenda, each with who owes it and since when; empty when nothing does.

    That both sides have confirmed and opinions are closed is the flow's own condition for getting that far.
    """
    return [need for need in requirements(item) if need.blocks]


class _Facts:
    """What several requirements ask about, read once."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.url = reverse("reviews", args=[item.pk])
        self.plans = plans_of(item)
        self.plan = self.plans[0] if self.plans else None
        rows = ReviewRequest.objects.filter(item=item, withdrawn_at__isnull=True).select_related("asked")
        self.requests: dict[str, list[ReviewRequest]] = {}
        for row in rows.order_by("requested_at", "pk"):
            self.requests.setdefault(row.kind, []).append(row)
        self.files = set(
            Material.objects.filter(item=item, removed_at__isnull=True).values_list("kind", flat=True).distinct()
        )
        self.since = item.submitted_at or item.created_at
        self.writers = _("提出人%(who)s") % {"who": item.proposer.label}

    def open_request(self, kind: str) -> ReviewRequest | None:
        return next((row for row in reversed(self.requests.get(kind, [])) if row.is_open), None)

    def changed_since_review(self, review: LegalityReview) -> bool:
        return any(plan.substantive_version > reviewed_version(review, plan) for plan in self.plans)

    def changed_since_assessment(self, risk: RiskAssessment) -> bool:
        return any(plan.substantive_version > int(risk.versions.get(str(plan.pk), 0)) for plan in self.plans)


def _blocking(need: Requirement, required: bool) -> Requirement:
    return replace(need, blocks=required and need.state in OPEN)


def _name(entry: dict[str, str]) -> str:
    english = (get_language() or "").startswith("en")
    return str(entry.get("name_en") if english and entry.get("name_en") else entry["name"])


def _owed(name: str, owner: str, since: datetime) -> str:
    return _("缺%(name)s，由%(owner)s办理，%(since)s起") % {"name": name, "owner": owner, "since": when_words(since)}


def _waits(name: str, row: ReviewRequest, owner: str) -> str:
    facts = {"name": name, "owner": owner, "since": when_words(row.requested_at), "due": day_words(row.due)}
    if row.due < timezone.localdate(clock.now()):
        return _("%(name)s已逾期：由%(owner)s办理，%(since)s送请，应在%(due)s前办结") % facts
    return _("等%(name)s：由%(owner)s办理，%(since)s送请，%(due)s前办结") % facts


def _amount(facts: _Facts) -> list[Requirement]:
    item = facts.item
    if not item.routing:
        return []
    held = [rule for table in item.routing.get("rules", []) for rule in table.get("rules", [])]
    title = _("办理路径已经确定")
    detail = _("按“%(name)s”第 %(version)s 版，适用第 %(rules)s 条") % {
        "name": item.routing.get("name", ""),
        "version": item.routing.get("version", ""),
        "rules": _("、").join(str(rule) for rule in held) or "—",
    }
    if item.over_threshold:
        detail += _("；只有联席会议表决才能办结（R2）")
    return [Requirement("R1", "amount", "met", title, detail, since=facts.since)]


def _plan(facts: _Facts, kind: str, name: str) -> Requirement:
    if facts.plan is not None:
        detail = _("第 %(version)s 版，%(at)s") % {
            "version": facts.plan.version,
            "at": when_words(facts.plan.saved_at),
        }
        return Requirement("R3", kind, "met", name, detail, since=facts.plan.saved_at)
    owner = _("双方提议人")
    return Requirement("R3", kind, "missing", name, _owed(name, owner, facts.since), owner, facts.since)


def _file(facts: _Facts, kind: str, name: str) -> Requirement:
    url = reverse("item", args=[facts.item.pk]) + "#mats"
    if kind in facts.files:
        return Requirement("R3", kind, "met", name, _("已上传"), url=url)
    owed = _owed(name, facts.writers, facts.since)
    return Requirement("R3", kind, "missing", name, owed, facts.writers, facts.since, url=url)


def _legality(facts: _Facts, kind: str, name: str) -> Requirement:
    legal = _("法律顾问")
    asked = facts.open_request(ReviewRequest.Kind.LEGALITY)
    if asked is not None:
        owner = asked.who or legal
        return Requirement(
            "R4", kind, "waiting", name, _waits(name, asked, owner), owner, asked.requested_at, asked.due, facts.url
        )
    review = facts.item.newest_review
    if review is None:
        owed = _owed(name, facts.writers, facts.since)
        return Requirement("R4", kind, "missing", name, owed, facts.writers, facts.since, url=facts.url)
    said = {"version": review.plan_version, "at": when_words(review.at)}
    if facts.changed_since_review(review) and not _being_reviewed(facts.item):
        detail = _("审查的是第 %(version)s 版，之后有实质性修改，须重新审查（R29）") % said
        return Requirement("R4", kind, "failed", name, detail, legal, _changed_at(facts), url=facts.url)
    if review.ok:
        detail = _("第 %(version)s 版通过，%(at)s") % said
        return Requirement("R4", kind, "met", name, detail, since=review.at, url=facts.url)
    leave = Exploration.objects.filter(item=facts.item).select_related("by").first()
    if leave is not None and review.risks:
        detail = _("探索性改革事项，%(who)s同意明示法律风险后上会：%(risks)s") % {
            "who": leave.by.label,
            "risks": review.risks,
        }
        return Requirement("R4", kind, "waived", name, detail, leave.by.label, leave.at, url=facts.url)
    detail = _("第 %(version)s 版没有通过合法性审查，%(at)s") % said
    return Requirement("R4", kind, "failed", name, detail, _("方案编写人"), review.at, url=facts.url)


def _being_reviewed(item: Item) -> bool:
    """Whether a legality review is still going on: it takes the changes made meanwhile (R29)."""
    tasks = CaseTask.objects.filter(process=item.case_id, form=stages.LEGALITY, finished__isnull=True)
    return item.case_id is not None and tasks.exists()


def _changed_at(facts: _Facts) -> datetime:
    """When a plan was last changed: by then at the latest its substance was another."""
    return max((plan.saved_at for plan in facts.plans), default=facts.since)


def _period(facts: _Facts) -> Requirement:
    """At least so many working days for the legality review, counted from the day after it was asked for (R5)."""
    title = _("合法性审查时间")
    rows = facts.requests.get(ReviewRequest.Kind.LEGALITY, [])
    needed = routing.rule_set_of(facts.item).rules.periods.legality_working_days
    if not rows:
        return Requirement("R5", "period", "na", title, _("还没有送请审查"))
    row = rows[-1]
    given = workdays.working_days_between(timezone.localdate(row.requested_at), row.due)
    detail = _("%(since)s送请，%(due)s前，共 %(given)s 个工作日，不少于 %(needed)s 个") % {
        "since": when_words(row.requested_at),
        "due": day_words(row.due),
        "given": given,
        "needed": needed,
    }
    state = "met" if given >= needed else "failed"
    return Requirement(
        "R5",
        "period",
        state,
        title,
        detail,
        row.who or _("法律顾问"),
        row.requested_at,
        row.due,
        facts.url,
        state == "failed",
    )


def _opinions(facts: _Facts) -> Requirement:
    """Opinions were asked on what the plans no longer say in substance (R29)."""
    title = _("实质性修改后重新征求意见")
    detail = _("征求意见后方案有实质性修改，须退回编制，重新征求意见")
    url = reverse("planning", args=[facts.item.pk])
    owner = _("双方秘书")
    return Requirement("R29", "opinions", "failed", title, detail, owner, _changed_at(facts), url=url, blocks=True)


def _risk(facts: _Facts, kind: str, name: str) -> Requirement:
    asked = facts.open_request(ReviewRequest.Kind.RISK)
    last = RiskAssessment.objects.filter(item=facts.item).select_related("by").first()
    if asked is not None:
        return Requirement(
            "R8",
            kind,
            "waiting",
            name,
            _waits(name, asked, asked.who),
            asked.who,
            asked.requested_at,
            asked.due,
            facts.url,
        )
    secretaries = _("双方秘书")
    if last is None:
        owed = _owed(name, secretaries, facts.since)
        return Requirement("R8", kind, "missing", name, owed, secretaries, facts.since, url=facts.url)
    said = {"version": last.plan_version, "at": when_words(last.at), "level": last.get_level_display()}
    if facts.changed_since_assessment(last):
        detail = _("评估的是第 %(version)s 版，之后有实质性修改，须重新评估（R29）") % said
        return Requirement("R8", kind, "failed", name, detail, secretaries, _changed_at(facts), url=facts.url)
    if not last.controllable:
        detail = _("第 %(version)s 版风险不可控，%(at)s。方案作实质性修改并重新评估后才能上会（R8）") % said
        return Requirement("R8", kind, "failed", name, detail, _("方案编写人"), last.at, url=facts.url)
    detail = _("第 %(version)s 版，%(level)s，风险可控，%(at)s") % said
    return Requirement("R8", kind, "met", name, detail, since=last.at, url=facts.url)


def _expert(facts: _Facts, kind: str, name: str) -> Requirement:
    secretaries = _("双方秘书")
    waiting = [row for row in facts.requests.get(ReviewRequest.Kind.EXPERT, []) if row.is_open]
    if waiting:
        row = min(waiting, key=lambda one: (one.due, one.pk))
        owner = _("、").join(one.who for one in waiting)
        detail = _waits(name, row, owner)
        return Requirement("R7", kind, "waiting", name, detail, owner, row.requested_at, row.due, facts.url)
    opinions = list(ExpertOpinion.objects.filter(item=facts.item))
    if not opinions:
        owed = _owed(name, secretaries, facts.since)
        return Requirement("R7", kind, "missing", name, owed, secretaries, facts.since, url=facts.url)
    parts = [_("%(count)s 份签名意见") % {"count": len(opinions)}]
    for value, label in ExpertOpinion.Verdict.choices:
        if count := sum(one.verdict == value for one in opinions):
            parts.append(f"{label} {count}")
    if count := sum(bool(one.dissent) for one in opinions):
        parts.append(_("有不同意见 %(count)s 份") % {"count": count})
    return Requirement("R7", kind, "met", name, _("，").join(parts), since=opinions[-1].at, url=facts.url)


def _public(facts: _Facts, kind: str, name: str) -> Requirement:
    secretaries = _("双方秘书")
    rows = facts.requests.get(ReviewRequest.Kind.PUBLIC, [])
    if not rows:
        owed = _owed(name, secretaries, facts.since)
        return Requirement("R6", kind, "missing", name, owed, secretaries, facts.since, url=facts.url)
    row = rows[-1]
    # The day it was published is not counted (民法典 art. 201).
    days = (row.due - row.opens_on).days if row.opens_on else 0
    needed = routing.rule_set_of(facts.item).rules.periods.comment_days
    if row.is_open:
        over = row.due < timezone.localdate(clock.now())
        open_ones = row.comments.filter(answers__isnull=True).count()
        if over:
            detail = _("公开征求意见已到期，%(count)s 条还没有处理，等%(owner)s办结") % {
                "count": open_ones,
                "owner": secretaries,
            }
        else:
            detail = _("正在公开征求意见，%(due)s截止") % {"due": day_words(row.due)}
        return Requirement("R6", kind, "waiting", name, detail, secretaries, row.requested_at, row.due, facts.url)
    facts_of = {"days": days, "needed": needed, "count": row.comments.count(), "why": row.shortened}
    if days >= needed:
        detail = _("公开征求意见 %(days)s 日，收到 %(count)s 条，都已处理") % facts_of
        return Requirement("R6", kind, "met", name, detail, since=row.answered_at, url=facts.url)
    if row.shortened:
        detail = (
            _("公开征求意见 %(days)s 日，少于 %(needed)s 日，理由已公布：%(why)s；收到 %(count)s 条，都已处理")
            % facts_of
        )
        return Requirement("R6", kind, "met", name, detail, since=row.answered_at, url=facts.url)
    detail = _("公开征求意见 %(days)s 日，少于 %(needed)s 日，没有公布理由") % facts_of
    return Requirement("R6", kind, "failed", name, detail, secretaries, row.requested_at, row.due, facts.url)


_ASKED = {
    MatterType.PLAN: _plan,
    MatterType.LEGALITY: _legality,
    ReviewRequest.Kind.RISK.value: _risk,
    ReviewRequest.Kind.EXPERT.value: _expert,
    ReviewRequest.Kind.PUBLIC.value: _public,
}

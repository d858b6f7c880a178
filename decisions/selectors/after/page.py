"""What the pages show of what follows a vote on one item, and what the reader can do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from decisions.models import (
    Acceptance,
    AgendaEntry,
    EmergencyDecider,
    EmergencyDecision,
    EmergencyReport,
    Evaluation,
    ExecutionTask,
    Item,
    Milestone,
    Minutes,
    ProgressReport,
    Publication,
    Reconsideration,
    SuperiorReport,
    Suspension,
)
from decisions.policies.decided import carried, decided, last_announced
from decisions.selectors.after.duties import Duty, duties
from decisions.selectors.after.split import Split, split_of
from permissions.models import Body, User
from permissions.policies import may, visible, visible_if_any
from permissions.selectors import sides_of
from workflows import clock


@dataclass(frozen=True, slots=True)
class Link:
    """A button: what it says, where it leads; `why` where it cannot be done now."""

    label: str
    url: str
    why: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution as its page shows it."""

    row: ExecutionTask | None
    milestones: list[tuple[Milestone, bool]] = field(default_factory=list)
    reports: list[ProgressReport] = field(default_factory=list)
    acceptances: list[Acceptance] = field(default_factory=list)
    suspension: Suspension | None = None
    links: list[Link] = field(default_factory=list)
    may_finish: bool = False
    may_move: bool = False
    late: bool = False
    sides: Any = None

    @property
    def state(self) -> tuple[str, str, str]:
        """Colour, icon and word of its tag."""
        if self.row is None:
            return "plain", "circle", _("尚未交办")
        if self.row.stopped_at is not None:
            return "plain", "pause-fill", _("已停止")
        if self.row.finished_at is not None:
            return "ok", "check-lg", _("已完成")
        if self.suspension is not None:
            return "warn", "pause-fill", _("已中止")
        if self.row.claimed_at is not None:
            return "act", "hourglass-split", _("待验收")
        return ("bad", "exclamation-circle-fill", _("已逾期")) if self.late else ("act", "clock-fill", _("执行中"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A reconsideration: for each body how many agree, how many must, and who; ``result`` is the item that came of it, where the
    reader may know of it."""

    row: Reconsideration
    result: Item | None
    bodies: list[tuple[Body, int, int, int, list[str]]]
    may_support: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Emergency:
    """An emergency with its steps in time."""

    row: EmergencyDecision
    deciders: list[EmergencyDecider]
    reports: list[EmergencyReport]
    steps: list[tuple[str, datetime | None, datetime | None, bool]]
    outcome: str
    links: list[Link]

    @property
    def state(self) -> tuple[str, str, str]:
        """Colour, icon and word of its tag."""
        if self.row.closed_at is not None:
            return "plain", "circle", _("已撤销")
        if self.row.decided_at is None:
            return "act", "hourglass-split", _("待决定")
        if self.outcome == "ratified":
            return "ok", "check-lg", _("已追认")
        if self.outcome == "unratified":
            return "bad", "x-lg", _("未获追认")
        late = any(overdue for _name, _at, _due, overdue in self.steps)
        return ("bad", "exclamation-circle-fill", _("报告逾期")) if late else ("warn", "clock-fill", _("待追认"))


@dataclass(frozen=True, slots=True)
class After:
    """The section 决策之后 of an item's page; empty (falsy) where nothing of it applies. ``origin`` and ``successors`` are the items it
    came from and that came of it, as far as the reader may know of them (R40)."""

    decided: bool
    split: Split | None
    publication: Publication | None
    reports: list[SuperiorReport]
    execution: Execution
    reconsideration: Reconsideration | None
    evaluations: list[Evaluation]
    emergency: EmergencyDecision | None
    origin: Item | None
    successors: list[Item]
    duties: list[Duty]
    links: list[Link]

    def __bool__(self) -> bool:
        rows = (self.split, self.publication, self.execution.row, self.emergency, self.origin, self.successors)
        return self.decided or any(rows)


def after_of(item: Item, user: User) -> After:
    """What follows the vote on one item, and what this user can do about it."""
    origin = visible(user, Item.objects.filter(pk=item.origin_id)).first() if item.origin_id is not None else None
    if not _begun(item):
        return After(False, None, None, [], Execution(None), None, [], None, origin, [], [], [])
    entry = last_announced(item)
    done = entry is not None and carried(entry) and decided(item) is not None
    publication = Publication.objects.filter(item=item).select_related("by").first()
    asked = Reconsideration.objects.filter(item=item).first()
    owed = duties([item.pk])
    return After(
        done,
        split_of(item, entry) if entry is not None else None,
        publication,
        list(SuperiorReport.objects.filter(item=item).select_related("by")),
        execution_of(item, user, owed),
        asked,
        list(Evaluation.objects.filter(item=item).select_related("evaluator")),
        EmergencyDecision.objects.filter(item=item).first(),
        origin,
        list(visible_if_any(user, item.successors.exclude(status=Item.Status.DRAFT)).order_by("pk")),
        owed,
        _links(item, user, publication, asked) if done else [],
    )


def _begun(item: Item) -> bool:
    """Whether anything of what follows a vote is there at all: an item on its way asks this once instead of each table. One
    statement."""
    found = (
        Q(Exists(AgendaEntry.objects.filter(item=OuterRef("pk"), announced_at__isnull=False)))
        | Q(Exists(Publication.objects.filter(item=OuterRef("pk"))))
        | Q(Exists(ExecutionTask.objects.filter(item=OuterRef("pk"))))
        | Q(Exists(EmergencyDecision.objects.filter(item=OuterRef("pk"))))
        | Q(Exists(Item.objects.filter(origin=OuterRef("pk"))))
    )
    return Item.objects.filter(found, pk=item.pk).order_by().exists()


def _links(item: Item, user: User, publication: Publication | None, asked: Reconsideration | None) -> list[Link]:
    suspended = Suspension.objects.filter(item=item, ended_at__isnull=True).exists()
    evaluation = Evaluation.objects.filter(item=item, done_at__isnull=True).first()
    personnel = item.matter_type.needs_candidates
    found: list[Link] = []

    def offer(act: str, label: str, name: str, when: bool = True) -> None:
        if when and may(user, act, item):
            found.append(Link(label, reverse(name, args=[item.pk])))

    offer("publication_publish", _("公布决策"), "publication", publication is not None and not publication.settled)
    if may(user, "superior_report_send", item):
        owed = SuperiorReport.objects.filter(item=item, sent_on__isnull=True).values_list("pk", flat=True)
        found.extend(Link(_("向上级报告"), reverse("superior_report", args=[item.pk, pk])) for pk in owed)
    execution = getattr(item, "execution", None)
    stoppable = not suspended and (execution is None or not execution.ended)
    offer("execution_suspend", _("紧急中止执行"), "execution_suspend", stoppable)
    offer("suspension_lift", _("恢复执行"), "suspension_lift", suspended)
    agreed = asked is not None and asked.closed_at is None and asked.agreed_at is not None and asked.result_id is None
    offer("item_revise", _("变更或停止"), "item_revise", not personnel)
    offer("item_revise", _("提出复议议题"), "item_revise", personnel and agreed)
    offer("reconsideration_ask", _("复议"), "reconsideration")
    if evaluation is not None and evaluation.evaluator_id == user.pk:
        found.append(Link(_("提交评估"), reverse("evaluation_give", args=[item.pk, evaluation.pk]), primary=True))
    elif evaluation is None:
        offer("evaluation_open", _("启动决策后评估"), "evaluation")
    elif evaluation.evaluator_id is None:
        offer("evaluation_assign", _("指定评估人"), "evaluation")
    return found


def execution_of(item: Item, user: User, owed: list[Duty] | None = None) -> Execution:
    """The execution of one item, and what this user can do about it; `owed` are the item's duties where the caller has them."""
    row = ExecutionTask.objects.filter(item=item).select_related("responsible", "assigned_by", "stopped_by").first()
    suspension = Suspension.objects.filter(item=item, ended_at__isnull=True).select_related("by", "body").first()
    if row is None:
        return Execution(None, suspension=suspension)
    item.execution = row
    now = clock.now()
    late = {duty.key.rpartition(":")[0] for duty in (duties([item.pk]) if owed is None else owed) if duty.due < now}
    steps = [(step, f"milestone:{step.pk}" in late) for step in row.milestones.select_related("done_by")]
    reports = list(row.reports.select_related("by", "milestone").prefetch_related("files"))
    going = not row.ended and suspension is None
    links: list[Link] = []
    if going and row.claimed_at is None and may(user, "execution_report", item):
        links.append(Link(_("报告进展"), reverse("execution_report", args=[item.pk]), primary=True))
        left = sum(step.done_on is None for step, _late in steps)
        why = _("还有 %(count)s 个节点没有完成，请先逐个登记。") % {"count": left} if left else ""
        links.append(Link(_("报告完成"), reverse("execution_claim", args=[item.pk]), why))
    if going and row.claimed_at is not None and may(user, "execution_accept", item):
        links.append(Link(_("验收"), reverse("execution_accept", args=[item.pk]), primary=True))
    return Execution(
        row,
        steps,
        reports,
        list(row.acceptances.select_related("body", "by")),
        suspension,
        links,
        going and bool(may(user, "milestone_finish", item)),
        going and bool(may(user, "milestone_move", item)),
        any(key.startswith("execution:") for key in late),
        sides_of([report.by_id for report in reports]),
    )


def reconsideration_of(item: Item, user: User) -> Asked | None:
    """The item's newest reconsideration."""
    row = Reconsideration.objects.filter(item=item).select_related("by").first()
    if row is None:
        return None
    supports = list(row.supports.select_related("seat", "body"))
    bodies = []
    for body in Body.objects.filter(code__in=row.needed):
        mine = [support for support in supports if support.body_id == body.pk]
        members = sum(seat["body"] == body.code for seat in row.roster)
        bodies.append((body, len(mine), row.needed[body.code], members, [one.seat.label for one in mine]))
    given = {support.seat_id for support in supports}
    open_ = row.closed_at is None and row.result_id is None
    own = [seat["seat"] for seat in row.roster if seat["user"] == user.pk]
    return Asked(
        row,
        visible(user, Item.objects.filter(pk=row.result_id)).first() if row.result_id is not None else None,
        bodies,
        open_ and any(seat not in given for seat in own),
        open_ and row.by_id == user.pk and row.agreed_at is None,
    )


def emergency_of(row: EmergencyDecision, user: User) -> Emergency:
    """One emergency with its steps, and what this user can do about it."""
    deciders = list(row.deciders.select_related("seat", "body", "user"))
    reports = list(row.reports.select_related("by"))
    now = clock.now()
    late = row.report_due is not None and not reports and row.report_due < now
    told = reports[0].at if reports else None
    late = late or (told is not None and row.report_due is not None and told > row.report_due)
    entry = last_announced(row.item) if row.item is not None else None
    settled = entry is not None and entry.outcome != AgendaEntry.Outcome.DEFERRED
    outcome = ""
    if settled and entry is not None:
        outcome = "ratified" if carried(entry) else "unratified"
    steps: list[tuple[str, datetime | None, datetime | None, bool]] = [
        (_("发生"), row.happened_at, None, False),
        (_("请成员决定"), row.at, None, False),
        (_("作出决定"), row.decided_at, None, False),
        (_("报告全体成员"), told, row.report_due, late),
        (_("会议追认"), entry.announced_at if settled and entry is not None else None, None, False),
    ]
    if outcome == "unratified":
        steps.append((_("写明处理"), row.consequences_at, None, False))
    links: list[Link] = []
    open_ = row.closed_at is None and row.decided_at is None
    if row.closed_at is None and any(one.user_id == user.pk and one.agreed is None for one in deciders):
        links.append(Link(_("表态"), reverse("emergency_answer", args=[row.pk]), primary=True))
    if row.decided_at is not None and may(user, "emergency_report", row):
        label = _("再报告一次") if reports else _("向全体成员报告")
        links.append(Link(label, reverse("emergency_report", args=[row.pk]), primary=not reports))
    if open_ and may(user, "emergency_withdraw", row):
        links.append(Link(_("撤销"), reverse("emergency_withdraw", args=[row.pk])))
    return Emergency(row, deciders, reports, steps, outcome, links)


def proposed_text(entry: AgendaEntry) -> str:
    """What a publication begins with: the item and what was decided, out of the minutes. An official text: always Chinese."""
    minutes = Minutes.objects.filter(entry=entry).first()
    item = entry.item
    lines = [item.title, *([] if minutes is None else _public(minutes.text))]
    return "\n".join(lines)


#: Paragraphs of the minutes that name who was there or what somebody said do not go out.
_INTERNAL = ("出席", "请假", "缺席", "列席", "回避", "书面意见", "不同意见", "发言")


def _public(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [line for line in lines if not line.startswith(_INTERNAL)]


def not_decided() -> str:
    """Why nothing that follows a decision can be done yet."""
    return _("这件议题还没有作出决策：双方都通过并会签以后才能办理。")

"""The facts of the record and of what follows (R26, R30–R39, R45)."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from decisions.models import (
    AgendaEntry,
    Attendance,
    EmergencyDecision,
    Evaluation,
    ExecutionTask,
    Item,
    LegalityReview,
    Material,
    Minutes,
    MinutesCheck,
    Publication,
    Reconsideration,
    Resolution,
    RiskAssessment,
    SignOff,
    SittingSeat,
    SplitChoice,
    Statement,
    SuperiorReport,
    SuperiorRuling,
    Suspension,
    Vote,
)
from decisions.rules import emergency as few
from decisions.rules.ledger import Name
from decisions.rules.ledger.facts import After, Duty, Emergency, Record, Support
from decisions.rules.ledger.words import PARTS
from decisions.selectors import sittings as read
from decisions.selectors.ledger.common import body_name, local
from permissions import audit
from permissions.models import AuditHead, Body
from workflows import clock


def record_of(entry: AgendaEntry | None, seats: list[SittingSeat]) -> Record:
    """The minutes of the newest entry, and what the record holds."""
    minutes = Minutes.objects.filter(entry=entry).first() if entry is not None else None
    if entry is None or minutes is None:
        return Record()
    dissents = [
        *Statement.objects.filter(entry=entry, stance=Statement.Stance.DISAGREE)
        .exclude(words="")
        .values_list("words", flat=True),
        *Vote.objects.filter(ballot__entry=entry, choice=Vote.Choice.AGAINST)
        .exclude(words="")
        .values_list("words", flat=True),
    ]
    signed = [
        row
        for row in SignOff.objects.filter(minutes=minutes, voided_at__isnull=True).select_related("body")
        if row.version == minutes.version
    ]
    check = MinutesCheck.objects.filter(minutes=minutes, version=minutes.version, voided_at__isnull=True).first()
    bodies = read.bodies_in(seats)
    return Record(
        minutes=minutes.pk,
        version=minutes.version,
        parts=len(PARTS),
        missing=_missing(entry, seats, minutes),
        dissents=len(dissents),
        dissents_lost=sum(1 for words in dissents if _plain(words) not in _plain(minutes.text)),
        checked=local(check.at) if check is not None else None,
        bodies=tuple(body_name(body) for body in bodies),
        signed=tuple(dict.fromkeys(body_name(row.body) for row in signed)),
        signed_at=local(max((row.at for row in signed), default=None)),
        digest=minutes.document_hash,
        same=all(row.document_hash == minutes.document_hash for row in signed),
    )


def _plain(words: str) -> str:
    return "".join(words.split())


def _missing(entry: AgendaEntry, seats: list[SittingSeat], minutes: Minutes) -> tuple[str, ...]:
    sitting = entry.sitting
    voters = [seat for seat in seats if seat.voting]
    away = [seat for seat in voters if seat.attendance.state == Attendance.State.ABSENT]
    voted = Resolution.objects.filter(motion__entry=entry).exists()
    there = {
        "time": sitting.opened_at is not None,
        "place": bool(sitting.place),
        "chair": sitting.host_id is not None,
        "recorder": sitting.opened_by_id is not None,
        "present": bool(voters),
        "absent_reason": all(seat.attendance.reason or seat.attendance.leave for seat in away),
        "statements": not voted or not entry.frozen_rules.statements or Statement.objects.filter(entry=entry).exists(),
        "method": True,
        "counts": not voted or bool(minutes.counts),
        "text": bool(minutes.text.strip()),
    }
    return tuple(part for part in PARTS if not there[part])


def _today() -> date:
    return timezone.localdate(clock.now())


def _owed(title: Name, due: date | None, done: date | None) -> Duty:
    return Duty(title, due, done, overdue=done is None and due is not None and due < _today())


def _choice(label: object, english: str) -> Name:
    return Name(str(label), english)


def after_of(item: Item, entry: AgendaEntry | None) -> After:
    """What followed the vote, and the procedures that go back to it."""
    publication = Publication.objects.filter(item=item).first()
    execution = ExecutionTask.objects.filter(item=item).prefetch_related("milestones").first()
    suspensions = list(Suspension.objects.filter(item=item))
    followers = list(
        Item.objects.filter(origin=item).exclude(status=Item.Status.WITHDRAWN).only("submitted_at", "purpose")
    )
    # A reconsidered item carries the agreement it was raised by; the decided one shows what is asked of it now.
    asked = Reconsideration.objects.filter(result=item) | Reconsideration.objects.filter(item=item)
    again = asked.prefetch_related("supports").order_by("-pk").first()
    standing = [row for row in suspensions if row.ended_at is None]
    evaluations = list(Evaluation.objects.filter(item=item).order_by("opened_at", "pk"))
    head = AuditHead.objects.filter(subject=item.subject).first()
    return After(
        publication=_owed(Name("公开", "publication"), publication.due, publication.published_on)
        if publication is not None and not publication.exempt
        else None,
        exempt=publication.reason or publication.get_exempt_display() if publication and publication.exempt else "",
        reports=tuple(
            _owed(Name("报告上级", "report to the superior"), row.due, row.sent_on)
            for row in SuperiorReport.objects.filter(item=item)
        ),
        emergency=_emergency(item),
        unit=execution.unit if execution is not None else "",
        execution=_owed(Name("执行", "execution"), execution.due, _day(execution)) if execution is not None else None,
        overdue=_overdue(execution, {row.pk for row in standing}),
        progress=execution.reports.count() if execution is not None else 0,
        revisions=len(suspensions) + sum(1 for row in followers if row.purpose != Item.Purpose.RATIFY),
        unprocedural=sum(1 for row in standing if row.due < _today() and not _followed(row, followers)),
        standing_suspension=bool(standing),
        reconsidered=again is not None,
        support=_support(again) if again is not None else (),
        evaluations=tuple(
            _owed(Name("后评估", "evaluation"), row.due, timezone.localdate(row.done_at) if row.done_at else None)
            for row in evaluations
        ),
        barred_evaluators=_barred(item, evaluations),
        files=Material.objects.filter(item=item).count(),
        chain=head.seq if head is not None else 0,
        chain_broken=next((one.seq for one in audit.verify(item.subject)), 0) if item.closed_at else 0,
        archived=local(item.closed_at) if item.status == Item.Status.CLOSED else None,
        **_split(entry),
    )


def _day(execution: ExecutionTask) -> date | None:
    return timezone.localdate(execution.finished_at) if execution.finished_at else None


def _overdue(execution: ExecutionTask | None, suspended: set[int]) -> tuple[Name, ...]:
    if execution is None or execution.finished_at or execution.stopped_at or suspended:
        return ()
    today = _today()
    late = [Name(row.title) for row in execution.milestones.all() if row.done_on is None and row.due < today]
    if execution.due < today:
        late.append(Name("完成期限", "completion"))
    return tuple(late)


def _followed(row: Suspension, followers: list[Item]) -> bool:
    return any(one.submitted_at is not None and one.submitted_at >= row.at for one in followers)


def _barred(item: Item, evaluations: list[Evaluation]) -> int:
    """How many of those who evaluate reviewed or assessed the item before, or evaluated it earlier."""
    reviewed = set(LegalityReview.objects.filter(item=item).values_list("by", flat=True))
    reviewed |= set(RiskAssessment.objects.filter(item=item).values_list("by", flat=True))
    found = 0
    for row in evaluations:
        if row.evaluator_id is not None:
            found += row.evaluator_id in reviewed
            reviewed.add(row.evaluator_id)
    return found


def _support(row: Reconsideration) -> tuple[Support, ...]:
    from permissions.models import Body

    names = {body.code: body_name(body) for body in Body.objects.all()}
    ids = {body.pk: body.code for body in Body.objects.all()}
    agreed: dict[str, int] = {}
    for support in row.supports.all():
        code = ids.get(support.body_id, "")
        agreed[code] = agreed.get(code, 0) + 1
    return tuple(
        Support(
            names.get(code, Name(code)), agreed.get(code, 0), int(needed), sum(s["body"] == code for s in row.roster)
        )
        for code, needed in row.needed.items()
    )


def _emergency(item: Item) -> Emergency | None:
    row = EmergencyDecision.objects.filter(item=item).prefetch_related("deciders__body", "reports").first()
    if row is None:
        return None
    asked = [few.Asked(one.user_id, one.body.code, one.agreed) for one in row.deciders.all()]
    bodies = list(Body.objects.values_list("code", flat=True))
    reports = sorted(one.at for one in row.reports.all())
    return Emergency(
        decided=local(row.decided_at),
        agreed=len({one.user for one in asked if one.agreed}),
        asked=len({one.user for one in asked}),
        enough=few.decided(asked, bodies, total=row.needed["total"], each=row.needed["each"]),
        report_due=local(row.report_due),
        reported=local(reports[0]) if reports else None,
        report_overdue=not reports and row.report_due is not None and row.report_due < clock.now(),
    )


def _split(entry: AgendaEntry | None) -> dict[str, Name | None]:
    if entry is None:
        return {}
    ruling = SuperiorRuling.objects.filter(entry=entry).first()
    choices = list(SplitChoice.objects.filter(entry=entry))
    words = {SplitChoice.Route.PLAN: "back to joint planning", SplitChoice.Route.UP: "up to the superior"}
    back = any(one.route == SplitChoice.Route.PLAN for one in choices)
    route = SplitChoice.Route.PLAN if back else SplitChoice.Route.UP
    answers = {
        "for": ("上级裁定：同意实施", "the superior: to be carried out"),
        "against": ("上级裁定：不同意实施", "the superior: not"),
    }
    answers["back"] = ("上级裁定：退回重新协商", "the superior: back to planning")
    return {
        "chosen_route": Name({"plan": "退回共谋", "up": "报上级裁定"}[route.value], words[route]) if choices else None,
        "ruled": Name(*answers[ruling.answer]) if ruling is not None else None,
    }

"""Carrying a decision out (R36): reports, milestones, and acceptance by both sides' secretaries."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from decisions.actions.after.common import check, line, lock, past_day, periods, plain, require_decided, today, words
from decisions.actions.after.files import Papers, Upload, stored
from decisions.actions.items.common import log, save
from decisions.models import Acceptance, Evaluation, ExecutionTask, Item, Milestone, ProgressReport, Suspension
from permissions import roles, versions
from permissions.errors import Denied, Invalid, WrongState
from permissions.models import Body, User
from permissions.policies import role_key
from permissions.transactions import action
from workflows import clock


def execution_report(
    *,
    actor: User,
    item_id: int,
    text: str,
    percent: int | None,
    milestone_id: int | None = None,
    files: Sequence[Upload] = (),
    form_token: UUID | None = None,
) -> ProgressReport:
    """Report how far the execution is, in words and as a share, with papers. The same form sent twice is one report.

    Raises `Invalid`, `Denied`, `WrongState` (not handed over, ended, suspended, waiting for acceptance).
    """
    with stored(files) as papers:
        return _report(actor, item_id, text, percent, milestone_id, papers, form_token)


@action
def _report(
    actor: User,
    item_id: int,
    text: str,
    percent: int | None,
    milestone_id: int | None,
    papers: Papers,
    form_token: UUID | None,
) -> ProgressReport:
    item = lock(actor, "execution_report", item_id)
    known = ProgressReport.objects.filter(by=actor, form_token=form_token).first() if form_token else None
    if known is not None:
        return known
    execution = going_on(item)
    if execution.claimed_at is not None:
        raise WrongState(_("已报告完成，正在等待验收。验收退回后可以继续报告。"), code="claimed")
    fields: dict[str, str] = {}
    said = words(text, fields, "text", _("请写明做了什么、还差什么。"))
    if percent is None or not 0 <= percent <= 100:
        fields["percent"] = _("请填写 0 到 100 的整数。")
    milestone = _milestone(execution, milestone_id, fields) if milestone_id else None
    check(fields)
    return _write(item, execution, actor, said, percent or 0, milestone, papers, form_token, "execution_report")


def _write(
    item: Item,
    execution: ExecutionTask,
    actor: User,
    text: str,
    percent: int,
    milestone: Milestone | None,
    papers: Papers,
    form_token: UUID | None,
    verb: str,
) -> ProgressReport:
    now = clock.now()
    report = ProgressReport.objects.create(
        execution=execution, milestone=milestone, percent=percent, text=text, by=actor, at=now, form_token=form_token
    )
    kept = papers.keep(item, actor, "progress", verb)
    report.files.set(kept)
    execution.percent, execution.reported_at = percent, now
    save(execution, actor, verb)
    log(
        item,
        actor,
        verb,
        report,
        **plain(
            percent=percent,
            text=text,
            milestone=milestone.title if milestone else "",
            files=[paper.sha256 for paper in kept],
            round=execution.round or None,
        ),
    )
    return report


@action
def milestone_finish(*, actor: User, item_id: int, milestone_id: int, on: date | None = None) -> Milestone:
    """Record that a step is done, on which day (today where none is given). Again it changes nothing."""
    item = lock(actor, "milestone_finish", item_id)
    execution = _execution(item)
    row = _milestone(execution, milestone_id, {})
    if row.done_on is not None:
        return row
    going_on(item)
    fields: dict[str, str] = {}
    row.done_on = past_day(on or today(), fields, "on", timezone.localdate(execution.assigned_at))
    check(fields)
    row.done_by = actor
    save(row, actor, "milestone_finish")
    log(item, actor, "milestone_finish", row, title=row.title, on=row.done_on, due=row.due)
    return row


@action
def milestone_move(
    *, actor: User, item_id: int, milestone_id: int, due: date | None, reason: str, version: str = ""
) -> Milestone:
    """Move a step to another day, with the reason; not beyond the day by which the whole is done. The same day again changes
    nothing. `version` is the one the form was opened on; raises `Conflict` where somebody moved it since."""
    item = lock(actor, "milestone_move", item_id)
    execution = going_on(item)
    row = _milestone(execution, milestone_id, {})
    if row.due == due:
        return row
    if row.done_on is not None:
        raise WrongState(_("这个节点已经完成，期限不用再改。"), code="milestone_done")
    fields: dict[str, str] = {}
    why = line(reason, fields, "reason", _("请写明为什么调整期限。"), 200)
    if due is None or due <= today():
        fields["due"] = _("请选今天以后的日期。")
    elif due > execution.due:
        fields["due"] = _("不能晚于整项的完成期限 %(day)s。要推迟整项，须按变更程序办理（R37）。") % {
            "day": execution.due.isoformat()
        }
    check(fields)
    versions.require(row, version, ("due", "reason"), actor)
    old = row.due
    row.due, row.reason = due or old, why
    save(row, actor, "milestone_move")
    log(item, actor, "milestone_move", row, title=row.title, old=old, new=row.due, reason=why)
    return row


def execution_claim(
    *, actor: User, item_id: int, text: str, files: Sequence[Upload] = (), form_token: UUID | None = None
) -> ExecutionTask:
    """Report that the decision has been carried out; both secretaries then accept it or send it back. Every milestone must be
    done. Again, while it waits for them, changes nothing."""
    with stored(files) as papers:
        return _claim(actor, item_id, text, papers, form_token)


@action
def _claim(actor: User, item_id: int, text: str, papers: Papers, form_token: UUID | None) -> ExecutionTask:
    item = lock(actor, "execution_claim", item_id)
    execution = _execution(item)
    sent = form_token is not None and ProgressReport.objects.filter(by=actor, form_token=form_token).exists()
    if sent or (execution.claimed_at is not None and not execution.ended):
        return execution
    execution = going_on(item)
    left = execution.milestones.filter(done_on__isnull=True).count()
    if left:
        raise WrongState(_("还有 %(count)s 个节点没有完成，请先逐个登记。") % {"count": left}, code="milestones_left")
    fields: dict[str, str] = {}
    said = words(text, fields, "text", _("请写明完成情况和结果。"))
    check(fields)
    execution.round += 1
    execution.claimed_at = clock.now()
    _write(item, execution, actor, said, 100, None, papers, form_token, "execution_claim")
    return execution


@action
def execution_accept(*, actor: User, item_id: int, body: str, accepted: bool, reason: str = "") -> Acceptance:
    """One body's secretary accepts the execution as finished, or sends it back with a reason. It is finished when both have
    accepted it, and goes on as soon as one sends it back. Again it is the same word.

    Raises `Denied` (no secretary of that body, or one's own work), `Invalid`, `WrongState` (nothing waits for acceptance).
    """
    item = lock(actor, "execution_accept", item_id)
    side = Body.objects.filter(code=body).first()
    if side is None or not roles.holds(actor, role_key("secretary", side)):
        raise Denied(_("验收由该班子的秘书办理，您没有这个角色。"), code="role")
    execution = _execution(item)
    known = Acceptance.objects.filter(execution=execution, body=side, round=execution.round).first()
    if known is not None and known.accepted == accepted:
        return known
    going_on(item, ended_ok=False)
    if execution.claimed_at is None or known is not None:
        raise WrongState(_("现在没有需要验收的完成报告。"), code="not_claimed")
    if accepted and actor.pk in _answering(execution):
        raise Denied(_("您是责任人，或由您报告完成，验收由该班子的其他秘书办理。"), code="own_work")
    fields: dict[str, str] = {}
    why = words(reason, fields, "reason", "" if accepted else _("请写明还要做什么，承办单位要据此整改。"))
    check(fields)
    row = Acceptance.objects.create(
        execution=execution, body=side, round=execution.round, accepted=accepted, reason=why, by=actor, at=clock.now()
    )
    log(item, actor, "execution_accept", row, body=side.code, accepted=accepted, reason=why, round=execution.round)
    if not accepted:
        execution.claimed_at = None
        save(execution, actor, "execution_accept", ["claimed_at"])
    elif _both(execution):
        execution.finished_at = clock.now()
        save(execution, actor, "execution_accept", ["finished_at"])
        log(item, actor, "execution_finish", execution, unit=execution.unit, due=execution.due)
        _evaluate(item, actor)
    return row


def _answering(execution: ExecutionTask) -> set[int | None]:
    """Who answers for the execution or has reported it done: they do not accept it."""
    claim = ProgressReport.objects.filter(execution=execution).order_by("-pk").first()
    return {execution.responsible_id, claim.by_id if claim is not None else None}


def _both(execution: ExecutionTask) -> bool:
    given = execution.acceptances.filter(round=execution.round, accepted=True).values_list("body_id", flat=True)
    return set(Body.objects.values_list("pk", flat=True)) <= set(given)


def _evaluate(item: Item, actor: User) -> None:
    """A finished execution asks for an evaluation (R39), unless one is going on."""
    if item.evaluations.filter(done_at__isnull=True).exists():
        return
    evaluation = Evaluation(
        item=item,
        trigger=Evaluation.Trigger.FINISHED,
        due=today() + timedelta(days=periods(require_decided(item)).evaluation_days),
        opened_by=actor,
        opened_at=clock.now(),
    )
    save(evaluation, actor, "execution_accept")
    log(item, actor, "evaluation_open", evaluation, trigger=evaluation.trigger, due=evaluation.due)


def going_on(item: Item, *, ended_ok: bool = False) -> ExecutionTask:
    """The item's execution, which must be going on: neither ended nor suspended. Raises `WrongState`."""
    execution = _execution(item)
    if execution.stopped_at is not None:
        raise WrongState(_("执行已按新的决策停止。"), code="stopped")
    if execution.finished_at is not None and not ended_ok:
        raise WrongState(_("执行已验收完成，不再改动。"), code="finished")
    if Suspension.objects.filter(item=item, ended_at__isnull=True).exists():
        raise WrongState(_("执行已紧急中止，恢复以前不能办理（R37）。"), code="execution_suspended")
    return execution


def _execution(item: Item) -> ExecutionTask:
    row = ExecutionTask.objects.select_for_update(of=("self",)).filter(item=item).first()
    if row is None:
        raise WrongState(_("这件议题还没有交办执行。"), code="not_assigned")
    return row


def _milestone(execution: ExecutionTask, milestone_id: int, fields: dict[str, str]) -> Milestone:
    row = Milestone.objects.select_for_update(of=("self",)).filter(execution=execution, pk=milestone_id).first()
    if row is None:
        words = _("没有这个节点。请刷新页面后再试。")
        raise Invalid(words, fields={**fields, "milestone": words})
    return row

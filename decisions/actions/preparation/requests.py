"""Asking for an opinion: of whom, until when, on which version; extending it, taking it back."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from decisions import routing, workdays
from decisions.actions.items.common import lock, log, save
from decisions.actions.preparation.common import (
    MAX_NOTE,
    MAX_TEXT,
    check,
    line,
    request_of,
    require_open,
    today,
    too_long,
    words,
)
from decisions.models import Exploration, Item, Plan, ReviewRequest, RiskAssessment
from decisions.policies import access
from decisions.selectors.plans import main_plan
from permissions.actions import changes
from permissions.errors import Conflict, Invalid, WrongState
from permissions.look import day_words
from permissions.models import User
from permissions.transactions import action
from workflows import clock

_LATEST = timedelta(days=3 * 366)


def legality_request(item: Item, actor: User, due: date | None = None) -> ReviewRequest:
    """Ask for the legality review of the plan as it stands, as ending its writing does (R5). The item's row is locked.

    The period protects whoever reviews: asking for less than the rules say is refused (``too_short``), giving the review
    sooner is the reviewer's own decision. An open request is taken back, the new one takes its place.
    """
    earliest = earliest_legality(item)
    last = due or earliest
    if last < earliest:
        raise Invalid(
            _("留给合法性审查的时间太短"),
            code="too_short",
            fields={
                "legality_due": _("合法性审查不少于 %(days)s 个工作日（R5），最早可定在%(day)s。")
                % {"days": legality_days(item), "day": day_words(earliest, near=False)}
            },
        )
    _require_sane(last, "legality_due")
    for row in _open(item, ReviewRequest.Kind.LEGALITY):
        _withdraw(item, row, actor, _("方案重新编制后再次送请审查"), "legality_request")
    row = ReviewRequest(item=item, kind=ReviewRequest.Kind.LEGALITY, due=last, plan_version=_plan(item).version)
    return _made(item, row, actor)


def legality_days(item: Item) -> int:
    """How many working days a legality review of this item has at least."""
    return routing.rule_set_of(item).rules.periods.legality_working_days


def comment_days(item: Item) -> int:
    """How many days the public can comment on this item at least, unless a published reason shortens it."""
    return routing.rule_set_of(item).rules.periods.comment_days


@action
def review_request(
    *,
    actor: User,
    item_id: int,
    kind: str,
    due: date | None,
    asked_id: int | None = None,
    person: str = "",
    unit: str = "",
    note: str = "",
    opens_on: date | None = None,
    channel: str = "",
    shortened: str = "",
) -> ReviewRequest:
    """Ask for a risk assessment or an expert's opinion, or open the public comment period.

    Of somebody with an account (`asked_id`) or from outside (`person`, `unit`); the public is asked through a `channel` from
    `opens_on`. Asking the same again gives the request that is open. Raises `Invalid` with `fields`, `WrongState` (no plan; R8: the
    risk cannot be controlled and the plan has not changed since), `Conflict` (another request of this kind is open).
    """
    item = lock(actor, "review_request", item_id)
    if kind not in {ReviewRequest.Kind.RISK, ReviewRequest.Kind.EXPERT, ReviewRequest.Kind.PUBLIC}:
        raise Invalid(_("请选择征求的种类"), fields={"kind": _("请选择风险评估、专家论证或公众意见。")})
    plan = _plan(item)
    row = ReviewRequest(item=item, kind=kind, plan_version=plan.version, note=words(note))
    faults = {"note": too_long(row.note, MAX_TEXT)}
    if kind == ReviewRequest.Kind.PUBLIC:
        faults |= _public(row, item, opens_on, due, channel, shortened)
    else:
        faults |= _of_whom(row, asked_id, person, unit) | _due(row, due)
    check(faults)
    known = _known(item, row)
    if known is not None:
        return known
    if kind == ReviewRequest.Kind.RISK:
        _require_changed(item)
    return _made(item, row, actor)


@action
def review_extend(*, actor: User, item_id: int, request_id: int, due: date | None) -> ReviewRequest:
    """Give more time for an open request; less is never given. To the same day changes nothing."""
    item = lock(actor, "review_extend", item_id)
    row = request_of(item, request_id)
    require_open(row)
    if due is None or due < row.due:
        raise Invalid(
            _("期限只能延长"),
            fields={
                "due": _("请选%(day)s以后的日期。需要提前时，请与办理人商量。")
                % {"day": day_words(row.due, near=False)}
            },
        )
    _require_sane(due, "due")
    if due == row.due:
        return row
    old, row.due = row.due, due
    save(row, actor, "review_extend", ["due"])
    log(item, actor, "review_extend", row, kind=row.kind, old=old, new=due)
    return row


@action
def review_withdraw(*, actor: User, item_id: int, request_id: int, reason: str) -> ReviewRequest:
    """Take back what was asked for, with the reason. Doing it twice changes nothing. A legality review is not taken back."""
    item = lock(actor, "review_withdraw", item_id)
    row = request_of(item, request_id, ReviewRequest.Kind.RISK, ReviewRequest.Kind.EXPERT, ReviewRequest.Kind.PUBLIC)
    if row.withdrawn_at is not None:
        return row
    require_open(row)
    why = words(reason)
    if not why:
        raise Invalid(_("请写明撤销的理由"), fields={"reason": _("请写明撤销的理由，会记入经过。")})
    check({"reason": too_long(why, MAX_NOTE)})
    _withdraw(item, row, actor, why)
    return row


@action
def exploration_allow(*, actor: User, item_id: int, basis: str, reason: str) -> Exploration:
    """Allow an exploratory reform to be tabled with its legal risk shown (R4, 国务院令713号 art. 25).

    A chair allows it, before the review or after it failed; the legal risk itself is the reviewer's to name. Once an item.
    """
    item = lock(actor, "exploration_allow", item_id)
    found = {"basis": line(basis), "reason": words(reason)}
    check(
        {
            "basis": _("请写依据，例如鼓励探索的文件名称和条款。")
            if not found["basis"]
            else too_long(found["basis"], 200),
            "reason": _("请写理由：国家有无明确规定，为什么现在要做。")
            if not found["reason"]
            else too_long(found["reason"]),
        }
    )
    known = Exploration.objects.filter(item=item).select_related("by").first()
    if known is not None:
        if (known.by_id, known.basis, known.reason) == (actor.pk, found["basis"], found["reason"]):
            return known
        raise Conflict(
            _("%(who)s已经同意按探索性改革事项办理，不用再同意一次。") % {"who": known.by.label}, code="allowed_already"
        )
    row = Exploration.objects.create(item=item, by=actor, at=clock.now(), **found)
    log(item, actor, "exploration_allow", row, **found)
    return row


def _made(item: Item, row: ReviewRequest, actor: User) -> ReviewRequest:
    row.requested_by, row.requested_at = actor, clock.now()
    verb = "legality_request" if row.kind == ReviewRequest.Kind.LEGALITY else "review_request"
    save(row, actor, verb)
    log(
        item,
        actor,
        verb,
        row,
        kind=row.kind,
        **row.named,
        due=row.due,
        version=row.plan_version,
        **({"opens_on": row.opens_on, "channel": row.channel, "shortened": row.shortened} if row.opens_on else {}),
    )
    return row


def _withdraw(item: Item, row: ReviewRequest, actor: User, why: str, verb: str = "review_withdraw") -> None:
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_why = actor, clock.now(), why
    save(row, actor, verb, ["withdrawn_by", "withdrawn_at", "withdrawn_why"])
    log(item, actor, verb, row, kind=row.kind, **row.named, reason=why)


def _plan(item: Item) -> Plan:
    plan = main_plan(item)
    if plan is None:
        raise WrongState(_("方案还没有内容。请先编写方案，再征求意见。"), code="no_plan")
    return plan


def _open(item: Item, kind: str) -> list[ReviewRequest]:
    rows = ReviewRequest.objects.filter(item=item, kind=kind, answered_at__isnull=True, withdrawn_at__isnull=True)
    return list(rows.select_related("asked").order_by("pk"))


def _known(item: Item, row: ReviewRequest) -> ReviewRequest | None:
    """The open request that asks the same. Raises `Conflict` where the one that is open asks something else."""
    for known in _open(item, row.kind):
        if row.kind == ReviewRequest.Kind.EXPERT:
            if (known.asked_id, known.person, known.unit) == (row.asked_id, row.person, row.unit):
                return known
            continue
        mine = (row.asked_id, row.person, row.unit, row.due, row.opens_on)
        if (known.asked_id, known.person, known.unit, known.due, known.opens_on) == mine:
            return known
        raise Conflict(
            _("已有一项%(kind)s在办，办结或撤销后才能再送。") % {"kind": known.get_kind_display()},
            code="already_asked",
            data={"request": known.pk},
        )
    return None


def _require_changed(item: Item) -> None:
    """After "cannot be controlled" the plan changes in substance before it is assessed again (R8, art. 24)."""
    last = RiskAssessment.objects.filter(item=item).first()
    if last is None or last.controllable:
        return
    if all(plan.substantive_version <= int(last.versions.get(str(plan.pk), 0)) for plan in item.plans.all()):
        raise WrongState(_("上次评估认为风险不可控。请先对方案作实质性修改，再重新评估（R8）。"), code="plan_unchanged")


def _of_whom(row: ReviewRequest, asked_id: int | None, person: str, unit: str) -> dict[str, str]:
    row.person, row.unit = line(person), line(unit)
    if asked_id is not None:
        if row.person or row.unit:
            return {"asked": _("请选账号或填写外部人员，只用一种。")}
        try:
            row.asked = changes.person(asked_id)
        except Invalid:
            return {"asked": _("请从列表中重新选择。")}
        if access.kept_from(row.asked, row.item):
            return {"asked": _("这个人不能知悉这件议题，请另选，或先把他列入知悉人员。")}
        return {}
    if not row.person:
        return {"asked": _("请选择办理人，或填写外部人员的姓名和单位。")}
    if not row.unit:
        return {"unit": _("请填写单位和职务，例如：省农业科学院副研究员。")}
    return {"person": too_long(row.person, 40), "unit": too_long(row.unit, 80)}


def _due(row: ReviewRequest, due: date | None) -> dict[str, str]:
    if due is None:
        return {"due": _("请填写办结的日期。")}
    if due < today():
        return {"due": _("请选今天或以后的日期。")}
    row.due = due
    return {"due": _far(due)}


def _public(
    row: ReviewRequest, item: Item, opens_on: date | None, due: date | None, channel: str, shortened: str
) -> dict[str, str]:
    faults: dict[str, str] = {}
    row.channel, row.shortened = line(channel), words(shortened)
    if not row.channel:
        faults["channel"] = _("请写公布的渠道，例如：镇政府网站、各村公告栏。")
    faults["channel"] = faults.get("channel", "") or too_long(row.channel, 200)
    faults["shortened"] = too_long(row.shortened, MAX_TEXT)
    if opens_on is None or opens_on < today():
        faults["opens_on"] = _("请填写公布的日期，今天或以后。")
    if due is None:
        faults["due"] = _("请填写截止的日期。")
    if opens_on is None or due is None:
        return faults
    row.opens_on, row.due = opens_on, due
    if due <= opens_on:
        return faults | {"due": _("截止日期须在公布日期之后。")}
    needed = comment_days(item)
    if (due - opens_on).days < needed and not row.shortened:
        faults["shortened"] = _("不足 %(days)s 日的，请写明理由；理由会一并公布（R6）。%(day)s截止就不用写。") % {
            "days": needed,
            "day": day_words(opens_on + timedelta(days=needed), near=False),
        }
    return faults | ({"due": _far(due)} if _far(due) else {})


def _far(due: date) -> str:
    return _("日期太远，请核对年份。") if due - today() > _LATEST else ""


def _require_sane(due: date, field: str) -> None:
    check({field: _far(due)})


def earliest_legality(item: Item) -> date:
    """The earliest day a legality review asked for now can be due."""
    return workdays.add_working_days(today(), legality_days(item))

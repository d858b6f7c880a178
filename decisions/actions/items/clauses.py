"""Talking about single clauses before the meeting: comments in threads, and suggested texts accepted or not (R10).

What is said here are views. None of it is a vote, and none of it counts in one.
"""

from __future__ import annotations

from django.db.models import Max
from django.utils.translation import gettext as _

from decisions.actions.items.common import lock, log, save
from decisions.actions.items.plans import check_sizes, plain, plan_of, write
from decisions.models import ClauseComment, Item, Plan, Suggestion
from decisions.policies.items import side_of
from decisions.rules.clauses import Clause
from decisions.rules.merging import Source, merge
from decisions.selectors.plans import clauses_at, clauses_of
from permissions.errors import Conflict, Denied, Invalid, WrongState
from permissions.models import User
from permissions.policies import may
from permissions.transactions import action
from workflows import clock

MAX_COMMENT = 2_000
MAX_WHY = 400


@action
def comment_add(
    *, actor: User, item_id: int, plan_id: int, clause: str, text: str, parent_id: int | None = None
) -> ClauseComment:
    """Say something about a clause of a plan, or answer in a thread (`parent_id`). The same words sent twice are one comment.

    Raises `Conflict` (``clause_gone``), `WrongState` (``settled``: the thread is closed, open it again first) and `Invalid`.
    """
    item = lock(actor, "comment_add", item_id)
    plan = plan_of(item, plan_id)
    words = plain(text)
    if not words or len(words) > MAX_COMMENT:
        told = _("请写下您的看法，不超过 %(limit)s 字。") % {"limit": MAX_COMMENT}
        raise Invalid(_("请写下评论"), fields={"text": told})
    parent = _thread(plan, parent_id) if parent_id is not None else None
    if parent is not None and parent.resolved_at is not None:
        raise WrongState(_("这条讨论已标为解决。需要继续时，请先重新打开。"), code="settled")
    about = parent.clause if parent is not None else _clause(plan, clause).id
    same = ClauseComment.objects.filter(plan=plan, clause=about, parent=parent, by=actor, text=words)
    known = same.filter(resolved_at__isnull=True, version=plan.version).first()
    if known is not None:
        return known
    comment = ClauseComment(
        plan=plan,
        clause=about,
        version=plan.version,
        parent=parent,
        by=actor,
        body=side_of(actor),
        text=words,
        at=clock.now(),
    )
    save(comment, actor, "comment_add")
    log(item, actor, "comment_add", comment, **_where(plan, about), text=words, thread=parent.pk if parent else None)
    return comment


@action
def comment_settle(*, actor: User, item_id: int, comment_id: int, resolved: bool = True) -> ClauseComment:
    """Mark a thread as resolved, or open it again: whoever began it, or whoever writes the plan. Done twice, it has
    happened once."""
    item = lock(actor, "comment_settle", item_id)
    rows = ClauseComment.objects.select_for_update(of=("self",)).select_related("plan")
    comment = rows.filter(plan__item=item, parent__isnull=True, pk=comment_id).first()
    if comment is None:
        raise Invalid(_("没有这条讨论。请刷新页面后再试。"), fields={"comment": _("请刷新页面后再试。")})
    if comment.by_id != actor.pk and not may(actor, "plan_save", item):
        raise Denied(_("讨论由发起人或方案编写人标为解决。您可以继续回复。"), code="not_your_thread")
    if (comment.resolved_at is not None) is resolved:
        return comment
    comment.resolved_at = clock.now() if resolved else None
    comment.resolved_by = actor if resolved else None
    save(comment, actor, "comment_settle", ["resolved_at", "resolved_by"])
    log(item, actor, "comment_settle", comment, **_where(comment.plan, comment.clause), resolved=resolved)
    return comment


@action
def suggestion_add(
    *,
    actor: User,
    item_id: int,
    plan_id: int,
    clause: str,
    version: int,
    title: str,
    text: str,
    why: str = "",
) -> Suggestion:
    """Suggest another text for a clause, as it was read in `version`. The same text sent twice is one suggestion.

    Raises `Conflict` (``clause_gone``) and `Invalid` (nothing changed, too long, no such version).
    """
    item = lock(actor, "suggestion_add", item_id)
    plan = plan_of(item, plan_id)
    standing = _clause(plan, clause)
    read = next((one for one in clauses_at(plan, version) if one.id == clause), None)
    if read is None:
        raise Invalid(_("没有这一版方案。请刷新页面后再试。"), fields={"text": _("请刷新页面后再试。")})
    new = Clause(clause, " ".join(title.replace("\x00", "").split()), plain(text))
    if not new.body:
        raise Invalid(_("建议还没有内容"), fields={"text": _("请写明这一条改成什么；要删去这一条，请写评论说明。")})
    check_sizes([new])
    reason = plain(why)
    if len(reason) > MAX_WHY:
        raise Invalid(_("理由太长"), fields={"why": _("请缩短到 %(limit)s 字以内。") % {"limit": MAX_WHY}})
    if new.words in (read.words, standing.words):
        raise Invalid(_("建议与现在的条款一样"), fields={"text": _("请改动标题或内容后再提交。")})
    open_ones = Suggestion.objects.filter(plan=plan, clause=clause, by=actor, state=Suggestion.State.OPEN)
    known = open_ones.filter(title=new.title, text=new.body).first()
    if known is not None:
        return known
    last = Suggestion.objects.filter(plan=plan).aggregate(last=Max("number"))["last"] or 0
    suggestion = Suggestion(
        plan=plan,
        number=last + 1,
        clause=clause,
        version=version,
        base=read.to_json(),
        title=new.title,
        text=new.body,
        why=reason,
        by=actor,
        body=side_of(actor),
        at=clock.now(),
    )
    save(suggestion, actor, "suggestion_add")
    log(
        item,
        actor,
        "suggestion_add",
        suggestion,
        **_where(plan, clause),
        suggestion=suggestion.number,
        old=list(read.words),
        new=list(new.words),
        why=reason,
    )
    return suggestion


@action
def suggestion_accept(
    *,
    actor: User,
    item_id: int,
    suggestion_id: int,
    kind: str,
    answer: str = "",
    title: str | None = None,
    text: str | None = None,
    version: int | None = None,
) -> Suggestion:
    """Take a suggestion up: the plan gets a version that names it, declared as `kind` (R29). Accepted twice is accepted once.

    Where the clause has moved on since it was read, what both changed differently is a `Conflict` (``clause_changed``) with
    all three texts (``data["base"]``, ``data["mine"]``: the suggestion, ``data["theirs"]``: as it stands); it is settled by
    sending the text that shall stand (`title`, `text`) for the `version` it was settled on. Raises `WrongState` (``answered``).
    """
    item = lock(actor, "suggestion_accept", item_id)
    suggestion = _suggestion(item, suggestion_id)
    if suggestion.state == Suggestion.State.ACCEPTED:
        return suggestion
    _still_open(suggestion)
    plan = plan_of(item, suggestion.plan_id)
    reason = _reason(answer, required=False)
    result = _accepted(plan, suggestion, title, text, version)
    check_sizes([result])
    clauses = [result if one.id == result.id else one for one in clauses_of(plan)]
    write(item, actor, plan, clauses, kind, reason, suggestion=suggestion)
    suggestion.made_version = plan.version
    _answer(suggestion, actor, Suggestion.State.ACCEPTED, reason, "suggestion_accept")
    log(
        item,
        actor,
        "suggestion_accept",
        suggestion,
        **_where(plan, suggestion.clause),
        suggestion=suggestion.number,
        answer=reason,
        text=list(result.words),
    )
    return suggestion


@action
def suggestion_decline(*, actor: User, item_id: int, suggestion_id: int, answer: str) -> Suggestion:
    """Do not take a suggestion up, and say why. Raises `WrongState` (``answered``) where it was answered otherwise."""
    item = lock(actor, "suggestion_decline", item_id)
    suggestion = _suggestion(item, suggestion_id)
    reason = _reason(answer, required=True)
    if (suggestion.state, suggestion.answer) == (Suggestion.State.DECLINED, reason):
        return suggestion
    _still_open(suggestion)
    _answer(suggestion, actor, Suggestion.State.DECLINED, reason, "suggestion_decline")
    about = _where(suggestion.plan, suggestion.clause)
    log(item, actor, "suggestion_decline", suggestion, **about, suggestion=suggestion.number, answer=reason)
    return suggestion


@action
def suggestion_withdraw(*, actor: User, item_id: int, suggestion_id: int) -> Suggestion:
    """Take one's own suggestion back while it is unanswered."""
    item = lock(actor, "suggestion_withdraw", item_id)
    suggestion = _suggestion(item, suggestion_id)
    if suggestion.by_id != actor.pk:
        raise Denied(_("建议由提出人%(who)s收回。") % {"who": suggestion.by.label}, code="not_yours")
    if suggestion.state == Suggestion.State.WITHDRAWN:
        return suggestion
    _still_open(suggestion)
    _answer(suggestion, actor, Suggestion.State.WITHDRAWN, "", "suggestion_withdraw")
    about = _where(suggestion.plan, suggestion.clause)
    log(item, actor, "suggestion_withdraw", suggestion, **about, suggestion=suggestion.number)
    return suggestion


def _accepted(plan: Plan, suggestion: Suggestion, title: str | None, text: str | None, version: int | None) -> Clause:
    """The text the clause gets. Raises `Conflict` where somebody has to settle it first."""
    standing = _clause(plan, suggestion.clause)
    base = Clause(suggestion.clause, suggestion.base["title"], suggestion.base["body"])
    mine = Clause(suggestion.clause, suggestion.title, suggestion.text)
    by_hand = title is not None and text is not None
    if by_hand and version == plan.version:
        return Clause(suggestion.clause, " ".join((title or "").split()), plain(text or ""))
    (row,) = merge((base,), (mine,), (standing,)).rows
    if row.source is Source.CONFLICT or row.result is None or by_hand:
        raise Conflict(
            _("提出建议以后，这一条已经改过。请对照三份文字，定好后再采纳。"),
            code="clause_changed",
            data={
                "base": base.to_json(),
                "mine": mine.to_json(),
                "theirs": standing.to_json(),
                "version": plan.version,
            },
        )
    return row.result


def _clause(plan: Plan, clause: str) -> Clause:
    found = next((one for one in clauses_of(plan) if one.id == clause), None)
    if found is None:
        raise Conflict(_("这一条已从方案中删去。请刷新页面，看现在的方案。"), code="clause_gone")
    return found


def _thread(plan: Plan, comment_id: int) -> ClauseComment:
    found = ClauseComment.objects.select_for_update().filter(plan=plan, parent__isnull=True, pk=comment_id).first()
    if found is None:
        raise Invalid(_("没有这条讨论。请刷新页面后再试。"), fields={"text": _("请刷新页面后再试。")})
    return found


def _suggestion(item: Item, suggestion_id: int) -> Suggestion:
    rows = Suggestion.objects.select_for_update(of=("self",)).select_related("plan", "by")
    found = rows.filter(plan__item=item, pk=suggestion_id).first()
    if found is None:
        raise Invalid(_("没有这条建议。请刷新页面后再试。"), fields={"suggestion": _("请刷新页面后再试。")})
    return found


def _still_open(suggestion: Suggestion) -> None:
    if suggestion.state != Suggestion.State.OPEN:
        raise WrongState(
            _("建议 %(number)s %(state)s，不再处理。")
            % {"number": suggestion.number, "state": suggestion.get_state_display()},
            code="answered",
        )


def _reason(answer: str, *, required: bool) -> str:
    words = plain(answer)
    if required and not words:
        raise Invalid(_("请写明理由"), fields={"answer": _("不采纳的建议请写明理由，提出人会看到。")})
    if len(words) > MAX_WHY:
        raise Invalid(_("理由太长"), fields={"answer": _("请缩短到 %(limit)s 字以内。") % {"limit": MAX_WHY}})
    return words


def _answer(suggestion: Suggestion, actor: User, state: str, reason: str, verb: str) -> None:
    suggestion.state, suggestion.answer = state, reason
    suggestion.answered_by, suggestion.answered_at = actor, clock.now()
    save(suggestion, actor, verb, ["state", "answer", "answered_by", "answered_at", "made_version"])


def _where(plan: Plan, clause: str) -> dict[str, object]:
    """What a log entry says about the place: the clause as it is called now, and the plan where there are several."""
    named = next((one.title for one in clauses_of(plan) if one.id == clause), "")
    where: dict[str, object] = {"clause": clause, "name": named, "version": plan.version}
    return where if plan.is_main else {**where, "plan": plan.order, "title": plan.title}

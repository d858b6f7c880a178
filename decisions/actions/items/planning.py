"""Consultation on the plans: opinions and their answers, the legality review."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from decisions import stages
from decisions.actions.items.common import lock, log, planned, save, task_of
from decisions.actions.items.plans import plan_of
from decisions.models import Exploration, Item, LegalityReview, Opinion, ReviewRequest
from decisions.policies.items import side_of
from decisions.selectors.items import review_outdated
from decisions.selectors.plans import opinions_outdated, plans_of
from permissions.errors import Conflict, Invalid, WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock
from workflows.actions import task_complete

MAX_OPINION = 5_000


@action
def opinion_add(*, actor: User, item_id: int, text: str, plan_id: int | None = None) -> Opinion:
    """Give a written opinion on a plan (the main one without `plan_id`) as it stands. The same words on the same version,
    sent twice, are one opinion. It records a view and creates no vote (R10)."""
    item = lock(actor, "opinion_add", item_id)
    words = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not words:
        raise Invalid(_("请写下您的意见"), fields={"text": _("请写下您的意见，最好写明针对哪一条、建议怎么改。")})
    if len(words) > MAX_OPINION:
        raise Invalid(
            _("意见太长"),
            fields={"text": _("请缩短到 %(limit)s 字以内，较长的内容请作为材料上传。") % {"limit": MAX_OPINION}},
        )
    plan = plan_of(item, plan_id) if plan_id is not None else planned(item)
    on = None if plan.is_main else plan
    known = Opinion.objects.filter(item=item, by=actor, plan=on, plan_version=plan.version, text=words).first()
    if known is not None:
        return known
    opinion = Opinion(
        item=item, plan=on, plan_version=plan.version, by=actor, body=side_of(actor), text=words, at=clock.now()
    )
    save(opinion, actor, "opinion_add")
    about = {} if on is None else {"plan": on.order, "title": on.title}
    log(item, actor, "opinion_add", opinion, version=plan.version, text=words, **about)
    return opinion


@action
def opinion_answer(*, actor: User, item_id: int, opinion_id: int, answer: str, reply: str = "") -> Opinion:
    """Answer an opinion; one not (or only partly) adopted needs the reason. The answer may change until tabling, logged."""
    item = lock(actor, "opinion_answer", item_id)
    opinion = Opinion.objects.select_for_update().filter(item=item, pk=opinion_id).first()
    if opinion is None:
        raise Invalid(_("没有这条意见。请刷新页面后再答复。"), fields={"opinion": _("请刷新页面后再答复。")})
    text = reply.replace("\r\n", "\n").replace("\x00", "").strip()
    wrong: dict[str, str] = {}
    if answer not in Opinion.Answer.values:
        wrong["answer"] = _("请选择采纳、部分采纳或不采纳。")
    elif answer != Opinion.Answer.ADOPTED and not text:
        wrong["reply"] = _("未全部采纳的意见请写明理由，提出人会看到。")
    if wrong:
        raise Invalid(_("答复还不完整"), fields=wrong)
    if (opinion.answer, opinion.reply) == (answer, text):
        return opinion
    old = {"answer": opinion.answer, "reply": opinion.reply}
    opinion.answer, opinion.reply = answer, text
    opinion.answered_by, opinion.answered_at = actor, clock.now()
    save(opinion, actor, "opinion_answer", ["answer", "reply", "answered_by", "answered_at"])
    log(item, actor, "opinion_answer", opinion, old=old, new={"answer": answer, "reply": text})
    return opinion


@action
def opinions_close(*, actor: User, item_id: int) -> Item:
    """End the taking of opinions, once each is answered.

    If a plan changed in substance after its legality review, or after opinions were asked on it, neither counts any more:
    the flow goes back to planning and the procedure runs again (R29).
    """
    item = lock(actor, "opinions_close", item_id)
    open_ones = list(Opinion.objects.filter(item=item, answer="").select_related("by").order_by("at"))
    if open_ones:
        names = _("、").join(dict.fromkeys(opinion.by.label for opinion in open_ones))
        raise WrongState(
            _("还有 %(count)s 条意见没有答复：%(names)s。答复后才能结束征求意见。")
            % {"count": len(open_ones), "names": names},
            code="unanswered",
            data={"opinions": [opinion.pk for opinion in open_ones]},
        )
    review, asked = review_outdated(item), opinions_outdated(item)
    count = Opinion.objects.filter(item=item).count()
    log(item, actor, "opinions_close", opinions=count, review_outdated=review, opinions_outdated=asked)
    variables = {"legal_ok": False} if review or asked else {}
    task_complete(actor=actor, task_id=task_of(item, stages.OPINIONS).pk, variables=variables)
    return item


@action
def legality_give(
    *,
    actor: User,
    item_id: int,
    ok: bool,
    text: str,
    plan_version: int,
    risks: str = "",
    versions: Mapping[int, int] | None = None,
) -> LegalityReview:
    """Give the legality review of the versions that were read: of the main plan, and of every alternative (`versions`, plan id
    → version; without it as they stand). Raises `Conflict` when a plan has moved on meanwhile.

    A review that is not passed sends the plan back; only where a chair has allowed an exploratory reform does it go on, with
    the legal risk the reviewer names in `risks` (R4, 国务院令713号 art. 25). Whatever it says, it does not carry an item whose
    opinions have to be asked again: the flow goes back to planning (R29).
    """
    item = lock(actor, "legality_give", item_id)
    words = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not words:
        raise Invalid(_("请写审查意见"), fields={"text": _("请写明审查依据和结论，不通过时写明要怎么改。")})
    risk = risks.replace("\r\n", "\n").replace("\x00", "").strip()
    if risk and ok:
        raise Invalid(_("请核对审查结论"), fields={"risks": _("通过的审查不用写法律风险，请写在审查意见里。")})
    explored = Exploration.objects.filter(item=item).exists()
    if risk and not explored:
        raise Invalid(
            _("这件议题还不能明示风险上会"),
            fields={"risks": _("须先由班长同意按探索性改革事项办理（R4）。没有同意的，请按不通过退回。")},
        )
    plan = planned(item)
    others = {one.pk: one.version for one in plans_of(item) if not one.is_main}
    if plan.version != plan_version or (versions is not None and dict(versions) != others):
        raise Conflict(
            _("您审查期间，方案已改到第 %(version)s 版。请看过新版再提交，您写的意见没有丢失。")
            % {"version": plan.version},
            code="plan_changed",
            data={"version": plan.version},
        )
    asked = ReviewRequest.objects.filter(
        item=item, kind=ReviewRequest.Kind.LEGALITY, answered_at__isnull=True, withdrawn_at__isnull=True
    ).last()
    review = LegalityReview(
        item=item,
        plan_version=plan.version,
        versions={str(pk): version for pk, version in others.items()},
        ok=ok,
        text=words,
        risks=risk,
        request=asked,
        by=actor,
        at=clock.now(),
    )
    review.save()
    if asked is not None:
        asked.answered_at = review.at
        save(asked, actor, "legality_give", ["answered_at"])
    log(item, actor, "legality_give", review, ok=ok, version=plan.version, text=words, risks=risk)
    # The flow asks whether it may go on: a risk that is shown and allowed lets it (R4).
    goes_on = (ok or bool(risk)) and not opinions_outdated(item)
    task_complete(actor=actor, task_id=task_of(item, stages.LEGALITY).pk, variables={"legal_ok": goes_on})
    return review

"""Joint planning: the plan in versions, opinions on it and their answers, the legality review."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from decisions import stages
from decisions.actions.items.common import lock, log, open_tasks, planned, save, task_of
from decisions.actions.preparation.requests import legality_request
from decisions.models import Exploration, Item, LegalityReview, Opinion, Plan, ReviewRequest
from decisions.policies.items import side_of
from decisions.selectors.items import review_outdated
from decisions.selectors.plans import main_plan
from permissions.errors import Conflict, Invalid, WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock
from workflows.actions import task_complete

MAX_CLAUSES = 60
MAX_TITLE = 60
MAX_BODY = 10_000
MAX_OPINION = 5_000


@action
def plan_save(
    *,
    actor: User,
    item_id: int,
    clauses: Sequence[Mapping[str, str]],
    base_version: int,
    kind: str = Plan.Kind.SUBSTANTIVE,
    note: str = "",
) -> Plan:
    """Save the plan as a new version; an unchanged text makes none.

    `base_version` is the version the writer started from, 0 for the first. If somebody saved meanwhile, nothing is
    written and `Conflict` carries both texts (``data["mine"]``, ``data["theirs"]``, ``data["version"]``), so neither is lost.
    After opinions are closed only wording may change (R29).
    """
    item = lock(actor, "plan_save", item_id)
    texts = _clauses(clauses)
    plan = Plan.objects.select_for_update().filter(item=item, order=Plan.MAIN).first()
    standing = plan.version if plan else 0
    if base_version != standing:
        raise Conflict(
            _("您编写期间，方案已改到第 %(version)s 版。您的文字没有丢失，请对照后再保存。") % {"version": standing},
            code="plan_changed",
            data={"mine": texts, "theirs": plan.clauses if plan else [], "version": standing},
        )
    if plan is not None and plan.clauses == texts:
        return plan
    if kind not in Plan.Kind.values:
        raise Invalid(_("请选择修改性质"), fields={"kind": _("请选择实质性修改或文字修改。")})
    forms = {task.form for task in open_tasks(item)}
    if kind == Plan.Kind.SUBSTANTIVE and not forms & {stages.PLAN, stages.OPINIONS}:
        raise WrongState(
            _("征求意见已经结束，现在只能作文字修改。实质性修改须由法律顾问退回编制后进行（R29）。"),
            code="wording_only",
        )
    if plan is None:
        plan = Plan(item=item, version=0, substantive_version=0)
        kind = Plan.Kind.SUBSTANTIVE
    plan.clauses = texts
    plan.version += 1
    plan.kind = kind
    plan.note = note.strip()[:120]
    plan.saved_by = actor
    plan.saved_at = clock.now()
    if kind == Plan.Kind.SUBSTANTIVE:
        plan.substantive_version = plan.version
    save(plan, actor, "plan_save")
    log(item, actor, "plan_save", plan, version=plan.version, kind=plan.kind, note=plan.note, clauses=len(texts))
    return plan


@action
def plan_finish(*, actor: User, item_id: int, legality_due: date | None = None) -> Item:
    """The plan is ready for opinions and legality review, which is asked for until `legality_due`: never less than the
    rules give it (R5), and that where it is left open."""
    item = lock(actor, "plan_finish", item_id)
    plan = main_plan(item)
    if plan is None:
        raise WrongState(_("方案还没有内容。请先编写并保存，再结束编制。"), code="no_plan")
    log(item, actor, "plan_finish", plan, version=plan.version)
    legality_request(item, actor, legality_due)
    task_complete(actor=actor, task_id=task_of(item, stages.PLAN).pk)
    return item


@action
def opinion_add(*, actor: User, item_id: int, text: str) -> Opinion:
    """Give a written opinion on the plan as it stands. The same words on the same version, sent twice, are one opinion."""
    item = lock(actor, "opinion_add", item_id)
    words = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not words:
        raise Invalid(_("请写下您的意见"), fields={"text": _("请写下您的意见，最好写明针对哪一条、建议怎么改。")})
    if len(words) > MAX_OPINION:
        raise Invalid(
            _("意见太长"),
            fields={"text": _("请缩短到 %(limit)s 字以内，较长的内容请作为材料上传。") % {"limit": MAX_OPINION}},
        )
    plan = planned(item)
    known = Opinion.objects.filter(item=item, by=actor, plan_version=plan.version, text=words).first()
    if known is not None:
        return known
    opinion = Opinion(item=item, plan_version=plan.version, by=actor, body=side_of(actor), text=words, at=clock.now())
    save(opinion, actor, "opinion_add")
    log(item, actor, "opinion_add", opinion, version=plan.version, text=words)
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

    If the plan changed in substance after its legality review, the review no longer counts: the flow goes back to
    planning and the procedure runs again (R29).
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
    outdated = review_outdated(item)
    log(item, actor, "opinions_close", opinions=Opinion.objects.filter(item=item).count(), review_outdated=outdated)
    variables = {"legal_ok": False} if outdated else {}
    task_complete(actor=actor, task_id=task_of(item, stages.OPINIONS).pk, variables=variables)
    return item


@action
def legality_give(
    *, actor: User, item_id: int, ok: bool, text: str, plan_version: int, risks: str = ""
) -> LegalityReview:
    """Give the legality review of the version that was read. Raises `Conflict` when the plan has moved on meanwhile.

    A review that is not passed sends the plan back; only where a chair has allowed an exploratory reform does it go on, with
    the legal risk the reviewer names in `risks` (R4, 国务院令713号 art. 25).
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
    if plan.version != plan_version:
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
        item=item, plan_version=plan.version, ok=ok, text=words, risks=risk, request=asked, by=actor, at=clock.now()
    )
    review.save()
    if asked is not None:
        asked.answered_at = review.at
        save(asked, actor, "legality_give", ["answered_at"])
    log(item, actor, "legality_give", review, ok=ok, version=plan.version, text=words, risks=risk)
    # The flow asks whether it may go on: a risk that is shown and allowed lets it (R4).
    task_complete(actor=actor, task_id=task_of(item, stages.LEGALITY).pk, variables={"legal_ok": ok or bool(risk)})
    return review


def _clauses(clauses: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    texts = []
    for clause in clauses:
        title = " ".join(str(clause.get("title") or "").split())
        body = str(clause.get("body") or "").replace("\r\n", "\n").replace("\x00", "").strip()
        if title or body:
            texts.append({"title": title, "body": body})
    if not texts:
        raise Invalid(_("方案还没有内容"), fields={"clauses": _("请至少写一条，例如“盘活范围”和它的内容。")})
    if len(texts) > MAX_CLAUSES:
        raise Invalid(
            _("条款太多"),
            fields={"clauses": _("请合并到 %(limit)s 条以内，细节请作为材料上传。") % {"limit": MAX_CLAUSES}},
        )
    for number, clause in enumerate(texts, 1):
        if len(clause["title"]) > MAX_TITLE or len(clause["body"]) > MAX_BODY:
            raise Invalid(
                _("第 %(number)s 条太长") % {"number": number},
                fields={
                    "clauses": _("请缩短第 %(number)s 条：标题不超过 %(title)s 字，内容不超过 %(body)s 字。")
                    % {"number": number, "title": MAX_TITLE, "body": MAX_BODY}
                },
            )
    return texts

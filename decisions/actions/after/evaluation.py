"""Looking back at a decision (R39): begun by the end of its execution, by time, by complaints or by a great change; given by
somebody who has not judged it before."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from decisions.actions.after.common import check, lock, periods, plain, require_decided, today, words
from decisions.actions.after.files import Papers, Upload, stored
from decisions.actions.items.common import log, save
from decisions.models import Evaluation, Item
from decisions.policies.after import barred_evaluators, barred_words
from decisions.policies.items import ItemPolicy
from permissions.access import fetch
from permissions.errors import Denied, Invalid, WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock


@action
def evaluation_open(
    *, actor: User, item_id: int, trigger: str, why: str, evaluator_id: int | None, due: date | None = None
) -> Evaluation:
    """Begin an evaluation and name who gives it. While one is open it is returned.

    `due` defaults to the rules' period from today. Raises `Invalid`, `Denied` (also where the evaluator is barred), `WrongState`
    (not decided).
    """
    item = lock(actor, "evaluation_open", item_id)
    known = Evaluation.objects.filter(item=item, done_at__isnull=True).first()
    if known is not None:
        return known
    entry = require_decided(item)
    fields: dict[str, str] = {}
    told = trigger in (Evaluation.Trigger.COMPLAINT, Evaluation.Trigger.CHANGE)
    if trigger not in Evaluation.Trigger.values:
        fields["trigger"] = _("请选择启动评估的原因。")
    elif not told and Evaluation.objects.filter(item=item, trigger=trigger).exists():
        fields["trigger"] = _("已因这个原因评估过一次，请选别的原因。")
    reason = words(why, fields, "why", _("请写明群众反映或变化的情况。") if told else "")
    if due is not None and due <= today():
        fields["due"] = _("请选今天以后的日期。")
    evaluator = _evaluator(item, evaluator_id, fields)
    check(fields)
    row = Evaluation(
        item=item,
        trigger=trigger,
        why=reason,
        due=due or today() + timedelta(days=periods(entry).evaluation_days),
        evaluator=evaluator,
        opened_by=actor,
        opened_at=clock.now(),
    )
    save(row, actor, "evaluation_open")
    log(
        item,
        actor,
        "evaluation_open",
        row,
        **plain(trigger=trigger, why=reason, due=row.due, evaluator=evaluator.label if evaluator else ""),
    )
    return row


@action
def evaluation_assign(*, actor: User, item_id: int, evaluator_id: int | None) -> Evaluation:
    """Name who gives the open evaluation. The same person again changes nothing. Raises `Denied` where that person is barred."""
    item = lock(actor, "evaluation_assign", item_id)
    row = Evaluation.objects.select_for_update(of=("self",)).filter(item=item, done_at__isnull=True).first()
    if row is None:
        raise WrongState(_("现在没有进行中的评估。"), code="no_evaluation")
    if row.evaluator_id is not None and row.evaluator_id == evaluator_id:
        return row
    fields: dict[str, str] = {}
    evaluator = _evaluator(item, evaluator_id, fields)
    check(fields)
    old = row.evaluator
    row.evaluator = evaluator
    save(row, actor, "evaluation_assign", ["evaluator"])
    log(
        item,
        actor,
        "evaluation_assign",
        row,
        **plain(old=old.label if old else "", new=evaluator.label if evaluator else ""),
    )
    return row


def evaluation_give(
    *,
    actor: User,
    evaluation_id: int,
    verdict: str,
    text: str,
    advice: str,
    recommendations: str = "",
    files: Sequence[Upload] = (),
) -> Evaluation:
    """Give the evaluation: what it found, and what it recommends. Given again it is the first.

    Raises `Denied` (somebody else's, or barred since, R39), `Invalid`.
    """
    with stored(files) as papers:
        return _give(actor, evaluation_id, verdict, text, advice, recommendations, papers)


@action
def _give(
    actor: User, evaluation_id: int, verdict: str, text: str, advice: str, recommendations: str, papers: Papers
) -> Evaluation:
    item_id = Evaluation.objects.filter(pk=evaluation_id).values_list("item_id", flat=True).first() or 0
    item = lock(actor, "view", item_id)
    rows = Evaluation.objects.select_for_update(of=("self",)).select_related("evaluator")
    done = rows.filter(pk=evaluation_id, done_at__isnull=False, evaluator=actor).first()
    if done is not None:
        return done
    row = fetch(rows, actor, "evaluation_give", evaluation_id)
    fields: dict[str, str] = {}
    if verdict not in Evaluation.Verdict.values:
        fields["verdict"] = _("请选择评估结论。")
    if advice not in Evaluation.Advice.values:
        fields["advice"] = _("请选择建议。")
    row.text = words(text, fields, "text", _("请写明评估的依据、方法和发现。"))
    keep = advice == Evaluation.Advice.KEEP
    row.recommendations = words(
        recommendations, fields, "recommendations", "" if keep else _("请写明建议怎样调整或停止，双方要据此办理。")
    )
    check(fields)
    row.verdict, row.advice, row.done_at = verdict, advice, clock.now()
    save(row, actor, "evaluation_give")
    kept = papers.keep(item, actor, "evaluation", "evaluation_give")
    log(
        item,
        actor,
        "evaluation_give",
        row,
        **plain(
            verdict=verdict,
            text=row.text,
            advice=advice,
            recommendations=row.recommendations,
            files=[paper.sha256 for paper in kept],
        ),
    )
    return row


def _evaluator(item: Item, evaluator_id: int | None, fields: dict[str, str]) -> User | None:
    """Who is named; somebody who judged the item before is barred by the server, whoever names them (R39)."""
    if evaluator_id is None:
        fields["evaluator"] = _("请选择评估人。")
        return None
    user = User.objects.filter(pk=evaluator_id, is_active=True).first()
    if user is None or not ItemPolicy().visible(user, Item.objects.filter(pk=item.pk)).exists():
        raise Invalid(
            _("请从列表中选择评估人。"), fields={"evaluator": _("所选的人不能查看这件议题，请从列表中选择。")}
        )
    why = barred_evaluators(item).get(user.pk)
    if why is not None:
        raise Denied(barred_words(why), code="barred")
    return user

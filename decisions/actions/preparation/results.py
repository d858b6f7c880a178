"""What was asked for is given: risk assessments, interest checks, signed expert opinions. Nothing given is changed later."""

import hashlib
import json

from django.utils.translation import gettext as _

from decisions.actions.items.common import lock, log, save
from decisions.actions.preparation.common import (
    check,
    file_of,
    line,
    request_of,
    require_giver,
    require_open,
    too_long,
    words,
)
from decisions.models import ExpertOpinion, InterestCheck, Item, ReviewRequest, RiskAssessment
from decisions.selectors.plans import main_plan, versions_of
from permissions.errors import Conflict, Invalid, WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock


@action
def risk_give(
    *,
    actor: User,
    item_id: int,
    request_id: int,
    level: str,
    controllable: bool,
    text: str,
    plan_version: int,
    measures: str = "",
    material_id: int | None = None,
) -> RiskAssessment:
    """Give the risk assessment of the version that was read (R8). The same one sent twice is one assessment.

    Raises `Invalid` with `fields`, `Conflict` when the plan has moved on meanwhile, `WrongState` (not asked, answered).
    """
    item = lock(actor, "review_give", item_id)
    row = request_of(item, request_id, ReviewRequest.Kind.RISK)
    conclusion, means = words(text), words(measures)
    known = RiskAssessment.objects.filter(request=row).first()
    if known is not None and (known.by_id, known.level, known.controllable, known.text, known.measures) == (
        actor.pk,
        level,
        controllable,
        conclusion,
        means,
    ):
        return known
    require_open(row)
    faults = {
        "level": "" if level in RiskAssessment.Level.values else _("请选择风险等级。"),
        "text": _("请写评估结论：有哪些风险点，可能性和影响多大。") if not conclusion else too_long(conclusion),
        "measures": too_long(means),
    }
    if controllable and not means and level != RiskAssessment.Level.LOW:
        faults["measures"] = _("中、高风险可控的，请写防范和化解措施。")
    check(faults)
    material = file_of(item, material_id)
    require_giver(row, actor, material)
    version = _read(item, plan_version)
    given = RiskAssessment.objects.create(
        item=item,
        request=row,
        plan_version=version,
        versions={str(pk): number for pk, number in versions_of(item).items()},
        level=level,
        controllable=controllable,
        text=conclusion,
        measures=means,
        material=material,
        by=actor,
        at=clock.now(),
    )
    _answered(item, row, actor, "risk_give")
    log(
        item,
        actor,
        "risk_give",
        given,
        version=version,
        level=level,
        controllable=controllable,
        text=conclusion,
        measures=means,
    )
    return given


@action
def interest_check(*, actor: User, item_id: int, request_id: int, interest: bool, note: str) -> InterestCheck:
    """Record whether an expert has a direct interest in the matter; one who has is barred, and no longer asked (R7, art. 20)."""
    item = lock(actor, "interest_check", item_id)
    row = request_of(item, request_id, ReviewRequest.Kind.EXPERT)
    said = words(note)
    known = InterestCheck.objects.filter(request=row).first()
    if known is not None:
        if (known.by_id, known.interest, known.note) == (actor.pk, interest, said):
            return known
        raise Conflict(_("这名专家的利害关系已经核查过，结果不再改动。"), code="checked_already")
    require_open(row)
    check({"note": _("请写核查的情况，例如：本人声明、查过的单位和亲属关系。") if not said else too_long(said)})
    found = InterestCheck.objects.create(request=row, interest=interest, note=said, by=actor, at=clock.now())
    log(item, actor, "interest_check", found, **row.named, interest=interest, note=said)
    if interest:
        row.withdrawn_by, row.withdrawn_at = actor, clock.now()
        row.withdrawn_why = _("有直接利害关系，不参加论证（R7）")
        save(row, actor, "interest_check", ["withdrawn_by", "withdrawn_at", "withdrawn_why"])
    return found


@action
def expert_give(
    *,
    actor: User,
    item_id: int,
    request_id: int,
    verdict: str,
    text: str,
    plan_version: int,
    dissent: str = "",
    signed_name: str = "",
    material_id: int | None = None,
) -> ExpertOpinion:
    """Give a signed written opinion (R7). The same one sent twice is one opinion; none is changed later.

    An expert with an account signs by giving their name; from outside, a secretary enters what stands in the signed original.
    Raises `WrongState` where the interest check is missing, or somebody else was asked.
    """
    item = lock(actor, "review_give", item_id)
    row = request_of(item, request_id, ReviewRequest.Kind.EXPERT)
    opinion, other, name = words(text), words(dissent), line(signed_name)
    known = ExpertOpinion.objects.filter(request=row).first()
    if known is not None and (known.by_id, known.verdict, known.text, known.dissent, known.signed_name) == (
        actor.pk,
        verdict,
        opinion,
        other,
        name,
    ):
        return known
    require_open(row)
    check(
        {
            "verdict": "" if verdict in ExpertOpinion.Verdict.values else _("请选择结论。"),
            "text": _("请写论证意见：必要性、可行性、科学性。") if not opinion else too_long(opinion),
            "dissent": too_long(other),
            "signed_name": _("请签名：填写专家本人的姓名或职务。") if not name else too_long(name, 80),
        }
    )
    material = file_of(item, material_id)
    require_giver(row, actor, material)
    if not InterestCheck.objects.filter(request=row, interest=False).exists():
        raise WrongState(
            _("还没有核查这名专家有无直接利害关系。请秘书先登记核查结果（R7）。"), code="interest_unchecked"
        )
    version = _read(item, plan_version)
    at = clock.now()
    given = ExpertOpinion.objects.create(
        item=item,
        request=row,
        plan_version=version,
        verdict=verdict,
        text=opinion,
        dissent=other,
        signed_name=name,
        document_hash=signed_hash(item.pk, version, verdict, opinion, other, name),
        material=material,
        by=actor,
        at=at,
    )
    _answered(item, row, actor, "expert_give")
    log(
        item,
        actor,
        "expert_give",
        given,
        **(row.named if row.who else {"who": name}),
        version=version,
        verdict=verdict,
        text=opinion,
        dissent=other,
        hash=given.document_hash,
    )
    return given


def signed_hash(item: int, version: int, verdict: str, text: str, dissent: str, name: str) -> str:
    """SHA-256 over the canonical JSON of what an expert signs."""
    document = {"dissent": dissent, "item": item, "name": name, "plan": version, "text": text, "verdict": verdict}
    written = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _answered(item: Item, row: ReviewRequest, actor: User, why: str) -> None:
    row.answered_at = clock.now()
    save(row, actor, why, ["answered_at"])


def _read(item: Item, plan_version: int) -> int:
    plan = main_plan(item)
    if plan is None:
        raise Invalid(_("方案还没有内容"), fields={"plan": _("请先编写方案。")})
    if plan.version != plan_version:
        raise Conflict(
            _("您办理期间，方案已改到第 %(version)s 版。请看过新版再提交，您写的意见没有丢失。")
            % {"version": plan.version},
            code="plan_changed",
            data={"version": plan.version},
        )
    return plan.version

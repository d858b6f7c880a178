"""The other side's word on what was declared to be wording only (R29)."""

from __future__ import annotations

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from decisions.actions.items.common import lock, log, save
from decisions.actions.items.plans import plain, plan_of
from decisions.models import Item, Plan, WordingContest
from decisions.policies.items import side_of
from decisions.selectors.plans import version_rows
from permissions import roles
from permissions.errors import Denied, Invalid, WrongState
from permissions.models import Body, Role, User
from permissions.policies import role_key
from permissions.transactions import action
from workflows import clock

MAX_WHY = 400


@action
def wording_contest(*, actor: User, item_id: int, plan_id: int, version: int, why: str) -> WordingContest:
    """A secretary of the other side holds that a version declared as wording changes substance: until the contest is withdrawn
    it counts as substance, with the same consequences. Contested twice by one body, it is contested once.

    Raises `Denied` (``own_side``), `Invalid`, and `WrongState` (``not_wording``).
    """
    item = lock(actor, "wording_contest", item_id)
    plan = plan_of(item, plan_id)
    row = next((one for one in version_rows(plan) if one.version == version), None)
    if row is None:
        raise Invalid(_("没有这一版方案。请刷新页面后再试。"), fields={"why": _("请刷新页面后再试。")})
    if row.kind != Plan.Kind.WORDING:
        raise WrongState(_("这一版已声明为实质性修改，不需要提出异议。"), code="not_wording")
    writer = side_of(row.saved_by)
    body = next((one for one in _bodies(actor) if writer is None or one.pk != writer.pk), None)
    if body is None:
        raise Denied(_("异议由没有作这次修改的一方的秘书提出。"), code="own_side")
    words = plain(why)
    if not words or len(words) > MAX_WHY:
        told = _("请写明为什么这不只是文字修改，不超过 %(limit)s 字。") % {"limit": MAX_WHY}
        raise Invalid(_("请写明理由"), fields={"why": told})
    standing = WordingContest.objects.filter(plan=plan, version=version, body=body, withdrawn_at__isnull=True).first()
    if standing is not None:
        return standing
    contest = WordingContest(plan=plan, version=version, body=body, by=actor, why=words, at=clock.now())
    save(contest, actor, "wording_contest")
    _count_again(plan, actor, "wording_contest")
    log(item, actor, "wording_contest", contest, **_facts(plan, version), body=body.code, why=words)
    return contest


@action
def wording_contest_withdraw(*, actor: User, item_id: int, contest_id: int) -> WordingContest:
    """The body that contested a declaration withdraws it: the version counts as wording again. Withdrawn twice is once."""
    item = lock(actor, "wording_contest_withdraw", item_id)
    contest = _contest(item, contest_id)
    if contest.body_id not in {body.pk for body in _bodies(actor)}:
        raise Denied(_("异议由%(body)s秘书收回。") % {"body": contest.body.label}, code="other_side")
    if contest.withdrawn_at is not None:
        return contest
    contest.withdrawn_at, contest.withdrawn_by = clock.now(), actor
    save(contest, actor, "wording_contest_withdraw", ["withdrawn_at", "withdrawn_by"])
    _count_again(contest.plan, actor, "wording_contest_withdraw")
    facts = _facts(contest.plan, contest.version)
    log(item, actor, "wording_contest_withdraw", contest, **facts, body=contest.body.code)
    return contest


def _count_again(plan: Plan, actor: User, verb: str) -> None:
    """Set the newest version that counts as substance, by the declarations and the contests that stand."""
    contested = WordingContest.objects.filter(plan=plan, withdrawn_at__isnull=True).values("version")
    counts = Q(kind=Plan.Kind.SUBSTANTIVE) | Q(version__in=contested)
    newest = Plan.history.filter(counts, id=plan.pk).aggregate(newest=Max("version"))["newest"]
    plan.substantive_version = newest or 1
    save(plan, actor, verb, ["substantive_version"])


def _bodies(actor: User) -> list[Body]:
    """The bodies whose secretary the actor is."""
    return [body for body in Body.objects.all() if roles.holds(actor, role_key(Role.Code.SECRETARY, body))]


def _contest(item: Item, contest_id: int) -> WordingContest:
    rows = WordingContest.objects.select_for_update(of=("self",)).select_related("plan", "body")
    found = rows.filter(plan__item=item, pk=contest_id).first()
    if found is None:
        raise Invalid(_("没有这条异议。请刷新页面后再试。"), fields={"contest": _("请刷新页面后再试。")})
    return found


def _facts(plan: Plan, version: int) -> dict[str, object]:
    return {"version": version} if plan.is_main else {"version": version, "plan": plan.order, "title": plan.title}

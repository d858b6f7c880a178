"""Writing plans together: versions of each, alternatives tabled side by side (R9), substance and wording (R29)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from decisions import stages
from decisions.actions.items.common import lock, log, open_tasks, planned, save, task_of
from decisions.actions.preparation.requests import legality_request
from decisions.models import Item, Plan, Suggestion
from decisions.rules.clauses import Clause, identified, read
from decisions.selectors.items import again_after_substance, review_outdated
from decisions.selectors.plans import clauses_at, clauses_of, main_plan, opinions_outdated, plans_of
from permissions import versions
from permissions.errors import Conflict, Invalid, WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock, compiled
from workflows.actions import task_complete, task_send_back
from workflows.selectors import send_back_targets

MAX_CLAUSES = 60
MAX_TITLE = 60
MAX_BODY = 10_000
MAX_NAME = 40
MAX_WHY = 200
#: The reason that goes into the record of the flow; records are in Chinese whoever writes them.
AGAIN = "方案有实质性修改，重新履行程序（R29）。"
#: So many plans can be told apart in one vote after the other.
MAX_PLANS = 9


@action
def plan_save(
    *,
    actor: User,
    item_id: int,
    clauses: Sequence[Mapping[str, str]],
    base_version: int,
    kind: str = Plan.Kind.SUBSTANTIVE,
    note: str = "",
    plan_id: int | None = None,
) -> Plan:
    """Save a plan (the main one without `plan_id`) as a new version; an unchanged text makes none.

    `base_version` is the version the writer started from, 0 for the first. If somebody saved meanwhile, nothing is
    written and `Conflict` carries all three texts (``data["base"]``, ``data["mine"]``, ``data["theirs"]``) and the
    version that stands (``data["version"]``), so that they can be merged (`decisions.rules.merging`) and nothing is lost.
    After opinions are closed only wording may change (R29).
    """
    item = lock(actor, "plan_save", item_id)
    typed = _typed(clauses)
    plan = plan_of(item, plan_id) if plan_id is not None else main_plan(item)
    standing = clauses_of(plan) if plan else ()
    version = plan.version if plan else 0
    base = clauses_at(plan, base_version) if plan and base_version != version else standing
    mine = identified(typed, base or standing)
    if plan is not None and [clause.words for clause in mine] == [clause.words for clause in standing]:
        return plan
    if base_version != version:
        raise Conflict(
            _("您编写期间，方案已改到第 %(version)s 版。您的文字没有丢失，请对照后再保存。") % {"version": version},
            code="plan_changed",
            data={
                "base": [clause.to_json() for clause in base],
                "mine": [clause.to_json() for clause in mine],
                "theirs": [clause.to_json() for clause in standing],
                "version": version,
            },
        )
    if plan is None:
        plan, kind = Plan(item=item, version=0, substantive_version=0), Plan.Kind.SUBSTANTIVE
    return write(item, actor, plan, mine, kind, note)


@action
def plan_add(
    *, actor: User, item_id: int, title: str, clauses: Sequence[Mapping[str, str]] | None = None, note: str = ""
) -> Plan:
    """Put an alternative beside the main plan (R9). Without `clauses` it starts from the main plan's, which keep their ids, so
    that the two can be compared clause by clause. The same title sent twice by one person is one alternative.

    A plan opinions have not been asked on is a change of substance (R29). Raises `WrongState` (``no_plan``,
    ``wording_only``, ``too_many_plans``), `Conflict` (``title_taken``) and `Invalid`.
    """
    item = lock(actor, "plan_add", item_id)
    name = _name(title)
    main = planned(item)
    plans = plans_of(item, withdrawn=True)
    known = next((plan for plan in plans if plan.title == name and plan.withdrawn_at is None), None)
    if known is not None and not known.is_main and known.version == 1 and known.saved_by_id == actor.pk:
        return known
    _not_taken(known)
    if sum(plan.withdrawn_at is None for plan in plans) >= MAX_PLANS:
        raise WrongState(
            _("一件议题最多同时提交 %(count)s 个方案。请先撤下不再需要的备选方案。") % {"count": MAX_PLANS},
            code="too_many_plans",
        )
    start = clauses_of(main)
    text = start if clauses is None else identified(_typed(clauses), start)
    plan = Plan(item=item, order=plans[-1].order + 1, title=name, version=0, substantive_version=0)
    return write(item, actor, plan, text, Plan.Kind.SUBSTANTIVE, note, verb="plan_add")


@action
def plan_rename(*, actor: User, item_id: int, plan_id: int, title: str, version: str = "") -> Plan:
    """Give a plan the name that tells it from the others. `version` is the one the form was opened on; raises `Conflict` where
    somebody renamed it since."""
    item = lock(actor, "plan_rename", item_id)
    plan = plan_of(item, plan_id)
    name = _name(title)
    if plan.title == name:
        return plan
    _not_taken(next((other for other in plans_of(item) if other.title == name), None))
    versions.require(plan, version, ("title",), actor)
    old, plan.title = plan.title, name
    save(plan, actor, "plan_rename", ["title"])
    log(item, actor, "plan_rename", plan, plan=plan.order, old=old, new=name)
    return plan


@action
def plan_withdraw(*, actor: User, item_id: int, plan_id: int, reason: str) -> Plan:
    """Take an alternative back before tabling. The main plan stays; its row and versions stay in any case."""
    item = lock(actor, "plan_withdraw", item_id)
    plan = plan_of(item, plan_id, withdrawn=True)
    if plan.is_main:
        raise WrongState(_("主方案不能撤下。不再办理时，请撤回议题。"), code="main_plan")
    if plan.withdrawn_at is not None:
        return plan
    why = plain(reason)
    if not why or len(why) > MAX_WHY:
        words = _("请写明为什么撤下这个方案，不超过 %(limit)s 字，双方都能看到。") % {"limit": MAX_WHY}
        raise Invalid(_("请写明理由"), fields={"reason": words})
    plan.withdrawn_at, plan.withdrawn_by, plan.withdrawn_why = clock.now(), actor, why
    save(plan, actor, "plan_withdraw", ["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    log(item, actor, "plan_withdraw", plan, plan=plan.order, title=plan.title, version=plan.version, reason=why)
    return plan


@action
def plan_finish(*, actor: User, item_id: int, legality_due: date | None = None) -> Item:
    """The plans are ready for opinions, and for the legality review, which is asked for until `legality_due`: never less than
    the rules give it (R5), and that where it is left open. The versions that are asked about are written down (R29)."""
    item = lock(actor, "plan_finish", item_id)
    main = planned(item)
    plans = plans_of(item)
    for plan in plans:
        plan.asked_version = plan.version
        save(plan, actor, "plan_finish", ["asked_version"])
    others = {plan.order: plan.version for plan in plans if not plan.is_main}
    log(item, actor, "plan_finish", main, version=main.version, **({"alternatives": others} if others else {}))
    legality_request(item, actor, legality_due)
    task_complete(actor=actor, task_id=task_of(item, stages.PLAN).pk)
    return item


@action
def plan_again(*, actor: User, item_id: int) -> Item:
    """Send an item that waits to be tabled back to planning, because what counts as a change of substance has come after its
    review or its opinions (R29). Raises `WrongState` (``not_outdated``)."""
    item = lock(actor, "plan_again", item_id)
    if not (review_outdated(item) or opinions_outdated(item)):
        raise WrongState(_("方案在审查和征求意见之后没有实质性修改，不需要退回编制。"), code="not_outdated")
    task = task_of(item, stages.TABLE)
    nodes = compiled.of_version(task.process.version_id, task.process.version_sha256).process.nodes
    targets = send_back_targets(task, by_admin=True)
    target = next((one for one in targets if nodes[one.node].form == stages.PLAN), None)
    if target is None:
        raise WrongState(_("流程没有可以退回的编制环节。请与系统管理员联系。"), code="no_way_back")
    log(item, actor, "plan_again", review=review_outdated(item), opinions=opinions_outdated(item))
    # The secretary's own right to this act is checked above; the diagram need not allow sending back in general.
    task_send_back(actor=None, task_id=task.pk, to=target.node, reason=AGAIN)
    return item


def plan_of(item: Item, plan_id: int, *, withdrawn: bool = False) -> Plan:
    """A plan of this item. Raises `WrongState` where it was withdrawn, `Invalid` where the item has no such plan."""
    plan = next((plan for plan in plans_of(item, withdrawn=True) if plan.pk == plan_id), None)
    if plan is None:
        raise Invalid(_("这件议题没有这个方案。请刷新页面后再试。"), fields={"plan": _("请刷新页面后再试。")})
    if plan.withdrawn_at is not None and not withdrawn:
        raise WrongState(_("这个备选方案已经撤下，不能再修改。"), code="plan_withdrawn")
    return plan


def write(
    item: Item,
    actor: User,
    plan: Plan,
    clauses: Sequence[Clause],
    kind: str,
    note: str,
    *,
    verb: str = "plan_save",
    suggestion: Suggestion | None = None,
) -> Plan:
    """The next version of a plan, logged with what it makes run again. Raises `Invalid` and `WrongState` (``wording_only``)."""
    _declared(item, kind)
    again = again_after_substance(item) if kind == Plan.Kind.SUBSTANTIVE else []
    plan.clauses = [clause.to_json() for clause in clauses]
    plan.version += 1
    plan.kind = kind
    plan.note = plain(note)[:120]
    plan.suggestion = suggestion
    plan.saved_by = actor
    plan.saved_at = clock.now()
    if kind == Plan.Kind.SUBSTANTIVE:
        plan.substantive_version = plan.version
    save(plan, actor, verb)
    facts = {"version": plan.version, "kind": plan.kind, "note": plan.note, "clauses": len(clauses)}
    if not plan.is_main:
        facts |= {"plan": plan.order, "title": plan.title}
    if suggestion is not None:
        facts["suggestion"] = suggestion.number
    if again:
        facts["again"] = again
    log(item, actor, verb, plan, **facts)
    return plan


def plain(text: str) -> str:
    """Typed words with one kind of line end and nothing around them."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


def check_sizes(clauses: Sequence[Clause]) -> None:
    """Raises `Invalid` where a text has nothing in it, too many clauses, or one that is too long."""
    if not clauses:
        raise Invalid(_("方案还没有内容"), fields={"clauses": _("请至少写一条，例如“盘活范围”和它的内容。")})
    if len(clauses) > MAX_CLAUSES:
        raise Invalid(
            _("条款太多"),
            fields={"clauses": _("请合并到 %(limit)s 条以内，细节请作为材料上传。") % {"limit": MAX_CLAUSES}},
        )
    for number, clause in enumerate(clauses, 1):
        if len(clause.title) > MAX_TITLE or len(clause.body) > MAX_BODY:
            raise Invalid(
                _("第 %(number)s 条太长") % {"number": number},
                fields={
                    "clauses": _("请缩短第 %(number)s 条：标题不超过 %(title)s 字，内容不超过 %(body)s 字。")
                    % {"number": number, "title": MAX_TITLE, "body": MAX_BODY}
                },
            )


def _typed(rows: Sequence[Mapping[str, str]]) -> tuple[Clause, ...]:
    tidy = (Clause(one.id, " ".join(one.title.split()), plain(one.body)) for one in read(rows))
    clauses = tuple(one for one in tidy if one.title or one.body)
    check_sizes(clauses)
    return clauses


def _declared(item: Item, kind: str) -> None:
    """Substance changes only while opinions can still be asked again; wording until the item is tabled (R29)."""
    if kind not in Plan.Kind.values:
        raise Invalid(_("请选择修改性质"), fields={"kind": _("请选择实质性修改或文字修改。")})
    forms = {task.form for task in open_tasks(item)}
    if kind == Plan.Kind.SUBSTANTIVE and not forms & {stages.PLAN, stages.OPINIONS}:
        raise WrongState(
            _("征求意见已经结束，现在只能作文字修改。实质性修改须由法律顾问退回编制后进行（R29）。"),
            code="wording_only",
        )


def _name(title: str) -> str:
    name = " ".join(title.replace("\x00", "").split())
    if not name or len(name) > MAX_NAME:
        words = _("请写一个能区别于其他方案的名称，不超过 %(limit)s 字，例如“分期出租”。") % {"limit": MAX_NAME}
        raise Invalid(_("请填写方案名称"), fields={"title": words})
    return name


def _not_taken(plan: Plan | None) -> None:
    if plan is not None:
        raise Conflict(
            _("已有一个方案叫“%(title)s”。请换一个名称，或直接修改那个方案。") % {"title": plan.title},
            code="title_taken",
            data={"plan": plan.pk},
        )

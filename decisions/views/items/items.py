"""The list of items, and the page of one."""

import io

import segno
from django.core.paginator import Paginator
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from decisions import routing, stages
from decisions.actions.items.materials import kinds
from decisions.forms import MaterialForm
from decisions.models import (
    AgendaEntry,
    Ballot,
    Confirmation,
    CoProposer,
    Item,
    LegalityReview,
    MatterType,
    Opinion,
    Plan,
)
from decisions.policies.access import kept_from, remember
from decisions.raising import raised_from
from decisions.selectors import items as select
from decisions.selectors.after.page import after_of
from decisions.selectors.items.checks import Finding, money
from decisions.selectors.items.papers import entry_name
from decisions.selectors.plans import plans_of
from decisions.views.items.common import actor, page, whole
from decisions.views.watermark import opened
from permissions import access, policies
from permissions.look import STAGES, when_words
from permissions.models import User
from permissions.policies import may, visible
from permissions.selectors import sides_of
from workflows.drawn import draw_case
from workflows.models import Case

PER_PAGE = 20
STORY = 6
#: Stages in which an item has not been decided.
_BEFORE = frozenset({"propose", "plan", "deliberate"})


@require_safe
def item_list(request: HttpRequest) -> HttpResponse:
    """All items this user may know of, by stage, kind and words; htmx swaps the list alone."""
    user = actor(request)
    stage, kind, words = (request.GET.get(name, "").strip() for name in ("stage", "type", "q"))
    choices = [*STAGES.items(), ("draft", _("草稿")), ("done", _("已办结"))]
    stage = stage if stage in dict(choices) else ""
    found = select.item_list(user, stage=stage, kind=kind, search=words[:80], own="mine" in request.GET)
    rows = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    where = select.standings(rows)
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "rows": [(item, where[item.pk]) for item in rows],
        "page": rows,
        "kept": kept.urlencode(),
        "stages": choices,
        "kinds": visible(user, MatterType).filter(active=True),
        "chosen": {"stage": stage, "type": kind, "q": words, "mine": "mine" in request.GET},
        "filtered": bool(stage or kind or words or "mine" in request.GET),
        "may_propose": bool(may(user, "item_draft_save", Item)),
    }
    part = getattr(request, "htmx", False) and request.htmx.target == "found"  # type: ignore[attr-defined]
    return page(request, "items/_found" if part else "items/list", context)


@require_safe
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one item: where it stands, its papers, what the rules say, who did what, what you can do."""
    user = actor(request)
    row = access.fetch(whole(), user, "know", pk)
    if kept_from(user, row):
        # They may know that there is the item, and what came of it; no more (R24).
        return page(request, "items/withheld", {"item": row, "deliberations": select.deliberations(row)})
    remember(user, row, "")
    policies.require(user, "view", row)
    opened(request, row)
    prefetch_related_objects(
        [row],
        Prefetch("plans", Plan.objects.select_related("saved_by").order_by("order")),
        Prefetch("legality_reviews", LegalityReview.objects.select_related("by")),
        Prefetch("opinions", Opinion.objects.select_related("by", "body", "plan")),
        Prefetch("co_proposers", CoProposer.objects.select_related("user", "body")),
    )
    standing = select.standings([row])[row.pk]
    forms = [task.form for task in standing.tasks]
    opinions = list(row.opinions.all())
    needs = select.requirements(row)
    papers = select.checklist(row, needs)
    versions = select.plan_versions(row)
    findings = select.rule_check(row, needs) if row.submitted_at else []
    people = list(row.co_proposers.all())
    may_add = bool(may(user, "material_add", row)) and not stages.why_not("material_add", row.phase, forms)
    held = select.deliberations(row)
    told = select.story_rows(row, limit=STORY)
    sides = sides_of([row.proposer_id, *(event.actor_id for event in told)])
    context = {
        "item": row,
        "standing": standing,
        "people": people,
        "raised_from": raised_from(user, row),
        "proposer_side": sides.get(row.proposer_id, row.body),
        "offers": select.offers(row, user, forms),
        "drawings": draw_case(row.case) if row.case else None,
        "findings": findings,
        "lacking": [finding for finding in findings if finding.state in ("bad", "warn")],
        "holding": [finding for finding in findings if finding.state not in ("bad", "warn")],
        "before": standing.stage in _BEFORE,
        "notice": _notice(row, findings, before=standing.stage in _BEFORE),
        "plan": versions[0] if versions else None,
        "plans": plans_of(row),
        "versions": list(zip(versions, [*versions, None][1:], strict=False)),
        "opinions": opinions,
        "opinions_open": [opinion for opinion in opinions if not opinion.answer],
        "opinions_answered": [opinion for opinion in opinions if opinion.answer],
        "opinion_words": _opinion_words(opinions),
        "reviews": row.legality_reviews.all(),
        "confirmations": Confirmation.objects.filter(item=row).select_related("by", "body"),
        "papers": papers,
        "paper_words": _paper_words(papers),
        "material_form": MaterialForm(kinds=_kinds(row)) if may_add else None,
        "removable": [paper for paper in papers if paper.material] if may_add else [],
        "candidates": list(row.candidates.all()),
        "deliberations": held,
        "after": after_of(row, user),
        "facts": _facts(user, row, held),
        "story": select.story_of(row, told, sides),
        "qr": _qr(request, row),
        "may_classify": bool(may(user, "item_classify", row)),
        "amount": "" if row.amount is None else money(row.amount),
    }
    return page(request, "items/item", context)


def _kinds(row: Item) -> list[tuple[str, str]]:
    names = {entry["kind"]: entry_name(entry) for entry in row.matter_type.checklist}
    return [(kind, names.get(kind, _("其他材料"))) for kind in kinds(row.matter_type)]


def _notice(row: Item, findings: list[Finding], *, before: bool) -> tuple[str, str, str] | None:
    """Kind, title and words of the sentence at the top: what stands against tabling, or that it was taken back."""
    if row.case is not None and row.case.suspended is not None:
        return "warn", _("流程已暂停，恢复以前不能办理。"), row.case.suspend_reason
    if row.status == Item.Status.WITHDRAWN:
        return "warn", _("议题已撤回，不再办理。"), _("提出人需要时可以重新提出。")
    broken = [finding for finding in findings if finding.state == "bad"]
    if row.status != Item.Status.RUNNING or not broken:
        return None
    words = _("如果现在上会，有 %(count)s 条规则不符合。") if before else _("有 %(count)s 条规则不符合。")
    listed = _("、").join(finding.title for finding in broken[:4])
    return (
        "warn",
        words % {"count": len(broken)},
        (listed if len(broken) <= 4 else _("%(listed)s等") % {"listed": listed}) + _("。"),
    )


def _opinion_words(opinions: list[Opinion]) -> str:
    if not opinions:
        return ""
    words = [_("%(count)s 条") % {"count": len(opinions)}]
    for value, label in (*Opinion.Answer.choices, ("", _("待答复"))):
        count = sum(opinion.answer == value for opinion in opinions)
        if count:
            words.append(f"{label} {count}")
    return words[0] + _("：") + _("，").join(words[1:])


def _paper_words(papers: list[select.Paper]) -> str:
    asked = [paper for paper in papers if paper.required]
    have = sum(paper.state == "have" for paper in asked)
    return _("必备 %(asked)s 项，已齐 %(have)s 项") % {"asked": len({p.kind for p in asked}), "have": have}


def _ways(row: Item, entry: AgendaEntry | None) -> str:
    """How the item is voted on: the ways its rules allow, and whether people are put one by one or in an election."""
    labels = dict(Ballot.Method.choices)
    ways = _("、").join(str(labels[method.value]) for method in routing.rule_set_of(row).rules.methods)
    if entry is not None and entry.places is not None:
        return _("%(ways)s；选举，应选 %(places)s 名") % {"ways": ways, "places": entry.places}
    return _("%(ways)s；每名人选单独表决") % {"ways": ways} if row.matter_type.needs_candidates else ways


def _facts(user: User, row: Item, held: list[select.Deliberation]) -> list[tuple[str, str]]:
    execution = getattr(row, "execution", None)
    pending = next((one for one in held if not one.announced), None)
    sitting = format_html('<a href="{}">{}</a>', pending.url, pending.entry.sitting.name) if pending else ""
    return [
        (_("已列入"), sitting),
        (_("通过条件"), select.passing_sentence(row)),
        (_("表决方式"), _ways(row, pending.entry if pending else None)),
        (_("承办单位"), execution.unit if execution else ""),
        (_("完成期限"), when_words(execution.due) if execution else ""),
        (_("规则版本"), str(routing.rule_set_of(row))),
        (_("流程版本"), f"{row.case.version.definition.label} v{row.case.version.number}" if row.case else ""),
        (_("流程实例"), _case_link(user, row)),
    ]


def _case_link(user: User, row: Item) -> str:
    """To the page of the item's case, for those who may see it."""
    if row.case_id is None or not visible(user, Case).filter(pk=row.case_id).exists():
        return ""
    return format_html('<a href="{}">#{}</a>', reverse("case", args=[row.case_id]), row.case_id)


def _qr(request: HttpRequest, row: Item) -> SafeString:
    code = segno.make(request.build_absolute_uri(row.get_absolute_url()), error="m")
    out = io.BytesIO()
    code.save(out, kind="svg", border=0, xmldecl=False, svgns=False, omitsize=True, svgclass=None, lineclass=None)
    drawn = out.getvalue().decode().removeprefix("<svg")
    return format_html('<svg role="img" aria-label="{}"{}', _("二维码：用手机打开本页"), mark_safe(drawn))  # noqa: S308  drawn by us

"""The facts of proposal, preparation and planning (R1–R12, R29, R40)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from decisions import routing, stages
from decisions.models import (
    Ballot,
    Confirmation,
    ExpertOpinion,
    Exploration,
    InterestCheck,
    Item,
    ItemReader,
    PaperView,
    ReviewRequest,
    WordingContest,
)
from decisions.rules.ledger import Name
from decisions.rules.ledger.facts import Matter, Need, Planning, Preparation
from decisions.selectors.ledger.common import body_name, local, waiver
from decisions.selectors.plans import plans_of, review_outdated
from decisions.selectors.requirements import Requirement, requirements
from permissions.models import Body, Role, RoleGrant
from workflows.models import CaseTask

#: While the flow waits for one of these, the item has not come before a sitting (again) yet.
_GETTING_READY = frozenset({stages.DRAFT, stages.CONFIRM, stages.PLAN, stages.OPINIONS, stages.LEGALITY, stages.TABLE})


def matter_of(item: Item) -> Matter:
    """The item itself."""
    kind, rule_set = item.matter_type, routing.rule_set_of(item)
    readers = views = others = 0
    if item.confidential:
        named = set(ItemReader.objects.filter(item=item).values_list("user_id", flat=True))
        named |= {item.proposer_id, *item.co_proposers.values_list("user_id", flat=True)}
        readers = ItemReader.objects.filter(item=item, removed_at__isnull=True).count()
        seen = PaperView.objects.filter(item=item).annotate(day=TruncDate("at")).exclude(Exists(_secretary_then()))
        counted = seen.aggregate(all=Count("pk", distinct=True), strange=Count("pk", filter=~Q(user__in=named)))
        views, others = PaperView.objects.filter(item=item).count(), counted["strange"]
    return Matter(
        id=item.pk,
        kind=Name(kind.name, kind.name_en),
        rule_set=Name(rule_set.name, rule_set.name_en),
        rule_number=rule_set.number,
        submitted=local(item.submitted_at),
        withdrawn=item.status == Item.Status.WITHDRAWN,
        ended=item.status == Item.Status.CLOSED,
        personnel=kind.needs_candidates,
        amount=item.amount,
        limit=kind.threshold,
        purpose=item.purpose,
        confidential=bool(item.confidential),
        readers=readers,
        views=views,
        views_by_others=others,
    )


def _secretary_then() -> QuerySet[RoleGrant]:
    """Of a view of papers, with its `day`: whoever was a secretary then, whose office has the papers of every item."""
    return RoleGrant.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=OuterRef("day")),
        Q(ended_at__isnull=True) | Q(ended_at__gt=OuterRef("at")),
        user=OuterRef("user"),
        role__code=Role.Code.SECRETARY,
        starts_on__lte=OuterRef("day"),
    )


def preparation_of(item: Item, on_agenda: bool, known: Sequence[Requirement] | None = None) -> Preparation:
    """What was gathered before tabling; `known` are its requirements where the caller has them."""
    waiting = set(CaseTask.objects.filter(process=item.case_id, finished__isnull=True).values_list("form", flat=True))
    needs = tuple(
        Need(int(need.rule[1:]), need.kind, need.state, need.title, need.detail, need.blocks, need.due)
        for need in (requirements(item) if known is None else known)
    )
    confirmed = list(
        Confirmation.objects.filter(item=item, round=item.round, confirmed=True).select_related("body").order_by("pk")
    )
    done = {row.body_id for row in confirmed}
    asked = item.submitted_at is not None
    opinions = [row.answer for row in item.opinions.all()]
    experts = list(ExpertOpinion.objects.filter(item=item).values("signed_name", "document_hash", "dissent", "request"))
    interested = set(InterestCheck.objects.filter(request__item=item, interest=True).values_list("request", flat=True))
    comment = (
        ReviewRequest.objects.filter(item=item, kind=ReviewRequest.Kind.PUBLIC, withdrawn_at__isnull=True)
        .select_related("requested_by")
        .order_by("-pk")
        .first()
    )
    leave = Exploration.objects.filter(item=item).select_related("by").first()
    early = Ballot.objects.filter(entry__item=item, entry__called_at__gt=F("opened_at")).count()
    return Preparation(
        ready=on_agenda and not waiting & _GETTING_READY,
        needs=needs,
        confirmed=tuple(body_name(row.body) for row in confirmed),
        confirmed_at=local(max((row.at for row in confirmed), default=None)),
        waited_for=tuple(body_name(body) for body in Body.objects.all() if asked and body.pk not in done),
        opinions=len(opinions),
        unanswered=sum(1 for answer in opinions if not answer),
        early_votes=early,
        experts=len(experts),
        unsigned=sum(1 for row in experts if not row["signed_name"] or not row["document_hash"]),
        dissents=sum(1 for row in experts if row["dissent"]),
        barred=sum(1 for row in experts if row["request"] in interested),
        interested=len(interested),
        comment_days=(comment.due - comment.opens_on).days + 1 if comment and comment.opens_on else None,
        comment_needed=routing.rule_set_of(item).rules.periods.comment_days,
        shortened=waiver(comment.requested_by, comment.shortened, "国务院令713号 第15条", comment.requested_at)
        if comment is not None and comment.shortened
        else None,
        exploration=waiver(leave.by, leave.reason, leave.basis, leave.at) if leave is not None else None,
    )


def planning_of(item: Item, tabled_version: int | None) -> Planning:
    """The plans and the newest review of them."""
    plans = plans_of(item)
    main = plans[0] if plans else None
    if main is None:
        return Planning()
    review = item.newest_review is not None
    contested = WordingContest.objects.filter(plan__in=plans, withdrawn_at__isnull=True).count()
    return Planning(
        plan=main.pk,
        plans=len(plans),
        version=main.version,
        substantive=main.substantive_version,
        review_needed=review,
        reviewed=not (review and review_outdated(item)),
        contested=contested,
        tabled_version=tabled_version,
    )

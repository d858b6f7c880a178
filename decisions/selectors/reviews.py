"""The opinions asked for on an item, as its page shows them: each request with what was given, newest need first."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from decisions import stages
from decisions.models import Exploration, Item, LegalityReview, PublicComment, ReviewRequest
from decisions.policies.items import codes_of
from permissions.models import Role, User
from permissions.policies import may, visible
from workflows import clock


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, what was given to it, and what this user can do with it now (keys of the page's forms)."""

    row: ReviewRequest
    state: str
    colour: str
    mark: str
    comments: list[PublicComment] = field(default_factory=list)
    acts: tuple[str, ...] = ()

    @property
    def given(self) -> Any:
        """The assessment or opinion, if it was given."""
        return getattr(self.row, "risk_assessment", None) or getattr(self.row, "expert_opinion", None)

    @property
    def check(self) -> Any:
        """The interest check of an expert, if it was made."""
        return getattr(self.row, "interest", None)

    @property
    def reviews(self) -> list[LegalityReview]:
        """The legality reviews that answer it."""
        return list(self.row.legality_reviews.all())


def reviews_of(item: Item, user: User, forms: list[str]) -> dict[str, list[Asked]]:
    """Kind → its requests, oldest first, withdrawn ones too."""
    rows = (
        ReviewRequest.objects.filter(item=item)
        .select_related(
            "asked", "requested_by", "withdrawn_by", "risk_assessment__by", "expert_opinion__by", "interest__by"
        )
        .prefetch_related("legality_reviews__by", "comments__answers__by", "comments__recorded_by")
    )
    able = _able(item, user, forms)
    found: dict[str, list[Asked]] = {kind: [] for kind in ReviewRequest.Kind.values}
    today = timezone.localdate(clock.now())
    for row in rows:
        found[row.kind].append(Asked(row, *_state(row), list(row.comments.all()), _acts(row, user, able, today)))
    return found


def page_acts(item: Item, user: User, forms: list[str]) -> frozenset[str]:
    """What this user can begin on the page now: ask for an assessment, for an expert, publish, allow an exploration."""
    able = _able(item, user, forms)
    found: set[str] = set()
    if "review_request" in able:
        open_kinds = set(
            ReviewRequest.objects.filter(item=item, answered_at__isnull=True, withdrawn_at__isnull=True).values_list(
                "kind", flat=True
            )
        )
        found = {"ask_expert"}
        found |= {"ask_risk"} - ({"ask_risk"} if ReviewRequest.Kind.RISK in open_kinds else set())
        found |= {"publish"} - ({"publish"} if ReviewRequest.Kind.PUBLIC in open_kinds else set())
    if "exploration_allow" in able and not Exploration.objects.filter(item=item).exists():
        found.add("explore")
    return frozenset(found)


def unanswered(user: int) -> QuerySet[ReviewRequest]:
    """What this user (by key) is asked to give and has not given yet."""
    return ReviewRequest.objects.filter(
        asked=user, answered_at__isnull=True, withdrawn_at__isnull=True, item__status=Item.Status.RUNNING
    )


def asked_of(user: User) -> list[ReviewRequest]:
    """The same as a user may see it, the most urgent first."""
    return list(visible(user, unanswered(user.pk)).select_related("item", "interest").order_by("due", "pk")[:50])


def default_due(days: int) -> str:
    """A day so many days from now, as a date field takes it."""
    return (timezone.localdate(clock.now()) + timedelta(days=days)).isoformat()


_ACTS = (
    *("review_request", "review_extend", "review_withdraw", "review_give", "interest_check"),
    *("comment_record", "comment_answer", "public_close", "exploration_allow"),
)


def _able(item: Item, user: User, forms: list[str]) -> frozenset[str]:
    return frozenset(act for act in _ACTS if may(user, act, item) and not stages.why_not(act, item.phase, forms))


def _state(row: ReviewRequest) -> tuple[str, str, str]:
    if row.withdrawn_at is not None:
        return _("已撤销"), "plain", "x-lg"
    if row.answered_at is not None:
        return _("已办结"), "ok", "check-lg"
    if row.due < timezone.localdate(clock.now()) and row.kind != ReviewRequest.Kind.PUBLIC:
        return _("已逾期"), "bad", "clock-fill"
    return _("办理中"), "warn", "hourglass-split"


def _acts(row: ReviewRequest, user: User, able: frozenset[str], today: Any) -> tuple[str, ...]:
    if not row.is_open:
        return ()
    found = []
    kind = row.kind
    mine = row.asked_id == user.pk or (row.asked_id is None and Role.Code.SECRETARY in codes_of(user))
    checked = getattr(row, "interest", None)
    if kind == ReviewRequest.Kind.RISK and "review_give" in able and mine:
        found.append("risk")
    if kind == ReviewRequest.Kind.EXPERT:
        if checked is None and "interest_check" in able:
            found.append("check")
        if checked is not None and "review_give" in able and mine:
            found.append("expert")
    if kind == ReviewRequest.Kind.PUBLIC:
        found += [word for word, act in (("comment", "comment_record"), ("answer", "comment_answer")) if act in able]
        if today > row.due and "public_close" in able:
            found.append("close")
    if "review_extend" in able:
        found.append("extend")
    if kind != ReviewRequest.Kind.LEGALITY and "review_withdraw" in able:
        found.append("withdraw")
    return tuple(found)

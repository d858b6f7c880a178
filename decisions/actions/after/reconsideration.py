"""Asking that a decision be made anew: more than half of each body's members agree first (R38)."""

from collections import Counter

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from decisions import routing
from decisions.actions.after.common import check, line, lock, require_decided, words
from decisions.actions.items.common import log
from decisions.models import Item, Reconsideration, ReconsiderationSupport
from decisions.rules import reconsidering
from permissions.errors import Denied, WrongState
from permissions.models import Seat, User
from permissions.transactions import action
from workflows import clock


@action
def reconsideration_ask(*, actor: User, item_id: int, reason: str) -> Reconsideration:
    """Ask that a decided item be decided anew; whoever asks agrees with it. The voting seats that somebody holds now are the
    members asked, and how many of each body must agree is fixed with them. While one is open it is returned.

    Raises `Denied` (no voting seat), `Invalid`, `WrongState` (not decided).
    """
    item = lock(actor, "reconsideration_ask", item_id)
    known = Reconsideration.objects.filter(item=item, closed_at__isnull=True).first()
    if known is not None and (known.result is None or known.result.status != Item.Status.WITHDRAWN):
        return known
    require_decided(item)
    fields: dict[str, str] = {}
    why = words(reason, fields, "reason", _("请写明为什么要复议，例如：出现了当时不知道的情况。"))
    check(fields)
    if known is not None:
        _close(known, _("复议议题已撤回"))
    seats = Seat.objects.in_force(timezone.localdate(clock.now())).filter(voting=True, user__isnull=False)
    roster = [
        {"seat": seat.pk, "user": seat.user_id, "body": seat.body.code}
        for seat in seats.select_related("body").order_by("body__order", "order", "pk")
    ]
    members = Counter(str(row["body"]) for row in roster)
    row = Reconsideration.objects.create(
        item=item,
        reason=why,
        roster=roster,
        needed=reconsidering.needed(routing.rule_set_of(item).rules, members),
        by=actor,
        at=clock.now(),
    )
    log(item, actor, "reconsideration_ask", row, reason=why, members=dict(members), needed=row.needed)
    _support(item, row, actor)
    return row


@action
def reconsideration_support(*, actor: User, item_id: int) -> Reconsideration:
    """Agree to reconsider, for every seat of one's own. Again it changes nothing.

    Raises `Denied` (not on the roster), `WrongState` (nothing is asked).
    """
    item = lock(actor, "reconsideration_support", item_id)
    row = _open(item)
    if not any(seat["user"] == actor.pk for seat in row.roster):
        raise Denied(_("提出复议时您不在名册上，不参加表态。"), code="not_on_roster")
    _support(item, row, actor)
    return row


@action
def reconsideration_withdraw(*, actor: User, item_id: int, reason: str) -> Reconsideration:
    """Whoever asked takes it back, as long as not enough have agreed."""
    item = lock(actor, "reconsideration_withdraw", item_id)
    row = _open(item)
    if row.by_id != actor.pk:
        raise Denied(_("复议由提出人%(who)s撤回。") % {"who": row.by.label}, code="not_asker")
    if row.agreed_at is not None:
        raise WrongState(_("双方过半数成员已同意复议，不能再撤回。"), code="agreed_already")
    fields: dict[str, str] = {}
    why = line(reason, fields, "reason", _("请写明撤回的理由。"), 200)
    check(fields)
    _close(row, why)
    log(item, actor, "reconsideration_withdraw", row, reason=why)
    return row


def _support(item: Item, row: Reconsideration, actor: User) -> None:
    given = set(row.supports.values_list("seat_id", flat=True))
    seats = Seat.objects.select_related("body").filter(
        pk__in=[seat["seat"] for seat in row.roster if seat["user"] == actor.pk and seat["seat"] not in given]
    )
    for seat in seats:
        support = ReconsiderationSupport.objects.create(
            reconsideration=row, seat=seat, body=seat.body, by=actor, at=clock.now()
        )
        log(item, actor, "reconsideration_support", support, body=seat.body.code, position=seat.position)
    counts = dict(row.supports.values_list("body__code").annotate(n=Count("pk")).order_by())
    if row.agreed_at is None and reconsidering.agreed(row.needed, counts):
        row.agreed_at = clock.now()
        row.save(update_fields=["agreed_at"])
        log(item, actor, "reconsideration_agree", row, given=counts, needed=row.needed)


def _close(row: Reconsideration, why: str) -> None:
    row.closed_at, row.close_reason = clock.now(), why
    row.save(update_fields=["closed_at", "close_reason"])


def _open(item: Item) -> Reconsideration:
    rows = Reconsideration.objects.select_for_update(of=("self",)).select_related("by")
    row = rows.filter(item=item, closed_at__isnull=True).first()
    if row is None:
        raise WrongState(_("现在没有人提出复议。"), code="not_asked")
    return row

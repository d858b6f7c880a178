"""The first page: what waits for me, how my items do, the next sitting, what others did meanwhile."""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from decisions import stages
from decisions.models import Item, Sitting
from decisions.policies.items import codes_of
from decisions.selectors import items as select
from decisions.selectors.minutes import to_sign_again
from decisions.views.items.common import actor, page
from permissions import access, roles
from permissions.look import due_words, stage_word
from permissions.models import Role, Seat, User
from permissions.policies import may
from workflows import deadlines
from workflows.context import MOST
from workflows.handlers import form_url
from workflows.models import CaseTask
from workflows.record_told import unread_notices
from workflows.selectors import done_by, inbox
from workflows.waiting import waiting

SHOWN = 50
#: So many unread notices of records stand on the first page; the others on a page of their own.
TOLD = 5


@dataclass(frozen=True, slots=True)
class Card:
    """One task as the page shows it."""

    title: str
    why: str
    url: str
    action: str
    due: datetime | date | None
    facts: list[str]
    kind: str
    item: Item | None


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks of the same urgency."""

    kind: str
    icon: str
    title: str
    cards: list[Card]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me comes first; a user without tasks sees what to do instead."""
    user = actor(request)
    tasks = list(inbox(user)[: SHOWN + 1])
    besides = _besides(user)
    cards = [*_cards(tasks[:SHOWN]), *_sign_again(user, tasks), *besides]
    asked = _asked(user)
    own = list(select.mine(user)[:6])
    sitting = select.next_sitting(user)
    context = {
        "today": timezone.localdate(),
        "title": _title(sum(card.kind != "still" for card in cards) + (len(tasks) > SHOWN), len(asked)),
        "summary": _summary(cards),
        "groups": _groups(cards),
        "more": len(tasks) > SHOWN,
        "done": done_by(user).count(),
        "asked": asked,
        "own": [(item, standing) for item, standing in _with(own[:5])],
        "own_more": len(own) > 5,
        "sitting": sitting,
        "seats": _seats(user, sitting),
        "entries": sitting.entries.count() if sitting else 0,
        "days": (timezone.localtime(sitting.at).date() - timezone.localdate()).days if sitting else 0,
        "changes": select.changes(user),
        "told": unread_notices(user, TOLD),
        "may_propose": bool(may(user, "item_draft_save", Item)),
    }
    if len(tasks) <= SHOWN:
        # The badge counts what has just been read.
        context["my_task_count"] = min(sum(row.process.suspended is None for row in tasks) + len(besides), MOST)
    return page(request, "home", context)


@require_safe
def messages_page(request: HttpRequest) -> HttpResponse:
    """What others did to the items I may see, the last thirty days."""
    return page(request, "items/messages", {"changes": select.changes(actor(request), days=30, limit=60)})


@require_safe
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """The address of a task leads to the page where it is done; a finished one to what it was about."""
    row = access.fetch(CaseTask.objects.select_related("process"), actor(request), "view", pk)
    about = Item.objects.filter(case=row.process_id).first()
    if row.finished is not None:
        messages.info(request, _("这件事已经办完。"))
        return redirect(about.get_absolute_url() if about else "home")
    return redirect(form_url(row))


def _cards(tasks: list[CaseTask]) -> list[Card]:
    items = select.of_cases(tasks)
    where = select.standings(items.values())
    told = deadlines.reminded(tasks)
    cards = []
    for row in tasks:
        item = items.get(row.process_id)
        title, action = select.task_words(row)
        stage = stage_word(where[item.pk].stage) if item else ""
        url = form_url(row)
        facts = [word for word in (stage, item.number if item else "") if word]
        kind = due_words(row.due).kind if row.due else ""
        if row.pk in told:
            facts.append(str(told[row.pk]))
        if row.process.suspended is not None:
            facts.append(_("流程已暂停：%(reason)s") % {"reason": row.process.suspend_reason})
            kind, action = "still", ""
        cards.append(Card(title, str(item or row.process), url, action, row.due, facts, kind, item))
    return cards


def _sign_again(user: User, tasks: list[CaseTask]) -> list[Card]:
    """Minutes that an edit has taken a chair's signature off, unless a task of the flow asks for it anyway."""
    asked = {row.process_id for row in tasks if row.form == stages.SIGN}
    return [
        Card(
            _("重新会签纪要"),
            str(minutes.entry.item),
            reverse("minutes", args=[minutes.pk]),
            _("去会签"),
            None,
            [_("纪要改为第 %(version)s 稿，您的签名已失效") % {"version": minutes.version}],
            "",
            minutes.entry.item,
        )
        for minutes in to_sign_again(user)
        if minutes.entry.item.case_id not in asked
    ]


def _besides(user: User) -> list[Card]:
    """What waits outside of flows, among the tasks."""
    return [
        Card(
            wait.title,
            wait.about,
            wait.url,
            wait.action,
            wait.due,
            [fact for fact in wait.facts if fact],
            due_words(wait.due).kind if wait.due else "",
            None,
        )
        for wait in waiting(user)
    ]


def _asked(user: User) -> list[Item]:
    """The items a user may give an opinion on and has not; the secretaries run the round and have their task."""
    if not codes_of(user) & {Role.Code.MEMBER, Role.Code.CHAIR, Role.Code.OBSERVER}:
        return []
    return list(select.asked_for_opinion(user)[:5])


def _groups(cards: list[Card]) -> list[Group]:
    found = []
    for kind, icon, words in (
        ("bad", "exclamation-circle-fill", _("已逾期 %(count)s 件")),
        ("warn", "clock-fill", _("今天到期 %(count)s 件")),
        ("", "calendar-week", _("本周及以后 %(count)s 件")),
        ("still", "pause-fill", _("已暂停 %(count)s 件，恢复后再办")),
    ):
        chosen = [card for card in cards if card.kind == kind]
        if chosen:
            found.append(Group(kind, icon, words % {"count": len(chosen)}, chosen))
    return found


def _title(count: int, asked: int) -> str:
    if not count and asked:
        words = ngettext("有 %(count)s 份方案请您提意见", "有 %(count)s 份方案请您提意见", asked)
        return words % {"count": asked}
    if not count:
        return _("没有等您办理的事")
    shown = f"{SHOWN}+" if count > SHOWN else str(count)
    return ngettext("有 %(count)s 件事等您办理", "有 %(count)s 件事等您办理", count) % {"count": shown}


def _summary(cards: list[Card]) -> str:
    late = sum(card.kind == "bad" for card in cards)
    today = sum(card.kind == "warn" for card in cards)
    parts = []
    if late:
        parts.append(_("%(count)s 件已逾期") % {"count": late})
    if today:
        parts.append(_("%(count)s 件今天到期") % {"count": today})
    return _("，").join(parts)


def _with(items: list[Item]) -> list[tuple[Item, select.Standing]]:
    where = select.standings(items)
    return [(item, where[item.pk]) for item in items]


def _seats(user: User, sitting: Sitting | None) -> list[Seat]:
    return roles.seats_of(user) if sitting is not None else []

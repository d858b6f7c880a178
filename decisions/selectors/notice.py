"""The notice of a sitting (R11): what it fixes, whether it still holds, who has read it, and who must be named before it goes out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from decisions import routing
from decisions.models import (
    AgendaChange,
    AgendaEntry,
    Item,
    Material,
    Notice,
    NoticeCopy,
    NoticeReceipt,
    PaperView,
    Sitting,
)
from decisions.policies import access
from decisions.selectors.items.checks import passing_sentence
from decisions.selectors.plans import plans_of
from permissions import audit, roles
from permissions.models import Role, Seat, User
from permissions.policies import visible
from workflows import clock


def content_of(sitting: Sitting) -> dict[str, Any]:
    """What a notice of this sitting would fix now: when, where, who presides, and the agenda with each paper by its digest.

    Of a confidential item the title, the candidates and the names of its files are left out (R40): ids and digests prove them.
    """
    return {
        "sitting": sitting.pk,
        "at": audit.instant(sitting.at),
        "place": sitting.place,
        "host": sitting.host_id,
        "agenda": [_line(entry) for entry in entries_of(sitting)],
    }


def _line(entry: AgendaEntry) -> dict[str, Any]:
    item = entry.item
    open_to_all = not item.confidential
    return {
        "entry": entry.pk,
        "item": item.pk,
        "order": entry.order,
        "minutes": entry.minutes_planned,
        "title": item.title if open_to_all else "",
        "confidential": item.confidential,
        "rule_set": f"{routing.rule_set_of(item).code}/{routing.rule_set_of(item).number}",
        "candidates": [person.name for person in item.candidates.all()] if open_to_all else item.candidates.count(),
        "plans": [
            {"plan": plan.pk, "version": plan.version, "sha256": _digest(plan.clauses)} for plan in plans_of(item)
        ],
        "materials": [
            {"material": row.pk, "sha256": row.sha256} | ({"name": row.name} if open_to_all else {})
            for row in materials_of(item)
        ],
    }


def digest_of(content: dict[str, Any]) -> str:
    """The SHA-256 over a notice's canonical JSON."""
    return _digest(content)


def _digest(value: Any) -> str:
    return sha256(audit.canonical(value).encode()).hexdigest()


def entries_of(sitting: Sitting) -> list[AgendaEntry]:
    """The agenda with its items, in order."""
    rows = sitting.entries.select_related("item__matter_type__rule_set").order_by("order", "pk")
    return list(rows.prefetch_related("item__plans", "item__candidates"))


def materials_of(item: Item) -> list[Material]:
    """The files of an item that stand, in the order they came."""
    return list(Material.objects.filter(item=item, removed_at__isnull=True).order_by("pk"))


def days_ahead(sitting: Sitting, now: datetime | None = None) -> int:
    """How many days there are from today to the sitting; negative once it is past."""
    return (timezone.localdate(sitting.at) - timezone.localdate(now or clock.now())).days


def days_required(entries: Iterable[AgendaEntry]) -> int:
    """How many days ahead notice has to go out: the most that the rule set of any entry asks for (R11)."""
    asked = (routing.rule_set_of(entry.item).rules.periods.notice_days for entry in entries)
    return max(asked, default=0)


def latest(sitting: Sitting) -> Notice | None:
    """The notice that holds: the last one sent."""
    return Notice.objects.filter(sitting=sitting).order_by("-number").first()


def cause_of(notice: Notice, content: dict[str, Any]) -> str:
    """What kind of change makes this content another one than the notice's; empty where it is the same."""
    old = notice.content
    if digest_of(content) == notice.content_hash:
        return ""
    if any(old[name] != content[name] for name in ("at", "place", "host")):
        return Notice.Cause.MOVED
    ids = [[line["item"] for line in side["agenda"]] for side in (old, content)]
    return Notice.Cause.AGENDA if ids[0] != ids[1] else Notice.Cause.PAPERS


def stale(sitting: Sitting, notice: Notice | None = None) -> list[str]:
    """What is not as the last notice said any more, in words without a title; empty where it still holds, or none was sent."""
    last = notice or latest(sitting)
    if last is None or sitting.status != Sitting.Status.NOTICED:
        return []
    old, new = last.content, content_of(sitting)
    words = []
    if old["at"] != new["at"]:
        words.append(_("开会时间变了"))
    if old["place"] != new["place"]:
        words.append(_("地点变了"))
    if old["host"] != new["host"]:
        words.append(_("主持变了"))
    before = {line["item"]: line for line in old["agenda"]}
    now = {line["item"]: line for line in new["agenda"]}
    if list(before) != list(now):
        words.append(_("议程变了"))
    for key, line in now.items():
        known = before.get(key)
        if known is None:
            continue
        if known["plans"] != line["plans"]:
            words.append(_("第 %(order)s 项的方案变了") % {"order": line["order"]})
        if known["materials"] != line["materials"]:
            words.append(_("第 %(order)s 项的材料变了") % {"order": line["order"]})
        if known["candidates"] != line["candidates"]:
            words.append(_("第 %(order)s 项的人选变了") % {"order": line["order"]})
        if known["confidential"] != line["confidential"]:
            words.append(_("第 %(order)s 项的知悉范围变了") % {"order": line["order"]})
        if known["rule_set"] != line["rule_set"]:
            words.append(_("第 %(order)s 项的规则变了") % {"order": line["order"]})
    return words


def seats_on(day: date) -> list[Seat]:
    """Everybody who sits on that day, with a vote or without: a vacant seat gets no notice."""
    seats = Seat.objects.in_force(day).filter(user__isnull=False).select_related("body", "user")
    return list(seats.order_by("body__order", "order", "pk"))


def unnamed_voters(item: Item, seats: Iterable[Seat]) -> list[Seat]:
    """The voting seats that would have to vote on a confidential item without knowing it: they have to be named first (R40)."""
    if not item.confidential:
        return []
    return [seat for seat in seats if seat.voting and seat.user is not None and access.kept_from(seat.user, item)]


def blind_seats(entries: Iterable[AgendaEntry], day: date) -> list[tuple[AgendaEntry, list[Seat]]]:
    """Each confidential entry with the voting seats of that day that are not among its readers yet."""
    hidden = [entry for entry in entries if entry.item.confidential]
    seats = seats_on(day) if hidden else []
    found = [(entry, unnamed_voters(entry.item, seats)) for entry in hidden]
    return [(entry, lacking) for entry, lacking in found if lacking]


@dataclass(slots=True)
class Reading:
    """One seat and its copy of the last notice: when it was confirmed, which materials were opened, how often reminded."""

    copy: NoticeCopy
    read_at: datetime | None
    opened: int
    materials: int
    reminders: int


def readings(notice: Notice) -> list[Reading]:
    """Who has and who has not read the notice, in the order of the seats."""
    copies = list(
        notice.copies.select_related("body", "user")
        .prefetch_related(Prefetch("receipt", NoticeReceipt.objects.all()), "reminders")
        .order_by("order", "pk")
    )
    files = {row["material"] for line in notice.content["agenda"] for row in line["materials"]}
    seen: dict[int, set[int]] = {}
    views = PaperView.objects.filter(material__in=files, at__gte=notice.sent_at)
    for user, material in views.values_list("user", "material").distinct().order_by():
        seen.setdefault(user, set()).add(material)
    by_item = {line["item"]: len(line["materials"]) for line in notice.content["agenda"]}
    found = []
    for copy in copies:
        receipt = getattr(copy, "receipt", None)
        sent = len(files) - sum(by_item.get(item, 0) for item in copy.withheld)
        opened = len(seen.get(copy.user_id or 0, set()))
        found.append(Reading(copy, receipt.at if receipt else None, opened, sent, len(copy.reminders.all())))
    return found


def unconfirmed(user: int) -> QuerySet[NoticeCopy]:
    """The copies of notices that hold which this user (by key) has not confirmed, of sittings that have not begun."""
    return NoticeCopy.objects.filter(
        user=user, receipt__isnull=True, notice__sitting__status=Sitting.Status.NOTICED
    ).filter(notice__number=F("notice__sitting__notices"))


def unread(user: User) -> QuerySet[NoticeCopy]:
    """The same as pages show them, the next sitting first."""
    held = unconfirmed(user.pk).select_related("notice__sitting", "body").prefetch_related("reminders")
    return held.order_by("notice__sitting__at", "order")


def own_copies(notice: Notice, user: User) -> list[NoticeCopy]:
    """The copies this user got of a notice: one per seat they hold."""
    return list(notice.copies.filter(user=user.pk).select_related("body", "receipt").order_by("order"))


@dataclass(slots=True)
class NoticeLine:
    """One entry of the agenda on the notice, as its reader may know it."""

    entry: AgendaEntry
    plans: list[Any] = field(default_factory=list)
    materials: list[tuple[Material, bool]] = field(default_factory=list)
    passing: str = ""
    starts: datetime | None = None


def lines_for(sitting: Sitting, user: User) -> list[NoticeLine]:
    """The agenda of a notice for one reader: confidential entries covered, the papers of others with whether they were opened."""
    entries = entries_of(sitting)
    opened = set(
        PaperView.objects.filter(user=user.pk, item__in=[entry.item_id for entry in entries])
        .values_list("material", flat=True)
        .distinct()
    )
    access.cover(user, entries)
    lines = []
    for entry, starts in zip(entries, begins(sitting, entries), strict=True):
        if entry.item.covered or access.kept_from(user, entry.item):
            lines.append(NoticeLine(entry, starts=starts))
            continue
        files = [(row, row.pk in opened) for row in materials_of(entry.item)]
        lines.append(NoticeLine(entry, plans_of(entry.item), files, passing_sentence(entry.item), starts))
    return lines


def begins(sitting: Sitting, entries: Sequence[AgendaEntry]) -> list[datetime | None]:
    """When each entry would begin by the time plan; None from the first one on that nobody has planned."""
    moment: datetime | None = sitting.at
    found: list[datetime | None] = []
    for entry in entries:
        found.append(moment)
        planned = entry.minutes_planned
        moment = moment + timedelta(minutes=planned) if moment is not None and planned is not None else None
    return found


def open_changes(sitting: Sitting) -> QuerySet[AgendaChange]:
    """The changes of the agenda that wait for whoever presides."""
    rows = AgendaChange.objects.filter(sitting=sitting, approved__isnull=True)
    return rows.select_related("item", "asked_by").order_by("pk")


def eligible_readers(item: Item) -> QuerySet[User]:
    """Who can be named as a reader: whoever takes part in decisions or audits them, and does not run the house (N5). Secretaries
    and proposers read it anyway."""
    codes = [
        Role.Code.PROPOSER,
        Role.Code.MEMBER,
        Role.Code.CHAIR,
        Role.Code.OBSERVER,
        Role.Code.LEGAL,
        Role.Code.AUDITOR,
    ]
    seated = Seat.objects.in_force(clock.now().date()).filter(user__isnull=False).values("user")
    reading = roles.holders_of_codes(*codes).values("pk")
    running = [Role.Code.ADMIN, Role.Code.SECURITY, Role.Code.DESIGNER, Role.Code.SECRETARY]
    house = roles.holders_of_codes(*running).values("pk")
    known = item.readers.filter(removed_at__isnull=True).values("user")
    proposing = Q(pk=item.proposer_id) | Q(pk__in=item.co_proposers.values("user"))
    people = User.objects.filter(Q(pk__in=reading) | Q(pk__in=seated), is_active=True)
    return people.exclude(pk__in=house).exclude(proposing | Q(pk__in=known)).distinct().order_by("pk")


def prepared(sitting: Sitting, user: User) -> dict[str, Any]:
    """What the page of a sitting that has not begun says of its notice, for one reader: in which state it is, who has read it, and
    what waits to be decided."""
    last = latest(sitting)
    reading = readings(last) if last is not None else []
    own = own_copies(last, user) if last is not None else []
    entries = list(sitting.entries.order_by("order", "pk"))
    changes = list(visible(user, open_changes(sitting))) if sitting.status == Sitting.Status.NOTICED else []
    return {
        "notice": last,
        "stale": stale(sitting, last),
        "read": sum(one.read_at is not None for one in reading),
        "sent": len(reading),
        "to_confirm": [copy for copy in own if not hasattr(copy, "receipt")],
        "changes": changes,
        "decides": sitting.host.user_id == user.pk,
        "starts": {entry.pk: starts for entry, starts in zip(entries, begins(sitting, entries), strict=True)},
        "planned": sum(entry.minutes_planned or 0 for entry in entries),
    }

"""The room as one person sees it at one moment, loaded in a bounded number of queries."""

from collections.abc import Sequence
from hashlib import sha256

from django.db.models import Count, Prefetch
from django.utils.translation import gettext as _

from decisions.models import AgendaEntry, Attendance, Ballot, Recusal, Resolution, Sitting, SittingSeat, Statement
from decisions.policies.access import CONFIDENTIAL, cover, kept_from
from decisions.policies.sittings import at_desk
from decisions.selectors import sittings as read
from decisions.selectors.room.bodies import own_of, sides_of, voted_in
from decisions.selectors.room.control import control_of, rule_first
from decisions.selectors.room.matters import matters_of
from decisions.selectors.room.results import result_of
from decisions.selectors.room.shapes import Line, Room
from permissions.models import AuditHead, User

Stage = AgendaEntry.Stage


def version_of(sitting: Sitting) -> str:
    """What the room looks like now, as a short word; the same word means the same room. Two queries."""
    items = AgendaEntry.objects.filter(sitting=sitting).values_list("item_id", flat=True).order_by("pk")
    subjects = [sitting.subject, *(f"item:{item}" for item in items)]
    heads = AuditHead.objects.filter(subject__in=subjects).order_by("subject").values_list("subject", "seq")
    return sha256(repr((sitting.status, list(heads))).encode()).hexdigest()[:16]


def room_of(sitting: Sitting, user: User, entry_id: int | None = None) -> Room:
    """The room as `user` sees it, at the entry asked for, else at the one being dealt with."""
    version = version_of(sitting)
    entries = list(
        sitting.entries.select_related("item__matter_type", "minutes", "announced_by", "speaker")
        .annotate(materials=Count("item__materials"))
        .order_by("order", "pk")
    )
    for one in entries:
        one.sitting = sitting
    cover(user, entries)
    entry = _chosen(entries, entry_id)
    seats = read.seats_of(sitting)
    desk = at_desk(user)
    room = Room(
        sitting=sitting,
        version=version,
        desk=desk,
        agenda=[_line(one, one is entry) for one in entries],
        entry=entry,
        motions=0,
        motion=None,
        phases=_phases(entry) if entry else [],
        sides=[],
        guests=[seat for seat in seats if not seat.voting and seat.attendance.state == Attendance.State.PRESENT],
        own=[],
        control=None,
        results=[],
    )
    if entry is None or sitting.opened_at is None:
        return room
    room.kept = CONFIDENTIAL if entry.item.covered else kept_from(user, entry.item)
    if room.kept:
        return _kept(room, entry, user, seats)
    recusals = _stepped_back(entry, seats)
    statements = list(Statement.objects.filter(entry=entry).order_by("order"))
    motions = list(
        entry.motions.select_related("amendment").prefetch_related(
            Prefetch("resolutions", Resolution.objects.select_related("body")),
            Prefetch("ballots", Ballot.objects.select_related("body").annotate(cast=Count("votes"))),
        )
    )
    room.motions = len(motions)
    room.motion = next((motion for motion in motions if motion.announced_at is None), None)
    voted_on = [ballot for motion in motions for ballot in motion.ballots.all()]
    room.way = voted_on[-1].way if voted_on else ""
    roster = read.roster_of(entry, seats, recusals)
    views = {row.seat_id: row for row in statements}
    voted = voted_in(room.motion)
    room.sides = sides_of(entry, seats, roster, recusals, views, room.motion, voted)
    room.own = own_of(entry, user, seats, roster, recusals, views, room.motion, voted)
    room.results = [result_of(entry, motion, seats, full=True) for motion in motions if motion.announced_at]
    room.control = control_of(room, entries, seats, roster, views, user)
    room.matters = matters_of(room, user, seats, roster)
    if desk:
        rule_first(room.control, room.matters)
    previous = next((one for one in reversed(entries) if one.order < entry.order and one.outcome), None)
    if entry.stage == Stage.ANNOUNCED and previous is not None and not previous.item.covered:
        earlier = previous.motions.prefetch_related(Prefetch("resolutions", Resolution.objects.select_related("body")))
        room.before = (previous, [result_of(previous, motion, seats, full=False) for motion in earlier])
    return room


def _kept(room: Room, entry: AgendaEntry, user: User, seats: list[SittingSeat]) -> Room:
    """The room for somebody the entry's papers are withheld from: of a confidential one nothing, of one they stand recused
    from the announced result, without who said or voted what (R24, R40)."""
    known = room.kept != CONFIDENTIAL
    # Who steps back from it, and why, tells what a confidential one is about.
    recusals = {row.seat_id: row.reason for row in entry.recusals.standing()} if known else {}
    roster = read.roster(seats, recusals)
    room.sides = sides_of(entry, seats, roster, recusals, {}, None, frozenset())
    room.own = own_of(entry, user, seats, roster, recusals, {}, None, frozenset())
    for side in room.sides:
        side.speaking = []
    for own in room.own:
        own.speak, own.why = False, ""
    if known:
        announced = entry.motions.filter(announced_at__isnull=False)
        motions = announced.prefetch_related(Prefetch("resolutions", Resolution.objects.select_related("body")))
        room.results = [result_of(entry, motion, seats, full=False) for motion in motions]
    return room


def _stepped_back(entry: AgendaEntry, seats: Sequence[SittingSeat]) -> dict[int, str]:
    """The seats that have stepped back, with the reason; every seat of the same person (R24, R43)."""
    found = {row.seat_id: row.reason for row in Recusal.objects.standing().filter(entry=entry)}
    users = {seat.user_id: found[seat.pk] for seat in seats if seat.pk in found and seat.user_id is not None}
    return found | {seat.pk: users[seat.user_id] for seat in seats if seat.user_id in users}


def _chosen(entries: Sequence[AgendaEntry], entry_id: int | None) -> AgendaEntry | None:
    if entry_id is not None:
        asked = next((entry for entry in entries if entry.pk == entry_id), None)
        if asked is not None:
            return asked
    live = next((entry for entry in entries if entry.stage in AgendaEntry.LIVE), None)
    if live is not None:
        return live
    done = [entry for entry in entries if entry.stage == Stage.ANNOUNCED]
    latest = max(done, key=lambda entry: (entry.announced_at, entry.order)) if done else None
    return latest or (entries[0] if entries else None)


def _line(entry: AgendaEntry, current: bool) -> Line:
    if entry.item.covered:
        return Line(entry, "lock", _("只限指定人员"), current)
    if entry.outcome:
        icon = {
            "passed": "check-lg",
            "amended": "check-lg",
            "rejected": "x-lg",
            "split": "arrow-return-left",
            "deferred": "pause-fill",
            "rediscuss": "arrow-return-left",
        }
        words = {
            "passed": _("通过"),
            "amended": _("修改后通过"),
            "rediscuss": _("再议，退回共谋"),
            "rejected": _("未通过，退回共谋"),
            "split": _("有分歧，退回共谋"),
            "deferred": _("暂缓"),
        }
        return Line(entry, icon[entry.outcome], words[entry.outcome], current)
    if entry.stage == Stage.WAITING and entry.item.matter_type.needs_candidates:
        if entry.places is not None:
            return Line(entry, "people", _("选举，应选 %(places)s 名") % {"places": entry.places}, current)
        return Line(entry, "people", _("人事，逐人表决"), current)
    icons = {
        Stage.WAITING: "hourglass",
        Stage.INTRODUCED: "info-circle",
        Stage.SPEAKING: "mic",
        Stage.VOTING: "hand-index-thumb",
    }
    return Line(entry, icons[Stage(entry.stage)], entry.get_stage_display(), current)


def _phases(entry: AgendaEntry) -> list[tuple[str, str]]:
    names = [
        (Stage.INTRODUCED, _("介绍")),
        (Stage.SPEAKING, _("发言")),
        (Stage.VOTING, _("表决")),
        (Stage.ANNOUNCED, _("宣布")),
    ]
    if entry.outcome == AgendaEntry.Outcome.DEFERRED:
        return [(_("暂缓"), "now")]
    if entry.outcome == AgendaEntry.Outcome.REDISCUSS and entry.called_at is None:
        return [(_("再议"), "now")]
    order = [stage for stage, _name in names]
    here = order.index(Stage(entry.stage)) if entry.stage in order else -1
    return [(name, "done" if n < here else "now" if n == here else "") for n, (_stage, name) in enumerate(names)]

"""A whole item as it stood at a moment: what had been written by then, by whom, under which rules, with whom in which seat.

Edited rows come out of their versions; rows that are never changed say themselves since when they are there. Nothing here shows
more than the item's page does: of a ballot that was open then, nothing but that it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time
from django.utils.translation import gettext as _

from decisions.models import (
    AgendaEntry,
    Attendance,
    AttendanceEvent,
    Ballot,
    Candidate,
    Confirmation,
    CoProposer,
    ExpertOpinion,
    Item,
    LegalityReview,
    Material,
    MatterType,
    Opinion,
    Plan,
    PublicComment,
    Recusal,
    RiskAssessment,
    RuleSet,
    SettingChange,
    SittingSeat,
)
from decisions.selectors.items.checks import money
from decisions.selectors.items.results import Deliberation, Vote, deliberations
from decisions.selectors.items.story import story
from decisions.selectors.settings import facts_of, grouped
from decisions.selectors.settings.facts import Fact
from permissions import changed
from permissions.look import Entry
from permissions.models import Body, Role, RoleGrant, Seat, User
from workflows import clock

#: How much of what led there is told.
STORY = 8
#: How much of the log is looked through for it.
MOST = 2000
#: The roles an item passes through.
_PASSED = (Role.Code.PROPOSER, Role.Code.SECRETARY, Role.Code.CHAIR, Role.Code.LEGAL)
#: Moments offered to jump to.
MOMENTS = 24


@dataclass(frozen=True, slots=True)
class Place:
    """A seat and who held it then. `word` and `kind` say whether they were in the room, once the sitting had begun."""

    label: str
    who: str
    voting: bool
    principal: bool
    word: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """A body with its seats of that moment."""

    body: Body
    places: tuple[Place, ...]

    @property
    def due(self) -> int:
        return sum(place.voting for place in self.places)


@dataclass(frozen=True, slots=True)
class Given:
    """Something said about the plan: `kind` is what it is, `word` its verdict."""

    kind: str
    who: str
    at: datetime
    word: str
    text: str


@dataclass(frozen=True, slots=True)
class Held:
    """The item on an agenda. `votes` were announced by then; `open` says that a vote was going on."""

    name: str
    stage: str
    votes: tuple[Vote, ...]
    open: bool
    words: str


@dataclass(frozen=True, slots=True)
class Then:
    """The item at the moment `at`; without `facts` it was not there yet."""

    at: datetime
    facts: Sequence[tuple[str, str]] = ()
    summary: str = ""
    reason: str = ""
    plans: Sequence[Any] = ()
    candidates: Sequence[Any] = ()
    materials: Sequence[Any] = ()
    opinions: Sequence[Any] = ()
    given: Sequence[Given] = ()
    comments: int = 0
    held: Sequence[Held] = ()
    sides: Sequence[Side] = ()
    frozen: bool = False
    roles: Sequence[tuple[str, str]] = ()
    rules_name: str = ""
    rules: Sequence[tuple[Body | None, list[Fact]]] = ()
    story: Sequence[Entry] = ()
    moments: Sequence[tuple[datetime, str]] = field(default=())

    @property
    def there(self) -> bool:
        return bool(self.facts)


def moment(day: str, time: str) -> datetime | None:
    """The end of the minute asked for (of the day, without a time), in the time of the office; None where it is none."""
    try:
        on, at = parse_date(day), parse_time(time) if time else None
    except ValueError:
        return None
    if on is None or not date(2000, 1, 1) <= on <= date(2199, 12, 31):
        return None
    begins = timezone.make_aware(
        datetime.combine(on, at.replace(second=0, microsecond=0)) if at else datetime.combine(on, datetime.min.time())
    )
    return begins + (timedelta(minutes=1) if at else timedelta(days=1)) - timedelta(microseconds=1)


def item_at(actor: User, item: Item, at: datetime | None) -> Then:
    """The item as it stood at `at` (now where None is given), for somebody who gets its papers."""
    at = at or clock.now()
    told = story(item, limit=MOST)
    moments = [(entry.at, entry.what) for entry in told[:MOMENTS]]
    row = _newest(Item, at, id=item.pk)
    if row is None:
        return Then(at, moments=moments)
    kind = MatterType.objects.select_related("rule_set").get(pk=row.matter_type_id)
    entries = _rows(AgendaEntry, at, item=item.pk)
    rules_name, rules = _rules(row, kind, entries, at)
    sides, frozen = _sides(entries, at)
    return Then(
        at,
        facts=_facts(item, row, kind, at),
        summary=row.summary,
        reason=row.reason,
        plans=sorted((plan for plan in _rows(Plan, at, item=item.pk) if plan.withdrawn_at is None), key=_order),
        candidates=sorted(_rows(Candidate, at, item=item.pk), key=_order),
        materials=[one for one in _rows(Material, at, item=item.pk) if one.removed_at is None],
        opinions=_rows(Opinion, at, item=item.pk),
        given=_given(item, at),
        comments=PublicComment.objects.filter(request__item=item, recorded_at__lte=at).count(),
        held=_held(item, entries, at),
        sides=sides,
        frozen=frozen,
        roles=_roles(at),
        rules_name=rules_name,
        rules=rules,
        story=[entry for entry in told if entry.at <= at][:STORY],
        moments=moments,
    )


def _newest(model: type[Model], at: datetime, **which: Any) -> Any:
    rows = _rows(model, at, **which)
    return rows[0] if rows else None


def _rows(model: type[Model], at: datetime, **which: Any) -> list[Any]:
    """The rows of a model as they were at a moment: of each its newest version by then, without those removed by then."""
    versions = changed.history_of(model).objects.filter(history_date__lte=at, **which)
    newest = versions.order_by("id", "-history_date", "-history_id").distinct("id")
    links = [one.name for one in model._meta.fields if one.is_relation and one.related_model in (User, Body, Plan)]
    return (
        [row for row in newest.select_related(*links) if row.history_type != "-"]
        if links
        else [row for row in newest if row.history_type != "-"]
    )


def _order(row: Any) -> int:
    return int(row.order)


def _facts(item: Item, row: Any, kind: MatterType, at: datetime) -> list[tuple[str, str]]:
    people = _("、").join(one.user.label for one in _rows(CoProposer, at, item=item.pk))
    sides = Confirmation.objects.filter(item=item, at__lte=at, round=row.round, confirmed=True).select_related("body")
    confirmed = _("、").join(one.body.label for one in sides)
    status = dict(Item.Status.choices)[row.status]
    return [
        (_("议题名称"), row.title),
        (_("编号"), row.instance.number),
        (_("状态"), str(status)),
        (_("事项类型"), kind.label),
        (_("涉及金额"), _("%(amount)s 万元") % {"amount": money(row.amount)} if row.amount is not None else ""),
        (_("主办班子"), row.body.label),
        (_("提出人"), row.proposer.label),
        (_("共同提出人"), people),
        (_("已确认共提"), confirmed),
        (_("涉密类别"), str(dict(Item.Grade.choices).get(row.confidential, ""))),
    ]


def _given(item: Item, at: datetime) -> list[Given]:
    """What was asked for and given by then, oldest first."""
    found = [
        Given(_("合法性审查"), one.by.label, one.at, _("通过") if one.ok else _("不通过"), one.text)
        for one in LegalityReview.objects.filter(item=item, at__lte=at).select_related("by")
    ]
    found += [
        Given(_("风险评估"), one.by.label, one.at, one.get_level_display(), one.text)
        for one in RiskAssessment.objects.filter(item=item, at__lte=at).select_related("by")
    ]
    found += [
        Given(_("专家意见"), one.signed_name, one.at, one.get_verdict_display(), one.text)
        for one in ExpertOpinion.objects.filter(item=item, at__lte=at)
    ]
    return sorted(found, key=lambda one: one.at)


def _held(item: Item, entries: Sequence[Any], at: datetime) -> list[Held]:
    by_entry: dict[int, Deliberation] = {one.entry.pk: one for one in deliberations(item)}
    going = set(
        Ballot.objects.filter(motion__entry__in=[row.id for row in entries], opened_at__lte=at)
        .exclude(closed_at__lte=at)
        .values_list("motion__entry", flat=True)
    )
    found = []
    for row in sorted(entries, key=lambda one: one.history_id):
        known = by_entry.get(row.id)
        votes = known.votes if known is not None else ()
        announced = row.stage == AgendaEntry.Stage.ANNOUNCED
        shown = tuple(vote for vote in votes if vote.motion.announced_at is not None and vote.motion.announced_at <= at)
        sitting = known.entry.sitting.name if known is not None else _("已移出的议程")
        stage = (
            dict(AgendaEntry.Outcome.choices)[row.outcome] if announced else dict(AgendaEntry.Stage.choices)[row.stage]
        )
        found.append(
            Held(sitting, str(stage), shown, row.id in going, known.words if known is not None and announced else "")
        )
    return found


def _sides(entries: Sequence[Any], at: datetime) -> tuple[list[Side], bool]:
    """The rosters: of the sitting that had begun and not closed by then, frozen (R47); else the seats in force on the day."""
    for row in entries:
        sitting = row.sitting
        if (
            sitting.opened_at is not None
            and sitting.opened_at <= at
            and (sitting.closed_at is None or at <= sitting.closed_at)
        ):
            return _in_the_room(row, at), True
    return _in_force(at), False


def _in_the_room(row: Any, at: datetime) -> list[Side]:
    seats = SittingSeat.objects.filter(sitting=row.sitting_id).select_related("body", "user")
    moves = AttendanceEvent.objects.filter(seat__sitting=row.sitting_id, at__lte=at).order_by("at", "pk")
    where = dict(moves.values_list("seat", "state"))
    recused = {
        one.seat_id
        for one in Recusal.objects.filter(entry=row.id, at__lte=at).select_related("ruling")
        if not (hasattr(one, "ruling") and one.ruling.at <= at and not one.ruling.upheld)
    }
    words = dict(Attendance.State.choices)
    kinds = {Attendance.State.PRESENT.value: "ok", Attendance.State.LEFT.value: "warn"}
    found: dict[Body, list[Place]] = {}
    for seat in seats:
        state = where.get(seat.pk, Attendance.State.ABSENT.value)
        out = seat.pk in recused
        found.setdefault(seat.body, []).append(
            Place(
                seat.label,
                seat.user.label if seat.user is not None else _("暂缺"),
                seat.voting,
                seat.principal,
                _("回避") if out else str(words[state]),
                "warn" if out else kinds.get(state, ""),
            )
        )
    return [Side(body, tuple(places)) for body, places in found.items()]


def _in_force(at: datetime) -> list[Side]:
    day = timezone.localdate(at)
    rows = {row.id: row for row in _rows(Seat, at)}
    # A seat entered later than the day its term began is told as it was entered first.
    first = Seat.history.exclude(id__in=rows).order_by("id", "history_date", "history_id").distinct("id")
    for row in first.select_related("body", "user"):
        rows[row.id] = row
    found: dict[Body, list[Place]] = {}
    in_force = [row for row in rows.values() if row.starts_on <= day and (row.ends_on is None or day <= row.ends_on)]
    for row in sorted(in_force, key=lambda one: (one.body.order, one.order, one.id)):
        seat = row.instance
        who = row.user.label if row.user is not None else _("暂缺")
        found.setdefault(row.body, []).append(Place(seat.label, who, row.voting, row.principal))
    return [Side(body, tuple(places)) for body, places in found.items()]


def _roles(at: datetime) -> list[tuple[str, str]]:
    """Who held the roles that an item passes through, on the day; seats tell the members."""
    grants = RoleGrant.objects.in_force(timezone.localdate(at)).filter(role__code__in=_PASSED)
    found: dict[str, list[str]] = {}
    for grant in grants.select_related("role__body", "user").order_by("role__body__order", "role__pk", "user__pk"):
        found.setdefault(grant.role.label, []).append(grant.user.label)
    return [(role, _("、").join(people)) for role, people in found.items()]


def _rules(
    row: Any, kind: MatterType, entries: Sequence[Any], at: datetime
) -> tuple[str, list[tuple[Body | None, list[Fact]]]]:
    """The numbers: frozen with the sitting, where it had begun (R47); else the version its matter type had then."""
    frozen = next((one.numbers for one in entries if one.numbers), None)
    version = _newest(MatterType, at, id=kind.pk)
    chosen = RuleSet.objects.filter(pk=version.rule_set_id).first() if version is not None else None
    chosen = chosen or kind.rule_set
    code = row.routing.get("rule_set")
    if code and code != chosen.code:
        chosen = RuleSet.objects.filter(code=code, created_at__lte=at).order_by("-number").first() or chosen
    name = _("会议开始时冻结的规则") if frozen else str(chosen)
    values = {"name": chosen.name, "name_en": chosen.name_en, "numbers": frozen or chosen.numbers}
    return name, grouped(facts_of(SettingChange.Kind.RULE_SET, values))

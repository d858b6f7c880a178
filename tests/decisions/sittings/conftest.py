"""A sitting to test with: the standing cast, items that have come to tabling on the flow that ships, and a sitting open."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from decisions import rules, stages
from decisions.actions import sittings as act
from decisions.models import (
    AgendaEntry,
    Attendance,
    Ballot,
    Candidate,
    Item,
    MatterType,
    Minutes,
    MinutesCheck,
    Notice,
    Plan,
    RuleSet,
    Sitting,
    SittingSeat,
)
from decisions.selectors.minutes import may_check
from permissions import roles
from permissions.models import User
from tests.cast import Cast
from tests.worlds import remembered
from workflows.actions import case_start, definition_publish, definition_save, task_complete
from workflows.models import CaseTask

LIBRARY = Path(__file__).parents[3] / "workflows" / "library"
TOWN = 9
ZONE = 7


@dataclass
class Room:
    """One sitting and everybody in it; the short verbs do what the desk or a member does, through the actions."""

    cast: Cast
    types: dict[str, MatterType]
    sitting: Sitting = field(init=False)
    seats: dict[tuple[str, str], SittingSeat] = field(default_factory=dict)

    @remembered
    def item(self, title: str = "原镇粮站闲置场地盘活方案", kind: str = "project", people: Iterable[str] = ()) -> Item:
        """An item whose flow stands at tabling, with plan version 5."""
        item = Item.objects.create(
            title=title,
            matter_type=self.types[kind],
            body=self.cast.town,
            proposer=self.cast.town_proposer,
            status=Item.Status.RUNNING,
            created_at=timezone.now(),
            submitted_at=timezone.now(),
        )
        for order, name in enumerate(people, start=1):
            Candidate.objects.create(item=item, name=name, position="综合部副主任", order=order)
        Plan.objects.create(
            item=item, version=5, substantive_version=5, saved_by=self.cast.town_proposer, saved_at=timezone.now()
        )
        case = case_start(
            actor=self.cast.town_proposer,
            definition="joint_decision",
            subject=item.subject,
            title=title,
            variables={"proposer": self.cast.town_proposer.username, "subject": item.subject},
        )
        item.case = case
        item.save(update_fields=["case"])
        self._walk(
            item,
            (stages.DRAFT, self.cast.town_proposer, {}),
            (stages.CONFIRM, self.cast.town_secretary, {"town_confirmed": True}),
            (stages.CONFIRM, self.cast.zone_secretary, {"zone_confirmed": True}),
        )
        return self.plan_again(item)

    @remembered
    def plan_again(self, item: Item) -> Item:
        """From planning to tabling, the first time or after a sitting has sent the item back."""
        self._walk(
            item,
            (stages.PLAN, self.cast.zone_proposer, {}),
            (stages.OPINIONS, self.cast.town_secretary, {}),
            (stages.LEGALITY, self.cast.legal, {"legal_ok": True}),
        )
        return item

    def _walk(self, item: Item, *steps: tuple[str, User, dict[str, Any]]) -> None:
        for form, who, variables in steps:
            tasks = self.waiting(item, form)
            mine = [task for task in tasks if roles.of(who) & set(task.candidate_groups)] or tasks
            task_complete(actor=who, task_id=mine[0].pk, variables=variables)

    def waiting(self, item: Item, form: str = "") -> list[CaseTask]:
        """What the item's flow waits for (with this form)."""
        tasks = CaseTask.objects.filter(process_id=item.case_id, finished__isnull=True).order_by("pk")
        return list(tasks.filter(form=form) if form else tasks)

    def nodes(self, item: Item) -> set[str]:
        """The nodes of the diagram the item's flow waits at."""
        return {task.node for task in self.waiting(item)}

    @remembered
    def prepare(self, *items: Item, at: datetime | None = None) -> Sitting:
        """A sitting in preparation with these items on its agenda."""
        self.sitting = act.sitting_create(
            actor=self.cast.town_secretary,
            at=at or timezone.now(),
            place="镇政府三楼会议室",
            host_id=self.cast.seat("zone.chair").pk,
        )
        for item in items:
            act.entry_add(actor=self.cast.town_secretary, sitting_id=self.sitting.pk, item_id=item.pk)
        return self.sitting

    @remembered
    def notice(self, reason: str = "防汛形势紧急，须当天议定") -> Notice:
        """Notice to all seats; these sittings are held the same day, so it says why."""
        sent = act.sitting_notice(actor=self.cast.town_secretary, sitting_id=self.sitting.pk, reason=reason)
        self.sitting.refresh_from_db()
        return sent

    @remembered
    def open(self, *items: Item) -> AgendaEntry:
        """An open sitting, notice given; its first entry."""
        self.prepare(*(items or [self.item()]))
        self.notice()
        act.sitting_open(actor=self.cast.town_secretary, sitting_id=self.sitting.pk)
        self.sitting.refresh_from_db()
        for seat in self.sitting.seats.select_related("user", "body"):
            self.seats[seat.user.username, seat.body.code] = seat
        entry = self.sitting.entries.first()
        assert entry is not None
        return entry

    def seat(self, username: str, body: str = "") -> SittingSeat:
        """Somebody's seat in this sitting."""
        return next(s for (name, code), s in self.seats.items() if name == username and body in ("", code))

    def voters(self, body: str = "") -> list[SittingSeat]:
        """The voting seats, principals last, as they may vote."""
        found = [s for (_name, code), s in self.seats.items() if s.voting and body in ("", code)]
        return sorted(found, key=lambda s: (s.principal, s.order))

    @remembered
    def arrive(self, *but: str) -> None:
        """Everybody with a vote comes in, except those named."""
        for seat in self.voters():
            if seat.user.username not in but:
                self.attend(seat)

    @remembered
    def attend(self, seat: SittingSeat, state: str = Attendance.State.PRESENT, **details: str) -> Attendance:
        return act.attendance_set(
            actor=self.cast.town_secretary, sitting_id=self.sitting.pk, seat_id=seat.pk, state=state, **details
        )

    @remembered
    def begin(self, entry: AgendaEntry) -> AgendaEntry:
        """Introduce the entry and open the floor."""
        act.entry_call(actor=self.cast.town_secretary, entry_id=entry.pk)
        return act.speaking_open(actor=self.cast.town_secretary, entry_id=entry.pk)

    @remembered
    def hear(self, entry: AgendaEntry, *but: str, stance: str = "agree") -> None:
        """Everybody present states a view, principals last."""
        out = set(entry.recusals.standing().values_list("seat_id", flat=True))
        for seat in self.voters():
            here = Attendance.objects.get(seat=seat).state == Attendance.State.PRESENT
            if here and seat.pk not in out and seat.user.username not in but:
                act.statement_record(actor=seat.user, entry_id=entry.pk, seat_id=seat.pk, stance=stance)

    @remembered
    def ballots(self, entry: AgendaEntry) -> dict[str, Ballot]:
        """Open the vote; both ballots by body."""
        opened = act.voting_open(actor=self.cast.town_secretary, entry_id=entry.pk)
        return {ballot.body.code: ballot for ballot in opened}

    @remembered
    def vote(self, ballot: Ballot, letters: str) -> None:
        """Votes of one body in the order of `voters`: f(or), a(gainst), b (abstains); present voters only."""
        choices = {"f": "for", "a": "against", "b": "abstain"}
        here = {row["seat"] for row in ballot.roster if row["state"] == rules.SeatState.PRESENT}
        seats = [seat for seat in self.voters(ballot.body.code) if seat.pk in here]
        for seat, letter in zip(seats, letters, strict=True):
            act.vote_cast(actor=seat.user, ballot_id=ballot.pk, seat_id=seat.pk, choice=choices[letter])

    @remembered
    def vote_some(self, ballot: Ballot, count: int) -> None:
        """The first `count` of a body vote in favour."""
        for seat in self.voters(ballot.body.code)[:count]:
            act.vote_cast(actor=seat.user, ballot_id=ballot.pk, seat_id=seat.pk, choice="for")

    @remembered
    def decide(self, entry: AgendaEntry, town: str, zone: str) -> AgendaEntry:
        """From the open floor to the announced result."""
        ballots = self.ballots(entry)
        self.vote(ballots["town"], town)
        self.vote(ballots["zone"], zone)
        act.voting_close(actor=self.cast.town_secretary, entry_id=entry.pk)
        return act.result_announce(actor=self.cast.zone_chair, entry_id=entry.pk)

    @remembered
    def check(self, minutes: Minutes) -> MinutesCheck:
        """A secretary of the side that did not write the minutes finds them in order (R32)."""
        minutes.refresh_from_db()
        desk = (self.cast.town_secretary, self.cast.zone_secretary)
        who = next(secretary for secretary in desk if may_check(secretary, minutes))
        return act.minutes_check(actor=who, minutes_id=minutes.pk, document_hash=minutes.document_hash)

    @remembered
    def decided(self, town: str = "f" * TOWN, zone: str = "f" * ZONE, *, heard: bool = True) -> AgendaEntry:
        """A whole sitting on one item, to the announced result."""
        entry = self.open()
        self.arrive()
        self.begin(entry)
        if heard:
            self.hear(entry)
        return self.decide(entry, town, zone)


@remembered
def matter_types() -> dict[str, MatterType]:
    """An ordinary and a personnel type with the rule sets of the domain."""
    numbers = {"project": rules.ORDINARY, "personnel": rules.PERSONNEL}
    found = {}
    for order, (code, body_rules) in enumerate(numbers.items()):
        rule_set = RuleSet.objects.create(
            code=code,
            number=1,
            name=code,
            numbers=rules.Rules({"town": body_rules, "zone": body_rules}).to_json(),
        )
        found[code] = MatterType.objects.create(
            code=code,
            name=code,
            short=code,
            flow="joint_decision",
            rule_set=rule_set,
            order=order,
            needs_candidates=code == "personnel",
        )
    return found


@remembered
def publish(cast: Cast) -> None:
    """The flow that ships, published."""
    xml = (LIBRARY / "joint_decision.bpmn").read_bytes()
    version = definition_save(actor=cast.designer, key="joint_decision", name="联合决策", xml=xml)
    definition_publish(actor=cast.designer, version_id=version.pk)


@pytest.fixture
def room(cast: Cast) -> Room:
    """A room to hold sittings in, nothing prepared yet."""
    publish(cast)
    return Room(cast, matter_types())


@pytest.fixture
def refused() -> Callable[..., Any]:
    """`with refused("code"):` the action inside must be refused with this code."""
    from contextlib import contextmanager

    from permissions.errors import ApplicationError

    @contextmanager
    def check(code: str, says: str = "") -> Any:
        with pytest.raises(ApplicationError) as found:
            yield found
        assert found.value.code == code
        assert says in str(found.value)

    return check

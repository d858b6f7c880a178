"""Whatever happens to roles, seats, substitutions and readers, and whichever day it is: nobody is shown what is not theirs to see.

Hypothesis makes up the sequence of acts, the real actions do them, and :class:`Oracle` remembers in plain lists what was done and
says, as slowly and obviously as it can be said, who may know of an item and who may read its papers (R22, R24, R40). Lists, searches,
counts, what waits, the log and the pages are held to that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st

from decisions.actions import items as act_items
from decisions.actions import sittings as act
from decisions.models import AgendaEntry, Item, Material, Minutes, Opinion, Plan, ReviewRequest, Sitting
from decisions.selectors.items import item_list
from permissions import clock
from permissions.actions import role_grant, role_revoke, seat_assign, substitution_end, substitution_give
from permissions.errors import ApplicationError
from permissions.models import AuditEvent, RoleGrant, Substitution, User
from permissions.policies import may, visible
from tests.decisions.sittings.conftest import Room
from tests.decisions.sittings.test_withheld import material
from workflows.policies import knowing
from workflows.selectors import done_by, inbox
from workflows.waiting import waiting

PEOPLE = (
    *("outsider", "town.congress", "zone.finance", "observer", "legal", "town.office", "zone.office"),
    *("town.secretary", "zone.secretary", "town.chair", "zone.chair", "auditor", "admin", "security", "designer"),
)
#: To whom things happen. The three administrators stay what they are: N5 has its own tests.
MOVED = PEOPLE[:11]
SEATED = ("town.congress", "zone.finance", "town.chair", "zone.chair")
KEYS = ("town:proposer", "zone:secretary", "town:member", "zone:chair", "observer", "legal", "designer")
LENDERS = (("town.secretary", "town:secretary"), ("zone.office", "zone:proposer"), ("legal", "legal"))
TITLES = ("题甲一", "题乙二", "题丙三", "题丁四")
PAPERS = ("底稿甲一", "底稿乙二", "底稿丙三", "底稿丁四")
#: What opens the business at all (N5: neither the administrators nor the designer), and what can be done for another (R22).
READING = {"proposer", "secretary", "member", "chair", "observer", "legal", "auditor"}
OFFICE = {"proposer", "secretary", "legal"}
#: Who did a step of the items' flow in the world below: what somebody has done they know, unless it is withheld from them.
WORKED = {"town.office", "zone.office", "town.secretary", "zone.secretary", "legal"}
WHY = "工作需要"
#: How many sequences a run makes up beside those below; other ones each time.
EXAMPLES = 2


@dataclass
class Term:
    """A role held, or another's work done, from the first to the last day."""

    who: str
    key: str
    first: date
    last: date | None
    holder: str = ""
    scope: tuple[str, ...] = ()
    pk: int = 0

    def on(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass
class Facts:
    """One item, as far as it decides who sees it."""

    pk: int
    kind: int
    submitted: bool
    by: set[str]
    asked: set[str] = field(default_factory=set)
    confidential: bool = False
    readers: set[str] = field(default_factory=set)
    recused: set[str] = field(default_factory=set)

    def named_in(self, scope: tuple[str, ...]) -> bool:
        return f"item:{self.pk}" in scope

    def within(self, scope: tuple[str, ...]) -> bool:
        return scope == () or self.named_in(scope) or f"matter_type:{self.kind}" in scope


@dataclass
class Oracle:
    """What was done, and what follows from it on a day."""

    day: date
    items: list[Facts]
    grants: list[Term]
    lent: list[Term] = field(default_factory=list)
    seated: set[str] = field(default_factory=set)

    def codes(self, who: str) -> set[str]:
        """What somebody is in their own right."""
        return {term.key.rpartition(":")[2] for term in self.grants if term.who == who and term.on(self.day)}

    def stands_in(self, who: str) -> list[Term]:
        """For whom somebody works today: only while the other holds that role themselves."""
        return [
            one
            for one in self.lent
            if one.who == who
            and one.on(self.day)
            and one.key.rpartition(":")[2] in OFFICE
            and any(term.who == one.holder and term.key == one.key and term.on(self.day) for term in self.grants)
        ]

    def knows(self, who: str, item: Facts) -> bool:
        """Whether somebody may know that there is this item."""
        if item.confidential and not self._may_be_told(who, item):
            return False
        if who in item.by or who in item.asked:
            return True
        if not item.submitted:
            return False
        return bool(self.codes(who) & READING) or any(item.within(one.scope) for one in self.stands_in(who))

    def reads(self, who: str, item: Facts) -> bool:
        """Whether somebody gets its papers."""
        return self.knows(who, item) and who not in item.recused

    def knows_its_name(self, who: str, item: Facts) -> bool:
        """Whether the title may stand before them: also where they have worked on it, unless it is withheld."""
        if self.knows(who, item):
            return True
        kept = (item.confidential and not self._may_be_told(who, item)) or who in item.recused
        return who in WORKED and not kept

    def follows(self, who: str) -> bool:
        """Whether somebody may know of the sittings."""
        whole = {one.key.rpartition(":")[2] for one in self.stands_in(who) if one.scope == ()}
        return who in self.seated or bool((self.codes(who) | whole) & READING)

    def _may_be_told(self, who: str, item: Facts) -> bool:
        """R40: proposers, readers by name, the secretaries; a secretary's substitute where this very item is named."""
        if who in item.by or who in item.readers or "secretary" in self.codes(who):
            return True
        return any(
            one.key.rpartition(":")[2] == "secretary" and item.named_in(one.scope) for one in self.stands_in(who)
        )


days = st.integers(0, 3)
items = st.integers(0, 3)
moved = st.sampled_from(MOVED)
STEP = st.one_of(
    st.tuples(st.just("grant"), moved, st.sampled_from(KEYS), days, st.none() | days),
    st.tuples(st.just("revoke"), moved, st.sampled_from((*KEYS, "town:secretary", "zone:proposer"))),
    st.tuples(
        *(st.just("stand_in"), moved, st.sampled_from(LENDERS)),
        *(st.sampled_from(("all", "item", "matter", "both")), items, days, days),
    ),
    st.tuples(st.just("stand_down"), moved),
    st.tuples(st.just("seat"), st.sampled_from(("outsider", "legal", "town.office", ""))),
    st.tuples(st.just("classify"), items, st.booleans()),
    st.tuples(st.just("name"), items, moved),
    st.tuples(st.just("unname"), items, moved),
    st.tuples(st.just("recuse"), st.integers(0, 1), st.sampled_from(SEATED)),
    st.tuples(st.just("report"), st.integers(0, 1)),
    st.tuples(st.just("days"), st.integers(1, 3)),
)


class World:
    """The town with four items: two on the agenda of an open sitting, one with minutes to come, one a draft."""

    def __init__(self, room: Room) -> None:
        self.room, self.cast = room, room.cast
        start = clock.today()
        self.items = [room.item(TITLES[0]), room.item(TITLES[1], "personnel", ("候选人",)), room.item(TITLES[2])]
        draft = Item(title=TITLES[3], matter_type=room.types["project"], body=self.cast.zone)
        draft.proposer, draft.created_at = self.cast.zone_proposer, timezone.now()
        draft.save()
        self.items.append(draft)
        for item, paper in zip(self.items, PAPERS, strict=True):
            Plan.objects.filter(item=item).update(clauses=[{"id": "a", "title": "底线", "body": paper}])
            Opinion.objects.create(
                item=item, plan_version=5, by=self.cast.legal, body=self.cast.town, text=paper, at=timezone.now()
            )
            material(room, item, b"%PDF-1.7\n%%EOF", "application/pdf", f"{paper}.pdf")
        ReviewRequest.objects.create(
            item=self.items[2],
            kind="risk",
            asked=self.cast.outsider,
            plan_version=5,
            due=start + timedelta(days=20),
            requested_by=self.cast.town_secretary,
            requested_at=timezone.now(),
        )
        room.open(self.items[0], self.items[1])
        room.arrive()
        self.entries = list(room.sitting.entries.order_by("pk"))
        self.later = act.sitting_create(
            actor=self.cast.town_secretary,
            at=timezone.now() + timedelta(days=9),
            place="二楼",
            host_id=self.cast.seat("zone.chair").pk,
        )
        act.entry_add(actor=self.cast.town_secretary, sitting_id=self.later.pk, item_id=self.items[2].pk)
        grants = RoleGrant.objects.select_related("user", "role__group")
        self.oracle = Oracle(
            start,
            [
                Facts(item.pk, item.matter_type_id, item.submitted_at is not None, {item.proposer.username})
                for item in self.items
            ],
            [Term(row.user.username, row.role.key, row.starts_on, row.ends_on) for row in grants],
            seated={seat.user.username for seat in room.seats.values() if seat.user is not None},
        )
        self.oracle.items[2].asked.add("outsider")

    def do(self, step: tuple[Any, ...]) -> None:
        """One act, and what it means; what the house refuses has not happened."""
        what, *with_ = step
        try:
            with transaction.atomic():
                getattr(self, what)(*with_)
        except ApplicationError:
            return

    def grant(self, who: str, key: str, after: int, length: int | None) -> None:
        first = self.oracle.day + timedelta(days=after)
        last = None if length is None else first + timedelta(days=length)
        known = RoleGrant.objects.count()
        role_grant(actor=self.cast.security, user_id=self.pk(who), key=key, starts_on=first, ends_on=last, reason=WHY)
        if RoleGrant.objects.count() > known:
            self.oracle.grants.append(Term(who, key, first, last))

    def revoke(self, who: str, key: str) -> None:
        role_revoke(actor=self.cast.security, user_id=self.pk(who), key=key, reason=WHY)
        self.oracle.grants = [
            term
            for term in self.oracle.grants
            if (term.who, term.key) != (who, key) or (term.last is not None and term.last < self.oracle.day)
        ]

    def stand_in(self, who: str, lender: tuple[str, str], reach: str, item: int, after: int, length: int) -> None:
        first = self.oracle.day + timedelta(days=after)
        facts = self.oracle.items[item]
        named, kind = f"item:{facts.pk}", f"matter_type:{facts.kind}"
        scope = {"all": (), "item": (named,), "matter": (kind,), "both": (named, kind)}[reach]
        row = substitution_give(
            actor=self.cast.security,
            substitute_id=self.pk(who),
            holder_id=self.pk(lender[0]),
            key=lender[1],
            starts_on=first,
            ends_on=first + timedelta(days=length),
            reason=WHY,
            scope=scope,
        )
        if all(one.pk != row.pk for one in self.oracle.lent):
            self.oracle.lent.append(Term(who, lender[1], first, row.ends_on, lender[0], scope, row.pk))

    def stand_down(self, who: str) -> None:
        for row in Substitution.objects.filter(substitute__username=who, ended_at__isnull=True):
            if row.ends_on >= self.oracle.day:
                substitution_end(actor=self.cast.security, substitution_id=row.pk, reason=WHY)
                self.oracle.lent = [one for one in self.oracle.lent if one.pk != row.pk]

    def seat(self, who: str) -> None:
        """A seat gives a vote in sittings to come; by itself it opens nothing."""
        seat = self.cast.seat("zone.planning") if not hasattr(self, "moving_seat") else self.moving_seat
        self.moving_seat = seat
        seat_assign(actor=self.cast.security, seat_id=seat.pk, user_id=self.pk(who) if who else None)

    def classify(self, item: int, secret: bool) -> None:
        act_items.item_classify(
            actor=self.cast["town.secretary" if item < 3 else "zone.office"],
            item_id=self.items[item].pk,
            grade="business" if secret else "",
            reason=WHY,
        )
        self.oracle.items[item].confidential = secret

    def name(self, item: int, who: str) -> None:
        act_items.readers_add(
            actor=self.items[item].proposer, item_id=self.items[item].pk, users=[self.pk(who)], reason=WHY
        )
        self.oracle.items[item].readers.add(who)

    def unname(self, item: int, who: str) -> None:
        act_items.reader_remove(
            actor=self.items[item].proposer, item_id=self.items[item].pk, user_id=self.pk(who), reason=WHY
        )
        self.oracle.items[item].readers.discard(who)

    def recuse(self, entry: int, who: str) -> None:
        act.recusal_declare(
            actor=self.person(who),
            entry_id=self.entries[entry].pk,
            seat_id=self.room.seat(who).pk,
            reason="配偶在承租企业任职",
            kind="relative",
        )
        self.oracle.items[entry].recused.add(who)

    def report(self, entry: int) -> None:
        """A recusal somebody else reports, so that whoever presides has to rule; it holds until they have."""
        act.recusal_report(
            actor=self.cast.town_member,
            entry_id=self.entries[entry].pk,
            seat_id=self.room.seat("zone.ecology").pk,
            reason="配偶在承租企业任职",
            kind="relative",
        )
        self.oracle.items[entry].recused.add("zone.ecology")

    def days(self, number: int) -> None:
        self.oracle.day += timedelta(days=number)

    def person(self, who: str) -> User:
        """Somebody as their next request finds them."""
        return User.objects.get(username=who)

    def pk(self, who: str) -> int:
        return self.cast.outsider.pk if who == "outsider" else self.cast[who].pk

    # What the house shows.

    def check(self, who: str) -> None:
        """Lists, searches and counts: exactly what the oracle says."""
        oracle, person = self.oracle, self.person(who)
        known = {facts.pk for facts in oracle.items if oracle.knows(who, facts)}
        read = {facts.pk for facts in oracle.items if oracle.reads(who, facts)}
        says = f"{who} on {oracle.day}: {oracle}"
        assert set(item_list(person).values_list("pk", flat=True)) == known, says
        assert set(item_list(person, search="题").values_list("pk", flat=True)) == known, says
        assert visible(person, Item).count() == len(known), says
        for model in (Material, Opinion):
            assert set(visible(person, model).values_list("item", flat=True)) == read, says
        for item in self.items:
            asked = Item.objects.get(pk=item.pk)
            open_to = may(person, "view", asked) and visible(person, Item.objects.filter(pk=item.pk)).exists()
            assert bool(open_to) == (item.pk in read), says
        # What may be less than the papers, never more.
        chains = visible(person, AuditEvent).filter(subject__in=[item.subject for item in self.items])
        if who != "auditor":
            assert set(chains.values_list("subject", flat=True)) <= {f"item:{pk}" for pk in read}, says
        assert set(visible(person, Minutes).values_list("entry__item", flat=True)) <= read, says
        entries = visible(person, AgendaEntry).values_list("item", flat=True)
        blind = {facts.pk for facts in oracle.items if facts.confidential} - known
        assert not blind & set(entries), says
        assert visible(person, Sitting).exists() == oracle.follows(who), says
        for facts, title in zip(oracle.items, TITLES, strict=True):
            if not oracle.knows_its_name(who, facts):
                assert title not in str(self.said_to(person)), says

    def said_to(self, person: User) -> list[Any]:
        """What waits for somebody, their tasks, and the flows whose name they are told."""
        items = visible(person, Item).filter(pk__in=[item.pk for item in self.items])
        cases = knowing(person, type(self.items[0].case)._default_manager.all())
        tasks = [task.process.title for rows in (inbox(person), done_by(person)) for task in rows]
        return [waiting(person), tasks, [case.title for case in cases], [item.title for item in items]]

    def pages(self, who: str) -> None:
        """No page says the name of what somebody may not know, or a word of what they may not read."""
        oracle, client = self.oracle, Client()
        client.force_login(self.person(who), backend="django.contrib.auth.backends.ModelBackend")
        for url in self.addresses():
            answer = client.get(url)
            assert answer.status_code in (200, 204, 403, 404), (who, url, answer.status_code)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            text = body.decode(errors="replace").replace('value="题"', "")
            for facts, title, paper in zip(oracle.items, TITLES, PAPERS, strict=True):
                said = f"{who} on {oracle.day} at {url}: {oracle}"
                assert paper not in text or oracle.reads(who, facts), said
                assert title not in text or oracle.knows_its_name(who, facts), said
        for item, facts in zip(self.items, oracle.items, strict=True):
            # Who stands recused is told that there is the item, and what was announced of it.
            status = client.get(reverse("item", args=[item.pk])).status_code
            assert (status == 200) == oracle.knows(who, facts), (who, oracle.day, status, facts)

    def addresses(self) -> Iterator[str]:
        yield from (reverse(name) for name in ("home", "messages", "ledger_list", "supervision", "sitting_list"))
        yield from (reverse(name) for name in ("dissent", "log", "case_list", "audit", "emergency_list"))
        yield reverse("item_list") + "?q=题"
        for sitting in (self.room.sitting, self.later):
            yield from (reverse(name, args=[sitting.pk]) for name in ("sitting", "sitting_room", "notice"))
        for entry in self.entries:
            yield reverse("entry_voting", args=[entry.pk])
        for item in self.items[:3]:
            yield reverse("case", args=[item.case_id])
        for item in self.items:
            yield reverse("material", args=[item.pk, item.materials.get().pk])
            yield from (reverse(name, args=[item.pk]) for name in ("item", "ledger", "item_history", "item_then"))


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), timezone.get_default_timezone())


def test_r24_r40_no_sequence_of_grants_terms_and_delegations_shows_what_a_policy_denies(
    room: Room,
) -> None:
    world = World(room)
    begin = world.oracle

    @settings(max_examples=EXAMPLES)
    @given(st.lists(STEP, min_size=3, max_size=5), st.permutations(PEOPLE))
    @example(
        # A matter type together with one item of it: only that one item is named (R40).
        steps=[
            *(("classify", 0, True), ("classify", 2, True)),
            ("stand_in", "outsider", ("town.secretary", "town:secretary"), "both", 0, 0, 3),
        ],
        people=["town.congress", "outsider", "town.office", *PEOPLE],
    )
    @example(
        # What somebody presides over, was asked for or stands recused from becomes confidential without them.
        steps=[("report", 0), ("classify", 0, True), ("classify", 2, True), ("recuse", 1, "zone.chair")],
        people=["zone.chair", "outsider", *PEOPLE],
    )
    def run(steps: list[tuple[Any, ...]], people: list[str]) -> None:
        with transaction.atomic():
            world.oracle = Oracle(
                begin.day,
                [Facts(one.pk, one.kind, one.submitted, set(one.by), set(one.asked)) for one in begin.items],
                list(begin.grants),
                seated=set(begin.seated),
            )
            for number, step in enumerate(steps):
                with clock.at(noon(world.oracle.day)):
                    world.do(step)
                concerned = [one for one in step if isinstance(one, str) and one in PEOPLE]
                with clock.at(noon(world.oracle.day)):
                    world.check(concerned[0] if concerned else people[number])
            with clock.at(noon(world.oracle.day)):
                for who in people[:2]:
                    world.check(who)
                world.pages(people[0])
            transaction.set_rollback(True)

    run()

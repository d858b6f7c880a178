"""Who drives the example: the office, whose items go through the real actions, each at its own time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from decisions.actions import items as act
from decisions.actions import preparation as prepare
from decisions.actions import sittings as meet
from decisions.actions.items.common import planned
from decisions.example import opinions, texts
from decisions.example.following import Following
from decisions.example.gathering import Gathering
from decisions.models import Item, Minutes, Plan, Sitting
from decisions.selectors.plans import clauses_of
from permissions.models import Seat, User
from workflows import clock


@dataclass
class Office(Gathering, Following):
    """Drives the example's items through the actions, each at its own time before `now`."""

    people: dict[str, User]
    now: datetime

    @contextmanager
    def at(self, days: int, hour: int, minute: int = 0) -> Iterator[None]:
        """Let it be that many days ago, at that time of day; never later than now."""
        day = (self.now - timedelta(days=days)).date()
        moment = timezone.make_aware(datetime.combine(day, time(hour, minute)))
        with clock.at(min(moment, self.now - timedelta(minutes=5))):
            yield

    def who(self, username: str) -> User:
        return self.people[username]

    def draft(self, matter: texts.Matter, days: int) -> Item:
        """Save the draft."""
        with self.at(days, 10, 20):
            return act.item_draft_save(
                actor=self.who(matter.proposer),
                data={
                    "title": matter.title,
                    "matter_type": matter.kind,
                    "amount": matter.amount,
                    "summary": matter.summary,
                    "reason": matter.reason,
                    "candidates": matter.candidates,
                    "co_proposers": [self.who(name).pk for name in matter.co_proposers],
                },
            )

    def proposed(self, matter: texts.Matter, days: int) -> Item:
        """Draft and submit."""
        item = self.draft(matter, days)
        with self.at(days, 16, 20):
            return act.item_submit(actor=self.who(matter.proposer), item_id=item.pk)

    def confirmed(self, matter: texts.Matter, days: int) -> Item:
        """Proposed, and confirmed by both the day after."""
        item = self.proposed(matter, days)
        for body, minute in (("town", 25), ("zone", 40)):
            with self.at(days - 1, 9, minute):
                act.item_confirm(actor=self.who(f"{body}.secretary"), item_id=item.pk, body=body, confirmed=True)
        return item

    def write(self, item: Item, who: str, days: int, hour: int, version: texts.Version) -> None:
        """Save a version of the plan."""
        base = item.plan.version if item.plan else 0
        with self.at(days, hour, 10):
            act.plan_save(
                actor=self.who(who),
                item_id=item.pk,
                clauses=version.clauses,
                base_version=base,
                kind=version.kind,
                note=version.note,
            )

    def finish(self, item: Item, who: str, days: int, until: int | None = None) -> None:
        """End the writing of the plan; the legality review has at least as long as the rules say, or so many days from now."""
        with self.at(days, 17, 5):
            earliest = prepare.earliest_legality(item)
            due = earliest if until is None else max(earliest, (self.now + timedelta(days=until)).date())
            act.plan_finish(actor=self.who(who), item_id=item.pk, legality_due=due)

    def hear(self, item: Item, opinions: tuple[texts.Words, ...]) -> None:
        """Opinions with their answers, everything in the order of its time."""
        given: dict[str, int] = {}
        steps = [(words.days, words.hour, 12, words, False) for words in opinions]
        steps += [(max(0, words.days - 1), 8, 40, words, True) for words in opinions if words.answer]
        for days, hour, minute, words, answering in sorted(steps, key=lambda step: (-step[0], step[1])):
            with self.at(days, hour, minute):
                if answering:
                    act.opinion_answer(
                        actor=self.who(words.answered_by),
                        item_id=item.pk,
                        opinion_id=given[words.text],
                        answer=words.answer,
                        reply=words.reply,
                    )
                else:
                    opinion = act.opinion_add(actor=self.who(words.who), item_id=item.pk, text=words.text)
                    given[words.text] = opinion.pk

    def file(self, item: Item, who: str, days: int, kind: str, name: str, lines: str) -> int:
        """Upload a text file; its id."""
        with self.at(days, 14, 45):
            row = act.material_add(
                actor=self.who(who), item_id=item.pk, kind=kind, name=name, content=lines.encode("utf-8")
            )
        return row.pk

    def reviewed(self, item: Item, days: int, text: str) -> None:
        """Close the opinions and pass the legality review."""
        version = planned(item).version
        with self.at(days, 11, 0):
            act.legality_give(actor=self.who("legal"), item_id=item.pk, ok=True, text=text, plan_version=version)
        with self.at(days, 16, 30):
            act.opinions_close(actor=self.who("zone.secretary"), item_id=item.pk)

    def rice_and_shrimp(self) -> Item:
        """稻虾产业规划: decided in a sitting, signed by both chairs, being carried out."""
        item = self.confirmed(texts.RICE, 116)
        for version in texts.RICE_VERSIONS:
            self.write(item, "zone.industry", 112, 10, version)
        public = self.publish(item, 110, 79)
        risk = self.ask(item, 108, "risk", asked_id=self.who("zone.planning").pk, due=self.day(94))
        asked = self.ask_experts(item, 107, 90, opinions.RICE_EXPERTS)
        self.comment(item, public, 100, opinions.RICE_COMMENTS)
        self.assess_risk(item, risk, 96, *opinions.RICE_RISK)
        originals = {
            kind: self.file(item, "zone.office", 92, kind, name, lines) for kind, name, lines in texts.RICE_FILES
        }
        self.enter_experts(item, asked, opinions.RICE_EXPERTS, 92, originals["expert"])
        self.close(item, public, 78)
        self.finish(item, "zone.industry", 66)
        self.hear(item, texts.RICE_OPINIONS)
        self.reviewed(item, 52, texts.RICE_REVIEW)
        self.decide(item, 45)
        with self.at(40, 10, 0):
            act.execution_assign(
                actor=self.who("zone.secretary"),
                item_id=item.pk,
                unit="示范区平台公司",
                due=(self.now + timedelta(days=200)).date(),
                note="每季度末报告进展，镇农业农村办配合。",
                responsible_id=self.who("zone.industry").pk,
                milestones=[(title, (self.now + timedelta(days=days)).date()) for title, days in texts.RICE_STEPS],
            )
        self.carry_out(item)
        return item

    def decide(self, item: Item, days: int) -> None:
        """A whole sitting on one item: everybody comes, speaks, votes for it, and both chairs sign."""
        desk = self.who("town.secretary")
        host = Seat.objects.in_force().get(body__code="town", principal=True)
        with self.at(days + 4, 9):
            day = timezone.make_aware(datetime.combine((self.now - timedelta(days=days)).date(), time(14, 30)))
            sitting = meet.sitting_create(actor=desk, at=day, place="镇政府三楼会议室", host_id=host.pk)
            entry = meet.entry_add(actor=desk, sitting_id=sitting.pk, item_id=item.pk)
            meet.sitting_notice(actor=desk, sitting_id=sitting.pk)
        with self.at(days, 14, 30):
            meet.sitting_open(actor=desk, sitting_id=sitting.pk)
            seats = list(sitting.seats.select_related("user").order_by("principal", "order"))
            for seat in seats:
                meet.attendance_set(actor=desk, sitting_id=sitting.pk, seat_id=seat.pk, state="present")
            meet.entry_call(actor=desk, entry_id=entry.pk)
            meet.speaking_open(actor=desk, entry_id=entry.pk)
        voters = [(seat, seat.user) for seat in seats if seat.voting and seat.user is not None]
        with self.at(days, 14, 50):
            for seat, user in voters:
                meet.statement_record(actor=user, entry_id=entry.pk, seat_id=seat.pk, stance="agree")
            ballots = {ballot.body_id: ballot for ballot in meet.voting_open(actor=desk, entry_id=entry.pk)}
            for seat, user in voters:
                choice = texts.RICE_VOTES.get(user.username, "for")
                meet.vote_cast(actor=user, ballot_id=ballots[seat.body_id].pk, seat_id=seat.pk, choice=choice)
        with self.at(days, 15, 20):
            meet.voting_close(actor=desk, entry_id=entry.pk)
            meet.result_announce(actor=self.who("town.chair"), entry_id=entry.pk)
            meet.sitting_close(actor=desk, sitting_id=sitting.pk)
        minutes = Minutes.objects.get(entry=entry)
        with self.at(days - 1, 16):
            # The town's chair announced the result, and the draft with it: the zone's side checks it (R32).
            meet.minutes_check(
                actor=self.who("zone.secretary"), minutes_id=minutes.pk, document_hash=minutes.document_hash
            )
        for body, hour in (("town", 9), ("zone", 11)):
            with self.at(days - 2, hour):
                meet.minutes_sign(
                    actor=self.who(f"{body}.chair"), minutes_id=minutes.pk, document_hash=minutes.document_hash
                )

    def grid_force(self) -> Item:
        """网格力量: both have confirmed, the plan is being written."""
        item = self.confirmed(texts.GRID, 9)
        for version in texts.GRID_VERSIONS:
            self.write(item, "town.office", 4, 10, version)
        return item

    def grain_station(self) -> Item:
        """原镇粮站: planning, four versions, opinions answered but one, legality review under way."""
        item = self.confirmed(texts.STATION, 48)
        first, second, third, fourth = texts.STATION_VERSIONS
        self.write(item, "zone.industry", 46, 11, first)
        public = self.publish(item, 45, 14)
        self.write(item, "zone.industry", 44, 16, second)
        risk = self.ask(item, 40, "risk", asked_id=self.who("zone.planning").pk, due=self.day(20))
        asked = self.ask_experts(item, 40, 20, opinions.STATION_EXPERTS)
        self.comment(item, public, 30, opinions.STATION_COMMENTS)
        self.assess_risk(item, risk, 24, *opinions.STATION_RISK)
        original = self.file(item, "zone.office", 22, "expert", "专家意见书（2 份）.txt", texts.EXPERT_NOTE)
        self.enter_experts(item, asked, opinions.STATION_EXPERTS, 22, original)
        self.close(item, public, 13)
        self.finish(item, "zone.industry", 12, until=2)
        self.file(item, "zone.office", 11, "public", "公众意见采纳情况说明.txt", texts.PUBLIC_NOTE)
        self.file(item, "zone.office", 9, "other", "租金测算表.csv", texts.RENT_TABLE)
        self.write(item, "zone.industry", 6, 16, third)
        self.hear(item, texts.STATION_OPINIONS)
        self.write(item, "town.standing", 0, 8, fourth)
        # The substance has changed since the risks were assessed: they are assessed again (R29).
        due = (self.now + timedelta(days=7)).date()
        self.ask(item, 0, "risk", hour=8, asked_id=self.who("zone.planning").pk, due=due)
        return item

    def river_belt(self) -> Item:
        """沿河生态保护带: in consultation with two plans (R9), comments and suggestions on clauses; one opinion waits for its answer."""
        item = self.confirmed(texts.RIVER, 20)
        first, second = texts.RIVER_VERSIONS
        self.write(item, "town.office", 15, 10, first)
        self.write(item, "zone.office", 8, 15, second)
        plan = planned(item)
        with self.at(7, 9, 30):
            act.plan_rename(actor=self.who("town.office"), item_id=item.pk, plan_id=plan.pk, title=texts.RIVER_NAMES[0])
            act.plan_add(
                actor=self.who("zone.ecology"),
                item_id=item.pk,
                title=texts.RIVER_NAMES[1],
                clauses=texts.RIVER_ALTERNATIVE,
                note="收窄范围，分段实施，不用镇、区自筹",
            )
        self.finish(item, "town.office", 6, until=4)
        self.hear(item, texts.RIVER_OPINIONS)
        self.talk(item, plan)
        return item

    def talk(self, item: Item, plan: Plan) -> None:
        """Comments on single clauses, one of them settled, and suggestions, one of them not taken up."""
        clauses = clauses_of(plan)
        for place, who, days, words, answered_by, answer in texts.RIVER_TALK:
            with self.at(days, 9, 20):
                comment = act.comment_add(
                    actor=self.who(who), item_id=item.pk, plan_id=plan.pk, clause=clauses[place].id, text=words
                )
            with self.at(days, 15, 5):
                writer = self.who(answered_by)
                act.comment_add(
                    actor=writer, item_id=item.pk, plan_id=plan.pk, clause="", text=answer, parent_id=comment.pk
                )
        with self.at(3, 15, 40):
            act.comment_settle(actor=self.who("zone.ecology"), item_id=item.pk, comment_id=comment.pk)
        for place, who, days, text, why in texts.RIVER_SUGGESTIONS:
            with self.at(days, 16, 10):
                suggestion = act.suggestion_add(
                    actor=self.who(who),
                    item_id=item.pk,
                    plan_id=plan.pk,
                    clause=clauses[place].id,
                    version=plan.version,
                    title=clauses[place].title,
                    text=text,
                    why=why,
                )
        with self.at(1, 10, 30):
            act.suggestion_decline(
                actor=self.who("zone.office"),
                item_id=item.pk,
                suggestion_id=suggestion.pk,
                answer="县里今年的统一标准是每亩 2,600 元，镇、区不另行加价。",
            )

    def labour_matching(self) -> Item:
        """企业用工对接: confirmed by the zone, waits for the town."""
        item = self.proposed(texts.LABOUR, 3)
        with self.at(2, 9, 30):
            act.item_confirm(actor=self.who("zone.secretary"), item_id=item.pk, body="zone", confirmed=True)
        return item

    def cadre_exchange(self) -> Item:
        """干部双向交流: three persons, ready for a sitting."""
        item = self.confirmed(texts.EXCHANGE, 24)
        for version in texts.EXCHANGE_VERSIONS:
            self.write(item, "town.standing", 18, 10, version)
        self.finish(item, "town.standing", 16)
        self.file(item, "town.secretary", 14, "record", "推荐考察材料.txt", texts.VETTING_NOTE)
        self.reviewed(item, 5, texts.EXCHANGE_REVIEW)
        return item

    def village_roads(self) -> Item:
        """村级道路养护: ready for a sitting."""
        item = self.confirmed(texts.roads(self.now.year), 28)
        for version in texts.ROADS_VERSIONS:
            self.write(item, "town.office", 22, 10, version)
        self.finish(item, "town.office", 19)
        self.file(item, "town.office", 18, "budget", "资金测算表.csv", texts.ROADS_TABLE)
        self.hear(item, texts.ROADS_OPINIONS)
        self.reviewed(item, 4, texts.ROADS_REVIEW)
        return item

    def school_draft(self) -> Item:
        """村级闲置校舍: a draft that only its proposers see."""
        return self.draft(texts.SCHOOL, 1)

    def prepare_sitting(self, *items: Item) -> Sitting:
        """The next joint sitting, a Friday at least four days ahead, with these items on its agenda."""
        day = (self.now + timedelta(days=4)).date()
        day += timedelta(days=(4 - day.weekday()) % 7)
        host = Seat.objects.in_force().get(body__code="town", principal=True)
        secretary = self.who("town.secretary")
        with self.at(3, 19, 0):
            sitting = meet.sitting_create(
                actor=secretary,
                at=timezone.make_aware(datetime.combine(day, time(14, 30))),
                place="镇政府三楼会议室",
                host_id=host.pk,
            )
            for item in items:
                meet.entry_add(actor=secretary, sitting_id=sitting.pk, item_id=item.pk)
        with self.at(2, 9, 0):
            meet.sitting_notice(actor=secretary, sitting_id=sitting.pk)
        for number, who in enumerate(texts.NOTICE_READERS):
            with self.at(2, 10, 5 * number):
                meet.notice_read(actor=self.who(who), sitting_id=sitting.pk, number=1)
        return sitting

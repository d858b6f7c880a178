"""The example town's year beside deciding: records of its packs, made through the real actions, that add up to what the public account
of the town reports: over 30 needs, 4 cadres exchanged, 7 places won, over 20 visits, 11 demands handled, 8 acts, over 10 emergencies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from permissions.models import User
from workflows.actions.forms import step_answer
from workflows.actions.packs import pack_install, pack_switch
from workflows.actions.records import record_create
from workflows.models import Record, RecordKind
from workflows.packs import archive
from workflows.records import today
from workflows.selectors import inbox

#: In an order in which each finds what it builds on.
PACKS = ("places", "assessment", "chains", "contests", "exchange", "grid", "liaison", "meetings", "village_visits")
VILLAGES = ("东山村", "西河村", "南湖村", "北岭村", "棋盘村")
FIRMS = ("洪林农机", "稻香米业", "绿源养殖", "皖东电商", "青禾种业", "汇丰包装")
SORTS = ("construction", "advertising", "labour", "site", "other")
PLACES = ("31.7123,118.3901", "31.7310,118.3622", "31.6984,118.4105", "31.7455,118.4210", "31.6871,118.3517")
NEEDS, EXCHANGED, PLACED, VISITS, DEMANDS, ACTS, EMERGENCIES = 30, 4, 7, 20, 11, 8, 10
CONTESTS = ("“青春在基层”演讲比赛", "四美洪林我来说", "本领提升班结业评比")
LIBRARY = Path(settings.BASE_DIR) / "workflows" / "library" / "packs"


@transaction.atomic
def load_records() -> bool:
    """The packs, switched on, and a year of their records. Does nothing, and says so by False, where there are records already."""
    if Record.objects.exists():
        return False
    _Year({user.username: user for user in User.objects.all()}).all()
    return True


class _Year:
    def __init__(self, people: dict[str, User]) -> None:
        self.people = people
        self.secretary, self.zone = people["town.secretary"], people["zone.secretary"]
        self.day = today()

    def all(self) -> None:
        for key in PACKS:
            pack = pack_install(actor=None, files=archive.read_folder(LIBRARY / key))
            pack_switch(actor=None, pack_id=pack.pk, on=True)
        villages = [
            self.register("village", self.secretary, name=name, households=str(280 + 37 * nth), place=PLACES[nth])
            for nth, name in enumerate(VILLAGES)
        ]
        firms = [
            self.register("enterprise", self.secretary, name=name, village=villages[nth % 5])
            for nth, name in enumerate(FIRMS)
        ]
        self.chains(villages, firms)
        self.exchange()
        self.contests()
        self.liaison(firms)
        self.emergencies(villages)
        self.villages(villages)

    def chains(self, villages: Sequence[Record], firms: Sequence[Record]) -> None:
        """Needs of enterprises, and a few resources of villages."""
        for nth in range(NEEDS):
            self.register(
                "need",
                self.secretary if nth % 2 else self.zone,
                enterprise=firms[nth % len(firms)],
                sort=SORTS[nth % len(SORTS)],
                size=str(5 + nth),
                village=villages[nth % len(villages)],
                detail="需要尽快对接，细节可以商量。",
            )
        for nth, (name, sort) in enumerate((("旧晒场", "site"), ("老粮站仓库", "site"), ("采茶队", "labour"))):
            self.register(
                "resource",
                self.secretary,
                name=name,
                village=villages[nth],
                sort=sort,
                size=str(20 + nth),
                place=PLACES[nth],
            )

    def exchange(self) -> None:
        """Cadres decided on and posted."""
        posts = (
            ("town.office", "to_zone", "示范区招商专员"),
            ("zone.office", "to_town", "镇经济发展办副主任"),
            ("town.arms", "cross", "示范区党组成员"),
            ("zone.finance", "cross", "镇财政所联络员"),
        )
        for nth, (cadre, direction, post) in enumerate(posts[:EXCHANGED]):
            record = self.register(
                "posting",
                self.secretary,
                cadre=cadre,
                direction=direction,
                post=post,
                reason="工作需要，本人服从组织安排。",
            )
            number = f"议〔{self.day.year}〕{nth + 1}号"
            self.do(record, self.secretary, approved="yes", decided_as=number)
            begins = self.of(nth, EXCHANGED)
            self.do(record, self.secretary, since=begins, until=str(date.fromisoformat(begins) + timedelta(days=365)))

    def contests(self) -> None:
        """Contests of young cadres, and the places they won."""
        held = [
            self.register("contest", self.secretary, name=name, held=self.of(n, 3)) for n, name in enumerate(CONTESTS)
        ]
        cadres = ("town.office", "zone.office", "town.arms", "zone.finance", "town.publicity", "town.congress", "legal")
        for nth, cadre in enumerate(cadres[:PLACED]):
            self.register("entry", self.secretary, contest=held[nth % 3], cadre=cadre, place=str(nth // 3 + 1))

    def liaison(self, firms: Sequence[Record]) -> None:
        """Visits to enterprises, their demands handled and confirmed, and what they did for others."""
        cadre, handler = self.people["town.congress"], self.people["zone.finance"]
        ways = ("site", "wechat", "talk")
        for nth in range(VISITS):
            self.register(
                "firm_visit",
                cadre if nth % 2 else handler,
                enterprise=firms[nth % len(firms)],
                visited=self.of(nth, VISITS),
                way=ways[nth % 3],
                said="生产正常，用工和物流方面有些想法。",
            )
        for nth in range(DEMANDS):
            record = self.register(
                "demand",
                cadre,
                enterprise=firms[nth % len(firms)],
                demand=("厂区门口排水", "季节性用工", "电力增容", "货运道路修补")[nth % 4],
                cadre=cadre.username,
            )
            self.do(record, self.secretary, handler=handler.username, due=str(self.day + timedelta(days=7)))
            self.do(record, handler, result="已协调有关单位办好。")
            self.do(record, cadre, confirmed="yes", firm_says="满意")
        for nth in range(ACTS):
            self.register(
                "social_act",
                cadre,
                enterprise=firms[nth % len(firms)],
                name=("助学捐款", "吸纳就业", "慰问老人", "防汛物资")[nth % 4],
                held=self.of(nth, ACTS),
            )

    def emergencies(self, villages: Sequence[Record]) -> None:
        """What the grid force handled."""
        force = self.people["town.arms"]
        for nth in range(EMERGENCIES):
            at = self.of(nth, EMERGENCIES)
            record = self.register(
                "incident",
                self.secretary,
                sort=("fire", "flood", "straw")[nth % 3],
                village=villages[nth % len(villages)],
                happened=f"{at}T08:10",
                place=PLACES[nth % 5],
                report="群众报告，请速派人。",
            )
            self.do(record, self.secretary, responder=force.username)
            self.do(record, force, going="yes")
            self.do(record, force, arrived=f"{at}T08:40", handled="到场处置完毕，无人员伤亡。")
            self.do(record, self.secretary, review="巡查再密一些。")

    def villages(self, villages: Sequence[Record]) -> None:
        """Instructors of villages and a visit each."""
        for nth, village in enumerate(villages[:3]):
            member = ("town.congress", "zone.finance", "town.publicity")[nth]
            day = self.of(nth, 3)
            self.register("instructor", self.secretary, village=village, person=member, since=day)
            visited = self.register(
                "village_visit", self.people[member], village=village, visited=day, heard="村口路灯不亮，盼早修。"
            )
            if nth == 0:
                self.register(
                    "village_question", self.people[member], village=village, visit=visited, question="路灯什么时候修"
                )

    def of(self, nth: int, count: int) -> str:
        """The `nth` of `count` days spread over this year so far."""
        first = date(self.day.year, 1, 1)
        return str(first + timedelta(days=(self.day - first).days * nth // count))

    def register(self, key: str, actor: User, **answers: str | Record) -> Record:
        kind = RecordKind.objects.get(key=key)
        given = {name: str(value.pk) if isinstance(value, Record) else value for name, value in answers.items()}
        return record_create(actor=actor, kind_id=kind.pk, answers=given)

    def do(self, record: Record, actor: User, **answers: str) -> None:
        task = inbox(actor).filter(process__subject=record.chain).get()
        step_answer(actor=actor, task_id=task.pk, answers=answers)

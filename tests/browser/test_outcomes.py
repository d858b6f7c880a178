"""What the pages say when a decision does not simply pass: a split, and persons voted on one by one."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from decisions.actions import sittings as act
from decisions.models import AgendaEntry, Ballot, Item, Resolution
from permissions import audit
from tests.browser.conftest import Scene
from tests.browsers import Person
from workflows.models import CaseTask

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
At = Callable[..., Person]


def test_a_split_says_which_body_did_not_pass_and_leads_back_to_planning(
    scene: Scene, at_desk: At, at_phone: At
) -> None:
    entry = scene.voting()
    ballots = {ballot.body.code: ballot for ballot in entry.ballots.select_related("body")}
    scene.room.vote(ballots["town"], "f" * 9)
    scene.room.vote(ballots["zone"], "fffaaab")
    act.voting_close(actor=scene.cast.town_secretary, entry_id=entry.pk)

    secretary = at_desk(scene.cast.town_secretary)
    secretary.open("sitting", scene.room.sitting.pk)
    secretary.button("宣布结果").click()
    secretary.sees("两个班子意见不一致")
    assert secretary.reads("洪林镇党委通过，示范区党组未通过。")
    assert secretary.reads("退回共谋")
    secretary.check("result-split")

    chair = at_phone(scene.cast.zone_chair)
    chair.open("split", entry.item_id)
    chair.choose("退回共谋")
    chair.page.locator("main form button[type=submit].btn-primary").click()
    chair.sees("编制方案")

    proposer = at_phone(scene.cast["town.standing"])
    proposer.open("home")
    proposer.page.get_by_role("link", name="去编写").first.click()
    proposer.sees("修改方案")
    proposer.open("item", entry.item_id)
    proposer.sees("编制方案")
    proposer.check("item-split")

    item = Item.objects.get()
    assert AgendaEntry.objects.get().outcome == AgendaEntry.Outcome.SPLIT
    assert item.status == Item.Status.RUNNING
    assert list(CaseTask.objects.filter(process=item.case, finished=None).values_list("node", flat=True)) == ["plan"]
    assert list(audit.verify()) == []


def test_persons_are_voted_on_one_by_one_once_two_thirds_of_each_body_are_there(
    scene: Scene, at_desk: At, at_phone: At
) -> None:
    item = scene.ready(
        matter_type="personnel",
        title="干部双向交流人选",
        amount="",
        candidates=[("镇农业农村办主任", "示范区产业部副部长"), ("示范区产业部干事", "镇经济发展办副主任")],
    )
    away = ["town.arms", "town.publicity", "town.organisation", "town.discipline"]
    entry = scene.open_sitting(item, *away)
    scene.room.begin(entry)
    scene.room.hear(entry)

    desk = at_desk(scene.cast.town_secretary)
    desk.open("sitting", scene.room.sitting.pk)
    desk.sees("还不能开始表决")
    assert desk.reads("洪林镇党委未达到法定人数：应到 9，实到 5，须到 6，还差 1 人")
    expect(desk.button("开始表决")).to_have_attribute("aria-disabled", "true")
    desk.check("room-no-quorum")
    assert not Ballot.objects.exists()

    late = at_phone(scene.cast["town.arms"])
    late.open("sitting", scene.room.sitting.pk)
    late.button("签到").click()
    late.choose("同意")
    late.button("提交发言").click()
    late.sees("已记入会议记录")
    desk.sees("可以开始表决")

    for order, person in enumerate(("镇农业农村办主任", "示范区产业部干事"), start=1):
        desk.page.locator("#do-way, a#do-voting").first.click()
        desk.choose("记名表决")
        desk.button("开始表决").click()
        desk.sees(f"第 {order} 名，共 2 名")
        assert desk.reads(person)
        desk.check("room-person")
        late.open("sitting", scene.room.sitting.pk)
        late.link("去投票").click()
        assert late.reads(person)
        late.check("ballot-person")
        late.choose("赞成")
        late.button("下一步：确认").click()
        late.button("确认投“赞成”").click()
        late.sees("您的票已送达")
        late.rest()
        vote_all(entry, scene, but="town.arms")
        desk.sees("到会席位都已投票")
        desk.button("结束表决").click()
        desk.button("宣布结果").click()
        desk.page.get_by_role("heading", name=re.compile(f"{person}.*：通过")).wait_for()
    desk.check("result-persons")
    ballots = Ballot.objects.order_by("motion__order", "body__order")
    assert [(ballot.motion.order, ballot.body.code) for ballot in ballots] == [
        (1, "town"),
        (1, "zone"),
        (2, "town"),
        (2, "zone"),
    ]
    assert Resolution.objects.filter(passed=True).count() == 4
    assert AgendaEntry.objects.get().outcome == AgendaEntry.Outcome.PASSED


def vote_all(entry: AgendaEntry, scene: Scene, *, but: str) -> None:
    """Everybody on the rosters of the open ballots votes for, except one who does it by hand."""
    for ballot in Ballot.objects.filter(entry=entry, status=Ballot.Status.OPEN):
        here = {row["seat"] for row in ballot.roster if row["state"] == "present"}
        for seat in scene.room.voters(ballot.body.code):
            assert seat.user is not None
            if seat.pk in here and seat.user.username != but:
                act.vote_cast(actor=seat.user, ballot_id=ballot.pk, seat_id=seat.pk, choice="for")

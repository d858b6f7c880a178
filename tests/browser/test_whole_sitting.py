"""A whole sitting of both bodies through the pages: notice, a recusal reported and ruled on, a late arrival that makes the
quorum, persons, a split with its route, and the record it leaves: minutes, the document over all of it, dissent, the replay.

Members are on phones, 390 px wide; the desk at a screen. Those whose doing is not the matter of a step act through the
actions, so that the test stays quick.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from decisions.actions import sittings as act
from decisions.actions.sittings.secret import receipt_issue
from decisions.models import AgendaEntry, Ballot, Item, Recusal, Sitting, Vote
from decisions.selectors.replay import check
from permissions import audit
from permissions.models import AuditEvent
from tests.browser.conftest import Scene
from tests.browsers import Person
from workflows.models import CaseTask

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(400), pytest.mark.django_db(transaction=True)]
At = Callable[..., Person]

#: of the zone's seven only four are there at first: a personnel matter needs five of them (R14)
LATE = "zone.planning"
RECUSED = "town.arms"
AWAY = (LATE, "zone.investment", "zone.finance")
CANDIDATE = ("镇农业农村办主任", "示范区产业部副部长")


def test_a_whole_sitting_from_its_notice_to_its_replay(scene: Scene, at_desk: At, at_phone: At) -> None:
    desk, chair = at_desk(scene.cast.town_secretary), at_desk(scene.cast.zone_chair)
    member, late = at_phone(scene.cast["town.organisation"]), at_phone(scene.cast[LATE])
    concerned, other = at_phone(scene.cast[RECUSED]), at_phone(scene.cast["town.chair"])
    notify(scene, desk, member)
    first, second = list(AgendaEntry.objects.order_by("order"))
    arrive(scene, desk, first)
    recuse(scene, member, chair, concerned, first)
    come_late(scene, desk, late, first)
    vote_on_a_person(scene, desk, late, first)
    split(scene, desk, member, second)
    choose_the_way(chair, other, second)
    end(scene, desk, chair, member, second)
    assert check(Sitting.objects.get()) == ()
    assert list(audit.verify()) == []


def notify(scene: Scene, desk: Person, member: Person) -> None:
    """Notice goes to all seats and freezes the agenda (R11); a member confirms it on a phone; the sitting is opened."""
    person = scene.ready(matter_type="personnel", title="干部双向交流人选", amount="", candidates=[CANDIDATE])
    sitting = scene.room.prepare(person, scene.ready())
    desk.open("sitting", sitting.pk)
    desk.link("发出通知").click()
    desk.page.get_by_label("理由").fill("防汛形势紧急，须当天议定")
    desk.check("notice-send")
    desk.button("发出通知").click()
    desk.sees("议程已冻结")
    desk.check("sitting-noticed")
    member.open("notice", sitting.pk)
    member.check("notice")
    member.button("已阅知").click()
    member.sees("阅知")
    desk.open("sitting", sitting.pk)
    desk.button("宣布开会").click()
    desk.sees("会议已开始")
    scene.room.sitting = Sitting.objects.get()
    for seat in scene.room.sitting.seats.select_related("user", "body"):
        assert seat.user is not None
        scene.room.seats[seat.user.username, seat.body.code] = seat


def arrive(scene: Scene, desk: Person, entry: AgendaEntry) -> None:
    """Four of the zone's seven are there: the desk is told who is missing for the personnel matter."""
    scene.room.arrive(*AWAY)
    desk.open("sitting", scene.room.sitting.pk)
    desk.button("进入第 1 项").click()
    desk.button("开始发言").click()
    desk.sees("还不能开始表决")
    assert desk.reads("示范区党组未达到法定人数：应到 7，实到 4，须到 5，还差 1 人")
    desk.check("room-no-quorum")
    assert not Ballot.objects.filter(entry=entry).exists()


def recuse(scene: Scene, member: Person, chair: Person, concerned: Person, entry: AgendaEntry) -> None:
    """A member reports on a phone that another has an interest; the host rules on a page; the one concerned sees why (R24)."""
    member.open("sitting", scene.room.sitting.pk)
    member.page.locator("summary", has_text="更多办理").click()
    member.page.get_by_role("link", name="提出他人应当回避").click()
    member.page.get_by_label("席位").select_option(label="党委委员（武装）\N{EM SPACE}洪林镇党委")
    member.choose("涉及亲属利害关系")
    member.page.get_by_label("理由").fill("人选是其近亲属")
    member.check("recusal-report")
    member.button("提出").click()
    member.sees("主持人裁定前，这一项不能表决")
    chair.open("sitting", scene.room.sitting.pk)
    chair.link("作出裁定").click()
    chair.choose("应当回避")
    chair.page.get_by_label("理由").fill("属近亲属，应当回避")
    chair.check("recusal-rule")
    chair.button("作出裁定").click()
    chair.sees("已作出裁定")
    concerned.open("sitting", scene.room.sitting.pk)
    assert concerned.reads("您对这一项已回避")
    concerned.check("room-recused")
    for one in (member, concerned):
        one.rest()
    assert Recusal.objects.get(entry=entry).ruling.upheld


def come_late(scene: Scene, desk: Person, late: Person, entry: AgendaEntry) -> None:
    """The fifth of the zone signs in on a phone, and the quorum is there at once (R16); everybody speaks."""
    late.open("sitting", scene.room.sitting.pk)
    late.button("签到").click()
    late.sees("您的发言")
    late.check("room-arrived")
    expect(desk.page.get_by_text("示范区党组未达到法定人数")).to_have_count(0)
    scene.room.hear(entry)
    desk.sees("可以开始表决")


def vote_on_a_person(scene: Scene, desk: Person, late: Person, entry: AgendaEntry) -> None:
    """One person, one vote, in secret (R18, R23): the latecomer on the phone, receipt in hand, the others through the actions.
    Afterwards the list of slips has the receipt and what was chosen, and nothing in the database joins it to the voter."""
    begin_vote(desk, "无记名投票")
    desk.check("room-person")
    late.open("sitting", scene.room.sitting.pk)
    late.link("去投票").click()
    late.choose("反对")
    late.check("slip")
    late.button("下一步：确认").click()
    late.sees("您的回执：")
    receipt = late.page.locator("b .num").inner_text()
    late.check("slip-confirm")
    late.button("投入票箱").click()
    late.sees("您的票已在票箱里")
    assert late.reads(receipt)
    late.check("slip-done")
    late.rest()
    vote(scene, entry, {}, but=LATE)
    ballot = Ballot.objects.get(entry=entry, body__code="zone")
    assert not Vote.objects.filter(ballot=ballot).exists(), "no vote with a name"
    announce(desk)
    desk.sees("：通过")
    desk.check("result-person")
    late.open("ballot_slips", ballot.pk)
    row = late.page.get_by_role("row").filter(has_text=receipt)
    assert "反对" in row.inner_text()
    assert late.reads("共 5 张")
    late.check("slips")
    late.rest()
    logged = AuditEvent.objects.filter(verb="vote_cast", subject=entry.item.subject)
    assert receipt not in "".join(str(one.data) for one in logged), "the log does not say whose the receipt is"


def split(scene: Scene, desk: Person, member: Person, entry: AgendaEntry) -> None:
    """The town is for the project, the zone is not: a split with its route (R42); a member's dissent goes on record."""
    desk.button("进入第 2 项").click()
    desk.button("开始发言").click()
    member.open("sitting", scene.room.sitting.pk)
    member.choose("不同意")
    member.page.get_by_label("发言（可不填）").fill("收益分配比例应先征求两村意见。")
    member.button("提交发言").click()
    member.sees("已记入会议记录")
    scene.room.hear(entry, "town.organisation")
    desk.sees("可以开始表决")
    begin_vote(desk)
    vote(scene, entry, {"town.organisation": "against"} | dict.fromkeys(present("zone", scene), "against"))
    announce(desk)
    desk.sees("两个班子意见不一致")
    assert desk.reads("洪林镇党委通过，示范区党组未通过。")
    desk.check("result-split")


def choose_the_way(chair: Person, other: Person, entry: AgendaEntry) -> None:
    """Both chairs send the split up to the superior, the first from her phone; only then does the item go that way (R42)."""
    item = Item.objects.get(pk=entry.item_id)
    other.open("split", item.pk)
    other.choose("报上级")
    other.page.get_by_label("理由").fill("收益分配双方意见不一，请区委研究。")
    other.check("split")
    other.button("提交选择").click()
    other.sees("报上级")
    assert waiting(item) == {"split"}, "one of two chairs does not decide it"
    chair.open("split", item.pk)
    chair.check("split")
    chair.choose("报上级")
    chair.page.get_by_label("理由").fill("同意报区委研究。")
    chair.button("提交选择").click()
    chair.sees("上级")
    assert waiting(item) == {"superior"}


def waiting(item: Item) -> set[str]:
    """The nodes of the diagram an item's flow waits at."""
    return set(CaseTask.objects.filter(process=item.case_id, finished=None).values_list("node", flat=True))


def end(scene: Scene, desk: Person, chair: Person, member: Person, entry: AgendaEntry) -> None:
    """The sitting ends; its record is read: minutes, the document over all entries, dissent, every moment again."""
    desk.button("结束会议").click()
    desk.sees("会议已结束")
    sitting = scene.room.sitting.pk
    desk.open("minutes", AgendaEntry.objects.get(order=1).minutes.pk)
    assert desk.reads("裁定回避") and desk.reads("进出") and desk.reads("党组成员（规划）")
    desk.check("minutes")
    for one in (desk, member):
        one.open("sitting_minutes", sitting)
        assert one.reads("会议共议 2 项")
        one.check("minutes-whole")
    member.open("dissent")
    assert member.reads("收益分配比例应先征求两村意见。")
    member.check("dissent")
    replayed(desk, sitting)
    member.open("sitting_replay", sitting)
    member.check("replay")


def replayed(desk: Person, sitting: int) -> None:
    """The slider goes through every moment by keyboard; what was not public then does not show; the verdict is the same."""
    desk.open("sitting_replay", sitting)
    desk.sees("与决议一致")
    desk.check("replay")
    slider = desk.page.get_by_role("slider", name="时刻")
    slider.focus()
    slider.press("Home")
    desk.sees("尚未开始")
    for _move in range(3):
        slider.press("ArrowRight")
    desk.page.wait_for_url("**at=3")
    assert slider.get_attribute("aria-valuetext") != ""
    desk.page.goto(desk.page.url.partition("?")[0] + "?at=0")
    desk.link("下一条").click()
    desk.page.wait_for_url("**at=1")


def vote(scene: Scene, entry: AgendaEntry, choices: dict[str, str], *, but: str = "") -> None:
    """Everybody on the rosters of the open ballots votes, except one who does it by hand."""
    for ballot in Ballot.objects.filter(entry=entry, status=Ballot.Status.OPEN).select_related("body"):
        here = {row["seat"] for row in ballot.roster if row["state"] == "present"}
        for seat in scene.room.voters(ballot.body.code):
            assert seat.user is not None
            if seat.pk in here and seat.user.username != but:
                choice = choices.get(seat.user.username, "for")
                told: dict[str, Any] = {"actor": seat.user, "ballot_id": ballot.pk, "seat_id": seat.pk}
                if ballot.by_slip:
                    act.slip_cast(**told, choice=choice, receipt=receipt_issue(**told))
                else:
                    act.vote_cast(**told, choice=choice)


def present(body: str, scene: Scene) -> list[str]:
    """The usernames of a body's members in the room."""
    rows = scene.room.sitting.seats.filter(body__code=body, voting=True, attendance__state="present")
    return list(rows.values_list("user__username", flat=True))


def begin_vote(desk: Person, way: str = "") -> None:
    """The desk opens the ballots, where several ways are allowed on the page that asks which (R23)."""
    if way:
        desk.page.locator("#do-way, a#do-voting").first.click()
        desk.choose(way)
        desk.check("voting-ways")
    desk.button("开始表决").click()
    desk.sees("正在表决")


def announce(desk: Person) -> None:
    desk.sees("到会席位都已投票")
    desk.button("结束表决").click()
    desk.sees("表决已结束，等待宣布")
    desk.button("宣布结果").click()

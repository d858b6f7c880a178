"""The main job, done by everybody through the pages alone: from the proposal to both signatures and the auditor's view.

Members work on phones, 390 px wide; proposers, secretaries, the legal adviser and the auditor at a screen. What the
database holds afterwards is asked only at the end.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from decisions.models import (
    AgendaEntry,
    Ballot,
    ExecutionTask,
    Item,
    Minutes,
    Plan,
    Resolution,
    SignOff,
    Sitting,
    Statement,
    Vote,
)
from permissions import audit
from permissions.models import AuditEvent
from tests.browser.conftest import Scene
from tests.browsers import Person
from tests.cast import Cast
from tests.decisions.items.conftest import Hand
from workflows import clock
from workflows.models import Case, CaseTask

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.django_db(transaction=True)]

TITLE = "原镇粮站闲置场地盘活方案"
#: who votes otherwise than 赞成
CHOICES = {"town.discipline": "反对", "town.publicity": "弃权", "zone.ecology": "弃权"}
AWAY = "town.arms"


@dataclass
class Town:
    """Everybody who takes part, each at their own window; they sign in with their password when they first appear."""

    cast: Cast
    at_phone: Callable[..., Person]
    at_desk: Callable[..., Person]
    people: dict[str, Person] = field(default_factory=dict)

    def __getitem__(self, username: str) -> Person:
        if username not in self.people:
            on_phone = bool(self.cast[username].seats.filter(voting=True))
            come = self.at_phone if on_phone else self.at_desk
            self.people[username] = come(self.cast[username], known=False)
            self.people[username].sign_in()
        return self.people[username]

    def members(self, body: str) -> list[str]:
        """Those of a body who are at the sitting, the principal last."""
        names = [user.username for user in self.cast.members(body) if user.username != AWAY]
        return [*names[1:], names[0]]


@pytest.fixture
def town(scene: Scene, at_phone: Callable[..., Person], at_desk: Callable[..., Person]) -> Town:
    return Town(scene.cast, at_phone, at_desk)


def test_an_item_goes_from_joint_proposal_to_both_signatures_and_the_auditor(town: Town) -> None:
    propose(town)
    confirm(town)
    plan(town)
    consult(town)
    review(town)
    prepare(town)
    table(town)
    attend(town)
    speak(town)
    vote(town)
    announce(town)
    sign(town)
    hand_over(town)
    browse(town)
    everything_is_on_record()


def propose(town: Town) -> None:
    """A proposer of the zone types a draft; what is wrong is told, what was typed stays."""
    proposer = town["zone.office"]
    proposer.check("home-empty")
    proposer.page.get_by_role("link", name="提出议题").first.click()
    proposer.check("propose")
    proposer.choose("重大项目")
    expect(proposer.page.get_by_label("风险评估报告")).to_be_visible()
    proposer.page.get_by_label("涉及金额").fill("约二百八十万")
    proposer.page.get_by_label("方案要点").fill("盘活 11.6 亩闲置场地，由两村联营公司承租，建农产品集散点。")
    proposer.page.get_by_label("共同提出人 1").select_option(label="洪林镇党委 · 党委委员（常务）")
    proposer.button("提交共提").click()
    proposer.sees("处需要修改")
    proposer.check("propose-errors")
    assert proposer.page.get_by_label("涉及金额").input_value() == "约二百八十万"
    assert "两村联营公司" in proposer.page.get_by_label("方案要点").input_value()
    assert "常务" in proposer.page.get_by_label("共同提出人 1").locator("option:checked").inner_text()
    assert not Item.objects.exists()

    proposer.page.get_by_label("议题名称").fill(TITLE)
    proposer.page.get_by_label("涉及金额").fill("280")
    proposer.button("保存草稿").click()
    proposer.sees("草稿已保存")
    proposer.page.get_by_label("风险评估报告").set_input_files(
        {"name": "风险评估报告.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF"}
    )
    proposer.button("提交共提").click()
    proposer.sees("已提交共提，等双方秘书确认")
    assert proposer.reads("风险评估报告.pdf")
    proposer.check("item-proposed")


def confirm(town: Town) -> None:
    """Both secretaries confirm, each for their own side (R12)."""
    for username in ("town.secretary", "zone.secretary"):
        secretary = town[username]
        secretary.check("home")
        task(secretary, "去确认")
        secretary.check("confirm")
        secretary.button("确认共提").click()
        secretary.sees("已确认共提")


def plan(town: Town) -> None:
    """A member of the town writes the first version on a phone, the zone's proposer the second, and ends the writing."""
    author = town["town.standing"]
    task(author, "去编写")
    author.page.get_by_label("第 1 条标题").fill("范围")
    author.page.get_by_label("第 1 条内容").fill("原镇粮站 11.6 亩场地及地上仓房。")
    author.page.get_by_label("第 2 条标题").fill("租期")
    author.page.get_by_label("第 2 条内容").fill("租期八年，租金每年一付。")
    author.check("plan")
    author.button("保存方案").click()
    author.sees("已保存为第 1 版")

    other = town["zone.office"]
    task(other, "去编写")
    other.page.get_by_label("第 2 条内容").fill("租期十年，租金每年一付，前两年减半。")
    other.page.get_by_label("修改说明").fill("租期改为十年")
    other.check("plan-again")
    other.button("保存并结束").click()
    other.sees("编制已结束，送征求意见和合法性审查")


def consult(town: Town) -> None:
    """A member gives an opinion on a phone; the secretary answers it and ends the round."""
    member = town["zone.ecology"]
    member.open("home")
    member.check("home")
    member.page.get_by_role("link", name=re.compile("^写意见")).click()
    member.page.get_by_label("您的意见").fill("第 2 条建议写明退场时的场地恢复责任。")
    member.check("opinions")
    member.button("提出意见").click()
    member.sees("意见已提出")

    secretary = town["zone.secretary"]
    task(secretary, "去办理")
    expect(secretary.page.get_by_text("还有 1 条意见没有答复")).to_be_visible()
    secretary.check("opinions-answer")
    secretary.choose("部分采纳")
    secretary.page.get_by_label("答复").last.fill("写入租赁合同，方案不再重复。")
    secretary.button("提交答复").click()
    secretary.sees("已答复")
    secretary.button("结束征求意见").click()
    secretary.sees("征求意见已结束")


def review(town: Town) -> None:
    """The legal adviser passes the version on the page."""
    adviser = town["legal"]
    task(adviser, "去审查")
    adviser.choose("通过")
    adviser.page.get_by_label("审查意见").fill("依据充分，程序完备，同意。")
    adviser.check("legality")
    adviser.button("提交审查意见").click()
    adviser.sees("审查意见已提交")


def prepare(town: Town) -> None:
    """What is missing is told, and given: risk on the pages; expert and public were asked forty days ago (R5–R8)."""
    item, secretary = Item.objects.get(), town["town.secretary"]
    task(secretary, "列入议程")
    secretary.sees("还不能列入议程")
    assert secretary.reads("还缺什么")
    secretary.check("table-missing")
    hand = Hand(town.cast)
    with clock.at(clock.now() - timedelta(days=40)):
        expert, _public = (hand.ask(item, kind) for kind in ("expert", "public"))
    hand.argue(item, expert)

    secretary.open("reviews", item.pk)
    secretary.button("办结公开征求意见").click()
    secretary.sees("公开征求意见已办结")
    fold(secretary, "送请风险评估")
    secretary.page.get_by_label("请谁办理").locator("visible=true").select_option(label="党组成员（生态）")
    secretary.check("reviews")
    secretary.button("送请风险评估").click()
    secretary.sees("已送请办理")
    assessor = town["zone.ecology"]
    assessor.open("reviews", item.pk)
    fold(assessor, "提交风险评估")
    assessor.choose("低风险")
    assessor.choose("可控")
    assessor.page.get_by_label("评估结论").fill("场地无权属争议，仓房加固后可用，风险可控。")
    assessor.check("reviews-risk")
    assessor.button("提交风险评估").click()
    assessor.sees("风险评估已提交")


def fold(person: Person, words: str) -> None:
    """Open a part of the page that is folded away."""
    person.page.locator("summary", has_text=words).first.click()


def table(town: Town) -> None:
    """The secretary makes a sitting and lists the item; notice goes out with its reason (R11); the sitting is opened."""
    secretary = town["town.secretary"]
    task(secretary, "列入议程")
    secretary.sees("没有筹备中的会议")
    secretary.check("table-none")
    secretary.link("筹备会议").click()
    now = timezone.localtime()
    secretary.page.get_by_label("开会日期").fill(now.strftime("%Y-%m-%d"))
    secretary.page.get_by_label("开始时间").fill("14:30")
    secretary.page.get_by_label("地点").fill("镇政府三楼会议室")
    secretary.page.get_by_label("主持").select_option(index=0)
    secretary.check("sitting-new")
    secretary.button("建立会议").click()
    secretary.sees("列入哪一次会议")
    secretary.check("table")
    secretary.button("列入议程").click()
    secretary.sees("已列入议程")
    secretary.check("sitting-draft")
    secretary.link("发出通知").click()
    secretary.page.get_by_label("理由").fill("防汛形势紧急，须当天议定")
    secretary.check("notice-send")
    secretary.button("发出通知").click()
    secretary.sees("议程已冻结")
    secretary.open("sitting", room_of(town))
    secretary.button("宣布开会").click()
    secretary.sees("会议已开始，名册已冻结")


def attend(town: Town) -> None:
    """Members sign in on their phones; the secretary registers the one who is excused, with his written opinion."""
    sitting = room_of(town)
    for body in ("town", "zone"):
        for username in town.members(body):
            member = town[username]
            member.open("sitting", sitting)
            member.check("room-arriving")
            member.button("签到").click()
            member.sees("到会")
            member.rest()
    secretary = town["town.secretary"]
    secretary.open("sitting", sitting)
    secretary.link("党委委员（武装）").first.click()
    secretary.choose("未到会")
    secretary.page.get_by_label("请假或离席原因").fill("防汛调度")
    secretary.page.get_by_label("书面意见").fill("同意，建议先清理仓房。")
    secretary.check("attendance")
    secretary.button("登记到会").click()
    secretary.sees("党委委员（武装）：未到会")


def speak(town: Town) -> None:
    """Everybody states a view; the chair's form is locked, says why, and opens by itself when the others are done."""
    sitting = room_of(town)
    secretary, chair = town["town.secretary"], town["town.chair"]
    secretary.button("进入第 1 项").click()
    secretary.button("开始发言").click()
    secretary.sees("还不能开始表决")
    secretary.check("room-speaking")
    chair.open("sitting", sitting)
    chair.sees("您末位发言，等其他席位说完后可以填写")
    assert chair.button("提交发言").count() == 0
    chair.check("room-locked")
    for body in ("town", "zone"):
        for username in town.members(body):
            if username == "town.chair":
                continue
            member = town[username]
            member.open("sitting", sitting)
            member.choose("同意")
            if username == "town.discipline":
                member.choose("不同意")
                member.page.get_by_label("发言（可不填）").fill("建议先公开评估。")
            member.check("room-speaking")
            member.button("提交发言").click()
            member.sees("已记入会议记录")
            member.rest()
    expect(chair.button("提交发言")).to_be_visible()
    chair.choose("同意")
    chair.button("提交发言").click()
    chair.sees("已记入会议记录")
    chair.rest()


def vote(town: Town) -> None:
    """Fifteen members vote on their phones, the principals last; nobody sees a direction before the end."""
    sitting = room_of(town)
    secretary, chair = town["town.secretary"], town["town.chair"]
    expect(secretary.button("开始表决")).to_be_enabled()
    secretary.sees("可以开始表决")
    secretary.button("开始表决").click()
    secretary.sees("正在表决")
    secretary.check("room-voting")
    chair.open("sitting", sitting)
    chair.link("去投票").click()
    chair.sees("您末位投票，还在等")
    chair.check("ballot-locked")
    chair.rest()
    for body in ("town", "zone"):
        for username in town.members(body):
            member = town[username]
            member.open("sitting", sitting)
            member.check("room-voting")
            member.link("去投票").click()
            cast_vote(member, CHOICES.get(username, "赞成"))
            member.rest()


def cast_vote(member: Person, choice: str) -> None:
    member.choose(choice)
    member.check("ballot")
    member.button("下一步：确认").click()
    member.sees("请确认您的表决")
    member.check("ballot-confirm")
    member.button(f"确认投“{choice}”").click()
    member.sees("您的票已送达")
    member.check("ballot-done")


def announce(town: Town) -> None:
    """The ballots are closed, the result is announced and read on a phone, and the sitting ends."""
    secretary = town["town.secretary"]
    secretary.sees("到会席位都已投票")
    assert not secretary.reads("反对")
    secretary.button("结束表决").click()
    secretary.sees("表决已结束，等待宣布")
    secretary.check("room-closed")
    secretary.button("宣布结果").click()
    secretary.sees("联合表决：通过")
    secretary.check("result")
    member = town["zone.finance"]
    member.open("sitting", room_of(town))
    member.sees("联合表决：通过")
    member.check("result")
    member.rest()
    secretary.button("结束会议").click()
    secretary.sees("会议已结束")
    secretary.check("sitting-closed")


def sign(town: Town) -> None:
    """The other side checks (R32), one chair signs, an edit voids both, then all is done anew on one document (R45)."""
    town_chair, zone_chair, secretary = town["town.chair"], town["zone.chair"], town["town.secretary"]
    check_minutes(town["zone.secretary"])
    sign_minutes(town_chair)
    town_chair.rest()

    secretary.link("看纪要草稿").first.click()
    secretary.check("minutes")
    secretary.link("修改").click()
    secretary.sees("保存后，已有的签名失效")
    text = secretary.page.get_by_label("纪要正文")
    text.fill(text.input_value() + "\n会议要求，租赁合同写明退场时的场地恢复责任。")
    secretary.check("minutes-edit")
    secretary.button("保存为新稿").click()
    secretary.sees("先前的校核和签名已因修改失效")

    check_minutes(town["zone.secretary"])
    for chair in (town_chair, zone_chair):
        sign_minutes(chair)
    zone_chair.sees("两位班长已签署同一份文件")
    zone_chair.check("minutes-signed")
    for chair in (town_chair, zone_chair):
        chair.rest()


def check_minutes(secretary: Person) -> None:
    secretary.open("home")
    task(secretary, "去校核")
    secretary.check("minutes-check")
    secretary.button("核对无误").click()
    secretary.sees("两位班长可以签署")


def sign_minutes(chair: Person) -> None:
    chair.open("home")
    task(chair, "去会签")
    chair.check("minutes")
    chair.link("签署纪要").click()
    chair.check("sign")
    chair.button("签署这份纪要").click()
    chair.sees("您已签署")


def hand_over(town: Town) -> None:
    """The zone's secretary names who carries it out."""
    secretary = town["zone.secretary"]
    task(secretary, "去交办")
    secretary.page.get_by_label("承办单位").fill("示范区平台公司")
    due = timezone.localdate() + timedelta(days=90)
    secretary.page.get_by_label("完成期限").fill(due.isoformat())
    secretary.page.get_by_label("交办要求").fill("每月末报告进展，镇农业农村办配合。")
    secretary.check("execution")
    secretary.button("交办").click()
    secretary.sees("已交办")


def browse(town: Town) -> None:
    """The auditor finds the item, reads it, compares the versions and has the chain checked."""
    auditor = town["auditor"]
    auditor.check("home-empty")
    auditor.open("item_list")
    auditor.check("item-list")
    auditor.link(TITLE).click()
    assert auditor.reads("示范区平台公司")
    auditor.check("item")
    auditor.link("历史与完整日志").click()
    auditor.sees("租期十年，租金每年一付，前两年减半。")
    assert auditor.page.locator("del, .del").count() or auditor.reads("租期八年")
    auditor.sees("已核验")
    auditor.check("history")
    auditor.open("sitting_list")
    auditor.check("sitting-list")
    auditor.open("log")
    auditor.check("log")
    auditor.button("核验全部").click()
    auditor.sees("全部对得上")
    auditor.check("log-check")
    auditor.open("flow_list")
    auditor.check("flows")
    auditor.open("flow", "joint_decision")
    auditor.check("flow")
    member = town["zone.ecology"]
    for name, kind in (("item_list", "item-list"), ("sitting_list", "sitting-list"), ("messages", "messages")):
        member.open(name)
        member.check(kind)
    member.open("item", Item.objects.get().pk)
    member.check("item")
    member.open("item_history", Item.objects.get().pk)
    member.check("history")


def everything_is_on_record() -> None:
    item, entry = Item.objects.get(), AgendaEntry.objects.get()
    assert (item.status, entry.outcome) == (Item.Status.CLOSED, AgendaEntry.Outcome.PASSED)
    assert Sitting.objects.get().status == Sitting.Status.CLOSED
    assert Plan.objects.get().version == 2
    assert {row.body.code: row.user.username for row in item.co_proposers.all()} == {"town": "town.standing"}
    counts = {
        row.body.code: (row.due, row.present, row.in_favour, row.against, row.abstained, row.passed)
        for row in Resolution.objects.select_related("body")
    }
    assert counts == {"town": (9, 8, 6, 1, 1, True), "zone": (7, 7, 6, 0, 1, True)}
    assert Vote.objects.count() == 15
    assert Statement.objects.count() == 15
    assert list(Statement.objects.filter(seat__body__code="town").values_list("seat__principal", flat=True))[-1]
    assert set(Ballot.objects.values_list("status", flat=True)) == {Ballot.Status.CLOSED}
    minutes = Minutes.objects.get()
    standing = SignOff.objects.filter(minutes=minutes, voided_at__isnull=True)
    assert {(row.body.code, row.document_hash) for row in standing} == {
        (code, minutes.document_hash) for code in ("town", "zone")
    }
    assert SignOff.objects.filter(minutes=minutes, voided_at__isnull=False).count() == 1
    assert ExecutionTask.objects.get(item=item).unit == "示范区平台公司"
    case = Case.objects.get(subject=item.subject)
    assert case.finished is not None
    assert not CaseTask.objects.filter(process=case, finished__isnull=True).exists()
    assert list(audit.verify()) == []
    assert AuditEvent.objects.filter(verb="vote_cast").count() == 15


def task(person: Person, action: str) -> None:
    """Go home and take up what waits there."""
    person.open("home")
    person.page.get_by_role("link", name=re.compile(f"^{action}")).first.click()
    person.page.wait_for_url(lambda url: urlsplit(url).path != reverse("home"))


def room_of(town: Town) -> int:
    """The address of the room, as everybody has it from the sittings page."""
    return Sitting.objects.get().pk

"""The pages of items in a real browser: the form that follows the matter type, and every page looked at once per width."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from decisions import example
from decisions.models import Item
from tests.browsers import Person
from tests.cast import Cast
from tests.decisions.items.conftest import Hand

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
At = Callable[..., Person]


def test_the_form_follows_the_matter_type_and_keeps_every_word(office: Cast, at_desk: At) -> None:
    proposer = at_desk(office.zone_proposer)
    proposer.open("item_new")
    proposer.page.get_by_label("议题名称").fill("村级闲置校舍改建农产品集散点")
    proposer.choose("人事任免")
    expect(proposer.page.get_by_label("人选 1", exact=True)).to_be_visible()
    expect(proposer.page.get_by_label("涉及金额")).to_have_count(0)
    proposer.choose("重大项目")
    expect(proposer.page.get_by_label("风险评估报告")).to_be_visible()
    expect(proposer.page.get_by_text("R2：限额 50 万元")).to_be_visible()
    proposer.page.get_by_label("涉及金额").fill("约一百二十万")
    proposer.button("提交共提").click()
    proposer.sees("有 1 处需要修改，其他内容已为您保留")
    proposer.check("item-form-error")
    expect(proposer.page.get_by_label("议题名称")).to_have_value("村级闲置校舍改建农产品集散点")
    proposer.page.get_by_role("link", name="涉及金额：").click()
    expect(proposer.page.get_by_label("涉及金额")).to_be_focused()
    proposer.page.get_by_label("涉及金额").fill("120")
    proposer.page.get_by_label("方案要点").fill("两所撤并村小校舍改建。")
    proposer.page.get_by_label("共同提出人 1").select_option(label="洪林镇党委 · 镇经济发展办")
    proposer.button("提交共提").click()
    proposer.sees("已提交共提，等双方秘书确认。")
    item = Item.objects.get()
    assert (item.serial, item.co_proposers.count()) == (1, 1)


def test_an_opinion_travels_from_a_phone_to_its_answer(hand: Hand, at_phone: At, at_desk: At) -> None:
    item = hand.planned()
    member, writer = at_phone(hand.cast.town_member), at_desk(hand.proposer)
    member.open("home")
    member.link("写意见：" + item.title).or_(member.page.get_by_role("link", name="写意见")).first.click()
    member.page.get_by_label("您的意见").fill("收益分配应写明结算时点。")
    member.button("提出意见").click()
    member.sees("收益分配应写明结算时点。")
    writer.open("opinions", item.pk)
    writer.choose("未采纳")
    writer.button("提交答复").click()
    writer.sees("未全部采纳的意见请写明理由，提出人会看到。")
    writer.page.get_by_label("答复", exact=True).fill("已在年度台账中写明。")
    writer.button("提交答复").click()
    writer.sees("未采纳。理由：")
    member.open("item", item.pk)
    member.sees("已在年度台账中写明。")


def test_every_page_of_the_example_is_sound_on_a_desk_and_on_a_phone(office: Cast, at_desk: At, at_phone: At) -> None:
    example.load_business()
    of = {word: Item.objects.get(title__contains=word) for word in ("稻虾", "粮站", "用工", "交流", "校舍", "网格")}
    visits = [
        ("zone.industry", "home", None),
        ("town.congress", "home", None),
        ("zone.industry", "item_list", None),
        ("zone.industry", "item_new", None),
        ("zone.industry", "item_edit", "校舍"),
        ("zone.industry", "item", "粮站"),
        ("town.congress", "item", "交流"),
        ("auditor", "item", "稻虾"),
        ("town.secretary", "item_confirm", "用工"),
        ("zone.industry", "plan_edit", "网格"),
        ("zone.secretary", "opinions", "粮站"),
        ("legal", "legality", "粮站"),
        ("auditor", "item_history", "粮站"),
        ("town.congress", "messages", None),
    ]
    for at in (at_desk, at_phone):
        people: dict[str, Person] = {}
        for username, name, word in visits:
            someone = people.setdefault(username, people.get(username) or at(office[username]))
            someone.open(name, *([of[word].pk] if word else []))
            someone.check(f"{name}-{username}")

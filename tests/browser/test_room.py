"""Two people in one room, each at their own browser: what one does shows at the other's within two seconds."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Scene
from tests.browsers import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: A mark on the window that a reload would wipe out.
MARK, MARKED = "window.sameWindow = true", "window.sameWindow === true"


def test_what_one_does_shows_at_the_other_within_two_seconds_and_typed_words_stay(
    scene: Scene, at_phone: Callable[..., Person], at_desk: Callable[..., Person]
) -> None:
    entry = scene.open_sitting(scene.ready(), "town.congress")
    scene.room.begin(entry)
    desk, member = at_desk(scene.cast.town_secretary), at_phone(scene.cast.zone_member)
    for one in (desk, member):
        one.open("sitting", scene.room.sitting.pk)
        one.page.evaluate(MARK)

    late = at_phone(scene.cast.town_member)
    late.open("sitting", scene.room.sitting.pk)
    member.choose("缓议")
    box = member.page.get_by_label("发言（可不填）")
    box.press_sequentially("先把两村")
    late.button("签到").click()
    late.sees("您的发言")
    desk.sees("洪林镇党委 9 席", within=2)
    late.choose("不同意")
    late.page.get_by_label("发言（可不填）").fill("租期过长。")
    late.button("提交发言").click()
    late.sees("已记入会议记录")
    desk.sees("“租期过长。”", within=2)
    member.sees("“租期过长。”", within=2)

    member.page.keyboard.type("的账算清。")
    assert box.input_value() == "先把两村的账算清。"
    assert member.page.get_by_label("缓议").is_checked()
    member.button("提交发言").click()
    member.sees("已记入会议记录")
    desk.sees("“先把两村的账算清。”", within=2)
    assert desk.page.evaluate(MARKED)

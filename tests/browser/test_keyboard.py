"""With a keyboard alone, Tab, Space and Enter from the top of the page: voting on a phone-wide window, changing a decision table."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from decisions.models import Vote
from tests.browser.conftest import Scene
from tests.browsers import Person
from tests.cast import Cast
from workflows import actions
from workflows.models import DefinitionVersion

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOCUSED = """() => { const at = document.activeElement, label = at.labels && at.labels[0];
  return (label ? label.innerText : at.innerText || '').trim(); }"""
SHOWN = """() => { const box = document.activeElement.getBoundingClientRect();
  const label = document.activeElement.labels && document.activeElement.labels[0];
  const seen = label ? label.getBoundingClientRect() : box;
  return seen.width > 0 && seen.top >= 0 && seen.bottom <= window.innerHeight + 1; }"""


def tab_to(person: Person, words: str, most: int = 40) -> None:
    """Press Tab until something with these words has the focus, and it can be seen."""
    passed = []
    for _step in range(most):
        person.page.keyboard.press("Tab")
        passed.append(person.page.evaluate(FOCUSED))
        if words in passed[-1]:
            assert person.page.evaluate(SHOWN), f"{words} has the focus outside the window"
            return
    raise AssertionError(f"{words} is not reached with Tab: {passed}")


def test_a_member_votes_from_the_room_to_the_receipt_with_tab_space_and_enter(
    scene: Scene, at_phone: Callable[..., Person]
) -> None:
    scene.voting()
    member = at_phone(scene.cast.zone_member)
    member.open("sitting", scene.room.sitting.pk)
    tab_to(member, "去投票")
    member.page.keyboard.press("Enter")
    member.page.wait_for_url("**/ballots/*/")
    tab_to(member, "赞成")
    member.page.keyboard.press("Space")
    tab_to(member, "下一步：确认")
    member.page.keyboard.press("Enter")
    member.sees("请确认您的表决")
    tab_to(member, "确认投“赞成”")
    assert member.page.evaluate("document.activeElement.closest('dialog') !== null")
    member.page.keyboard.press("Enter")
    member.sees("您的票已送达")
    tab_to(member, "回到会议")
    member.page.keyboard.press("Enter")
    member.sees("已投")
    assert Vote.objects.get().choice == Vote.Choice.FOR


def test_a_decision_table_is_changed_with_the_keyboard_alone(cast: Cast, at_desk: Callable[..., Person]) -> None:
    xml = (Path(settings.BASE_DIR) / "workflows/library/fund_route.dmn").read_bytes()
    version = actions.definition_save(actor=None, key="fund_route", name="资金事项分级", xml=xml)
    actions.definition_publish(actor=None, version_id=version.pk)
    designer = at_desk(cast.designer)
    designer.open("flow_table", "fund_route")
    keyboard = designer.page.keyboard
    rules = designer.page.locator('[name$="-in-0"][name^="rule-"]')
    before = rules.count()
    tab_to(designer, "加一条规则", most=120)
    keyboard.press("Enter")
    expect(rules).to_have_count(before + 1)
    # Whoever adds a rule types into it at once.
    expect(designer.page.locator(f'[name="rule-{before}-in-0"]')).to_be_focused()
    keyboard.type("> 900")
    tab_to(designer, "存为草稿", most=120)
    keyboard.press("Enter")
    designer.sees("草稿")
    newest = DefinitionVersion.objects.get(number=2)
    assert "&gt; 900" in newest.xml

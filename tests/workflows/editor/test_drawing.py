"""A designer draws a flow from an empty sheet, is told where it would get stuck, mends it and saves the draft: in a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browsers import Person
from tests.cast import Cast
from workflows import bpmn
from workflows.models import DefinitionVersion, Drawing, VersionStatus
from workflows.soundness import inspect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(120), pytest.mark.django_db(transaction=True)]


def put_in(page: Page, words: str, name: str = "") -> None:
    """Put in a step by its name, with the keyboard alone, behind the one that is chosen; give it a name of its own."""
    page.get_by_role("button", name="添加环节").focus()
    page.keyboard.press("Enter")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    if name:
        page.get_by_label("名称", exact=True).fill(name)
        page.keyboard.press("Tab")


def choose(page: Page, words: str) -> None:
    """Choose what is drawn from the list of it, by the beginning of its name."""
    chooser = page.get_by_label("选择图中的元素")
    chooser.select_option(chooser.locator("option").filter(has_text=words).first.get_attribute("value"))


def join(page: Page, words: str) -> None:
    """Lead the chosen step to another one, from the list."""
    targets = page.get_by_label("连到")
    targets.select_option(targets.locator("option").filter(has_text=words).first.get_attribute("value"))


def test_a_flow_is_drawn_from_an_empty_sheet_refused_for_a_deadlock_mended_and_saved(
    cast: Cast, at_desk: Callable[..., Person]
) -> None:
    designer = at_desk(cast.designer)
    page = designer.page
    designer.open("flow_draw")
    page.get_by_label("流程名称").fill("场地借用")
    page.get_by_label("流程代号").fill("borrow_room")
    page.get_by_role("main").locator("button[type=submit]").click()
    expect(page.locator(".ed-tools")).to_be_visible()
    expect(page.locator(".bjs-powered-by")).to_be_visible()

    # Whatever the empty sheet begins with is taken away, so that all of it is drawn here.
    page.locator(".djs-container > svg").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    put_in(page, "开始")
    put_in(page, "办理环节", "提出借用")
    page.get_by_label("办理人", exact=True).select_option("由角色办理")
    page.locator('[data-field^="who.roles.town"]').first.check()
    put_in(page, "选择网关", "大于一天？")
    put_in(page, "办理环节", "党委同意")
    page.get_by_label("办理人", exact=True).select_option("由角色办理")
    page.locator('[data-field^="who.roles.town"]').first.check()
    put_in(page, "并行网关", "到齐")
    put_in(page, "结束")
    choose(page, "大于一天？")
    # One entry of the palette, with the keyboard: the house's own step with everything it brings.
    entry = page.locator('.djs-palette [data-action="template.plan"]')
    entry.focus()
    page.keyboard.press("Enter")
    join(page, "到齐")
    choose(page, "大于一天？ → 编制方案")
    page.get_by_label("其他各路都不成立时走这一路").check()
    choose(page, "大于一天？ → 党委同意")
    page.get_by_label("条件的表达式（FEEL）").fill("days >")
    expect(page.locator(".ed-told-bad").first).to_be_visible()
    page.get_by_label("条件的表达式（FEEL）").fill("days > 1")
    page.keyboard.press("Tab")
    expect(page.get_by_label("怎样")).to_have_value(">")

    # Refused: of the two ways one is taken, and the gateway waits for both.
    stuck = page.locator(".ed-problem.ed-bad").filter(has_text="到齐")
    expect(stuck.first).to_be_visible()
    stuck.first.click()
    expect(stuck.first).to_have_attribute("aria-current", "true")
    expect(page.locator(".djs-container > svg .ed-spot")).to_have_count(1)
    assert page.locator(".djs-container > svg .ed-way").count() >= 3
    assert page.locator(".bjsl-icon-error").count() >= 1
    designer.check("flow_editor")

    # Mended by hand: the two ways come together at a gateway that lets either pass, and the joining one goes.
    page.locator('[data-section="links"]').wait_for()
    choose(page, "党委同意（")
    page.get_by_role("button", name="删去到“到齐”的连线").click()
    put_in(page, "选择网关", "汇合")
    join(page, "结束")
    choose(page, "编制方案（")
    page.get_by_role("button", name="删去到“到齐”的连线").click()
    join(page, "汇合")
    choose(page, "到齐（")
    page.locator(".djs-container > svg").focus()
    page.keyboard.press("Delete")
    expect(page.locator(".ed-problem.ed-bad")).to_have_count(0)
    expect(page.locator(".djs-container > svg .ed-spot")).to_have_count(0)

    # Undo and redo take back one step and bring it again.
    before = page.locator(".djs-shape").count()
    page.get_by_role("button", name="自动排版").click()
    page.get_by_role("button", name="撤销").click()
    page.get_by_role("button", name="重做").click()
    assert page.locator(".djs-shape").count() == before
    expect(page.locator(".ed-state")).to_contain_text("已自动保存")
    assert Drawing.objects.get(designer=cast.designer).key == "borrow_room"

    page.get_by_role("button", name="存为草稿").click()
    expect(page.locator(".ed-state")).to_contain_text("已存为草稿，第 1 版")
    version = DefinitionVersion.objects.get(definition__key="borrow_room")
    assert version.status == VersionStatus.DRAFT
    assert not Drawing.objects.exists()
    _document, problems = inspect(version.xml)
    assert [problem.code for problem in problems if problem.severity == "error"] == []
    names = {node.name: node for node in bpmn.read(version.xml).processes[0].nodes.values()}
    assert names["编制方案"].form == "decisions.plan"
    assert names["提出借用"].assignment.candidate_groups is not None

    # On a phone it is looked at, not drawn.
    page.set_viewport_size({"width": 390, "height": 844})
    designer.open("flow_editor", "borrow_room")
    designer.sees("屏幕太窄")
    expect(page.locator(".djs-palette")).to_have_count(0)
    designer.check("flow_editor")

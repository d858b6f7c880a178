"""The pages in a real browser: readable at every width and theme, worked by keyboard, and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, Route, expect
from pytest_django.fixtures import Settings

from permissions.models import User
from tests.cast import Cast
from tests.look.audit import WIDTHS, audit, lost_icons, overflow, watch
from workflows.actions import definition_publish, definition_save
from workflows.models import DefinitionVersion, VersionStatus

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PageOf = Callable[..., Page]
XML = (Path(settings.BASE_DIR) / "workflows/library/joint_decision.bpmn").read_bytes()


@pytest.fixture
def draft(cast: Cast) -> DefinitionVersion:
    """The second version of a flow, as a draft with a warning or two; the first is in force."""
    first = definition_save(actor=cast.designer, key="joint", name="联合决策", xml=XML)
    definition_publish(actor=cast.designer, version_id=first.pk)
    return definition_save(actor=cast.designer, key="joint", name="联合决策", xml=XML + b"\n")


@pytest.mark.slow
@pytest.mark.parametrize(("theme", "size"), [("light", ""), ("dark", "large")])
def test_pages_are_readable_at_every_width(
    cast: Cast, draft: DefinitionVersion, page_of: PageOf, theme: str, size: str
) -> None:
    User.objects.update(theme=theme, text_size=size)
    flow = reverse("flow", args=["joint"])
    pages = {
        None: [reverse("help"), reverse("accessibility"), reverse("source"), "/no/such/page"],
        cast.designer: [
            reverse("flow_list"),
            flow,
            f"{flow}?version={draft.number}",
            reverse("flow_new"),
            reverse("flow_publish", args=[draft.pk]),
            reverse("more"),
        ],
        cast.auditor: [reverse("log"), f"{reverse('log')}?kind=people", f"{reverse('log')}?subject=flow:joint"],
        cast.town_member: [reverse("flow_new")],
    }
    faults: dict[str, list[str]] = {}
    for user, addresses in pages.items():
        page = page_of(user, color_scheme=theme)
        watched = watch(page, expected=(403, 404))
        for address in addresses:
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(address)
                if found := [*audit(page), *overflow(page), *lost_icons(page), *watched]:
                    faults[f"{address} {width}"] = found
                    watched.clear()
    assert faults == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_component_is_readable(page_of: PageOf, settings: Settings, db: None, scheme: str) -> None:
    settings.DEBUG = True
    page = page_of(None, color_scheme=scheme)
    watched = watch(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(reverse("look"))
        assert [*audit(page), *overflow(page), *lost_icons(page), *watched] == []


def test_a_dialog_is_opened_left_and_used_by_keyboard(cast: Cast, draft: DefinitionVersion, page_of: PageOf) -> None:
    definition_publish(actor=None, version_id=draft.pk)
    page = page_of(cast.designer)
    address = f"{reverse('flow', args=['joint'])}?version={draft.number}"
    page.goto(address)
    opener = page.get_by_role("link", name="停用", exact=True)
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="停用这一版？")
    expect(dialog).to_be_visible()
    assert audit(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    page.go_back()
    expect(dialog).to_be_hidden()
    assert page.url.endswith(address)
    opener.focus()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="停用第 2 版").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".sg-toast")).to_contain_text("第 2 版已停用")
    draft.refresh_from_db()
    assert draft.status == VersionStatus.RETIRED


def test_everything_works_without_scripts(cast: Cast, draft: DefinitionVersion, page_of: PageOf) -> None:
    page = page_of(cast.designer, java_script_enabled=False)
    page.goto(f"{reverse('flow', args=['joint'])}?version={draft.number}")
    page.get_by_role("link", name="发布", exact=True).click()
    page.get_by_role("button", name="发布第 2 版").click()
    expect(page.locator(".sg-toast")).to_contain_text("第 2 版已发布")
    assert page.locator("[data-needs-js]:visible").count() == 0
    page.goto(reverse("flow_new"))
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_role("alert")).to_contain_text("请选择一个 BPMN 或 DMN 文件")


def test_the_first_tab_stop_leads_past_the_navigation(cast: Cast, page_of: PageOf) -> None:
    page = page_of(cast.town_member)
    page.goto(reverse("help"))
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_errors_take_the_focus_and_lead_to_their_fields(cast: Cast, page_of: PageOf) -> None:
    page = page_of(cast.designer)
    page.goto(reverse("flow_new"))
    page.get_by_label("流程代号").fill("1 坏的")
    page.get_by_role("button", name="存为草稿").click()
    expect(page.locator(".sg-errsum")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("流程文件")).to_be_focused()
    expect(page.get_by_label("流程代号")).to_have_value("1 坏的")
    # A link half under the head of a scrolled page is no small target.
    page.evaluate("() => scrollTo(0, 0)")
    assert audit(page) == []


def test_a_form_is_sent_once_however_often_it_is_clicked(cast: Cast, page_of: PageOf) -> None:
    page = page_of(cast.designer)
    sent: list[str] = []

    def answer(route: Route) -> None:
        sent.append(route.request.method)
        route.fulfill(status=204)

    page.goto(reverse("flow_new"))
    page.route("**/flows/new-version/", answer)
    button = page.get_by_role("button", name="存为草稿")
    for _click in range(3):
        button.click()
    expect(page.locator("main form")).to_have_attribute("aria-busy", "true")
    assert sent == ["POST"]


def test_words_typed_are_not_lost_without_asking(cast: Cast, page_of: PageOf) -> None:
    page = page_of(cast.designer)
    asked: list[str] = []

    def answer(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", answer)
    page.goto(reverse("flow_new"))
    page.get_by_label("流程名称").press_sequentially("新流程")
    page.get_by_role("link", name="返回", exact=True).click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.url.endswith(reverse("flow_new"))


def test_the_saved_theme_wins_over_the_system(cast: Cast, page_of: PageOf) -> None:
    User.objects.filter(pk=cast.town_member.pk).update(theme="light", text_size="large")
    page = page_of(cast.town_member, color_scheme="dark")
    page.goto(reverse("help"))
    paper = "() => getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(245, 245, 242)"
    assert page.evaluate("() => getComputedStyle(document.documentElement).fontSize") == "18px"
    visitor = page_of(None, color_scheme="dark")
    visitor.goto(reverse("help"))
    assert visitor.evaluate(paper) == "rgb(18, 21, 24)"


def test_touch_targets_are_large_enough_for_a_thumb(cast: Cast, page_of: PageOf) -> None:
    page = page_of(cast.town_member, viewport={"width": 390, "height": 844})
    for name in ("more", "flow_list", "log"):
        page.goto(reverse(name))
        small = page.evaluate(
            """() => [...document.querySelectorAll('.sg-tabs a, .btn, .sg-icon, .sg-me, .sg-foot a')]
              .filter(node => node.getBoundingClientRect().width)
              .filter(node => node.getBoundingClientRect().height < 44).map(node => node.outerHTML.slice(0, 80))"""
        )
        assert small == []


@pytest.mark.parametrize(
    ("status", "note", "main"),
    [
        (200, "", "answer"),
        (422, "", "answer"),
        (403, "answer", ""),
        (409, "answer", ""),
        (500, "系统出错了，刚才的操作没有完成。", ""),
        (0, "网络中断，刚才的操作还没有送达。", ""),
    ],
)
def test_what_htmx_brings_goes_where_it_belongs(cast: Cast, page_of: PageOf, status: int, note: str, main: str) -> None:
    page = page_of(cast.town_member)
    page.goto(reverse("help"))

    def answer(route: Route) -> None:
        if status:
            route.fulfill(status=status, body="<p>answer</p>", content_type="text/html")
        else:
            route.abort()

    page.route("**/asked", answer)
    page.evaluate("() => htmx.ajax('POST', '/asked', {target: '.sg-head', swap: 'innerHTML'}).catch(() => {})")
    if note:
        expect(page.locator("#sg-note")).to_contain_text(note)
        expect(page.locator("h1")).to_have_text("使用帮助")
    if main:
        expect(page.locator(".sg-head")).to_have_text(main)
        expect(page.locator("#sg-note")).to_be_empty()


def test_htmx_sends_the_token_that_forms_send(cast: Cast, page_of: PageOf) -> None:
    page = page_of(cast.town_member)
    page.goto(reverse("help"))
    with page.expect_request("**/asked") as asked:
        page.evaluate("() => htmx.ajax('POST', '/asked', {target: '.sg-head'}).catch(() => {})")
    assert len(asked.value.headers["x-csrftoken"]) == 64

"""Outdoors, on a phone with a poor network: what is typed survives, and what was sent without a network arrives once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browsers import Person
from tests.cast import Cast
from tests.workflows.packs.conftest import Installed
from tests.workflows.packs.test_records import register
from workflows.models import Record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AtPhone = Callable[..., Person]


@pytest.mark.slow
def test_a_visit_written_down_without_a_network_is_sent_once(
    cast: Cast, installed: Installed, at_phone: AtPhone
) -> None:
    installed("places", "village_visits")
    village = register(cast.town_secretary, "village", name="东山村", households="412")
    member = at_phone(cast.town_member)
    context, page = member.page.context, member.page
    member.open("records")
    member.check("records")
    member.open("record_list", "village_visit")
    member.check("record_list_empty")
    member.link("登记走访").first.click()
    page.get_by_label("走访的村").select_option(str(village.pk))
    page.get_by_label("走访日期").fill("2026-05-06")
    page.get_by_label("群众反映").fill("村口路灯不亮")
    member.sees("内容已存在本机")
    member.check("record_new")

    # The page is lost, and what was typed is not.
    page.reload()
    member.sees("已恢复您上次没有提交的内容")
    expect(page.get_by_label("群众反映")).to_have_value("村口路灯不亮")
    context.set_offline(True)
    member.button("提交登记").click()
    member.sees("下面的内容还没有发出")
    assert not Record.objects.filter(kind__key="village_visit").exists()
    # The one request without a network is what is tested here; any other fault of the page still counts.
    member.watched[:] = [one for one in member.watched if "ERR_INTERNET_DISCONNECTED" not in one]
    context.set_offline(False)
    expect(page.locator("#sg-outbox")).to_be_hidden()
    made = Record.objects.get(kind__key="village_visit")
    assert made.data["heard"] == "村口路灯不亮"

    # What has arrived is neither kept nor sent again.
    member.open("record_new", "village_visit")
    expect(page.get_by_label("群众反映")).to_have_value("")
    member.open("record", made.pk)
    member.check("record")
    member.open("record_list", "village_visit")
    member.check("record_list")
    member.link(made.title).locator("visible=true").click()
    page.wait_for_url(f"**{reverse('record', args=[made.pk])}")
    assert Record.objects.filter(kind__key="village_visit").count() == 1
    assert village.pk == made.data["village"]

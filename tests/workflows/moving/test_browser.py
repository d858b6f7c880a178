"""A migration in a real browser: readable at every width, worked by keyboard, followed without touching anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import Cast
from tests.look.audit import WIDTHS, audit, overflow, watch
from workflows import actions, tasks
from workflows.models import Case, Migration

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
XML = (Path(settings.BASE_DIR) / "workflows/library/joint_decision.bpmn").read_bytes()


def test_an_administrator_moves_cases_with_the_keyboard_alone(
    cast: Cast, publish: Callable, page_of: Callable[..., Page]
) -> None:
    old = publish(XML, "joint")
    case = actions.case_start(
        actor=cast.town_proposer, definition="joint", title="盘活方案", variables={"proposer": "town.office"}
    )
    new = publish(XML.replace(b'"draft"', b'"propose"').replace("提出议题".encode(), "拟定议题".encode()), "joint")
    page = page_of(cast.admin)
    watched, faults = watch(page), {}

    def look(name: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if found := [*audit(page), *overflow(page)]:
                faults[f"{name} {width}"] = found

    page.goto(reverse("flow_migrate", args=[new.pk]))
    page.locator("details.sg-fold summary").first.focus()
    page.keyboard.press("Enter")
    look("plan")
    page.locator("#map-draft").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("#map-draft").input_value() == "propose"
    page.get_by_role("button", name="重新试算").focus()
    page.keyboard.press("Enter")
    page.get_by_text("1 件可以迁移，0 件现在不能").wait_for()
    look("tried")
    page.locator("#id_reason").focus()
    page.keyboard.type("统一提法")
    page.get_by_role("button", name="开始迁移").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/migrations/*/")
    look("waiting")
    for job in ProcrastinateJob.objects.filter(task_name="workflows.migrate_cases"):
        tasks.migrate_cases(**job.args)
    page.get_by_text("已迁移 1 件").first.wait_for()
    look("moved")
    assert Case.objects.get(pk=case.pk).version_id == new.pk
    page.get_by_role("link", name="全部撤销").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/undo/")
    look("undo")
    page.get_by_role("button", name="撤销迁移").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/migrations/*/")
    for job in ProcrastinateJob.objects.filter(task_name="workflows.undo_cases"):
        tasks.undo_cases(**job.args)
    ProcrastinateJob.objects.filter(task_name="workflows.undo_cases").update(status="succeeded")
    page.get_by_text("已撤销 1 件").first.wait_for()
    assert Case.objects.get(pk=case.pk).version_id == old.pk
    assert Migration.objects.count() == 1
    assert (faults, watched) == ({}, [])

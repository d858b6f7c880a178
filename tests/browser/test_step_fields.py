"""Filling in a step's fields with a browser: what shows follows the answers, and nothing typed is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browsers import Person
from tests.cast import Cast
from tests.permissions.uploads.files import pdf
from tests.workflows.conftest import task_at
from tests.workflows.forms.drawn import SPENDING, asking
from workflows import actions, flows, handlers
from workflows.models import Case, StepDraft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
At = Callable[..., Person]


def test_fields_appear_while_somebody_types_and_everything_typed_stays(
    cast: Cast, at_phone: At, at_desk: At, live_server: object, tmp_path: Path
) -> None:
    flows.forget()
    version = actions.definition_save(actor=None, key="spending", name="用款", xml=asking(SPENDING))
    actions.definition_publish(actor=None, version_id=version.pk)
    case = actions.case_start(actor=cast.town_proposer, definition="spending", title="修路用款")
    task = task_at(case, "check")
    assert task is not None
    secretary = at_phone(cast.town_secretary)
    page = secretary.page
    page.goto(f"{live_server}{handlers.form_url(task)}")
    secretary.check("step-fields")
    why = page.get_by_label("大额理由")
    expect(why).to_be_hidden()
    page.get_by_label("金额").first.fill("120")
    page.get_by_label("用途").fill("修路")
    expect(why).to_be_visible()
    expect(page.locator("#step-kept")).to_contain_text("已保存")
    why.fill("两期")
    page.get_by_text("水利").click()
    page.get_by_label("项目").nth(1).fill("路基")
    paper = tmp_path / "依据.pdf"
    paper.write_bytes(pdf())
    page.locator("input[type=file]").set_input_files(paper)
    secretary.button("上传").click()
    secretary.sees("依据.pdf")
    # Kept on the server: another window goes on where this one was left.
    desk = at_desk(cast.town_secretary)
    desk.page.goto(f"{live_server}{handlers.form_url(task)}")
    expect(desk.page.get_by_label("大额理由")).to_have_value("两期")
    expect(desk.page.get_by_label("项目").first).to_have_value("路基")
    desk.check("step-fields-kept")
    desk.page.get_by_label("用途").fill("")
    desk.button("办理完毕").click()
    desk.sees("请填写这一项。")
    desk.check("step-fields-refused")
    desk.page.get_by_label("用途").fill("修路")
    desk.button("办理完毕").click()
    desk.sees("已办理：核对金额。")
    case = Case.objects.get(pk=case.pk)
    assert (case.variables["large"], case.variables["uses"], case.variables["amount"]) == ("两期", ["b"], 120)
    assert not StepDraft.objects.exists()
    proposer = at_phone(cast.town_proposer)
    proposer.open("case", case.pk)
    proposer.sees("壹佰贰拾万元整")
    proposer.check("step-answers")

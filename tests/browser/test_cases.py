"""Looking after running cases with a browser, at a desk and on a phone: one is held still and let go on, one put elsewhere,
sent back, and given to one more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from permissions import audit
from tests.browsers import Person
from tests.cast import Cast
from tests.workflows.conftest import open_nodes
from tests.workflows.diagrams import SECRETARY_THEN_CHAIR
from tests.workflows.test_move_pages import REVIEWED
from workflows import actions, flows
from workflows.models import Case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
At = Callable[..., Person]


def publish(key: str, xml: bytes) -> None:
    flows.forget()
    version = actions.definition_save(actor=None, key=key, name="小流程", xml=xml)
    actions.definition_publish(actor=None, version_id=version.pk)


@pytest.fixture(params=["desk", "phone"])
def at(request: pytest.FixtureRequest, at_desk: At, at_phone: At) -> At:
    """Somebody at a desk, and once more with a phone."""
    return at_desk if request.param == "desk" else at_phone


def test_the_administrator_holds_a_case_still_and_lets_it_go_on(
    cast: Cast,
    at: At,
) -> None:
    publish("small", SECRETARY_THEN_CHAIR)
    case = actions.case_start(actor=cast.town_proposer, definition="small", title="外出学习", variables={"天数": 3})
    admin, secretary = at(cast.admin), at(cast.town_secretary)
    admin.open("case_list")
    admin.check("case-list")
    admin.page.get_by_role("link", name="外出学习").locator("visible=true").click()
    admin.sees("秘书核对")
    admin.check("case-running")
    admin.link("暂停流程").click()
    admin.check("case-suspend")
    admin.button("暂停流程").click()
    admin.sees("请写明原因")
    admin.check("case-suspend-error")
    admin.page.get_by_label("原因").fill("等待上级批复")
    admin.button("暂停流程").click()
    admin.sees("流程已暂停，恢复以前谁都不能办理。")
    admin.check("case-suspended")
    assert not Case.objects.get(pk=case.pk).moves

    secretary.open("home")
    secretary.sees("流程已暂停：等待上级批复")
    secretary.check("home-suspended")
    secretary.page.get_by_role("link", name="秘书核对").click()
    secretary.sees("流程已暂停，恢复以前不能办理。")
    secretary.check("step-suspended")

    admin.link("恢复流程").click()
    admin.button("恢复流程").click()
    admin.sees("在办")
    secretary.open("home")
    secretary.page.get_by_role("link", name="去办理").click()
    secretary.button("办理完毕").click()
    secretary.sees("已办理：秘书核对。")
    assert open_nodes(case) == ["sign"]
    assert list(audit.verify()) == []


def test_a_case_jumps_is_sent_back_and_gets_another_signer(cast: Cast, at: At) -> None:
    publish("reviewed", REVIEWED)
    case = actions.case_start(actor=cast.town_proposer, definition="reviewed", title="外出学习")
    admin, chair, arms = at(cast.admin), at(cast.town_chair), at(cast["town.arms"])

    admin.open("case", case.pk)
    admin.link("跳转").click()
    admin.check("case-jump")
    admin.choose("签发")
    admin.button("跳转").click()
    admin.sees("请写明原因")
    admin.check("case-jump-error")
    admin.page.get_by_label("原因").fill("办理人长期外出")
    admin.button("跳转").click()
    admin.sees("流程已跳转。")
    assert open_nodes(case) == ["sign"]

    chair.open("home")
    chair.page.get_by_role("link", name="去办理").click()
    chair.check("step-moves")
    chair.link("加签或减签").click()
    chair.page.get_by_label("按职务或账号查找").fill("武装")
    chair.button("查找").click()
    chair.choose("党委委员（武装）")
    chair.page.get_by_label("原因").fill("涉及训练场地")
    chair.check("step-signers")
    chair.button("加签").click()
    chair.sees("已加签。")
    assert chair.reads("共 2 人，已办 0 人")
    chair.check("step-signers-two")

    arms.open("home")
    arms.page.get_by_role("link", name="去办理").click()
    arms.button("办理完毕").click()
    arms.sees("已办理：签发。")

    chair.open("home")
    chair.page.get_by_role("link", name="去办理").click()
    expect(chair.link("加签或减签")).to_be_visible()
    expect(chair.link("退回")).to_have_count(0)  # nobody has done a step before this one
    actions.case_jump(actor=cast.admin, case_id=case.pk, to="draft", reason="从头办起")
    for who, node in ((cast.town_proposer, "draft"), (cast.town_secretary, "check")):
        actions.task_complete(actor=who, task_id=case.task_set.get(node=node, finished__isnull=True).pk)

    chair.open("home")
    chair.page.get_by_role("link", name="去办理").click()
    chair.link("退回").click()
    chair.check("step-send-back")
    chair.choose("起草")
    chair.choose("直接回到我这里")
    chair.page.get_by_label("原因").fill("预算表缺附件")
    chair.button("退回").click()
    chair.sees("已退回：签发。")
    assert open_nodes(case) == ["draft"]

    admin.open("case", case.pk)
    admin.sees("预算表缺附件")
    admin.check("case-sent-back")
    assert list(audit.verify()) == []

"""Looking after running cases with a browser: an administrator holds one still and lets it go on, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from permissions import audit
from tests.browsers import Person
from tests.cast import Cast
from tests.workflows.conftest import open_nodes
from tests.workflows.diagrams import SECRETARY_THEN_CHAIR
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

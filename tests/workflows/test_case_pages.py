"""The pages of cases: who sees which, what is masked, how they are found, and what each may do there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from permissions.models import User
from tests.cast import Cast
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.diagrams import SECRETARY_THEN_CHAIR, TWO_APPROVALS
from workflows import actions
from workflows.models import Case, Incident
from workflows.views.cases import sections

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
REASON = "等待上级批复"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def titles(page: str) -> list[str]:
    """The titles of the wide table, in order."""
    return re.findall(r'<a class="fw-semibold" href="/cases/[^/]+/">(.*?)</a>', page)


@pytest.fixture
def start(cast: Cast, publish: Callable) -> Callable[..., Case]:
    publish(SECRETARY_THEN_CHAIR)

    def _start(title: str = "外出学习", **more: Any) -> Case:
        return actions.case_start(actor=cast.town_proposer, definition="small", title=title, **more)

    return _start


def suspend(cast: Cast, case: Case) -> Case:
    return actions.case_suspend(actor=cast.admin, case_id=case.pk, reason=REASON)


def fail(case: Case) -> Incident:
    now = timezone.now()
    task = case.task_set.first()
    return Incident.objects.create(
        case=case, task=task, node="check", code="x", reason="无响应", created=now, last_try=now
    )


# ------------------------------------------------------------------ who sees what


def test_everybody_sees_the_cases_that_concern_them_and_who_looks_after_them_sees_all(
    cast: Cast, client_of: ClientOf, start: Callable[..., Case]
) -> None:
    case = start("外出学习")
    for user in (cast.town_proposer, cast.town_secretary, cast.admin, cast.auditor):
        assert titles(text(client_of(user).get(reverse("case_list")))) == ["外出学习"], user
        assert client_of(user).get(reverse("case", args=[case.pk])).status_code == 200
    for user in (cast.zone_member, cast.designer, cast.outsider):
        assert titles(text(client_of(user).get(reverse("case_list")))) == []
        assert client_of(user).get(reverse("case", args=[case.pk])).status_code == 404


def test_the_navigation_leads_there_for_those_who_look_after_flows(cast: Cast, client_of: ClientOf) -> None:
    link = f'<a href="{reverse("case_list")}"'
    for user in (cast.admin, cast.auditor, cast.designer):
        assert link in text(client_of(user).get(reverse("flow_list")))
    assert link not in text(client_of(cast.town_member).get(reverse("flow_list")))
    assert link in text(client_of(cast.town_member).get(reverse("more")))


def test_what_a_case_is_about_is_masked_for_the_administrator_and_no_search_finds_it(
    cast: Cast, client_of: ClientOf, start: Callable[..., Case]
) -> None:
    case = start("秘密事项", subject="secret:7", variables={"who": "某某"})
    suspend(cast, case)
    client = client_of(cast.admin)
    listed = text(client.get(reverse("case_list")))
    assert titles(listed) == ["内容不公开"]
    page = text(client.get(reverse("case", args=[case.pk])))
    assert "内容不公开" in page
    assert "秘书核对" in page, "where it stands is told"
    for address in ("case_suspend", "case_resume", "case_cancel"):
        page += text(client.get(reverse(address, args=[case.pk])))
    page += text(client.get(reverse("flow", args=["small"])))
    for words in ("秘密事项", "某某", "secret:7"):
        assert words not in listed + page
    assert titles(text(client.get(reverse("case_list"), {"q": "秘密"}))) == []
    assert titles(text(client.get(reverse("case_list"), {"q": f"#{case.pk}"}))) == ["内容不公开"]
    own = text(client_of(cast.town_proposer).get(reverse("case", args=[case.pk])))
    assert "秘密事项" in own


def test_variables_are_for_the_administrator_and_the_auditor(
    cast: Cast, client_of: ClientOf, start: Callable[..., Case]
) -> None:
    case = start(variables={"天数": 3, "名单": ["甲", {"乙": None}], "事由": "培训<b>"})
    for user in (cast.admin, cast.auditor):
        page = text(client_of(user).get(reverse("case", args=[case.pk])))
        assert "<dd>3</dd>" in page
        assert "[&quot;甲&quot;, {&quot;乙&quot;: null}]" in page
        assert "培训&lt;b&gt;" in page
    assert "天数" not in text(client_of(cast.town_proposer).get(reverse("case", args=[case.pk])))


# ------------------------------------------------------------------ the list


def test_the_states_hold_what_they_say_and_are_counted(
    cast: Cast, client_of: ClientOf, start: Callable[..., Case]
) -> None:
    start("在办的")
    suspend(cast, start("暂停的"))
    fail(start("出错的"))
    over = start("结束的")
    actions.case_cancel(actor=cast.admin, case_id=over.pk, reason="不办了")
    client = client_of(cast.admin)
    found = {state: titles(text(client.get(reverse("case_list"), {"state": state}))) for state in STATES}
    assert found == {
        "running": ["出错的", "暂停的", "在办的"],
        "suspended": ["暂停的"],
        "incidents": ["出错的"],
        "ended": ["结束的"],
        "all": ["结束的", "出错的", "暂停的", "在办的"],
    }
    page = text(client.get(reverse("case_list")))
    for words in ("在办 3", "已暂停 1", "有异常 1", "已结束 1", "全部 4"):
        assert words in page
    assert "异常 1" in page


STATES = ("running", "suspended", "incidents", "ended", "all")


def test_a_case_is_found_by_its_flow_its_words_and_its_number(
    cast: Cast, client_of: ClientOf, publish: Callable, start: Callable[..., Case]
) -> None:
    publish(TWO_APPROVALS, "two")
    first = start("到县里学习")
    actions.case_start(actor=cast.town_proposer, definition="two", title="到市里学习")
    client, address = client_of(cast.admin), reverse("case_list")
    assert titles(text(client.get(address, {"flow": "two"}))) == ["到市里学习"]
    assert titles(text(client.get(address, {"q": "学习"}))) == ["到市里学习", "到县里学习"]
    assert titles(text(client.get(address, {"q": "县里", "flow": "two"}))) == []
    assert titles(text(client.get(address, {"q": str(first.pk)}))) == ["到县里学习"]
    for odd in ({"flow": "none"}, {"state": "odd"}, {"page": "x"}, {"page": "999"}, {"q": "9" * 200}, {"q": "\\ % _'"}):
        assert client.get(address, odd).status_code == 200


def test_a_long_list_goes_over_pages_that_keep_what_was_asked(
    cast: Cast, client_of: ClientOf, start: Callable[..., Case]
) -> None:
    for number in range(23):
        start(f"第 {number} 号")
    client, address = client_of(cast.admin), reverse("case_list")
    first = text(client.get(address, {"q": "号"}))
    assert len(titles(first)) == 20
    assert "q=%E5%8F%B7&amp;page=2" in first
    assert titles(text(client.get(address, {"q": "号", "page": 2}))) == ["第 2 号", "第 1 号", "第 0 号"]


def test_the_statements_of_the_list_do_not_grow_with_it(
    cast: Cast, client_of: ClientOf, start: Callable[..., Case]
) -> None:
    client = client_of(cast.admin)

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("case_list")).status_code == 200
        return len(queries)

    start()
    few = statements()
    for _round in range(12):
        start()
    assert statements() == few


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("running", "现在没有在办的流程"),
        ("suspended", "没有暂停的流程"),
        ("incidents", "没有异常"),
        ("ended", "还没有流程实例"),
    ],
)
def test_an_empty_list_says_what_would_stand_there(
    cast: Cast, client_of: ClientOf, start: Callable[..., Case], state: str, said: str
) -> None:
    if state != "ended":
        actions.case_cancel(actor=cast.admin, case_id=start().pk, reason="不办了")
    assert said in text(client_of(cast.admin).get(reverse("case_list"), {"state": state}))


def test_htmx_gets_the_list_alone(cast: Cast, client_of: ClientOf, start: Callable[..., Case]) -> None:
    start()
    answer = client_of(cast.admin).get(reverse("case_list"), headers={"HX-Request": "true", "HX-Target": "found"})
    assert text(answer).startswith('<section class="sg-sheet" id="found"')
    assert "<html" not in text(answer)


# ------------------------------------------------------------------ one case


def test_the_page_tells_where_it_stands_since_when_with_whom_and_what_happened(
    cast: Cast, client_of: ClientOf, start: Callable[..., Case]
) -> None:
    case = start()
    actions.task_claim(actor=cast.town_secretary, task_id=task_at(case, "check").pk)
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "check").pk, note="情况属实")
    page = text(client_of(cast.town_proposer).get(reverse("case", args=[case.pk])))
    stands = page[page.index('id="open"') : page.index('id="log"')]
    assert "书记签发" in stands
    assert "班长" in stands
    story = page[page.index('id="log"') :]
    told = ["办完“秘书核对”", "情况属实", "领取任务", "流程开始"]
    assert [story.index(words) for words in told] == sorted(story.index(words) for words in told)


def test_a_step_of_a_whole_assembly_is_not_a_thousand_lines(cast: Cast, client_of: ClientOf, publish: Callable) -> None:
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">=70'
        "</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>"
    )
    publish(SECRETARY_THEN_CHAIR.replace(b"</bpmn:userTask>", loop.encode(), 1))
    case = actions.case_start(actor=cast.town_proposer, definition="small", title="全体表决")
    client = client_of(cast.admin)
    page = text(client.get(reverse("case", args=[case.pk])))
    assert page.count("<b>秘书核对</b>") == 60
    assert "70 个" in page
    assert "这里列出最早的 60 个。" in page
    assert "秘书核对 × 70" in text(client.get(reverse("case_list")))


def test_a_long_story_goes_over_pages(cast: Cast, client_of: ClientOf, start: Callable[..., Case]) -> None:
    case = start()
    task = task_at(case, "check")
    for _round in range(25):
        actions.task_claim(actor=cast.town_secretary, task_id=task.pk)
        actions.task_release(actor=cast.town_secretary, task_id=task.pk)
    client = client_of(cast.admin)
    first = text(client.get(reverse("case", args=[case.pk])))
    assert "51 条" in first
    assert "流程开始" not in first
    assert "流程开始" in text(client.get(reverse("case", args=[case.pk]), {"page": 2}))


def test_parent_and_called_cases_lead_to_each_other(
    cast: Cast, client_of: ClientOf, start: Callable[..., Case]
) -> None:
    parent, child = start("上级"), start("下级")
    Case.objects.filter(pk=child.pk).update(parent=parent.pk, parent_token=1)
    client = client_of(cast.admin)
    assert reverse("case", args=[child.pk]) in text(client.get(reverse("case", args=[parent.pk])))
    assert reverse("case", args=[parent.pk]) in text(client.get(reverse("case", args=[child.pk])))
    assert "上下级流程" not in text(client.get(reverse("case", args=[start("别的").pk])))


def test_of_many_called_cases_the_newest_are_listed_and_the_rest_counted(
    cast: Cast, client_of: ClientOf, start: Callable[..., Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.case_overview.CALLED_SHOWN", 2)
    parent, *called = (start(f"第 {n} 件") for n in range(5))
    for token, one in enumerate(called, 1):
        Case.objects.filter(pk=one.pk).update(parent=parent.pk, parent_token=token)
    shown = text(client_of(cast.admin).get(reverse("case", args=[parent.pk]))).partition('id="kin"')[2]
    assert [reverse("case", args=[one.pk]) in shown for one in called] == [False, False, True, True]
    assert "还有 2 项" in shown


def test_other_parts_add_their_sections(
    cast: Cast, client_of: ClientOf, start: Callable[..., Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sections, "_sections", [])
    sections.case_section("workflows/cases/_state.html", order=9)(lambda _user, case, _known: {"case": case})
    sections.case_section("workflows/cases/missing.html", order=1)(lambda _user, _case, _known: None)
    found = sections.sections_of(cast.admin, start(), True)
    assert [template for template, _content in found] == ["workflows/cases/_state.html"]


# ------------------------------------------------------------------ what may be done


BUTTONS = {
    "case_suspend": "暂停流程",
    "case_resume": "恢复流程",
    "case_cancel": "终止流程",
    "case_withdraw": "撤回流程",
}


def offered(page: str, case: Case) -> dict[str, bool]:
    """Which buttons stand on the page: name → whether it can be used."""
    found = {name: True for name in BUTTONS if f'href="{reverse(name, args=[case.pk])}"' in page}
    blocked = re.findall(r'aria-disabled="true"[^>]*>(.*?)</button>', page)
    return {**found, **{name: False for name, words in BUTTONS.items() if words in blocked}}


def test_each_sees_the_buttons_of_what_they_may_do_now(
    cast: Cast, client_of: ClientOf, start: Callable[..., Case]
) -> None:
    case = start()

    def buttons(user: User) -> dict[str, bool]:
        return offered(text(client_of(user).get(reverse("case", args=[case.pk]))), case)

    assert buttons(cast.admin) == {"case_suspend": True, "case_cancel": True}
    assert buttons(cast.town_proposer) == {"case_withdraw": True}
    assert buttons(cast.town_secretary) == buttons(cast.auditor) == {}
    suspend(cast, case)
    assert buttons(cast.admin) == {"case_resume": True, "case_cancel": True}
    assert buttons(cast.town_proposer) == {"case_withdraw": False}
    actions.case_resume(actor=cast.admin, case_id=case.pk)
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "check").pk)
    assert buttons(cast.town_proposer) == {"case_withdraw": False}
    assert str(cast.town_secretary) in text(client_of(cast.town_proposer).get(reverse("case", args=[case.pk])))
    actions.case_cancel(actor=cast.admin, case_id=case.pk, reason="不办了")
    assert buttons(cast.admin) == buttons(cast.town_proposer) == {}
    about = start(subject="item:1")
    assert offered(text(client_of(cast.town_proposer).get(reverse("case", args=[about.pk]))), about) == {}


def test_the_administrator_suspends_and_resumes_with_a_reason(
    cast: Cast, client_of: ClientOf, start: Callable[..., Case]
) -> None:
    case, client = start(), client_of(cast.admin)
    suspend_, resume = reverse("case_suspend", args=[case.pk]), reverse("case_resume", args=[case.pk])
    assert "暂停流程" in text(client.get(suspend_))
    empty = client.post(suspend_, {"reason": " "})
    assert empty.status_code == 422
    assert "请写明原因" in text(empty)
    long = client.post(suspend_, {"reason": "长" * 501})
    assert long.status_code == 422
    assert "长" * 501 in text(long), "what was typed stands"
    assert Case.objects.get(pk=case.pk).moves
    answer = client.post(suspend_, {"reason": REASON}, follow=True)
    assert answer.redirect_chain == [(reverse("case", args=[case.pk]), 302)]
    assert "流程已暂停。" in text(answer)
    assert REASON in text(answer)
    again = client.post(suspend_, {"reason": "再来一次"}, follow=True)
    assert "已经暂停" in text(again)
    assert Case.objects.get(pk=case.pk).suspend_reason == REASON
    assert "流程已恢复。" in text(client.post(resume, {"reason": ""}, follow=True))
    assert "没有暂停" in text(client.post(resume, {"reason": ""}, follow=True))
    assert Case.objects.get(pk=case.pk).moves


def test_the_administrator_ends_and_the_starter_takes_back(
    cast: Cast, client_of: ClientOf, start: Callable[..., Case]
) -> None:
    case = start()
    answer = client_of(cast.admin).post(reverse("case_cancel", args=[case.pk]), {"reason": "不办了"}, follow=True)
    assert "流程已终止。" in text(answer)
    assert "不办了" in text(answer)
    assert "这件流程已经办结" in text(client_of(cast.admin).get(reverse("case_cancel", args=[case.pk])))
    own = start()
    answer = client_of(cast.town_proposer).post(
        reverse("case_withdraw", args=[own.pk]), {"reason": "填错了"}, follow=True
    )
    assert "流程已撤回。" in text(answer)
    assert open_nodes(own) == []
    acted = start()
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(acted, "check").pk)
    client, address = client_of(cast.town_proposer), reverse("case_withdraw", args=[acted.pk])
    assert str(cast.town_secretary) in text(client.get(address))
    refused = client.post(address, {"reason": "填错了"})
    assert refused.status_code == 409
    assert "填错了" in text(refused)
    assert open_nodes(acted) == ["sign"]


@pytest.mark.parametrize("name", sorted(BUTTONS))
def test_who_may_not_is_refused_and_who_may_not_know_finds_nothing(
    cast: Cast, client_of: ClientOf, start: Callable[..., Case], name: str
) -> None:
    case = start()
    address = reverse(name, args=[case.pk])
    for user, status in ((cast.town_secretary, 403), (cast.auditor, 403), (cast.outsider, 404)):
        assert client_of(user).get(address).status_code == status
        assert client_of(user).post(address, {"reason": REASON}).status_code == status
    assert Case.objects.get(pk=case.pk).moves


# ------------------------------------------------------------------ while it stands still


def test_a_step_of_a_suspended_case_says_so_and_cannot_be_done(
    cast: Cast, client_of: ClientOf, start: Callable[..., Case]
) -> None:
    case = start()
    address = reverse("step", args=[task_at(case, "check").pk])
    client = client_of(cast.town_secretary)
    assert 'value="complete"' in text(client.get(address))
    suspend(cast, case)
    page = text(client.get(address))
    assert "流程已暂停" in page
    assert REASON in page
    assert 'value="complete"' not in page
    assert client.post(address, {"do": "complete", "note": ""}).status_code == 409
    assert open_nodes(case) == ["check"]


def test_the_first_page_lists_its_task_apart_and_does_not_count_it(
    cast: Cast, client_of: ClientOf, start: Callable[..., Case]
) -> None:
    start("接着办的")
    suspend(cast, start("停下来的"))
    page = text(client_of(cast.town_secretary).get(reverse("home")))
    assert "有 1 件事等您办理" in page
    assert "已暂停 1 件，恢复后再办" in page
    assert f"流程已暂停：{REASON}" in page
    assert page.count("去办理") == 1


def test_a_case_without_a_title_goes_by_the_name_of_its_flow(
    cast: Cast, client_of: ClientOf, start: Callable[..., Case]
) -> None:
    case = start("")
    page = text(client_of(cast.admin).get(reverse("case", args=[case.pk])))
    assert "<h1>小流程</h1>" in page
    assert titles(text(client_of(cast.admin).get(reverse("case_list")))) == ["小流程"]


def test_the_head_of_a_case_says_that_something_failed(
    cast: Cast, client_of: ClientOf, start: Callable[..., Case]
) -> None:
    case = start()
    address = reverse("case", args=[case.pk])
    assert "异常 1" not in text(client_of(cast.admin).get(address))
    fail(case)
    assert "异常 1" in text(client_of(cast.admin).get(address))

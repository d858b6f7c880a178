"""The pages of moves by hand: jumping, sending back, asking others to do a step too, and no longer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from permissions.models import AuditEvent, User
from tests.cast import Cast
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.diagrams import SECRETARY_THEN_CHAIR, TWO_APPROVALS, chain, diagram, task
from workflows import actions
from workflows.models import Case, CaseTask

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
REASON = "预算表缺附件"


def allowing(name: str, groups: str, title: str, **allow: str) -> str:
    """A user task whose diagram allows moves by hand."""
    properties = "".join(f'<zeebe:property name="allow.{what}" value="{value}"/>' for what, value in allow.items())
    return (
        f'<bpmn:userTask id="{name}" name="{title}"><bpmn:extensionElements>'
        f'<zeebe:assignmentDefinition candidateGroups="{groups}"/><zeebe:properties>{properties}</zeebe:properties>'
        "</bpmn:extensionElements></bpmn:userTask>"
    )


REVIEWED = diagram(
    '<bpmn:startEvent id="start"/>'
    + task("draft", groups="town:proposer", title="起草")
    + task("check", groups="town:secretary", title="核对")
    + allowing("sign", "town:chair", "签发", send_back="any", add="parallel,before", remove="true")
    + '<bpmn:endEvent id="end"/>'
    + chain("start", "draft", "check", "sign", "end")
)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def choices(page: str, name: str) -> list[str]:
    """The values a group of radio buttons or boxes offers."""
    return re.findall(rf'<input type="(?:radio|checkbox)" name="{name}" value="([^"]*)"', page)


@pytest.fixture
def reviewed(cast: Cast, publish: Callable) -> Case:
    """A case that has come to the chair, who may send it back and ask others."""
    publish(REVIEWED)
    case = actions.case_start(actor=cast.town_proposer, definition="small", title="外出学习")
    actions.task_complete(actor=cast.town_proposer, task_id=task_at(case, "draft").pk)
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "check").pk)
    return case


def at(case: Case, node: str) -> CaseTask:
    return case.task_set.get(node=node, finished__isnull=True)


def test_sending_back_is_offered_only_where_there_is_somewhere_to_go(
    cast: Cast, client_of: ClientOf, publish: Callable
) -> None:
    publish(REVIEWED)
    case = actions.case_start(actor=cast.town_proposer, definition="small", title="外出学习")
    client = client_of(cast.admin)
    first = reverse("step_send_back", args=[task_at(case, "draft").pk])
    assert first not in text(client.get(reverse("case", args=[case.pk])))
    actions.task_complete(actor=cast.town_proposer, task_id=task_at(case, "draft").pk)
    second = reverse("step_send_back", args=[task_at(case, "check").pk])
    assert second in text(client.get(reverse("case", args=[case.pk])))


# ------------------------------------------------------------------ jumping


def test_the_administrator_puts_a_case_elsewhere(cast: Cast, client_of: ClientOf, reviewed: Case) -> None:
    client, address = client_of(cast.admin), reverse("case_jump", args=[reviewed.pk])
    assert address in text(client.get(reverse("case", args=[reviewed.pk])))
    page = text(client.get(address))
    assert choices(page, "to") == ["draft", "check", "end"], "anywhere but where it stands"
    assert "结束事件 end" in page
    again = text(client.post(address, {"reason": REASON}))
    assert choices(again, "to") == ["draft", "check", "end"], "also where the choice was forgotten"
    assert "上次由党委秘书办理" in page
    assert 'name="task"' not in page, "one open step is no choice"
    answer = client.post(address, {"to": "check", "reason": REASON}, follow=True)
    assert answer.redirect_chain == [(reverse("case", args=[reviewed.pk]), 302)]
    assert "流程已跳转。" in text(answer)
    assert REASON in text(answer)
    assert open_nodes(reviewed) == ["check"]


def test_of_several_open_steps_one_is_left_and_the_others_go_on(
    cast: Cast, client_of: ClientOf, publish: Callable
) -> None:
    publish(TWO_APPROVALS, "two")
    case = actions.case_start(actor=cast.town_proposer, definition="two")
    client, address = client_of(cast.admin), reverse("case_jump", args=[case.pk])
    town = at(case, "town")
    assert choices(text(client.get(address)), "task") == ["", str(town.pk), str(at(case, "zone").pk)]
    client.post(address, {"task": town.pk, "to": "file", "reason": REASON})
    assert open_nodes(case) == ["file", "zone"]
    client.post(address, {"task": "", "to": "town", "reason": REASON})
    assert open_nodes(case) == ["town"]


def test_a_jump_that_cannot_be_keeps_what_was_chosen(cast: Cast, client_of: ClientOf, reviewed: Case) -> None:
    client, address = client_of(cast.admin), reverse("case_jump", args=[reviewed.pk])
    empty = client.post(address, {"to": "check", "reason": ""})
    assert empty.status_code == 422
    assert re.search(r'value="check"[^>]*checked', text(empty))
    assert client.post(address, {"to": "nowhere", "reason": REASON}).status_code == 422
    client.post(address, {"to": "check", "reason": REASON})
    refused = client.post(address, {"to": "check", "reason": REASON})
    assert refused.status_code == 409
    assert "不用再跳转" in text(refused)
    assert REASON in text(refused)


def test_nobody_else_jumps_and_nothing_does_while_it_stands_still(
    cast: Cast, client_of: ClientOf, reviewed: Case
) -> None:
    address = reverse("case_jump", args=[reviewed.pk])
    for user, status in ((cast.town_chair, 403), (cast.auditor, 403), (cast.outsider, 404)):
        assert client_of(user).get(address).status_code == status
        assert client_of(user).post(address, {"to": "draft", "reason": REASON}).status_code == status
    actions.case_suspend(actor=cast.admin, case_id=reviewed.pk, reason="等待批复")
    answer = client_of(cast.admin).post(address, {"to": "draft", "reason": REASON})
    assert answer.status_code == 409
    assert "已暂停" in text(answer)
    assert f'href="{address}"' not in text(client_of(cast.admin).get(reverse("case", args=[reviewed.pk])))
    assert open_nodes(reviewed) == ["sign"]


# ------------------------------------------------------------------ sending back


def test_a_step_whose_diagram_allows_it_offers_to_send_back(cast: Cast, client_of: ClientOf, reviewed: Case) -> None:
    chair, sign = client_of(cast.town_chair), at(reviewed, "sign")
    address = reverse("step_send_back", args=[sign.pk])
    assert address in text(chair.get(reverse("step", args=[sign.pk])))
    page = text(chair.get(address))
    assert choices(page, "to") == ["check", "draft"]
    assert choices(page, "again") == ["resume", "run"]
    answer = chair.post(address, {"to": "draft", "again": "resume", "reason": REASON}, follow=True)
    assert "已退回：签发。" in text(answer)
    assert open_nodes(reviewed) == ["draft"]
    actions.task_complete(actor=cast.town_proposer, task_id=at(reviewed, "draft").pk)
    assert open_nodes(reviewed) == ["sign"], "straight back to the one who sent it back"
    assert REASON in text(client_of(cast.admin).get(reverse("case", args=[reviewed.pk])))


def test_sent_back_to_run_again_every_step_between_is_done_again(
    cast: Cast, client_of: ClientOf, reviewed: Case
) -> None:
    address = reverse("step_send_back", args=[at(reviewed, "sign").pk])
    client_of(cast.town_chair).post(address, {"to": "draft", "again": "run", "reason": REASON})
    actions.task_complete(actor=cast.town_proposer, task_id=at(reviewed, "draft").pk)
    assert open_nodes(reviewed) == ["check"]


def test_sending_back_asks_where_to_what_then_and_why(cast: Cast, client_of: ClientOf, reviewed: Case) -> None:
    client, sign = client_of(cast.town_chair), at(reviewed, "sign")
    address = reverse("step_send_back", args=[sign.pk])
    for given in (
        {},
        {"to": "draft", "reason": REASON},
        {"again": "run", "reason": REASON},
        {"to": "draft", "again": "run", "reason": " "},
        {"to": "end", "again": "run", "reason": REASON},
        {"to": "draft", "again": "never", "reason": REASON},
    ):
        answer = client.post(address, given)
        assert answer.status_code == 422, given
        if given.get("reason", "").strip():
            assert REASON in text(answer)
    assert open_nodes(reviewed) == ["sign"]
    client.post(address, {"to": "check", "again": "run", "reason": REASON})
    again = client.post(address, {"to": "check", "again": "run", "reason": REASON})
    assert again.status_code in (403, 404, 409)
    assert AuditEvent.objects.filter(verb="task_send_back").count() == 1


def test_where_the_diagram_does_not_allow_it_nobody_but_the_administrator_does(
    cast: Cast, client_of: ClientOf, publish: Callable
) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = actions.case_start(actor=cast.town_proposer, definition="small", title="外出学习")
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "check").pk)
    sign = at(case, "sign")
    chair = client_of(cast.town_chair)
    page = text(chair.get(reverse("step", args=[sign.pk])))
    for name in ("step_send_back", "step_signers", "step_unsign"):
        address = reverse(name, args=[sign.pk])
        assert address not in page
        posted = {"to": "check", "again": "run", "users": ["town.arms"], "where": "parallel", "reason": REASON}
        assert chair.get(address).status_code == 403
        assert chair.post(address, posted).status_code == 403
        assert client_of(cast.outsider).get(address).status_code == 404
        assert client_of(cast.outsider).post(address, posted).status_code == 404
    admin, address = client_of(cast.admin), reverse("step_send_back", args=[sign.pk])
    assert address in text(admin.get(reverse("case", args=[case.pk])))
    answer = admin.post(address, {"to": "check", "again": "run", "reason": REASON})
    assert answer["Location"] == reverse("case", args=[case.pk])
    assert open_nodes(case) == ["check"]


# ------------------------------------------------------------------ more people, and fewer


def test_somebody_found_by_position_signs_as_well(cast: Cast, client_of: ClientOf, reviewed: Case) -> None:
    chair, sign = client_of(cast.town_chair), at(reviewed, "sign")
    address = reverse("step_signers", args=[sign.pk])
    assert address in text(chair.get(reverse("step", args=[sign.pk])))
    page = text(chair.get(address))
    assert choices(page, "where") == ["parallel", "before"], "what the diagram allows"
    assert len(choices(page, "users")) == 20
    assert "town.chair" not in choices(page, "users"), "who has it need not be asked"
    found = chair.post(
        address, {"do": "search", "q": "纪委", "users": ["town.arms"], "where": "before", "reason": REASON}
    )
    page = text(found)
    assert found.status_code == 200
    assert choices(page, "users")[0] == "town.arms"
    assert "town.discipline" in choices(page, "users")
    assert re.search(r'value="town.arms"[^>]*checked', page), "who was chosen stays chosen"
    assert re.search(r'value="before"[^>]*checked', page)
    assert REASON in page
    answer = chair.post(
        address,
        {"do": "add", "users": ["town.arms", "town.discipline"], "where": "parallel", "reason": REASON},
        follow=True,
    )
    assert "已加签。" in text(answer)
    assert sorted(
        reviewed.task_set.filter(node="sign", finished__isnull=True)
        .exclude(pk=sign.pk)
        .values_list("owner__username", flat=True)
    ) == ["town.arms", "town.discipline"]
    assert "共 3 人，已办 0 人" in text(chair.get(address))


def test_a_signer_is_taken_out_again(cast: Cast, client_of: ClientOf, reviewed: Case) -> None:
    chair, sign = client_of(cast.town_chair), at(reviewed, "sign")
    address = reverse("step_signers", args=[sign.pk])
    assert "减签<span" not in text(chair.get(address)), "alone nobody can be taken out"
    chair.post(address, {"do": "add", "users": ["town.arms"], "where": "parallel", "reason": REASON})
    other = reviewed.task_set.get(owner=cast["town.arms"], finished__isnull=True)
    own = reverse("step_unsign", args=[other.pk])
    arms = client_of(cast["town.arms"])
    assert own in text(arms.get(reverse("step_signers", args=[other.pk])))
    assert own in text(client_of(cast.admin).get(reverse("step_signers", args=[other.pk])))
    assert arms.post(own, {"reason": ""}).status_code == 422
    assert "已减签。" in text(arms.post(own, {"reason": "本人回避"}, follow=True))
    assert [row.pk for row in reviewed.task_set.filter(finished__isnull=True)] == [sign.pk]
    actions.task_complete(actor=cast.town_chair, task_id=sign.pk)
    assert Case.objects.get(pk=reviewed.pk).status == "DONE"


def test_of_a_long_list_of_signers_the_step_at_hand_stands_first_and_the_rest_is_counted(
    cast: Cast, client_of: ClientOf, reviewed: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.views.cases.moves.SIGNERS_SHOWN", 1)
    names = [cast.zone_chair.username, cast.zone_secretary.username]
    actions.instance_add(actor=cast.admin, task_id=at(reviewed, "sign").pk, users=names, reason=REASON)
    last = reviewed.task_set.filter(finished__isnull=True).order_by("pk").last()
    assert last is not None
    page = text(client_of(cast.admin).get(reverse("step_signers", args=[last.pk])))
    assert "还有 2 人" in page
    assert reverse("step_unsign", args=[last.pk]) in page
    assert page.count("/signers/remove/") == 1


def test_adding_nobody_or_a_stranger_keeps_the_reason(cast: Cast, client_of: ClientOf, reviewed: Case) -> None:
    chair, address = client_of(cast.town_chair), reverse("step_signers", args=[at(reviewed, "sign").pk])
    User.objects.filter(pk=cast.zone_member.pk).update(is_active=False)
    for given in (
        {"users": [], "where": "parallel"},
        {"users": ["nobody"], "where": "parallel"},
        {"users": [cast.zone_member.username], "where": "parallel"},
        {"users": ["town.arms"], "where": "after"},
        {"users": ["town.arms"]},
    ):
        answer = chair.post(address, {"do": "add", "reason": REASON, **given})
        assert answer.status_code == 422, given
        assert REASON in text(answer)
    assert reviewed.task_set.filter(finished__isnull=True).count() == 1
    assert "没有找到这样的人" in text(chair.post(address, {"do": "search", "q": "没有这样的职务"}))


def test_a_title_that_is_not_open_stays_masked_on_every_move(
    cast: Cast, client_of: ClientOf, publish: Callable
) -> None:
    publish(REVIEWED)
    case = actions.case_start(actor=cast.town_proposer, definition="small", title="秘密事项", subject="secret:1")
    draft = at(case, "draft")
    client = client_of(cast.admin)
    addresses = [reverse("case_jump", args=[case.pk])]
    addresses += [reverse(name, args=[draft.pk]) for name in ("step_send_back", "step_signers", "step_unsign")]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "内容不公开" in text(answer)
        assert "秘密事项" not in text(answer)


def test_a_suspended_case_offers_no_move_at_its_steps(cast: Cast, client_of: ClientOf, reviewed: Case) -> None:
    sign = at(reviewed, "sign")
    actions.case_suspend(actor=cast.admin, case_id=reviewed.pk, reason="等待批复")
    chair = client_of(cast.town_chair)
    page = text(chair.get(reverse("step", args=[sign.pk])))
    for name in ("step_send_back", "step_signers", "step_unsign"):
        address = reverse(name, args=[sign.pk])
        assert address not in page
        answer = chair.post(
            address, {"to": "check", "again": "run", "users": ["town.arms"], "where": "parallel", "reason": REASON}
        )
        assert answer.status_code == 409, name
        assert "已暂停" in text(answer)
    assert open_nodes(reviewed) == ["sign"]

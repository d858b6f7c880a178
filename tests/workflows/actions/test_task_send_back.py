"""`task_send_back` (驳回): to the first step, the one before, or any that was passed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from permissions import audit
from permissions.errors import ApplicationError, Denied, Hidden, Invalid, WrongState
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.by_hand import CHECKED, FORKED, VOTED, at_sign, done, open_at, people_at, started
from tests.workflows.conftest import open_nodes
from workflows import actions, selectors
from workflows.models import Case
from workflows.replay import differences
from workflows.story import words_of

pytestmark = pytest.mark.django_db
REASON = "预算表缺附件"


def refused(code: str, act: Callable[[], object], kind: type[ApplicationError] = WrongState) -> ApplicationError:
    with pytest.raises(kind) as caught:
        act()
    assert caught.value.code == code
    return caught.value


def test_it_goes_back_and_runs_on_again(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    task = open_at(case, "sign")
    actions.task_send_back(actor=cast.town_chair, task_id=task.pk, to="start", reason=REASON)
    assert open_nodes(case) == ["draft"]
    done(cast.town_proposer, case, "draft")
    assert open_nodes(case) == ["check"]
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_with_resume_it_comes_straight_back_to_who_sent_it(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    actions.task_send_back(
        actor=cast.town_chair, task_id=open_at(case, "sign").pk, to="draft", again="resume", reason=REASON
    )
    assert open_nodes(case) == ["draft"]
    done(cast.town_proposer, case, "draft")
    again = open_at(case, "sign")
    assert (again.owner, again.assignee) == (cast.town_chair, cast.town_chair.username)
    done(cast.town_chair, case, "sign")
    assert open_nodes(case) == ["file"]
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_an_administrator_who_sends_back_does_not_take_the_task(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    actions.task_send_back(
        actor=cast.admin, task_id=open_at(case, "sign").pk, to="previous", again="resume", reason=REASON
    )
    done(cast.town_secretary, case, "check")
    again = open_at(case, "sign")
    assert (again.owner, again.candidate_groups) == (None, ["town:chair"])


def test_the_step_before_is_the_one_whose_end_led_here(cast: Cast, publish: Callable) -> None:
    publish(FORKED, "forked")
    case = started(cast, "forked")
    done(cast.town_proposer, case, "draft")
    done(cast.town_secretary, case, "read")
    case.refresh_from_db()
    targets = {target.node: target for target in selectors.send_back_targets(open_at(case, "town"))}
    assert [node for node, target in targets.items() if target.is_previous] == ["read"]
    assert [node for node, target in targets.items() if target.is_start] == ["draft"]
    assert targets["read"].done_by == cast.town_secretary
    (zone,) = selectors.send_back_targets(open_at(case, "zone"))
    assert (zone.node, zone.name, zone.is_previous) == ("draft", "拟稿", True)


def test_in_its_branch_the_other_one_goes_on(cast: Cast, publish: Callable) -> None:
    publish(FORKED, "forked")
    case = started(cast, "forked")
    done(cast.town_proposer, case, "draft")
    done(cast.town_secretary, case, "read")
    actions.task_send_back(actor=cast.town_chair, task_id=open_at(case, "town").pk, to="previous", reason=REASON)
    assert open_nodes(case) == ["read", "zone"]
    actions.task_send_back(actor=cast.zone_chair, task_id=open_at(case, "zone").pk, to="previous", reason=REASON)
    assert open_nodes(case) == ["draft"]


def test_the_step_before_one_that_was_sent_back_is_what_led_to_it_at_first(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    actions.task_send_back(actor=cast.town_chair, task_id=open_at(case, "sign").pk, to="check", reason=REASON)
    actions.task_send_back(actor=cast.town_secretary, task_id=open_at(case, "check").pk, to="start", reason=REASON)
    assert open_nodes(case) == ["draft"]


def test_only_where_the_diagram_allows_it(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    publish(FORKED, "forked")
    case = at_sign(cast)
    done(cast.town_chair, case, "sign")
    filed = open_at(case, "file")
    why = refused(
        "not_allowed_here",
        lambda: actions.task_send_back(actor=cast.town_secretary, task_id=filed.pk, to="check", reason=REASON),
        Denied,
    )
    assert "流程图" in str(why)
    actions.task_send_back(actor=cast.admin, task_id=filed.pk, to="check", reason=REASON)
    assert open_nodes(case) == ["check"]
    forked = started(cast, "forked")
    done(cast.town_proposer, forked, "draft")
    done(cast.town_secretary, forked, "read")
    done(cast.town_chair, forked, "town")
    done(cast.zone_chair, forked, "zone")
    forked.refresh_from_db()
    assert selectors.send_back_targets(open_at(forked, "file")) == []
    assert {target.node for target in selectors.send_back_targets(open_at(forked, "file"), by_admin=True)} == {
        "draft",
        "read",
        "town",
        "zone",
    }


def test_who_may_not_do_the_task_may_not_send_it_back(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    task = open_at(at_sign(cast), "sign")
    with pytest.raises(Hidden):
        actions.task_send_back(actor=cast.outsider, task_id=task.pk, to="start", reason=REASON)
    actions.task_claim(actor=cast.town_chair, task_id=task.pk)
    refused(
        "taken",
        lambda: actions.task_send_back(actor=cast.auditor, task_id=task.pk, to="start", reason=REASON),
        Denied,
    )


def test_what_was_not_passed_is_no_way_back(cast: Cast, publish: Callable) -> None:
    publish(FORKED, "forked")
    case = started(cast, "forked")
    done(cast.town_proposer, case, "draft")
    done(cast.zone_chair, case, "zone")
    done(cast.town_secretary, case, "read")
    task = open_at(case, "town")
    for to in ("zone", "file", "town", "nowhere"):
        refused(
            "not_passed",
            lambda to=to: actions.task_send_back(actor=cast.town_chair, task_id=task.pk, to=to, reason=REASON),
        )
    assert open_nodes(case) == ["town"]


def test_a_reason_and_a_way_on_are_asked_for(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    task = open_at(at_sign(cast), "sign")
    with pytest.raises(Invalid) as refusal:
        actions.task_send_back(actor=cast.town_chair, task_id=task.pk, to="start", reason=" ")
    assert set(refusal.value.fields) == {"reason"}
    with pytest.raises(Invalid) as refusal:
        actions.task_send_back(actor=cast.town_chair, task_id=task.pk, to="start", again="later", reason=REASON)
    assert set(refusal.value.fields) == {"again"}


def test_a_second_click_finds_the_first_done(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    task = open_at(case, "sign")
    actions.task_send_back(actor=cast.town_chair, task_id=task.pk, to="start", reason=REASON)
    with pytest.raises((WrongState, Hidden)):
        actions.task_send_back(actor=cast.town_chair, task_id=task.pk, to="start", reason=REASON)
    assert AuditEvent.objects.filter(verb="task_send_back").count() == 1


def test_a_case_that_stands_still_is_not_sent_back(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    actions.case_suspend(actor=cast.admin, case_id=case.pk, reason="等待批复")
    refused(
        "suspended",
        lambda: actions.task_send_back(
            actor=cast.town_chair, task_id=open_at(case, "sign").pk, to="start", reason=REASON
        ),
    )


def test_the_log_says_from_where_to_where_and_why(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    task = open_at(case, "sign")
    actions.task_send_back(actor=cast.town_chair, task_id=task.pk, to="start", again="resume", reason=REASON)
    event = AuditEvent.objects.get(verb="task_send_back")
    assert (event.subject, event.actor, event.target) == (case.chain, cast.town_chair, f"task:{task.pk}")
    data = event.data
    assert (data["from"], data["to"], data["again"], data["reason"]) == (["sign"], "draft", "resume", REASON)
    assert (data["tokens"], data["person"]) == ([task.token_id], cast.town_proposer.username)
    assert words_of(event.verb, data) == ("退回到前面的环节", f"签发 → 拟稿；{REASON}")
    assert list(audit.verify(case.chain)) == []


def test_one_voter_sends_back_and_the_votes_that_were_cast_stand(cast: Cast, publish: Callable) -> None:
    publish(
        VOTED.replace(
            b'<bpmn:startEvent id="start"/>', b'<bpmn:startEvent id="start"/><bpmn:userTask id="ask" name="ask"/>'
        )
        .replace(b'sourceRef="start" targetRef="vote"', b'sourceRef="start" targetRef="ask"')
        .replace(b"</bpmn:process>", b'<bpmn:sequenceFlow id="more" sourceRef="ask" targetRef="vote"/></bpmn:process>'),
        "voted",
    )
    people = [cast.town_chair.username, cast.zone_chair.username, cast.legal.username]
    case = started(cast, "voted", people=people)
    ask = open_at(case, "ask")
    case.task_set.filter(pk=ask.pk).update(owner=cast.town_proposer, status="ASSIGNED")
    done(cast.town_proposer, case, "ask")
    actions.task_complete(actor=cast.zone_chair, task_id=open_at(case, "vote", cast.zone_chair.username).pk)
    voter = open_at(case, "vote", cast.legal.username)
    actions.task_send_back(actor=cast.legal, task_id=voter.pk, to="previous", again="resume", reason=REASON)
    assert open_nodes(case) == ["ask"]
    ask = open_at(case, "ask")
    case.task_set.filter(pk=ask.pk).update(owner=cast.town_proposer, status="ASSIGNED")
    done(cast.town_proposer, case, "ask")
    assert people_at(case, "vote") == sorted([cast.town_chair.username, cast.legal.username])
    assert differences(Case.objects.get(pk=case.pk)) == []

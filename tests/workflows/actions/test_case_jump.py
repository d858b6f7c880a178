"""`case_jump` (自由跳转): an administrator has a case go on elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from permissions import audit
from permissions.errors import Denied, Invalid, WrongState
from permissions.models import AuditEvent
from permissions.policies import ALLOWED, Verdict, refused
from tests.cast import Cast
from tests.workflows.by_hand import CHECKED, FORKED, VOTED, at_sign, done, open_at, started
from tests.workflows.conftest import open_nodes
from tests.workflows.diagrams import REMINDED
from workflows import actions, policies, selectors
from workflows.models import Case
from workflows.policies import CaseMove
from workflows.replay import differences
from workflows.story import words_of

pytestmark = pytest.mark.django_db
REASON = "办理人长期外出"


def jump(cast: Cast, case: Case, to: str, task_id: int | None = None) -> Case:
    return actions.case_jump(actor=cast.admin, case_id=case.pk, to=to, reason=REASON, task_id=task_id)


def test_the_whole_case_goes_on_there(cast: Cast, publish: Callable) -> None:
    publish(FORKED, "forked")
    case = started(cast, "forked")
    done(cast.town_proposer, case, "draft")
    jump(cast, case, "file")
    assert open_nodes(case) == ["file"]
    done(cast.town_secretary, case, "file")
    stored = Case.objects.get(pk=case.pk)
    assert stored.status == "DONE"
    assert differences(stored) == []


def test_one_task_goes_there_and_the_others_stay(cast: Cast, publish: Callable) -> None:
    publish(FORKED, "forked")
    case = started(cast, "forked")
    done(cast.town_proposer, case, "draft")
    jump(cast, case, "town", open_at(case, "read").pk)
    assert open_nodes(case) == ["town", "zone"]
    done(cast.town_chair, case, "town")
    done(cast.zone_chair, case, "zone")
    assert open_nodes(case) == ["file"]


def test_one_voter_takes_the_whole_vote_along(cast: Cast, publish: Callable) -> None:
    publish(VOTED, "voted")
    case = started(cast, "voted", people=[cast.town_chair.username, cast.zone_chair.username])
    jump(cast, case, "file", open_at(case, "vote").pk)
    assert open_nodes(case) == ["file"]


def test_to_the_end_the_case_is_done(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    jump(cast, case, "end")
    assert Case.objects.get(pk=case.pk).status == "DONE"
    assert case.task_set.filter(finished__isnull=True).count() == 0


def test_the_clocks_of_what_is_left_are_cleared(cast: Cast, publish: Callable) -> None:
    publish(REMINDED, "reminded")
    case = started(cast, "reminded")
    assert case.timers.count() == 1
    jump(cast, case, "escalate")
    assert case.timers.count() == 0


def test_only_administrators_may(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    for person in (cast.town_chair, cast.town_proposer, cast.designer, cast.auditor):
        with pytest.raises(Denied):
            actions.case_jump(actor=person, case_id=case.pk, to="file", reason=REASON)
    assert open_nodes(case) == ["sign"]


def test_a_second_click_finds_the_first_done(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    task = open_at(case, "sign").pk
    jump(cast, case, "file")
    with pytest.raises(WrongState) as refusal:
        jump(cast, case, "file")
    assert refusal.value.code == "already_there"
    with pytest.raises(WrongState) as refusal:
        jump(cast, case, "draft", task)
    assert refusal.value.code == "cancelled"
    assert AuditEvent.objects.filter(verb="case_jump").count() == 1


@pytest.mark.parametrize(("to", "code"), [("nowhere", "no_such_node"), ("join", "not_startable")])
def test_where_nothing_can_begin_the_case_stays(cast: Cast, publish: Callable, to: str, code: str) -> None:
    publish(FORKED, "forked")
    case = started(cast, "forked")
    for task_id in (None, open_at(case, "draft").pk):
        with pytest.raises(WrongState) as refusal:
            jump(cast, case, to, task_id)
        assert refusal.value.code == code
    assert open_nodes(case) == ["draft"]


def test_reason_case_and_state_are_looked_at(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case, other = at_sign(cast), at_sign(cast)
    with pytest.raises(Invalid):
        actions.case_jump(actor=cast.admin, case_id=case.pk, to="file", reason=" ")
    with pytest.raises(Invalid) as refusal:
        jump(cast, case, "file", open_at(other, "sign").pk)
    assert refusal.value.code == "other_case"
    actions.case_suspend(actor=cast.admin, case_id=case.pk, reason="等待批复")
    with pytest.raises(WrongState) as stopped:
        jump(cast, case, "file")
    assert stopped.value.code == "suspended"
    actions.case_cancel(actor=cast.admin, case_id=other.pk, reason="不办了")
    with pytest.raises(WrongState) as stopped:
        jump(cast, other, "file")
    assert stopped.value.code == "ended"


def test_the_log_says_from_where_to_where_and_why(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    token = open_at(case, "sign").token_id
    jump(cast, case, "draft")
    event = AuditEvent.objects.get(verb="case_jump")
    data = event.data
    assert (event.subject, event.actor, data["from"], data["to"]) == (case.chain, cast.admin, ["sign"], "draft")
    assert (data["tokens"], data["reason"]) == ([token], REASON)
    assert words_of(event.verb, data) == ("跳转到另一环节", f"签发 → 拟稿；{REASON}")
    assert list(audit.verify(case.chain)) == []


@pytest.fixture
def guard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[CaseMove]]:
    asked: list[CaseMove] = []

    def keeper(case: Case, move: CaseMove) -> Verdict:
        asked.append(move)
        return refused("会前不能归档。", "not_yet") if move.to == "file" else ALLOWED

    monkeypatch.setattr(policies, "_case_guards", [keeper])
    yield asked


def test_what_the_case_is_about_can_refuse(cast: Cast, publish: Callable, guard: list[CaseMove]) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    with pytest.raises(WrongState, match="会前不能归档") as refusal:
        jump(cast, case, "file")
    assert refusal.value.code == "not_yet"
    jump(cast, case, "check")
    assert guard == [CaseMove("case_jump", "file", ("sign",)), CaseMove("case_jump", "check", ("sign",))]
    assert open_nodes(case) == ["check"]


def test_where_it_can_go_is_told_with_who_did_it_last(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    rows = selectors.jump_targets(case)
    assert [(row.node, row.name, row.done_by) for row in rows] == [
        ("draft", "拟稿", cast.town_proposer),
        ("check", "核对", cast.town_secretary),
        ("sign", "签发", None),
        ("file", "归档", None),
        ("end", "end", None),
    ]

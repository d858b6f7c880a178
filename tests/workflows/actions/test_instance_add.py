"""`instance_add` (加签): more people do a step, before, after or beside the one at it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from permissions import audit
from permissions.errors import Denied, Hidden, Invalid, WrongState
from permissions.models import AuditEvent, User
from permissions.policies import holders, may
from tests.cast import Cast
from tests.workflows.by_hand import CHECKED, VOTED, at_sign, done, open_at, people_at, started
from tests.workflows.conftest import open_nodes
from tests.workflows.diagrams import SECRETARY_THEN_CHAIR
from workflows import actions, selectors
from workflows.models import Case, CaseTaskUserPermission
from workflows.replay import differences
from workflows.story import words_of

pytestmark = pytest.mark.django_db
REASON = "涉及资金，请法律顾问一并签署"


def add(actor: User, case: Case, node: str, *people: User, where: str = "parallel", task_of: str = "") -> None:
    task = open_at(case, node, task_of)
    names = [person.username for person in people]
    actions.instance_add(actor=actor, task_id=task.pk, users=names, where=where, reason=REASON)


def complete(person: User, case: Case, node: str) -> None:
    actions.task_complete(actor=person, task_id=open_at(case, node, person.username).pk)


def test_beside_the_one_at_it_both_must_sign(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    present = open_at(case, "sign")
    add(cast.town_chair, case, "sign", cast.legal)
    assert open_nodes(case) == ["sign", "sign"]
    present.refresh_from_db()
    assert present.is_open, "the task that was there stays"
    complete(cast.legal, case, "sign")
    assert open_nodes(case) == ["sign"]
    done(cast.town_chair, case, "sign")
    assert open_nodes(case) == ["file"]
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_who_is_added_finds_it_among_their_tasks(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    assert list(selectors.inbox(cast.legal)) == []
    add(cast.town_chair, case, "sign", cast.legal)
    (task,) = selectors.inbox(cast.legal)
    assert (task.owner, task.assignee, task.candidate_groups) == (cast.legal, cast.legal.username, [])
    assert CaseTaskUserPermission.objects.filter(content_object=task, user=cast.legal).exists()


def test_before_the_one_at_it_the_new_ones_are_done_first_in_their_order(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    add(cast.town_chair, case, "sign", cast.legal, cast.zone_secretary, where="before")
    for person in (cast.legal, cast.zone_secretary):
        assert people_at(case, "sign") == [person.username]
        complete(person, case, "sign")
    assert people_at(case, "sign") == [cast.town_chair.username], "it comes back to the one who asked"
    complete(cast.town_chair, case, "sign")
    assert open_nodes(case) == ["file"]
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_after_the_one_at_it_the_new_one_follows(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    add(cast.town_chair, case, "sign", cast.legal, where="after")
    assert people_at(case, "sign") == [""]
    done(cast.town_chair, case, "sign")
    assert people_at(case, "sign") == [cast.legal.username]
    complete(cast.legal, case, "sign")
    assert open_nodes(case) == ["file"]


def test_a_member_more_changes_what_a_vote_needs(cast: Cast, publish: Callable) -> None:
    publish(VOTED, "voted")
    people = [cast.town_chair, cast.zone_chair, cast.town_secretary, cast.zone_secretary, cast.legal]
    case = started(cast, "voted", people=[person.username for person in people])
    add(cast.town_chair, case, "vote", cast.observer, task_of=cast.town_chair.username)
    for person in people[:3]:
        complete(person, case, "vote")
    assert len(open_nodes(case)) == 3, "three of six are not enough, three of five would be"
    complete(cast.observer, case, "vote")
    assert open_nodes(case) == ["file"]
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_who_is_already_there_is_not_added_again(cast: Cast, publish: Callable) -> None:
    publish(VOTED, "voted")
    publish(CHECKED, "checked")
    case = started(cast, "voted", people=[cast.town_chair.username, cast.zone_chair.username, cast.legal.username])
    complete(cast.zone_chair, case, "vote")
    for person in (cast.town_chair, cast.zone_chair, cast.legal):
        with pytest.raises(Invalid) as refusal:
            add(cast.town_chair, case, "vote", person, task_of=cast.town_chair.username)
        assert refusal.value.code == "already_signer"
    plain = at_sign(cast)
    add(cast.town_chair, plain, "sign", cast.legal, where="after")
    with pytest.raises(Invalid) as refusal:
        add(cast.town_chair, plain, "sign", cast.legal)
    assert refusal.value.code == "already_signer"


def test_unknown_and_inactive_people_are_not_added(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    User.objects.filter(pk=cast.legal.pk).update(is_active=False)
    for names in ([], ["nobody"], [cast.legal.username], [" "]):
        with pytest.raises(Invalid) as refusal:
            actions.instance_add(
                actor=cast.town_chair, task_id=open_at(case, "sign").pk, users=names, where="before", reason=REASON
            )
        assert set(refusal.value.fields) == {"users"}
    assert open_nodes(case) == ["sign"]


def test_only_how_the_diagram_allows_it(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    publish(CHECKED.replace(b"before,after,parallel", b"after"), "checked")
    case = actions.case_start(actor=cast.town_proposer, definition="small")
    with pytest.raises(Denied) as refusal:
        add(cast.town_secretary, case, "check", cast.legal)
    assert refusal.value.code == "not_allowed_here"
    add(cast.admin, case, "check", cast.legal)
    assert open_nodes(case) == ["check", "check"]
    later = at_sign(cast)
    with pytest.raises(Denied):
        add(cast.town_chair, later, "sign", cast.legal, where="before")
    add(cast.town_chair, later, "sign", cast.legal, where="after")
    with pytest.raises(Hidden):
        add(cast.outsider, later, "sign", cast.legal, where="after")


def test_who_may_add_is_told_by_the_policy(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    assert set(holders("instance_add", open_at(case, "sign"))) == {cast.town_chair, cast.admin}
    done(cast.town_chair, case, "sign")
    filed = open_at(case, "file")
    for act in ("instance_add", "instance_remove", "task_send_back"):
        assert list(holders(act, filed)) == [cast.admin]
        assert may(cast.town_secretary, act, filed).code == "not_allowed_here"
        assert may(cast.outsider, act, filed).code == "not_candidate"


def test_reason_and_way_are_asked_for_and_a_case_must_run(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    task = open_at(case, "sign").pk
    with pytest.raises(Invalid) as refusal:
        actions.instance_add(actor=cast.town_chair, task_id=task, users=["legal"], where="after", reason="")
    assert set(refusal.value.fields) == {"reason"}
    with pytest.raises(Invalid) as refusal:
        actions.instance_add(actor=cast.town_chair, task_id=task, users=["legal"], where="around", reason=REASON)
    assert set(refusal.value.fields) == {"where"}
    actions.case_suspend(actor=cast.admin, case_id=case.pk, reason="等待批复")
    with pytest.raises(WrongState):
        add(cast.town_chair, case, "sign", cast.legal)


def test_the_log_says_who_was_added_how_and_why(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    add(cast.town_chair, case, "sign", cast.legal, where="before")
    event = AuditEvent.objects.get(verb="instance_add")
    data = event.data
    assert (event.subject, event.actor) == (case.chain, cast.town_chair)
    assert (data["node"], data["where"], data["users"], data["reason"]) == ("sign", "before", ["legal"], REASON)
    assert words_of(event.verb, data) == ("加签", f"签发；{cast.legal.label}；{REASON}")
    assert list(audit.verify(case.chain)) == []


def test_a_diagram_that_allows_what_nobody_knows_is_not_published(publish: Callable) -> None:
    for wrong in (b"before,sideways,after", b" , "):
        with pytest.raises(Invalid) as refusal:
            publish(CHECKED.replace(b"before,after,parallel", wrong), "checked")
        assert {problem["code"] for problem in refusal.value.data["problems"]} == {"unknown_allowance"}
    with pytest.raises(Invalid):
        publish(CHECKED.replace(b"allow.remove", b"allow.everything"), "checked")


def test_members_that_are_records_are_not_made_of_a_name(cast: Cast, publish: Callable) -> None:
    publish(VOTED.replace(b"=member", b"=member.user"), "voted")
    case = started(cast, "voted", people=[{"user": cast.town_chair.username}, {"user": cast.zone_chair.username}])
    with pytest.raises(WrongState) as refusal:
        add(cast.town_chair, case, "vote", cast.legal, task_of=cast.town_chair.username)
    assert refusal.value.code == "bad_element"


def test_in_turn_the_new_one_stands_in_line(cast: Cast, publish: Callable) -> None:
    publish(VOTED.replace(b'isSequential="false"', b'isSequential="true"'), "voted")
    case = started(cast, "voted", people=[cast.town_chair.username, cast.zone_chair.username])
    add(cast.town_chair, case, "vote", cast.legal, where="before")
    for person in (cast.legal, cast.town_chair):
        assert people_at(case, "vote") == [person.username]
        complete(person, case, "vote")
    assert open_nodes(case) == ["file"], "two of three are enough"

"""`instance_remove` (减签): a step of several goes on without one of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from permissions import audit
from permissions.errors import Denied, Hidden, Invalid, WrongState
from permissions.models import AuditEvent, User
from permissions.policies import holders
from tests.cast import Cast
from tests.workflows.by_hand import CHECKED, VOTED, at_sign, done, open_at, people_at, started
from tests.workflows.conftest import open_nodes
from workflows import actions
from workflows.models import Case
from workflows.replay import differences
from workflows.story import words_of

pytestmark = pytest.mark.django_db
REASON = "本人回避"


def voting(cast: Cast, *people: User) -> Case:
    return started(cast, "voted", people=[person.username for person in people])


def remove(actor: User, case: Case, node: str, person: User) -> None:
    actions.instance_remove(actor=actor, task_id=open_at(case, node, person.username).pk, reason=REASON)


def test_the_others_go_on_without(cast: Cast, publish: Callable) -> None:
    publish(VOTED, "voted")
    case = voting(cast, cast.town_chair, cast.zone_chair, cast.legal)
    remove(cast.admin, case, "vote", cast.legal)
    assert people_at(case, "vote") == sorted([cast.town_chair.username, cast.zone_chair.username])
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_what_the_others_did_may_be_enough(cast: Cast, publish: Callable) -> None:
    publish(VOTED, "voted")
    case = voting(cast, cast.town_chair, cast.zone_chair, cast.legal, cast.observer)
    for person in (cast.town_chair, cast.zone_chair):
        actions.task_complete(actor=person, task_id=open_at(case, "vote", person.username).pk)
    assert len(open_nodes(case)) == 2, "two of four are not enough"
    remove(cast.legal, case, "vote", cast.legal)
    assert open_nodes(case) == ["file"], "two of three are"
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_who_was_added_by_mistake_is_taken_out(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    case = at_sign(cast)
    task = open_at(case, "sign")
    actions.instance_add(actor=cast.town_chair, task_id=task.pk, users=["legal"], where="before", reason="会签")
    added = open_at(case, "sign", cast.legal.username)
    assert set(holders("instance_remove", added)) == {cast.legal, cast.town_chair, cast.admin}
    with pytest.raises(Hidden):
        remove(cast.zone_chair, case, "sign", cast.legal)
    remove(cast.town_chair, case, "sign", cast.legal)
    assert people_at(case, "sign") == [cast.town_chair.username], "nobody is waited for any more"


def test_the_last_one_stays(cast: Cast, publish: Callable) -> None:
    publish(VOTED, "voted")
    publish(CHECKED, "checked")
    case = voting(cast, cast.town_chair, cast.zone_chair)
    remove(cast.admin, case, "vote", cast.zone_chair)
    with pytest.raises(WrongState) as refusal:
        remove(cast.admin, case, "vote", cast.town_chair)
    assert refusal.value.code == "last_instance"
    alone = open_at(at_sign(cast), "sign")
    with pytest.raises(WrongState) as refusal:
        actions.instance_remove(actor=cast.town_chair, task_id=alone.pk, reason=REASON)
    assert refusal.value.code == "not_multi"


def test_only_the_one_at_it_and_administrators_may(cast: Cast, publish: Callable) -> None:
    publish(VOTED, "voted")
    publish(CHECKED.replace(b'<zeebe:property name="allow.remove" value="true"/>', b""), "checked")
    case = voting(cast, cast.town_chair, cast.zone_chair)
    with pytest.raises(Hidden):
        remove(cast.town_chair, case, "vote", cast.zone_chair)
    plain = at_sign(cast)
    actions.instance_add(
        actor=cast.town_chair, task_id=open_at(plain, "sign").pk, users=["legal"], where="parallel", reason="会签"
    )
    with pytest.raises(Denied) as refusal:
        remove(cast.legal, plain, "sign", cast.legal)
    assert refusal.value.code == "not_allowed_here"
    remove(cast.admin, plain, "sign", cast.legal)
    done(cast.town_chair, plain, "sign")
    assert open_nodes(plain) == ["file"]


def test_a_second_click_finds_the_first_done_and_a_reason_is_asked_for(cast: Cast, publish: Callable) -> None:
    publish(VOTED, "voted")
    case = voting(cast, cast.town_chair, cast.zone_chair, cast.legal)
    task = open_at(case, "vote", "legal")
    with pytest.raises(Invalid):
        actions.instance_remove(actor=cast.admin, task_id=task.pk, reason="")
    actions.instance_remove(actor=cast.admin, task_id=task.pk, reason=REASON)
    with pytest.raises(WrongState) as refusal:
        actions.instance_remove(actor=cast.admin, task_id=task.pk, reason=REASON)
    assert refusal.value.code == "cancelled"
    assert AuditEvent.objects.filter(verb="instance_remove").count() == 1


def test_the_log_says_who_and_why(cast: Cast, publish: Callable) -> None:
    publish(VOTED, "voted")
    case = voting(cast, cast.town_chair, cast.zone_chair, cast.legal)
    token = open_at(case, "vote", "legal").token_id
    remove(cast.legal, case, "vote", cast.legal)
    event = AuditEvent.objects.get(verb="instance_remove")
    assert (event.data["node"], event.data["tokens"], event.data["reason"]) == ("vote", [token], REASON)
    assert words_of(event.verb, event.data) == ("减签", f"表决；{cast.legal.label}；{REASON}")
    assert list(audit.verify(case.chain)) == []

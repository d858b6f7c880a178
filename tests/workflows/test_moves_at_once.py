"""A case moved by hand in the very moment somebody does a task of it, on real PostgreSQL: one of both, never half."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from permissions import audit
from permissions.errors import ApplicationError
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.by_hand import CHECKED, VOTED, at_sign, open_at, started
from tests.workflows.conftest import open_nodes
from tests.workflows.test_concurrency import ROUNDS, at_once
from workflows import actions
from workflows.models import Case
from workflows.replay import differences

pytestmark = pytest.mark.django_db(transaction=True)
LATE = {"already_done", "cancelled", "not_waiting", "ended", "denied", "not_found", "hidden"}


def sound(case: Case, outcomes: list[object]) -> list[ApplicationError]:
    """The log, the tables and the chain agree whoever won; the refusals."""
    assert all(not isinstance(one, BaseException) or isinstance(one, ApplicationError) for one in outcomes), outcomes
    assert differences(Case.objects.get(pk=case.pk)) == []
    assert list(audit.verify(case.chain)) == []
    refused = [one for one in outcomes if isinstance(one, ApplicationError)]
    assert {one.code for one in refused} <= LATE, outcomes
    return refused


def test_a_send_back_against_its_completion_has_one_winner(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    for _round in range(ROUNDS):
        case = at_sign(cast)
        pk = open_at(case, "sign").pk
        outcomes = at_once(
            lambda pk=pk: actions.task_complete(actor=cast.town_chair, task_id=pk),
            lambda pk=pk: actions.task_send_back(actor=cast.town_chair, task_id=pk, to="start", reason="缺附件"),
        )
        assert len(sound(case, outcomes)) == 1, outcomes
        verbs = set(AuditEvent.objects.filter(subject=case.chain).values_list("verb", flat=True))
        back = "task_send_back" in verbs
        assert open_nodes(case) == (["draft"] if back else ["file"])


def test_a_jump_against_a_completion_has_one_place_to_be(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    for _round in range(ROUNDS):
        case = at_sign(cast)
        pk = open_at(case, "sign").pk
        outcomes = at_once(
            lambda pk=pk: actions.task_complete(actor=cast.town_chair, task_id=pk),
            lambda case=case: actions.case_jump(actor=cast.admin, case_id=case.pk, to="draft", reason="重来"),
        )
        sound(case, outcomes)
        assert open_nodes(case) == ["draft"], "after the completion or instead of it"


def test_one_added_against_the_last_vote_is_in_or_too_late(cast: Cast, publish: Callable) -> None:
    publish(VOTED, "voted")
    for _round in range(ROUNDS):
        case = started(cast, "voted", people=[cast.town_chair.username, cast.zone_chair.username])
        actions.task_complete(actor=cast.zone_chair, task_id=open_at(case, "vote", cast.zone_chair.username).pk)
        pk = open_at(case, "vote", cast.town_chair.username).pk
        add = lambda pk=pk: actions.instance_add(  # noqa: E731
            actor=cast.admin, task_id=pk, users=[cast.legal.username], reason="会签"
        )
        outcomes = at_once(lambda pk=pk: actions.task_complete(actor=cast.town_chair, task_id=pk), add)
        refused = sound(case, outcomes)
        # Two of two are enough, and two of three as well: an added member who came in first is not needed in the end.
        assert open_nodes(case) == ["file"]
        assert len(refused) <= 1


def test_one_removed_against_their_own_vote_counts_or_does_not(cast: Cast, publish: Callable) -> None:
    publish(VOTED, "voted")
    people = [cast.town_chair, cast.zone_chair, cast.legal]
    for _round in range(ROUNDS):
        case = started(cast, "voted", people=[person.username for person in people])
        actions.task_complete(actor=cast.zone_chair, task_id=open_at(case, "vote", cast.zone_chair.username).pk)
        pk = open_at(case, "vote", cast.legal.username).pk
        outcomes = at_once(
            lambda pk=pk: actions.task_complete(actor=cast.legal, task_id=pk),
            lambda pk=pk: actions.instance_remove(actor=cast.admin, task_id=pk, reason="回避"),
        )
        assert len(sound(case, outcomes)) == 1, outcomes
        removed = AuditEvent.objects.filter(subject=case.chain, verb="instance_remove").exists()
        assert open_nodes(case) == (["vote"] if removed else ["file"]), "one of two is too few, two of three are enough"


def test_two_send_backs_at_once_are_one(cast: Cast, publish: Callable) -> None:
    publish(CHECKED, "checked")
    for _round in range(ROUNDS):
        case = at_sign(cast)
        pk = open_at(case, "sign").pk
        send = lambda pk=pk: actions.task_send_back(  # noqa: E731
            actor=cast.admin, task_id=pk, to="check", again="resume", reason="缺附件"
        )
        assert len(sound(case, at_once(send, send))) == 1
        assert open_nodes(case) == ["check"]

"""What a case's page tells of the messages and times it waits for: those who look after cases, and nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from permissions.models import User
from tests.cast import Cast
from tests.workflows.diagrams import chain, task
from tests.workflows.post import END, START, event, named, waits
from workflows import actions
from workflows.models import Case

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
TITLE = "等待外部"


def page(client_of: ClientOf, user: User, case: Case) -> str:
    return client_of(user).get(reverse("case", args=[case.pk])).content.decode()


def test_an_administrator_sees_what_it_waits_for_and_what_is_kept(
    cast: Cast, client_of: ClientOf, publish: Callable
) -> None:
    publish(waits("message:order"), "waits")
    case = actions.case_start(actor=None, definition="waits", variables={"number": "A-1"})
    actions.message_send(actor=None, name="order", correlation="B-2")
    actions.message_send(actor=None, name="paid")
    shown = page(client_of, cast.admin, case)
    assert TITLE in shown
    for words in ("order", "关联键 A-1", "同名而未送达的消息", "关联键 B-2"):
        assert words in shown
    assert "paid" not in shown


def test_times_are_told_by_the_name_of_their_event(cast: Cast, client_of: ClientOf, publish: Callable) -> None:
    late = event(
        "boundaryEvent", "late", "timeDuration:PT2H", 'name="催办" attachedToRef="sign" cancelActivity="false"'
    )
    body = START + task("sign", groups="town:chair") + late + END + chain("start", "sign", "end") + chain("late", "end")
    publish(named(body.replace("f_late_end", "f9"), "timed"), "timed")
    case = actions.case_start(actor=cast.town_proposer, definition="timed")
    shown = page(client_of, cast.auditor, case)
    assert "催办" in shown.split('id="waits"')[1]
    assert TITLE not in page(client_of, cast.town_proposer, case)


def test_a_case_of_a_closed_matter_does_not_show_its_keys(cast: Cast, client_of: ClientOf, publish: Callable) -> None:
    publish(waits("message:order"), "waits")
    case = actions.case_start(actor=None, definition="waits", subject="item:999", variables={"number": "A-1"})
    actions.message_send(actor=None, name="order", correlation="B-2")
    shown = page(client_of, cast.admin, case)
    assert "须带关联键" in shown
    assert "A-1" not in shown
    assert "B-2" not in shown


def test_a_case_that_waits_for_people_only_has_no_such_section(
    cast: Cast, client_of: ClientOf, publish: Callable
) -> None:
    publish(named(START + task("sign", groups="town:chair") + END + chain("start", "sign", "end"), "plain"), "plain")
    case = actions.case_start(actor=None, definition="plain")
    assert TITLE not in page(client_of, cast.admin, case)

"""Decisions and the flows that ask them, published and retired at the same moment, on real PostgreSQL."""

from __future__ import annotations

import pytest

from permissions.errors import Invalid, WrongState
from tests.workflows.dmn.files import ROUTE
from tests.workflows.test_concurrency import ROUNDS, at_once
from tests.workflows.test_decisions import asks, zeebe
from workflows import actions
from workflows.models import DefinitionVersion

pytestmark = pytest.mark.django_db(transaction=True)


def draft(key: str, xml: bytes) -> DefinitionVersion:
    return actions.definition_save(actor=None, key=key, name="", xml=xml)


def test_a_flow_is_not_published_while_its_decision_is_retired() -> None:
    for number in range(ROUNDS):
        decision = f"route{number}"
        routes = draft(f"routes{number}", ROUTE.replace(b'"route"', f'"{decision}"'.encode()))
        actions.definition_publish(actor=None, version_id=routes.pk)
        flow = draft(f"flow{number}", asks(zeebe(decision)))
        published, retired = at_once(
            lambda pk=flow.pk: actions.definition_publish(actor=None, version_id=pk),
            lambda pk=routes.pk: actions.definition_retire(actor=None, version_id=pk),
        )
        flow.refresh_from_db()
        routes.refresh_from_db()
        assert (flow.status, routes.status) in {("published", "published"), ("draft", "retired")}
        if flow.status == "published":
            assert isinstance(retired, WrongState)
            assert retired.code == "called"
        else:
            assert isinstance(published, Invalid)


def test_of_two_definitions_one_has_the_decision() -> None:
    for number in range(ROUNDS):
        xml = ROUTE.replace(b'"route"', f'"route{number}"'.encode())
        one, other = draft(f"one{number}", xml), draft(f"other{number}", xml)
        outcomes = at_once(
            lambda pk=one.pk: actions.definition_publish(actor=None, version_id=pk),
            lambda pk=other.pk: actions.definition_publish(actor=None, version_id=pk),
        )
        assert [type(outcome) for outcome in outcomes].count(Invalid) == 1, outcomes
        there = DefinitionVersion.objects.filter(provides__contains=[f"route{number}"], status="published")
        assert there.count() == 1


def test_a_decision_published_while_cases_start_answers_each_by_one_version() -> None:
    actions.definition_publish(actor=None, version_id=draft("routes", ROUTE).pk)
    actions.definition_publish(actor=None, version_id=draft("small", asks(zeebe())).pk)
    for number in range(ROUNDS):
        text = f"{50 + number}".encode()
        latest = draft("routes", ROUTE.replace(b"50", text))
        _published, case = at_once(
            lambda pk=latest.pk: actions.definition_publish(actor=None, version_id=pk),
            lambda: actions.case_start(actor=None, definition="small", variables={"amount": 45}),
        )
        assert case.variables["way"] == "town", case  # type: ignore[attr-defined]

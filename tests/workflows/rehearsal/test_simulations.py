"""A simulation is asked for, played by the worker with progress, stopped, and shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from permissions.errors import Denied, Hidden, Invalid, WrongState
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.diagrams import SECRETARY_THEN_CHAIR, TWO_APPROVALS, diagram, flow, task
from workflows import actions, simulation, tasks
from workflows.models import Case, DefinitionVersion, Simulation
from workflows.playing import history
from workflows.playing.versions import flow_of
from workflows.simulation import Hours, Result, Scenario, Spread

pytestmark = pytest.mark.django_db


def draft(cast: Cast, xml: bytes = SECRETARY_THEN_CHAIR) -> DefinitionVersion:
    return actions.definition_save(actor=cast.designer, key="small", name="小流程", xml=xml)


def scenario(cases: int = 20, seed: int = 7) -> Scenario:
    work = {"check": Spread("exponential", 7200)}
    return Scenario(seed, cases, Spread("exponential", 3600), Hours.office(range(5), [(32400, 43200)]), work)


def start(cast: Cast, **changes: Any) -> Simulation:
    return actions.simulation_start(
        actor=changes.get("actor", cast.designer),
        version_id=changes["version"].pk,
        scenario=changes.get("scenario", scenario()),
    )


def test_it_is_asked_for_once_logged_and_played_by_the_worker(cast: Cast) -> None:
    version = draft(cast)
    asked = start(cast, version=version)
    assert start(cast, version=version) == asked
    entry = AuditEvent.objects.get(verb="simulation_start")
    assert (entry.actor, entry.data["cases"], entry.data["seed"]) == (cast.designer, 20, 7)
    tasks.simulate(simulation_id=asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.done, asked.busy) == ("done", 20, False)
    assert asked.result is not None
    result = Result.from_json(asked.result)
    assert (result.ended, result.narrow, result.step) == (20, "town:secretary", "check")
    assert not Case.objects.exists()
    before = asked.result
    tasks.simulate(simulation_id=asked.pk)
    asked.refresh_from_db()
    assert asked.result == before


def test_it_is_stopped_while_it_waits_and_while_it_runs(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    version = draft(cast)
    waiting = start(cast, version=version)
    assert actions.simulation_stop(actor=cast.designer, simulation_id=waiting.pk).state == "stopped"
    actions.simulation_stop(actor=cast.designer, simulation_id=waiting.pk)
    assert AuditEvent.objects.filter(verb="simulation_stop").count() == 1
    tasks.simulate(simulation_id=waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.result) == ("stopped", None)
    running = start(cast, version=version, scenario=scenario(2000))
    # So that every look at the clock is half a second later, and it is stopped at the first.
    clock = iter(range(10**6))
    monkeypatch.setattr(tasks.time, "monotonic", lambda: next(clock))

    def stops(*, simulation_id: int, done: int) -> bool:
        actions.simulation_stop(actor=cast.designer, simulation_id=simulation_id)
        return real(simulation_id=simulation_id, done=done)

    real = actions.simulation_progress
    monkeypatch.setattr(tasks.actions, "simulation_progress", stops)
    tasks.simulate(simulation_id=running.pk)
    running.refresh_from_db()
    assert running.state == "stopped"
    assert running.result is not None
    assert not running.result["whole"]
    assert 0 < running.done < 2000


def test_a_draft_that_is_another_by_now_is_not_simulated(cast: Cast) -> None:
    version = draft(cast)
    asked = start(cast, version=version)
    draft(cast, TWO_APPROVALS)
    from workflows import compiled

    compiled.forget()
    tasks.simulate(simulation_id=asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.result) == ("failed", None)


def test_only_designers_start_and_stop_and_not_too_many(cast: Cast) -> None:
    version = draft(cast)
    for who in (cast.auditor, cast.admin, cast.town_secretary):
        with pytest.raises((Denied, Hidden)):
            start(cast, version=version, actor=who)
    with pytest.raises(Invalid):
        start(cast, version=version, scenario=scenario(simulation.MOST_CASES + 1))
    asked = [start(cast, version=version, scenario=scenario(seed=seed)) for seed in range(5)]
    with pytest.raises(WrongState):
        start(cast, version=version)
    with pytest.raises(Denied):
        actions.simulation_stop(actor=cast.auditor, simulation_id=asked[0].pk)
    with pytest.raises(Hidden):
        actions.simulation_stop(actor=cast.town_secretary, simulation_id=asked[0].pk)


def test_past_cases_say_which_ways_are_taken_how_often(cast: Cast, publish: Callable[..., DefinitionVersion]) -> None:
    xml = diagram(
        '<bpmn:startEvent id="start"/>' + task("ask", groups="town:secretary") + '<bpmn:exclusiveGateway id="big" default="f4"/>'
        + '<bpmn:endEvent id="much"/><bpmn:endEvent id="little"/>' + flow("f1", "start", "ask") + flow("f2", "ask", "big")
        + flow("f3", "big", "much", "amount &gt; 50") + flow("f4", "big", "little")
    )  # fmt: skip
    version = publish(xml)
    for amount in (10, 20, 80):
        case = actions.case_start(actor=None, definition="small")
        waiting = case.task_set.get(node="ask")
        actions.task_complete(actor=cast.town_secretary, task_id=waiting.pk, variables={"amount": amount})
    playable = flow_of(version)
    assert playable is not None
    assert history.weights(playable, version.definition) == {"f3": 1, "f4": 2}
    assert history.holders(["town:secretary", "auditor"]) == {"town:secretary": 1, "auditor": 1}


def test_the_form_starts_it_and_the_page_shows_the_figures(cast: Cast, client_of: Callable[..., Client]) -> None:
    version = draft(cast)
    client = client_of(cast.designer)
    address = reverse("flow_simulate", args=[version.pk])
    form = client.get(address).context["form"]
    given = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    given = {name: value for name, value in given.items() if value is not None} | {"seed": 7, "cases": 30}
    assert given["people-town:secretary"] == 1
    wrong = client.post(address, given | {"spans": "9-12", "kind-check": "triangular", "least-check": "5"})
    assert wrong.status_code == 422
    assert {"spans", "likely-check"} <= set(wrong.context["form"].errors)
    page = client.post(address, given, follow=True)
    asked = Simulation.objects.get()
    begins = date.fromisoformat(asked.scenario["begins"])
    first_of_october = (date(begins.year + (begins.month > 9), 10, 1) - begins).days
    assert asked.scenario["changed"][str(first_of_october)] == [], "nobody works on the national day"
    assert "排队中" in page.text
    assert 'hx-trigger="every 2s"' in page.text
    tasks.simulate(simulation_id=asked.pk)
    polled = client.get(reverse("simulation", args=[asked.pk]), headers={"HX-Request": "true"})
    assert polled["HX-Refresh"] == "true"
    assert "30 / 30 件" in polled.text
    assert polled.text.count('class="pg-bars"') == 2
    assert "秘书核对" in polled.text
    assert client_of(cast.auditor).get(reverse("simulation", args=[asked.pk])).status_code == 200
    assert client_of(cast.town_secretary).get(reverse("simulation", args=[asked.pk])).status_code == 404
    assert "30 件" in client.get(address).text

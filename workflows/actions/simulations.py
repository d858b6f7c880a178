"""Simulations: asked for, stopped, and what the worker writes while it plays one.

The playing itself is no transaction (`workflows.tasks.simulate`); each of these is one of its own, short.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from permissions import audit
from permissions.access import fetch
from permissions.errors import Invalid, WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import queue
from workflows.clock import now
from workflows.models import Definition, DefinitionKind, DefinitionVersion, Simulation, SimulationState
from workflows.playing.versions import flow_of
from workflows.simulation import MOST_CASES, Result, Scenario, scenario_to_json

#: How many wait or run at a time, in the whole house: the worker has other things to do.
MOST_BUSY = 5
_BUSY = (SimulationState.WAITING, SimulationState.RUNNING)


@action
def simulation_start(*, actor: User, version_id: int, scenario: Scenario) -> Simulation:
    """Have the worker play a scenario on a version. The same scenario asked for again while it waits or runs is that one.

    Raises `Hidden`, `Denied`, `Invalid` (too many cases, a version that cannot be played), `WrongState` where too many wait.
    """
    version = fetch(DefinitionVersion.objects.select_related("definition"), actor, "simulation_start", version_id)
    if not 0 < scenario.cases <= MOST_CASES:
        words = _("请把件数定在 1 到 %(most)d 之间。") % {"most": MOST_CASES}
        raise Invalid(words, fields={"cases": words})
    if version.definition.kind != DefinitionKind.FLOW or flow_of(version) is None:
        raise Invalid(_("这一版还不能模拟，请先按检查结果改好流程图。"), code="unplayable")
    # Who asks twice at once waits here, and finds the first.
    Definition.objects.select_for_update().get(pk=version.definition_id)
    supposed = scenario_to_json(scenario)
    busy = Simulation.objects.filter(state__in=_BUSY)
    known = busy.filter(version=version, sha256=version.sha256, scenario=supposed, stop=False).first()
    if known is not None:
        return known
    if busy.count() >= MOST_BUSY:
        raise WrongState(
            _("已有 %(n)s 个模拟在排队或进行。请等它们完成，或停止不再需要的。") % {"n": MOST_BUSY}, code="busy"
        )
    simulation = Simulation.objects.create(
        version=version,
        sha256=version.sha256,
        scenario=supposed,
        total=scenario.cases,
        asked=now(),
        asked_by=actor,
    )
    audit.record(
        subject=f"flow:{version.definition.key}",
        actor=actor,
        verb="simulation_start",
        target=f"simulation:{simulation.pk}",
        data={"number": version.number, "sha256": version.sha256, "cases": scenario.cases, "seed": scenario.seed},
    )
    from workflows import tasks as jobs

    queue.put(jobs.work_of_simulation(simulation.pk))
    return simulation


@action
def simulation_stop(*, actor: User, simulation_id: int) -> Simulation:
    """Wait no longer for a simulation: the worker leaves off soon, with the figures it has. One that is over stays as it is."""
    rows = Simulation.objects.select_related("version__definition").select_for_update(of=("self",))
    simulation = fetch(rows, actor, "simulation_stop", simulation_id)
    if simulation.stop or not simulation.busy:
        return simulation
    simulation.stop = True
    if simulation.state == SimulationState.WAITING:
        simulation.state, simulation.ended = SimulationState.STOPPED, now()
    simulation.save(update_fields=["stop", "state", "ended"])
    audit.record(
        subject=f"flow:{simulation.version.definition.key}",
        actor=actor,
        verb="simulation_stop",
        target=f"simulation:{simulation.pk}",
        data={"number": simulation.version.number, "done": simulation.done},
    )
    return simulation


@action
def simulation_begin(*, simulation_id: int) -> Simulation | None:
    """The worker takes a simulation up, also one that a killed worker has left; None where there is nothing to do any more."""
    simulation = (
        Simulation.objects.select_related("version").select_for_update(of=("self",)).filter(pk=simulation_id).first()
    )
    if simulation is None or not simulation.busy:
        return None
    simulation.state, simulation.done = SimulationState.RUNNING, 0
    simulation.save(update_fields=["state", "done"])
    return simulation


@action
def simulation_progress(*, simulation_id: int, done: int) -> bool:
    """Note how far it is; False where somebody has stopped it."""
    simulation = Simulation.objects.select_for_update().get(pk=simulation_id)
    simulation.done = done
    simulation.save(update_fields=["done"])
    return not simulation.stop


@action
def simulation_end(*, simulation_id: int, result: Result | None) -> Simulation:
    """What came of it; without a result it has failed. Called again it changes nothing."""
    simulation = Simulation.objects.select_for_update().get(pk=simulation_id)
    if not simulation.busy:
        return simulation
    if result is None:
        simulation.state = SimulationState.FAILED
    else:
        stopped = simulation.stop and not result.whole
        simulation.state = SimulationState.STOPPED if stopped else SimulationState.DONE
        simulation.result = result.to_json()
        simulation.done = result.ended + sum(result.stuck.values())
    simulation.ended = now()
    simulation.save(update_fields=["state", "result", "done", "ended"])
    return simulation

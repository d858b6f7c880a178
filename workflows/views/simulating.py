"""模拟: many invented cases of a version, what is supposed, how far it is, and what came of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permissions import access
from permissions.look.times import took_words
from permissions.models import User
from permissions.policies import may, visible
from permissions.views.answers import attempt
from workflows.actions import simulation_start, simulation_stop
from workflows.clock import now
from workflows.models import DefinitionVersion, Simulation
from workflows.playing import history
from workflows.playing.charts import Bar, bars
from workflows.playing.versions import flow_of
from workflows.playing.words import Telling
from workflows.rehearsal import Refused
from workflows.simulation import DAY, Result, outline
from workflows.views.rehearsal.script import version_to_play
from workflows.views.simulation_forms import ScenarioForm

RECENT = 5


@require_http_methods(["GET", "HEAD", "POST"])
def flow_simulate(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is supposed, and have the worker play it. What is known of past cases and of today's roles is filled in."""
    user = cast("User", request.user)
    version = version_to_play(request, pk, "simulation_start" if request.method == "POST" else "flow_rehearse")
    flow = flow_of(version)
    if flow is None:
        return render(request, "workflows/rehearsal/unplayable.html", {"version": version})
    telling = Telling(flow.process)
    shape = outline(flow.process, flow.graph)
    form = ScenarioForm(
        shape,
        history.holders(shape.roles),
        history.durations(version.definition),
        history.weights(flow, version.definition),
        telling.roles(),
        monday(timezone.localdate(now())),
        history.calendar,
        request.POST if request.method == "POST" else None,
    )
    status = 200
    if request.method == "POST":
        made: list[Simulation] = []
        status = attempt(form, lambda: made.append(simulation_start(actor=user, version_id=pk, scenario=form.scenario)))
        if status == 303:
            return redirect("simulation", made[0].pk)
    context = {
        "version": version,
        "form": form,
        "steps": form.step_fields(),
        "gates": [(telling.node(gate), share, fields) for gate, share, fields in form.way_fields()],
        "recent": visible(user, Simulation).filter(version=version).select_related("asked_by")[:RECENT],
        "may_start": bool(may(user, "simulation_start", version)),
    }
    return render(request, "workflows/rehearsal/simulate.html", context, status=status)


@require_safe
def simulation(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a simulation is, and what came of it: waiting, load, throughput, the narrow place."""
    user = cast("User", request.user)
    rows = Simulation.objects.select_related("version__definition", "asked_by")
    found = access.fetch(rows, user, "view", pk)
    context: dict[str, Any] = {
        "simulation": found,
        "version": found.version,
        "changed": found.version.sha256 != found.sha256,
        "may_stop": found.busy and not found.stop and bool(may(user, "simulation_stop", found)),
        "seed": found.scenario.get("seed"),
    }
    if found.result is not None:
        context |= _told(found.version, Result.from_json(found.result))
    answer = render(request, "workflows/rehearsal/simulation.html", context)
    if request.headers.get("HX-Request") and not found.busy:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def simulation_halt(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a simulation; what it has come to is shown."""
    simulation_stop(actor=cast("User", request.user), simulation_id=pk)
    messages.info(request, _("模拟正在停止"))
    return redirect("simulation", pk)


def _told(version: DefinitionVersion, result: Result) -> dict[str, Any]:
    """The figures of a result in words, with their bars."""
    flow = flow_of(version)
    telling = Telling(flow.process) if flow is not None else None

    def node(name: str) -> str:
        return telling.node(name) if telling is not None else name

    def who(name: str) -> str:
        return telling.person(name) if telling is not None else name

    steps = [
        {
            "name": node(step.node),
            "waiting": step.waiting,
            "words": [words(seconds) for seconds in (step.waiting.median, step.waiting.ninety, step.taking.median)],
            "count": step.taking.count,
            "cancelled": step.cancelled,
        }
        for step in result.steps
    ]
    loads = [
        {"name": who(load.who), "people": load.people, "share": load.share / 10, "longest": load.longest, "load": load}
        for load in result.loads
    ]
    waits = [
        Bar(
            node(step.node),
            step.waiting.median,
            step.waiting.ninety,
            f"{words(step.waiting.median)} / {words(step.waiting.ninety)}",
        )
        for step in result.steps
    ]
    busy = [Bar(who(load.who), load.share, 0, f"{load.share / 10:.1f}%") for load in result.loads]
    stuck = []
    for place, count in result.stuck.items():
        at, _colon, code = place.partition(":")
        refused = Refused(code, at)
        stuck.append((telling.refused(refused) if telling is not None else code, count))
    return {
        "result": result,
        "steps": steps,
        "loads": loads,
        "took": [words(seconds) for seconds in (result.took.median, result.took.ninety)],
        "weekly": result.weekly / 1000,
        "weeks": result.span / (7 * DAY),
        "narrow": who(result.narrow) if result.narrow else "",
        "slowest": node(result.step) if result.step else "",
        "stuck": stuck,
        "standing": [(node(name), count) for name, count in result.standing.items()],
        "waiting_chart": bars(waits, label=_("各环节等待时间的条形图，数字见下表")) if waits else "",
        "load_chart": bars(busy, most=1000, label=_("各角色忙碌程度的条形图，数字见下表")) if busy else "",
    }


def monday(day: date) -> date:
    """The Monday of the week of that day."""
    return day - timedelta(days=day.weekday())


def words(seconds: int) -> str:
    """A duration as people say it."""
    return took_words(timedelta(seconds=seconds)) if seconds else ngettext("%(n)s 分钟", "%(n)s 分钟", 0) % {"n": 0}

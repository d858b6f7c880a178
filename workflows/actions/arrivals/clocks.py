"""Clocks that start cases: set when a version is published, gone when another takes its place."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from permissions.errors import Invalid
from permissions.transactions import action
from workflows import compiled, names, post, queue
from workflows.actions.cases import case_start
from workflows.clock import now
from workflows.engine import EngineError, Graph
from workflows.engine import StartTimer as Starts
from workflows.engine.iso import again
from workflows.models import Case, Definition, DefinitionKind, DefinitionVersion, StartTimer, VersionStatus

# How many missed times of a cycle are counted through before it is counted on from now.
_MISSED = 10_000


def arm_clocks(definition: Definition, *, published: bool) -> None:
    """Let the clocks of a flow be those of its last published version: part of publishing and retiring, which hold the version.

    A date that is past starts a case at once where the version is new (`published`), as Camunda does; where an older one is in
    force again because a newer was retired, it has had its time. Raises `Invalid` where no time can be told.
    """
    StartTimer.objects.filter(version__definition=definition).delete()
    last = definition.versions.filter(status=VersionStatus.PUBLISHED).order_by("-number").first()
    if last is None or definition.kind != DefinitionKind.FLOW:
        return
    at = now()
    clocks = []
    for timer in _timers(last, at):
        first, period, times = timer.cycle
        if times and (published or first > at):
            cycle = {"period": period, "left": times - 1 if times > 0 else -1} if period is not None else {}
            clocks.append(StartTimer(version=last, node=timer.node, due=first, cycle=cycle))
    from workflows import tasks as jobs

    StartTimer.objects.bulk_create(clocks)
    queue.put(*[jobs.work_of_clock(clock.pk, clock.due) for clock in clocks])


def starts_of(version: DefinitionVersion) -> list[str]:
    """The messages and signals that start a case of a version, for `DefinitionVersion.starts`."""
    if version.definition.kind != DefinitionKind.FLOW:
        return []
    return post.started_by(_graph(version))


def _graph(version: DefinitionVersion) -> Graph:
    return compiled.of_version(version.pk, version.sha256).graph


def _timers(version: DefinitionVersion, at: datetime) -> tuple[Starts, ...]:
    graph = _graph(version)
    try:
        return graph.start_timers(timezone.localtime(at))
    except EngineError as error:
        node = graph.process.nodes.get(error.node or "")
        raise Invalid(
            _("开始事件“%(node)s”的定时算不出时间。请改写后再发布。")
            % {"node": names.label(node.name) if node and node.name else error.node},
            code="bad_timer",
        ) from error


@action
def clock_start(*, clock: int) -> Case | None:
    """Start the case a clock is due for; None where it is not due, or gone. Exactly one, however often it is called.

    Times that were missed while no worker ran start one case, not one each, and the cycle goes on at its own hours (as Camunda 8
    does it); of a cycle with a number of times each start counts one.
    """
    from workflows import tasks as jobs

    # The version first: retiring it takes it first too.
    DefinitionVersion.objects.select_for_update(no_key=True).filter(start_timers=clock).only("pk").first()
    row = (
        StartTimer.objects.select_for_update(of=("self",))
        .select_related("version__definition")
        .filter(pk=clock)
        .first()
    )
    at = now()
    if row is None or row.due > at:
        return None
    case = case_start(
        actor=None,
        definition=row.version.definition.key,
        version=row.version.number,
        node=row.node,
        dedupe_key=f"clock:{row.pk}:{row.started}",
    )
    period, left = row.cycle.get("period"), row.cycle.get("left", 0)
    if period is None or not left:
        row.delete()
        return case
    row.due, row.started = _next(row.due, period, at), row.started + 1
    row.cycle = {"period": period, "left": left - 1 if left > 0 else -1}
    row.save(update_fields=["due", "started", "cycle"])
    # In the place of a job that still waits, where the sweep or another worker was quicker.
    queue.put_anew(jobs.work_of_clock(row.pk, row.due))
    return case


def _next(due: datetime, period: str, at: datetime) -> datetime:
    """When a cycle that was `due` is due next, after `at`."""
    zone = timezone.get_current_timezone()
    following = due
    for _time in range(_MISSED):
        following = again(timezone.localtime(following), period, zone)
        if following > at:
            return following
    return again(timezone.localtime(at), period, zone)

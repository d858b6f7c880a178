"""``python -m benchmarks.throughput [--rounds N] [--cases N]``: four processes at work at once, as four web workers would be.

Each completes tasks of the approval process (`benchmarks/engine/approval.bpmn`), in two ways: *separate*, each process on cases of
its own; *same*, two processes on the same cases, one for each of the two approvals, so that they meet at every join. The peer is the
same process written by hand in viewflow, in the same processes on the same PostgreSQL, round by round in turn.

Afterwards it proves that nothing was lost: every case has both answers and has ended, every log chain is whole and rebuilds its case,
a task that all four clicked at once was done once and refused three times, and PostgreSQL has counted no deadlock.

The last line is for programs: ``separate_per_s=… separate_p50_ms=… separate_p95_ms=… separate_p99_ms=… ratio_separate=…``, the same
of ``same``, and ``deadlocks=0 lost=0``. Ratios are tasks per second against viewflow's (medians of the rounds).
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from collections.abc import Sequence
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks.harness import database, last_line, percentile, ratio

PROCESSES = 4
APPROVALS = ("first", "second")
DIAGRAM = Path(__file__).parent / "engine" / "approval.bpmn"
_barrier: Barrier
Key = tuple[int, int]
"""A case's (or process's) row and the row of one of its tasks, as the address of a page has them."""


class Job(NamedTuple):
    """What one process does: `tasks` are keys and the approval each of them is."""

    contestant: str
    user: int
    tasks: tuple[tuple[Key, str], ...]


class Outcome(NamedTuple):
    """When the process began and ended, the seconds of each task it did, and how many it was refused."""

    began: float
    ended: float
    times: list[float]
    refused: int


def shares(cases: Sequence[Sequence[Key]], way: str) -> list[tuple[tuple[Key, str], ...]]:
    """Which process does which tasks; `cases` are pairs of keys. *same* gives neighbours one approval each."""
    found: list[tuple[tuple[Key, str], ...]] = []
    for process in range(PROCESSES):
        if way == "separate":
            mine = cases[process::PROCESSES]
            found.append(tuple((key, name) for pair in mine for key, name in zip(pair, APPROVALS, strict=True)))
        else:
            mine = cases[process // 2 :: PROCESSES // 2]
            found.append(tuple((pair[process % 2], APPROVALS[process % 2]) for pair in mine))
    return found


# ---------------------------------------------------------------- in the four processes


def enter(name: str, barrier: Barrier) -> None:
    """A process connects to the benchmark's database as a web worker does to the office's."""
    global _barrier
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = name
    connection.ensure_connection()
    _barrier = barrier


def work(job: Job) -> Outcome:
    """Do the job's tasks, beginning at the same moment as the others."""
    from permissions.errors import ApplicationError
    from permissions.models import User

    user = User.objects.get(pk=job.user)
    act = _ours if job.contestant == "ours" else _viewflow
    times: list[float] = []
    refused = 0
    _barrier.wait(60)
    began = time.monotonic()
    for key, name in job.tasks:
        before = time.perf_counter()
        try:
            act(user, key, name)
        except ApplicationError:
            refused += 1
        times.append(time.perf_counter() - before)
    return Outcome(began, time.monotonic(), times, refused)


def _ours(user: Any, key: Key, name: str) -> None:
    from workflows import actions

    actions.task_complete(actor=user, task_id=key[1], variables={f"{name}_ok": True})


def _viewflow(user: Any, key: Key, name: str) -> None:
    from django.http import HttpRequest

    from benchmarks.peers.flows import approve

    process, pk = key
    request = HttpRequest()
    request.user, request.method = user, "POST"
    approve(request, process, pk, name)


# ---------------------------------------------------------------- in the one that measures


def call(contestant: str, user: Any, number: int) -> list[list[Key]]:
    """Start so many approvals; the keys of their two open tasks."""
    from django.db import transaction

    found = []
    for _ in range(number):
        if contestant == "ours":
            from workflows import actions

            case = actions.case_start(actor=user, definition="approval", variables={"text": "hello"})
            tasks = dict(case.task_set.values_list("node", "pk"))
            found.append([(case.pk, tasks[name]) for name in APPROVALS])
        else:
            from benchmarks.peers.flows import ApprovalFlow

            with transaction.atomic():
                process = ApprovalFlow.start.run(text="hello")
            tasks = {task.flow_task.name: task.pk for task in process.task_set.filter(status="NEW")}
            found.append([(process.pk, tasks[name]) for name in APPROVALS])
    return found


def lost() -> int:
    """How many of our cases are not what they must be: ended, with both answers, and as their log says."""
    from permissions import audit
    from workflows.models import Case
    from workflows.replay import differences

    wrong = sum(1 for _break in audit.verify())
    for case in Case.objects.all():
        answers = (case.variables.get("first_ok"), case.variables.get("second_ok"))
        wrong += (case.status, answers) != ("DONE", (True, True)) or bool(differences(case))
    return wrong


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--cases", type=int, default=80, help="of each contestant, way and round")
    options = arguments.parse_args()
    with database():
        from django.contrib.auth.models import Group
        from django.db import connection

        from permissions import clock
        from permissions.models import Role, RoleGrant, User
        from workflows import actions

        user = User.objects.create(username="approver", display_name="Approver")
        role = Role.objects.create(code="approvers", group=Group.objects.create(name="approvers"))
        RoleGrant.objects.create(
            role=role, user=user, starts_on=clock.today(), reason="benchmark", granted_at=clock.now()
        )
        version = actions.definition_save(actor=None, key="approval", name="Approval", xml=DIAGRAM.read_bytes())
        actions.definition_publish(actor=None, version_id=version.pk)
        spawn = multiprocessing.get_context("spawn")
        name, barrier = connection.settings_dict["NAME"], spawn.Barrier(PROCESSES)
        rates: dict[tuple[str, str], list[float]] = {}
        times: dict[tuple[str, str], list[float]] = {}
        with spawn.Pool(PROCESSES, enter, (name, barrier)) as pool:

            def all_at_once(contestant: str, tasks: Sequence[tuple[tuple[Key, str], ...]]) -> list[Outcome]:
                return pool.map(work, [Job(contestant, user.pk, mine) for mine in tasks], chunksize=1)

            for round_ in range(options.rounds + 1):
                for way in ("separate", "same"):
                    for contestant in ("ours", "viewflow"):
                        cases = call(contestant, user, options.cases)
                        outcomes = all_at_once(contestant, shares(cases, way))
                        assert not any(outcome.refused for outcome in outcomes), "nobody may be refused here"
                        if not round_:
                            continue  # the first round fills caches and has statements prepared
                        took = max(outcome.ended for outcome in outcomes) - min(outcome.began for outcome in outcomes)
                        done = [seconds for outcome in outcomes for seconds in outcome.times]
                        rates.setdefault((contestant, way), []).append(len(done) / took)
                        times.setdefault((contestant, way), []).extend(done)
            clicked = [
                (key, name) for pair in call("ours", user, 20) for key, name in zip(pair, APPROVALS, strict=True)
            ]
            refused = sum(outcome.refused for outcome in all_at_once("ours", [tuple(clicked)] * PROCESSES))
            pool.close()
            pool.join()
        figures: dict[str, float | int] = {}
        for way in ("separate", "same"):
            for contestant in ("ours", "viewflow"):
                key = contestant, way
                tails = [percentile(times[key], share) * 1000 for share in (0.5, 0.95, 0.99)]
                print(
                    f"{contestant:10} {way:9} {median(rates[key]):7.1f} tasks/s   p50 {tails[0]:6.2f}  p95 {tails[1]:6.2f}"
                    f"  p99 {tails[2]:6.2f} ms"
                )
                if contestant == "ours":
                    figures[f"{way}_per_s"] = median(rates[key])
                    figures |= {f"{way}_p{n}_ms": tail for n, tail in zip((50, 95, 99), tails, strict=True)}
            figures[f"ratio_{way}"] = ratio(rates["ours", way], rates["viewflow", way])
        with connection.cursor() as cursor:
            cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
            (deadlocks,) = cursor.fetchone()
        missing = lost() + abs(refused - len(clicked) * (PROCESSES - 1))
        print(last_line({**figures, "deadlocks": deadlocks, "lost": missing}))
        assert not deadlocks
        assert not missing


if __name__ == "__main__":
    main()

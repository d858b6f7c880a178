"""Two people, two clicks, two processes at the same moment, on real PostgreSQL. Thirty rounds each, thirty must hold."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import close_old_connections, connection, connections
from django.utils import timezone

from permissions import audit
from permissions.errors import ApplicationError
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.diagrams import REMINDED, SECRETARY_THEN_CHAIR, TWO_APPROVALS, chain, diagram, task, with_job
from workflows import actions, clock
from workflows.models import Case, CaseTask, DefinitionVersion

pytestmark = pytest.mark.django_db(transaction=True)
# Whoever works on this goes round more often than each change does.
ROUNDS = 18 if "CI" in os.environ else 30
ROOT = Path(__file__).parents[2]


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do all of this at the same instant, each in a thread with a connection of its own; what came out, or the refusal."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        close_old_connections()
        try:
            barrier.wait(10)
            outcomes[place] = act()
        except ApplicationError as error:
            outcomes[place] = error
        except BaseException as error:  # noqa: BLE001  the test looks at it
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def test_the_last_two_approvers_at_once_make_one_next_step(cast: Cast, publish: Callable) -> None:
    publish(TWO_APPROVALS, "two")
    for _round in range(ROUNDS):
        case = actions.case_start(actor=cast.town_proposer, definition="two")
        town, zone = task_at(case, "town").pk, task_at(case, "zone").pk
        outcomes = at_once(
            lambda town=town: actions.task_complete(actor=cast.town_chair, task_id=town, variables={"town": True}),
            lambda zone=zone: actions.task_complete(actor=cast.zone_chair, task_id=zone, variables={"zone": True}),
        )
        assert not any(isinstance(outcome, BaseException) for outcome in outcomes), outcomes
        assert open_nodes(case) == ["file"]
        assert case.task_set.filter(node="file").count() == 1
        case.refresh_from_db()
        assert case.variables == {"town": True, "zone": True}
        assert list(audit.verify(case.chain)) == []


def test_the_same_task_posted_twice_at_once_is_done_once(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    for _round in range(ROUNDS):
        case = actions.case_start(actor=cast.town_proposer, definition="small")
        pk = task_at(case, "check").pk
        outcomes = at_once(*[lambda pk=pk: actions.task_complete(actor=cast.town_secretary, task_id=pk)] * 2)
        refused = [outcome for outcome in outcomes if isinstance(outcome, ApplicationError)]
        assert [error.code for error in refused] == ["already_done"], outcomes
        assert open_nodes(case) == ["sign"]
        assert AuditEvent.objects.filter(subject=case.chain, verb="task_complete").count() == 1


def test_one_form_submitted_twice_at_once_starts_one_case(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    for number in range(ROUNDS):
        start = lambda number=number: actions.case_start(  # noqa: E731
            actor=cast.town_proposer, definition="small", subject=f"item:{number}", dedupe_key=f"form-{number}"
        )
        outcomes = at_once(start, start)
        assert len({case.pk for case in outcomes}) == 1, outcomes  # type: ignore[attr-defined]
        assert Case.objects.filter(subject=f"item:{number}").count() == 1
        assert CaseTask.objects.filter(process__subject=f"item:{number}").count() == 1


def test_two_people_take_the_same_task_and_one_has_it(cast: Cast, publish: Callable) -> None:
    publish(diagram('<bpmn:startEvent id="start"/>' + task("vote", groups="town:member") + chain("start", "vote")))
    for _round in range(ROUNDS):
        case = actions.case_start(actor=cast.town_proposer, definition="small")
        pk = task_at(case, "vote").pk
        people = [cast["town.arms"], cast["town.congress"]]
        outcomes = at_once(*[lambda who=who, pk=pk: actions.task_claim(actor=who, task_id=pk) for who in people])
        refused = [outcome for outcome in outcomes if isinstance(outcome, ApplicationError)]
        assert [error.code for error in refused] == ["taken"], outcomes
        assert task_at(case, "vote").owner in people


def test_a_completion_against_its_timer_has_one_winner(cast: Cast, publish: Callable) -> None:
    publish(REMINDED, "reminded")
    for _round in range(ROUNDS):
        with clock.at(timezone.now() - timedelta(hours=3)):
            case = actions.case_start(actor=cast.town_proposer, definition="reminded")
        pk, timer = task_at(case, "answer").pk, case.timers.get().pk
        answered, fired = at_once(
            lambda pk=pk: actions.task_complete(actor=cast.town_secretary, task_id=pk),
            lambda timer=timer: actions.timer_fire(timer_row=timer),
        )
        case.refresh_from_db()
        if fired is True:
            assert isinstance(answered, ApplicationError), answered
            assert open_nodes(case) == ["escalate"]
        else:
            assert fired is False, fired
            assert (case.status, open_nodes(case)) == ("DONE", [])


def test_a_completion_against_a_suspension_is_done_before_it_or_not_at_all(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    for _round in range(ROUNDS):
        case = actions.case_start(actor=cast.town_proposer, definition="small")
        pk = task_at(case, "check").pk
        done, held = at_once(
            lambda pk=pk: actions.task_complete(actor=cast.town_secretary, task_id=pk),
            lambda pk=case.pk: actions.case_suspend(actor=cast.admin, case_id=pk, reason="等待批复"),
        )
        assert isinstance(held, Case), held
        verbs = list(AuditEvent.objects.filter(subject=case.chain).order_by("seq").values_list("verb", flat=True))
        if isinstance(done, ApplicationError):
            assert done.code == "suspended"
            assert (open_nodes(case), verbs) == (["check"], ["case_start", "case_suspend"])
        else:
            assert not isinstance(done, BaseException), done
            assert (open_nodes(case), verbs) == (["sign"], ["case_start", "task_complete", "case_suspend"])
        assert not Case.objects.get(pk=case.pk).moves
        assert list(audit.verify(case.chain)) == []


def test_a_clock_against_a_resumption_fires_once(cast: Cast, publish: Callable) -> None:
    publish(REMINDED, "reminded")
    for _round in range(ROUNDS):
        with clock.at(timezone.now() - timedelta(hours=3)):
            case = actions.case_start(actor=cast.town_proposer, definition="reminded")
            actions.case_suspend(actor=cast.admin, case_id=case.pk, reason="等待批复")
        timer = case.timers.get().pk
        fired, resumed = at_once(
            lambda timer=timer: actions.timer_fire(timer_row=timer),
            lambda pk=case.pk: actions.case_resume(actor=cast.admin, case_id=pk),
        )
        assert fired is False, fired
        assert isinstance(resumed, Case), resumed
        assert open_nodes(case) == ["escalate"]
        assert AuditEvent.objects.filter(subject=case.chain, verb="timer_fire").count() == 1


def test_a_withdrawal_against_the_first_completion_has_one_winner(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    for _round in range(ROUNDS):
        case = actions.case_start(actor=cast.town_proposer, definition="small")
        pk = task_at(case, "check").pk
        done, taken_back = at_once(
            lambda pk=pk: actions.task_complete(actor=cast.town_secretary, task_id=pk),
            lambda pk=case.pk: actions.case_withdraw(actor=cast.town_proposer, case_id=pk, reason="填错了"),
        )
        refused = [one.code for one in (done, taken_back) if isinstance(one, ApplicationError)]
        case.refresh_from_db()
        if isinstance(taken_back, ApplicationError):
            assert (refused, case.status, open_nodes(case)) == (["acted"], "NEW", ["sign"])
        else:
            assert (refused, case.status, open_nodes(case)) == (["ended"], "CANCELED", [])


def test_a_flow_published_while_cases_start_leaves_each_on_one_version(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    for number in range(ROUNDS):
        other = TWO_APPROVALS.replace(b"<bpmn:startEvent", f"<!-- {number} --><bpmn:startEvent".encode(), 1)
        draft = actions.definition_save(actor=cast.designer, key="small", name="", xml=other)
        started, published = at_once(
            lambda: actions.case_start(actor=cast.town_proposer, definition="small"),
            lambda pk=draft.pk: actions.definition_publish(actor=cast.designer, version_id=pk),
        )
        assert isinstance(started, Case), started
        assert not isinstance(published, BaseException), published
        expected = ["check"] if started.version.number == 1 else ["town", "zone"]
        assert open_nodes(started) == expected
        assert started.version_sha256 == started.version.sha256


def test_a_draft_saved_while_it_is_published_goes_with_it_or_becomes_the_next_version(cast: Cast) -> None:
    for number in range(ROUNDS):
        key = f"flow_{number}"
        draft = actions.definition_save(actor=cast.designer, key=key, name="", xml=SECRETARY_THEN_CHAIR)
        published, saved = at_once(
            lambda pk=draft.pk: actions.definition_publish(actor=cast.designer, version_id=pk),
            lambda key=key: actions.definition_save(actor=cast.designer, key=key, name="", xml=TWO_APPROVALS),
        )
        assert isinstance(published, DefinitionVersion), published
        assert isinstance(saved, DefinitionVersion), saved
        draft.refresh_from_db()
        assert (draft.status, draft.sha256 == published.sha256) == ("published", True)
        assert (saved.number == 1) is (draft.sha256 == saved.sha256)


WORKER = """
import asyncio, contextlib, sys, time
import django
django.setup()
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from workflows import handlers, tasks
slow = sys.argv[1] == "slow"

@handlers.handler("tests.file")
def file(*, case, task, variables, now):
    from permissions.models import AuditEvent
    from permissions import audit
    audit.record(subject=f"filed:{case.pk}", actor=None, verb="filed")
    if slow:
        print("in the middle", flush=True)
        time.sleep(60)
    return {"filed": True}

tasks.STALLED_SECONDS = 1

async def work():
    worker_app = app.with_connector(app.connector.get_worker_connector())
    async with worker_app.open_async():
        if not slow:
            with contextlib.suppress(AlreadyEnqueued):  # the first worker's own clock may have asked for it
                await tasks.revive.defer_async(timestamp=0)
        for _round in range(1 if slow else 2):
            await worker_app.run_worker_async(wait=slow, install_signal_handlers=False, update_heartbeat_interval=0.5)

asyncio.run(work())
"""


def database_address() -> str:
    """The test's own database, as another process is told of it."""
    settings = connection.settings_dict
    return f"postgresql://{quote(settings['USER'])}@/{settings['NAME']}?host={quote(str(settings['HOST']), safe='')}"


def _process(script: str, *arguments: str) -> subprocess.Popen[str]:
    """Another Python, on the test's own database."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_address(), "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


GO_ON = """
import sys
import django
django.setup()
from permissions.models import User
from workflows import actions
from workflows.models import CaseTask
task = CaseTask.objects.get(pk=int(sys.argv[1]))
assert task.flow_task.flow_class.__name__ == "Small_v1", task.flow_task
actions.task_complete(actor=User.objects.get(username=sys.argv[2]), task_id=task.pk)
"""


def test_a_case_started_in_one_process_goes_on_in_another(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = actions.case_start(actor=cast.town_proposer, definition="small")
    for node, who in (("check", cast.town_secretary), ("sign", cast.town_chair)):
        output, _errors = _process(GO_ON, str(task_at(case, node).pk), who.username).communicate(timeout=60)
        assert task_at(case, node).completed_by == who, output
    case.refresh_from_db()
    assert case.status == "DONE"
    assert list(audit.verify(case.chain)) == []


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(cast: Cast, publish: Callable) -> None:
    from workflows import handlers

    if handlers.handler_of("tests.file") is None:
        handlers.handler("tests.file")(lambda **_context: None)
    publish(with_job("tests.file"), "jobs")
    case = actions.case_start(actor=cast.town_proposer, definition="jobs")
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "ask").pk)

    with _process(WORKER, "slow") as worker:
        said = []
        for line in worker.stdout or ():
            said.append(line)
            if "in the middle" in line:
                break
        worker.send_signal(signal.SIGKILL)
    assert said[-1].startswith("in the middle"), "the worker never began:\n" + "".join(said)
    assert open_nodes(case) == ["work"]
    assert not AuditEvent.objects.filter(subject=f"filed:{case.pk}").exists(), (
        "what the dead worker wrote is rolled back"
    )

    time.sleep(1.5)
    second = _process(WORKER, "quick")
    output, _errors = second.communicate(timeout=60)
    assert open_nodes(case) == ["sign"], output
    assert AuditEvent.objects.filter(subject=f"filed:{case.pk}").count() == 1
    case.refresh_from_db()
    assert case.variables["filed"] is True

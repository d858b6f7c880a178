"""A case under several hands at once, in processes of their own on real PostgreSQL: whatever meets whatever, there is one clean
winner, and the tables, the marking and the log agree.

`SANGONG_WEAVES=2000` runs longer than the usual few dozen; `SANGONG_WEAVE_SEED=17` repeats one seed again and again, since what
is repeated is the plan and not the moment.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from permissions import audit
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows import weaving
from tests.workflows.test_concurrency import database_address
from workflows import actions, clock, handlers
from workflows.models import Case, CaseTask, Incident
from workflows.replay import differences

HANDS = 4
WEAVES = int(os.environ.get("SANGONG_WEAVES") or 60)
SEED = os.environ.get("SANGONG_WEAVE_SEED", "")
# The usual run ends by then, with as many weaves as it has come to.
SECONDS = 45
ENOUGH = 15


@pytest.fixture
def members(cast: Cast) -> list[str]:
    return sorted(user.username for user in cast.members("town"))[:5]


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.django_db(transaction=True)
def test_whatever_meets_there_is_one_clean_winner(cast: Cast, publish: Callable, members: list[str]) -> None:
    if handlers.handler_of(weaving.JOB) is None:
        handlers.handler(weaving.JOB)(lambda **_context: None)
    first = int(SEED) if SEED else random.SystemRandom().randrange(1_000_000)
    end = time.monotonic() + SECONDS
    woven, came = 0, Counter[str]()
    with weaving.hands(HANDS, database_address()) as hands:
        while woven < WEAVES and (woven < ENOUGH or "SANGONG_WEAVES" in os.environ or time.monotonic() < end):
            seed = first if SEED else first + woven
            print(f"SANGONG_WEAVE_SEED={seed}")
            xml, people = weaving.flow_of(seed)
            publish(xml, f"weave_{seed}")
            with clock.at(timezone.now() - timedelta(hours=3)):
                case = actions.case_start(actor=cast.town_proposer, definition=f"weave_{seed}")
            plans = weaving.acts_of(seed, case, people, members, HANDS)
            begin = time.time() + 0.01
            for hand, plan in zip(hands, plans, strict=True):
                hand.tell(plan, begin)
            told: list[Any] = [hand.outcomes() for hand in hands]
            faults = [fault for one in told for fault in (*one["faults"], *one["again"])]
            assert faults == [], f"{faults}: seed {seed}: {plans}"
            outcomes = [outcome for one in told for outcome in one["outcomes"]]
            came.update(f"{one['act']} {one['refused'] or 'done'}" for one in outcomes)
            check(Case.objects.get(pk=case.pk), outcomes, f"seed {seed}: {plans}")
            woven += 1
    print(f"{woven} weaves from seed {first}: {dict(sorted(came.items()))}")
    done = {act for act, _space, outcome in (name.partition(" ") for name in came) if outcome == "done"}
    if not SEED:
        assert {"complete", "timer", "job"} <= done, came


def check(case: Case, outcomes: list[dict[str, Any]], what: str) -> None:
    """Everything that must hold when all hands rest."""
    assert differences(case) == [], what
    assert list(audit.verify(case.chain)) == [], what
    log = list(AuditEvent.objects.filter(subject=case.chain).order_by("seq").values_list("verb", "target", "data"))
    done = Counter(one["act"].removesuffix("_any") for one in outcomes if one["result"] is not None)
    verbs = Counter(verb for verb, _target, _data in log)
    for act, verb in (
        ("complete", "task_complete"),
        ("cancel", "case_cancel"),
        ("suspend", "case_suspend"),
        ("resume", "case_resume"),
        ("message", "case_message"),
        ("resolve", "incident_resolve"),
        ("jump", "case_jump"),
        ("send_back", "task_send_back"),
        ("variables", "variables_set"),
    ):
        assert verbs[verb] == done[act], f"{act}: the log has {verbs[verb]}, the hands did {done[act]}. {what}"
    won = Counter(target for verb, target, _data in log if verb in ("task_complete", "job_run"))
    assert set(won.values()) <= {1}, f"done twice: {won}. {what}"
    rang = Counter(data["timer"] for verb, _target, data in log if verb == "timer_fire")
    assert set(rang.values()) <= {1}, f"rang twice: {rang}. {what}"
    tasks = CaseTask.objects.filter(process=case)
    twice = Counter(tasks.filter(status="DONE").values_list("token_id", flat=True))
    assert set(twice.values()) <= {1}, what
    if not case.is_running:
        assert not tasks.filter(finished__isnull=True).exists(), what
        assert not case.timers.filter(fired__isnull=True).exists(), what
    over = Incident.objects.filter(case=case, resolved__isnull=True).exclude(case__status="NEW", task__finished=None)
    assert not over.exists(), f"an incident of what is over stands open: {list(over.values())}. {what}"
    assert not case.incidents.filter(resolved__isnull=True, timer__fired__isnull=False).exists(), what

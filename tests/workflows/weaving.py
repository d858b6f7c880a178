"""Random small flows, random acts on one case, and the processes that do them at the same moment.

What a seed makes is always the same; the moment at which two processes meet is not. The driver talks to its processes in lines
of JSON, so that they share nothing with it, neither memory nor connections.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.workflows.diagrams import diagram, flow, task

ROOT = Path(__file__).parents[2]
JOB = "tests.weaving"
#: how often an act is drawn
WEIGHTS = {
    "complete": 8, "complete_any": 6, "claim": 3, "release": 1, "timer": 5, "message": 3, "job": 9, "cancel": 1, "suspend": 1,
    "resume": 2, "retry": 3, "resolve": 4, "jump": 1, "send_back": 1, "variables": 1, "add": 1, "remove": 1,
}  # fmt: skip

#: acts that are drawn only where something of this kind stands open at the beginning
NEEDS = {"job": ("job", "retry", "resolve"), "message": ("message",)}


# ---------------------------------------------------------------- flows


@dataclass
class Weave:
    """A flow in the making: blocks with one way in and one way out, put one into the other."""

    dice: random.Random
    parts: list[str] = field(default_factory=list)
    count: int = 0
    people: list[str] = field(default_factory=list)

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def arrow(self, source: str, target: str) -> None:
        self.parts.append(flow(self.name("f"), source, target))

    def person(self) -> str:
        name = self.name("person")
        self.people.append(name)
        self.parts.append(task(name, groups="town:member"))
        return name

    def block(self, depth: int) -> tuple[str, str]:
        """Draw a block; its first and its last element."""
        kinds = ["person", "person", "timed", "job", "wait", "crowd", "race"] + ["both", "row"] * (2 if depth else 0)
        return BLOCKS[self.dice.choice(kinds)](self, depth)


def _person(weave: Weave, _depth: int) -> tuple[str, str]:
    name = weave.person()
    return name, name


def _timed(weave: Weave, _depth: int) -> tuple[str, str]:
    """A person's step with a clock that is due, which takes the step away or only reminds."""
    name, late, after, out = weave.person(), weave.name("late"), weave.person(), weave.name("out")
    takes_over = weave.dice.random() < 0.6
    weave.parts.append(
        f'<bpmn:boundaryEvent id="{late}" attachedToRef="{name}" cancelActivity="{str(takes_over).lower()}">'
        "<bpmn:timerEventDefinition><bpmn:timeDuration>PT2H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        f'<bpmn:exclusiveGateway id="{out}"/>'
    )
    weave.arrow(late, after)
    weave.arrow(name, out)
    if takes_over:
        weave.arrow(after, out)
    else:
        weave.parts.append(f'<bpmn:endEvent id="{weave.name("reminded")}"/>')
        weave.arrow(after, f"reminded{weave.count}")
    return name, out


def _job(weave: Weave, _depth: int) -> tuple[str, str]:
    name = weave.name("job")
    weave.parts.append(
        f'<bpmn:serviceTask id="{name}" name="{name}"><bpmn:extensionElements><zeebe:taskDefinition type="{JOB}"/>'
        "</bpmn:extensionElements></bpmn:serviceTask>"
    )
    return name, name


def _wait(weave: Weave, _depth: int) -> tuple[str, str]:
    name = weave.name("wait")
    weave.parts.append(f'<bpmn:receiveTask id="{name}" name="{name}" messageRef="m"/>')
    return name, name


def _crowd(weave: Weave, _depth: int) -> tuple[str, str]:
    """Three people at the same step, two of whom are enough."""
    name = weave.name("crowd")
    weave.people.append(name)
    weave.parts.append(
        f'<bpmn:userTask id="{name}" name="{name}"><bpmn:extensionElements>'
        '<zeebe:assignmentDefinition candidateGroups="town:member"/></bpmn:extensionElements>'
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>3</bpmn:loopCardinality>"
        "<bpmn:completionCondition>=numberOfCompletedInstances &gt;= 2</bpmn:completionCondition>"
        "</bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>"
    )
    return name, name


def _race(weave: Weave, _depth: int) -> tuple[str, str]:
    """A message or a clock, whichever comes first."""
    gate, told, late, out = (weave.name(kind) for kind in ("race", "told", "late", "out"))
    weave.parts.append(
        f'<bpmn:eventBasedGateway id="{gate}"/>'
        f'<bpmn:intermediateCatchEvent id="{told}"><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateCatchEvent>'
        f'<bpmn:intermediateCatchEvent id="{late}"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration>'
        f'</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent><bpmn:exclusiveGateway id="{out}"/>'
    )
    for source, target in ((gate, told), (gate, late), (told, out), (late, out)):
        weave.arrow(source, target)
    return gate, out


def _both(weave: Weave, depth: int) -> tuple[str, str]:
    fork, join = weave.name("fork"), weave.name("join")
    weave.parts.append(f'<bpmn:parallelGateway id="{fork}"/><bpmn:parallelGateway id="{join}"/>')
    for _branch in range(2):
        first, last = weave.block(depth - 1)
        weave.arrow(fork, first)
        weave.arrow(last, join)
    return fork, join


def _row(weave: Weave, depth: int) -> tuple[str, str]:
    first, middle = weave.block(depth - 1)
    second, last = weave.block(depth - 1)
    weave.arrow(middle, second)
    return first, last


BLOCKS: dict[str, Callable[[Weave, int], tuple[str, str]]] = {
    "person": _person,
    "timed": _timed,
    "job": _job,
    "wait": _wait,
    "crowd": _crowd,
    "race": _race,
    "both": _both,
    "row": _row,
}


def flow_of(seed: int) -> tuple[bytes, list[str]]:
    """A random flow, and the elements in it at which people stand."""
    weave = Weave(random.Random(seed))
    first, last = weave.block(2)
    final = weave.person()
    weave.parts.append('<bpmn:startEvent id="start"/><bpmn:endEvent id="end"/>')
    for source, target in (("start", first), (last, final), (final, "end")):
        weave.arrow(source, target)
    xml = diagram("".join(weave.parts), process=f"weave_{seed}")
    return xml.replace(b"<bpmn:process", b'<bpmn:message id="m" name="told"/><bpmn:process', 1), weave.people


# ---------------------------------------------------------------- acts


def acts_of(
    seed: int, case: Any, people: Sequence[str], members: Sequence[str], hands: int
) -> list[list[dict[str, Any]]]:
    """For each of the hands, what it does to the case one after the other, with how many milliseconds it waits before each.

    Aimed at what stands open now and, by a number to draw with, at what stands open then.
    """
    dice = random.Random(f"acts {seed}")
    tasks = list(case.task_set.filter(finished__isnull=True, kind="human").order_by("pk").values_list("pk", flat=True))
    timers = list(case.timers.order_by("pk").values_list("pk", flat=True))
    kinds = set(case.task_set.filter(finished__isnull=True).values_list("kind", flat=True))
    left_out = {act for needed, acts in NEEDS.items() if needed not in kinds for act in acts}
    if not timers:
        left_out.add("timer")
    names, weights = zip(*((name, weight) for name, weight in WEIGHTS.items() if name not in left_out), strict=True)
    plans: list[list[dict[str, Any]]] = []
    for _hand in range(hands):
        plan = []
        for _act in range(dice.randint(1, 4)):
            name = dice.choices(names, weights)[0]
            plan.append(
                {
                    "act": name,
                    "case": case.pk,
                    "task": dice.choice(tasks or [0]),
                    "timer": dice.choice(timers or [0]),
                    "who": dice.choice(members),
                    "draw": dice.randrange(1 << 30),
                    "to": dice.choice(people),
                    "wait": dice.choice((0, 0, 0, 1, 3, 8)),
                }
            )
        plans.append(plan)
    return plans


# ---------------------------------------------------------------- hands


class Hand:
    """A process of its own that does what it is told at the moment it is told."""

    def __init__(self, address: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.workflows.weaving"],
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": address,
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "SANGONG_LOG_LEVEL": "ERROR",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def tell(self, plan: Sequence[dict[str, Any]], begin: float) -> None:
        """Give it its acts; it begins at this moment."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"plan": plan, "begin": begin}) + "\n")
        self.process.stdin.flush()

    def outcomes(self) -> list[dict[str, Any]]:
        """What came of them."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"a process ended with {self.process.wait()}"
        found: list[dict[str, Any]] = json.loads(line)
        return found


@contextmanager
def hands(count: int, address: str) -> Iterator[list[Hand]]:
    """So many processes, ready and waiting, for as long as the block lasts."""
    all_hands = [Hand(address) for _number in range(count)]
    try:
        for hand in all_hands:
            hand.tell([], 0)
        for hand in all_hands:
            hand.outcomes()
        yield all_hands
    finally:
        for hand in all_hands:
            if hand.process.stdin is not None:
                hand.process.stdin.close()
            hand.process.wait(20)
            if hand.process.stdout is not None:
                hand.process.stdout.close()


def do(act: dict[str, Any]) -> Any:
    """Do one act in this process."""
    from permissions.models import User
    from workflows import actions, tasks
    from workflows.models import CaseTask, Incident

    admin = User.objects.get(username="admin")
    who = User.objects.get(username=act["who"])
    dice = random.Random(act["draw"])
    case, reason = act["case"], "交错试验"

    def one_of(rows: Any) -> int:
        keys = sorted(rows.values_list("pk", flat=True))
        return dice.choice(keys) if keys else 0

    open_tasks = CaseTask.objects.filter(process=case, finished__isnull=True)
    match act["act"]:
        case "complete":
            return actions.task_complete(actor=who, task_id=act["task"], variables={"by": who.username}).pk
        case "complete_any":
            return actions.task_complete(actor=who, task_id=one_of(open_tasks)).pk
        case "claim":
            return actions.task_claim(actor=who, task_id=act["task"]).pk
        case "release":
            return actions.task_release(actor=who, task_id=act["task"]).pk
        case "timer":
            return tasks.fire_timer(timer_row=act["timer"])
        case "message":
            return actions.case_message(actor=None, case_id=case, name="told").pk
        case "job":
            return tasks.run_job(task_id=one_of(open_tasks.filter(kind="job")))
        case "cancel":
            return actions.case_cancel(actor=admin, case_id=case, reason=reason).pk
        case "suspend":
            return actions.case_suspend(actor=admin, case_id=case, reason=reason).pk
        case "resume":
            return actions.case_resume(actor=admin, case_id=case).pk
        case "retry":
            return actions.incident_retry(actor=admin, incident_id=one_of(Incident.objects.filter(case=case))).pk
        case "resolve":
            incident = one_of(Incident.objects.filter(case=case, resolved__isnull=True))
            return actions.incident_resolve(actor=admin, incident_id=incident, how="complete", reason=reason).pk
        case "jump":
            return actions.case_jump(actor=admin, case_id=case, to=act["to"], reason=reason).pk
        case "send_back":
            return actions.task_send_back(
                actor=admin, task_id=one_of(open_tasks), to="start", again="run", reason=reason
            ).pk
        case "variables":
            return actions.variables_set(actor=admin, case_id=case, variables={"set": act["draw"]}, reason=reason).pk
        case "add":
            return actions.instance_add(actor=admin, task_id=one_of(open_tasks), users=[who.username], reason=reason).pk
        case "remove":
            return actions.instance_remove(actor=admin, task_id=one_of(open_tasks), reason=reason).pk
    raise ValueError(act["act"])


def _main() -> None:
    """The life of a hand: a line in, a line out."""
    import django

    django.setup()
    from permissions import transactions
    from permissions.errors import ApplicationError
    from workflows import handlers, tasks

    again: list[str] = []
    faults: list[str] = []

    class Log:
        """Hears what nobody is to notice: actions that had to begin again, and work that failed otherwise than it was meant to."""

        def warning(self, event: str, **more: Any) -> None:
            again.append(f"{event} {more}")

        def error(self, event: str, exc_info: BaseException | None = None, **more: Any) -> None:
            if not isinstance(exc_info, ApplicationError | ConnectionError):
                faults.append(f"{event} {exc_info!r} {more}")

        exception = error

    transactions.log = Log()
    tasks.log = Log()

    @handlers.handler(JOB)
    def unsteady(*, case: Any, task: Any, variables: Any, now: Any) -> dict[str, Any]:
        if random.random() < 0.4:
            raise ConnectionError("no route")
        return {"number": task.pk}

    for line in sys.stdin:
        told = json.loads(line)
        outcomes = []
        time.sleep(max(0.0, told["begin"] - time.time()))
        for act in told["plan"]:
            time.sleep(act["wait"] / 1000)
            try:
                result, error = do(act), ""
            except ApplicationError as refused:
                result, error = None, refused.code
            except Exception as failure:  # noqa: BLE001  the test looks at it
                result, error = None, "!"
                faults.append(repr(failure))
            outcomes.append({"act": act["act"], "task": act["task"], "result": result, "refused": error})
        print(json.dumps({"outcomes": outcomes, "again": again, "faults": faults}), flush=True)
        again.clear()
        faults.clear()


if __name__ == "__main__":
    _main()

"""The steps of a case, each by the action a person, a worker or another case would take it with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from guardian.shortcuts import assign_perm

from permissions.errors import ApplicationError
from permissions.models import User
from workflows import actions, clock, feel
from workflows.case_runner.deploying import deploy
from workflows.case_runner.outcome import Refused, Unmet, compare
from workflows.engine import Marking, Move
from workflows.locks import lock_case
from workflows.models import Case, CaseTask, CaseTimer, Receipt, SentMessage, StartTimer, TaskKind
from workflows.replay import differences
from workflows.runtime import Run

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
STEPS = (
    "start",
    "complete",
    "complete_any_order",
    "advance_time",
    "set_time",
    "message",
    "trigger",
    "set_vars",
    "suspend",
    "resume",
    "cancel_instance",
    "enable",
    "signal",
    "start_other",
    "deploy",
    "move",
    "modify",
    "mi_add",
    "mi_delete",
)


@dataclass(slots=True)
class Play:
    """The state of one run."""

    spec: Mapping[str, Any]
    root: Path
    now: datetime = START
    case: Case | None = None
    keys: dict[str, str] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    error: ApplicationError | None = None
    sent_before: int = 0

    def deploy(self) -> None:
        """Publish what the case brings along."""
        self.sent_before = SentMessage.objects.aggregate(last=Max("pk"))["last"] or 0
        self.keys = deploy(self.spec, self.root)

    def take(self, step: Mapping[str, Any]) -> None:
        """Do one step and compare with what it expects."""
        name = next((name for name in step if name not in ("with", "expect", "scope", "user") and name in STEPS), None)
        unknown = [key for key in step if key not in (*STEPS, "with", "expect", "scope", "user")]
        if name is None or unknown:
            raise Refused(f"step {', '.join(unknown) or 'without a name'} is not built")
        self.error = None
        perform: Callable[[Mapping[str, Any]], None] = getattr(self, f"_{name}")
        try:
            # A savepoint, as in production a request is: a refused act leaves nothing behind.
            with clock.at(self.now), transaction.atomic():
                perform(step)
                self._carry()
        except ApplicationError as error:
            self.error = error
        compare(step.get("expect") or {}, self._got(), self.error)

    def prove(self) -> None:
        """The log alone must lead to where the tables say the case stands."""
        for case in Case.objects.filter(version__definition__key__in=self.keys.values()):
            if found := differences(case):
                raise Unmet("the log, replayed, agrees with the tables", found)

    # ------------------------------------------------------------------ steps

    def _start(self, step: Mapping[str, Any]) -> None:
        self.case = actions.case_start(
            actor=None,
            definition=self.keys[self.spec["process_id"]],
            variables=step.get("with"),
            message=step.get("message"),
        )

    def _complete(self, step: Mapping[str, Any]) -> None:
        task = self._open(step["complete"], step.get("scope"))
        actions.task_complete(actor=self._doer(task, step.get("user")), task_id=task.pk, variables=step.get("with"))

    def _complete_any_order(self, step: Mapping[str, Any]) -> None:
        waiting = list(step["complete_any_order"])
        while waiting:
            open_ = set(self._tasks().filter(kind=TaskKind.HUMAN).values_list("node", flat=True))
            node = next((node for node in waiting if node in open_), waiting[0])
            waiting.remove(node)
            self._complete({"complete": node})

    def _trigger(self, step: Mapping[str, Any]) -> None:
        waiting = self._tasks().filter(kind=TaskKind.MESSAGE, node=step["trigger"]).first()
        if waiting is None:
            raise Unmet(f"{step['trigger']} waits", self._got())
        # A receive task without a message has no name to call it by; its own id is the name the engine gives it.
        actions.case_message(
            actor=None, case_id=self._case().pk, name=waiting.message or waiting.node, variables=step.get("with")
        )

    def _enable(self, step: Mapping[str, Any]) -> None:
        actions.activity_enable(actor=None, case_id=self._case().pk, node=step["enable"])

    def _message(self, step: Mapping[str, Any]) -> None:
        actions.case_message(actor=None, case_id=self._case().pk, name=step["message"], variables=step.get("with"))

    def _suspend(self, step: Mapping[str, Any]) -> None:
        actions.case_suspend(actor=None, case_id=self._case().pk, reason="case_runner")

    def _resume(self, step: Mapping[str, Any]) -> None:
        actions.case_resume(actor=None, case_id=self._case().pk)

    def _cancel_instance(self, step: Mapping[str, Any]) -> None:
        actions.case_cancel(actor=None, case_id=self._case().pk, reason="case_runner")

    def _move(self, step: Mapping[str, Any]) -> None:
        way = step["move"]
        actions.case_jump(
            actor=None,
            case_id=self._case().pk,
            to=way["to"],
            reason="case_runner",
            task_id=self._open(way["from"]).pk,
        )

    def _modify(self, step: Mapping[str, Any]) -> None:
        """Both halves of a modification in one event; the actions know jumps only."""
        wanted = step["modify"]
        chosen = [self._open(node).token_id for node in wanted.get("cancel", ())]
        run = Run(*lock_case(self._case().pk))
        run.play(Move(before=wanted.get("start_before", ()), cancel=chosen))
        run.settle()
        run.save(actor=None, verb="case_jump", data=dict(wanted))

    def _mi_add(self, step: Mapping[str, Any]) -> None:
        named = [self._person(name).username for name in (step.get("with") or {}).values()]
        task = self._open(step["mi_add"])
        actions.instance_add(actor=None, task_id=task.pk, users=named, reason="case_runner")

    def _mi_delete(self, step: Mapping[str, Any]) -> None:
        chosen = step["mi_delete"]
        found = self._tasks().filter(kind=TaskKind.HUMAN, node=chosen["task"])[chosen.get("index", 0)]
        actions.instance_remove(actor=None, task_id=found.pk, reason="case_runner")

    def _set_vars(self, step: Mapping[str, Any]) -> None:
        actions.variables_set(actor=None, case_id=self._case().pk, variables=step["set_vars"], reason="case_runner")

    def _signal(self, step: Mapping[str, Any]) -> None:
        actions.signal_send(actor=None, name=step["signal"], variables=step.get("with"))

    def _start_other(self, step: Mapping[str, Any]) -> None:
        actions.case_start(actor=None, definition=self.keys[step["start_other"]], variables=step.get("with"))

    def _deploy(self, step: Mapping[str, Any]) -> None:
        """The diagrams are published before the first step."""

    def _carry(self) -> None:
        """Bring what cases have sent to its receivers, as the worker would, until nobody has anything to take."""
        while True:
            waiting = list(SentMessage.objects.filter(taken__isnull=True, pk__gt=self.sent_before).order_by("pk"))
            told = list(Receipt.objects.filter(message__pk__gt=self.sent_before, done__isnull=True).order_by("pk"))
            moved = sum(actions.receipt_deliver(receipt_id=receipt.pk) for receipt in told)
            for message in waiting:
                moved += actions.signal_deliver(message_id=message.pk)
                moved += actions.message_deliver(message_id=message.pk) is not None
            if not moved:
                return

    def _advance_time(self, step: Mapping[str, Any]) -> None:
        duration = feel.evaluate(f'duration("{step["advance_time"]}")', {})
        self._run_to(self.now + duration.timedelta())

    def _set_time(self, step: Mapping[str, Any]) -> None:
        self._run_to(datetime.fromisoformat(step["set_time"]))

    def _run_to(self, moment: datetime) -> None:
        """Fire what is due on the way, each at its own time, as a worker would."""
        while True:
            due = (
                CaseTimer.objects.filter(
                    case__in=self._family() if self.case else (), fired__isnull=True, due__lte=moment
                )
                .order_by("due", "id")
                .first()
            )
            started = (
                StartTimer.objects.filter(version__definition__key__in=self.keys.values(), due__lte=moment)
                .order_by("due", "id")
                .first()
            )
            first = min((one for one in (due, started) if one is not None), key=lambda one: one.due, default=None)
            if first is None:
                break
            self.now = max(self.now, first.due)
            with clock.at(self.now):
                if isinstance(first, CaseTimer):
                    if not actions.timer_fire(timer_row=first.pk):
                        break
                elif actions.clock_start(clock=first.pk) is None:
                    break
                self._carry()
        self.now = moment

    # ------------------------------------------------------------------ comparing

    def _got(self) -> dict[str, Any]:
        instances = Case.objects.filter(version__definition__key=self.keys[self.spec["process_id"]]).count()
        if self.case is None:
            return {"instances": instances}
        case = Case.objects.get(pk=self.case.pk)
        people = list(self._tasks().filter(kind=TaskKind.HUMAN))
        return {
            "tasks": sorted(task.node for task in people),
            "task_count": len(people),
            "ended": not case.is_running,
            "assignees": sorted(task.assignee for task in people if task.assignee),
            "candidate_groups": sorted({group for task in people for group in task.candidate_groups}),
            "candidate_users": sorted({user for task in people for user in task.candidate_users}),
            "due": next((task.due.isoformat() for task in people if task.due), None),
            "priority": next((task.priority for task in people if task.priority is not None), None),
            "lanes": sorted({task.lane for task in people if task.lane}),
            "vars": feel.to_json(dict(feel.from_json(case.variables))),
            "instances": instances,
        }

    def _case(self) -> Case:
        if self.case is None:
            raise Unmet("a started case", None)
        return self.case

    def _family(self) -> list[int]:
        """The case, and all that it has called."""
        found = [self._case().pk]
        for pk in found:
            found += Case.objects.filter(parent=pk).order_by("pk").values_list("pk", flat=True)
        return found

    def _tasks(self) -> Any:
        return CaseTask.objects.filter(process__in=self._family(), finished__isnull=True).order_by(
            "process", "token_id"
        )

    def _open(self, node: str, scope: Any = None) -> CaseTask:
        found = list(self._tasks().filter(kind=TaskKind.HUMAN, node=node))
        if scope is not None:
            found = [
                task
                for task in found
                if instance_of(Marking.from_json(Case.objects.get(pk=task.process_id).marking), task.token_id) == scope
            ]
        if not found:
            raise Unmet(f"{node} is open", self._got())
        return found[0]

    def _person(self, username: str) -> User:
        if username not in self.people:
            self.people[username], _created = User.objects.get_or_create(
                username=username, defaults={"display_name": username, "is_active": True}
            )
        return self.people[username]

    def _doer(self, task: CaseTask, name: str | None) -> User:
        """Somebody who may do this task: the one the step names, the assignee, or a stand-in made a candidate of it."""
        user = self._person(name or task.assignee or "case-runner")
        if name is None and task.owner_id is None:
            task.owner = user
            assign_perm("complete_casetask", user, task)
            CaseTask.objects.filter(pk=task.pk).update(owner=user, status="ASSIGNED")
        return user


def instance_of(marking: Marking, token_id: int) -> int:
    """Which instance of the innermost multi-instance activity around a token it belongs to, from 0; -1 outside of any."""
    token = marking.tokens.get(token_id)
    while token is not None and token.place < 0:
        token = marking.tokens.get(marking.scopes[token.scope].host)
    return token.place if token is not None else -1

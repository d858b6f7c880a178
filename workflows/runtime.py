"""One run: the case row locked, the engine played, everything written, all inside the caller's transaction.

The engine decides, viewflow's state machine guards each task, :mod:`workflows.store` writes. Nothing here knows who asks:
that is the actions' business.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow.status import PROCESS, STATUS

from permissions import audit
from permissions.models import User
from workflows import (
    calls,
    compiled,
    deadlines,
    deciding,
    errors,
    feel,
    flows,
    handlers,
    names,
    post,
    queue,
    replay,
    store,
)
from workflows.clock import now as current_time
from workflows.engine import (
    Cancel,
    Complete,
    EngineError,
    ErrorThrown,
    Event,
    Marking,
    MessageArrived,
    Opened,
    SignalArrived,
    Step,
    Thrown,
    advance,
)
from workflows.models import Case, CaseTask, MessageKind, TaskKind

# A flow whose service tasks lead back to themselves would keep the transaction open for ever.
MAX_INLINE_JOBS = 200


@dataclass(slots=True)
class Run:
    """A locked case in play, or a `new` one whose row is still to be written. Play events, then `save` once."""

    case: Case
    head: audit.Head | None = None
    new: bool = False
    now: datetime = field(default_factory=current_time)
    changes: store.Changes = field(default_factory=store.Changes)
    played: list[Event] = field(default_factory=list)
    calls: dict[int, Opened] = field(default_factory=dict)
    # Business rule tasks that wait for their answer, and what the log keeps of the decisions made.
    asked: dict[int, Opened] = field(default_factory=dict)
    decided: list[dict[str, Any]] = field(default_factory=list)
    thrown: list[Thrown] = field(default_factory=list)
    flow: compiled.Compiled = field(init=False)
    marking: Marking = field(init=False)
    variables: Mapping[str, Any] = field(init=False)
    began_with: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.flow = compiled.of_version(self.case.version_id, self.case.version_sha256)
        self.marking = Marking.from_json(self.case.marking) if self.case.marking else Marking()
        self.variables = self.began_with = feel.Kept(self.case.variables)

    def play(self, event: Event, *, by: User | None = None, result: Mapping[str, Any] | None = None) -> Step:
        """Let the engine take one event, and every service task that is done at once. Raises `ApplicationError`."""
        try:
            step = advance(
                self.flow.graph,
                self.marking,
                event,
                now=timezone.localtime(self.now),
                variables=self.variables,
                called=self.case.parent_id is not None,
            )
        except EngineError as error:
            node = self.flow.process.nodes.get(error.node or "")
            raise errors.explain(error, names.label(node.name) if node else "") from error
        self.played.append(event)
        self._take(step, by=by, result=result)
        return step

    def settle(self) -> None:
        """Run the inline handlers of service tasks that are open and make the decisions asked for, until none is left."""
        for _round in range(MAX_INLINE_JOBS):
            ready = next(
                (
                    task
                    for token, task in self.changes.opened.items()
                    if task.kind == TaskKind.JOB and token not in self.changes.closed and self._is_inline(task)
                ),
                None,
            )
            if ready is not None:
                self.work(ready)
            elif not self._decide():
                return
        raise errors.FlowStuck(
            _("流程里的自动环节循环不止，已经停下。您填写的内容没有提交，请联系流程管理员。"), code="job_limit"
        )

    def _decide(self) -> bool:
        """Make one decision that a business rule task asks for; False where none does."""
        token = next((token for token in self.asked if token not in self.changes.closed), None)
        if token is None:
            return False
        opened = self.asked.pop(token)
        node = self.flow.process.nodes[opened.node]
        brought, told = deciding.make(opened, node, names.label(node.name) or node.id)
        self.decided.append(told)
        self.play(Complete(token, brought), result=brought)
        return True

    def work(self, task: CaseTask) -> None:
        """Run the handler of a service task and complete it with what it returns, or let the diagram catch its error."""
        job = handlers.handler_of(task.job_type)
        if job is None:
            raise errors.FlowStuck(
                _("自动环节“%(node)s”要求的处理程序“%(job)s”没有安装。请联系系统管理员。")
                % {"node": task, "job": task.job_type},
                code="no_handler",
                data={"node": task.node},
            )
        # The handler may refer to the case, and write to its log chain: what is known of its end no longer holds.
        if self.new:
            self.insert()
        self.head = None
        # What a handler wrote before its error goes back to here; where no diagram can catch one no way back is needed.
        caught = self.flow.graph.catches_errors or self.case.parent_id is not None
        keep = transaction.atomic() if caught else nullcontext()
        try:
            with keep:
                returned = job.run(case=self.case, task=task, variables=self.variables, now=self.now) or {}
        except handlers.BpmnError as error:
            self.play(ErrorThrown(task.token_id, error.code, dict(error.variables)))
        except Exception as error:
            errors.happened_at(error, task.node)
            raise
        else:
            self.play(Complete(task.token_id, dict(returned)))

    def cancel(self, reason: str) -> None:
        """End the case without a result; what is open in it is cancelled."""
        self.play(Cancel())
        self.case.status, self.case.finished, self.case.cancel_reason = PROCESS.CANCELED, self.now, reason

    def save(
        self, *, actor: User | None, verb: str, target: str = "", data: Mapping[str, Any] | None = None
    ) -> store.Written:
        """Write it all: tasks, candidates, timers, the case, the log. Then hand background work to the worker."""
        case = self.case
        told = replay.to_text(self.played, None if case.marking else case.variables)
        case.marking = self.marking.to_json()
        # The engine answers with the very object it was given where nothing was written.
        changed = self.variables is not self.began_with
        if changed:
            case.variables = feel.to_json(self.variables)
        if self.marking.ended and case.status == PROCESS.NEW:
            case.status, case.finished = PROCESS.DONE, self.now
            error = next((one for one in self.thrown if one.kind == "error"), None)
            if error is not None:
                case.status = PROCESS.CANCELED
                case.cancel_reason = _("流程报错“%(code)s”，交由上级流程处理。") % {"code": error.name}
        begun = self._listen()
        details: dict[str, Any] = {"case": case.pk, **(data or {})}
        details["engine"] = told
        details["opened"] = [task.node for _token, task in sorted(self.changes.opened.items())]
        if case.has_incidents:
            delivered = any(isinstance(event, MessageArrived | SignalArrived) for event in self.played)
            ended = store.end_incidents(case, self.changes, now=self.now, delivered=delivered)
            if ended:
                details["incidents"] = ended
        if self.decided:
            details["decisions"] = self.decided
        if self.marking.ended:
            details["ended"] = True
        if self.thrown:
            details["thrown"] = post.throw(case, self.thrown, self.now)
        entry = self._entry(audit.Event(actor, verb, target or f"case:{case.pk}", details))
        written = store.write(case, self.changes, entry, now=self.now, new=self.new, variables=changed)
        self.new, self.head = False, None
        self._defer(written, begun)
        if case.status != PROCESS.NEW:
            handlers.case_ended(case)
        self._pass_on()
        return written

    def _pass_on(self) -> None:
        """Let the cases this one called, and the one that called it, follow."""
        case, before = self.case, self.case.status
        if self.flow.calls:
            gone = [token for token, shut in self.changes.closed.items() if shut.status == STATUS.CANCELED]
            if gone:
                calls.withdraw(case, gone)
            calls.begin(case, (call for token, call in self.calls.items() if token not in self.changes.closed))
            # A called case that was through at once has moved this one on.
            if self.calls:
                case.refresh_from_db()
        if case.parent_id is not None and (self.thrown or before == PROCESS.DONE):
            calls.tell(case, self.thrown, self.variables)

    def insert(self) -> bool:
        """Write the row of a new case before it has moved; False where its subject runs already or its key was used."""
        self.head = store.insert_case(self.case)
        self.new = False
        return self.head is not None

    def _entry(self, event: audit.Event) -> audit.Row:
        """The log entry of this run, on top of the chain's head."""
        chain = self.case.chain
        head = audit.Head(chain) if self.new else self.head or audit.lock(chain)
        (entry,), _head = audit.chain_rows(head, [event], self.now)
        return entry

    # ------------------------------------------------------------------ steps into changes

    def _take(self, step: Step, *, by: User | None, result: Mapping[str, Any] | None) -> None:
        changes = self.changes
        for opened in step.opened:
            changes.opened[opened.token] = self.row(opened)
            if opened.kind == TaskKind.CALL:
                self.calls[opened.token] = opened
            elif opened.kind == TaskKind.DECISION:
                self.asked[opened.token] = opened
        self.thrown += step.thrown
        for token in step.completed:
            self._close(token, STATUS.DONE, by.pk if by else None, result)
        for token in step.cancelled:
            self._close(token, STATUS.CANCELED, None, None)
        for timer in step.timers_set:
            changes.timers_set[timer.id] = (timer.node, timer.due)
        for timer_id in step.timers_cleared:
            if changes.timers_set.pop(timer_id, None) is None:
                changes.timers_cleared.add(timer_id)
        self.marking, self.variables = step.marking, step.variables

    def _close(self, token: int, status: str, by: int | None, result: Mapping[str, Any] | None) -> None:
        values = feel.to_json(dict(result)) if result else {}
        task = self.changes.opened.get(token)
        if task is not None:
            activation = flows.CaseActivation(task)
            activation.complete() if status == STATUS.DONE else activation.cancel()
            task.completed_by_id, task.result, task.finished = by, values, self.now
        self.changes.closed[token] = store.Closing(status, by, values)

    def row(self, opened: Opened) -> CaseTask:
        """The row of a token that waits, unsaved, as the version of the case draws it."""
        node = self.flow.process.nodes[opened.node]
        groups = list(opened.candidate_groups)
        if not groups and not opened.candidate_users and not opened.assignee and opened.kind == TaskKind.HUMAN:
            role = self.flow.role_of(opened.lane)
            groups = [role] if role else []
        due = deadlines.due_of(node, opened.due, self.now)
        task = CaseTask(
            process=self.case,
            flow_task_type=node.kind,
            status=STATUS.NEW,
            created=self.now,
            token_id=opened.token,
            node=node.id,
            kind=opened.kind,
            name=node.name,
            lane=self._lane_name(opened.lane),
            form=node.form or "",
            job_type=opened.job_type or "",
            message=opened.message or opened.signal or "",
            assignee=opened.assignee or "",
            candidate_groups=groups,
            candidate_users=list(opened.candidate_users),
            due=due,
            scheduled=deadlines.next_reminder(node, due, self.now, self.now),
            priority=opened.priority,
            locals=feel.to_json(dict(opened.locals)),
        )
        task.flow_task = flows.task_reference(self.flow.key, self.flow.number, node.id)
        return task

    def _lane_name(self, lane: str | None) -> str:
        found = self.flow.process.lanes.get(lane) if lane else None
        return found.name if found else ""

    def _is_inline(self, task: CaseTask) -> bool:
        job = handlers.handler_of(task.job_type)
        return job is not None and job.inline

    def _listen(self) -> bool:
        """Note what the case listens to now; whether a message that is kept could be for it that was not before."""
        before, now = self.case.listens, post.addresses(self.flow.graph, self.marking)
        if now == before:
            return False
        self.case.listens = self.changes.listens = now
        return any(one.startswith(f"{MessageKind.MESSAGE}:") for one in set(now).difference(before))

    def _defer(self, written: store.Written, begun: bool) -> None:
        from workflows import tasks as jobs

        queue.put(
            *[jobs.work_of_task(task.pk) for task in written.tasks if task.kind == TaskKind.JOB and task.is_open],
            *[jobs.work_of_timer(timer_row, due) for timer_row, due in written.timers],
            # Kept messages are looked for after the commit: one sent before it is seen then, one sent later sees the case.
            *([jobs.work_of_look(self.case.pk, self.marking.next_id)] if begun else []),
        )

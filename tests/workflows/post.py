"""Flows that send each other messages, and a worker that does on the spot what has been queued."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from tests.workflows.diagrams import chain, diagram, task

NAMES = (
    '<bpmn:message id="paid" name="paid"/><bpmn:message id="order" name="order"><bpmn:extensionElements>'
    '<zeebe:subscription correlationKey="=number"/></bpmn:extensionElements></bpmn:message>'
    '<bpmn:signal id="alarm" name="alarm"/>'
)


def named(body: str, process: str) -> bytes:
    """A diagram that knows the messages ``paid`` and ``order`` (by its number) and the signal ``alarm``."""
    return diagram(body, process).replace(b"<bpmn:process", f"{NAMES}<bpmn:process".encode(), 1)


def event(kind: str, name: str, what: str = "", more: str = "") -> str:
    """An event of this tag and id, with its definition: ``message:paid``, ``signal:alarm``, or a timer's ``timeCycle:R/P7D``."""
    family, _colon, value = what.partition(":")
    inner = ""
    if family in ("message", "signal"):
        inner = f'<bpmn:{family}EventDefinition id="{name}_d" {family}Ref="{value}"/>'
    elif family:
        inner = f'<bpmn:timerEventDefinition id="{name}_d"><bpmn:{family}>{value}</bpmn:{family}></bpmn:timerEventDefinition>'
    return f'<bpmn:{kind} id="{name}" {more}>{inner}</bpmn:{kind}>'


START, END = event("startEvent", "start"), event("endEvent", "end")


def waits(what: str) -> bytes:
    """A flow that waits for something, and then for the chair."""
    return named(
        START + event("intermediateCatchEvent", "wait", what) + task("sign", groups="town:chair") + END
        + chain("start", "wait", "sign", "end"),
        "waits",
    )  # fmt: skip


def asks_first(what: str) -> bytes:
    """A flow whose secretary does something before it waits."""
    return named(
        START + task("ask", groups="town:secretary") + event("intermediateCatchEvent", "wait", what)
        + task("sign", groups="town:chair") + END + chain("start", "ask", "wait", "sign", "end"),
        "asks",
    )  # fmt: skip


def sends(what: str) -> bytes:
    """A flow that throws something once its secretary says so."""
    return named(
        START + task("ask", groups="town:secretary") + event("intermediateThrowEvent", "say", what) + END
        + chain("start", "ask", "say", "end"),
        "sends",
    )  # fmt: skip


def started_by(what: str) -> bytes:
    """A flow that something starts, and that then waits for the chair."""
    return named(
        event("startEvent", "start", what) + task("sign", groups="town:chair") + END + chain("start", "sign", "end"),
        "started",
    )


def work() -> list[str]:
    """Do what is queued and due, as a worker would, until nothing is; the names of the jobs, in order."""
    done: list[str] = []
    while (job := _next()) is not None:
        name, arguments = job
        app.tasks[name].func(**arguments)
        done.append(name.removeprefix("workflows."))
    return done


def lose() -> None:
    """Let the queue lose everything that waits in it."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")


def _next() -> tuple[str, dict[str, int]] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (SELECT id FROM procrastinate_jobs WHERE status = 'todo'"
            " AND (scheduled_at IS NULL OR scheduled_at <= %s) ORDER BY id LIMIT 1) RETURNING task_name, args::text",
            [timezone.now()],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    import json

    return row[0], json.loads(row[1])

"""Rebuilds a case from its log alone, with the same pure core that ran it, and compares with what the tables say.

Each log entry of a case that moved it holds what the engine was given (`engine`: a JSON text of events, and of the variables the
case began with). The text stands in the log as it is, so that a number comes back as the number it was.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, get_args

from django.utils import timezone

from permissions.models import AuditEvent
from workflows import compiled, feel
from workflows.engine import EngineError, Event, Marking, MigrationRefused, Step, advance, migrate
from workflows.models import Case, DefinitionVersion

_EVENTS = {kind.__name__: kind for kind in get_args(Event)}


def to_text(events: Sequence[Event], variables: Mapping[str, Any] | None = None) -> str:
    """What the engine was given, as the text that goes into the log; `variables` (JSON) with a case's first entry."""
    data: dict[str, Any] = {"events": [_event_to_json(event) for event in events]}
    if variables is not None:
        data["variables"] = variables
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def moved_to_text(old: DefinitionVersion, new: DefinitionVersion, mapping: Mapping[str, str]) -> str:
    """The log's text of a case that goes over to another version of its flow."""
    ways = {"from": [old.pk, old.sha256], "to": [new.pk, new.sha256], "mapping": dict(sorted(mapping.items()))}
    return json.dumps({"moved": ways}, ensure_ascii=False, separators=(",", ":"))


def moved_back_to_text(seq: int) -> str:
    """The log's text of a case that goes back to where it stood before the entry `seq`, which moved it to a version."""
    return json.dumps({"back": seq}, separators=(",", ":"))


def moved_back(text: str) -> int | None:
    """Of such a text the entry that is undone; None where it tells of anything else."""
    found = json.loads(text).get("back")
    return int(found) if found is not None else None


def _event_to_json(event: Event) -> list[Any]:
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    return [type(event).__name__, {name: _plain(value) for name, value in values.items() if value is not None}]


def _plain(value: Any) -> Any:
    return {"map": feel.to_json(dict(value))} if isinstance(value, Mapping) else value


def _event_from_json(data: Sequence[Any]) -> Event:
    name, values = data
    event: Event = _EVENTS[name](
        **{key: feel.from_json(value["map"]) if isinstance(value, dict) else value for key, value in values.items()}
    )
    return event


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a case stood after one log entry, the sequence flows that entry took it along, and what the engine answered to each
    of its events."""

    seq: int
    marking: Marking
    variables: Mapping[str, Any]
    version: int
    flows: tuple[str, ...] = ()
    played: tuple[tuple[Event, Step], ...] = ()


def stages(case: Case) -> Iterator[Stage]:
    """The case after each entry of its log that moved it, from the start. Raises `EngineError`,
    `MigrationRefused` where the log cannot be played."""
    marking = Marking()
    variables: Mapping[str, Any] = {}
    called = case.parent_id is not None
    entries = AuditEvent.objects.filter(subject=case.chain, data__case=case.pk, data__has_key="engine").order_by("seq")
    read = [(entry, json.loads(entry.data["engine"])) for entry in entries]
    # A case that has gone over to other versions began on the first one it left.
    first = next((given["moved"]["from"] for _entry, given in read if "moved" in given), None)
    version, digest = first or (case.version_id, case.version_sha256)
    flow = compiled.of_version(version, digest)
    left: dict[int, tuple[int, compiled.Compiled, Marking]] = {}
    for entry, given in read:
        if "moved" in given:
            left[entry.seq] = version, flow, marking
            version, digest = given["moved"]["to"]
            there, mapping = compiled.of_version(version, digest), given["moved"]["mapping"]
            at = timezone.localtime(entry.at)
            marking = migrate(flow.graph, there.graph, marking, mapping, now=at, variables=variables).marking
            flow = there
        elif "back" in given:
            version, flow, marking = left[given["back"]]
        if "variables" in given:
            variables = feel.from_json(given["variables"])
        taken: list[str] = []
        played: list[tuple[Event, Step]] = []
        for event in map(_event_from_json, given.get("events", ())):
            step = advance(
                flow.graph, marking, event, now=timezone.localtime(entry.at), variables=variables, called=called
            )
            marking, variables = step.marking, step.variables
            taken += [trace.flow for trace in step.trace if trace.flow]
            played.append((event, step))
        yield Stage(entry.seq, marking, variables, version, tuple(taken), tuple(played))


def differences(case: Case) -> list[str]:
    """What the replay of a case says otherwise than its row and its tasks; empty where log and tables agree."""
    try:
        played = list(deque(stages(case), maxlen=1))
    except (EngineError, MigrationRefused) as error:
        return [f"the log cannot be played: {error}"]
    if not played:
        return ["the log has no entry of this case"]
    (last,) = played
    found = []
    if last.marking.to_json() != case.marking:
        found.append(f"marking: replayed {last.marking.to_json()}, stored {case.marking}")
    if feel.to_json(dict(last.variables)) != case.variables:
        found.append(f"variables: replayed {feel.to_json(dict(last.variables))}, stored {case.variables}")
    if last.version != case.version_id:
        found.append(f"version: replayed {last.version}, stored {case.version_id}")
    waiting = sorted((token, node) for token, node in last.marking.open_tokens())
    rows = sorted(case.task_set.filter(finished__isnull=True).values_list("token_id", "node"))
    if waiting != rows:
        found.append(f"open tasks: replayed {waiting}, stored {rows}")
    return found

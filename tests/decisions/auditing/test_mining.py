"""The log for process mining: a public tool opens it and finds what the log says."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import r4pm
from lxml import etree

from decisions.selectors.auditing import mining, tables
from decisions.selectors.auditing.search import Search
from decisions.selectors.log import Asked
from permissions.errors import Invalid
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.decisions.items.conftest import Hand

pytestmark = pytest.mark.django_db
#: The types an attribute can have (OCEL 2.0 §4).
TYPES = {"string", "time", "integer", "float", "boolean"}


def against_the_standard(log: dict[str, Any]) -> list[str]:
    """What of a log is not as OCEL 2.0 says a JSON log is (§6): its four lists, declared types and attributes, names that are
    there once, relationships to objects of the log with a qualifier, times with an offset."""
    if set(log) != {"objectTypes", "eventTypes", "objects", "events"}:
        return [f"the log has {sorted(log)}"]
    wrong: list[str] = []
    ids = [one["id"] for part in ("objects", "events") for one in log[part]]
    wrong += [f"{name} is there more than once" for name in {one for one in ids if ids.count(one) > 1}]
    objects = {one["id"] for one in log["objects"]}
    for part, kinds in (("objects", "objectTypes"), ("events", "eventTypes")):
        declared = {one["name"]: {told["name"]: told["type"] for told in one["attributes"]} for one in log[kinds]}
        if len(declared) < len(log[kinds]) or any(set(types.values()) - TYPES for types in declared.values()):
            wrong.append(f"{kinds} are not declared once each with types there are")
        for one in log[part]:
            if one["type"] not in declared:
                wrong.append(f"{one['id']} is a {one['type']}, which is not declared")
                continue
            wrong += [
                f"{one['id']} has {told['name']}"
                for told in one["attributes"]
                if told["name"] not in declared[one["type"]] or not isinstance(told["value"], str)
            ]
            times = [told["time"] for told in one["attributes"]] if part == "objects" else [one["time"]]
            wrong += [f"{one['id']} at {at}" for at in times if datetime.fromisoformat(at).tzinfo is None]
            wrong += [
                f"{one['id']} leads to {link['objectId']}"
                for link in one["relationships"]
                if link["objectId"] not in objects or not link["qualifier"]
            ]
            if part == "events" and not one["relationships"]:
                wrong.append(f"{one['id']} is about nothing")
    return wrong


def test_the_check_against_the_standard_finds_what_is_wrong() -> None:
    linked = [{"objectId": "o", "qualifier": ""}]
    event = {"id": "e", "type": "made", "time": "2026-01-01T00:00:00", "attributes": [], "relationships": linked}
    log = {
        "objectTypes": [],
        "eventTypes": [{"name": "made", "attributes": []}],
        "objects": [],
        "events": [event, event],
    }
    assert len(against_the_standard(log)) == 5
    assert against_the_standard({"events": []}) == ["the log has ['events']"]


def test_xes_and_ocel_are_opened_by_a_public_tool(
    office: Cast, hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [hand.submitted(), hand.confirmed()]
    search = Search(asked=Asked(kind="item"))
    logged = AuditEvent.objects.filter(subject__in=[item.subject for item in items], verb__startswith="item_")

    with mining.xes(office.auditor, search) as made:
        (tmp_path / "log.xes").write_bytes(made.read())
    tree = etree.parse(tmp_path / "log.xes")
    spaces = {"x": mining.XES}
    names = tree.xpath('//x:trace/x:string[@key="concept:name"]/@value', namespaces=spaces)
    assert {item.subject for item in items} == set(names)
    events = tree.xpath('//x:event[x:string[@key="sangong:verb" and starts-with(@value, "item_")]]', namespaces=spaces)
    assert len(events) == logged.count()
    opened = r4pm.import_item("EventLog", str(tmp_path / "log.xes"))
    assert r4pm.bindings.get_num_cases(opened) == len(names)

    with mining.ocel(office.auditor, search) as made:
        (tmp_path / "log.json").write_bytes(made.read())
    found = json.loads((tmp_path / "log.json").read_text())
    assert against_the_standard(found) == []
    opened = r4pm.bindings.slim_link_ocel(ocel=r4pm.import_item("OCEL", str(tmp_path / "log.json")))
    assert r4pm.bindings.num_events(ocel=opened) == len(found["events"]) >= logged.count()

    monkeypatch.setattr(tables, "SHEET_ROWS", 1)
    with pytest.raises(Invalid):
        mining.xes(office.auditor, search)

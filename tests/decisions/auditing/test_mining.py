"""The log for process mining: a public tool opens it and finds what the log says."""

from __future__ import annotations

import json
from pathlib import Path

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
    known = {one["id"] for one in found["objects"]}
    assert all(link["objectId"] in known for event in found["events"] for link in event["relationships"])
    assert {event["type"] for event in found["events"]} == {one["name"] for one in found["eventTypes"]}
    opened = r4pm.bindings.slim_link_ocel(ocel=r4pm.import_item("OCEL", str(tmp_path / "log.json")))
    assert r4pm.bindings.num_events(ocel=opened) == len(found["events"]) >= logged.count()

    monkeypatch.setattr(tables, "SHEET_ROWS", 1)
    with pytest.raises(Invalid):
        mining.xes(office.auditor, search)

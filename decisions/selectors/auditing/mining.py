"""Entries of the log for process mining: XES (IEEE 1849), a trace for every chain, and OCEL 2.0 as JSON, where an entry belongs to
all that it is about.

Both are put together by chain, so they take no more than `SHEET_ROWS` entries at a time. Nothing of an entry's content is in them
but its sentence.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import IO, NamedTuple
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from django.utils.translation import gettext as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from decisions.selectors.auditing import tables
from decisions.selectors.auditing.search import Search, counted, every_row
from decisions.selectors.log import lines_of
from permissions import audit, downloads
from permissions.errors import Invalid
from permissions.models import User

XES = "http://www.xes-standard.org/"
#: Extensions of the standard that are used: prefix → name, address.
_EXTENSIONS = {
    "concept": ("Concept", f"{XES}concept.xesext"),
    "time": ("Time", f"{XES}time.xesext"),
    "org": ("Organizational", f"{XES}org.xesext"),
    "lifecycle": ("Lifecycle", f"{XES}lifecycle.xesext"),
}


class Told(NamedTuple):
    """One entry: where it stands, what was done by whom, to what, in words."""

    seq: int
    at: str
    verb: str
    words: str
    who: str
    actor: int | None
    target: str


def xes(actor: User, search: Search) -> IO[bytes]:
    """The found entries as XES, to be read from its beginning. Raises `Invalid` where there are too many."""
    target = downloads.blank()
    text = io.TextIOWrapper(target, encoding="utf-8", write_through=True)
    xml = XMLGenerator(text, "utf-8", short_empty_elements=True)
    xml.startDocument()
    _begin(xml, "log", **{"xes.version": "1849-2016", "xes.features": "", "xmlns": XES})
    for prefix, (name, uri) in _EXTENSIONS.items():
        _element(xml, "extension", name=name, prefix=prefix, uri=uri)
    _begin(xml, "global", scope="trace")
    _text(xml, "concept:name", "")
    xml.endElement("global")
    _begin(xml, "global", scope="event")
    _text(xml, "concept:name", "")
    _element(xml, "date", key="time:timestamp", value="1970-01-01T00:00:00.000000+00:00")
    xml.endElement("global")
    _element(xml, "classifier", name="verb", keys="sangong:verb")
    for (subject, label), entries in _by_chain(actor, search).items():
        _begin(xml, "trace")
        _text(xml, "concept:name", subject)
        _text(xml, "sangong:about", label)
        for entry in entries:
            _begin(xml, "event")
            _text(xml, "concept:name", entry.words)
            _text(xml, "sangong:verb", entry.verb)
            _text(xml, "org:resource", entry.who)
            _text(xml, "lifecycle:transition", "complete")
            _element(xml, "date", key="time:timestamp", value=entry.at)
            _element(xml, "int", key="sangong:seq", value=str(entry.seq))
            xml.endElement("event")
        xml.endElement("trace")
    xml.endElement("log")
    xml.endDocument()
    text.detach()
    target.seek(0)
    return target


def ocel(actor: User, search: Search) -> IO[bytes]:
    """The found entries as OCEL 2.0 (JSON), to be read from its beginning. Raises `Invalid` where there are too many.

    Objects are what chains and targets are about (``item:12``, ``ballot:33``) and the positions of people; an entry's type is its
    verb.
    """
    objects: dict[str, tuple[str, str]] = {}
    events, verbs = [], set()
    for (subject, label), entries in _by_chain(actor, search).items():
        objects[subject] = (_kind(subject), label)
        for entry in entries:
            related = [{"objectId": subject, "qualifier": "chain"}]
            if entry.target and entry.target != subject:
                objects.setdefault(entry.target, (_kind(entry.target), ""))
                related.append({"objectId": entry.target, "qualifier": "target"})
            if entry.actor is not None:
                objects[f"position:{entry.actor}"] = ("position", entry.who)
                related.append({"objectId": f"position:{entry.actor}", "qualifier": "actor"})
            verbs.add(entry.verb)
            events.append(
                {
                    "id": f"{subject}#{entry.seq}",
                    "type": entry.verb,
                    "time": entry.at,
                    "attributes": [{"name": "words", "value": entry.words}],
                    "relationships": related,
                }
            )
    since = min((event["time"] for event in events), default="1970-01-01T00:00:00+00:00", key=str)
    found = {
        "objectTypes": [
            {"name": kind, "attributes": [{"name": "label", "type": "string"}]}
            for kind in sorted({kind for kind, _label in objects.values()})
        ],
        "eventTypes": [{"name": verb, "attributes": [{"name": "words", "type": "string"}]} for verb in sorted(verbs)],
        "objects": [
            {
                "id": name,
                "type": kind,
                "attributes": [{"name": "label", "value": label, "time": since}] if label else [],
                "relationships": [],
            }
            for name, (kind, label) in sorted(objects.items())
        ],
        "events": events,
    }
    target = downloads.blank()
    for piece in json.JSONEncoder(ensure_ascii=False).iterencode(found):
        target.write(piece.encode())
    target.seek(0)
    return target


def _by_chain(actor: User, search: Search) -> Mapping[tuple[str, str], list[Told]]:
    """Entries oldest first, by the name of their chain and what it is about."""
    if counted(actor, search, tables.SHEET_ROWS) > tables.SHEET_ROWS:
        raise Invalid(
            _("超过 %(most)s 条，不能按链汇总。请缩短时间或增加条件，或者改用 CSV 导出。")
            % {"most": tables.SHEET_ROWS},
            code="too_many_rows",
        )
    found: dict[tuple[str, str], list[Told]] = {}
    for rows in every_row(actor, search):
        for line in lines_of(actor, rows):
            event = line.event
            told = Told(
                event.seq,
                audit.instant(event.at),
                event.verb,
                line.what,
                line.who,
                event.actor_id,
                # Of what is withheld from this user not what was touched either.
                line.target,
            )
            found.setdefault((event.subject, line.subject.label), []).append(told)
    for entries in found.values():
        entries.sort()
    return found


def _kind(name: str) -> str:
    return name.partition(":")[0]


def _text(xml: XMLGenerator, key: str, value: str) -> None:
    _element(xml, "string", key=key, value=ILLEGAL_CHARACTERS_RE.sub("", value))


def _begin(xml: XMLGenerator, tag: str, /, **attributes: str) -> None:
    xml.startElement(tag, AttributesImpl(attributes))


def _element(xml: XMLGenerator, tag: str, /, **attributes: str) -> None:
    _begin(xml, tag, **attributes)
    xml.endElement(tag)

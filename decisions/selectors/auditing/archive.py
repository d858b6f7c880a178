"""One item with everything there is about it, as a ZIP that proves itself on a machine without this product (R35).

Its form is that of docs/record.md: the material, every row and every version, the ledger, the log with checkpoints and proofs, the
verifier, and a signed manifest of hashes. Rows are gathered by their foreign keys, from the item downwards, so that a model
of a later day is not forgotten; each kind as far as its policy shows it to whoever takes the archive.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.template.loader import render_to_string

from decisions.models import (
    Adjournment,
    AgendaEntry,
    Attendance,
    AttendanceEvent,
    Chairing,
    Item,
    Material,
    Sitting,
    SittingSeat,
)
from decisions.policies.access import withheld_items
from decisions.selectors.items.story import story
from decisions.selectors.ledger.page import export_of
from permissions import audit, downloads
from permissions.audit import export
from permissions.look import when_words
from permissions.models import AuditHead, Checkpoint, User
from permissions.policies import policy_for
from workflows import clock
from workflows.models import Case, CaseTask

FORMAT = "sangong-archive-1"
_VERIFIER = settings.BASE_DIR / "scripts" / "verify.py"
_PIECE = 64 * 1024


def chains_of(actor: User, item: Item) -> list[str]:
    """The chains an archive of the item holds: its own, and those of its sittings, but for a sitting that also had an item that is
    withheld from this user: its chain tells of both."""
    entries = AgendaEntry.objects.filter(item=item).order_by()
    others = AgendaEntry.objects.filter(item__in=withheld_items(actor)).order_by().values("sitting")
    sittings = entries.exclude(sitting__in=others).values_list("sitting", flat=True).distinct()
    return [item.subject, *(f"sitting:{pk}" for pk in sorted(sittings))]


def pack(actor: User, item: Item, mark: str) -> IO[bytes]:
    """The archive, to be read from its beginning. `mark` says who takes it, and when."""
    target = downloads.blank()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        packing = _Packing(made)
        heads = list(AuditHead.objects.filter(pk__in=chains_of(actor, item), seq__gt=0).order_by("pk"))
        _log(packing, heads)
        rows = _gathered(actor, item)
        people = _records(packing, rows)
        packing.add("people.json", [_json({str(user.pk): user.display_name for user in people})])
        _files(packing, item, rows.get(Material, []))
        packing.add("ledger.json", [_json(export_of(item))])
        packing.add("timeline.txt", _timeline(item))
        packing.add("README.txt", [render_to_string("decisions/auditing/archive.txt", {"item": item, "mark": mark})])
        packing.add("verify.py", [_VERIFIER.read_bytes()])
        manifest = {
            "format": FORMAT,
            "made_at": audit.instant(clock.now()),
            "subject": item.subject,
            "title": item.title,
            "number": item.number,
            "taken_by": mark,
            "chains": {head.subject: {"seq": head.seq, "hash": head.hash} for head in heads},
            "files": packing.files,
        }
        content = _json(manifest).encode()
        made.writestr("manifest.json", content)
        made.writestr("manifest.sig", export.signature(content))
    target.seek(0)
    return target


class _Packing:
    """Writes files piece by piece and notes their sizes and hashes."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.files: dict[str, dict[str, Any]] = {}

    def add(self, name: str, pieces: Iterable[str | bytes]) -> None:
        size, digest = 0, hashlib.sha256()
        with self.archive.open(name, "w", force_zip64=True) as target:
            for piece in pieces:
                content = piece.encode() if isinstance(piece, str) else piece
                target.write(content)
                digest.update(content)
                size += len(content)
        self.files[name] = {"size": size, "sha256": digest.hexdigest()}


def _log(packing: _Packing, heads: list[AuditHead]) -> None:
    """The chains up to the heads named in the manifest: what comes meanwhile is none of it."""
    subjects = [head.subject for head in heads]
    packing.add(
        "log/events.jsonl",
        (line for head in heads for line in islice(export.event_lines([head.subject]), head.seq)),
    )
    newest = export.newest()
    if newest is None:
        return
    packing.add("log/checkpoints.jsonl", map(export.checkpoint_line, Checkpoint.objects.order_by("number").iterator()))
    packing.add("log/proofs.jsonl", export.proof_lines(newest, subjects))
    for name, content in export.anchor_files(newest):
        packing.add(f"log/anchors/{name}", [content])


# ---------------------------------------------------------------- rows and their versions


def _gathered(actor: User, item: Item) -> dict[type[Model], list[Any]]:
    """Every row about the item by its model, in the order of keys."""
    keys: dict[type[Model], set[Any]] = {Item: {item.pk}}
    waiting: list[type[Model]] = [Item]
    while waiting:
        above = waiting.pop(0)
        for model, names in _hanging_on(above).items():
            asked = Q()
            for name in names:
                asked |= Q(**{f"{name}__in": keys[above]})
            found = set(_shown(actor, model, model._default_manager.filter(asked)).values_list("pk", flat=True))
            if found - keys.get(model, set()):
                keys[model] = keys.get(model, set()) | found
                waiting.append(model)
    rows = {model: list(model._default_manager.filter(pk__in=found).order_by("pk")) for model, found in keys.items()}
    entries = [entry.pk for entry in rows.get(AgendaEntry, [])]
    rows |= _around(actor, entries)
    if item.case_id is not None:
        rows[Case] = list(Case.objects.filter(pk=item.case_id))
        rows[CaseTask] = list(CaseTask.objects.filter(process=item.case_id).order_by("pk"))
    return rows


def _around(actor: User, entries: list[int]) -> dict[type[Model], list[Any]]:
    """What the item's sittings as a whole are known by: their rosters, and who came and went. Not what else they dealt with."""
    sittings = set(AgendaEntry.objects.filter(pk__in=entries).values_list("sitting", flat=True))
    ours = Q(entry__isnull=True) | Q(entry__in=entries)
    wanted: dict[type[Model], QuerySet[Any]] = {
        Sitting: Sitting.objects.filter(pk__in=sittings),
        SittingSeat: SittingSeat.objects.filter(sitting__in=sittings),
        Attendance: Attendance.objects.filter(seat__sitting__in=sittings),
        AttendanceEvent: AttendanceEvent.objects.filter(ours, seat__sitting__in=sittings),
        Adjournment: Adjournment.objects.filter(sitting__in=sittings),
        Chairing: Chairing.objects.filter(ours, sitting__in=sittings),
    }
    return {model: list(_shown(actor, model, rows).order_by("pk")) for model, rows in wanted.items()}


def _hanging_on(above: type[Model]) -> dict[type[Model], list[str]]:
    """The models whose rows belong to a row of `above`, and by which of their foreign keys.

    What belongs to an item says so by a key called `item`: others lead to other items (what came of it, what it came from).
    """
    found: dict[type[Model], list[str]] = {}
    for model in apps.get_app_config("decisions").get_models():
        # Versions go with their rows; an item is nobody's part.
        if hasattr(model, "instance_type") or model is Item:
            continue
        fields = [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]
        names = [field.name for field in fields if field.related_model is above]
        if above is Item:
            names = [name for name in names if name == "item"]
        if names:
            found[model] = names
    return found


def _shown(actor: User, model: type[Model], rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the rows that the policy of their model shows; a part without one is as open as what it hangs on."""
    try:
        policy = policy_for(model)
    except ImproperlyConfigured:
        return rows
    return policy.visible(actor, rows)


def _records(packing: _Packing, rows: dict[type[Model], list[Any]]) -> list[User]:
    """A file of rows and one of versions for every model; everybody who is named in them."""
    named: set[int] = set()
    for model, found in sorted(rows.items(), key=lambda pair: pair[0]._meta.label_lower):
        if not found:
            continue
        label = model._meta.label_lower
        packing.add(f"records/{label}.jsonl", _lines(found, named))
        if hasattr(model, "history"):
            versions = model.history.filter(**{f"{model._meta.pk.attname}__in": [row.pk for row in found]})
            packing.add(f"versions/{label}.jsonl", _lines(versions.order_by("history_id").iterator(), named))
    return list(User.objects.filter(pk__in=named).order_by("pk"))


def _lines(rows: Iterable[Any], named: set[int]) -> Iterator[str]:
    for row in rows:
        fields = row._meta.concrete_fields
        named |= {getattr(row, field.attname) for field in fields if field.related_model is User} - {None}
        # As the database would have it: some fields are objects in Python.
        yield _json({field.attname: field.get_prep_value(getattr(row, field.attname)) for field in fields}) + "\n"


def _files(packing: _Packing, item: Item, materials: list[Material]) -> None:
    """The bytes of every material, removed ones too (R35). Of a confidential item none: they leave the house with a watermark
    only (R40), and their hashes stand in the records."""
    if item.confidential:
        return
    for row in materials:
        stored = str(row.file.name)
        if default_storage.exists(stored):
            with default_storage.open(stored) as source:
                packing.add(f"materials/{row.pk}-{row.name}", iter(lambda: source.read(_PIECE), b""))


def _timeline(item: Item) -> Iterator[str]:
    for entry in reversed(story(item, whole=True)):
        change = f"（{entry.change}）" if entry.change else ""
        yield f"{entry.seq}. {when_words(entry.at)} {entry.who} {entry.what}{change}\n"


def _json(value: Any) -> str:
    return json.dumps(audit.plain(value), ensure_ascii=False, sort_keys=True)

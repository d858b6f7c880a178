"""An item's archive: all there is about it, checked by its own verifier on a machine without the product (R35)."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django import Settings

from decisions.actions import items as act
from decisions.actions.auditing import archive_note, archive_take
from decisions.models import Item, Material, Plan
from decisions.selectors.auditing.archive import chains_of
from permissions.errors import Denied, Hidden, WrongState
from permissions.models import AuditEvent, Checkpoint
from tests.cast import Cast
from tests.decisions.auditing.test_search import ClientOf
from tests.decisions.items.conftest import Hand
from tests.decisions.sittings.conftest import Room

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_keys(settings: Settings, tmp_path: Path) -> None:
    settings.RECORD = tmp_path / "record"


def check(content: bytes, folder: Path) -> tuple[int, str]:
    """What the archive's own verifier says, in another process, alone in an empty folder."""
    folder.mkdir()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (folder / "verify.py").write_bytes(archive.read("verify.py"))
    (folder / "a.zip").write_bytes(content)
    command = [sys.executable, "-I", "-S", "verify.py", "a.zip"]
    ended = subprocess.run(command, cwd=folder, env={"LANG": "C"}, capture_output=True, check=False)
    return ended.returncode, ended.stdout.decode("utf-8", "replace")


def tampered(content: bytes, name: str, change: bytes) -> bytes:
    """The same archive with one file changed at its end."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as made:
        for one in source.namelist():
            made.writestr(one, source.read(one) + (change if one == name else b""))
    return target.getvalue()


def lines(archive: zipfile.ZipFile, name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in archive.read(name).decode().splitlines()]


def test_r35_an_archive_holds_everything_and_verifies_without_the_product_until_it_is_touched(
    office: Cast, hand: Hand, client_of: ClientOf, tmp_path: Path
) -> None:
    item, other = hand.reviewed(title="粮站盘活"), hand.submitted(title="另一件事")
    material = hand.upload(item)
    answer = client_of(office.auditor).post(reverse("audit_archive", args=[item.pk]))
    content = b"".join(answer)
    assert answer["Content-Type"] == "application/zip"

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        manifest = json.loads(archive.read("manifest.json"))
        assert set(manifest["files"]) | {"manifest.json", "manifest.sig"} == names
        assert {"README.txt", "ledger.json", "people.json", "timeline.txt", "verify.py"} <= names
        assert archive.read(f"materials/{material.pk}-{material.name}") == b"%PDF-1.7\n%%EOF"
        assert [row["id"] for row in lines(archive, "records/decisions.item.jsonl")] == [item.pk]
        kept = {row["id"] for row in lines(archive, "records/decisions.plan.jsonl")}
        assert kept == set(Plan.objects.filter(item=item).values_list("pk", flat=True))
        assert len(lines(archive, "versions/decisions.plan.jsonl")) == Plan.history.filter(item=item).count()
        assert lines(archive, "records/workflows.case.jsonl")[0]["id"] == item.case_id
        events = lines(archive, "log/events.jsonl")
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        assert events[-1]["verb"] == "archive_take"
        assert manifest["chains"][item.subject]["seq"] == len(events)
        assert "提出议题" in archive.read("timeline.txt").decode()
        assert all(other.title.encode() not in archive.read(name) for name in names)

    status, said = check(content, tmp_path / "whole")
    assert status == 0, said
    assert "(0 events not in a checkpoint yet)" in said
    for number, name in enumerate(("ledger.json", "records/decisions.plan.jsonl", "log/events.jsonl", "timeline.txt")):
        status, said = check(tampered(content, name, b"\n{}"), tmp_path / f"changed-{number}")
        assert (status, name in said) == (1, True), said

    assert AuditEvent.objects.filter(subject=f"user:{office.auditor.pk}", verb="archive_take").count() == 1
    assert Checkpoint.objects.count() == 1


def test_only_auditors_take_an_archive_and_not_twice_unseen(office: Cast, hand: Hand, client_of: ClientOf) -> None:
    item = hand.submitted()
    for other in (office.town_secretary, office.town_chair):
        assert client_of(other).post(reverse("audit_archive", args=[item.pk])).status_code == 403
        with pytest.raises(Denied):
            archive_take(actor=other, item_id=item.pk)
    for nobody in (office.admin, office.security):
        with pytest.raises(Hidden):
            archive_take(actor=nobody, item_id=item.pk)
    assert not AuditEvent.objects.filter(verb="archive_take").exists()
    archive_note(actor=office.auditor, item_id=item.pk)
    archive_note(actor=office.auditor, item_id=item.pk)
    assert AuditEvent.objects.filter(subject=item.subject, verb="archive_take").count() == 2


def test_r40_of_a_confidential_item_only_a_named_reader_takes_an_archive_and_its_files_stay_in_the_house(
    office: Cast, hand: Hand, tmp_path: Path
) -> None:
    item = hand.submitted()
    hand.upload(item)
    act.item_classify(actor=item.proposer, item_id=item.pk, grade=Item.Grade.WORK, reason="未公开的报价")
    with pytest.raises(Hidden):
        archive_take(actor=office.auditor, item_id=item.pk)
    act.readers_add(actor=item.proposer, item_id=item.pk, users=[office.auditor.pk], reason="专项审计")
    with archive_take(actor=office.auditor, item_id=item.pk) as taken:
        content = taken.read()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if name.startswith("materials/")]
        digests = {row["sha256"] for row in lines(archive, "records/decisions.material.jsonl")}
        assert digests == set(Material.objects.filter(item=item).values_list("sha256", flat=True))
        assert office.auditor.username in json.loads(archive.read("manifest.json"))["taken_by"]
    assert check(content, tmp_path / "whole")[0] == 0


def test_a_sittings_chain_goes_along_unless_it_tells_of_what_is_withheld_and_no_open_ballot_leaves(
    room: Room, tmp_path: Path
) -> None:
    first, auditor = room.open(room.item(), room.item("第二件")), room.cast.auditor
    second = first.sitting.entries.get(order=2)
    room.arrive()
    room.begin(first)
    room.hear(first)
    room.decide(first, "f" * 9, "f" * 7)
    room.begin(second)
    room.hear(second)
    room.ballots(second)
    with pytest.raises(WrongState, match="正在表决"):
        archive_note(actor=auditor, item_id=second.item_id)
    with archive_take(actor=auditor, item_id=first.item_id) as taken, zipfile.ZipFile(taken) as archive:
        subjects = {event["subject"] for event in lines(archive, "log/events.jsonl")}
        assert subjects == {first.item.subject, f"sitting:{first.sitting_id}"}
        assert {row["entry_id"] for row in lines(archive, "records/decisions.ballot.jsonl")} == {first.pk}
        assert len(lines(archive, "records/decisions.vote.jsonl")) == 16
        assert len(lines(archive, "records/decisions.sittingseat.jsonl")) == first.sitting.seats.count()
    Item.objects.filter(pk=second.item_id).update(confidential=Item.Grade.WORK, confidential_reason="报价")
    assert chains_of(auditor, first.item) == [first.item.subject]

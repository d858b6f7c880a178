"""The verifier that lies in every archive: alone, without the product, it finds what was done to an archive or a log."""

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from permissions import audit
from permissions.audit import Event, checkpoints, export, keys
from permissions.models import AuditHead, Checkpoint
from scripts import verify

VERIFIER = configured.BASE_DIR / "scripts" / "verify.py"
NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
CHAINS = ("item:1", "sitting:2")


@given(st.binary(max_size=300))
def test_its_own_sm3_is_that_of_the_library(content: bytes) -> None:
    assert verify.sm3(content) == hashlib.new("sm3", content).digest()


@settings(max_examples=20)
@given(st.binary(max_size=40), st.integers(0, 63), st.integers(1, 255))
def test_its_own_ed25519_agrees_with_the_library(message: bytes, at: int, by: int) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(message).digest())
    key, signature = private.public_key().public_bytes_raw().hex(), bytearray(private.sign(message))
    assert verify.signed(message, signature.hex(), key)
    assert not verify.signed(message + b"x", signature.hex(), key)
    signature[at] ^= by
    assert verify.signed(message, signature.hex(), key) == keys.signed(message, signature.hex(), key) is False


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def seal(folder: Path) -> None:
    """A manifest of what lies there, and the system's signature over it."""
    files = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith("manifest."):
            files[name] = {"size": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    chains = {head.subject: {"seq": head.seq, "hash": head.hash} for head in AuditHead.objects.filter(pk__in=CHAINS)}
    manifest = json.dumps({"format": "sangong-archive-1", "title": "水库", "chains": chains, "files": files}).encode()
    (folder / "manifest.json").write_bytes(manifest)
    (folder / "manifest.sig").write_bytes(export.signature(manifest))


@pytest.fixture
def archive(db: None, settings: Settings, tmp_path: Path) -> Path:
    """An archive of two chains, in two algorithms, with two checkpoints; one event came after the last of them."""
    settings.RECORD = tmp_path / "record"
    folder = tmp_path / "archive"
    (folder / "log").mkdir(parents=True)
    for turn, algorithm in enumerate(("sha256", "sm3")):
        settings.LOG_HASH = algorithm
        for subject in (*CHAINS, f"item:{turn + 5}"):
            audit.record_many(
                subject, [Event(None, "item_edit", data={"标题": "水库", "n": n}) for n in range(3)], at=NOW
            )
        checkpoints.make()
    audit.record(subject="item:1", actor=None, verb="item_edit", at=NOW)
    newest = export.newest()
    assert newest is not None
    log = folder / "log"
    (log / "events.jsonl").write_text("".join(export.event_lines(CHAINS)))
    (log / "checkpoints.jsonl").write_text("".join(export.checkpoint_line(row) for row in Checkpoint.objects.all()))
    (log / "proofs.jsonl").write_text("".join(export.proof_lines(newest, CHAINS)))
    (folder / "plan.pdf").write_bytes(b"%PDF" * 1000)
    shutil.copy(VERIFIER, folder / "verify.py")
    seal(folder)
    return folder


def run(folder: Path, *arguments: str) -> tuple[int, list[str]]:
    """In another process, alone: no site-packages, no environment, an empty folder to work in."""
    empty = folder.parent / "empty"
    empty.mkdir(exist_ok=True)
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), *arguments]
    ended = subprocess.run(command, cwd=empty, env={"LANG": "C"}, capture_output=True, check=False)
    return ended.returncode, ended.stdout.decode().splitlines()


def test_an_archive_verifies_on_a_machine_without_the_product(archive: Path) -> None:
    status, said = run(archive)
    assert (status, said[-1]) == (0, "verified")
    assert "13 events, 2 chains, 5 files" in said[0]
    assert "(1 events not in a checkpoint yet)" in said[1]
    assert keys.public_key() in said[2]
    assert run(archive, "--key", keys.public_key().upper())[0] == 0
    status, said = run(archive, "--key", "0" * 64)
    assert (status, said[-1]) == (1, "broken 3")


def test_the_zip_and_an_exported_log_verify_as_well(archive: Path) -> None:
    zipped = archive.parent / "item-1.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as target:
        for path in archive.rglob("*"):
            target.write(path, path.relative_to(archive))
    assert run(archive, str(zipped))[0] == 0
    status, said = run(archive, str(archive / "log" / "events.jsonl"))
    assert (status, said[-1]) == (0, "verified")
    head = AuditHead.objects.get(pk="item:1")
    assert f"item:1#7 {head.hash}" in said


@pytest.mark.parametrize("thing", ["nowhere", "plan.pdf", "log"])
def test_what_is_no_archive_is_not_called_good(archive: Path, thing: str) -> None:
    assert run(archive, str(archive / thing))[0] in (1, 2)


def _events(change: Callable[[list[dict[str, Any]]], object]) -> Callable[[Path], None]:
    def attack(folder: Path) -> None:
        path = folder / "log" / "events.jsonl"
        rows = lines(path)
        change(rows)
        write_lines(path, rows)
        seal(folder)  # with the manifest to fit, as somebody with the system's key could

    return attack


def _set(rows: list[dict[str, Any]], at: int, **values: Any) -> None:
    rows[at] |= values


def _rewrite(rows: list[dict[str, Any]]) -> None:
    """The chain once more from its second entry on, with all hashes right."""
    tip = rows[0]["hash"]
    for row in [row for row in rows if row["subject"] == "item:1"][1:]:
        row |= {"previous_hash": tip, "data": {"n": 99}}
        head = [row[name] for name in ("subject", "seq", "at", "actor", "actor_label", "verb", "target")]
        text = f"{tip}[{verify.canonical(head)},{verify.canonical(row['data'])}]"
        row["hash"] = tip = hashlib.new(row["algorithm"], text.encode()).hexdigest()


def _file(name: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    def attack(folder: Path) -> None:
        path = folder / name
        path.write_text(change(path.read_text()))
        seal(folder)

    return attack


ATTACKS: dict[str, tuple[Callable[[Path], Any], list[str]]] = {
    "a file changed": (lambda folder: (folder / "plan.pdf").write_bytes(b"x"), ["changed file plan.pdf"]),
    "a file removed": (lambda folder: (folder / "plan.pdf").unlink(), ["missing file plan.pdf"]),
    "a file added": (lambda folder: (folder / "note.txt").write_text("x"), ["extra file note.txt"]),
    "the manifest changed": (
        lambda folder: (folder / "manifest.json").write_bytes((folder / "manifest.json").read_bytes() + b" "),
        ["unsigned file manifest.json"],
    ),
    "the signature removed": (lambda folder: (folder / "manifest.sig").unlink(), ["unsigned file manifest.json"]),
    "an event changed": (_events(lambda rows: _set(rows, 2, verb="x")), ["changed log item:1#3"]),
    "content of an event in SM3 changed": (
        _events(lambda rows: _set(rows, 4, data={"n": 7})),
        ["changed log item:1#5"],
    ),
    "an algorithm named that is none": (
        _events(lambda rows: _set(rows, 4, algorithm="md5")),
        ["changed log item:1#5"],
    ),
    "an event removed": (_events(lambda rows: rows.pop(1)), ["missing log item:1#2"]),
    "an event put in": (_events(lambda rows: rows.insert(2, dict(rows[1]))), ["inserted log item:1#2"]),
    "two events swapped": (
        _events(lambda rows: (_set(rows, 1, seq=3), _set(rows, 2, seq=2), rows.insert(1, rows.pop(2)))),
        ["moved log item:1#2"],
    ),
    "the end cut off": (
        _events(lambda rows: [rows.remove(row) for row in list(rows) if row["subject"] == "item:1" and row["seq"] > 4]),
        ["missing log item:1#6", "truncated chain item:1"],
    ),
    "a whole chain removed": (
        _events(lambda rows: [rows.remove(row) for row in list(rows) if row["subject"] == "item:1"]),
        ["missing log item:1#6", "missing chain item:1"],
    ),
    "a chain rewritten with all its hashes": (
        _events(_rewrite),
        ["rewritten log item:1#6", "truncated chain item:1"],
    ),
    "a checkpoint changed": (
        _file("log/checkpoints.jsonl", lambda text: text.replace('"events":18', '"events":19')),
        ["changed checkpoint 2", "unproven proof item:1#6", "unproven proof sitting:2#6"],
    ),
    "a proof bent": (
        _file("log/proofs.jsonl", lambda text: text.replace('"index":0', '"index":1', 1)),
        ["unproven proof item:1#6"],
    ),
    "a line that is no JSON": (
        _file("log/proofs.jsonl", lambda text: text + "{\n"),
        ["unreadable line log/proofs.jsonl:3"],
    ),
}


@pytest.mark.parametrize(("attack", "named"), ATTACKS.values(), ids=ATTACKS.keys())
def test_what_was_done_to_an_archive_is_named(archive: Path, attack: Callable[[Path], Any], named: list[str]) -> None:
    attack(archive)
    check = verify.Check(verify.Folder(archive))
    check.run()
    assert [fault.rpartition(" ")[0] for fault in check.faults] == named


def test_it_says_so_and_fails(archive: Path) -> None:
    (archive / "plan.pdf").unlink()
    assert run(archive) == (1, ["missing file plan.pdf 缺少", "broken 1"])

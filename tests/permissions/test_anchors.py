"""Anchors: a time-stamping authority's word that a checkpoint was there. The authority is made here, with openssl."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from permissions import audit, tasks
from permissions.audit import anchors, checkpoints, export
from permissions.models import Anchor, Checkpoint
from scripts import verify
from tests.permissions.test_audit import verified

AUTHORITY = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[stamps]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/stamps.pem
signer_key = {folder}/stamps.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
"""


def openssl(*arguments: str, given: bytes | None = None) -> bytes:
    return subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=True).stdout


def found(folder: Path, name: str) -> Path:
    """An authority with a root of its own, in a folder."""
    folder.mkdir()
    (folder / "serial").write_text("01")
    (folder / "ca.cnf").write_text(AUTHORITY.format(folder=folder, name=name))
    use = ("-config", str(folder / "ca.cnf"))
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    root = ("-keyout", f"{folder}/root.key", "-out", f"{folder}/root.pem", "-days", "30")
    openssl("req", "-x509", *curve, *use, *root, "-extensions", "root")
    openssl(
        "req", *curve, *use, "-subj", "/CN=stamps", "-keyout", f"{folder}/stamps.key", "-out", f"{folder}/stamps.csr"
    )
    by = ("-CA", f"{folder}/root.pem", "-CAkey", f"{folder}/root.key", "-CAcreateserial", "-days", "30")
    using = ("-extfile", f"{folder}/ca.cnf", "-extensions", "stamps")
    openssl("x509", "-req", "-in", f"{folder}/stamps.csr", "-out", f"{folder}/stamps.pem", *by, *using)
    return folder


class Answers:
    """What the authority does with a request: stamps it, unless a test says otherwise."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.content: bytes | None = None
        self.status = 200
        self.asked: list[bytes] = []

    def stamp(self, request: bytes) -> bytes:
        self.asked.append(request)
        if self.content is not None:
            return self.content
        query, reply = self.folder / "query.tsq", self.folder / "reply.tsr"
        query.write_bytes(request)
        openssl("ts", "-reply", "-config", f"{self.folder}/ca.cnf", "-queryfile", str(query), "-out", str(reply))
        return reply.read_bytes()


@contextmanager
def serving(answers: Answers) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = answers.stamp(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(answers.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsr"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("authorities")
    return found(folder / "ours", "authority"), found(folder / "other", "another")


@pytest.fixture
def authority(authorities: tuple[Path, Path], settings: Settings, tmp_path: Path, db: None) -> Iterator[Answers]:
    settings.RECORD = tmp_path / "record"
    settings.TSA_CERTIFICATES = str(authorities[0] / "root.pem")
    answers = Answers(authorities[0])
    audit.record(subject="item:1", actor=None, verb="item_new")
    with serving(answers) as address:
        settings.TSA_URL = address
        yield answers


def made() -> Checkpoint:
    row = checkpoints.make()
    assert row is not None
    return row


def test_a_checkpoint_is_stamped_checked_and_kept_with_what_openssl_can_check(
    authority: Answers, authorities: tuple[Path, Path], tmp_path: Path
) -> None:
    row = made()
    tasks.anchor(row.number)
    anchor = Anchor.objects.get()
    assert abs(anchor.at - timezone.now()) < timedelta(minutes=1)
    assert verified() == (0, ["verified 1 events in 1 chains", "verified 1 checkpoints and 1 anchors"])
    files = dict(export.anchor_files(row))
    assert sorted(files) == ["1.json", "1.tsr"]
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    said = openssl(
        *("ts", "-verify", "-data", f"{tmp_path}/1.json", "-in", f"{tmp_path}/1.tsr"),
        *("-CAfile", f"{authorities[0]}/root.pem"),
    )
    assert b"Verification: OK" in said or said == b""


def test_the_worker_asks_once_for_each_checkpoint(authority: Answers) -> None:
    row = made()
    tasks.anchor(row.number)
    tasks.anchor(row.number)
    tasks.anchor(99)
    call_command("log_checkpoint")
    assert len(authority.asked) == 1


def test_each_hour_the_worker_makes_a_checkpoint_and_asks_for_its_stamp(authority: Answers, settings: Settings) -> None:
    assert {"permissions.checkpoint", "permissions.anchor", "permissions.log_years"} <= set(app.tasks)
    waiting = ProcrastinateJob.objects.filter(task_name="permissions.anchor")
    assert tasks.checkpoint(0) == 1
    assert tasks.checkpoint(1) is None
    assert [job.args for job in waiting] == [{"number": 1}]
    settings.TSA_URL = ""
    audit.record(subject="item:1", actor=None, verb="item_edit")
    assert tasks.checkpoint(2) == 2
    assert waiting.count() == 1


def test_each_night_the_years_to_come_are_there(db: None) -> None:
    year = timezone.now().astimezone(UTC).year
    assert tasks.log_years(0) == dict.fromkeys(range(year, year + 3), "there")
    audit.record(subject="item:1", actor=None, verb="item_edit", at=datetime(2061, 1, 1, tzinfo=UTC))
    assert audit.make_years(2061, 2061) == {2061: "occupied"}


@pytest.mark.parametrize(
    ("status", "content", "why"),
    [
        (200, b"no stamp", "does not hold"),
        (200, b"x" * 300_000, "more than any"),
        (503, b"", "cannot be reached"),
    ],
)
def test_what_is_no_stamp_is_not_kept(authority: Answers, status: int, content: bytes, why: str) -> None:
    authority.status, authority.content = status, content
    with pytest.raises(anchors.NotAnchored, match=why):
        anchors.anchor(made())
    assert not Anchor.objects.exists()


def test_a_stamp_for_something_else_an_old_one_and_one_by_another_authority_are_not_kept(
    authority: Answers, authorities: tuple[Path, Path], settings: Settings
) -> None:
    row = made()
    anchors.anchor(row)
    authority.content = bytes(Anchor.objects.get().token)
    audit.record(subject="item:1", actor=None, verb="item_edit")
    with pytest.raises(anchors.NotAnchored, match="does not hold"):
        anchors.anchor(made())
    with pytest.raises(anchors.NotAnchored, match=r"does not hold.*[Nn]once"):
        anchors.anchor(row)  # the same statement, but not what was asked for now
    authority.content = None
    settings.TSA_CERTIFICATES = str(authorities[1] / "root.pem")
    with pytest.raises(anchors.NotAnchored, match="does not hold"):
        anchors.anchor(row)
    assert Anchor.objects.count() == 1


def test_what_was_changed_in_a_stamped_checkpoint_or_its_stamp_is_found(authority: Answers) -> None:
    row = made()
    anchors.anchor(row)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE permissions_anchor DISABLE TRIGGER USER")
        cursor.execute("UPDATE permissions_anchor SET at = at - interval '1 day'")
    assert [(fault.where, fault.kind) for fault in anchors.prove().faults] == [("checkpoint:1", "unanchored")]
    status, lines = verified()
    assert (status, lines[-1]) == (1, "broken 1")


def test_the_verifier_of_an_archive_finds_a_stamp_that_is_for_something_else(
    authority: Answers, tmp_path: Path
) -> None:
    row = made()
    anchors.anchor(row)
    folder = tmp_path / "archive" / "log" / "anchors"
    folder.mkdir(parents=True)
    for name, content in export.anchor_files(row):
        (folder / name).write_bytes(content)
    (folder.parent / "checkpoints.jsonl").write_text(export.checkpoint_line(row))

    def faults() -> list[str]:
        check = verify.Check(verify.Folder(tmp_path / "archive"))
        check.read_checkpoints()
        check.look_at_anchors()
        return check.faults

    assert faults() == []
    (folder / "1.json").write_bytes((folder / "1.json").read_bytes() + b" ")
    assert faults() == ["unproven anchor log/anchors/1.tsr 证明不成立"]

"""A virus scanner is asked over its socket; where it cannot answer, nothing is taken. Against a daemon that speaks clamd's protocol."""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from pytest_django.fixtures import Settings

from decisions.actions.after.files import stored
from decisions.actions.items import material_add
from decisions.models import Material
from permissions import scanning, uploads
from permissions.errors import Denied, Invalid
from tests.cast import Cast
from tests.decisions.items.conftest import Hand
from tests.permissions.uploads.files import pdf

EICAR = b"X5O!P%@AP"
PAPER = pdf(b"<< /Type /Catalog >>")
LIMIT = 600_000


class Clamd(socketserver.StreamRequestHandler):
    """INSTREAM as clamd(8) has it: chunks with their length, an empty one ends; above its limit it says so and hangs up."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
            if len(content) > LIMIT:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")


class Silent(socketserver.BaseRequestHandler):
    """Takes the connection and says nothing."""

    def handle(self) -> None:
        self.request.recv(100)
        threading.Event().wait(1.5)


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@pytest.fixture
def clamd(settings: Settings, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """`clamd(Handler)` starts a daemon and points the setting to it."""
    running: list[Server] = []

    def start(handler: type[socketserver.BaseRequestHandler] = Clamd) -> None:
        place = str(tmp_path / "c.sock")
        server = Server(place, handler)
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        running.append(server)
        settings.CLAMAV, settings.CLAMAV_SECONDS = ("unix", place), 1

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def test_without_the_setting_nobody_is_asked(settings: Settings) -> None:
    assert settings.CLAMAV is None
    scanning.examine(EICAR)


def test_a_clean_file_passes_and_an_infected_one_is_named(clamd: Callable[..., None]) -> None:
    clamd()
    scanning.examine(b"x" * (LIMIT - 1))
    with pytest.raises(uploads.Unacceptable, match="Eicar-Test-Signature"):
        scanning.examine(b"x" * 300_000 + EICAR)


def test_a_file_above_the_scanners_own_limit_is_refused(clamd: Callable[..., None]) -> None:
    clamd()
    with pytest.raises(uploads.Unacceptable, match="不能检查病毒"):
        scanning.examine(b"x" * (LIMIT * 6))


def test_a_scanner_that_does_not_answer_lets_nothing_pass(clamd: Callable[..., None]) -> None:
    clamd(Silent)
    with pytest.raises(uploads.Unacceptable, match="不能检查病毒"):
        scanning.examine(b"x")


def test_a_scanner_that_is_away_lets_nothing_pass(settings: Settings, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for place in (("unix", str(tmp_path / "none")), ("tcp", ("127.0.0.1", port))):
        settings.CLAMAV = place
        with pytest.raises(uploads.Unacceptable, match="不能检查病毒"):
            scanning.examine(b"x")


def test_both_ways_of_uploading_ask_the_scanner(hand: Hand, clamd: Callable[..., None]) -> None:
    item = hand.draft()
    clamd()
    for name, content in (("好.pdf", PAPER), ("坏.pdf", PAPER + EICAR)):
        if name == "好.pdf":
            assert hand.upload(item, name=name, content=content).name == name
            continue
        with pytest.raises(Invalid) as refused:
            hand.upload(item, name=name, content=content)
        assert "Eicar" in refused.value.fields["file"]
        with pytest.raises(Invalid, match="Eicar"), stored([(name, content)]):
            pytest.fail("nothing is stored")
    assert Material.objects.count() == len(default_storage.listdir("materials")[1]) == 1


def test_who_may_not_upload_has_nothing_examined(hand: Hand, office: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    monkeypatch.setattr(scanning, "examine", asked.append)
    item = hand.planned()
    with pytest.raises(Denied):
        material_add(actor=office.town_member, item_id=item.pk, kind="risk", name="a.pdf", content=PAPER)
    assert asked == []

"""Everybody tries every address, and what they get is what docs/permissions.md says.

One town, in which each act is possible for whoever may do it; each request is undone before the next. Pages are not drawn: who
gets an answer is decided before that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction
from django.http import QueryDict
from django.http.multipartparser import MultiPartParser
from django.template.backends.django import Template
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import resolve, reverse
from django.utils.datastructures import MultiValueDict

from decisions import reach
from decisions.reach import page
from permissions import policies
from tests.cast import Cast
from tests.test_every_address import DEVELOPMENT, NAMES, content, filled, town_of

Reached = dict[str, tuple[frozenset[str], frozenset[str]]]
REFUSED = frozenset({403, 404, 405})


class Undone(Exception):
    """Ends a request's savepoint."""


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    try:
        with transaction.atomic():
            yield
            raise Undone
    except Undone:
        pass


def read_once() -> Callable[[MultiPartParser], tuple[QueryDict, MultiValueDict[str, Any]]]:
    """Reads a form the first time, and gives what stood in it from then on, with its files anew: all that is sent is one form."""
    parse = MultiPartParser.parse
    fields: list[QueryDict] = []
    files: list[tuple[str, str, bytes, str]] = []

    def form(parser: MultiPartParser) -> tuple[QueryDict, MultiValueDict[str, Any]]:
        if not fields:
            read, sent = parse(parser)
            fields.append(read)
            files.extend((name, one.name, one.read(), one.content_type) for name in sent for one in sent.getlist(name))
        # A view cannot read the body once more: it has been read.
        parser._input_data.read()
        return fields[0], MultiValueDict({name: [SimpleUploadedFile(*file)] for name, *file in files})

    return form


def client_for(cast: Cast, column: str) -> Client:
    client = Client()
    if column != "visitor":
        username = reach.COLUMNS[column].username
        user = cast[username] if username else cast.outsider
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


class Walk:
    """Everybody at once in front of one address after the other."""

    driven = False

    def __init__(self, cast: Cast, town: dict[str, Any]) -> None:
        self.town = town
        self.form = encode_multipart(BOUNDARY, filled(town))
        # Who is signed in first: whether an address takes a form at all is the same for everybody who is.
        self.clients = {column: client_for(cast, column) for column in reversed(reach.COLUMNS)}

    def at(self, name: str) -> tuple[frozenset[str], frozenset[str]]:
        """Who opens this address, who sends its form."""
        address = reverse(name, args=self.town.get(name, []))
        # An address for everybody is asked for twice: some of them are whole archives.
        public = getattr(resolve(address).func, "login_required", True) is False
        asking = ["account", "visitor"] if public else list(self.clients)
        found = self._let_in("GET", address, asking), self._let_in("POST", address, asking)
        if not public:
            return found
        everybody = reach.who("everybody")
        return found[0] and everybody, found[1] and everybody

    def _let_in(self, method: str, address: str, asking: list[str]) -> frozenset[str]:
        found = set()
        for column in asking:
            status, where = self._asked(self.clients[column], method, address)
            assert status < 500, f"{column}: {method} {address}"
            if status == 405:
                break
            if status not in REFUSED and not where.startswith(reverse("login") + "?next="):
                found.add(column)
        return frozenset(found)

    def _asked(self, client: Client, method: str, address: str) -> tuple[int, str]:
        kept = client.cookies.copy()
        with undone():
            body = self.form if method == "POST" else b""
            answer = client.generic(method, address, body, MULTIPART_CONTENT if body else "")
            content(answer)
        client.cookies = kept
        return answer.status_code, answer.get("Location", "")


@pytest.fixture
def walked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Reached:
    """Name of each address → who opened it, who sent its form."""
    # Something is replaced, so this town is driven by itself and not taken from another test's world.
    monkeypatch.setattr(Walk, "driven", True)
    walk = Walk(cast, town_of(cast))
    logging.disable(logging.CRITICAL)
    try:
        with patch.object(Template, "render", lambda *_args: ""), patch.object(MultiPartParser, "parse", read_once()):
            return {name: walk.at(name) for name, _taken in NAMES if name not in DEVELOPMENT}
    finally:
        logging.disable(logging.NOTSET)


def line(name: str, columns: tuple[frozenset[str], frozenset[str]]) -> str:
    """What `decisions/reach` would say of it."""
    opens, sends = map(reach.in_words, columns)
    return f'"{name}": ("{opens}", "{sends}"),'


# Its town and thousands of requests: some minutes where the machine has others to serve.
@pytest.mark.timeout(900)
@pytest.mark.slow
def test_everybody_gets_at_every_address_what_the_page_says(walked: Reached) -> None:
    said = reach.addresses()
    # A failure reads as the lines `decisions/reach` would need.
    assert [line(*one) for one in sorted(walked.items())] == [line(*one) for one in sorted(said.items())]


def test_the_page_is_what_the_code_says() -> None:
    call_command("permissions_page", check=True)


def test_a_page_that_differs_is_refused(tmp_path: Path) -> None:
    module = "decisions.management.commands.permissions_page.PAGE"
    with (
        patch(module, tmp_path / "permissions.md"),
        pytest.raises(CommandError, match="run manage"),
    ):
        call_command("permissions_page", check=True)
    with patch(module, tmp_path / "permissions.md"):
        call_command("permissions_page")
        call_command("permissions_page", check=True)
    assert "| `/items/<id:pk>/`<br>item |" in (tmp_path / "permissions.md").read_text()


def test_every_act_says_in_words_who_may() -> None:
    registered = policies.registered()
    silent = [f"{model.__name__}.{act}" for model in page.models() if model in registered
              for act, words in page.acts_of(registered[model]).items() if not words]  # fmt: skip
    assert silent == []


def test_every_model_of_the_house_has_a_policy_or_is_part_of_one_that_has() -> None:
    known, parts = policies.registered(), policies.parts()
    assert [model.__name__ for model in page.models() if model not in known and model not in parts] == []
    assert [model.__name__ for model, part in parts.items() if not set(part.of) <= set(known) or not part.why] == []


@pytest.mark.parametrize("words", [*reach.WORDS, "secretary legal", "signed_in -designer", ""])
def test_what_columns_are_called_names_those_columns(words: str) -> None:
    columns = reach.who(words)
    assert reach.who(reach.in_words(columns)) == columns

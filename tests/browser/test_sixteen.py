"""Sixteen members in one sitting room, each asking for news as their page does: whatever happens shows at all of them within
two seconds."""

from __future__ import annotations

import html
import os
import re
import statistics
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from random import Random
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from decisions.actions import sittings as act
from permissions.models import User
from tests.browser.conftest import Scene

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400), pytest.mark.django_db(transaction=True)]

WITHIN = 2.0
POLL = re.compile(r'id="room-poll" hx-get="([^"]+)" hx-trigger="every (\d+)ms')


@dataclass
class Member(threading.Thread):
    """A member's page without a browser: it asks when the page would, follows the address the answer brings, and notes when
    words first stand in an answer."""

    user: User
    cookie: str
    address: str
    page: str
    pause: float
    seen: dict[str, float] = field(default_factory=dict)
    fault: str = ""
    done: threading.Event = field(default_factory=threading.Event)
    ready: threading.Event = field(default_factory=threading.Event)
    asked: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        try:
            self._sit()
        except (OSError, HTTPException, AssertionError) as error:
            self.fault = f"{type(error).__name__}: {error}"
            self.ready.set()

    def _sit(self) -> None:
        line = HTTPConnection(self.address, timeout=20)
        text = self._get(line, self.page)
        found = POLL.search(text)
        assert found is not None, "the room polls"
        target, every = html.unescape(found[1]), int(found[2]) / 1000
        self.ready.set()
        self.done.wait(self.pause * every)
        while not self.done.wait(every):
            text = self._get(line, target)
            found = POLL.search(text)
            if found is not None:
                target = html.unescape(found[1])
        line.close()

    def _get(self, line: HTTPConnection, path: str) -> str:
        began = time.monotonic()
        line.request("GET", path, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={self.cookie}"})
        answer = line.getresponse()
        text = answer.read().decode()
        assert answer.status in (200, 204), f"{path} answered {answer.status}"
        now = time.monotonic()
        self.asked.append(now - began)
        for word in re.findall(r"第\d+号意见", text):
            self.seen.setdefault(word, now)
        return text


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_sixteen_members_see_every_update_within_two_seconds(scene: Scene, live_server: LiveServer) -> None:
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    entry = scene.open_sitting(scene.ready())
    scene.room.begin(entry)
    voters = scene.room.voters()
    assert len(voters) == 16
    page, random = reverse("sitting", args=[scene.room.sitting.pk]), Random(16)
    members = []
    for seat in voters:
        assert seat.user is not None
        address = urlsplit(live_server.url).netloc
        members.append(Member(seat.user, session_of(seat.user), address, page, random.random()))
    for member in members:
        member.start()
    for member in members:
        assert member.ready.wait(60), "everybody is in the room"

    happened: dict[str, float] = {}
    for number, seat in enumerate(voters[:8], start=1):
        word = f"第{number}号意见"
        happened[word] = time.monotonic()
        act.statement_record(
            actor=scene.cast.town_secretary, entry_id=entry.pk, seat_id=seat.pk, stance="agree", words=f"{word}。"
        )
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and not all(word in member.seen or member.fault for member in members):
            time.sleep(0.02)
    for member in members:
        member.done.set()
    for member in members:
        member.join(30)

    assert [member.fault for member in members if member.fault] == []
    took = sorted(member.seen.get(word, float("inf")) - at for word, at in happened.items() for member in members)
    asked = sorted(one for member in members for one in member.asked)
    told = (
        f"{len(took)} sightings: p50 {statistics.median(took):.2f} s, p95 {took[int(len(took) * 0.95)]:.2f} s, "
        f"max {took[-1]:.2f} s; {len(asked)} requests, p50 {statistics.median(asked) * 1000:.0f} ms, "
        f"max {asked[-1] * 1000:.0f} ms; load {load:.1f} on {cores} cores"
    )
    print(told)
    assert len(took) == 8 * 16
    assert statistics.median(took) <= WITHIN, told
    # Where others compute on the same cores, what is late is the machine: then the last sighting has twice the time.
    assert took[-1] <= (WITHIN if load <= cores else 2 * WITHIN), told

"""What the tests of signing in share: an authenticator app whose clock a test can turn."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from permissions.actions import totp_add
from permissions.models import User
from permissions.sign_in import factors
from tests.cast import PASSWORD

NOW = 1_790_000_010.0
"""A moment in the middle of a time step."""


@dataclass
class Phone:
    """Somebody's authenticator app. `later` moves the clock codes are checked by."""

    monkeypatch: pytest.MonkeyPatch
    secret: str = field(default_factory=factors.new_secret)
    at: float = NOW

    def __post_init__(self) -> None:
        self.later(0)

    def later(self, seconds: float) -> None:
        self.at += seconds
        self.monkeypatch.setattr("permissions.sign_in.factors.time", lambda: self.at)

    def code(self, steps: int = 0) -> str:
        """What the app shows now, or so many time steps from now."""
        return str(format_hotp_value(hotp_value(self.secret, int(self.at) // factors.PERIOD + steps)))


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> Phone:
    """A fresh authenticator app."""
    return Phone(monkeypatch)


@pytest.fixture
def with_app(phone: Phone) -> Callable[[User], Phone]:
    """Give a person an authenticator app, and let the code of adding it pass."""

    def give(user: User) -> Phone:
        totp_add(actor=user, user_id=user.pk, secret=phone.secret, code=phone.code())
        phone.later(60)
        return phone

    return give


def come(name: str, client: Client | None = None, password: str = PASSWORD, **more: str) -> Client:
    """The first step of signing in at a browser."""
    client = client or Client()
    client.post(reverse("login"), {"username": name, "password": password, **more})
    return client


def is_in(client: Client) -> bool:
    """Whether this browser is signed in."""
    return client.get(reverse("account")).status_code == 200

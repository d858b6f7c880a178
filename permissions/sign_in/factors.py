"""Which second factors a person has, whether they need one, and the arithmetic of their codes.

Factors are allauth's `Authenticator` rows; only `permissions.actions.factors` writes them.
"""

import hmac
import unicodedata
from dataclasses import dataclass
from time import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.conf import settings

from permissions import roles
from permissions.models import User

TOTP: str = Authenticator.Type.TOTP.value
PASSKEY: str = Authenticator.Type.WEBAUTHN.value
CODES: str = Authenticator.Type.RECOVERY_CODES.value
PERIOD = 30
"""Seconds a code of an authenticator app stands (RFC 6238)."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person has beside the password. Recovery codes alone are no factor: they only replace a lost one."""

    totp: Authenticator | None
    passkeys: tuple[Authenticator, ...]
    codes: Authenticator | None

    @property
    def any(self) -> bool:
        """Whether there is a second factor at all."""
        return self.totp is not None or bool(self.passkeys)

    @property
    def count(self) -> int:
        """How many second factors there are."""
        return (self.totp is not None) + len(self.passkeys)

    @property
    def codes_left(self) -> int:
        """How many recovery codes are still unused."""
        return len(self.codes.wrap().get_unused_codes()) if self.codes is not None else 0


def of(user: Any) -> Factors:
    """The factors of a person, oldest first. One query."""
    rows = list(Authenticator.objects.filter(user_id=user.pk).order_by("pk"))
    kinds = {row.type: row for row in rows}
    return Factors(kinds.get(TOTP), tuple(row for row in rows if row.type == PASSKEY), kinds.get(CODES))


def has_any(user: User) -> bool:
    """Whether the person has a second factor."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=(TOTP, PASSKEY)).exists())


def required(user: User) -> bool:
    """Whether one of the person's roles needs a second factor (`SANGONG_SECOND_FACTOR`)."""
    wanted = set(settings.SECOND_FACTOR)
    return bool(wanted) and ("all" in wanted or any(key.rpartition(":")[2] in wanted for key in roles.of(user)))


def new_secret() -> str:
    """A fresh secret for an authenticator app: 160 random bits in base 32."""
    return str(totp.generate_totp_secret())


def plain(code: str) -> str:
    """What somebody typed, as digits: full-width ones, spaces and dashes are slips, not errors."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", code) if sign.isascii() and sign.isalnum())


def matching_step(secret: str, code: str, *, after: int = 0, now: float | None = None) -> int | None:
    """The time step whose code this is, among now and its neighbours and later than `after`; None where there is none.

    RFC 6238, 5.2: a code taken once is not taken again, and a phone's clock may be a step off.
    """
    current = int(time() if now is None else now) // PERIOD
    tolerance = settings.MFA_TOTP_TOLERANCE
    found = None
    for step in range(current - tolerance, current + tolerance + 1):
        right = totp.format_hotp_value(totp.hotp_value(secret, step))
        if hmac.compare_digest(right.encode(), plain(code).encode()) and step > after:
            found = step
    return found


def secret_of(row: Authenticator) -> str:
    """The secret of an authenticator app, in clear."""
    return str(decrypt(row.data["secret"]))

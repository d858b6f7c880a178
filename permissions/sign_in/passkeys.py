"""Passkeys (WebAuthn): the questions a browser's device signs, and the check of what it signed.

The question asked last stands in the session; an answer to it is taken once.
"""

import json
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError

from permissions.models import User


def question_for_new(user: User) -> str:
    """What a device is asked to make a new passkey: one that it keeps itself and opens by finger, face or PIN (JSON)."""
    return json.dumps(dict(auth.begin_registration(user, True)))


def checked_new(text: str) -> dict[str, Any] | None:
    """The credential a device made in answer, or None where it is no answer to what this session asked."""
    credential = _parsed(text)
    if credential is None:
        return None
    try:
        auth.parse_registration_response(credential)
        auth.complete_registration(credential)
    except (ValidationError, ValueError, KeyError, TypeError):
        return None
    return credential


def question(user: User | None = None) -> str:
    """What a device is asked to prove who is there (JSON); without `user` the device itself says who."""
    return json.dumps(dict(auth.begin_authentication(user)))


def checked(text: str, user: User | None = None) -> Authenticator | None:
    """The passkey that signed the answer, or None. `user` is whose it must be, where that is known."""
    credential = _parsed(text)
    if credential is None:
        return None
    try:
        auth.parse_authentication_response(credential)
        owner = user or auth.extract_user_from_response(credential)
        factor: Authenticator = auth.complete_authentication(owner, credential)
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return factor if factor.user.is_active else None


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        credential = json.loads(text)
    except ValueError:
        return None
    return credential if isinstance(credential, dict) else None

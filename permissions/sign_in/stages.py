"""The steps between proving who one is and being signed in."""

from allauth.account.stages import LoginStage
from django.http import HttpResponse
from django.shortcuts import redirect

from permissions.sign_in import factors

PASSKEY = "passkey"


class SecondFactorStage(LoginStage):
    """Asks for a second factor whoever has one. A passkey that asked for finger, face or PIN is two factors by itself."""

    key = "second_factor"
    urlname = "second_factor"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """allauth's protocol: an answer to give instead of going on, and whether the sign-in is still alive."""
        told = self.login.signal_kwargs or {}
        if told.get("method") == PASSKEY or self.login.user is None or not factors.of(self.login.user).any:
            return None, True
        return redirect(self.urlname), True

"""Every answer any test gets from the house is looked at on its way: what browsers are told with it, and that no page needs a
policy weaker than the one it comes with. So every page is held to it in every state a test brings it into.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

_POLICY = ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "object-src 'none'")
_WEAK = ("unsafe-", "*", "http:", "https:", "blob:", "'strict-dynamic'", "nonce-")
_FILE = "; sandbox"
#: what may be shown in the window; everything else is saved as a file
_SHOWN = ("text/html", "text/plain", "application/json")
#: what the policy would refuse, or what leads out of it; text of people has no "<" of its own
_INLINE = re.compile(
    r"<script(?![^>]*\ssrc=)(?!\sid=\"[a-z-]+\"\stype=\"application/json\">)|<style\b|<(?:iframe|object|embed|applet|base|meta\s+http-equiv)\b"
    r"|<[a-z][^>]*\s(?:style|on[a-z]+|srcdoc|formaction)\s*=|<[a-z][^>]*\s(?:href|src|action)\s*=\s*[\"']?\s*(?:javascript|data|vbscript):"
    r"|<(?:script|link|img|form)\b[^>]*\s(?:src|href|action)\s*=\s*[\"']?(?:https?:)?//",
    re.IGNORECASE,
)


def faults(answer: Any) -> list[str]:
    """What is wrong with an answer; nothing, in words. A streamed file is not read."""
    headers = answer.headers
    policy = headers.get("Content-Security-Policy", "")
    kind = headers.get("Content-Type", "").split(";")[0]
    saved = headers.get("Content-Disposition", "").startswith("attachment")
    found = [f"the policy lacks {part}" for part in _POLICY if part not in policy]
    found += [f"the policy allows {part}" for part in _WEAK if part in policy]
    if headers.get("X-Content-Type-Options") != "nosniff":
        found.append("types may be guessed")
    if headers.get("Cross-Origin-Resource-Policy") != "same-origin":
        found.append("other places may embed it")
    if any(not cookie["httponly"] for cookie in answer.cookies.values() if cookie.value):
        found.append("a cookie scripts can read")
    if saved and not policy.endswith(_FILE):
        found.append("a file without its sandbox")
    if not answer.streaming and answer.content and kind not in _SHOWN and not saved:
        found.append(f"{kind} is shown, not saved")
    if kind == "text/html" and not answer.streaming:
        found += [f"inline: {match[0][:80]}" for match in _INLINE.finditer(answer.content.decode())]
    return found


@pytest.fixture(scope="session", autouse=True)
def _every_answer_is_looked_at() -> Iterator[None]:
    ask = Client.request

    def request(self: Client, **request: Any) -> Any:
        answer = ask(self, **request)
        # Static files are read by name elsewhere; they are no answers of views.
        if not request.get("PATH_INFO", "").startswith("/static/"):
            found = faults(answer)
            assert not found, (request.get("REQUEST_METHOD"), request.get("PATH_INFO"), found)
        return answer

    Client.request = request  # type: ignore[method-assign]
    yield
    Client.request = ask  # type: ignore[method-assign]

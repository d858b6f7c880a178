"""What auditors read is on record: once for each page they open, not for what a page fetches by itself or for scrolling on."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch

from decisions.actions.auditing import page_read
from permissions import roles
from permissions.models import Role

Next = Callable[[HttpRequest], HttpResponseBase]

#: Pages that show nothing of anybody else's: one's own account, help, what is public.
OWN = frozenset(
    {
        *("healthz", "security_txt", "login", "logout", "set_language", "account", "password", "more", "look"),
        *("second_factor", "openid_connect_login", "openid_connect_callback", "confirm_identity", "factor_list"),
        *("totp_add", "passkey_add", "recovery_codes", "factor_remove", "session_list"),
        *("help", "accessibility", "source", "source_archive"),
    }
)
#: What a page is about: the beginning of its name, where the address alone does not say it, and the kind of its chain.
_KINDS = (
    ("sitting", "sitting"),
    ("notice", "sitting"),
    ("case", "case"),
    ("body", "body"),
    ("user", "user"),
)
#: Never asked for by a person: where a page of a long list begins, and how it is laid out.
_LEFT_OUT = frozenset({"before", "page"})


class AuditedReadingMiddleware:
    """Writes `page_read` for every page that is shown to a holder of the auditor's role.

    Not for fragments that a page fetches by itself (htmx), nor for going on in a list (``before``): that page was opened
    already. Where it cannot be written down, the page is not shown.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        match = request.resolver_match
        if (
            request.method == "GET"
            and response.status_code == 200
            and match is not None
            and (match.url_name or "") not in OWN
            and "HX-Request" not in request.headers
            and "before" not in request.GET
            and request.user.is_authenticated
            and roles.holds(request.user, Role.Code.AUDITOR)
        ):
            asked = {name: value for name, value in request.GET.dict().items() if name not in _LEFT_OUT}
            page_read(actor=request.user, page=match.url_name or "", target=_target(request, match), asked=asked)
        return response


def _target(request: HttpRequest, match: ResolverMatch) -> str:
    """The chain that a page is about, where its address names one."""
    given = match.kwargs
    if "subject" in given or "subject" in request.GET:
        return str(given.get("subject") or request.GET["subject"])
    name = match.url_name or ""
    if "key" in given and name.startswith("flow"):
        return f"flow:{given['key']}"
    if "pk" not in given:
        return ""
    if "items/" in match.route:
        return f"item:{given['pk']}"
    return next((f"{kind}:{given['pk']}" for begins, kind in _KINDS if name.startswith(begins)), "")

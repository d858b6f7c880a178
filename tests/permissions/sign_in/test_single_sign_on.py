"""The county's single sign-on, against a provider of our own on this machine: linked people come in, nobody else does."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from config.env import Env
from config.single_sign_on import single_sign_on
from permissions.actions import identity_link, identity_unlink, sign_in_release
from permissions.errors import Conflict, Denied, Invalid
from permissions.models import AuditEvent, User
from tests.cast import Cast
from tests.permissions.sign_in.conftest import Phone, is_in

CLIENT, SECRET = "sangong", "a-secret-between-us-and-the-county"
Logged = Callable[[str], list[AuditEvent]]


class Provider:
    """A county's OpenID provider: who sits there is `who`; what clients asked for is remembered by code."""

    def __init__(self) -> None:
        self.who = "zhang-3301"
        self.audience = CLIENT
        self.asked: dict[str, dict[str, str]] = {}
        self.key = self.signing = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.headers: dict[str, str] = {"kid": "one"}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                """Quiet."""

            def do_GET(self) -> None:
                self._answer(provider.keys() if self.path == "/jwks" else provider.about())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self._answer(*provider.token(form))

            def _answer(self, said: dict[str, Any], status: int = 200) -> None:
                data = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def about(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}

    def sign_in(self, address: str) -> str:
        """What the provider's page does once the person has proven to it who they are: back to us with a code."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == CLIENT and asked["scope"] == "openid"
        code = f"code-{len(self.asked)}"
        self.asked[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str]) -> tuple[dict[str, Any], int]:
        asked = self.asked.pop(form["code"], None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if asked is None or form["client_secret"] != SECRET or proof != asked["code_challenge"]:
            return {"error": "invalid_grant"}, 400
        now = int(time.time())
        claims = {"iss": self.url, "sub": self.who, "aud": self.audience, "iat": now, "exp": now + 60}
        token = jwt.encode(claims, self.signing, algorithm="RS256", headers=self.headers)
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": token}, 200


@pytest.fixture
def county(settings: Settings) -> Iterator[Provider]:
    provider = Provider()
    settings.SOCIALACCOUNT_PROVIDERS = single_sign_on(
        Env(
            {
                "SANGONG_OIDC_SERVER": provider.url,
                "SANGONG_OIDC_CLIENT": CLIENT,
                "SANGONG_OIDC_SECRET": SECRET,
                "SANGONG_OIDC_NAME": "县统一身份认证",
            }
        )
    )
    yield provider
    provider.server.shutdown()
    provider.server.server_close()


def over(county: Provider, then: str = "") -> tuple[Client, Any]:
    """Over to the county and back, at a browser of one's own."""
    client = Client()
    out = client.get(f"{reverse('openid_connect_login', args=['county'])}?{urlencode({'next': then})}")
    assert out.status_code == 302 and out["Location"].startswith(f"{county.url}/authorize?")
    back = county.sign_in(out["Location"])
    return client, client.get(back.removeprefix("http://testserver"))


def test_who_is_linked_comes_in_and_meets_the_second_factor(
    cast: Cast, county: Provider, with_app: Callable[[User], Phone], logged: Logged
) -> None:
    member = cast.town_member
    assert "用县统一身份认证登录" in Client().get(reverse("login")).content.decode()
    identity_link(actor=cast.admin, user_id=member.pk, uid="zhang-3301")
    # A new way into an account with a seat takes two administrators (N5).
    client, answer = over(county, reverse("body_list"))
    assert answer["Location"] == reverse("login") and not is_in(client)
    assert "还没有放行" in client.get(reverse("login")).content.decode()
    sign_in_release(actor=cast.security, user_id=member.pk)
    client, answer = over(county, reverse("body_list"))
    assert answer["Location"] == reverse("body_list") and is_in(client)
    phone = with_app(member)
    client, answer = over(county, reverse("body_list"))
    assert answer["Location"] == reverse("second_factor") and not is_in(client)
    assert client.post(reverse("second_factor"), {"code": phone.code()})["Location"] == reverse("body_list")
    first, second = logged("user_sign_in")
    assert (first.data["method"], second.data["factor"]) == ("single_sign_on", "totp")


def test_who_is_not_linked_gets_no_account_and_is_told_whom_to_ask(cast: Cast, county: Provider) -> None:
    people = User.objects.count()
    client, answer = over(county)
    assert answer["Location"] == reverse("login") and not is_in(client)
    assert "请联系系统管理员关联" in client.get(reverse("login")).content.decode()
    assert (User.objects.count(), SocialAccount.objects.count()) == (people, 0)
    (event,) = AuditEvent.objects.filter(verb="identity_refuse")
    assert event.subject == "sign-in" and "zhang" not in str(event.data)
    # Who is signed in cannot link themselves either, whatever is asked of the address.
    inside = Client()
    inside.force_login(cast.town_member, backend="django.contrib.auth.backends.ModelBackend")
    out = inside.get(f"{reverse('openid_connect_login', args=['county'])}?process=connect")
    inside.get(county.sign_in(out["Location"]).removeprefix("http://testserver"))
    assert not SocialAccount.objects.exists()


def test_an_answer_that_is_not_for_us_or_not_ours_opens_nothing(cast: Cast, county: Provider) -> None:
    identity_link(actor=cast.admin, user_id=cast.town_member.pk, uid="zhang-3301")
    county.audience = "somebody-else"
    client, answer = over(county)
    assert answer["Location"] == reverse("login") and not is_in(client)
    county.audience = CLIENT
    county.headers = {}
    assert over(county)[1]["Location"] == reverse("login")
    county.headers, county.signing = {"kid": "one"}, rsa.generate_private_key(public_exponent=65537, key_size=2048)
    client, answer = over(county)
    assert answer["Location"] == reverse("login") and not is_in(client)
    county.signing = county.key
    assert Client().get(reverse("openid_connect_login", args=["elsewhere"]))["Location"] == reverse("login")
    back = reverse("openid_connect_callback", args=["county"])
    for query in ("", "?code=x&state=y", "?error=access_denied"):
        assert Client().get(back + query)["Location"] == reverse("login"), query
    User.objects.filter(pk=cast.town_member.pk).update(is_active=False)
    client, answer = over(county)
    assert answer["Location"] == reverse("login") and not is_in(client)


def test_the_system_administrator_links_one_identity_to_one_account(
    cast: Cast, county: Provider, client_of: Callable[[User], Client], logged: Logged
) -> None:
    admin, member = cast.admin, cast.town_member
    for person in (cast["security"], cast.auditor, member):
        with pytest.raises(Denied):
            identity_link(actor=person, user_id=member.pk, uid="zhang-3301")
    with pytest.raises(Denied):
        identity_link(actor=admin, user_id=admin.pk, uid="zhang-3301")
    with pytest.raises(Invalid):
        identity_link(actor=admin, user_id=member.pk, uid=" ")
    client = client_of(admin)
    page = client.get(reverse("person_sign_in", args=[member.pk])).content.decode()
    assert "统一身份标识" in page and "全部退出" not in page
    for _ in range(2):
        client.post(reverse("identity_link", args=[member.pk]), {"uid": " zhang-3301 "})
    for other, uid in ((cast.town_chair, "zhang-3301"), (member, "li-3302")):
        with pytest.raises(Conflict):
            identity_link(actor=admin, user_id=other.pk, uid=uid)
    assert [event.data["identity"] for event in logged("identity_link")] == ["zhang-3301"]
    for _ in range(2):
        identity_unlink(actor=admin, user_id=member.pk)
    assert len(logged("identity_unlink")) == 1 and not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "environment",
    [
        {"SANGONG_OIDC_SERVER": "https://id.example"},
        {"SANGONG_OIDC_SERVER": "http://id.example", "SANGONG_OIDC_CLIENT": "c", "SANGONG_OIDC_SECRET": "s"},
    ],
)
def test_half_a_configuration_and_an_open_line_are_refused(environment: dict[str, str]) -> None:
    with pytest.raises(ImproperlyConfigured, match="SANGONG_OIDC"):
        single_sign_on(Env(environment))


def test_without_a_provider_there_is_nothing_to_see(db: None) -> None:
    assert single_sign_on(Env({})) == {}
    assert Client().get(reverse("openid_connect_login", args=["county"]))["Location"] == reverse("login")

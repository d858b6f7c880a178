"""What every answer carries, what is kept where, and what an installation behind HTTPS changes."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.test import Client
from pytest_django.fixtures import Settings

from config.database import BASE_DIR
from config.env import Env
from config.secret import secret_key

pytestmark = pytest.mark.django_db


def test_the_content_policy_allows_nothing_inline_and_nothing_foreign(client: Client) -> None:
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    directives = {name: values for name, *values in map(str.split, policy.split("; "))}
    assert directives["default-src"] == ["'none'"]
    assert directives.pop("img-src") == ["'self'", "data:"]
    del directives["default-src"]
    assert directives.pop("frame-ancestors") == directives.pop("base-uri") == directives.pop("object-src") == ["'none'"]
    wanted = {"script-src", "style-src", "font-src", "connect-src", "form-action"}
    assert directives == {name: ["'self'"] for name in wanted}


def test_every_answer_carries_the_security_headers(client: Client) -> None:
    headers = client.get("/healthz").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "no-store" in headers["Cache-Control"]


def test_static_files_carry_the_content_policy_too(client: Client) -> None:
    answer = client.get("/static/icons.svg")
    answer.close()
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_request_too_large_for_any_form_is_refused_unread(client: Client, settings: Settings) -> None:
    settings.MAX_REQUEST_BYTES = 100
    assert client.post("/language/", {"language": "en", "next": "x" * 200}).status_code == 413
    assert client.post("/language/", {"language": "en"}, content_type="application/json").status_code != 413


@pytest.mark.parametrize("address", ["/login/?next=%00", "/items/?q=%00", "/logs/item%00/file/"])
def test_the_character_nul_is_a_bad_request_and_no_fault_of_ours(client: Client, address: str) -> None:
    assert client.get(address).status_code == 400
    assert client.post("/login/", {"username": "a\0", "password": "b"}).status_code == 400


def test_an_unknown_host_is_refused(client: Client) -> None:
    assert client.get("/healthz", headers={"host": "evil.example"}).status_code == 400


def test_the_language_changes_by_post_only(client: Client) -> None:
    assert client.get("/language/", {"language": "en"}).status_code == 405
    answer = client.post("/language/", {"language": "en", "next": "/healthz"})
    assert answer.status_code == 302
    assert answer.cookies["django_language"].value == "en"


def test_a_change_of_language_leads_nowhere_foreign(client: Client) -> None:
    answer = client.post("/language/", {"language": "en", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def test_chinese_is_the_language_unless_somebody_asks_for_another(client: Client) -> None:
    assert client.get("/healthz").headers["Content-Language"] == "zh-hans"
    # A browser's setting is not somebody's choice here.
    assert client.get("/healthz", headers={"accept-language": "en"}).headers["Content-Language"] == "zh-hans"
    client.post("/language/", {"language": "en", "next": "/healthz"})
    assert client.get("/healthz").headers["Content-Language"] == "en"


def test_uploads_have_no_address(client: Client) -> None:
    assert settings.MEDIA_URL in ("", "/")
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True)
    (folder / "secret.pdf").write_bytes(b"%PDF-1.7")
    for address in ("/secret.pdf", "/media/secret.pdf", "/uploads/secret.pdf"):
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("password", ["short-1", "1234567890123", "password123", "honglin-town"])
def test_a_weak_password_is_refused(password: str) -> None:
    from permissions.models import User

    with pytest.raises(ValidationError):
        validate_password(password, User(username="honglin-town", display_name="x"))


def test_the_secret_key_is_made_once_and_is_private(var: Path) -> None:
    first = secret_key(Env({}), var)
    assert len(first) >= 50
    assert secret_key(Env({}), var) == first
    assert stat.S_IMODE((var / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in var.iterdir()] == ["secret_key"]
    assert secret_key(Env({"SECRET_KEY": "from outside"}), var) == "from outside"


def test_a_cut_off_secret_key_is_refused(var: Path) -> None:
    (var / "secret_key").write_text("short")
    with pytest.raises(ImproperlyConfigured, match="secret_key"):
        secret_key(Env({}), var)


def read_settings(*names: str, **environment: str) -> dict[str, object]:
    """The values a fresh production process would have."""
    code = f"import json; from config import settings as s; print(json.dumps([getattr(s, n, None) for n in {names!r}]))"
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=BASE_DIR,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(zip(names, json.loads(result.stdout), strict=True))


COOKIES = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SECURE_SSL_REDIRECT")


def test_behind_https_cookies_are_secure_and_plain_http_is_redirected() -> None:
    values = read_settings(*COOKIES, "SECURE_HSTS_SECONDS", SANGONG_HTTPS="1")
    assert values.pop("SECURE_HSTS_SECONDS") == 31_536_000
    assert values == dict.fromkeys(COOKIES, True)


def test_without_https_nothing_pretends() -> None:
    assert read_settings(*COOKIES, "SECURE_PROXY_SSL_HEADER", SANGONG_HTTPS="0") == {
        **dict.fromkeys(COOKIES, False),
        "SECURE_PROXY_SSL_HEADER": None,
    }


def test_production_serves_hashed_static_files_and_no_debug_pages() -> None:
    values = read_settings("DEBUG", "STORAGES", "SESSION_COOKIE_AGE", SANGONG_SESSION_MINUTES="45")
    assert values["DEBUG"] is False
    assert "Manifest" in str(values["STORAGES"])
    assert values["SESSION_COOKIE_AGE"] == 45 * 60


def test_an_odd_setting_stops_the_start() -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        read_settings("DEBUG", SANGONG_SESSION_MINUTES="half an hour")
    assert "SANGONG_SESSION_MINUTES" in caught.value.stderr

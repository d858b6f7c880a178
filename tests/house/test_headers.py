"""What browsers are told beside the pages: cookies, files, whom to tell of a weakness; where a visitor may be sent; what a refused
sign-in gives away."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.message import Message

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django.fixtures import Settings

from config.flashes import HostCookie
from config.middleware import security_headers
from permissions.downloads import as_file
from permissions.models import User
from tests.house.test_settings import read_settings

FOREIGN = [
    *("https://evil.example/", "//evil.example/", "///evil.example", "http:evil.example", "javascript:alert(1)"),
    *(
        "/\\evil.example",
        "\\\\evil.example",
        "https:///evil.example",
        "/\t/evil.example",
        " //evil.example",
        "data:text/html,x",
    ),
]
PASSWORD = "a-long-enough-one-2026"


@pytest.mark.django_db
@pytest.mark.parametrize("address", FOREIGN)
def test_nobody_is_sent_to_a_foreign_place(address: str) -> None:
    user = User.objects.create_user("someone", password=PASSWORD)
    client = Client()
    signed_in = client.post(reverse("login"), {"username": "someone", "password": PASSWORD, "next": address})
    chosen = client.post(reverse("set_language"), {"language": "en", "next": address})
    again = client.get(reverse("login"), {"next": address})
    ended = Client()
    ended.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    signed_out = ended.post(reverse("logout"), {"next": address})
    for answer in (signed_in, chosen, again, signed_out):
        assert answer.status_code == 302
        assert re.match(r"/(?![/\\\\])", answer.headers["Location"]), answer.headers["Location"]
    htmx = Client().get("/items/", headers={"HX-Request": "true", "HX-Current-URL": address})
    assert htmx.headers["HX-Redirect"].startswith(f"{reverse('login')}"), htmx.headers["HX-Redirect"]


@pytest.mark.django_db
def test_a_refused_sign_in_does_not_tell_whether_there_is_such_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same page, the same status, and the same work: one hash, which is what takes the time."""
    User.objects.create_user("someone", password=PASSWORD)
    User.objects.create_user("former", password=PASSWORD, is_active=False)
    User.objects.create_user("unissued")
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    told = set()
    for name, password in (
        *(("someone", "wrong"), ("nobody", "wrong"), ("former", "wrong"), ("former", PASSWORD), ("unissued", "wrong")),
    ):
        hashed.clear()
        answer = Client().post(reverse("login"), {"username": name, "password": password})
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()).replace(name, "…")
        told.add((answer.status_code, page, len(hashed)))
    assert len(told) == 1
    assert told.pop()[2] == 1


def test_behind_https_cookies_belong_to_this_host_alone(settings: Settings) -> None:
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME")
    more = ("SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN", "SESSION_COOKIE_PATH", "CSRF_COOKIE_PATH")
    values = read_settings(*names, *more, SANGONG_HTTPS="1")
    assert all(str(values[name]).startswith("__Host-") for name in names)
    # What the prefix asks for: no domain, and the whole path (Django's defaults).
    assert {values[name] for name in more} == {None}
    assert not any(str(value).startswith("__") for value in read_settings(*names, SANGONG_HTTPS="0").values())
    assert CookieStorage.cookie_name == HostCookie.cookie_name, "no HTTPS in tests"
    assert settings.MESSAGE_STORAGE == "config.flashes.Flashes"


@pytest.mark.parametrize(
    "name",
    [
        "议〔2026〕17号 方案.pdf",
        'a"b.pdf',
        "a\r\nSet-Cookie: x=y.pdf",
        "../../etc/passwd",
        "plain.json",
        "%00%0d.pdf",
        "=1+1.csv",
    ],
)
def test_a_file_is_an_attachment_whatever_it_is_called(name: str) -> None:
    answer = as_file(HttpResponse("<script>", content_type="text/html"), name)
    header = answer.headers["Content-Disposition"]
    assert header.isascii() and "\n" not in header
    read = Message()
    read["Content-Disposition"] = header
    assert read.get_content_disposition() == "attachment"
    assert not set(read.get_filename() or "/") & set('/\\"\r\n')
    if name.startswith("议"):
        assert "filename*=utf-8''" in header
        assert read.get_filename() == name


def test_a_file_is_shown_without_scripts_should_a_browser_show_it(rf: RequestFactory) -> None:
    def give(request: HttpRequest) -> HttpResponse:
        return as_file(HttpResponse("x"), "a.html")

    answer = security_headers(give)(rf.get("/"))
    assert answer.headers["Content-Security-Policy"].endswith("; sandbox")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_whom_to_tell_of_a_weakness(client: Client, settings: Settings) -> None:
    address = "/.well-known/security.txt"
    assert reverse("security_txt") == address
    settings.SANGONG_SECURITY_CONTACT = "mailto:safe@town.example"
    answer = client.get(address)
    assert answer.headers["Content-Type"].startswith("text/plain")
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"] == "mailto:safe@town.example"
    assert fields["Canonical"] == f"http://testserver{address}"
    until = datetime.fromisoformat(fields["Expires"].replace("Z", "+00:00"))
    assert timedelta(days=30) < until - datetime.now(UTC) < timedelta(days=365)
    settings.SANGONG_SECURITY_CONTACT = ""
    assert f"Contact: http://testserver{reverse('help')}" in client.get(address).content.decode()

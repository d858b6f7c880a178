"""An error page says what happened, what was or was not saved, and what to do next."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.urls import include, path
from django.views.decorators.csrf import csrf_protect

from permissions.errors import Conflict, Denied, Hidden, Invalid, WrongState
from tests.cast import Cast

RAISED = {
    "denied": Denied("只有党委秘书可以确认。"),
    "hidden": Hidden("没有。"),
    "wrong_state": WrongState("还有 4 席未表明态度（R19）。"),
    "conflict": Conflict("党委委员（常务）刚刚保存了第 4 版。", code="conflict"),
    "invalid": Invalid("有 1 处需要修改。", fields={"amount": "请填写数字，例如 280。"}),
    "django_denied": PermissionDenied(),
    "suspicious": SuspiciousOperation(),
    "broken": ZeroDivisionError(),
}


def fail(request: HttpRequest, kind: str) -> HttpResponse:
    raise RAISED[kind]


@csrf_protect
def posted(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("fail/<str:kind>", fail), path("posted", posted), path("", include("config.urls"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def client(cast: Cast) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(cast.town_member, backend="django.contrib.auth.backends.ModelBackend")
    return client


def words(answer: HttpResponse) -> str:
    main = re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main[0] if main else answer.content.decode()))


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        ("denied", 403, "只有党委秘书可以确认。"),
        ("wrong_state", 409, "还有 4 席未表明态度（R19）。"),
        ("conflict", 409, "您的操作没有保存"),
        ("invalid", 422, "请填写数字，例如 280。"),
        ("django_denied", 403, "请党政办公室核对席位和角色"),
        ("suspicious", 400, "没有保存任何内容"),
        ("broken", 500, "请以页面显示“已投”为准"),
    ],
)
def test_each_refusal_has_its_page(client: Client, kind: str, status: int, said: str) -> None:
    answer = client.get(f"/fail/{kind}")
    assert answer.status_code == status
    assert said in words(answer)
    assert "回到首页" in words(answer)
    assert re.search(rf"{status}-[0-9A-F]{{4}}", words(answer))


def test_a_hidden_thing_answers_as_an_address_that_does_not_exist(client: Client) -> None:
    assert words(client.get("/fail/hidden")) == words(client.get("/no/such/page"))


def test_a_refused_post_says_that_nothing_was_done(client: Client) -> None:
    assert "刚才的操作没有办理" in words(client.post("/fail/denied"))
    assert "刚才的操作没有办理" not in words(client.get("/fail/denied"))


@pytest.mark.parametrize(("kind", "status"), [("denied", 403), ("hidden", 404), ("wrong_state", 409), ("invalid", 422)])
def test_htmx_gets_a_fragment_to_show_in_the_page(client: Client, kind: str, status: int) -> None:
    answer = client.post(f"/fail/{kind}", headers={"HX-Request": "true"})
    assert answer.status_code == status
    assert "<html" not in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()


def test_a_stale_form_says_that_nothing_was_sent(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.town_member, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/posted", headers={"referer": "http://testserver/items/"})
    assert answer.status_code == 403
    assert "刚才的内容没有提交" in words(answer)
    assert 'href="http://testserver/items/"' in answer.content.decode()


def test_the_page_for_a_broken_server_needs_no_request_no_user_and_no_manifest() -> None:
    manifest = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
    with override_settings(STORAGES=manifest, STATIC_ROOT="/nonexistent"):
        assert "系统出错了" in render_to_string("500.html")
        assert "/static/sangong.css" in render_to_string("500.html")


@pytest.mark.parametrize("kind", ["denied", "wrong_state", "conflict"])
def test_what_was_written_stands_on_the_page_of_its_refusal(client: Client, kind: str) -> None:
    sent = {
        "speech": "同意，请写明<b>结算时点</b>。",
        "seat": "12",
        "old_password": "秘密 words",
        "form_token": "ab-12",
    }
    answer = client.post(f"/fail/{kind}", sent)
    assert "同意，请写明&lt;b&gt;结算时点&lt;/b&gt;。" in answer.content.decode()
    assert "秘密" not in answer.content.decode()
    assert "ab-12" not in answer.content.decode()

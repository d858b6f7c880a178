"""Passkeys with the browser's own virtual device, under our strict content policy; the pages on a phone."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from permissions.models import AuditEvent, User
from permissions.sign_in import factors
from tests.browsers import Person
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def at_home(url: str) -> bool:
    return urlsplit(url).path == reverse("home")


def test_a_member_adds_the_phone_as_a_key_and_comes_in_with_a_finger(
    cast: Cast, at_phone: Callable[[User], Person]
) -> None:
    member = at_phone(cast.town_member)
    page = member.page
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    member.open("passkey_add")
    member.check("passkey_add")
    page.get_by_label("设备名称").fill("我的手机")
    member.button("添加").click()
    page.wait_for_url(f"**{reverse('recovery_codes')}")
    member.check("recovery_codes")
    assert len(factors.of(cast.town_member).passkeys) == 1
    member.open("factor_list")
    member.check("factor_list")
    member.open("totp_add")
    member.check("totp_add")
    member.open("session_list")
    member.check("session_list")
    page.context.clear_cookies()
    member.open("login")
    page.get_by_role("button", name="用指纹、人脸或锁屏密码登录").click()
    page.wait_for_url(at_home)
    came = AuditEvent.objects.filter(verb="user_sign_in").latest("id")
    assert (came.actor, came.data["method"]) == (cast.town_member, "passkey")
    page.context.clear_cookies()
    member.open("login")
    page.get_by_label("账号").fill(cast.town_member.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(f"**{reverse('second_factor')}")
    member.check("second_factor")
    page.get_by_role("button", name="用指纹、人脸或锁屏密码验证").click()
    page.wait_for_url(at_home)
    came = AuditEvent.objects.filter(verb="user_sign_in").latest("id")
    assert (came.data["method"], came.data["factor"]) == ("password", "webauthn")

"""Second factors: adding, using, losing. Codes are taken once, and wrong ones are counted (N2)."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from permissions.actions import factor_remove, factor_reset, recovery_codes_renew, sign_in_unlock, totp_add
from permissions.actions.factors import factor_check
from permissions.errors import Conflict, Denied, Invalid, WrongState
from permissions.models import AuditEvent, Session, User
from permissions.sign_in import factors
from tests.cast import Cast
from tests.permissions.conftest import at_once
from tests.permissions.sign_in.conftest import NOW, Phone, come, is_in

Logged = Callable[[str], list[AuditEvent]]
#: RFC 6238, appendix B, with SHA-1: seconds since 1970 and the last six digits.
VECTORS = [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")]
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(("at", "code"), VECTORS)
def test_codes_are_those_of_the_standard(at: int, code: str) -> None:
    assert factors.matching_step(RFC_SECRET, code, now=at) == at // 30
    assert factors.matching_step(RFC_SECRET, code, now=at + 30) == at // 30
    assert factors.matching_step(RFC_SECRET, code, now=at + 60) is None
    assert factors.matching_step(RFC_SECRET, code, now=at, after=at // 30) is None


@given(st.text(alphabet="0123456789 -　０１２３４５６７８９", max_size=12))
def test_slips_of_typing_do_not_make_a_code_wrong(typed: str) -> None:
    digits = [str(int(sign)) for sign in typed if sign.isdecimal()]
    assert factors.plain(typed) == "".join(digits)


def test_the_second_step_is_asked_for_and_a_code_is_taken_once(
    cast: Cast, with_app: Callable[[User], Phone], logged: Logged
) -> None:
    chair = cast.town_chair
    phone = with_app(chair)
    client = come("town.chair", next=reverse("body_list"))
    assert not is_in(client)
    wrong = client.post(reverse("second_factor"), {"code": "000000" if phone.code() != "000000" else "111111"})
    assert wrong.status_code == 422 and "验证码不正确" in wrong.content.decode()
    answer = client.post(reverse("second_factor"), {"code": phone.code()})
    assert answer["Location"] == reverse("body_list") and is_in(client)
    (came,) = logged("user_sign_in")
    assert came.data == {"address": "127.0.0.1", "method": "password", "factor": "totp"}
    (failed,) = AuditEvent.objects.filter(verb="factor_fail")
    assert (failed.subject, failed.actor) == (f"user:{chair.pk}", None)
    again = come("town.chair")
    assert again.post(reverse("second_factor"), {"code": phone.code()}).status_code == 422
    assert not is_in(again)


def test_the_second_step_cannot_be_reached_or_left_out_without_the_first(
    cast: Cast, with_app: Callable[[User], Phone]
) -> None:
    phone = with_app(cast.town_chair)
    for address in ("second_factor", "home", "account"):
        assert Client().get(reverse(address))["Location"].startswith(reverse("login"))
    assert Client().post(reverse("second_factor"), {"code": phone.code()})["Location"] == reverse("login")
    assert not is_in(come("town.chair", password="wrong-password-9"))


def test_recovery_codes_replace_a_lost_phone_once_each(cast: Cast, with_app: Callable[[User], Phone]) -> None:
    chair = cast.town_chair
    with_app(chair)
    codes = recovery_codes_renew(actor=chair, user_id=chair.pk)
    assert len(set(codes)) == 10
    client = come("town.chair")
    assert client.get(f"{reverse('second_factor')}?recovery").status_code == 200
    client.post(reverse("second_factor"), {"code": f"{codes[3][:4]} {codes[3][4:]}"})
    assert is_in(client)
    assert factors.of(chair).codes_left == 9
    assert come("town.chair").post(reverse("second_factor"), {"code": codes[3]}).status_code == 422


def test_after_five_wrong_codes_none_is_taken_until_the_lock_ends_or_is_opened(
    cast: Cast, with_app: Callable[[User], Phone], settings: Settings, logged: Logged
) -> None:
    chair, security = cast.town_chair, cast["security"]
    phone = with_app(chair)
    tried = [factor_check(user_id=chair.pk, code="12345", address=f"192.0.2.{number}") for number in range(5)]
    assert [one.locked for one in tried] == [False] * 4 + [True]
    assert factor_check(user_id=chair.pk, code=phone.code(), address="192.0.2.9") == ("", True)
    client = come("town.chair")
    assert client.get(reverse("second_factor")).status_code == 429
    assert AuditEvent.objects.filter(verb="factor_lock", subject=f"user:{chair.pk}").count() == 1
    for person in (cast.admin, cast.auditor, chair):
        with pytest.raises(Denied):
            sign_in_unlock(actor=person, user_id=chair.pk)
    for _ in range(2):
        sign_in_unlock(actor=security, user_id=chair.pk)
    assert len(logged("sign_in_unlock")) == 1
    assert factor_check(user_id=chair.pk, code=phone.code(), address="192.0.2.9").factor == "totp"
    for _ in range(5):
        factor_check(user_id=chair.pk, code="12345", address="192.0.2.1")
    settings.AXES_COOLOFF_TIME = 0
    phone.later(60)
    assert factor_check(user_id=chair.pk, code=phone.code(), address="192.0.2.9").factor == "totp"


def test_an_app_is_added_by_a_right_code_and_only_one(cast: Cast, phone: Phone, logged: Logged) -> None:
    person = cast.town_member
    with pytest.raises(Invalid) as refused:
        totp_add(actor=person, user_id=person.pk, secret=phone.secret, code="12345")
    assert set(refused.value.fields) == {"code"} and not factors.has_any(person)
    first = totp_add(actor=person, user_id=person.pk, secret=phone.secret, code=phone.code())
    assert totp_add(actor=person, user_id=person.pk, secret=phone.secret, code=phone.code()) == first
    (event,) = logged("factor_add")
    assert (event.subject, event.data) == (f"user:{person.pk}", {"type": "totp"})
    # N6: neither in the log nor, in clear, in the database.
    assert phone.secret not in str(Authenticator.objects.values_list("data")) + str(AuditEvent.objects.values("data"))
    with pytest.raises(Conflict, match="已有一个验证器"):
        totp_add(actor=person, user_id=person.pk, secret=factors.new_secret(), code=phone.code())
    with pytest.raises(Denied):
        totp_add(actor=cast.admin, user_id=cast.town_chair.pk, secret=phone.secret, code=phone.code())


def test_the_last_factor_of_somebody_who_needs_one_stays(
    cast: Cast, with_app: Callable[[User], Phone], settings: Settings, logged: Logged
) -> None:
    chair = cast.town_chair
    with_app(chair)
    app = factors.of(chair).totp
    assert app is not None
    settings.SECOND_FACTOR = ["chair"]
    with pytest.raises(WrongState, match="必须使用双重验证"):
        factor_remove(actor=chair, user_id=chair.pk, factor_id=app.pk)
    with pytest.raises(Denied):
        factor_remove(actor=cast["security"], user_id=chair.pk, factor_id=app.pk)
    settings.SECOND_FACTOR = []
    for _ in range(2):
        factor_remove(actor=chair, user_id=chair.pk, factor_id=app.pk)
    assert not Authenticator.objects.filter(user=chair).exists()
    assert [event.data for event in logged("factor_remove")] == [{"type": "totp"}]


def test_lost_factors_are_reset_by_the_security_administrator_with_a_reason(
    cast: Cast, with_app: Callable[[User], Phone], client_of: Callable[[User], Client], logged: Logged
) -> None:
    chair, security = cast.town_chair, cast["security"]
    with_app(chair)
    client = client_of(chair)
    for person in (cast.admin, cast.auditor, chair):
        with pytest.raises(Denied):
            factor_reset(actor=person, user_id=chair.pk, reason="手机遗失")
    with pytest.raises(Denied):
        factor_reset(actor=security, user_id=security.pk, reason="手机遗失")
    with pytest.raises(Invalid):
        factor_reset(actor=security, user_id=chair.pk, reason=" ")
    assert is_in(client)
    for _ in range(2):
        factor_reset(actor=security, user_id=chair.pk, reason="手机遗失，已当面核对。")
    assert not factors.has_any(chair) and not is_in(client)
    assert not Session.objects.filter(user=chair).exists()
    (event,) = logged("factor_reset")
    assert event.data == {"user": "town.chair", "reason": "手机遗失，已当面核对。", "sessions": 1}
    assert is_in(come("town.chair"))


def test_whose_role_needs_a_factor_adds_one_before_anything_else(
    cast: Cast, client_of: Callable[[User], Client], phone: Phone, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SECOND_FACTOR = ["chair", "security"]
    client = client_of(cast.town_chair)
    assert client.get(reverse("home"))["Location"] == reverse("factor_list")
    part = client.get(reverse("item_list"), headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (204, reverse("factor_list"))
    assert "必须使用双重验证" in client.get(reverse("factor_list")).content.decode()
    monkeypatch.setattr("permissions.sign_in.factors.new_secret", lambda: phone.secret)
    page = client.get(reverse("totp_add")).content.decode()
    assert "一、准备验证器" in page and phone.secret[:4] in page
    refused = client.post(reverse("totp_add"), {"code": "1"})
    assert refused.status_code == 422
    assert client.post(reverse("totp_add"), {"code": phone.code()})["Location"] == reverse("recovery_codes")
    codes = client.get(reverse("recovery_codes")).content.decode()
    assert "只在这一次显示" in codes and codes.count("<li>") >= 10
    assert "只在这一次显示" not in client.get(reverse("recovery_codes")).content.decode()
    assert client.get(reverse("home")).status_code == 200
    assert client_of(cast.town_member).get(reverse("home")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_one_code_sent_four_times_at_once_is_taken_once(cast: Cast, with_app: Callable[[User], Phone]) -> None:
    chair = cast.town_chair
    phone = with_app(chair)
    code = phone.code()
    assert phone.at > NOW
    results = at_once(*[lambda: factor_check(user_id=chair.pk, code=code, address="192.0.2.1")] * 4)
    assert sorted(one.factor for one in results) == ["", "", "", "totp"]

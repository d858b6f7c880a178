"""The way in: what is written down, who is turned away, what an issued password opens, asking again, other people's doors."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from config.database import BASE_DIR
from config.env import Env, EnvError
from config.factors import second_factor
from decisions.selectors.log import what_words
from permissions import audit, checks, clock
from permissions.actions import session_end, sessions_end, substitution_give, user_deactivate
from permissions.errors import Denied
from permissions.models import AuditEvent, Session, User
from permissions.sign_in import devices, sessions
from tests.cast import PASSWORD, Cast
from tests.permissions.sign_in.conftest import come, is_in

ClientOf = Callable[[User], Client]
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; HarmonyOS) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36 MicroMessenger/8.0"
)


def test_failures_are_written_down_and_names_that_are_no_account_are_not_readable(cast: Cast) -> None:
    come("town.chair", password="wrong-password-9")
    for _ in range(2):
        come("my-secret-Passw0rd", password="wrong-password-9")
    known = AuditEvent.objects.get(verb="user_sign_in_fail", subject=f"user:{cast.town_chair.pk}")
    assert (known.actor, known.data) == (None, {"address": "127.0.0.1"})
    unknown = AuditEvent.objects.filter(verb="user_sign_in_fail", subject="sign-in")
    assert len({event.data["name_digest"] for event in unknown}) == 1 and unknown.count() == 2
    whole = str(list(AuditEvent.objects.values("data", "target", "actor_label")))
    assert "Passw0rd" not in whole and "wrong-password-9" not in whole
    assert list(audit.verify("sign-in")) == []


def test_an_address_that_fails_under_many_names_is_closed_and_that_is_written_down_once(
    cast: Cast, settings: Settings
) -> None:
    settings.SIGN_IN_NAMES = 5
    for number in range(5):
        come(f"guess{number}", password="Spring-2026-spring")
    answer = Client().post(reverse("login"), {"username": "town.chair", "password": PASSWORD})
    assert answer.status_code == 429 and "15 分钟" in answer.content.decode()
    assert Client().post(reverse("passkey_sign_in"), {"passkey": "{}"}).status_code == 429
    (event,) = AuditEvent.objects.filter(verb="sign_in_spray")
    assert (event.subject, event.data) == ("sign-in", {"address": "127.0.0.1", "names": 5})
    elsewhere = Client(REMOTE_ADDR="192.0.2.8")
    assert is_in(come("town.chair", client=elsewhere))


def test_a_lock_is_written_down_once_and_not_for_every_try_after_it(cast: Cast) -> None:
    for _ in range(8):
        come("town.chair", password="wrong-password-9")
    verbs = AuditEvent.objects.filter(subject=f"user:{cast.town_chair.pk}", actor=None).exclude(verb="role_grant")
    assert list(verbs.order_by("seq").values_list("verb", flat=True)) == ["user_sign_in_fail"] * 4 + ["user_lock_out"]


def test_an_issued_password_opens_only_the_page_that_changes_it(cast: Cast) -> None:
    User.objects.filter(pk=cast.town_member.pk).update(must_change_password=True)
    client = come(cast.town_member.username)
    for name in ("home", "account", "item_list", "factor_list", "session_list"):
        assert client.get(reverse(name))["Location"] == reverse("password"), name
    assert client.post(reverse("identity_link", args=[1]))["Location"] == reverse("password")
    page = client.get(reverse("password")).content.decode()
    assert "发给您的初始密码" in page
    same = {"old_password": PASSWORD, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert "不能和原密码一样" in client.post(reverse("password"), same).content.decode()
    fresh = "静水流深-river-88"
    changed = client.post(reverse("password"), {**same, "new_password1": fresh, "new_password2": fresh})
    assert changed["Location"] == reverse("home")
    assert is_in(client)


def test_sessions_are_listed_ended_and_end_with_a_new_password(cast: Cast, client_of: ClientOf) -> None:
    member = cast.town_member
    here = come(member.username)
    phone = Client(HTTP_USER_AGENT=WECHAT, REMOTE_ADDR="192.0.2.5")
    come(member.username, client=phone)
    other = come(member.username)
    come("town.chair", client=Client(HTTP_USER_AGENT="Firefox/128 (Windows NT 10.0)"))
    page = here.get(reverse("session_list")).content.decode()
    assert "微信（鸿蒙）" in page and "192.0.2.5" in page and "本机" in page and "Firefox" not in page
    row = Session.objects.get(address="192.0.2.5")
    assert row.session_key not in page
    with pytest.raises(Denied):
        session_end(actor=cast.town_chair, user_id=member.pk, reference=row.reference)
    assert not session_end(actor=member, user_id=member.pk, reference="0" * 32)
    here.post(reverse("session_end"), {"session": row.reference})
    assert (is_in(phone), is_in(other), is_in(here)) == (False, True, True)
    fresh = "静水流深-river-88"
    here.post(reverse("password"), {"old_password": PASSWORD, "new_password1": fresh, "new_password2": fresh})
    assert (is_in(other), is_in(here)) == (False, True)
    assert Session.objects.filter(user=member).count() == 1
    verbs = AuditEvent.objects.filter(subject=f"user:{member.pk}", verb__startswith="session")
    assert [(event.verb, event.actor) for event in verbs] == [("session_end", member)]


def test_the_security_administrator_ends_sessions_and_a_closed_account_has_none(
    cast: Cast, client_of: ClientOf, logged: Callable[[str], list[AuditEvent]]
) -> None:
    member, security = cast.town_member, cast["security"]
    client = come(member.username)
    for person in (cast.admin, cast.auditor, cast.town_chair):
        with pytest.raises(Denied):
            sessions_end(actor=person, user_id=member.pk)
    page = client_of(security).get(reverse("person_sign_in", args=[member.pk])).content.decode()
    assert "全部退出" in page and "统一身份认证" not in page
    client_of(security).post(reverse("person_session_end", args=[member.pk]))
    assert not is_in(client)
    assert sessions_end(actor=security, user_id=member.pk) == 0
    assert len(logged("sessions_end")) == 1
    client = come(member.username)
    user_deactivate(actor=cast.admin, user_id=member.pk, reason="调离")
    assert not is_in(client) and not Session.objects.filter(user=member).exists()


def test_idle_time_is_not_renewed_by_what_a_page_asks_by_itself(cast: Cast, settings: Settings) -> None:
    client = come("town.chair")
    key = client.session.session_key
    soon = timezone.now() + timedelta(minutes=1)
    Session.objects.filter(pk=key).update(expire_date=soon)
    client.get(reverse("account"), headers={sessions.POLL_HEADER: "1"})
    assert Session.objects.get(pk=key).expire_date == soon
    client.get(reverse("account"))
    assert Session.objects.get(pk=key).expire_date > soon + timedelta(minutes=20)
    Session.objects.filter(pk=key).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_in(client)


def test_idle_time_that_has_just_begun_is_not_written_again(cast: Cast, settings: Settings) -> None:
    client = come("town.chair")
    rows = Session.objects.filter(pk=client.session.session_key)
    idle = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    for gone, anew in ((59, False), (61, True)):
        ends = timezone.now() + idle - timedelta(seconds=gone)
        rows.update(expire_date=ends)
        client.get(reverse("account"))
        assert (rows.get().expire_date > ends) is anew


def test_every_page_that_asks_by_itself_says_so() -> None:
    asking = [path for path in (BASE_DIR / "templates").rglob("*.html") if 'hx-trigger="every' in path.read_text()]
    assert len(asking) >= 3
    silent = [path.name for path in asking if f'"{sessions.POLL_HEADER}": "1"' not in path.read_text()]
    assert silent == []


def test_no_use_of_a_session_moves_its_last_end(cast: Cast, settings: Settings) -> None:
    client = come("town.chair")
    session = client.session
    session[sessions.BEGAN] = time.time() - settings.SESSION_LIFETIME + 60
    session.save()
    client.get(reverse("account"))
    left = Session.objects.get(pk=session.session_key).expire_date - timezone.now()
    assert timedelta(0) < left <= timedelta(seconds=60)


def test_a_role_that_is_none_stops_the_start(settings: Settings) -> None:
    settings.SECOND_FACTOR = ["security", "auditer"]
    (fault,) = checks.second_factor_roles(None)
    assert fault.id == "permissions.E002" and "auditer" in fault.msg
    settings.SECOND_FACTOR = ["all", "security"]
    assert checks.second_factor_roles(None) == []


def test_n2_the_three_administrators_need_a_second_factor_unless_a_house_says_otherwise() -> None:
    assert second_factor(Env({}), example=False) == ["admin", "security", "auditor"]
    assert second_factor(Env({}), example=True) == []
    for said, meant in (("none", []), ("all", ["all"]), ("chair, admin", ["chair", "admin"])):
        assert second_factor(Env({"SANGONG_SECOND_FACTOR": said}), example=False) == meant
    with pytest.raises(EnvError, match="SANGONG_SECOND_FACTOR"):
        second_factor(Env({"SANGONG_SECOND_FACTOR": "none,admin"}), example=False)


def test_n2_the_first_sign_in_of_an_administrator_leads_to_the_password_and_then_to_the_factor(
    cast: Cast, settings: Settings
) -> None:
    settings.SECOND_FACTOR = second_factor(Env({}), example=False)
    User.objects.filter(pk=cast.admin.pk).update(must_change_password=True)
    client = come("admin")
    assert client.get(reverse("user_list"))["Location"] == reverse("password")
    fresh = "静水流深-river-88"
    form = {"old_password": PASSWORD, "new_password1": fresh, "new_password2": fresh}
    changed = client.post(reverse("password"), form, follow=True)
    assert changed.redirect_chain[-1][0] == reverse("factor_list") and "必须使用双重验证" in changed.content.decode()
    for name in ("home", "user_list", "log"):
        assert client.get(reverse(name))["Location"] == reverse("factor_list"), name
    assert client.get(reverse("totp_add")).status_code == 200
    assert come("town.chair").get(reverse("home")).status_code == 200


def test_whose_work_it_is_not_learns_nothing_of_the_form(cast: Cast, client_of: ClientOf) -> None:
    for name in ("identity_link", "factor_reset"):
        answer = client_of(cast.auditor).post(reverse(name, args=[cast.town_member.pk]), {})
        assert answer.status_code == 403, name


def stale(client: Client) -> Client:
    """Somebody who signed in an hour ago and may have left the desk."""
    session = client.session
    session[sessions.CONFIRMED] = time.time() - 3600
    session.save()
    return client


def test_what_matters_asks_again_and_loses_nothing_typed(cast: Cast, client_of: ClientOf) -> None:
    client = stale(client_of(cast["security"]))
    form = {"user": cast.outsider.pk, "key": "legal", "reason": "党委会议纪要〔2026〕3 号"}
    asked = client.post(reverse("role_grant"), form)
    page = asked.content.decode()
    assert asked.status_code == 200 and "请确认是您本人" in page and "党委会议纪要〔2026〕3 号" in page
    wrong = client.post(reverse("role_grant"), {**form, "confirm": "1", "confirm_password": "wrong"})
    assert (
        wrong.status_code == 422 and not AuditEvent.objects.filter(verb="role_grant", actor=cast["security"]).exists()
    )
    assert AuditEvent.objects.filter(verb="confirm_fail", subject=f"user:{cast['security'].pk}").count() == 1
    client.post(reverse("role_grant"), {**form, "confirm": "1", "confirm_password": PASSWORD})
    assert AuditEvent.objects.filter(verb="role_grant", actor=cast["security"]).count() == 1
    assert client.get(reverse("totp_add")).status_code == 200


def test_who_stands_in_for_whom_and_what_lies_apart_asks_again_too(cast: Cast, client_of: ClientOf) -> None:
    client, day = client_of(cast["security"]), clock.today()
    row = substitution_give(
        actor=cast["security"],
        substitute_id=cast.outsider.pk,
        holder_id=cast.town_secretary.pk,
        key="town:secretary",
        starts_on=day,
        ends_on=day + timedelta(days=3),
        reason="病假",
    )
    stale(client)
    for address in (
        reverse("substitution_new"),
        reverse("substitution", args=[row.pk]),
        reverse("separation_rule", args=["proposer_confirms"]),
    ):
        assert client.get(address).status_code == 200
        assert "请确认是您本人" in client.post(address, {"reason": "提前返岗"}).content.decode(), address
    row.refresh_from_db()
    assert row.ended_at is None
    proof = {"reason": "提前返岗", "confirm": "1", "confirm_password": PASSWORD}
    client.post(reverse("substitution", args=[row.pk]), proof)
    row.refresh_from_db()
    assert row.ended_at is not None


def test_a_page_that_matters_is_shown_after_the_confirmation_and_never_one_elsewhere(
    cast: Cast, client_of: ClientOf
) -> None:
    client = stale(client_of(cast.town_chair))
    asked = client.get(reverse("totp_add"))
    assert asked["Location"] == f"{reverse('confirm_identity')}?next=%2Faccount%2Ffactors%2Fapp%2F"
    assert client.get(asked["Location"]).status_code == 200
    part = client.get(
        reverse("totp_add"), headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/account/"}
    )
    assert part["HX-Redirect"] == f"{reverse('confirm_identity')}?next=%2Faccount%2F"
    gone = client.post(
        reverse("confirm_identity"),
        {"then": "https://elsewhere.example/", "confirm": "1", "confirm_password": PASSWORD},
    )
    assert gone["Location"] == reverse("home")
    assert client.get(reverse("totp_add")).status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (WECHAT, "微信（鸿蒙）"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/139.0 Safari/537.36 Edg/139.0",
            "Edge（Windows）",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 Version/18.0 Safari/604.1", "Safari（iPhone）"),
        ("curl/8.5", "未知设备"),
    ],
)
def test_a_device_is_named_as_people_know_it(agent: str, words: str) -> None:
    assert devices.words(agent) == words


def test_the_log_says_by_what_and_from_where_somebody_came_in() -> None:
    data = {"address": "192.0.2.7", "method": "passkey", "factor": ""}
    assert what_words("user_sign_in", data, {}) == ("用通行密钥登录", "来自 192.0.2.7")
    data = {"address": "192.0.2.7", "method": "password", "factor": "totp"}
    assert what_words("user_sign_in", data, {}) == ("登录", "经手机验证器验证；来自 192.0.2.7")
    assert what_words("factor_add", {"type": "webauthn", "name": "我的手机"}, {}) == (
        "添加双重验证",
        "通行密钥：我的手机",
    )

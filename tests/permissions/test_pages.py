"""The pages of this floor, through HTTP, as people use them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone, translation
from django_htmx.middleware import HtmxDetails

from permissions import errors, roles
from permissions.middleware import ApplicationErrorMiddleware, render_error
from permissions.models import AuditEvent, Body, RoleGrant, Seat, User
from permissions.urls import urlpatterns
from tests.cast import PASSWORD, Cast

ClientOf = Callable[[User], Client]
SEAT = {"position": "党委委员（统战）", "position_en": "", "starts_on": "2026-09-08", "voting": "on"}


def page(client: Client, name: str, *args: object, status: int = 200) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == status
    return answer.content.decode()


# ---------------------------------------------------------------- signing in and out


def test_somebody_signs_in_and_lands_where_they_wanted(cast: Cast) -> None:
    client = Client()
    wanted = reverse("body", args=[cast.town.pk])
    answer = client.get(wanted)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{reverse('login')}?next={wanted}")
    answer = client.post(
        reverse("login"), {"username": "town.chair", "password": PASSWORD, "next": wanted}, REMOTE_ADDR="192.0.2.7"
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, wanted)
    event = AuditEvent.objects.get(verb="user_sign_in")
    assert (event.actor, event.data) == (cast.town_chair, {"address": "192.0.2.7", "method": "password"})


def test_nobody_is_sent_to_another_site_after_signing_in(cast: Cast) -> None:
    answer = Client().post(
        reverse("login"), {"username": "legal", "password": PASSWORD, "next": "https://elsewhere.example/"}
    )
    assert answer.headers["Location"] == reverse("home")


def test_a_wrong_password_says_what_to_do_and_not_which_part_is_wrong(cast: Cast) -> None:
    answers = [
        Client().post(reverse("login"), {"username": name, "password": "wrong"}) for name in ("town.chair", "nobody")
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("账号或密码不正确" in answer.content.decode() for answer in answers)
    assert not AuditEvent.objects.filter(verb="user_sign_in").exists()


def test_a_closed_account_does_not_sign_in(cast: Cast) -> None:
    User.objects.filter(username="legal").update(is_active=False)
    answer = Client().post(reverse("login"), {"username": "legal", "password": PASSWORD})
    assert answer.status_code == 422


def test_an_account_closed_meanwhile_is_out_at_once(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.legal)
    page(client, "account")
    User.objects.filter(pk=cast.legal.pk).update(is_active=False)
    assert client.get(reverse("account")).status_code == 302


def test_signing_out_takes_a_post_and_is_written_down(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.legal)
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).status_code == 302
    assert client.get(reverse("account")).status_code == 302
    assert AuditEvent.objects.get(verb="user_sign_out").actor == cast.legal


def test_the_sign_in_page_speaks_english_to_who_asks_for_it(db: None) -> None:
    client = Client()
    answer = client.post(reverse("set_language"), {"language": "en", "next": reverse("login")})
    assert answer.status_code == 302
    assert 'lang="en"' in page(client, "login")


# ---------------------------------------------------------------- deny by default


def addresses(patterns: list[URLPattern | URLResolver]) -> list[URLPattern]:
    found: list[URLPattern] = []
    for pattern in patterns:
        found += addresses(pattern.url_patterns) if isinstance(pattern, URLResolver) else [pattern]
    return found


# Help, accessibility and source (which the licence owes everybody) tell nothing about the town; `look` is for development.
PUBLIC = {"healthz", "security_txt", "set_language", "help", "accessibility", "source", "source_archive", "look"}
# The way in, step by step.
DOOR = {
    *("login", "second_factor", "passkey_sign_in", "passkey_question"),
    *("openid_connect_login", "openid_connect_callback"),
}


def test_every_address_of_the_whole_site_asks_for_signing_in_but_those_named() -> None:
    opened = {
        pattern.name or str(pattern.pattern)
        for pattern in addresses(get_resolver().url_patterns)
        if not getattr(pattern.callback, "login_required", True)
    }
    assert opened <= PUBLIC | DOOR
    assert "permissions.middleware.SignInMiddleware" in settings.MIDDLEWARE


@pytest.mark.parametrize("name", [pattern.name for pattern in addresses(urlpatterns) if pattern.name not in DOOR])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_is_asked_to_sign_in(cast: Cast, name: str, method: str) -> None:
    pattern = next(pattern for pattern in addresses(urlpatterns) if pattern.name == name)
    address = reverse(name, args=[1] * len(pattern.pattern.converters))
    answer = getattr(Client(), method)(address)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("login"))


def test_a_part_of_a_page_moves_the_whole_page_to_the_sign_in(db: None) -> None:
    answer = Client().get(
        reverse("body_list"),
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/bodies/1?on=2026-09-08"},
    )
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == f"{reverse('login')}?next=%2Fbodies%2F1%3Fon%3D2026-09-08"


POSTS = {
    "body_edit": {"name": "x", "name_en": "x", "short": "x", "short_en": "x"},
    "seat_new": SEAT,
    "seat_edit": {**SEAT, "order": "1"},
    "seat_assign": {"user": ""},
    "seat_end": {"ends_on": "2027-01-01"},
    "role_grant": {"key": "legal", "user": "1", "reason": "x"},
}


OTHER = {"body_edit": "security"}


@pytest.mark.parametrize("name", POSTS)
def test_only_the_administrator_whose_work_it_is_changes_anything(cast: Cast, client_of: ClientOf, name: str) -> None:
    args = {"body_edit": [cast.town.pk], "seat_new": [cast.town.pk], "role_grant": []}
    before = AuditEvent.objects.count()
    for who in ("outsider", "town_chair", "auditor", OTHER.get(name, "admin")):
        answer = client_of(getattr(cast, who)).post(
            reverse(name, args=args.get(name, [cast.seat("town.arms").pk])), POSTS[name]
        )
        assert answer.status_code == 403
        assert ("系统管理员" if name in OTHER else "安全管理员") in answer.content.decode()
    assert AuditEvent.objects.count() == before


# ---------------------------------------------------------------- bodies and seats


def test_everybody_reads_both_rosters(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.outsider)
    listed = page(client, "body_list")
    assert "洪林镇党委" in listed
    assert "示范区党组" in listed
    roster = page(client, "body", cast.town.pk)
    for place in ("党委书记", "党委副书记（镇长）", "纪检列席", "应到 9 席"):
        assert place in roster
    for tool in ("seat_new", "body_edit"):
        assert reverse(tool, args=[cast.town.pk]) not in roster


def test_each_administrator_finds_the_own_tools(cast: Cast, client_of: ClientOf) -> None:
    town, seat = cast.town.pk, cast.seat("town.arms").pk
    renames = reverse("body_edit", args=[town])
    fills = {reverse("seat_new", args=[town]), reverse("seat_edit", args=[seat]), reverse("role_grant")}
    roster = page(client_of(cast.security), "body", town)
    assert (renames in roster, {address for address in fills if address in roster}) == (False, fills)
    roster = page(client_of(cast.admin), "body", town)
    assert (renames in roster, {address for address in fills if address in roster}) == (True, set())
    page(client_of(cast.admin), "body_edit", town)
    for name, pk in (("seat_new", town), ("seat_edit", seat)):
        page(client_of(cast.security), name, pk)


def test_a_body_that_does_not_exist_is_not_found(cast: Cast, client_of: ClientOf) -> None:
    assert "没有找到" in page(client_of(cast.admin), "body", 0, status=404)


def test_the_roster_as_it_stood_on_another_day(cast: Cast, client_of: ClientOf) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Seat.objects.filter(pk=cast.seat("town.arms").pk).update(ends_on=yesterday)
    client = client_of(cast.outsider)
    assert "应到 8 席" in page(client, "body", cast.town.pk)
    then = client.get(reverse("body", args=[cast.town.pk]), {"on": yesterday.isoformat()})
    assert "应到 9 席" in then.content.decode()
    for nonsense in ("2026-02-31", "x", ""):
        assert client.get(reverse("body", args=[cast.town.pk]), {"on": nonsense}).status_code == 200


def test_the_security_administrator_works_through_the_life_of_a_seat(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.security)
    assert client.post(reverse("seat_new", args=[cast.town.pk]), SEAT).status_code == 302
    seat = Seat.objects.get(position="党委委员（统战）")
    change = {"position": "党委委员（统战、工会）", "position_en": "", "order": "11", "voting": "on"}
    assert client.post(reverse("seat_edit", args=[seat.pk]), change).status_code == 302
    assert client.post(reverse("seat_assign", args=[seat.pk]), {"user": cast.outsider.pk}).status_code == 302
    assert client.post(reverse("seat_end", args=[seat.pk]), {"ends_on": "2027-12-31"}).status_code == 302
    seat.refresh_from_db()
    assert (seat.position, seat.user, str(seat.ends_on)) == ("党委委员（统战、工会）", cast.outsider, "2027-12-31")
    shown = page(client, "body", cast.town.pk)
    for words in ("新增了席位", "调整了席位人员", "人员：暂缺 → 局外人", "席位已新增"):
        assert words in shown


@pytest.mark.parametrize(
    ("name", "typed", "status", "words"),
    [
        ("seat_new", {**SEAT, "position": ""}, 422, "请填写岗位。"),
        ("seat_new", {**SEAT, "starts_on": "明天"}, 422, "请选择日期"),
        ("seat_new", {**SEAT, "position": "党委书记"}, 409, "在同一任期内已有席位"),
        ("seat_new", {**SEAT, "principal": "on"}, 409, "已有班长席位"),
        ("seat_new", {**SEAT, "ends_on": "2026-09-07"}, 422, "任期止不能早于任期起"),
        ("seat_edit", {**SEAT, "order": "三"}, 422, "请填写整数"),
        ("seat_edit", {"position": "x", "order": "1", "principal": "on"}, 422, "席位必须有表决权"),
        ("seat_assign", {"user": "0"}, 422, "请从列表中选择人员"),
        ("seat_end", {"ends_on": "1999-01-01"}, 422, "任期止不能早于任期起"),
        ("body_edit", {"name": "", "name_en": "x", "short": "x", "short_en": "x"}, 422, "请填写名称"),
    ],
)
def test_what_was_typed_stays_and_the_page_says_what_to_do(
    cast: Cast, client_of: ClientOf, name: str, typed: dict[str, str], status: int, words: str
) -> None:
    pk = cast.town.pk if name in ("seat_new", "body_edit") else cast.seat("town.arms").pk
    answer = client_of(cast.admin if name == "body_edit" else cast.security).post(reverse(name, args=[pk]), typed)
    assert answer.status_code == status
    shown = answer.content.decode()
    assert words in shown
    for text in ("position", "name_en"):
        assert typed.get(text, "") in shown


def test_a_role_is_granted_and_revoked_on_the_page(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.security)
    typed = {"key": "town:proposer", "user": cast.outsider.pk, "reason": "镇党干〔2026〕3号"}
    answer = client.post(reverse("role_grant"), typed)
    assert answer.headers["Location"] == reverse("body", args=[cast.town.pk])
    assert roles.of(User.objects.get(pk=cast.outsider.pk)) == {"town:proposer"}
    assert "局外人" in page(client, "body", cast.town.pk)
    grant = reverse("role_revoke", args=[RoleGrant.objects.get(user=cast.outsider).pk])
    assert grant in page(client, "body", cast.town.pk)
    assert "镇党干〔2026〕3号" in client.get(grant).content.decode()
    assert client.post(grant, {"reason": ""}).status_code == 422
    assert client.post(grant, {"reason": "调离"}).status_code == 302
    assert "调离" in client.get(grant).content.decode()
    assert roles.of(User.objects.get(pk=cast.outsider.pk)) == frozenset()


def test_a_role_of_the_whole_house_leads_back_to_the_list(cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.security).post(
        reverse("role_grant"), {"key": "legal", "user": cast.outsider.pk, "reason": "聘用"}
    )
    assert answer.headers["Location"] == reverse("body_list")


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ({"key": "auditor", "who": "town_chair"}, 409, "必须单独担任"),
        ({"key": "town:secretary", "who": "security"}, 403, "不能给自己授予角色"),
        ({"key": "legal", "who": ""}, 422, "请选择人员"),
        ({"key": "emperor", "who": "outsider"}, 422, "请从列表中选择角色"),
    ],
)
def test_a_role_that_cannot_be_granted_says_why(
    cast: Cast, client_of: ClientOf, typed: dict[str, str], status: int, words: str
) -> None:
    user = getattr(cast, typed["who"]).pk if typed["who"] else ""
    answer = client_of(cast.security).post(reverse("role_grant"), {"key": typed["key"], "user": user, "reason": "聘用"})
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_a_grant_is_read_by_its_holder_and_whoever_keeps_or_audits_roles(cast: Cast, client_of: ClientOf) -> None:
    grant = RoleGrant.objects.get(user=cast.legal)
    for who, status in (("legal", 200), ("auditor", 200), ("security", 200), ("admin", 404), ("town_chair", 404)):
        client = client_of(getattr(cast, who))
        assert ("收回理由" in page(client, "role_revoke", grant.pk, status=status)) == (who == "security")
        if who != "security":
            assert client.post(reverse("role_revoke", args=[grant.pk]), {"reason": "x"}).status_code in (403, 404)
    assert roles.holds(User.objects.get(pk=cast.legal.pk), "legal")


# ---------------------------------------------------------------- the own account


def test_the_account_shows_seat_and_roles(cast: Cast, client_of: ClientOf) -> None:
    shown = page(client_of(cast.town_chair), "account")
    assert "党委书记" in shown
    assert "洪林镇党委 · 班长" in shown
    assert "您目前没有席位" in page(client_of(cast.outsider), "account")


def test_pages_come_in_the_language_theme_and_size_one_chose(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.town_chair)
    typed = {"language": "en", "theme": "dark", "text_size": "large"}
    assert client.post(reverse("account"), typed).status_code == 302
    shown = page(client, "account")
    assert 'lang="en"' in shown
    assert 'data-bs-theme="dark"' in shown
    assert 'data-text="large"' in shown
    assert "Party Secretary" in shown
    # The next visitor of this thread gets their own language, not the last one's.
    assert 'lang="zh-Hans"' in page(client_of(cast.legal), "account")


def test_a_language_that_is_not_offered_is_not_taken(cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.legal).post(reverse("account"), {"language": "la", "theme": "", "text_size": ""})
    assert answer.status_code == 422
    assert User.objects.get(pk=cast.legal.pk).language == "zh-hans"


def test_changing_the_password_keeps_this_session_and_ends_others(cast: Cast, client_of: ClientOf) -> None:
    here, elsewhere = client_of(cast.legal), Client()
    elsewhere.force_login(cast.legal, backend="django.contrib.auth.backends.ModelBackend")
    new = "静水流深-river-88"
    answer = here.post(reverse("password"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert answer.status_code == 302
    page(here, "account")
    assert elsewhere.get(reverse("account")).status_code == 302


def test_a_password_typed_wrong_changes_nothing(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.legal)
    page(client, "password")
    answer = client.post(reverse("password"), {"old_password": "x", "new_password1": "y", "new_password2": "z"})
    assert answer.status_code == 422
    assert User.objects.get(pk=cast.legal.pk).check_password(PASSWORD)


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize("error", [errors.Denied, errors.Hidden, errors.WrongState, errors.Conflict, errors.Invalid])
@pytest.mark.parametrize("part", [False, True])
def test_an_error_a_user_caused_is_answered_with_its_status_and_words(
    cast: Cast, error: type[errors.ApplicationError], part: bool
) -> None:
    request = RequestFactory().get("/", headers={"HX-Request": "true"} if part else {})
    request.user, request.htmx = cast.legal, HtmxDetails(request)
    answer = render_error(request, error("还没轮到您 <b>表决</b>。"))
    assert answer.status_code == error.status
    # What is hidden answers in the same words whether it exists or not.
    words = "没有找到" if error is errors.Hidden else "还没轮到您 &lt;b&gt;表决&lt;/b&gt;。"
    assert words in answer.content.decode()


def test_other_errors_are_left_to_django() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    middleware = ApplicationErrorMiddleware(view)
    assert middleware.process_exception(RequestFactory().get("/"), ValueError("x")) is None


def test_without_its_template_an_error_is_still_said(settings: object) -> None:
    request = RequestFactory().get("/")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("permissions.middleware.get_template", _missing)
        answer = render_error(request, errors.WrongState("会议还没有开始。"))
    assert (answer.status_code, answer.content.decode()) == (409, "<p role='alert'>会议还没有开始。</p>")


def _missing(name: str) -> None:
    from django.template import TemplateDoesNotExist

    raise TemplateDoesNotExist(name)


def test_labels_follow_the_language_of_the_page(cast: Cast) -> None:
    seat = cast.seat("town.arms")
    assert (seat.label, cast.town.label, cast.town.letter) == ("党委委员（武装）", "洪林镇党委", "镇")
    with translation.override("en"):
        assert seat.label == "Committee Member (Armed Forces)"
        assert (cast.town.label, cast.town.letter) == ("Honglin Town Party Committee", "T")
        assert cast.legal.label == "Legal Adviser"
        assert Body(name="甲", name_en="A").label == "A"


@pytest.mark.parametrize(
    ("cookie", "words"), [(None, "登录"), ("zh-hans", "登录"), ("en", "Sign in"), ("xx", "登录"), ("../en", "登录")]
)
def test_a_visitor_reads_chinese_until_another_language_is_chosen(
    client: Client, cookie: str | None, words: str
) -> None:
    if cookie is not None:
        client.cookies["django_language"] = cookie
    answer = client.get(reverse("login"), headers={"accept-language": "en-US,en;q=0.9"})
    assert f"<h1>{words}</h1>" in answer.content.decode()
    assert answer.headers["Content-Language"] == ("en" if cookie == "en" else "zh-hans")

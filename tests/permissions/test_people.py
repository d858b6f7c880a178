"""The pages of accounts: who reaches them, what they find, and a password that is shown once."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from permissions import people
from permissions.actions import password_issue, user_deactivate, user_sign_out
from permissions.models import AuditEvent, RoleGrant, User
from tests.cast import Cast

ClientOf = Callable[[User], Client]
NEW = {"username": "town.farming", "display_name": "镇农业农村办", "display_name_en": ""}


def shown(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    words: str = answer.content.decode()
    return words


def test_administrators_find_accounts_by_words_state_and_role(cast: Cast, client_of: ClientOf) -> None:
    user_deactivate(actor=cast.admin, user_id=cast.legal.pk, reason="调离岗位")
    password_issue(actor=cast.admin, user_id=cast.observer.pk)
    wanted = {
        "": set(cast.users.values()),
        "?q=党委书记": {cast.town_chair},
        "?q=ZONE.CH": {cast.zone_chair},
        "?q=Group+Clerk": {cast.zone_secretary},
        "?state=closed": {cast.legal},
        "?state=held": {cast.observer},
        "?state=issued&q=legal": set(),
        "?role=town:secretary": {cast.town_secretary},
        "?role=legal": set(),
        "?role=emperor&state=nonsense": set(),
    }
    for who in (cast.admin, cast.security, cast.auditor):
        for asked, accounts in wanted.items() if who == cast.admin else [("", wanted[""])]:
            words = shown(client_of(who).get(reverse("user_list") + asked))
            found = {user for user in cast.users.values() if f'{reverse("user", args=[user.pk])}"' in words}
            assert found == accounts, asked
            assert ("没有找到账号" in words) == (not accounts)
            assert (reverse("user_new") in words) == (who == cast.admin)


def test_a_long_list_goes_on_page_by_page_and_misses_nobody(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "PAGE", 10)
    address, names = reverse("user_list"), []
    while address:
        words = shown(client_of(cast.auditor).get(address))
        names += re.findall(r'<span class="meta">([a-z0-9.]+)</span>', words)
        older = re.search(r'href="(\?[^"]*after=[^"]*)" rel="next"', words)
        address = reverse("user_list") + older[1] if older else ""
    assert names == sorted(names)
    assert set(names) == set(User.objects.values_list("username", flat=True))


def test_an_account_made_on_the_page_shows_its_password_once(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.admin)
    answer = client.post(reverse("user_new"), NEW)
    words = shown(answer)
    user = User.objects.get(username="town.farming")
    password = re.findall(r'translate="no">([^<]+)<', words)[0]
    assert user.check_password(password)
    assert "no-store" in answer.headers["Cache-Control"]
    later = [client.get(reverse("user", args=[user.pk])), client.get(reverse("log"), {"subject": f"user:{user.pk}"})]
    assert all(password not in shown(page) for page in later)
    assert "初始密码未改" in later[0].content.decode()
    assert "建立账号" in later[1].content.decode()
    refused = shown(client.post(reverse("user_new"), {**NEW, "username": "镇办"}), 422)
    assert "例如 town.office2" in refused
    assert "镇农业农村办" in refused, "what was typed stays"
    assert "已经用过" in shown(client.post(reverse("user_new"), {**NEW, "username": "legal"}), 409)


def test_the_life_of_an_account_on_its_pages(cast: Cast, client_of: ClientOf) -> None:
    admin, security, person = client_of(cast.admin), client_of(cast.security), cast.town_member
    pages = {name: reverse(name, args=[person.pk]) for name in (
        "user", "user_edit", "user_deactivate", "user_reactivate", "password_issue", "sign_in_release")}  # fmt: skip
    start = shown(admin.get(pages["user"]))
    assert all(pages[name] in start for name in ("user_edit", "user_deactivate", "password_issue"))
    assert pages["sign_in_release"] not in start
    assert admin.post(pages["user_edit"], {"display_name": "党委委员（统战）"}).headers["Location"] == pages["user"]
    assert "安全管理员核对身份" in shown(admin.get(pages["password_issue"]))
    assert "由其放行" in shown(admin.post(pages["password_issue"]))
    assert "登录待放行" in shown(security.get(pages["user"]))
    assert security.post(pages["sign_in_release"]).status_code == 302
    assert "请填写原因" in shown(admin.post(pages["user_deactivate"], {"reason": " "}), 422)
    assert admin.post(pages["user_deactivate"], {"reason": "调离岗位"}).status_code == 302
    closed = shown(admin.get(pages["user"]))
    assert "已停用" in closed
    assert pages["user_reactivate"] in closed
    assert pages["password_issue"] not in closed
    assert admin.post(pages["user_reactivate"], {"reason": "返回"}).status_code == 302
    user_sign_out(actor=cast.legal)
    everything = shown(client_of(cast.auditor).get(reverse("log"), {"who": "administrators"}))
    assert "停用账号" in everything
    assert "退出登录" not in everything, "what others did is left out"
    told = shown(client_of(cast.auditor).get(reverse("log"), {"subject": f"user:{person.pk}"}))
    for words in ("修改账号的岗位名称", "发放初始密码", "放行登录", "停用账号", "调离岗位", "启用账号"):
        assert words in told


def test_n5_each_administrator_is_refused_the_others_work_and_members_all_of_it(
    cast: Cast, client_of: ClientOf
) -> None:
    typed = {**NEW, "reason": "调离岗位"}
    of_system = ("user_new", "user_edit", "user_deactivate", "user_reactivate", "password_issue")
    before = AuditEvent.objects.count()
    for who in (cast.security, cast.auditor, cast.town_chair, cast.outsider):
        for name in of_system:
            address = reverse(name, args=[] if name == "user_new" else [cast.legal.pk])
            assert [client_of(who).get(address).status_code, client_of(who).post(address, typed).status_code] == [
                403,
                403,
            ]
    release = reverse("sign_in_release", args=[cast.legal.pk])
    for who in (cast.admin, cast.auditor, cast.town_chair, cast.legal):
        assert client_of(who).post(release).status_code == 403
    for who in (cast.town_chair, cast.designer, cast.outsider):
        for address in (reverse("user_list"), reverse("user", args=[cast.legal.pk])):
            assert client_of(who).get(address).status_code == 403
    assert AuditEvent.objects.count() == before


def test_only_who_reads_a_whole_chain_carries_it_away(cast: Cast, client_of: ClientOf) -> None:
    user_deactivate(actor=cast.admin, user_id=cast.legal.pk, reason="调离岗位")
    subject = f"user:{cast.legal.pk}"
    cast.legal.refresh_from_db()
    user_sign_out(actor=cast.legal)
    address = reverse("log_download", args=[subject])
    assert client_of(cast.security).get(address).status_code == 404
    assert address not in shown(client_of(cast.security).get(reverse("log"), {"subject": subject}))
    assert client_of(cast.auditor).get(address).status_code == 200


def test_the_security_administrator_gives_roles_on_the_persons_page(cast: Cast, client_of: ClientOf) -> None:
    page, give = reverse("user", args=[cast.outsider.pk]), reverse("user_role_grant", args=[cast.outsider.pk])
    typed = {"key": "town:proposer", "starts_on": "", "ends_on": "", "reason": "镇发〔2026〕7号"}
    for who in (cast.admin, cast.auditor, cast.town_chair):
        assert client_of(who).post(give, typed).status_code == 403
    client = client_of(cast.security)
    assert give in shown(client.get(page))
    assert "请选择角色" in shown(client.post(give, {**typed, "key": ""}), 422)
    assert client.post(give, typed).headers["Location"] == page
    grant = RoleGrant.objects.get(user=cast.outsider)
    assert (grant.role.key, grant.granted_by, grant.reason) == ("town:proposer", cast.security, "镇发〔2026〕7号")
    assert reverse("role_revoke", args=[grant.pk]) in shown(client.get(page))
    refused = shown(client.post(give, {**typed, "key": "auditor"}), 409)
    assert "必须单独担任" in refused
    assert "镇发〔2026〕7号" in refused

"""The page of requests: what each may do on it, what is refused with the words kept, and where what is missing shows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client

from decisions.actions import preparation as prepare
from decisions.models import Exploration, Item, ReviewRequest
from permissions.ids import cover
from permissions.models import User
from tests.decisions.items.conftest import Hand
from tests.decisions.preparation.test_requests import need, today
from workflows import clock

ClientOf = Callable[[User], Client]


def send(client: Client, item: Item, do: str, at: int | str = "", **fields: Any) -> Any:
    named = {f"{do}{at}-{name}": value for name, value in fields.items()}
    return client.post(f"/items/{cover(item.pk)}/reviews/", {"do": do, "at": at, "plan_version": 1, **named})


def text(client: Client, item: Item) -> str:
    return client.get(f"/items/{cover(item.pk)}/reviews/").content.decode()


def test_a_secretary_asks_and_the_asked_finds_it_on_the_first_page(hand: Hand, client_of: ClientOf) -> None:
    item = hand.planned()
    desk, member = client_of(hand.cast.town_secretary), client_of(hand.cast.zone_member)
    due = today() + timedelta(days=9)
    assert send(desk, item, "ask_risk", asked=hand.cast.zone_member.pk, due=due.isoformat()).status_code == 302
    request = ReviewRequest.objects.get(kind="risk")
    assert "/reviews/#risk" in member.get("/").content.decode()
    assert "提交风险评估" in text(member, item)
    assert "提交风险评估" not in text(desk, item)
    bare = send(member, item, "risk", request.pk, level="high", text="风险点三处。")
    assert bare.status_code == 422
    assert "风险点三处。" in bare.content.decode()
    given = {"level": "high", "controllable": "yes", "text": "风险点三处。", "measures": "收保证金。"}
    assert send(member, item, "risk", request.pk, **given).status_code == 302
    assert "风险点三处。" in text(desk, item)
    assert need(item, "risk").state == "met"
    assert "/reviews/#risk" not in member.get("/").content.decode()


def test_an_outside_expert_is_checked_and_entered_from_the_signed_original(hand: Hand, client_of: ClientOf) -> None:
    item = hand.planned()
    desk = client_of(hand.cast.town_secretary)
    due = (today() + timedelta(days=9)).isoformat()
    send(desk, item, "ask_expert", person="结构工程师", unit="市建筑设计院", due=due)
    request = ReviewRequest.objects.get(kind="expert")
    assert "提交专家意见" not in text(desk, item)
    assert send(desk, item, "check", request.pk, interest="no", note="本人声明。").status_code == 302
    original = hand.upload(item, "expert", "意见书.pdf")
    given = {"verdict": "not", "text": "屋面不宜加载。", "dissent": "应先招租。", "signed_name": "结构工程师"}
    assert send(desk, item, "expert", request.pk, **given).status_code == 422
    assert send(desk, item, "expert", request.pk, material=original.pk, **given).status_code == 302
    shown = text(desk, item)
    assert "应先招租。" in shown
    assert "系统签名" in shown


def test_public_comments_from_publication_to_the_end(hand: Hand, client_of: ClientOf) -> None:
    item = hand.planned()
    desk = client_of(hand.cast.zone_secretary)
    short = {"opens_on": today().isoformat(), "due": (today() + timedelta(days=5)).isoformat(), "channel": "公告栏"}
    refused = send(desk, item, "publish", **short)
    assert refused.status_code == 422
    assert "R6" in refused.content.decode()
    send(desk, item, "publish", shortened="汛期将至。", **short)
    request = ReviewRequest.objects.get(kind="public")
    send(desk, item, "comment", request.pk, text="保留门楼。", received_on=today().isoformat())
    comment = request.comments.get()
    send(desk, item, "answer", comment.pk, answer="adopted")
    assert "办结公开征求意见" not in text(desk, item)
    with clock.at(clock.now() + timedelta(days=7)):
        assert "办结公开征求意见" in text(desk, item)
        assert send(desk, item, "close", request.pk).status_code == 302
    shown = text(desk, item)
    for words in ("保留门楼。", "汛期将至。", "已采纳"):
        assert words in shown


def test_extending_withdrawing_and_an_exploration(hand: Hand, client_of: ClientOf) -> None:
    item = hand.planned()
    desk, chair = client_of(hand.cast.town_secretary), client_of(hand.cast.town_chair)
    request = ReviewRequest.objects.get(kind="legality")
    later = request.due + timedelta(days=3)
    assert send(desk, item, "extend", request.pk, due=later.isoformat()).status_code == 302
    request.refresh_from_db()
    assert request.due == later
    risk = hand.ask(item, "risk")
    assert send(desk, item, "withdraw", risk.pk, reason="").status_code == 422
    assert send(desk, item, "withdraw", risk.pk, reason="改请他人。").status_code == 302
    assert "改请他人。" in text(desk, item)
    assert "同意按探索性改革事项办理" not in text(desk, item)
    assert send(desk, item, "explore", basis="试点方案", reason="先行。").status_code == 403
    assert send(chair, item, "explore", basis="试点方案", reason="先行。").status_code == 302
    assert Exploration.objects.filter(item=item).exists()
    legal = client_of(hand.cast.legal)
    assert "明示的法律风险" in legal.get(f"/items/{cover(item.pk)}/legality/").content.decode()


def test_a_member_reads_and_an_outsider_does_not(hand: Hand, client_of: ClientOf) -> None:
    item = hand.planned()
    assert "上会要求" in text(client_of(hand.cast.town_member), item)
    outsider = client_of(hand.cast.outsider)
    assert outsider.get(f"/items/{cover(item.pk)}/reviews/").status_code == 404
    assert send(outsider, item, "explore", basis="a", reason="b").status_code == 404
    assert send(client_of(hand.cast.town_member), item, "complete").status_code == 302


def test_r3_where_an_item_is_tabled_what_is_missing_stands_with_its_owner(hand: Hand, client_of: ClientOf) -> None:
    item = hand.reviewed()
    desk = client_of(hand.cast.town_secretary)
    page = desk.get(f"/items/{cover(item.pk)}/table/").content.decode()
    for words in ("还不能列入议程", "风险评估报告", "由双方秘书办理"):
        assert words in page
    assert "上会要求" in desk.get(f"/items/{cover(item.pk)}/").content.decode()
    hand.prepared(item)
    assert "还不能列入议程" not in desk.get(f"/items/{cover(item.pk)}/table/").content.decode()


def test_the_story_and_the_log_tell_it_in_words(hand: Hand, client_of: ClientOf) -> None:
    item = hand.prepared(hand.reviewed())
    prepare.calendar_day_set(actor=hand.cast.town_secretary, day=today(), working=False, name="停工")
    told = client_of(hand.cast.town_secretary).get(f"/items/{cover(item.pk)}/history/").content.decode()
    log = client_of(hand.cast.town_secretary).get("/log/").content.decode()
    for words in ("提交风险评估", "提交专家意见", "核查专家利害关系", "公开征求意见"):
        assert words in told
    assert "修改工作日历" in log
    for verb in ("review_request", "risk_give", "calendar_day_set"):
        assert verb not in told

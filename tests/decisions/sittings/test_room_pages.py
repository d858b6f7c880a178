"""The room's further pages, and what looking at the room costs."""

from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from decisions.actions import sittings as act
from decisions.models import Recusal, RecusalRuling, Sitting
from decisions.selectors import room as select
from permissions.models import User
from tests.decisions.sittings.conftest import Room

Clients = Callable[[User], Client]


def test_asking_an_unchanged_room_again_costs_a_handful_of_queries(room: Room, client_of: Clients) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    client = client_of(room.cast.town_member)
    shown = select.room_of(room.sitting, room.cast.town_member)
    asked = {"v": shown.version, "own": shown.own_key, "status": "open"}
    url = reverse("sitting_room", args=[room.sitting.pk])
    client.get(url, asked)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url, asked).status_code == 204
    assert len(found) <= 9, [query["sql"][:80] for query in found]
    act.hand_raise(actor=room.cast.zone_member, entry_id=entry.pk, seat_id=room.seat("zone.finance").pk)
    answer = client.get(url, asked)
    assert answer.status_code == 200 and "申请发言" in answer.content.decode()


def test_a_break_is_announced_on_everybodys_page_and_ends_there(room: Room, client_of: Clients) -> None:
    room.open()
    desk, member = client_of(room.cast.town_secretary), client_of(room.cast.town_member)
    url = reverse("sitting_adjourn", args=[room.sitting.pk])
    assert desk.get(url).status_code == 200
    assert desk.post(url, {"reason": "午休"}).status_code == 422
    asked = {"on": "2099-01-01", "time": "14:00", "reason": "午休"}
    assert desk.post(url, asked).status_code == 422
    assert member.get(url).status_code == 403
    later = timezone.localtime(timezone.now() + timedelta(hours=20))
    desk.post(url, {"on": later.date().isoformat(), "time": "14:00", "reason": "等待两村说明"})
    assert Sitting.objects.get().status == "adjourned"
    poll = reverse("sitting_room", args=[room.sitting.pk])
    assert member.get(poll, {"status": "open"}).headers["HX-Refresh"] == "true"
    page = member.get(reverse("sitting", args=[room.sitting.pk])).content.decode()
    assert "会议休会中" in page and "等待两村说明" in page and "room-poll" in page
    desk.post(reverse("sitting_resume", args=[room.sitting.pk]))
    assert Sitting.objects.get().status == "open"


def test_a_recusal_is_reported_and_ruled_on_from_the_pages(room: Room, client_of: Clients) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    member, chair = client_of(room.cast.town_member), client_of(room.cast.zone_chair)
    url = reverse("recusal_report", args=[entry.pk])
    assert member.post(url, {"seat": room.seat("zone.investment").pk, "kind": "own"}).status_code == 422
    member.post(url, {"seat": room.seat("zone.investment").pk, "kind": "own", "reason": "持有股份"})
    recusal = Recusal.objects.get()
    rule = reverse("recusal_rule", args=[recusal.pk])
    assert rule in chair.get(reverse("sitting", args=[room.sitting.pk])).content.decode()
    assert member.post(rule, {"upheld": "yes", "reason": "属实"}).status_code == 403
    assert chair.post(rule, {"reason": "属实"}).status_code == 422
    chair.post(rule, {"upheld": "yes", "reason": "属实"})
    assert RecusalRuling.objects.get().upheld


def test_the_desk_finds_the_one_step_that_leads_to_the_vote(room: Room, client_of: Clients) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    desk, host = client_of(room.cast.town_secretary), client_of(room.cast.zone_chair)
    page = reverse("sitting", args=[room.sitting.pk])
    assert 'id="do-next"' in desk.get(page).content.decode()
    seat = room.seat("zone.investment")
    act.recusal_report(actor=room.cast.town_member, entry_id=entry.pk, seat_id=seat.pk, reason="持有股份", kind="own")
    shown = host.get(page).content.decode()
    assert 'id="do-rule"' in shown and 'id="do-voting"' not in shown
    assert 'id="do-rule"' not in desk.get(page).content.decode()
    act.recusal_rule(actor=room.cast.zone_chair, recusal_id=Recusal.objects.get().pk, upheld=False, reason="无利害关系")
    room.hear(entry, stance="disagree")
    split = desk.get(page).content.decode()
    assert 'id="do-go-on"' in split and 'id="do-next"' not in split


def test_nobody_is_named_and_no_relation_chosen_before_somebody_does(room: Room, client_of: Clients) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    member, url = client_of(room.cast.town_member), reverse("recusal_report", args=[entry.pk])
    assert '<option value="" selected>请选择席位' in member.get(url).content.decode()
    for said in ({"kind": "own"}, {"seat": room.seat("zone.investment").pk}):
        assert member.post(url, {"reason": "持有股份"} | said).status_code == 422
    assert not Recusal.objects.exists()


def test_r23_the_room_says_how_it_is_voted_and_sends_nobody_to_a_screen_for_a_show_of_hands(
    room: Room, client_of: Clients
) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    (town, _zone) = act.voting_open(actor=room.cast.town_secretary, entry_id=entry.pk, method="hands")
    member = client_of(room.cast.town_member)
    shown = member.get(reverse("sitting", args=[room.sitting.pk])).content.decode()
    assert "举手表决" in shown and "记名表决" not in shown and "去投票" not in shown
    assert "请在会场举手表决" in member.get(reverse("ballot", args=[town.pk])).content.decode()

"""The ledger's pages: what they show, to whom, and what the export holds."""

import json

from django.test import Client
from django.urls import reverse

from decisions.models import Item
from decisions.rules.ledger import digest
from decisions.selectors.ledger import ledger_of
from decisions.selectors.ledger.page import kept, read_kept
from permissions import audit
from permissions.models import AuditEvent
from tests.decisions.items.conftest import Hand
from tests.decisions.sittings.conftest import Room


def signed_in(client: Client, user: object) -> Client:
    client.force_login(user)  # type: ignore[arg-type]
    return client


def test_the_page_has_all_rules_and_says_what_would_fail(hand: Hand, client: Client) -> None:
    item = hand.confirmed()
    page = signed_in(client, hand.cast.town_secretary).get(reverse("ledger", args=[item.pk])).content.decode()
    for number in range(1, 48):
        assert f">R{number}<" in page
    assert "现在会不符合" in page
    assert "国务院令713号 第25条" in page


def test_in_english_every_rule_has_english(hand: Hand, client: Client) -> None:
    item = hand.confirmed()
    user = hand.cast.town_secretary
    user.language = "en"
    user.save(update_fields=["language"])
    page = signed_in(client, user).get(reverse("ledger", args=[item.pk])).content.decode()
    assert "Would fail now" in page
    assert "State Council Decree 713, art. 25" in page


def test_the_export_is_whole_and_its_digest_is_the_page_s(hand: Hand, client: Client) -> None:
    item = hand.confirmed()
    answer = signed_in(client, hand.cast.auditor).get(reverse("ledger_json", args=[item.pk]))
    data = json.loads(answer.content)
    assert answer["Content-Type"] == "application/json"
    assert [rule["rule"] for rule in data["rules"]] == [f"R{number}" for number in range(1, 48)]
    assert set(data) == {"schema", "version", "as_of", "item", "digest", "counts", "rules", "exceptions"}
    assert data["digest"] == digest(ledger_of(Item.objects.get(pk=item.pk)))
    assert len(data["exceptions"]) == 5
    assert sum(data["counts"].values()) == 47


def test_an_outsider_sees_no_ledger(hand: Hand, client: Client) -> None:
    item = hand.confirmed()
    signed_in(client, hand.cast.outsider)
    for name in ("ledger", "ledger_json"):
        assert client.get(reverse(name, args=[item.pk])).status_code == 404
    assert client.get(reverse("ledger_list")).status_code == 404


def test_the_list_shows_secretaries_every_item(hand: Hand, client: Client) -> None:
    item = hand.confirmed()
    page = signed_in(client, hand.cast.town_secretary).get(reverse("ledger_list")).content.decode()
    assert item.title in page
    assert "R4" in page


def test_a_chair_waives_on_a_page_and_a_member_has_none(hand: Hand, client: Client) -> None:
    item = hand.confirmed()
    url = reverse("ledger_waive", args=[item.pk, 10])
    assert signed_in(client, hand.cast.town_member).get(url).status_code == 403
    signed_in(client, hand.cast.town_chair)
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": "", "authority": ""}).status_code == 422
    assert client.post(url, {"reason": "理由", "authority": "依据"}).status_code == 409


def test_the_ledger_is_kept_at_tabling_at_the_vote_and_at_the_result(room: Room, client: Client) -> None:
    entry = room.decided("ffffffffa", "fffffff")
    item = Item.objects.get(pk=entry.item_id)
    events = kept(item, room.cast.auditor)
    assert [event.data["moment"] for event in events] == ["tabling", "voting", "announced"]
    for event in events:
        found = read_kept(event)
        assert [one.rule for one in found] == list(range(1, 48))
        assert digest(found) == event.data["digest"]
    assert not list(audit.verify(item.subject))
    signed_in(client, room.cast.auditor)
    url = reverse("ledger", args=[item.pk])
    then = client.get(url, {"at": events[0].seq}).content.decode()
    now = client.get(url).content.decode()
    assert "表决时" in now
    assert events[0].data["digest"][:12] in then
    assert events[0].data["digest"][:12] not in now


def test_no_kept_ledger_shows_a_direction_while_the_ballot_is_open(room: Room) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    ballots = room.ballots(entry)
    room.vote_some(ballots["town"], 3)
    event = AuditEvent.objects.get(verb="ledger_snapshot", data__moment="voting")
    for finding in [*read_kept(event), *ledger_of(Item.objects.get(pk=entry.item_id))]:
        for row in finding.inputs.get("ballots", ()):
            assert row.get("in_favour") is None

"""A split goes back to joint planning, or up to the superior if both chairs say so (R42)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from decisions import waits
from decisions.actions import after as act
from decisions.actions import sittings as meet
from decisions.models import (
    AgendaEntry,
    Item,
    Material,
    Minutes,
    Publication,
    Resolution,
    SplitChoice,
    SuperiorReport,
    SuperiorRuling,
    Vote,
)
from decisions.policies.signing import signers_of
from decisions.policies.sittings import bodies_of
from decisions.selectors.items.story import words_of
from permissions.models import User
from permissions.policies import policy_for
from tests.decisions.after.conftest import PAPER, After, logged
from workflows.actions import case_jump

pytestmark = pytest.mark.django_db
Refused = Callable[..., Any]


def choose(room: After, item: Item, side: str, route: str = "up", reason: str = "用地意见不一") -> SplitChoice:
    chair = room.cast.town_chair if side == "town" else room.cast.zone_chair
    return act.split_choose(actor=chair, item_id=item.pk, route=route, reason=reason)


def test_r42_a_split_waits_for_the_chairs(room: After) -> None:
    item = room.split()
    assert room.nodes(item) == {"split"}


def test_r42_one_chair_alone_does_not_send_it_up(room: After) -> None:
    item = room.split()
    choose(room, item, "town")
    assert room.nodes(item) == {"split"}
    assert not SuperiorReport.objects.exists()


def test_r42_both_chairs_send_it_up_and_a_report_is_owed(room: After) -> None:
    item = room.sent_up()
    assert room.nodes(item) == {"superior"}
    report = SuperiorReport.objects.get(item=item)
    assert (report.kind, report.sent_on) == ("split", None)
    assert [event.data["route"] for event in logged(item, "split_choose")] == ["up", "up"]


@pytest.mark.parametrize("first", [None, "up"])
def test_r42_one_chair_for_planning_is_enough(room: After, first: str | None) -> None:
    item = room.split()
    if first:
        choose(room, item, "town", first)
    choose(room, item, "zone", "plan", "")
    assert room.nodes(item) == {"plan"}


def test_the_same_choice_twice_is_one(room: After, refused: Refused) -> None:
    item = room.sent_up()
    row = choose(room, item, "town")
    assert SplitChoice.objects.filter(entry=row.entry).count() == 2
    with refused("chosen_already"):
        choose(room, item, "town", "plan")


def test_only_chairs_choose_and_only_where_there_is_a_split(room: After, refused: Refused) -> None:
    item = room.split()
    with refused("role"):
        act.split_choose(actor=room.cast.town_secretary, item_id=item.pk, route="plan")
    with refused("invalid"):
        choose(room, item, "town", "up", "")
    with refused("invalid"):
        choose(room, item, "town", "sideways")
    other = room.item("另一件")
    with refused("not_now"):
        choose(room, other, "town")


@pytest.fixture(autouse=True)
def _plain_static(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def split_without(room: After) -> Item:
    """A split from whose item the zone's chair has stepped back; the town's presided."""
    entry = room.open(room.item())
    room.arrive()
    seat, deputy = room.seat("zone.chair"), room.seat("town.chair")
    meet.recusal_declare(actor=seat.user, entry_id=entry.pk, seat_id=seat.pk, reason="涉及本人", kind="own")
    given = {"seat_id": deputy.pk, "reason": "主持人回避", "entry_id": entry.pk}
    meet.chair_take(actor=deputy.user, sitting_id=room.sitting.pk, **given)
    room.begin(entry)
    room.hear(entry)
    ballots = room.ballots(entry)
    room.vote(ballots["town"], "f" * 9)
    room.vote(ballots["zone"], "a" * 6)
    meet.voting_close(actor=room.cast.town_secretary, entry_id=entry.pk)
    meet.result_announce(actor=room.cast.town_secretary, entry_id=entry.pk)
    room.close()
    return entry.item


def test_r24_who_stands_in_for_a_recused_chair_chooses_with_the_other_chair(
    room: After, refused: Refused, client_of: Callable[[User], Client]
) -> None:
    item = split_without(room)
    stand_in, other, chair = room.cast["zone.standing"], room.cast["zone.industry"], room.cast.zone_chair
    with refused("recused"):
        choose(room, item, "zone")
    with refused("role"):
        act.split_choose(actor=other, item_id=item.pk, route="up", reason="用地意见不一")
    with refused("role"):
        act.split_choose(actor=stand_in, item_id=item.pk, route="up", reason="用地意见不一", body="town")
    with refused("role"):
        act.split_choose(actor=stand_in, item_id=room.item("另一件").pk, route="up", reason="用地意见不一")
    holders = policy_for(Item).holders("split_choose", item)
    assert set(holders) == {room.cast.town_chair, stand_in}

    assert [[wait.url for wait in waits.splits_to_choose(one)] for one in (other, chair)] == [[], []]
    (wait,) = waits.splits_to_choose(stand_in)
    page = reverse("split", args=[item.pk])
    assert (wait.url, wait.action) == (page, "去选定")
    client, elsewhere = client_of(stand_in), client_of(other)
    assert page in client.get(reverse("item", args=[item.pk])).content.decode()
    assert page not in elsewhere.get(reverse("item", args=[item.pk])).content.decode()
    assert "由您代行选择" in client.get(page).content.decode()
    assert elsewhere.get(page).status_code == 403

    choose(room, item, "town")
    assert room.nodes(item) == {"split"}
    given = {"actor": stand_in, "item_id": item.pk, "reason": "用地意见不一"}
    row = act.split_choose(route="up", **given)
    assert act.split_choose(route="up", **given) == row
    with refused("chosen_already"):
        act.split_choose(route="plan", **given)
    seat = room.seat("zone.standing")
    assert (row.body.code, row.seat.position, row.by) == ("zone", seat.position, stand_in)
    assert room.nodes(item) == {"superior"}
    assert list(waits.splits_to_choose(stand_in)) == []
    event = logged(item, "split_choose")[-1]
    assert (event.actor, event.data["stands_in"]) == (stand_in, seat.position)
    assert f"由{seat.position}代行" in words_of(event.verb, event.data)[1]
    assert "班长回避，代行" in client.get(reverse("item", args=[item.pk])).content.decode()


def test_r24_who_stands_in_alone_sends_a_split_back_to_planning(room: After) -> None:
    item = split_without(room)
    row = act.split_choose(actor=room.cast["zone.standing"], item_id=item.pk, route="plan")
    (town, zone) = signers_of(row.entry, bodies_of(row.entry.sitting))
    assert (town.seat, zone.seat) == (None, row.seat)
    assert room.nodes(item) == {"plan"}


def test_r42_ruled_for_it_is_signed_and_the_ruling_is_no_vote(room: After) -> None:
    item = room.sent_up()
    votes, counts = Vote.objects.count(), list(Resolution.objects.values_list("passed", flat=True))
    row = room.rule(item)
    assert room.nodes(item) == {"sign_town", "sign_zone"}
    entry = AgendaEntry.objects.get(item=item)
    assert entry.outcome == "split"
    assert (Vote.objects.count(), list(Resolution.objects.values_list("passed", flat=True))) == (votes, counts)
    minutes = Minutes.objects.get(entry=entry)
    assert minutes.text.endswith("同意按方案实施。")
    assert "上级裁定　市委办公室" in minutes.text
    assert minutes.version == 2
    assert row.file is not None
    assert logged(item, "superior_rule")[0].data["document"] == "市委办〔2026〕3号"
    room.sign(item)
    assert room.nodes(item) == {"execute"}
    assert Publication.objects.filter(item=item).exists()


def test_r42_ruled_against_ends_the_item(room: After) -> None:
    item = room.sent_up()
    room.rule(item, "against")
    item.refresh_from_db()
    assert item.status == Item.Status.CLOSED
    assert room.nodes(item) == set()
    assert not Publication.objects.filter(item=item).exists()


def test_r42_sent_back_it_is_planned_again_and_may_split_again(room: After) -> None:
    item = room.sent_up()
    room.rule(item, "back")
    assert room.nodes(item) == {"plan"}
    room.split(room.plan_again(item))
    assert room.nodes(item) == {"split"}
    room.sent_up(item)
    assert room.nodes(item) == {"superior"}


def test_a_ruling_is_recorded_once(room: After) -> None:
    item = room.sent_up()
    assert room.rule(item) == room.rule(item)
    assert Material.objects.filter(item=item, kind="superior").count() == 1


def test_a_ruling_needs_everything_that_proves_it(room: After, refused: Refused) -> None:
    item = room.sent_up()
    with refused("invalid") as found:
        room.rule(item, "perhaps", authority="", document="", on=None, text="", files=[])
    assert set(found.value.fields) == {"answer", "authority", "document", "on", "text", "papers"}
    with refused("file_refused"):
        room.rule(item, files=[("批复.exe", b"MZ")])
    with refused("role"):
        room.rule(item, actor=room.cast.town_chair)
    assert not Material.objects.filter(item=item, kind="superior").exists()
    with refused("not_now"):
        room.rule(room.item("另一件"))


def test_nothing_of_it_is_changed_afterwards(room: After) -> None:
    row = room.rule(room.sent_up())
    for rows in (SuperiorRuling.objects.filter(pk=row.pk), SplitChoice.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(by=room.cast.admin)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete("default")


def jump(room: After, item: Item, to: str) -> None:
    """Move by hand, a confirmation by others being there already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("decisions.policies.moves._is_confirmed", lambda _item: True)
        case_jump(actor=room.cast.admin, case_id=item.case_id, to=to, reason="试")


@pytest.mark.parametrize("to", ["agreed", "ruled", "fork_sign", "sign_town", "execute", "done", "refused"])
def test_r42_nobody_moves_a_split_past_its_ruling(room: After, refused: Refused, to: str) -> None:
    for item in (room.split(), room.sent_up()):
        with refused("not_deliberated"):
            jump(room, item, to)


def test_r42_nobody_moves_a_split_up_by_hand(room: After, refused: Refused) -> None:
    item = room.split()
    with refused("not_sent_up"):
        jump(room, item, "superior")
    room.sent_up(item)
    with refused("split_settled"):
        jump(room, item, "split")
    room.rule(item, "back")
    with refused("no_split"):
        jump(room, item, "split")
    with refused("no_split"):
        jump(room, item, "superior")


def test_a_ruling_of_an_earlier_split_counts_for_nothing(room: After, refused: Refused) -> None:
    item = room.sent_up()
    room.rule(item)
    jump(room, item, "plan")
    for to in ("agreed", "sign_town", "execute"):
        with refused("not_deliberated"):
            jump(room, item, to)


def test_a_ruling_opens_the_way_to_the_signatures_only(room: After, refused: Refused) -> None:
    item = room.sent_up()
    room.rule(item)
    with refused("not_signed"):
        jump(room, item, "execute")


def test_the_paper_is_kept_with_the_item(room: After) -> None:
    row = room.rule(room.sent_up())
    assert row.file.name == PAPER[0]
    with row.file.file.open() as stored:
        assert stored.read() == PAPER[1]

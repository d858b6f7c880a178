"""Votes by voice, by hands and on paper, written down by two people; elections."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from decisions.actions import sittings as act
from decisions.actions.sittings.secret import receipt_issue
from decisions.models import AgendaEntry, Ballot, BallotSheet, Minutes, Motion, Resolution, Vote, VoteCheck
from permissions.models import AuditEvent, User
from tests.decisions.sittings.conftest import Room

Refused = Callable[..., Any]


@pytest.fixture
def heard(room: Room) -> AgendaEntry:
    """Everybody is there and has stated a view."""
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    return entry


def opened(room: Room, entry: AgendaEntry, method: str, *, paper: bool = False) -> dict[str, Ballot]:
    found = act.voting_open(actor=room.cast.town_secretary, entry_id=entry.pk, method=method, paper=paper)
    return {ballot.body.code: ballot for ballot in found}


def shown(room: Room, ballot: Ballot, letters: str) -> dict[str, str]:
    words = {"f": "for", "a": "against", "b": "abstain"}
    return {str(s.pk): words[one] for s, one in zip(room.voters(ballot.body.code), letters, strict=True)}


def both_enter(room: Room, ballot: Ballot, said: dict[str, Any]) -> None:
    for who in (room.cast.town_secretary, room.cast.zone_secretary):
        act.sheet_enter(actor=who, ballot_id=ballot.pk, said=said)


def test_r23_a_show_of_hands_counts_what_two_people_wrote_alike(
    room: Room, heard: AgendaEntry, refused: Refused
) -> None:
    ballots = opened(room, heard, "hands")
    town, said = ballots["town"], shown(room, ballots["town"], "ffffffaab")
    both_enter(room, ballots["zone"], shown(room, ballots["zone"], "fffffff"))
    first = act.sheet_enter(actor=room.cast.town_secretary, ballot_id=town.pk, said=said)
    assert act.sheet_enter(actor=room.cast.town_secretary, ballot_id=town.pk, said=said).pk == first.pk
    with refused("sheets_missing"):
        act.voting_close(actor=room.cast.town_secretary, entry_id=heard.pk)
    act.sheet_enter(actor=room.cast.zone_secretary, ballot_id=town.pk, said=shown(room, town, "fffffaaab"))
    with refused("sheets_differ"):
        act.voting_close(actor=room.cast.town_secretary, entry_id=heard.pk)
    act.sheet_enter(actor=room.cast.zone_secretary, ballot_id=town.pk, said=said)
    act.voting_close(actor=room.cast.town_secretary, entry_id=heard.pk)
    act.result_announce(actor=room.cast.zone_chair, entry_id=heard.pk)
    found = Resolution.objects.get(body__code="town")
    assert (found.in_favour, found.against, found.abstained) == (6, 2, 1)
    assert Vote.objects.count() == 16 and "举手表决" in heard.minutes.text
    events = AuditEvent.objects.filter(verb="sheet_enter")
    assert events.count() == 5 and all("for" not in str(event.data.values()).split("'") for event in events)


def test_a_member_objects_and_the_vote_waits_until_it_is_settled(
    room: Room, heard: AgendaEntry, refused: Refused
) -> None:
    ballots = opened(room, heard, "voice")
    seat = room.voters("town")[0]
    with refused("not_recorded"):
        act.vote_check(actor=seat.user, ballot_id=ballots["town"].pk, seat_id=seat.pk, right=True)
    both_enter(room, ballots["town"], shown(room, ballots["town"], "afffffffb"))
    both_enter(room, ballots["zone"], shown(room, ballots["zone"], "fffffff"))
    given: dict[str, Any] = {"actor": seat.user, "ballot_id": ballots["town"].pk, "seat_id": seat.pk}
    one = act.vote_check(**given, right=False, words="我投的是赞成")
    assert act.vote_check(**given, right=False, words="我投的是赞成").pk == one.pk
    with refused("objection"):
        act.voting_close(actor=room.cast.town_secretary, entry_id=heard.pk)
    other = room.voters("town")[1]
    with refused("not_your_seat"):
        act.vote_check(actor=seat.user, ballot_id=ballots["town"].pk, seat_id=other.pk, right=False)
    both_enter(room, ballots["town"], shown(room, ballots["town"], "ffffffffb"))
    act.voting_close(actor=room.cast.town_secretary, entry_id=heard.pk)
    assert VoteCheck.objects.count() == 1
    with refused("ballot_closed"):
        act.vote_check(**given, right=True)


def test_papers_add_up_to_the_voters_and_are_counted_by_two(room: Room, heard: AgendaEntry, refused: Refused) -> None:
    ballots = opened(room, heard, "secret", paper=True)
    town = ballots["town"]
    counts = {"for": 5, "against": 2, "abstain": 0, "spoilt": 1, "unused": 1}
    for wrong in ({**counts, "for": 6}, {**counts, "for": -1, "against": 8}, {}):
        with refused("sheet"):
            act.sheet_enter(actor=room.cast.town_secretary, ballot_id=town.pk, said=wrong)
    both_enter(room, town, counts)
    both_enter(room, ballots["zone"], {"for": 3, "against": 3, "abstain": 1})
    seat = room.voters("town")[0]
    with refused("method"):
        act.vote_cast(actor=seat.user, ballot_id=town.pk, seat_id=seat.pk, choice="for")
    with refused("method"):
        act.slip_cast(actor=seat.user, ballot_id=town.pk, seat_id=seat.pk, receipt="", choice="for")
    act.voting_close(actor=room.cast.town_secretary, entry_id=heard.pk)
    assert act.result_announce(actor=room.cast.zone_chair, entry_id=heard.pk).outcome == "split"
    found = {row.body.code: row for row in Resolution.objects.select_related("body")}
    assert (found["town"].in_favour, found["town"].spoilt, found["town"].not_voted, found["town"].passed) == (
        5,
        1,
        1,
        True,
    )
    assert (found["zone"].in_favour, found["zone"].passed) == (3, False)
    assert not Vote.objects.exists()


def test_n11_a_sheet_stays_as_it_was_written(room: Room, heard: AgendaEntry) -> None:
    ballots = opened(room, heard, "hands")
    both_enter(room, ballots["town"], shown(room, ballots["town"], "fffffffff"))
    for change in (lambda: BallotSheet.objects.update(content={}), lambda: BallotSheet.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_only_the_desk_writes_sheets(room: Room, heard: AgendaEntry, refused: Refused) -> None:
    town = opened(room, heard, "hands")["town"]
    with refused("role"):
        act.sheet_enter(actor=room.cast.town_member, ballot_id=town.pk, said={})
    with refused("sheet"):
        act.sheet_enter(actor=room.cast.town_secretary, ballot_id=town.pk, said={"0": "for"})


# ---------------------------------------------------------------- elections

PEOPLE = ("甲", "乙", "丙")


@pytest.fixture
def election(room: Room) -> AgendaEntry:
    """Three people stand for two places; everybody is there and has been heard."""
    room.prepare(room.item("推荐人选", "personnel", PEOPLE))
    entry = AgendaEntry.objects.get()
    act.election_set(actor=room.cast.town_secretary, entry_id=entry.pk, places=2)
    act.election_set(actor=room.cast.town_secretary, entry_id=entry.pk, places=2)
    room.notice()
    act.sitting_open(actor=room.cast.town_secretary, sitting_id=room.sitting.pk)
    for seat in room.sitting.seats.select_related("user", "body"):
        room.seats[seat.user.username, seat.body.code] = seat
    room.sitting.refresh_from_db()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    entry.refresh_from_db()
    return entry


def pick(room: Room, ballots: dict[str, Ballot], slips: dict[str, list[tuple[int, str]]]) -> list[int]:
    """So many of each body, in order, pick the people of these letters."""
    runners = list(ballots["town"].motion.runners.select_related("candidate").order_by("order"))
    standing = [row.candidate_id for row in runners]
    names = {row.candidate.name: row.candidate_id for row in runners}
    for code, ballot in ballots.items():
        letters = [one for count, one in slips[code] for _each in range(count)]
        for seat, one in zip(room.voters(code), letters, strict=True):
            picks = [names[name] for name in one]
            given: dict[str, Any] = {"actor": seat.user, "ballot_id": ballot.pk, "seat_id": seat.pk, "picks": picks}
            if ballot.is_secret:
                act.slip_cast(receipt=receipt_issue(actor=seat.user, ballot_id=ballot.pk, seat_id=seat.pk), **given)
            else:
                act.vote_cast(**given)
    return standing


@pytest.mark.parametrize("method", ["secret", "named"])
def test_who_both_bodies_elect_is_elected_and_a_tie_is_voted_on_again(
    room: Room, election: AgendaEntry, method: str
) -> None:
    slips = {"town": [(6, "甲乙"), (3, "甲丙")], "zone": [(4, "甲乙"), (2, "甲丙"), (1, "")]}
    first, second, _third = pick(room, opened(room, election, method), slips)
    act.voting_close(actor=room.cast.town_secretary, entry_id=election.pk)
    assert act.result_announce(actor=room.cast.zone_chair, entry_id=election.pk).outcome == "passed"
    motion = Motion.objects.get()
    assert motion.elected == [first, second] and not hasattr(motion, "runoff")
    zone = Resolution.objects.get(body__code="zone")
    assert [(row["votes"], row["fate"]) for row in zone.tallies] == [(6, "elected"), (4, "elected"), (2, "short")]
    assert (zone.in_favour, zone.abstained, zone.passed) == (6, 1, True)


def test_a_tie_at_the_border_is_voted_on_again_by_both_bodies(room: Room, election: AgendaEntry) -> None:
    slips = {"town": [(4, "甲乙"), (4, "甲丙"), (1, "乙丙")], "zone": [(7, "甲乙")]}
    first, second, _third = pick(room, opened(room, election, "secret"), slips)
    act.voting_close(actor=room.cast.town_secretary, entry_id=election.pk)
    entry = act.result_announce(actor=room.cast.zone_chair, entry_id=election.pk)
    assert entry.stage == "voting", "the town's second place is tied: the entry goes on"
    motion = Motion.objects.get(runoff_of=None)
    assert (motion.elected, motion.runoff.places) == ([first], 1)
    assert [row.candidate_id for row in motion.runoff.runners.all()] == [second]
    pick(room, opened(room, election, "secret"), {"town": [(5, "乙"), (4, "")], "zone": [(7, "乙")]})
    act.voting_close(actor=room.cast.town_secretary, entry_id=election.pk)
    assert act.result_announce(actor=room.cast.zone_chair, entry_id=election.pk).outcome == "passed"
    assert Motion.objects.get(runoff_of=motion).elected == [second]


def test_r18_an_election_is_set_before_the_sitting_and_by_name_or_secret(
    room: Room, election: AgendaEntry, refused: Refused
) -> None:
    with refused("frozen"):
        act.election_set(actor=room.cast.town_secretary, entry_id=election.pk, places=None)
    with refused("method"):
        opened(room, election, "hands")
    ballot = opened(room, election, "named")["town"]
    seat = room.voters("town")[0]
    everybody = [row.candidate_id for row in ballot.motion.runners.all()]
    with refused("picks"):
        act.vote_cast(actor=seat.user, ballot_id=ballot.pk, seat_id=seat.pk, picks=everybody)


def test_places_are_at_most_the_people_who_stand(room: Room, refused: Refused) -> None:
    room.prepare(room.item("推荐人选", "personnel", PEOPLE))
    entry = AgendaEntry.objects.get()
    with refused("places"):
        act.election_set(actor=room.cast.town_secretary, entry_id=entry.pk, places=4)


def test_r30_minutes_and_item_say_who_was_elected_with_every_vote_and_the_run_off(
    room: Room, election: AgendaEntry, client_of: Callable[[User], Client]
) -> None:
    pick(room, opened(room, election, "secret"), {"town": [(5, "甲乙"), (4, "甲丙")], "zone": [(4, "甲"), (3, "乙")]})
    act.voting_close(actor=room.cast.town_secretary, entry_id=election.pk)
    entry = act.result_announce(actor=room.cast.zone_chair, entry_id=election.pk)
    assert entry.outcome == "passed"
    text = Minutes.objects.get(entry=entry).text
    assert "选举应选 2 名，人选 3 名：" in text
    assert "当选须 5 票。得票：" in text and "当选须 4 票。得票：" in text
    town, zone = (line.partition("得票：")[2] for line in text.splitlines() if "得票：" in line)
    assert [words.split("（")[-1].rstrip("）。") for words in town.split("，")] == ["当选", "当选", "未过线"]
    assert " 9 票（当选）" in town and " 5 票（当选）" in town and " 4 票（未过线）" in town
    assert " 4 票（当选）" in zone and " 3 票（未过线）" in zone
    assert "两个班子都选出的人选当选：甲" in text and "余下 1 名缺额。" in text
    counts = Minutes.objects.get(entry=entry).counts["motions"][0]
    assert counts["places"] == 2 and len(counts["bodies"]["town"]["tallies"]) == 3
    page = client_of(room.cast.town_secretary).get(reverse("item", args=[entry.item_id])).content.decode()
    assert "当选：甲" in page and "得票 9 / 应到 9，须超过半数即 5 票，当选。" in page
    assert "赞成 9 / 应到 9" not in page, "an election is not told as a vote for or against"


def test_r18_a_secretary_arranges_an_election_on_its_page(room: Room, client_of: Callable[[User], Client]) -> None:
    room.prepare(room.item("推荐人选", "personnel", PEOPLE))
    entry = AgendaEntry.objects.get()
    desk, address = client_of(room.cast.town_secretary), reverse("entry_election", args=[entry.pk])
    sitting = reverse("sitting", args=[room.sitting.pk])
    assert address in desk.get(sitting).content.decode()
    assert "差额选举：人选 3 名，每张票最多选 2 人" in desk.get(address).content.decode()
    for _click in range(2):
        assert desk.post(address, {"places": "2"}).status_code == 302
    entry.refresh_from_db()
    assert entry.places == 2 and "选举，应选 2 名" in desk.get(sitting).content.decode()
    assert desk.post(address, {"places": "4"}).status_code == 422
    assert desk.post(address, {"places": ""}).status_code == 302
    entry.refresh_from_db()
    assert entry.places is None
    member = client_of(room.cast.town_member)
    assert member.post(address, {"places": "2"}).status_code in (403, 404)
    assert address not in member.get(sitting).content.decode()


# ---------------------------------------------------------------- pages


def test_a_secret_vote_goes_through_its_pages_and_a_second_click_shows_the_receipt_again(
    room: Room, heard: AgendaEntry, client_of: Callable[[User], Client]
) -> None:
    ballots = opened(room, heard, "secret")
    town = ballots["town"]
    client, address = client_of(room.cast.town_member), reverse("ballot", args=[town.pk])
    assert "不登记投了什么" in client.get(address).content.decode()
    page = client.post(address, {"step": "confirm", "choice": "against"})
    token, receipt = page.context["token"], page.context["receipt"]
    assert page.status_code == 200 and receipt in page.content.decode()
    for _click in range(2):
        done = client.post(address, {"step": "cast", "choice": "against", "receipt": token})
        assert done.status_code == 200 and receipt in done.content.decode() and "反对" not in done.content.decode()
        assert "已投 1 / 可投 9" in done.content.decode(), "the vote just cast is in the turnout beside it"
        assert "no-store" in done.headers["Cache-Control"]
    assert receipt not in client.get(address).content.decode()
    listed = reverse("ballot_slips", args=[town.pk])
    assert receipt not in client.get(listed).content.decode()
    for seat in room.voters("town"):
        if seat.user != room.cast.town_member:
            issued = receipt_issue(actor=seat.user, ballot_id=town.pk, seat_id=seat.pk)
            act.slip_cast(actor=seat.user, ballot_id=town.pk, seat_id=seat.pk, receipt=issued, choice="against")
    act.voting_close(actor=room.cast.town_secretary, entry_id=heard.pk, early=True)
    assert receipt in client.get(listed).content.decode()
    act.result_announce(actor=room.cast.zone_chair, entry_id=heard.pk)
    room_page = client.get(reverse("sitting", args=[room.sitting.pk])).content.decode()
    assert listed in room_page and "结果可能看出谁投了什么" in room_page
    assert "看每席表决" not in room_page, "of a secret vote nothing is promised by seat"


def test_the_desk_chooses_the_way_and_two_people_enter_it_on_pages(
    room: Room, heard: AgendaEntry, client_of: Callable[[User], Client]
) -> None:
    desk, other = client_of(room.cast.town_secretary), client_of(room.cast.zone_secretary)
    way = reverse("entry_voting", args=[heard.pk])
    assert "纸质票" in desk.get(way).content.decode()
    desk.post(way, {"method": "secret-paper"})
    town = Ballot.objects.get(body__code="town")
    address = reverse("ballot", args=[town.pk])
    counts = {"for": "6", "against": "2", "abstain": "1"}
    assert desk.post(address, counts | {"for": "7"}).status_code == 422
    wrong = desk.post(address, counts | {"for": "六"})
    assert wrong.status_code == 422 and 'value="六"' in wrong.content.decode(), "what was typed stays to be put right"
    assert desk.post(address, counts).status_code == 302
    page = other.get(address).content.decode()
    assert "登记前看不到对方的数字" in page and 'value="6"' not in page
    other.post(address, counts | {"for": "5", "against": "3"})
    assert "赞成：党委秘书 6，党组秘书 5" in other.get(address).content.decode()
    live = reverse("ballot_live", args=[town.pk])
    waiting = client_of(room.cast.town_member).get(address).context
    shown = {"v": waiting["version"], "state": waiting["state"]}
    assert "HX-Refresh" not in client_of(room.cast.town_member).get(live, shown).headers
    other.post(address, counts)
    assert "HX-Refresh" in client_of(room.cast.town_member).get(live, shown).headers, "a member's page follows"
    assert "两人登记一致" in other.get(address).content.decode()
    assert client_of(room.cast.town_member).post(address, counts).status_code == 403

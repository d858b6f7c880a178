"""What somebody would try who wants a decision, a vote or a paper that is not theirs: each attempt, and what stops it."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import RectangleObject

from decisions import rules, stamping
from decisions.actions import items as act_items
from decisions.actions import sittings as act
from decisions.models import AgendaEntry, Ballot, PaperView, Recusal, RuleSet
from decisions.policies import access
from decisions.selectors import ballots as select
from decisions.selectors import sittings as read
from decisions.selectors.minutes import to_check
from decisions.selectors.replay import check, events_of
from permissions.models import AuditEvent, Seat, User
from tests.cast import hold
from tests.decisions.sittings.conftest import Room
from tests.decisions.sittings.test_secret import opened, put

Refused = Callable[..., Any]
ClientOf = Callable[[User], Client]


def recused_chair(room: Room) -> AgendaEntry:
    """The zone's chair runs the sitting, and has stepped back from the entry that is being spoken on."""
    entry = room.open()
    room.arrive()
    room.begin(entry)
    seat = room.seat("zone.chair")
    act.recusal_declare(actor=room.cast.zone_chair, entry_id=entry.pk, seat_id=seat.pk, reason="近亲属任职")
    return entry


def test_r24_a_recused_chair_runs_nothing_of_the_entry_from_the_desk(room: Room, refused: Refused) -> None:
    entry = recused_chair(room)
    chair, seat = room.cast.zone_chair, room.seat("town.mayor")
    act.chair_take(
        actor=room.cast.town_secretary,
        sitting_id=room.sitting.pk,
        seat_id=seat.pk,
        reason="主持人回避",
        entry_id=entry.pk,
    )
    attempts: list[Callable[[], Any]] = [
        lambda: act.entry_defer(actor=chair, entry_id=entry.pk, reason="再议"),
        lambda: act.entry_return(actor=chair, entry_id=entry.pk, reason="再议"),
        lambda: act.speaker_call(actor=chair, entry_id=entry.pk),
        lambda: act.guest_invite(actor=chair, entry_id=entry.pk, name="任意", position="承租企业负责人"),
        lambda: act.statement_record(
            actor=chair, entry_id=entry.pk, seat_id=seat.pk, stance="disagree", words="不同意"
        ),
        lambda: act.voting_open(actor=chair, entry_id=entry.pk),
    ]
    for attempt in attempts:
        with refused("recused"):
            attempt()
    room.hear(entry)
    ballots = room.ballots(entry)
    with refused("recused"):
        act.sheet_enter(actor=chair, ballot_id=ballots["town"].pk, said={})
    with refused("recused"):
        act.voting_close(actor=chair, entry_id=entry.pk, early=True)
    entry.refresh_from_db()
    assert entry.stage == AgendaEntry.Stage.VOTING


def test_r24_nobody_loses_their_vote_on_the_desks_word_alone(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    seat = room.seat("town.arms")
    said = act.recusal_declare(actor=room.cast.town_secretary, entry_id=entry.pk, seat_id=seat.pk, reason="近亲属任职")
    assert said.way == Recusal.Way.REPORTED
    room.hear(entry)
    with refused("unruled"):
        room.ballots(entry)


def test_r24_who_reports_somebody_does_not_rule_on_it(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    seat = room.seat("town.arms")
    told = act.recusal_report(actor=room.cast.zone_chair, entry_id=entry.pk, seat_id=seat.pk, reason="近亲属任职")
    with refused("not_presiding"):
        act.recusal_rule(actor=room.cast.zone_chair, recusal_id=told.pk, upheld=True, reason="应当回避")
    act.recusal_rule(actor=room.cast.town_chair, recusal_id=told.pk, upheld=False, reason="没有利害关系")
    assert not read.recused_from(entry)


def test_r24_whoever_stepped_back_does_not_vote_in_the_next_sitting(room: Room) -> None:
    item = room.item()
    entry = room.open(item)
    member, seat = room.cast.town_member, room.seat("town.congress")
    act.recusal_declare(actor=member, entry_id=entry.pk, seat_id=seat.pk, reason="近亲属任职")
    act.entry_defer(actor=room.cast.zone_chair, entry_id=entry.pk, reason="补充材料")
    act.sitting_close(actor=room.cast.town_secretary, sitting_id=room.sitting.pk)
    again = room.open(item)
    room.arrive()
    room.begin(again)
    room.hear(again)
    assert read.recused_from(again) == {room.seat("town.congress").pk}
    room.decide(again, "f" * 8, "f" * 7)
    assert again.motions.get().resolutions.get(body__code="town").recused == 1
    assert check(room.sitting) == ()


def test_r24_a_report_is_ruled_on_anew_in_the_next_sitting_and_dismissed_holds_no_more(
    room: Room, refused: Refused
) -> None:
    item = room.item()
    entry = room.open(item)
    room.arrive()
    seat = room.seat("town.congress")
    act.recusal_report(actor=room.cast["town.arms"], entry_id=entry.pk, seat_id=seat.pk, reason="近亲属任职")
    act.entry_defer(actor=room.cast.zone_chair, entry_id=entry.pk, reason="补充材料")
    act.sitting_close(actor=room.cast.town_secretary, sitting_id=room.sitting.pk)
    again = room.open(item)
    room.arrive()
    room.begin(again)
    room.hear(again)
    with refused("unruled"):
        room.ballots(again)
    carried = Recusal.objects.get(entry=again)
    act.recusal_rule(actor=room.cast.zone_chair, recusal_id=carried.pk, upheld=False, reason="没有利害关系")
    assert not access.kept_from(room.cast.town_member, item)
    room.hear(again)
    room.decide(again, "f" * 9, "f" * 7)
    assert check(room.sitting) == ()


def test_r24_the_replay_tells_whoever_stepped_back_nothing_that_was_said(room: Room, client_of: ClientOf) -> None:
    entry = recused_chair(room)
    seat, words = room.seat("town.arms"), "收益分配应先征求两村意见"
    act.statement_record(actor=seat.user, entry_id=entry.pk, seat_id=seat.pk, stance="disagree", words=words)
    assert any(row.verb == "statement_record" for row in events_of(room.sitting, room.cast.town_chair))
    assert not any(row.subject == entry.item.subject for row in events_of(room.sitting, room.cast.zone_chair))
    page = client_of(room.cast.zone_chair).get(reverse("sitting_replay", args=[room.sitting.pk])).content.decode()
    assert words not in page


def test_r24_minutes_do_not_wait_for_a_secretary_who_stepped_back(room: Room, client_of: ClientOf) -> None:
    room.open(room.item("第一件"), room.item("第二件"))
    first, second = room.sitting.entries.order_by("order")
    who, seat = room.cast.town_secretary, room.seat("town.secretary")
    act.recusal_declare(actor=who, entry_id=second.pk, seat_id=seat.pk, reason="近亲属任职")
    for entry in (first, second):
        act.entry_defer(actor=room.cast.zone_chair, entry_id=entry.pk, reason="补充材料")
    assert [minutes.entry for minutes in to_check(who)] == [first]
    home = client_of(who).get(reverse("home")).content.decode()
    assert reverse("minutes_check", args=[first.minutes.pk]) in home
    assert reverse("minutes_check", args=[second.minutes.pk]) not in home


def test_r40_the_sittings_own_log_does_not_name_a_confidential_item(room: Room, client_of: ClientOf) -> None:
    item = room.item("示范区企业收购谈判底价")
    act_items.item_classify(actor=room.cast.town_secretary, item_id=item.pk, grade="business", reason="报价未公开")
    voters = [seat.user.pk for seat in Seat.objects.in_force().voting().select_related("user") if seat.user]
    act_items.readers_add(actor=room.cast.town_secretary, item_id=item.pk, users=voters, reason="须参加表决")
    room.open(item)
    for event in AuditEvent.objects.filter(subject=room.sitting.subject):
        assert item.title not in str(event.data), event.verb
    page = client_of(room.cast.auditor).get(reverse("log") + f"?subject={room.sitting.subject}").content.decode()
    assert item.title not in page
    assert check(room.sitting) == ()


def test_a_secret_vote_does_not_end_after_one_slip(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    ballots = opened(room, entry)
    for body in ("town", "zone"):
        put(ballots[body], room.voters(body)[0], "against")
    with refused("few_slips", "看出谁投了什么"):
        act.voting_close(actor=room.cast.town_secretary, entry_id=entry.pk, early=True)
    for body, count in (("town", 5), ("zone", 4)):
        for seat in room.voters(body)[1:count]:
            put(ballots[body], seat, "for")
    act.voting_close(actor=room.cast.town_secretary, entry_id=entry.pk, early=True)
    assert len(select.slips(Ballot.objects.get(pk=ballots["town"].pk))) == 5


def test_the_slips_of_a_void_vote_are_never_listed(room: Room, client_of: ClientOf, refused: Refused) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    ballots = opened(room, entry)
    receipt = put(ballots["town"], room.voters("town")[0], "against")
    for seat in room.voters("town")[1:]:
        room.attend(seat, "left")
    with refused("quorum_lost"):
        act.voting_close(actor=room.cast.town_secretary, entry_id=entry.pk, early=True)
    act.entry_defer(actor=room.cast.zone_chair, entry_id=entry.pk, reason="未达到法定人数")
    closed = Ballot.objects.get(pk=ballots["town"].pk)
    assert not closed.is_open and select.slips(closed) == []
    page = client_of(room.cast.town_secretary).get(reverse("ballot_slips", args=[closed.pk])).content.decode()
    assert receipt not in page
    assert receipt not in str([event.data for event in AuditEvent.objects.all()])


def test_r14_the_quorum_lost_between_two_persons_puts_the_rest_off(room: Room, refused: Refused) -> None:
    entry = room.open(room.item("人事", "personnel", people=("甲", "乙")))
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    room.decide(entry, "f" * 9, "f" * 7)
    with refused("entry_voting"):
        act.entry_defer(actor=room.cast.zone_chair, entry_id=entry.pk, reason="改日再议")
    for seat in room.voters("zone")[:4]:
        room.attend(seat, "left")
    with refused("quorum"):
        room.ballots(entry)
    act.entry_defer(actor=room.cast.town_chair, entry_id=entry.pk, reason="未达到法定人数")
    entry.refresh_from_db()
    first, second = entry.motions.order_by("order")
    assert (first.outcome, second.outcome, entry.outcome) == ("passed", "deferred", "passed")
    assert not second.resolutions.exists()


def test_r16_papers_of_fewer_than_the_quorum_decide_nothing(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive(*(seat.user.username for seat in room.voters("town")[:4] if seat.user))
    room.begin(entry)
    room.hear(entry)
    ballots = opened(room, entry, paper=True)
    assert ballots["town"].present == ballots["town"].quorum == 5
    room.attend(room.voters("town")[4], "left")
    counts = {"for": 4, "against": 0, "abstain": 0, "spoilt": 0, "unused": 1}
    for who in (room.cast.town_secretary, room.cast.zone_secretary):
        act.sheet_enter(actor=who, ballot_id=ballots["town"].pk, said=counts)
        act.sheet_enter(actor=who, ballot_id=ballots["zone"].pk, said={**counts, "for": 7, "unused": 0})
    with refused("quorum_lost"):
        act.voting_close(actor=room.cast.town_secretary, entry_id=entry.pk)


def test_r20_the_principals_vote_in_the_order_of_the_rules(room: Room, refused: Refused) -> None:
    both = dict.fromkeys(("town", "zone"), rules.ORDINARY)
    numbers = rules.Rules(both, principal_order=("zone", "town"))
    rule_set = RuleSet.objects.create(code="order", number=1, name="次序", numbers=numbers.to_json())
    room.types["project"].rule_set = rule_set
    room.types["project"].save()
    entry = room.open()
    room.arrive()
    room.begin(entry)
    for body in ("zone", "town"):
        for seat in room.voters(body):
            act.statement_record(actor=seat.user, entry_id=entry.pk, seat_id=seat.pk, stance="agree")
    ballots = room.ballots(entry)
    town, zone = room.voters("town"), room.voters("zone")
    for seat in town[:-1]:
        act.vote_cast(actor=seat.user, ballot_id=ballots["town"].pk, seat_id=seat.pk, choice="for")
    with refused("principal_last"):
        act.vote_cast(actor=town[-1].user, ballot_id=ballots["town"].pk, seat_id=town[-1].pk, choice="for")
    for seat in zone:
        act.vote_cast(actor=seat.user, ballot_id=ballots["zone"].pk, seat_id=seat.pk, choice="for")
    act.vote_cast(actor=town[-1].user, ballot_id=ballots["town"].pk, seat_id=town[-1].pk, choice="for")


def test_r11_nobody_allows_the_change_of_an_agenda_they_asked_for(room: Room, refused: Refused) -> None:
    room.prepare(room.item("第一件"), room.item("第二件"), at=timezone.now() + timedelta(days=9))
    room.notice()
    hold(room.cast.zone_chair, "zone:secretary")
    item = room.sitting.entries.order_by("order").last().item
    change = act.agenda_change_ask(
        actor=room.cast.zone_chair, sitting_id=room.sitting.pk, item_id=item.pk, kind="remove", reason="材料有变"
    )
    with refused("own_request"):
        act.agenda_change_decide(actor=room.cast.zone_chair, change_id=change.pk, approve=True)


@pytest.mark.parametrize("box", [[0, 0, 10_000_000, 10_000_000], [0, 0, 0, 0]])
def test_r40_a_sheet_without_end_is_not_stamped_for_ever(box: list[int]) -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100).mediabox = RectangleObject(tuple(box))
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(stamping.Unmarkable):
        stamping.pdf(out.getvalue(), "读者")


def test_r40_a_picture_that_unfolds_to_more_than_the_memory_is_not_opened() -> None:
    out = io.BytesIO()
    Image.new("1", (8_000, 8_000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    with pytest.raises(stamping.Unmarkable, match="too many pixels"):
        stamping.image(out.getvalue(), "读者")


def test_r40_minutes_dissent_and_replay_of_a_confidential_item_say_who_read_them(
    room: Room, client_of: ClientOf
) -> None:
    item = room.item("示范区企业收购谈判底价")
    act_items.item_classify(actor=room.cast.town_secretary, item_id=item.pk, grade="business", reason="报价未公开")
    voters = [seat.user.pk for seat in Seat.objects.in_force().voting().select_related("user") if seat.user]
    act_items.readers_add(actor=room.cast.town_secretary, item_id=item.pk, users=voters, reason="须参加表决")
    entry = room.open(item)
    act.entry_defer(actor=room.cast.zone_chair, entry_id=entry.pk, reason="补充材料")
    client = client_of(room.cast.town_member)
    for name, key in (
        ("sitting_minutes", room.sitting.pk),
        ("sitting_replay", room.sitting.pk),
        ("dissent_of_item", item.pk),
    ):
        before = PaperView.objects.filter(item=item).count()
        page = client.get(reverse(name, args=[key])).content.decode()
        assert PaperView.objects.filter(item=item, user=room.cast.town_member).count() > before, name
        assert room.cast.town_member.username in page, "the watermark names the reader"

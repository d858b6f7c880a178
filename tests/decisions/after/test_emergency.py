"""In an emergency a few decide, everybody is told in time, the next sitting ratifies (R26)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from decisions.actions import after as act
from decisions.actions import sittings as meet
from decisions.models import AgendaEntry, EmergencyDecider, EmergencyDecision, EmergencyReport, Item
from decisions.policies.access import RECUSED, covered_title
from decisions.rules.emergency import Asked, decided, lacking
from decisions.rules.ledger import Finding, State
from decisions.selectors.after import duties, missing_ratifications, ratifications_due
from decisions.selectors.ledger import ledger_of
from permissions.models import AuditEvent, User
from permissions.policies import may, visible
from tests.decisions.after.conftest import After, later, logged
from workflows import clock
from workflows.actions import case_jump

Refused = Callable[..., Any]


def put_to_the_vote(room: After, item: Item, town: str, zone: str) -> AgendaEntry:
    entry = room.open(item)
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    return room.decide(entry, town, zone)


@pytest.mark.django_db
def test_r26_it_is_decided_when_the_few_agree(room: After) -> None:
    row = room.emergency()
    assert (row.decided_at, row.item) == (None, None)
    act.emergency_answer(actor=room.cast.town_chair, emergency_id=row.pk, agreed=True)
    row.refresh_from_db()
    assert row.decided_at is None, "one of two, and only of one body"
    act.emergency_answer(actor=room.cast.zone_chair, emergency_id=row.pk, agreed=True, words_said="同意，速办。")
    row.refresh_from_db()
    assert row.decided_at is not None
    assert row.report_due == row.decided_at + timedelta(hours=24)
    item = row.item
    assert item is not None
    assert (item.purpose, item.status) == ("ratify", "running")
    assert room.nodes(item) == {"table"}
    assert logged(item, "emergency_decide")[0].data["deciders"] == [
        ["town", room.cast.seat("town.chair").position, True],
        ["zone", room.cast.seat("zone.chair").position, True],
    ]
    verbs = AuditEvent.objects.filter(subject=row.subject).order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == ["emergency_open", "emergency_answer", "emergency_answer"]


@pytest.mark.django_db
def test_r26_the_ledger_judges_who_agreed_as_the_decision_did(room: After) -> None:
    row = room.decided_emergency()
    assert row.item is not None

    def finding() -> Finding:
        return next(one for one in ledger_of(Item.objects.get(pk=row.item_id)) if one.rule == 26)

    assert finding().state is State.OPEN
    assert (finding().inputs["agreed"], finding().inputs["asked"]) == (2, 2)
    for needed in ({"total": 3, "each": 1}, {"total": 2, "each": 2}):
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # as somebody would who gets past the triggers
            EmergencyDecision.objects.filter(pk=row.pk).update(needed={"hours": 24} | needed)
            cursor.execute("SET session_replication_role = origin")
        assert finding().state is State.FAILED, needed


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"seat_ids": []}, "seats"),
        ({"title": ""}, "title"),
        ({"facts": " "}, "facts"),
        ({"measures": ""}, "measures"),
        ({"matter_type": "personnel"}, "matter_type"),
        ({"happened_at": None}, "on"),
    ],
)
def test_what_an_emergency_lacks_is_said(room: After, refused: Refused, details: dict[str, Any], field: str) -> None:
    with refused("invalid") as found:
        room.emergency(**details)
    assert set(found.value.fields) == {field}


@pytest.mark.django_db
def test_r26_one_body_alone_cannot_decide(room: After, refused: Refused) -> None:
    with refused("invalid") as found:
        room.emergency("town.chair", "town.congress")
    assert set(found.value.fields) == {"seats"}


@pytest.mark.django_db
def test_only_those_who_run_or_sit_put_an_emergency(room: After, refused: Refused) -> None:
    with refused("role"):
        room.emergency(actor=room.cast.legal)
    row = room.emergency()
    with refused("not_decider"):
        act.emergency_answer(actor=room.cast.town_member, emergency_id=row.pk, agreed=True)


@pytest.mark.django_db
def test_the_same_form_and_the_same_answer_are_one(room: After, refused: Refused) -> None:
    token = uuid4()
    row = room.emergency(form_token=token)
    assert room.emergency(form_token=token) == row
    act.emergency_answer(actor=room.cast.town_chair, emergency_id=row.pk, agreed=True)
    act.emergency_answer(actor=room.cast.town_chair, emergency_id=row.pk, agreed=True)
    with refused("answered"):
        act.emergency_answer(actor=room.cast.town_chair, emergency_id=row.pk, agreed=False, words_said="改主意")
    assert EmergencyDecision.objects.count() == 1
    assert EmergencyDecider.objects.filter(agreed=True).count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        EmergencyDecider.objects.filter(agreed=True).update(agreed=False)
    with pytest.raises(DatabaseError), transaction.atomic():
        EmergencyDecision.objects.update(measures="别的措施")


@pytest.mark.django_db
def test_whoever_disagrees_says_why_and_it_is_not_decided(room: After, refused: Refused) -> None:
    row = room.emergency()
    given_ = {"actor": room.cast.town_chair, "emergency_id": row.pk, "agreed": False}
    with refused("invalid"):
        act.emergency_answer(**given_)
    act.emergency_answer(**given_, words_said="应先疏散再定。")
    act.emergency_answer(actor=room.cast.zone_chair, emergency_id=row.pk, agreed=True)
    row.refresh_from_db()
    assert row.decided_at is None
    act.emergency_withdraw(actor=room.cast.town_secretary, emergency_id=row.pk, reason="没有一致意见")
    row.refresh_from_db()
    assert row.closed_at is not None
    with refused("not_decided"):
        act.emergency_report(actor=room.cast.town_secretary, emergency_id=row.pk, text="报告。")


@pytest.mark.django_db
def test_what_was_decided_is_not_withdrawn(room: After, refused: Refused) -> None:
    row = room.decided_emergency()
    with refused("decided_already"):
        act.emergency_withdraw(actor=room.cast.town_secretary, emergency_id=row.pk, reason="撤")


@pytest.mark.django_db
def test_r26_everybody_is_told_within_the_hours_of_the_rules(room: After) -> None:
    row = room.decided_emergency()
    assert row.item is not None

    def owed() -> list[bool]:
        return [duty.overdue for duty in duties([row.item.pk]) if duty.kind == "emergency_report"]  # type: ignore[union-attr]

    assert owed() == [False]
    with clock.at(later(hours=25)):
        assert owed() == [True]
        report = act.emergency_report(actor=room.cast.zone_secretary, emergency_id=row.pk, text="已转移四十二户。")
        assert (
            act.emergency_report(actor=room.cast.zone_secretary, emergency_id=row.pk, text="已转移四十二户。") == report
        )
        assert owed() == []
    (event,) = logged(row.item, "emergency_report")
    assert event.data["late"] is True


@pytest.mark.django_db
def test_r26_the_next_agenda_must_hold_it(room: After) -> None:
    row = room.decided_emergency()
    assert list(ratifications_due()) == [row]
    sitting = room.prepare()
    assert missing_ratifications(sitting) == [row]
    assert row.item is not None
    room.prepare(row.item)
    assert list(ratifications_due()) == []
    assert missing_ratifications(room.sitting) == []
    assert missing_ratifications(sitting) == [row], "a sitting before that one comes first"


@pytest.mark.django_db
def test_r26_ratified_by_both_it_is_signed_and_done(room: After) -> None:
    row = room.decided_emergency()
    assert row.item is not None
    entry = put_to_the_vote(room, row.item, "f" * 9, "f" * 7)
    room.sign(entry.item)
    row.item.refresh_from_db()
    assert row.item.status == Item.Status.CLOSED
    assert list(ratifications_due()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("town", "zone"), [("f" * 9, "a" * 7), ("a" * 9, "a" * 7)])
def test_r26_not_ratified_by_both_its_consequences_are_stated(
    room: After, refused: Refused, town: str, zone: str
) -> None:
    row = room.decided_emergency()
    item = row.item
    assert item is not None
    with refused("not_now"):
        act.ratification_settle(actor=room.cast.town_secretary, item_id=item.pk, text="停止。")
    put_to_the_vote(room, item, town, zone)
    assert room.nodes(item) == {"consequence"}
    with refused("invalid"):
        act.ratification_settle(actor=room.cast.town_secretary, item_id=item.pk, text=" ")
    text = "停止安置点使用，已发费用由财政所核销。"
    for _time in range(2):
        act.ratification_settle(actor=room.cast.town_secretary, item_id=item.pk, text=text)
    row.refresh_from_db()
    item.refresh_from_db()
    assert (row.consequences, item.status) == (text, Item.Status.CLOSED)
    assert len(logged(item, "ratification_settle")) == 1


@pytest.mark.django_db
def test_nobody_moves_an_unratified_one_to_the_signatures(room: After, refused: Refused) -> None:
    row = room.decided_emergency()
    assert row.item is not None
    put_to_the_vote(room, row.item, "f" * 9, "a" * 7)
    for to in ("sign_town", "fork_sign", "done"):
        with refused("not_deliberated"):
            case_jump(actor=room.cast.admin, case_id=row.item.case_id, to=to, reason="试")


ASKED = st.lists(
    st.builds(Asked, st.integers(1, 5), st.sampled_from(["town", "zone"]), st.sampled_from([True, False, None])),
    max_size=8,
)


@given(ASKED, st.integers(1, 4), st.integers(1, 3))
def test_r26_enough_means_persons_of_each_body_in_all_and_more_than_half(asked: Any, total: int, each: int) -> None:
    yes = [one for one in asked if one.agreed]
    persons = {one.user for one in yes}
    enough = len(persons) >= total and all(
        len({one.user for one in yes if one.body == body}) >= each for body in ("town", "zone")
    )
    half = len(persons) > len({one.user for one in asked}) / 2
    assert decided(asked, ["town", "zone"], total=total, each=each) is (enough and half)
    assert (not lacking(asked, ["town", "zone"], total=total, each=each)) is enough


@pytest.mark.django_db
def test_r24_r40_what_an_emergency_became_withholds_the_emergency_as_well(
    room: After, client_of: Callable[[User], Client]
) -> None:
    row = room.decided_emergency()
    act.emergency_report(actor=room.cast.town_secretary, emergency_id=row.pk, text=row.measures)
    item = row.item
    assert item is not None
    member, chair, auditor = room.cast.town_member, room.cast.town_chair, room.cast.auditor
    page = reverse("emergency", args=[row.pk])
    assert row.facts in client_of(member).get(page).content.decode()
    assert (
        visible(member, EmergencyReport).exists() and visible(member, AuditEvent).filter(subject=row.subject).exists()
    )

    entry = room.open(item)
    for username in ("town.congress", "town.chair"):
        seat = room.seat(username)
        meet.recusal_declare(actor=seat.user, entry_id=entry.pk, seat_id=seat.pk, reason="房屋在转移范围内")
    answer = client_of(member).get(page)
    assert answer.status_code == 403 and row.facts not in answer.content.decode()
    assert visible(member, EmergencyDecision).filter(pk=row.pk).exists(), (
        "whoever stands recused knows that it is there"
    )
    for model in (EmergencyDecider, EmergencyReport):
        assert not visible(member, model).exists(), "answers and reports are papers (R24)"
    assert not visible(member, AuditEvent).filter(subject=row.subject).exists()
    assert may(chair, "emergency_report", row).code == RECUSED, "nor do they go on with it"

    # As the row stands once the item is classified; one of the few has lost every role since.
    Item.objects.filter(pk=item.pk).update(confidential=Item.Grade.WORK, confidential_reason="未公开")
    EmergencyDecider.objects.create(
        emergency=row, seat=room.cast.seat("town.mayor"), body=room.cast.town, user=room.cast.outsider
    )
    for user in (room.cast["town.mayor"], room.cast.outsider, auditor):
        assert not visible(user, EmergencyDecision).filter(pk=row.pk).exists(), user.username
        assert client_of(user).get(page).status_code == 404
    audit = client_of(auditor)
    told = audit.get(reverse("audit"), {"subject": row.subject}).content.decode()
    assert covered_title() in told and "emergency_answer" in told
    assert row.title not in told and row.facts not in told
    for words in ("沿河村", "漫堤"):
        found = audit.get(reverse("audit"), {"words": words}).content.decode()
        assert row.subject not in found, "finding something would tell as much (R40)"

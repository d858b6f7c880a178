"""A decision is carried out: unit, person, milestones, reports, acceptance by both secretaries (R36)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from decisions.actions import after as act
from decisions.models import Acceptance, Evaluation, Item, Material, Milestone, ProgressReport
from tests.decisions.after.conftest import PAPER, After, later, logged, today
from workflows import clock

pytestmark = pytest.mark.django_db
Refused = Callable[..., Any]


@pytest.fixture
def item(room: After) -> Item:
    return room.handed_over()


def finish_steps(room: After, item: Item) -> None:
    for step in room.execution(item).milestones.all():
        act.milestone_finish(actor=room.cast.zone_member, item_id=item.pk, milestone_id=step.pk)


def claim(room: After, item: Item) -> None:
    finish_steps(room, item)
    act.execution_claim(actor=room.cast.zone_member, item_id=item.pk, text="已建成开园。")


def accept(room: After, item: Item, body: str, accepted: bool = True, reason: str = "") -> Acceptance:
    secretary = room.cast.town_secretary if body == "town" else room.cast.zone_secretary
    return act.execution_accept(actor=secretary, item_id=item.pk, body=body, accepted=accepted, reason=reason)


def test_r36_handing_over_names_unit_person_and_milestones_and_ends_the_flow(room: After, item: Item) -> None:
    execution = room.execution(item)
    assert (execution.unit, execution.responsible) == ("示范区平台公司", room.cast.zone_member)
    assert [step.title for step in execution.milestones.all()] == ["签订合同", "建成开园"]
    assert item.status == Item.Status.CLOSED
    assert logged(item, "execution_assign")[0].data["milestones"][0][0] == "签订合同"


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"milestones": [("", None)], "due": None}, "due"),
        ({"milestones": [("签订合同", None)]}, "milestones"),
        ({"milestones": [("签订合同", today() + timedelta(days=90))]}, "milestones"),
        ({"responsible_id": 10**8}, "responsible"),
    ],
)
def test_what_cannot_be_handed_over_is_said_at_its_field(
    room: After, refused: Refused, details: dict[str, Any], field: str
) -> None:
    with refused("invalid") as found:
        room.handed_over(**details)
    assert set(found.value.fields) == {field}


def test_r36_the_responsible_person_reports_with_papers(room: After, item: Item) -> None:
    step = room.execution(item).milestones.first()
    assert step is not None
    report = act.execution_report(
        actor=room.cast.zone_member,
        item_id=item.pk,
        text="合同已送审。",
        percent=30,
        milestone_id=step.pk,
        files=[PAPER],
    )
    assert [paper.name for paper in report.files.all()] == [PAPER[0]]
    assert room.execution(item).percent == 30
    (event,) = logged(item, "execution_report")
    assert (event.data["percent"], event.data["milestone"]) == (30, "签订合同")
    assert [row.percent for row in room.execution(item).history.all()] == [30, 0], "a version each"


def test_a_secretary_reports_for_them_and_nobody_else(room: After, item: Item, refused: Refused) -> None:
    act.execution_report(actor=room.cast.town_secretary, item_id=item.pk, text="电话了解：在办。", percent=10)
    with refused("not_responsible"):
        act.execution_report(actor=room.cast.town_member, item_id=item.pk, text="在办。", percent=10)


def test_the_same_form_sent_twice_is_one_report(room: After, item: Item) -> None:
    token = uuid4()
    given = {"actor": room.cast.zone_member, "item_id": item.pk, "text": "在办。", "percent": 5, "form_token": token}
    assert act.execution_report(**given, files=[PAPER]) == act.execution_report(**given, files=[PAPER])
    assert ProgressReport.objects.count() == Material.objects.filter(kind="progress").count() == 1


@pytest.mark.parametrize("percent", [None, -1, 101])
def test_a_report_needs_words_and_a_share(room: After, item: Item, refused: Refused, percent: int | None) -> None:
    with refused("invalid") as found:
        act.execution_report(actor=room.cast.zone_member, item_id=item.pk, text=" ", percent=percent)
    assert set(found.value.fields) == {"text", "percent"}


def test_before_handing_over_there_is_nothing_to_report(room: After, refused: Refused) -> None:
    item = room.signed()
    with refused("not_assigned"):
        act.execution_report(actor=room.cast.town_secretary, item_id=item.pk, text="在办。", percent=10)


def test_a_report_is_never_changed(room: After, item: Item) -> None:
    report = act.execution_report(actor=room.cast.zone_member, item_id=item.pk, text="在办。", percent=5)
    with pytest.raises(DatabaseError), transaction.atomic():
        ProgressReport.objects.filter(pk=report.pk).update(percent=99)


def test_a_milestone_is_moved_with_a_reason_and_keeps_its_versions(room: After, item: Item, refused: Refused) -> None:
    step = room.execution(item).milestones.first()
    assert step is not None
    given = {"actor": room.cast.town_secretary, "item_id": item.pk, "milestone_id": step.pk}
    due = today() + timedelta(days=30)
    with refused("invalid"):
        act.milestone_move(**given, due=due, reason="")
    moved = act.milestone_move(**given, due=due, reason="汛期停工")
    assert act.milestone_move(**given, due=due, reason="汛期停工").due == moved.due == due
    assert Milestone.objects.get(pk=step.pk).history.count() == 2
    assert len(logged(item, "milestone_move")) == 1
    with refused("invalid") as found:
        act.milestone_move(**given, due=today() + timedelta(days=61), reason="再推迟")
    assert "R37" in found.value.fields["due"]
    with refused("role"):
        act.milestone_move(**{**given, "actor": room.cast.zone_member}, due=due, reason="汛期停工")


def test_it_is_not_reported_done_before_every_milestone_is(room: After, item: Item, refused: Refused) -> None:
    with refused("milestones_left"):
        act.execution_claim(actor=room.cast.zone_member, item_id=item.pk, text="完成。")
    claim(room, item)
    act.execution_claim(actor=room.cast.zone_member, item_id=item.pk, text="完成。")
    assert room.execution(item).round == 1, "said twice while it waits, it is said once"
    with refused("claimed"):
        act.execution_report(actor=room.cast.zone_member, item_id=item.pk, text="又一份。", percent=10)


def test_r36_both_secretaries_accept(room: After, item: Item) -> None:
    claim(room, item)
    accept(room, item, "town")
    assert room.execution(item).finished_at is None
    accept(room, item, "zone")
    assert room.execution(item).finished_at is not None
    assert len(logged(item, "execution_finish")) == 1
    assert Evaluation.objects.get(item=item).trigger == "finished", "R39: a finished execution is evaluated"


def test_sent_back_it_goes_on_and_is_accepted_in_a_second_round(room: After, item: Item, refused: Refused) -> None:
    claim(room, item)
    with refused("invalid"):
        accept(room, item, "town", accepted=False)
    row = accept(room, item, "town", accepted=False, reason="东区围栏未建。")
    assert accept(room, item, "town", accepted=False, reason="东区围栏未建。") == row
    with refused("not_claimed"):
        accept(room, item, "zone")
    act.execution_claim(actor=room.cast.zone_member, item_id=item.pk, text="围栏已补建。")
    accept(room, item, "town")
    accept(room, item, "zone")
    assert [(one.round, one.accepted) for one in Acceptance.objects.order_by("pk")] == [
        (1, False),
        (2, True),
        (2, True),
    ]


def test_each_secretary_accepts_for_their_own_body(room: After, item: Item, refused: Refused) -> None:
    claim(room, item)
    with refused("role"):
        act.execution_accept(actor=room.cast.town_secretary, item_id=item.pk, body="zone", accepted=True)
    with refused("role"):
        act.execution_accept(actor=room.cast.zone_member, item_id=item.pk, body="zone", accepted=True)


def test_r36_whoever_reported_it_done_may_send_it_back_and_does_not_accept_it(
    room: After, item: Item, refused: Refused
) -> None:
    finish_steps(room, item)
    act.execution_claim(actor=room.cast.town_secretary, item_id=item.pk, text="已建成开园。")
    with refused("own_work"):
        accept(room, item, "town")
    assert not accept(room, item, "town", accepted=False, reason="由责任人报告").accepted
    claim(room, item)
    assert accept(room, item, "town").accepted and accept(room, item, "zone").accepted


def test_what_is_finished_stays_finished(room: After, item: Item, refused: Refused) -> None:
    claim(room, item)
    accept(room, item, "town")
    accept(room, item, "zone")
    with refused("finished"):
        act.execution_report(actor=room.cast.zone_member, item_id=item.pk, text="补充。", percent=100)
    with pytest.raises(DatabaseError), transaction.atomic():
        type(room.execution(item)).objects.filter(item=item).update(unit="别的单位")


def test_a_milestone_done_late_says_the_day_it_was_done(room: After, item: Item) -> None:
    step = room.execution(item).milestones.first()
    assert step is not None
    with clock.at(later(days=25)):
        row = act.milestone_finish(actor=room.cast.zone_member, item_id=item.pk, milestone_id=step.pk)
        assert row.done_on == today() > row.due


@pytest.mark.django_db(transaction=True)
def test_n11_no_paper_joins_a_report_that_was_given_before() -> None:
    report = (
        "SET LOCAL session_replication_role = replica",
        "INSERT INTO decisions_progressreport (id, execution_id, percent, text, by_id, at)"
        " VALUES (1, 1, 1, '', 1, now())",
        "SET LOCAL session_replication_role = origin",
    )
    paper = "INSERT INTO decisions_progressreport_files (progressreport_id, material_id) VALUES (1, 1)"
    with transaction.atomic(), connection.cursor() as cursor:
        # In the transaction of its report nothing keeps a paper out, savepoints or not.
        for statement in ("SAVEPOINT one", *report, "SAVEPOINT two", paper, "ROLLBACK TO two"):
            cursor.execute(statement)
    with pytest.raises(DatabaseError, match="was given before"), connection.cursor() as cursor:
        cursor.execute(paper)

"""Reminded before a date, told once it is late; each once, whatever workers do (R36)."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from decisions.actions import after as act
from decisions.models import Reminder
from decisions.selectors.after import duties, duties_of
from decisions.selectors.after.supervision import supervised
from decisions.tasks import watch_dates
from tests.decisions.after.conftest import After, later, logged
from workflows import clock


def told(item_id: int) -> list[tuple[str, bool]]:
    return list(Reminder.objects.filter(item=item_id).order_by("pk").values_list("kind", "overdue"))


@pytest.mark.django_db
def test_r36_before_a_milestone_and_after_it_each_once(room: After) -> None:
    item = room.handed_over()
    watch_dates(0)
    assert told(item.pk) == []
    for days, expected in ((18, [("milestone", False)]), (22, [("milestone", False), ("milestone", True)])):
        with clock.at(later(days=days)):
            watch_dates(0)
            watch_dates(0)
        assert [one for one in told(item.pk) if one[0] == "milestone"] == expected
    assert len(logged(item, "duty_remind")) >= 1
    late = logged(item, "duty_overdue")
    assert [event.data["title"] for event in late if event.data["kind"] == "milestone"] == ["签订合同"]
    assert late[0].actor is None


@pytest.mark.django_db
def test_r36_a_unit_that_does_not_report_is_late_after_the_rules_period(room: After) -> None:
    item = room.handed_over()

    def owed() -> list[bool]:
        return [duty.overdue for duty in duties([item.pk]) if duty.kind == "progress"]

    assert owed() == [False]
    with clock.at(later(days=31)):
        assert owed() == [True]
        act.execution_report(actor=room.cast.zone_member, item_id=item.pk, text="在办。", percent=20)
        assert owed() == [False]


@pytest.mark.django_db
def test_what_is_done_is_not_reminded_of(room: After) -> None:
    item = room.handed_over()
    key = next(duty.key for duty in duties([item.pk]) if duty.kind == "milestone")
    step = room.execution(item).milestones.first()
    assert step is not None
    with clock.at(later(days=22)):
        act.milestone_finish(actor=room.cast.zone_member, item_id=item.pk, milestone_id=step.pk)
        assert act.remind(item_id=item.pk, key=key) is None
    assert act.remind(item_id=10**9, key=key) is None


@pytest.mark.django_db
def test_r36_the_list_of_supervision_has_the_overdue_first(room: After) -> None:
    item = room.handed_over()
    with clock.at(later(days=25)):
        found = supervised(room.cast.town_secretary)
        assert found.rows[0].title == "签订合同"
        assert found.late == sum(row.overdue for row in found.rows) == 1
        assert {row.kind for row in supervised(room.cast.town_secretary, late=True).rows} == {"milestone"}
        assert {row.kind for row in supervised(room.cast.town_secretary, kind="publication").rows} == {"publication"}
        assert {row.holder for row in duties_of(room.cast.zone_member)} == {room.cast.zone_member.pk}
        assert supervised(room.cast.outsider).rows == []
    assert item.pk in {row.item.pk for row in supervised(room.cast.auditor).rows}


@pytest.mark.django_db
def test_the_number_of_statements_does_not_grow_with_the_list(
    room: After, django_assert_max_num_queries: object
) -> None:
    room.handed_over()
    room.handed_over(room.signed(room.item("第二件")))
    assert len({duty.item.pk for duty in duties()}) == 2
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        duties()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_remind_once(room: After) -> None:
    item = room.handed_over()
    start = Barrier(2)
    faults: list[BaseException] = []

    def work() -> None:
        try:
            with clock.at(moment):
                start.wait()
                watch_dates(0)
        except BaseException as error:  # noqa: BLE001  told below
            faults.append(error)
        finally:
            connection.close()

    moment = later(days=22)
    workers = [Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert faults == []
    keys = list(Reminder.objects.filter(item=item).values_list("key", flat=True))
    assert keys
    assert len(keys) == len(set(keys)) == len(logged(item, "duty_overdue") + logged(item, "duty_remind"))

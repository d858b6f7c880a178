"""Looking back: what begins an evaluation, and who is barred from giving it (R39)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from decisions.actions import after as act
from decisions.models import Evaluation, Item, LegalityReview
from decisions.selectors.after.duties import months_after
from decisions.tasks import watch_dates
from permissions.models import User
from tests.decisions.after.conftest import After, later, logged
from workflows import clock

Refused = Callable[..., Any]


def begin(room: After, item: Item, who: User, **details: Any) -> Evaluation:
    given = {"trigger": "complaint", "why": "村民反映租金偏低。", "evaluator_id": who.pk, **details}
    return act.evaluation_open(actor=room.cast.town_secretary, item_id=item.pk, **given)


def give(row: Evaluation, who: User, **details: Any) -> Evaluation:
    given = {
        "verdict": "partly",
        "text": "走访四村。",
        "advice": "change",
        "recommendations": "租金两年一议。",
        **details,
    }
    return act.evaluation_give(actor=who, evaluation_id=row.pk, **given)


@pytest.mark.django_db
def test_r39_a_complaint_begins_an_evaluation_and_its_evaluator_gives_it(room: After, refused: Refused) -> None:
    item, who = room.signed(), room.cast.zone_member
    row = begin(room, item, who)
    assert begin(room, item, room.cast.town_member) == row, "one at a time"
    with refused("not_evaluator"):
        give(row, room.cast.town_member)
    with refused("invalid") as found:
        give(row, who, verdict="", text="", advice="", recommendations="")
    assert set(found.value.fields) == {"verdict", "text", "advice", "recommendations"}
    done = give(row, who)
    assert give(row, who, verdict="bad").verdict == done.verdict == "partly"
    assert len(logged(item, "evaluation_give")) == 1
    assert row.history.count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        Evaluation.objects.filter(pk=row.pk).update(verdict="good")


@pytest.mark.django_db
def test_r39_whoever_reviewed_the_item_is_barred(room: After, refused: Refused) -> None:
    item = room.signed()
    LegalityReview.objects.create(item=item, plan_version=5, ok=True, text="合法。", by=room.cast.legal, at=clock.now())
    with refused("barred", "合法性审查"):
        begin(room, item, room.cast.legal)
    assert not Evaluation.objects.exists()


@pytest.mark.django_db
def test_r39_whoever_evaluated_before_is_barred(room: After, refused: Refused) -> None:
    item, who = room.signed(), room.cast.zone_member
    give(begin(room, item, who), who)
    with refused("barred", "决策后评估"):
        begin(room, item, who, trigger="change", why="市场价格大跌。")
    row = begin(room, item, room.cast.town_member, trigger="change", why="市场价格大跌。")
    with refused("barred"):
        act.evaluation_assign(actor=room.cast.town_secretary, item_id=item.pk, evaluator_id=who.pk)
    moved = act.evaluation_assign(actor=room.cast.town_secretary, item_id=item.pk, evaluator_id=room.cast.zone_chair.pk)
    assert (moved.pk, moved.evaluator) == (row.pk, room.cast.zone_chair)


@pytest.mark.django_db
def test_r39_barred_since_it_was_named_it_is_not_given(room: After, refused: Refused) -> None:
    item, who = room.signed(), room.cast.zone_member
    row = begin(room, item, who)
    LegalityReview.objects.create(item=item, plan_version=5, ok=True, text="合法。", by=who, at=clock.now())
    with refused("barred"):
        give(row, who)


@pytest.mark.django_db
def test_an_evaluation_needs_its_reason_and_an_evaluator(room: After, refused: Refused) -> None:
    item = room.signed()
    with refused("invalid") as found:
        act.evaluation_open(
            actor=room.cast.town_secretary, item_id=item.pk, trigger="complaint", why="", evaluator_id=None
        )
    assert set(found.value.fields) == {"why", "evaluator"}
    with refused("invalid"):
        begin(room, item, room.cast.outsider)
    with refused("role"):
        act.evaluation_open(
            actor=room.cast.town_chair, item_id=item.pk, trigger="change", why="变", evaluator_id=room.cast.legal.pk
        )
    with refused("not_decided"):
        begin(room, room.item("另一件"), room.cast.zone_member)


@pytest.mark.django_db
def test_r39_so_many_months_later_the_worker_begins_one(room: After) -> None:
    item = room.signed()
    with clock.at(later(days=360)):
        watch_dates(0)
    assert not Evaluation.objects.exists()
    with clock.at(later(days=366)):
        watch_dates(0)
        watch_dates(0)
        row = Evaluation.objects.get(item=item)
        assert (row.trigger, row.evaluator, row.opened_by) == ("months", None, None)
        act.evaluation_assign(actor=room.cast.town_secretary, item_id=item.pk, evaluator_id=room.cast.zone_member.pk)
        give(row, room.cast.zone_member)
        watch_dates(0)
    assert Evaluation.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 23), 12, date(2027, 11, 23)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months_are_counted_by_the_calendar(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then

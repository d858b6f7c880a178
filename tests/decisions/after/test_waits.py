"""What waits for a person besides tasks: each kind is said to whom it concerns, and to nobody else."""

import pytest

from decisions.actions import after as act
from decisions.actions import sittings as meet
from decisions.models import Item
from decisions.selectors.chair import ruling_seat
from decisions.selectors.sittings import seats_of
from permissions.models import User
from tests.decisions.after.conftest import After
from tests.decisions.items.conftest import Hand, hand, office
from tests.decisions.planning.conftest import Table
from workflows.waiting import waiting

__all__ = ["hand", "office"]


def titles(user: User) -> list[str]:
    return [wait.title for wait in waiting(User.objects.get(pk=user.pk))]


@pytest.mark.django_db
def test_r8_an_assessment_waits_for_whoever_was_asked(hand: Hand) -> None:
    item = hand.planned()
    assert "风险评估" not in titles(hand.cast.zone_member)
    hand.ask(item, "risk")
    assert "风险评估" in titles(hand.cast.zone_member)
    assert "风险评估" not in titles(hand.cast.town_member)


@pytest.mark.django_db
def test_a_suggestion_waits_for_those_who_proposed_and_not_for_whoever_made_it(hand: Hand) -> None:
    table = Table(hand, hand.planned())
    row = table.suggest()
    assert "答复修改建议" in titles(table.writer)
    assert "答复修改建议" not in titles(hand.cast.town_member)
    table.accept(row)
    assert "答复修改建议" not in titles(table.writer)


@pytest.mark.django_db
def test_r24_a_reported_recusal_waits_for_whoever_presides(room: After) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    seat = room.seat("zone.investment")
    row = meet.recusal_report(
        actor=room.cast.town_member, entry_id=entry.pk, seat_id=seat.pk, reason="近亲属", kind="relative"
    )
    ruler = ruling_seat(entry, row, seats_of(entry.sitting))
    assert ruler is not None and ruler.user is not None
    told = [user for user in (room.cast.town_chair, room.cast.zone_chair) if "裁定回避" in titles(user)]
    assert told == [ruler.user]
    meet.recusal_rule(actor=ruler.user, recusal_id=row.pk, upheld=True, reason="情况属实")
    assert "裁定回避" not in titles(ruler.user)


@pytest.mark.django_db
def test_r26_an_emergency_waits_for_the_few_and_then_for_its_report(room: After) -> None:
    row = room.emergency()
    assert "作紧急决定" in titles(room.cast.town_chair)
    assert "作紧急决定" not in titles(room.cast.town_member)
    for chair in (room.cast.town_chair, room.cast.zone_chair):
        act.emergency_answer(actor=chair, emergency_id=row.pk, agreed=True)
    assert "作紧急决定" not in titles(room.cast.town_chair)


@pytest.mark.django_db
def test_r38_a_reconsideration_waits_for_the_roster_until_they_agree(room: After) -> None:
    item = room.signed()
    act.reconsideration_ask(actor=room.cast.town_member, item_id=item.pk, reason="出现了新的情况。")
    assert "考虑是否同意复议" not in titles(room.cast.town_member)
    assert "考虑是否同意复议" in titles(room.cast.zone_member)
    act.reconsideration_support(actor=room.cast.zone_member, item_id=item.pk)
    assert "考虑是否同意复议" not in titles(room.cast.zone_member)


@pytest.mark.django_db
def test_r36_a_milestone_waits_for_its_person_once_it_is_near(room: After) -> None:
    item = room.handed_over()
    assert "完成节点：签订合同" not in titles(room.cast.zone_member)
    room.execution(item).milestones.filter(order=1).update(due=Item.objects.get(pk=item.pk).submitted_at.date())
    assert "完成节点：签订合同" in titles(room.cast.zone_member)
    assert "完成节点：签订合同" not in titles(room.cast.town_member)

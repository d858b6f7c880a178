"""Rules, routes and agendas changed by two people at the same instant, on real PostgreSQL with threads."""

from functools import partial

import pytest

from decisions import rules
from decisions.actions import after
from decisions.actions import settings as act_settings
from decisions.actions import sittings as act
from decisions.models import AgendaEntry, SplitChoice, SuperiorReport
from decisions.selectors import notice as notices
from decisions.selectors import settings as in_force
from permissions import audit
from permissions.errors import ApplicationError
from permissions.models import AuditEvent
from tests.decisions.sittings.conftest import Room
from tests.decisions.sittings.test_concurrency import Together, hall, together

__all__ = ["hall", "together"]
ROUNDS = 4
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def split(hall: Room) -> AgendaEntry:
    """One body for, one against."""
    entry = hall.open(hall.item())
    hall.arrive()
    hall.begin(entry)
    return hall.decide(entry, "f" * 9, "a" * 7)


def test_r11_a_change_of_the_agenda_and_a_renewed_notice_leave_a_notice_of_the_agenda_as_it_is(
    hall: Room, together: Together
) -> None:
    for number in range(ROUNDS):
        hall.prepare(hall.item(f"已列入的议题 {number}"))
        hall.notice()
        sitting, secretary = hall.sitting, hall.cast.town_secretary
        more = hall.item(f"新增的议题 {number}")
        change = act.agenda_change_ask(
            actor=secretary, sitting_id=sitting.pk, item_id=more.pk, kind="add", reason="汛情变化，须提前议定"
        )
        met = together(
            partial(act.agenda_change_decide, actor=hall.cast.zone_chair, change_id=change.pk, approve=True),
            partial(act.sitting_notice, actor=secretary, sitting_id=sitting.pk, reason="再次通知"),
        )
        assert not any(isinstance(one, ApplicationError) for one in met)
        sitting.refresh_from_db()
        last = notices.latest(sitting)
        assert last is not None and sitting.entries.count() == 2
        assert last.content_hash == notices.digest_of(notices.content_of(sitting))
        assert list(audit.verify(sitting.subject)) == []
        act.sitting_cancel(actor=secretary, sitting_id=sitting.pk, reason="下一轮")


def test_r42_the_other_chairs_choice_stands_against_a_first_chair_who_would_change_theirs(
    hall: Room, together: Together
) -> None:
    for _round in range(ROUNDS):
        entry = split(hall)
        given = {"item_id": entry.item_id, "reason": "用地意见不一"}
        after.split_choose(actor=hall.cast.town_chair, route="up", **given)
        changed, chosen = together(
            partial(after.split_choose, actor=hall.cast.town_chair, route="plan", **given),
            partial(after.split_choose, actor=hall.cast.zone_chair, route="up", **given),
        )
        assert isinstance(changed, ApplicationError) and changed.code in ("chosen_already", "not_now")
        assert isinstance(chosen, SplitChoice)
        assert list(entry.split_choices.values_list("route", flat=True)) == ["up", "up"]
        assert hall.nodes(entry.item) == {"superior"}
        assert SuperiorReport.objects.filter(item=entry.item_id).count() == 1
        act.sitting_close(actor=hall.cast.town_secretary, sitting_id=entry.sitting_id)


def test_r42_two_chairs_who_choose_apart_at_once_send_it_back_to_planning(hall: Room, together: Together) -> None:
    for _round in range(ROUNDS):
        entry = split(hall)
        given = {"item_id": entry.item_id, "reason": "用地意见不一"}
        together(
            partial(after.split_choose, actor=hall.cast.town_chair, route="up", **given),
            partial(after.split_choose, actor=hall.cast.zone_chair, route="plan", **given),
        )
        assert hall.nodes(entry.item) == {"plan"}
        assert entry.split_choices.filter(route="plan").count() == 1
        assert not SuperiorReport.objects.filter(item=entry.item_id).exists()
        act.sitting_close(actor=hall.cast.town_secretary, sitting_id=entry.sitting_id)


def test_r24_a_chair_and_who_stands_in_for_the_other_choose_at_once_and_twice(hall: Room, together: Together) -> None:
    entry = hall.open(hall.item())
    hall.arrive()
    seat, deputy = hall.seat("zone.chair"), hall.seat("town.chair")
    act.recusal_declare(actor=seat.user, entry_id=entry.pk, seat_id=seat.pk, reason="涉及本人", kind="own")
    given = {"seat_id": deputy.pk, "reason": "主持人回避", "entry_id": entry.pk}
    act.chair_take(actor=deputy.user, sitting_id=entry.sitting_id, **given)
    hall.begin(entry)
    hall.hear(entry)
    ballots = hall.ballots(entry)
    hall.vote(ballots["town"], "f" * 9)
    hall.vote(ballots["zone"], "a" * 6)
    act.voting_close(actor=hall.cast.town_secretary, entry_id=entry.pk)
    act.result_announce(actor=hall.cast.town_secretary, entry_id=entry.pk)
    up = {"item_id": entry.item_id, "route": "up", "reason": "用地意见不一"}
    stand_in = hall.cast["zone.standing"]
    chosen = together(*(partial(after.split_choose, actor=who, **up) for who in (hall.cast.town_chair, stand_in) * 2))
    assert all(isinstance(one, SplitChoice) for one in chosen), chosen
    assert len({one.pk for one in chosen}) == entry.split_choices.count() == 2
    assert hall.nodes(entry.item) == {"superior"}
    assert SuperiorReport.objects.filter(item=entry.item_id).count() == 1


def test_r47_a_sitting_opened_while_the_rules_change_freezes_one_version_for_all_its_entries(
    hall: Room, together: Together
) -> None:
    code = hall.types["project"].rule_set.code
    for number in range(ROUNDS):
        hall.prepare(*(hall.item(f"第 {number} 轮第 {place} 件") for place in (1, 2, 3)))
        hall.notice()
        base = in_force.values_of("rule_set", code)
        values = in_force.values_of("rule_set", code)
        share = (rules.AT_LEAST_TWO_THIRDS, rules.MORE_THAN_HALF)[number % 2]
        values["numbers"]["bodies"]["town"]["passing"] = share.to_json()
        change = act_settings.setting_propose(
            actor=hall.cast.town_secretary, kind="rule_set", code=code, values=values, base=base, reason="从严"
        )
        sitting = hall.sitting
        met = together(
            partial(act_settings.setting_confirm, actor=hall.cast.zone_secretary, change_id=change.pk),
            partial(act.sitting_open, actor=hall.cast.town_secretary, sitting_id=sitting.pk),
        )
        assert not any(isinstance(one, ApplicationError) for one in met)
        frozen = [entry.frozen_rules.body("town").passing for entry in sitting.entries.all()]
        assert len(set(frozen)) == 1 and frozen[0] in (rules.AT_LEAST_TWO_THIRDS, rules.MORE_THAN_HALF)
        for entry in sitting.entries.all():
            act.entry_defer(actor=hall.cast.town_secretary, entry_id=entry.pk, ground="other", reason="下一轮")
        act.sitting_close(actor=hall.cast.town_secretary, sitting_id=sitting.pk)
    assert AuditEvent.objects.filter(verb="setting_confirm").count() == ROUNDS

"""What a change of the rules does to sittings."""

import pytest

from decisions import rules
from decisions.actions import settings as act
from decisions.selectors import settings as read
from tests.decisions.sittings.conftest import Room

pytestmark = pytest.mark.django_db


def test_r47_a_sitting_that_is_open_keeps_the_numbers_it_froze(room: Room) -> None:
    entry = room.open()
    code = room.types["project"].rule_set.code
    current = read.values_of("rule_set", code)
    values = read.values_of("rule_set", code)
    values["numbers"]["bodies"]["town"]["passing"] = rules.AT_LEAST_TWO_THIRDS.to_json()
    change = act.setting_propose(
        actor=room.cast.town_secretary, kind="rule_set", code=code, values=values, base=current, reason="从严"
    )
    act.setting_confirm(actor=room.cast.zone_secretary, change_id=change.pk)
    entry.refresh_from_db()
    room.types["project"].refresh_from_db()
    assert room.types["project"].rule_set.rules.body("town").passing == rules.AT_LEAST_TWO_THIRDS
    assert entry.frozen_rules.body("town").passing == rules.MORE_THAN_HALF

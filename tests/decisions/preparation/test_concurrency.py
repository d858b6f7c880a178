"""Two at once: one request, one assessment, one comment; and nothing changes while an item goes on an agenda."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.utils import timezone

from decisions.actions import preparation as prepare
from decisions.actions.sittings import entry_add, sitting_create
from decisions.models import AgendaEntry, CalendarDay, PublicComment, ReviewRequest, RiskAssessment
from permissions import audit
from permissions.errors import ApplicationError
from tests.cast import build
from tests.decisions.items.conftest import Hand, configure
from tests.decisions.items.test_concurrency import at_once

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ROUNDS = 4


@pytest.fixture
def hand(transactional_db: None) -> Hand:
    """As everywhere, committed for real, so that threads see it."""
    cast = build()
    configure()
    return Hand(cast)


def test_a_double_click_asks_gives_and_enters_once(hand: Hand) -> None:
    for _round in range(ROUNDS):
        item = hand.planned()
        ask = partial(hand.ask, item, "risk")
        first, second = at_once(ask, ask)
        assert first == second
        give = partial(hand.assess, item, ReviewRequest.objects.select_related("asked").get(pk=first.pk))
        given = at_once(give, give)
        assert given[0] == given[1], given
        request = hand.ask(item, "public")
        enter = partial(
            prepare.comment_record,
            actor=hand.cast.town_secretary, item_id=item.pk, request_id=request.pk, text="保留门楼。",
        )  # fmt: skip
        entered = at_once(enter, enter)
        assert entered[0] == entered[1]
    assert RiskAssessment.objects.count() == PublicComment.objects.count() == ROUNDS
    assert list(audit.verify()) == []


def test_two_secretaries_ask_different_people_and_one_is_told(hand: Hand) -> None:
    item = hand.planned()
    outcomes = at_once(
        partial(hand.ask, item, "risk"), partial(hand.ask, item, "risk", asked_id=hand.cast.town_member.pk)
    )
    assert sum(isinstance(one, ApplicationError) for one in outcomes) == 1, outcomes
    assert ReviewRequest.objects.filter(item=item, kind="risk").count() == 1


def test_a_day_entered_by_two_is_one_day_and_the_chain_holds(hand: Hand) -> None:
    for number in range(ROUNDS):
        day = date(2027, 3, 1) + timedelta(days=number)
        outcomes = at_once(
            partial(prepare.calendar_day_set, actor=hand.cast.town_secretary, day=day, working=False, name="甲"),
            partial(prepare.calendar_day_set, actor=hand.cast.designer, day=day, working=False, name="乙"),
        )
        assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    assert CalendarDay.objects.count() == ROUNDS
    assert list(audit.verify("calendar:days")) == []


def test_r3_asking_one_more_expert_and_tabling_never_pass_each_other(hand: Hand) -> None:
    desk = hand.cast.town_secretary
    meeting = sitting_create(actor=desk, at=timezone.now(), place="三楼会议室", host_id=hand.cast.seat("town.chair").pk)
    for _round in range(ROUNDS):
        item = hand.prepared(hand.reviewed())
        outcomes = at_once(
            partial(entry_add, actor=desk, sitting_id=meeting.pk, item_id=item.pk),
            partial(hand.ask, item, "expert", person="第二名专家"),
        )
        assert sum(isinstance(one, ApplicationError) for one in outcomes) == 1, outcomes
        tabled = AgendaEntry.objects.filter(item=item).exists()
        asked = ReviewRequest.objects.filter(item=item, kind="expert", person="第二名专家").exists()
        assert tabled is not asked

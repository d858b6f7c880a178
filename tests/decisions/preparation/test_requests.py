"""Asking for opinions: of whom, how long, on which version; extending and taking back."""

from datetime import date, timedelta

import pytest
from django.db import InternalError, transaction
from django.db.utils import IntegrityError, OperationalError
from django.utils import timezone

from decisions import workdays
from decisions.actions import items as act
from decisions.actions import preparation as prepare
from decisions.models import Item, LegalityReview, ReviewRequest
from decisions.selectors.requirements import Requirement, requirements, tabling_blocks
from permissions.errors import Conflict, Denied, Hidden, Invalid, WrongState
from tests.decisions.items.conftest import Hand, logged
from workflows import clock

REFUSED = (IntegrityError, InternalError, OperationalError)


def need(item: Item, kind: str) -> Requirement:
    return next(one for one in requirements(Item.objects.get(pk=item.pk)) if one.kind == kind)


def today() -> date:
    return timezone.localdate(clock.now())


def test_r5_ending_the_plan_asks_for_the_review_with_seven_working_days(hand: Hand) -> None:
    item = hand.planned()
    request = ReviewRequest.objects.get(item=item)
    assert request.kind == "legality"
    assert workdays.working_days_between(today(), request.due) == 7
    found = need(item, "legality")
    assert (found.state, found.owner, found.due, found.blocks) == ("waiting", "法律顾问", request.due, True)
    assert logged(item, "legality_request")[-1].data["due"] == request.due.isoformat()


def test_r5_less_than_seven_working_days_is_refused_and_more_is_given(hand: Hand) -> None:
    item = hand.confirmed()
    hand.write(item)
    earliest = prepare.earliest_legality(item)
    with pytest.raises(Invalid) as refusal:
        act.plan_finish(actor=hand.proposer, item_id=item.pk, legality_due=earliest - timedelta(days=1))
    assert refusal.value.code == "too_short"
    assert not ReviewRequest.objects.exists()
    act.plan_finish(actor=hand.proposer, item_id=item.pk, legality_due=earliest + timedelta(days=9))
    assert ReviewRequest.objects.get().due == earliest + timedelta(days=9)


def test_r5_a_review_given_sooner_is_its_givers_own_decision(hand: Hand) -> None:
    item = hand.planned()
    hand.review(item)
    review = LegalityReview.objects.get()
    assert review.request is not None
    assert review.request.answered_at == review.at
    assert (need(item, "legality").state, need(item, "period").state) == ("met", "met")


def test_r4_a_failed_review_blocks_and_the_next_plan_asks_again(hand: Hand) -> None:
    item = hand.planned()
    hand.review(item, ok=False)
    assert need(item, "legality").state == "failed"
    hand.write(item, "租期六年。", base=1)
    act.opinions_close(actor=hand.cast.town_secretary, item_id=item.pk)
    act.plan_finish(actor=hand.proposer, item_id=item.pk)
    assert ReviewRequest.objects.filter(item=item, kind="legality").count() == 2
    assert need(item, "legality").state == "waiting"


def test_r4_an_exploratory_reform_goes_with_its_legal_risk_shown(hand: Hand) -> None:
    item = hand.planned()
    with pytest.raises(Invalid, match="还不能明示风险上会"):
        act.legality_give(
            actor=hand.cast.legal, item_id=item.pk, ok=False, text="国家尚无规定。", plan_version=1, risks="权属不明。"
        )
    leave = prepare.exploration_allow(
        actor=hand.cast.town_chair, item_id=item.pk, basis="省级试点方案第三条", reason="国家尚无明确规定。"
    )
    again = prepare.exploration_allow(
        actor=hand.cast.town_chair, item_id=item.pk, basis="省级试点方案第三条", reason="国家尚无明确规定。"
    )
    assert again == leave
    act.legality_give(
        actor=hand.cast.legal, item_id=item.pk, ok=False, text="国家尚无规定。", plan_version=1, risks="权属不明。"
    )
    act.opinions_close(actor=hand.cast.town_secretary, item_id=item.pk)
    found = need(item, "legality")
    assert (found.state, found.blocks) == ("waived", False)
    assert "权属不明" in found.detail
    assert hand.cast.town_chair.label in found.detail
    assert len(logged(item, "exploration_allow")) == 1
    hand.prepared(item)
    assert tabling_blocks(Item.objects.get(pk=item.pk)) == []


def test_r4_leave_without_a_named_risk_lets_nothing_pass(hand: Hand) -> None:
    item = hand.planned()
    prepare.exploration_allow(actor=hand.cast.zone_chair, item_id=item.pk, basis="试点方案", reason="先行先试。")
    hand.review(item, ok=False)
    assert need(item, "legality").blocks


def test_only_a_chair_allows_an_exploration_and_with_words(hand: Hand) -> None:
    item = hand.planned()
    with pytest.raises(Denied):
        prepare.exploration_allow(actor=hand.cast.town_secretary, item_id=item.pk, basis="依据", reason="理由")
    with pytest.raises(Invalid) as refusal:
        prepare.exploration_allow(actor=hand.cast.town_chair, item_id=item.pk, basis="", reason=" ")
    assert set(refusal.value.fields) == {"basis", "reason"}


def test_r6_public_comment_has_thirty_days_or_a_published_reason(hand: Hand) -> None:
    item = hand.planned()
    with pytest.raises(Invalid) as refusal:
        hand.ask(item, "public", due=today() + timedelta(days=29))
    assert "R6" in refusal.value.fields["shortened"]
    request = hand.ask(item, "public", due=today() + timedelta(days=29), shortened="汛期将至，须在月底前定案。")
    assert logged(item, "review_request")[-1].data["shortened"] == request.shortened
    assert need(item, "public").state == "waiting"


def test_r6_thirty_days_are_enough_and_the_first_day_is_not_counted(hand: Hand) -> None:
    item = hand.planned()
    request = hand.ask(item, "public", due=today() + timedelta(days=30))
    assert request.shortened == ""


def test_r6_a_shortened_period_counts_with_its_reason_shown(hand: Hand) -> None:
    item = hand.planned()
    with clock.at(clock.now() - timedelta(days=20)):
        request = hand.ask(item, "public", due=today() + timedelta(days=10), shortened="汛期将至。")
    prepare.public_close(actor=hand.cast.town_secretary, item_id=item.pk, request_id=request.pk)
    found = need(item, "public")
    assert found.state == "met"
    assert "汛期将至" in found.detail


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("risk", {"asked_id": None}, "asked"),
        ("risk", {"person": "某人"}, "asked"),
        ("risk", {"due": None}, "due"),
        ("risk", {"asked_id": 10**8}, "asked"),
        ("expert", {"unit": ""}, "unit"),
        ("expert", {"due": date(2020, 1, 1)}, "due"),
        ("expert", {"due": date(2190, 1, 1)}, "due"),
        ("public", {"channel": ""}, "channel"),
        ("public", {"opens_on": date(2020, 1, 1)}, "opens_on"),
        ("public", {"due": None}, "due"),
    ],
)
def test_a_request_says_what_is_missing(hand: Hand, kind: str, changes: dict[str, object], field: str) -> None:
    item = hand.planned()
    with pytest.raises(Invalid) as refusal:
        hand.ask(item, kind, **changes)
    assert refusal.value.fields[field]
    assert not ReviewRequest.objects.filter(kind=kind).exists()


def test_asking_twice_is_asking_once(hand: Hand) -> None:
    item = hand.planned()
    for kind in ("risk", "expert", "public"):
        assert hand.ask(item, kind) == hand.ask(item, kind)
    assert len(logged(item, "review_request")) == 3
    with pytest.raises(Conflict) as refusal:
        hand.ask(item, "risk", asked_id=hand.cast.town_member.pk)
    assert refusal.value.code == "already_asked"


def test_only_a_secretary_asks_and_not_before_both_have_confirmed(hand: Hand) -> None:
    item = hand.submitted()
    with pytest.raises(WrongState):
        hand.ask(item, "risk")
    hand.confirm(item, "town")
    hand.confirm(item, "zone")
    with pytest.raises(WrongState) as refusal:
        hand.ask(item, "risk")
    assert refusal.value.code == "no_plan"
    hand.write(item)
    for user in (hand.proposer, hand.cast.legal, hand.cast.auditor):
        with pytest.raises(Denied):
            prepare.review_request(actor=user, item_id=item.pk, kind="risk", due=today())
    with pytest.raises(Hidden):
        prepare.review_request(actor=hand.cast.outsider, item_id=item.pk, kind="risk", due=today())


def test_whoever_is_asked_reads_what_it_is_about_until_it_is_taken_back(hand: Hand) -> None:
    item, expert = hand.planned(), hand.cast.outsider
    request = hand.ask(item, "expert", asked_id=expert.pk, person="", unit="")
    from permissions.policies import visible

    assert visible(expert, Item).filter(pk=item.pk).exists()
    prepare.review_withdraw(actor=hand.cast.town_secretary, item_id=item.pk, request_id=request.pk, reason="改请他人。")
    assert not visible(expert, Item).filter(pk=item.pk).exists()


def test_a_period_is_extended_and_never_cut(hand: Hand) -> None:
    item = hand.planned()
    request = hand.ask(item, "risk")
    later = request.due + timedelta(days=5)
    desk = hand.cast.zone_secretary
    with pytest.raises(Invalid):
        prepare.review_extend(actor=desk, item_id=item.pk, request_id=request.pk, due=request.due - timedelta(days=1))
    for _twice in range(2):
        assert prepare.review_extend(actor=desk, item_id=item.pk, request_id=request.pk, due=later).due == later
    assert len(logged(item, "review_extend")) == 1
    assert request.history.count() == 2


def test_taking_back_needs_a_reason_and_happens_once(hand: Hand) -> None:
    item = hand.planned()
    request = hand.ask(item, "risk")
    desk = hand.cast.town_secretary
    with pytest.raises(Invalid):
        prepare.review_withdraw(actor=desk, item_id=item.pk, request_id=request.pk, reason=" ")
    for _twice in range(2):
        prepare.review_withdraw(actor=desk, item_id=item.pk, request_id=request.pk, reason="改由第三方评估。")
    assert len(logged(item, "review_withdraw")) == 1
    assert need(item, "risk").state == "missing"
    legality = ReviewRequest.objects.get(kind="legality")
    with pytest.raises(Hidden):
        prepare.review_withdraw(actor=desk, item_id=item.pk, request_id=legality.pk, reason="不审了。")


def test_what_is_overdue_says_so_and_who_owes_it(hand: Hand) -> None:
    item = hand.planned()
    hand.ask(item, "risk", due=today())
    with clock.at(clock.now() + timedelta(days=3)):
        found = need(item, "risk")
        assert found.overdue
    assert hand.cast.zone_member.label in found.detail
    assert "逾期" in found.detail


def test_the_database_keeps_requests_as_they_were_made(hand: Hand) -> None:
    item = hand.planned()
    request = hand.ask(item, "risk")
    rows = ReviewRequest.objects.filter(pk=request.pk)
    for change in (
        lambda: rows.update(kind="expert"),
        lambda: rows.update(requested_at=clock.now() - timedelta(days=9)),
        rows.delete,
    ):
        with pytest.raises(REFUSED), transaction.atomic():
            change()
    rows.update(answered_at=clock.now())
    with pytest.raises(REFUSED), transaction.atomic():
        rows.update(answered_at=None)

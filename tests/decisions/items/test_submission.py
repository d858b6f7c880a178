import pytest
from django.utils import timezone

from decisions.actions.items import item_confirm, item_submit, item_withdraw
from decisions.models import Confirmation, Item
from permissions.errors import Denied, Hidden, Invalid, WrongState
from tests.cast import Cast
from tests.decisions.items.conftest import Hand, logged, waits_for
from workflows.actions import case_cancel
from workflows.models import Case


def test_the_first_submission_gives_the_number_and_starts_the_flow(hand: Hand) -> None:
    item = hand.submitted()
    assert item.number == f"议〔{timezone.localdate().year}〕1号"
    assert item.status == Item.Status.RUNNING
    assert waits_for(item) == {"confirm_town", "confirm_zone"}
    assert Item.objects.get().case == Case.objects.get(subject=item.subject)
    assert logged(item, "item_submit")[0].data["number"] == item.number


def test_numbers_follow_each_other_and_a_refused_submission_takes_none(hand: Hand) -> None:
    assert hand.submitted().serial == 1
    with pytest.raises(Invalid):
        hand.submitted(summary="")
    assert hand.submitted().serial == 2


def test_submitting_twice_is_refused_and_starts_one_flow(hand: Hand) -> None:
    item = hand.submitted()
    with pytest.raises(WrongState, match="已经提交"):
        item_submit(actor=hand.proposer, item_id=item.pk)
    assert Case.objects.filter(subject=item.subject).count() == 1


def test_both_secretaries_confirm_before_planning_begins(hand: Hand) -> None:
    item = hand.submitted()
    hand.confirm(item, "zone")
    assert waits_for(item) == {"confirm_town"}
    hand.confirm(item, "town")
    assert waits_for(item) == {"plan"}
    assert len(logged(item, "item_confirm")) == 2


def test_a_secretary_confirms_for_their_own_body_alone(hand: Hand, office: Cast) -> None:
    item = hand.submitted()
    with pytest.raises(Denied):
        item_confirm(actor=office.town_secretary, item_id=item.pk, body="zone", confirmed=True)
    for user in (office.town_chair, office.zone_proposer, office.legal, office.auditor):
        with pytest.raises(Denied):
            item_confirm(actor=user, item_id=item.pk, body="town", confirmed=True)
    with pytest.raises(Hidden):
        item_confirm(actor=office.outsider, item_id=item.pk, body="town", confirmed=True)
    assert not Confirmation.objects.exists()


def test_sending_back_needs_a_reason_and_returns_to_the_proposer(hand: Hand) -> None:
    item = hand.submitted()
    with pytest.raises(Invalid) as refusal:
        hand.confirm(item, "town", confirmed=False)
    assert "reason" in refusal.value.fields
    hand.confirm(item, "town", confirmed=False, reason="请写明费用来源。")
    hand.confirm(item, "zone")
    assert waits_for(item) == {"draft"}


def test_a_resubmission_keeps_the_number_and_asks_both_again(hand: Hand) -> None:
    item = hand.submitted()
    hand.confirm(item, "town", confirmed=False, reason="请写明费用来源。")
    hand.confirm(item, "zone")
    again = item_submit(actor=hand.proposer, item_id=item.pk)
    assert (again.number, again.round) == (item.number, 2)
    assert waits_for(item) == {"confirm_town", "confirm_zone"}
    hand.confirm(item, "town")
    hand.confirm(item, "zone")
    assert waits_for(item) == {"plan"}
    assert Confirmation.objects.filter(item=item, confirmed=True).count() == 3


def test_confirming_twice_is_refused_and_counts_once(hand: Hand) -> None:
    item = hand.submitted()
    hand.confirm(item, "town")
    with pytest.raises(WrongState):
        hand.confirm(item, "town")
    assert Confirmation.objects.filter(item=item, body__code="town").count() == 1


def test_the_proposer_withdraws_until_both_have_confirmed(hand: Hand, office: Cast) -> None:
    item = hand.submitted()
    hand.confirm(item, "town")
    with pytest.raises(Denied):
        item_withdraw(actor=office.town_proposer, item_id=item.pk, reason="不办了")
    with pytest.raises(Invalid):
        item_withdraw(actor=hand.proposer, item_id=item.pk, reason=" ")
    item_withdraw(actor=hand.proposer, item_id=item.pk, reason="场地另有安排。")
    assert Item.objects.get().status == Item.Status.WITHDRAWN
    assert waits_for(item) == set()
    with pytest.raises(WrongState, match="已撤回"):
        hand.confirm(item, "zone")


def test_after_confirmation_nobody_withdraws(hand: Hand) -> None:
    item = hand.confirmed()
    with pytest.raises(WrongState, match="双方已确认"):
        item_withdraw(actor=hand.proposer, item_id=item.pk, reason="不办了")


def test_a_personnel_item_needs_a_candidate_and_runs_on_its_own_flow(hand: Hand) -> None:
    with pytest.raises(Invalid) as refusal:
        hand.submitted(matter_type="personnel")
    assert set(refusal.value.fields) == {"candidates"}
    item = hand.submitted(matter_type="personnel", candidates=[("镇农业办主任", "示范区产业部副主任")])
    assert item.case is not None
    assert item.case.version.definition.key == "joint_personnel"
    assert item.amount is None


def test_an_item_whose_flow_is_stopped_says_so_and_keeps_the_version(hand: Hand) -> None:
    item = hand.submitted()
    assert item.case is not None
    case_cancel(actor=None, case_id=item.case.pk, reason="流程停用")
    item.refresh_from_db()
    assert (item.status, item.closed_at is not None) == (Item.Status.WITHDRAWN, True)
    latest = item.history.first()
    assert (latest.status, latest.history_change_reason) == (Item.Status.WITHDRAWN, "case_end")

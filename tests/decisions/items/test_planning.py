from datetime import timedelta

import pytest
from django.utils import timezone

from decisions.actions.items import (
    execution_assign,
    legality_give,
    opinion_add,
    opinion_answer,
    opinions_close,
    plan_finish,
    plan_save,
)
from decisions.models import LegalityReview, Opinion, Plan
from permissions.errors import Conflict, Denied, Hidden, Invalid, WrongState
from tests.cast import Cast
from tests.decisions.items.conftest import CLAUSES, Hand, logged, waits_for


def test_every_saved_text_is_a_version_with_its_author_and_note(hand: Hand, office: Cast) -> None:
    item = hand.confirmed()
    hand.write(item)
    changed = [CLAUSES[0], {"title": "租期", "body": "租期六年。"}]
    plan_save(actor=office.town_proposer, item_id=item.pk, clauses=changed, base_version=1, note="缩短租期")
    rows = list(Plan.history.filter(item_id=item.pk).order_by("version"))
    assert [(row.version, row.clauses[1]["body"], row.saved_by) for row in rows] == [
        (1, "租期十年。", office.zone_proposer),
        (2, "租期六年。", office.town_proposer),
    ]
    assert rows[1].note == "缩短租期"


def words(clauses: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(clause["title"], clause["body"]) for clause in clauses]


def test_saving_an_unchanged_text_makes_no_version(hand: Hand) -> None:
    item = hand.confirmed()
    hand.write(item)
    assert hand.write(item, base=1).version == 1
    assert len(logged(item, "plan_save")) == 1


def test_who_saves_over_a_newer_version_loses_nothing(hand: Hand, office: Cast) -> None:
    item = hand.confirmed()
    hand.write(item)
    theirs = [{"title": "租期", "body": "租期六年。"}]
    mine = [{"title": "租期", "body": "租期八年。"}]
    plan_save(actor=office.town_proposer, item_id=item.pk, clauses=theirs, base_version=1)
    with pytest.raises(Conflict) as conflict:
        plan_save(actor=hand.proposer, item_id=item.pk, clauses=mine, base_version=1)
    data = conflict.value.data
    assert data["version"] == 2
    assert [words(data[text]) for text in ("base", "mine", "theirs")] == [
        [*map(tuple, (clause.values() for clause in CLAUSES))],
        [("租期", "租期八年。")],
        [("租期", "租期六年。")],
    ]
    assert words(Plan.objects.get().clauses) == [("租期", "租期六年。")]
    assert data["mine"][0]["id"] == data["theirs"][0]["id"] == data["base"][1]["id"]


def test_members_write_opinions_not_the_plan(hand: Hand, office: Cast) -> None:
    item = hand.confirmed()
    for user in (office.town_member, office.town_secretary, office.auditor, office.legal):
        with pytest.raises(Denied):
            plan_save(actor=user, item_id=item.pk, clauses=CLAUSES, base_version=0)
    with pytest.raises(Hidden):
        plan_save(actor=office.outsider, item_id=item.pk, clauses=CLAUSES, base_version=0)


def test_a_co_proposer_without_the_role_writes_the_plan_too(hand: Hand, office: Cast) -> None:
    item = hand.confirmed(co_proposers=[office.town_member.pk])
    assert plan_save(actor=office.town_member, item_id=item.pk, clauses=CLAUSES, base_version=0).version == 1


@pytest.mark.parametrize(
    "clauses",
    [[], [{"title": " ", "body": ""}], [{"title": "长" * 61, "body": ""}], [{"title": "条", "body": "x"}] * 61],
)
def test_an_empty_or_endless_plan_is_refused(hand: Hand, clauses: list[dict[str, str]]) -> None:
    item = hand.confirmed()
    with pytest.raises(Invalid) as refusal:
        plan_save(actor=hand.proposer, item_id=item.pk, clauses=clauses, base_version=0)
    assert "clauses" in refusal.value.fields


def test_the_plan_is_not_finished_before_it_is_written(hand: Hand) -> None:
    item = hand.confirmed()
    with pytest.raises(WrongState, match="还没有内容"):
        plan_finish(actor=hand.proposer, item_id=item.pk)
    hand.write(item)
    plan_finish(actor=hand.proposer, item_id=item.pk)
    assert waits_for(item) == {"opinions", "legality"}


def test_opinions_come_from_all_who_sit_or_advise_but_not_from_the_auditor(hand: Hand, office: Cast) -> None:
    item = hand.planned()
    for user in (office.town_member, office.zone_chair, office.observer, office.legal, office.town_secretary):
        opinion_add(actor=user, item_id=item.pk, text="请写明结算时点。")
    assert Opinion.objects.count() == 5
    with pytest.raises(Denied):
        opinion_add(actor=office.auditor, item_id=item.pk, text="请写明结算时点。")


def test_the_same_opinion_sent_twice_is_one(hand: Hand, office: Cast) -> None:
    item = hand.planned()
    for _again in range(2):
        opinion_add(actor=office.town_member, item_id=item.pk, text="请写明结算时点。")
    opinion = Opinion.objects.get()
    assert (opinion.body, opinion.plan_version) == (office.town, 1)
    assert len(logged(item, "opinion_add")) == 1


def test_an_opinion_not_adopted_needs_its_reason(hand: Hand, office: Cast) -> None:
    item = hand.planned()
    opinion = opinion_add(actor=office.town_member, item_id=item.pk, text="屋面加装光伏。")
    for answer in ("not", "partly"):
        with pytest.raises(Invalid) as refusal:
            opinion_answer(actor=hand.proposer, item_id=item.pk, opinion_id=opinion.pk, answer=answer)
        assert "reply" in refusal.value.fields
    opinion_answer(actor=hand.proposer, item_id=item.pk, opinion_id=opinion.pk, answer="adopted")
    assert Opinion.objects.get().answer == "adopted"


def test_changing_an_answer_is_logged_with_the_old_one(hand: Hand, office: Cast) -> None:
    item = hand.planned()
    opinion = opinion_add(actor=office.town_member, item_id=item.pk, text="屋面加装光伏。")
    opinion_answer(actor=hand.proposer, item_id=item.pk, opinion_id=opinion.pk, answer="adopted")
    opinion_answer(actor=office.town_proposer, item_id=item.pk, opinion_id=opinion.pk, answer="not", reply="荷载不足。")
    assert logged(item, "opinion_answer")[-1].data == {
        "old": {"answer": "adopted", "reply": ""},
        "new": {"answer": "not", "reply": "荷载不足。"},
    }


def test_an_opinion_of_another_item_is_not_answered_through_this_one(hand: Hand, office: Cast) -> None:
    other = hand.planned()
    opinion = opinion_add(actor=office.town_member, item_id=other.pk, text="别的意见。")
    item = hand.planned()
    with pytest.raises(Invalid):
        opinion_answer(actor=hand.proposer, item_id=item.pk, opinion_id=opinion.pk, answer="adopted")


def test_opinions_are_not_closed_over_an_unanswered_one(hand: Hand, office: Cast) -> None:
    item = hand.planned()
    opinion = opinion_add(actor=office.town_member, item_id=item.pk, text="屋面加装光伏。")
    with pytest.raises(WrongState, match="党委委员（人大）") as refusal:
        opinions_close(actor=office.zone_secretary, item_id=item.pk)
    assert refusal.value.data == {"opinions": [opinion.pk]}
    assert waits_for(item) == {"opinions", "legality"}


def test_review_and_opinions_together_lead_to_tabling(hand: Hand) -> None:
    item = hand.reviewed()
    assert waits_for(item) == {"table"}


def test_a_failed_review_goes_back_to_planning(hand: Hand, office: Cast) -> None:
    item = hand.planned()
    hand.review(item, ok=False)
    opinions_close(actor=office.town_secretary, item_id=item.pk)
    assert waits_for(item) == {"plan"}


def test_the_reviewer_judges_the_version_that_was_read(hand: Hand, office: Cast) -> None:
    item = hand.planned()
    hand.write(item, "租期六年。", base=1)
    with pytest.raises(Conflict, match="第 2 版"):
        legality_give(actor=office.legal, item_id=item.pk, ok=True, text="可行。", plan_version=1)
    assert not LegalityReview.objects.exists()


def test_a_change_of_substance_after_the_review_runs_the_procedure_again(hand: Hand, office: Cast) -> None:
    item = hand.planned()
    hand.review(item)
    hand.write(item, "租期六年。", base=1)
    opinions_close(actor=office.town_secretary, item_id=item.pk)
    assert waits_for(item) == {"plan"}
    assert logged(item, "opinions_close")[-1].data["review_outdated"] is True


def test_a_change_of_wording_after_the_review_does_not(hand: Hand, office: Cast) -> None:
    item = hand.planned()
    hand.review(item)
    hand.write(item, "租期为十年。", base=1, kind="wording")
    opinions_close(actor=office.town_secretary, item_id=item.pk)
    assert waits_for(item) == {"table"}


def test_after_the_opinions_only_wording_changes(hand: Hand, office: Cast) -> None:
    item = hand.planned()
    opinions_close(actor=office.town_secretary, item_id=item.pk)
    with pytest.raises(WrongState, match="文字修改"):
        hand.write(item, "租期六年。", base=1)
    assert hand.write(item, "租期为十年。", base=1, kind="wording").substantive_version == 1


def test_nothing_is_written_once_the_item_waits_for_tabling(hand: Hand, office: Cast) -> None:
    item = hand.reviewed()
    with pytest.raises(WrongState):
        hand.write(item, "租期六年。", base=1)
    with pytest.raises(WrongState):
        opinion_add(actor=office.town_member, item_id=item.pk, text="晚到的意见。")


def test_only_the_legal_adviser_reviews_and_always_with_words(hand: Hand, office: Cast) -> None:
    item = hand.planned()
    with pytest.raises(Denied):
        legality_give(actor=office.town_secretary, item_id=item.pk, ok=True, text="可行。", plan_version=1)
    with pytest.raises(Invalid):
        legality_give(actor=office.legal, item_id=item.pk, ok=True, text=" ", plan_version=1)


def test_nobody_is_told_to_execute_before_both_have_signed(hand: Hand, office: Cast) -> None:
    item = hand.reviewed()
    due = timezone.localdate() + timedelta(days=30)
    with pytest.raises(WrongState, match="会签"):
        execution_assign(actor=office.town_secretary, item_id=item.pk, unit="示范区平台公司", due=due)

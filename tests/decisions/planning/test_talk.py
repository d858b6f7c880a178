"""Comments on clauses and suggested texts: views before the meeting, never votes (R10)."""

import pytest
from django.apps import apps
from django.db import IntegrityError, InternalError, transaction

from decisions.actions import items as act
from decisions.models import ClauseComment, Plan, Suggestion
from decisions.selectors.items.story import words_of
from decisions.selectors.plans import clauses_of
from permissions.errors import Conflict, Denied, Hidden, Invalid, WrongState
from tests.decisions.items.conftest import logged
from tests.decisions.planning.conftest import Table

#: what a vote is made of, and what it leaves behind
OF_VOTES = ("ballot", "vote", "motion", "statement", "resolution", "attendance", "agendaentry")


def counted(names: tuple[str, ...] = OF_VOTES) -> dict[str, int]:
    """How many rows every model of the sitting has."""
    return {
        model._meta.model_name or "": model._default_manager.count()
        for model in apps.get_app_config("decisions").get_models()
        if (model._meta.model_name or "") in names
    }


def test_r10_consultation_before_the_meeting_records_views_and_creates_no_votes(table: Table) -> None:
    before = counted()
    assert len(before) == len(OF_VOTES)
    comment = table.comment("同意第二条。")
    table.comment("我反对。", by=table.hand.cast.zone_chair, parent_id=comment.pk)
    table.accept(table.suggest())
    act.suggestion_decline(
        actor=table.writer, item_id=table.item.pk, suggestion_id=table.suggest("租期九年。").pk, answer="已议定。"
    )
    opinion = act.opinion_add(actor=table.hand.cast.town_chair, item_id=table.item.pk, text="赞成。")
    act.opinion_answer(actor=table.writer, item_id=table.item.pk, opinion_id=opinion.pk, answer="adopted")
    assert counted() == before
    assert ClauseComment.objects.count() == 2
    assert not {field.name for model in (ClauseComment, Suggestion) for field in model._meta.fields} & {
        "choice",
        "stance",
        "vote",
    }


def test_a_comment_stays_with_its_clause_through_later_versions(table: Table) -> None:
    comment = table.comment()
    clauses = [clause.to_json() for clause in clauses_of(table.plan)][::-1]
    clauses[0] |= {"title": "租赁期限", "body": "租期六年。"}
    act.plan_save(actor=table.writer, item_id=table.item.pk, clauses=clauses, base_version=1)
    assert table.clause(0).id == comment.clause
    assert (comment.version, comment.body) == (1, table.hand.cast.town)


def test_the_same_comment_sent_twice_is_one_and_logged_once(table: Table) -> None:
    assert table.comment() == table.comment()
    (event,) = logged(table.item, "comment_add")
    assert words_of("comment_add", event.data) == ("评论条款", "“租期”一条；结算时点没有写明。")


@pytest.mark.parametrize("text", ["", " \n", "长" * 2001])
def test_a_comment_has_words_and_not_too_many(table: Table, text: str) -> None:
    with pytest.raises(Invalid):
        table.comment(text)


def test_who_neither_sits_nor_advises_comments_nothing(table: Table) -> None:
    with pytest.raises(Denied):
        table.comment(by=table.hand.cast.auditor)
    with pytest.raises(Hidden):
        table.comment(by=table.hand.cast.outsider)
    with pytest.raises(Denied):
        table.suggest(by=table.hand.cast.auditor)


def test_a_thread_is_settled_by_its_beginner_or_a_writer_once(table: Table) -> None:
    comment = table.comment()
    with pytest.raises(Denied) as refusal:
        act.comment_settle(actor=table.hand.cast.zone_member, item_id=table.item.pk, comment_id=comment.pk)
    assert refusal.value.code == "not_your_thread"
    for _again in range(2):
        act.comment_settle(actor=table.writer, item_id=table.item.pk, comment_id=comment.pk)
    assert len(logged(table.item, "comment_settle")) == 1
    with pytest.raises(WrongState) as settled:
        table.comment("再补充一句。", parent_id=comment.pk)
    assert settled.value.code == "settled"
    act.comment_settle(actor=comment.by, item_id=table.item.pk, comment_id=comment.pk, resolved=False)
    assert table.comment("再补充一句。", parent_id=comment.pk).parent == comment
    assert ClauseComment.history.filter(id=comment.pk).count() == 3


def test_what_was_said_is_never_changed(table: Table) -> None:
    comment, suggestion = table.comment(), table.suggest()
    for row, change in ((comment, {"text": "别的话。"}), (suggestion, {"text": "租期百年。"})):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            type(row)._default_manager.filter(pk=row.pk).update(**change)


def test_a_clause_that_is_gone_takes_no_comment_and_no_suggestion(table: Table) -> None:
    clause = table.clause()
    kept = [table.clause(0).to_json()]
    act.plan_save(actor=table.writer, item_id=table.item.pk, clauses=kept, base_version=1)
    for act_on in (
        lambda: table.comment(clause=clause.id),
        lambda: table.suggest(clause=clause.id, version=1),
    ):
        with pytest.raises(Conflict) as gone:
            act_on()
        assert gone.value.code == "clause_gone"


def test_an_accepted_suggestion_makes_a_version_that_names_it(table: Table) -> None:
    row = table.suggest("租期八年。", why="与企业谈妥的是八年。")
    done = table.accept(row, answer="采纳。")
    assert (done.state, done.made_version, done.answered_by) == ("accepted", 2, table.writer)
    assert (table.plan.version, table.plan.suggestion, table.plan.note) == (2, row, "采纳。")
    assert table.clause().body == "租期八年。"
    version = Plan.history.filter(id=table.plan.pk, version=2).latest("history_id")
    assert version.suggestion_id == row.pk
    assert logged(table.item, "plan_save")[-1].data["suggestion"] == 1
    assert words_of("suggestion_accept", logged(table.item, "suggestion_accept")[0].data) == (
        "采纳修改建议",
        "建议 1；形成第 2 版；采纳。",
    )
    table.accept(row)
    assert table.plan.version == 2, "accepted twice is accepted once"
    table.write("租期七年。")
    assert table.plan.suggestion is None


def test_a_suggestion_is_accepted_by_a_writer_of_either_side(table: Table) -> None:
    with pytest.raises(Denied):
        table.accept(table.suggest(), by=table.hand.cast.town_secretary)
    assert table.accept(table.suggest(), by=table.other_writer).made_version == 2


def test_a_suggestion_not_taken_up_has_its_reason_and_stays_as_answered(table: Table) -> None:
    row = table.suggest()
    with pytest.raises(Invalid):
        act.suggestion_decline(actor=table.writer, item_id=table.item.pk, suggestion_id=row.pk, answer=" ")
    for _again in range(2):
        act.suggestion_decline(actor=table.writer, item_id=table.item.pk, suggestion_id=row.pk, answer="已议定十年。")
    assert len(logged(table.item, "suggestion_decline")) == 1
    with pytest.raises(WrongState) as answered:
        table.accept(row)
    assert answered.value.code == "answered"
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Suggestion.objects.filter(pk=row.pk).update(state="open", answer="")


def test_the_same_suggestion_sent_twice_is_one(table: Table) -> None:
    assert table.suggest() == table.suggest()
    assert table.suggest("租期九年。").number == 2
    assert len(logged(table.item, "suggestion_add")) == 2


@pytest.mark.parametrize("text", ["", "租期十年。", "长" * 10_001])
def test_a_suggestion_changes_something_and_is_not_too_long(table: Table, text: str) -> None:
    with pytest.raises(Invalid):
        table.suggest(text)


def test_a_suggestion_on_a_version_there_is_not_is_refused(table: Table) -> None:
    with pytest.raises(Invalid):
        table.suggest(version=9)


def test_a_suggestion_is_merged_with_what_changed_elsewhere_in_the_clause(table: Table) -> None:
    row = table.suggest("租期八年。")
    clauses = [clause.to_json() for clause in clauses_of(table.plan)]
    clauses[1]["title"] = "租赁期限"
    act.plan_save(actor=table.other_writer, item_id=table.item.pk, clauses=clauses, base_version=1)
    table.accept(row)
    assert table.clause().words == ("租赁期限", "租期八年。")


def test_a_suggestion_the_clause_has_outgrown_waits_for_somebody_to_settle_it(table: Table) -> None:
    row = table.suggest("租期八年。")
    table.write("租期六年。")
    with pytest.raises(Conflict) as conflict:
        table.accept(row)
    assert conflict.value.code == "clause_changed"
    texts = {name: conflict.value.data[name]["body"] for name in ("base", "mine", "theirs")}
    assert texts == {"base": "租期十年。", "mine": "租期八年。", "theirs": "租期六年。"}
    with pytest.raises(Conflict):
        table.accept(row, title="租期", text="租期七年。", version=1)
    table.accept(row, title="租期", text="租期七年。", version=2)
    assert table.clause().body == "租期七年。"


def test_a_suggestion_is_withdrawn_by_its_author_alone(table: Table) -> None:
    row = table.suggest()
    with pytest.raises(Denied) as refusal:
        act.suggestion_withdraw(actor=table.writer, item_id=table.item.pk, suggestion_id=row.pk)
    assert refusal.value.code == "not_yours"
    for _again in range(2):
        act.suggestion_withdraw(actor=row.by, item_id=table.item.pk, suggestion_id=row.pk)
    assert len(logged(table.item, "suggestion_withdraw")) == 1


def test_nothing_is_said_any_more_once_the_item_waits_to_be_tabled(table: Table) -> None:
    row = table.suggest()
    table.hand.review(table.item)
    act.opinions_close(actor=table.hand.cast.town_secretary, item_id=table.item.pk)
    for act_now in (table.comment, table.suggest, lambda: table.accept(row)):
        with pytest.raises(WrongState):
            act_now()


def test_r29_after_opinions_a_suggestion_is_taken_up_as_wording_only(table: Table) -> None:
    row = table.suggest("租期为十年。")
    act.opinions_close(actor=table.hand.cast.town_secretary, item_id=table.item.pk)
    with pytest.raises(WrongState) as refusal:
        table.accept(row)
    assert refusal.value.code == "wording_only"
    row.refresh_from_db()
    assert row.state == Suggestion.State.OPEN
    assert table.accept(row, kind="wording").made_version == 2

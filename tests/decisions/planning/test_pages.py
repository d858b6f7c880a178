"""The pages of the planning room: what they show, what they refuse without losing a word, and how two texts are merged."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from decisions.actions import items as act
from decisions.models import ClauseComment, Plan, Suggestion, WordingContest
from decisions.selectors.plans import clauses_of
from permissions.models import User
from tests.decisions.items.conftest import Hand
from tests.decisions.planning.conftest import Table

ClientOf = Callable[[User], Client]


def saving(table: Table, body: str, **fields: object) -> dict[str, object]:
    """What the edit page sends with the clause on the lease changed to `body`."""
    clauses = clauses_of(table.plan)
    return {
        "base_version": table.plan.version,
        "clause_id": [clause.id for clause in clauses],
        "clause_title": [clause.title for clause in clauses],
        "clause_body": [clauses[0].body, body],
        "kind": "substantive",
        "save": "1",
        **fields,
    }


def test_the_room_shows_every_clause_with_what_is_said_about_it(table: Table, client_of: ClientOf) -> None:
    comment = table.comment()
    table.comment("请写进第 3 款。", by=table.writer, parent_id=comment.pk)
    table.suggest(why="与企业谈妥的是八年。")
    page = client_of(table.hand.cast.zone_member).get(reverse("planning", args=[table.item.pk])).content.decode()
    for words in ("结算时点没有写明。", "请写进第 3 款。", "与企业谈妥的是八年。", "2 项待处理", "不是表决（R10）"):
        assert words in page


def test_an_item_without_a_plan_has_a_room_that_says_so(hand: Hand, client_of: ClientOf) -> None:
    item = hand.confirmed()
    answer = client_of(hand.proposer).get(reverse("planning", args=[item.pk]))
    assert "方案还没有内容" in answer.content.decode()
    assert (
        "还没有可以对比的文字" in client_of(hand.proposer).get(reverse("plan_compare", args=[item.pk])).content.decode()
    )


def test_r29_the_page_says_the_consequence_before_saving(table: Table, client_of: ClientOf) -> None:
    table.hand.review(table.item)
    page = client_of(table.writer).get(reverse("plan_edit", args=[table.item.pk])).content.decode()
    assert "第 1 版的合法性审查意见作废，重新审查" in page
    assert "重新征求意见" in page
    assert "另一方秘书可以提出异议" in page


def test_moving_a_clause_saves_nothing_and_keeps_what_was_typed(table: Table, client_of: ClientOf) -> None:
    address = reverse("plan_edit", args=[table.item.pk])
    page = client_of(table.writer).post(address, saving(table, "租期九年。", move="2:up")).content.decode()
    assert page.index("租期九年。") < page.index("原镇粮站 11.6 亩场地。")
    assert table.plan.version == 1


@pytest.mark.parametrize("wish", ["1:up", "9:down", "x", ":", "2:down"])
def test_a_move_that_leads_nowhere_changes_nothing(table: Table, client_of: ClientOf, wish: str) -> None:
    address = reverse("plan_edit", args=[table.item.pk])
    page = client_of(table.writer).post(address, saving(table, "租期九年。", move=wish)).content.decode()
    assert page.index("原镇粮站 11.6 亩场地。") < page.index("租期九年。")


def test_what_cannot_be_saved_any_more_stays_on_the_page(table: Table, client_of: ClientOf) -> None:
    data = saving(table, "租期九年。")
    act.opinions_close(actor=table.hand.cast.town_secretary, item_id=table.item.pk)
    answer = client_of(table.writer).post(reverse("plan_edit", args=[table.item.pk]), data)
    assert answer.status_code == 409
    assert "租期九年。" in answer.content.decode()
    assert "只能作文字修改" in answer.content.decode()


def test_what_two_changed_in_different_clauses_is_merged_and_saved(table: Table, client_of: ClientOf) -> None:
    data = saving(table, "租期九年。")
    clauses = [clause.to_json() for clause in clauses_of(table.plan)]
    clauses[0]["body"] = "原镇粮站场地及 3 栋库房。"
    act.plan_save(actor=table.other_writer, item_id=table.item.pk, clauses=clauses, base_version=1)
    address = reverse("plan_edit", args=[table.item.pk])
    answer = client_of(table.writer).post(address, data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "双方改的不是同样的地方" in page
    assert "您改的" in page
    assert "对方改的" in page
    sent = merged(table, mine=data, base=2, texts=["原镇粮站场地及 3 栋库房。", "租期九年。"])
    assert client_of(table.writer).post(address, sent).status_code == 302
    assert [clause["body"] for clause in table.plan.clauses] == ["原镇粮站场地及 3 栋库房。", "租期九年。"]
    assert table.plan.version == 3


def merged(table: Table, *, mine: dict[str, object], base: int, texts: list[str], **more: object) -> dict[str, object]:
    """What the merge page sends."""
    return {
        "merging": "1",
        "base_version": base,
        "came_from": mine["base_version"],
        "mine_id": mine["clause_id"],
        "mine_title": mine["clause_title"],
        "mine_body": mine["clause_body"],
        "clause_id": mine["clause_id"],
        "clause_title": mine["clause_title"],
        "clause_body": texts,
        "kind": "substantive",
        **more,
    }


@pytest.mark.parametrize(
    ("pick", "expected"), [("mine", "租期九年。"), ("theirs", "租期六年。"), ("text", "租期七年。")]
)
def test_a_conflict_is_settled_in_the_page(table: Table, client_of: ClientOf, pick: str, expected: str) -> None:
    data = saving(table, "租期九年。")
    table.write("租期六年。", by=table.other_writer)
    one = table.clause().id
    address = reverse("plan_edit", args=[table.item.pk])
    page = client_of(table.writer).post(address, data).content.decode()
    assert "双方改得不同，请您选定" in page
    for text in ("租期", "九", "六", "十"):
        assert text in page
    sent = merged(table, mine=data, base=2, texts=["原镇粮站 11.6 亩场地。", "租期七年。"], conflict=one)
    refused = client_of(table.writer).post(address, sent)
    assert refused.status_code == 422
    assert "请在每一条有冲突的条款下选定用哪一份文字" in refused.content.decode()
    assert "租期七年。" in refused.content.decode()
    assert table.plan.version == 2
    client_of(table.writer).post(address, {**sent, f"pick-{one}": pick})
    # Their text taken whole is what stands already, and makes no version.
    assert table.plan.version == (2 if pick == "theirs" else 3)
    assert table.clause().body == expected


def test_my_text_is_taken_though_the_field_beside_it_was_emptied(table: Table, client_of: ClientOf) -> None:
    data = saving(table, "租期九年。")
    table.write("租期六年。", by=table.other_writer)
    one = table.clause().id
    sent = merged(table, mine=data, base=2, texts=["原镇粮站 11.6 亩场地。", ""], conflict=one)
    sent["clause_title"] = ["范围", ""]
    client_of(table.writer).post(reverse("plan_edit", args=[table.item.pk]), {**sent, f"pick-{one}": "mine"})
    assert table.clause().body == "租期九年。"


def test_who_saves_a_third_time_meanwhile_is_merged_again(table: Table, client_of: ClientOf) -> None:
    data = saving(table, "租期九年。")
    table.write("租期六年。", by=table.other_writer)
    one = table.clause().id
    sent = merged(table, mine=data, base=2, texts=["原镇粮站 11.6 亩场地。", "租期七年。"], conflict=one)
    table.write("租期五年。", by=table.other_writer)
    answer = client_of(table.writer).post(reverse("plan_edit", args=[table.item.pk]), {**sent, f"pick-{one}": "text"})
    assert answer.status_code == 409
    assert 'name="base_version" value="3"' in answer.content.decode()
    assert "租期七年。" in answer.content.decode()
    assert table.clause().body == "租期五年。"


def test_an_alternative_is_added_named_written_compared_and_withdrawn(table: Table, client_of: ClientOf) -> None:
    browser, pk = client_of(table.other_writer), table.item.pk
    assert browser.get(reverse("plan_new", args=[pk])).status_code == 200
    assert browser.post(reverse("plan_new", args=[pk]), {"title": ""}).status_code == 422
    browser.post(reverse("plan_new", args=[pk]), {"title": "分期出租"})
    plan = Plan.objects.get(item=table.item, order=2)
    assert browser.post(reverse("plan_new", args=[pk]), {"title": " "}).status_code == 422
    address = reverse("plan_edit_other", args=[pk, plan.pk])
    assert "方案二 · 分期出租" in browser.get(address).content.decode()
    data = {**saving(table, "租期分两期，各三年。"), "base_version": 1}
    assert browser.post(address, data).url == reverse("plan", args=[pk, plan.pk])
    compared = browser.get(reverse("plan_compare", args=[pk])).content.decode()
    assert "修改 1 条" in compared
    assert "分期出租" in browser.get(reverse("item", args=[pk])).content.decode()
    name = reverse("plan_rename", args=[pk, table.plan.pk])
    assert browser.post(name, {"title": "分期出租"}).status_code == 422
    assert browser.post(name, {"title": "整体出租"}).status_code == 302
    assert browser.post(reverse("plan_withdraw", args=[pk, plan.pk]), {"reason": ""}).status_code == 422
    assert browser.post(reverse("plan_withdraw", args=[pk, plan.pk]), {"reason": "双方已一致。"}).status_code == 302
    shown = browser.get(reverse("plan", args=[pk, plan.pk])).content.decode()
    assert "双方已一致。" in shown
    assert browser.get(address).status_code == 404


def test_any_two_versions_are_shown_side_by_side(table: Table, client_of: ClientOf) -> None:
    table.write("租期六年。")
    moved = [clause.to_json() for clause in clauses_of(table.plan)][::-1]
    act.plan_save(
        actor=table.writer,
        item_id=table.item.pk,
        clauses=[*moved, {"title": "解释", "body": "由平台公司解释。"}],
        base_version=2,
    )
    pk = table.plan.pk
    address = reverse("plan_compare", args=[table.item.pk])
    page = client_of(table.hand.cast.auditor).get(address, {"old": f"{pk}:1", "new": f"{pk}:3"}).content.decode()
    assert "修改 1 条，新增 1 条，移动 1 条" in page
    assert "<del>十</del>" in page
    assert "<ins>六</ins>" in page
    assert "移动，原第" in page
    back = client_of(table.hand.cast.auditor).get(address, {"old": f"{pk}:3", "new": f"{pk}:1"}).content.decode()
    assert "删去 1 条" in back
    odd = client_of(table.hand.cast.auditor).get(address, {"old": "x", "new": "9:9"})
    assert odd.status_code == 200


def test_comments_and_suggestions_are_made_in_the_page(table: Table, client_of: ClientOf) -> None:
    pk, plan, clause = table.item.pk, table.plan.pk, table.clause().id
    member, writer = client_of(table.hand.cast.town_member), client_of(table.writer)
    say = reverse("comment_add", args=[pk, plan])
    assert member.post(say, {"clause": clause, "text": " "}).status_code == 422
    assert member.post(say, {"clause": clause, "text": "请写明结算时点。"}).url.endswith(f"#c-{clause}")
    comment = ClauseComment.objects.get()
    writer.post(say, {"parent": comment.pk, "text": "已写明。"})
    writer.post(reverse("comment_settle", args=[pk, comment.pk]))
    comment.refresh_from_db()
    assert comment.resolved_by == table.writer
    writer.post(reverse("comment_settle", args=[pk, comment.pk]), {"reopen": "1"})
    comment.refresh_from_db()
    assert comment.resolved_at is None
    suggest = reverse("suggest", args=[pk, plan, clause])
    assert "租期十年。" in member.get(suggest).content.decode()
    same = {"version": 1, "title": "租期", "text": "租期十年。"}
    assert member.post(suggest, same).status_code == 422
    assert member.post(suggest, {**same, "text": "租期八年。"}).status_code == 302
    row = Suggestion.objects.get()
    address = reverse("suggestion", args=[pk, row.pk])
    assert writer.post(address, {"decline": "1", "answer": ""}).status_code == 422
    assert writer.post(address, {"accept": "1", "kind": ""}).status_code == 422
    assert writer.post(address, {"accept": "1", "kind": "substantive"}).status_code == 302
    assert table.clause().body == "租期八年。"
    assert "已采纳，第 2 版" in member.get(reverse("planning", args=[pk])).content.decode()


def test_a_suggestion_the_clause_has_outgrown_is_settled_in_the_page(table: Table, client_of: ClientOf) -> None:
    row = table.suggest("租期八年。")
    table.write("租期六年。")
    address, writer = reverse("suggestion", args=[table.item.pk, row.pk]), client_of(table.writer)
    answer = writer.post(address, {"accept": "1", "kind": "substantive"})
    assert answer.status_code == 409
    assert 'name="version" value="2"' in answer.content.decode()
    assert "租期八年。" in answer.content.decode()
    settled = {"accept": "1", "kind": "substantive", "version": "2", "title": "租期", "text": "租期七年。"}
    assert writer.post(address, settled).status_code == 302
    assert table.clause().body == "租期七年。"


def test_a_suggestion_is_taken_back_by_whoever_made_it(table: Table, client_of: ClientOf) -> None:
    row = table.suggest()
    address = reverse("suggestion_back", args=[table.item.pk, row.pk])
    assert client_of(table.hand.cast.zone_member).post(address).status_code == 403
    client_of(table.hand.cast.town_member).post(address)
    row.refresh_from_db()
    assert row.state == Suggestion.State.WITHDRAWN


def test_r29_wording_is_contested_in_the_page_and_the_contest_withdrawn(table: Table, client_of: ClientOf) -> None:
    table.write("租期为十年。", "wording")
    pk, plan, secretary = table.item.pk, table.plan.pk, client_of(table.hand.cast.town_secretary)
    room = secretary.get(reverse("planning", args=[pk])).content.decode()
    address = reverse("wording_contest", args=[pk, plan, 2])
    assert address in room
    assert address not in client_of(table.hand.cast.zone_secretary).get(reverse("planning", args=[pk])).content.decode()
    assert "<ins>为</ins>" in secretary.get(address).content.decode()
    assert secretary.post(address, {"why": ""}).status_code == 422
    secretary.post(address, {"why": "“为”字改变了起算。"})
    contest = WordingContest.objects.get()
    assert "有异议，按实质性修改" in secretary.get(reverse("planning", args=[pk])).content.decode()
    secretary.post(reverse("contest_withdraw", args=[pk, contest.pk]))
    contest.refresh_from_db()
    assert contest.withdrawn_by == table.hand.cast.town_secretary


def test_the_legal_adviser_reads_every_plan_and_reviews_what_was_read(table: Table, client_of: ClientOf) -> None:
    other = table.alternative()
    adviser, address = client_of(table.hand.cast.legal), reverse("legality", args=[table.item.pk])
    assert f'name="other" value="{other.pk}:1"' in adviser.get(address).content.decode()
    data = {"ok": "yes", "text": "依据充分。", "plan_version": "1"}
    assert adviser.post(address, data).status_code == 409
    assert adviser.post(address, {**data, "other": f"{other.pk}:1"}).status_code == 302


def test_an_opinion_names_the_plan_it_is_about(table: Table, client_of: ClientOf) -> None:
    other = table.alternative()
    member, address = client_of(table.hand.cast.town_member), reverse("opinions", args=[table.item.pk])
    member.post(address, {"text": "分期更稳妥。", "plan": other.pk})
    assert "方案二 · 分期出租 · 针对第 1 版" in member.get(address).content.decode()


def test_a_stranger_finds_none_of_it(table: Table, client_of: ClientOf) -> None:
    row = table.suggest()
    stranger = client_of(table.hand.cast.outsider)
    pk, plan = table.item.pk, table.plan.pk
    for address in (
        reverse("planning", args=[pk]),
        reverse("plan_compare", args=[pk]),
        reverse("suggestion", args=[pk, row.pk]),
        reverse("suggest", args=[pk, plan, row.clause]),
    ):
        assert stranger.get(address).status_code == 404


def test_a_plan_of_another_item_is_not_found_through_this_one(table: Table, client_of: ClientOf) -> None:
    other = table.hand.planned()
    foreign = other.plan
    assert foreign is not None
    assert client_of(table.writer).get(reverse("plan", args=[table.item.pk, foreign.pk])).status_code == 404

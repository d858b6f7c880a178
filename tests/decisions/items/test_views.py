"""Every page: visitors sign in first, outsiders learn nothing, those allowed see it, and no list grows in statements."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from decisions.actions.items import opinion_add
from decisions.models import Item, Material, Opinion, Plan
from permissions.models import User
from tests.cast import Cast
from tests.decisions.items.conftest import Hand, waits_for
from workflows.models import CaseTask

ClientOf = Callable[[User], Client]

ITEM_PAGES = ("item", "item_history", "opinions")
STEP_PAGES = {
    "item_edit": "zone_proposer",
    "item_withdraw": "zone_proposer",
    "item_confirm": "town_secretary",
    "plan_edit": "town_proposer",
    "legality": "legal",
    "execution": "zone_secretary",
}


@pytest.fixture(autouse=True)
def _plain_static(settings: object) -> None:
    settings.STORAGES = {  # type: ignore[attr-defined]
        **settings.STORAGES,  # type: ignore[attr-defined]
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.mark.parametrize("name", ["home", "item_list", "item_new", "messages"])
def test_an_anonymous_visitor_signs_in_first(office: Cast, client: Client, name: str) -> None:
    assert client.get(reverse(name)).url == f"{reverse('login')}?next={reverse(name)}"


@pytest.mark.parametrize("name", [*ITEM_PAGES, *STEP_PAGES])
def test_an_outsider_learns_nothing_of_an_item(hand: Hand, client_of: ClientOf, name: str) -> None:
    item = hand.submitted()
    address = reverse(name, args=[item.pk])
    for user in (hand.cast.outsider, hand.cast.admin, hand.cast.designer):
        answer = client_of(user).get(address)
        assert answer.status_code == 404
        assert item.title not in answer.content.decode()
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("name", ITEM_PAGES)
def test_those_concerned_read_every_page_of_an_item(hand: Hand, client_of: ClientOf, name: str) -> None:
    item = hand.planned()
    for user in (hand.cast.town_member, hand.cast.zone_chair, hand.cast.observer, hand.cast.legal, hand.cast.auditor):
        answer = client_of(user).get(reverse(name, args=[item.pk]))
        assert answer.status_code == 200
        assert item.title in answer.content.decode()


@pytest.mark.parametrize(("name", "who"), STEP_PAGES.items())
def test_a_step_has_its_page_for_whoever_does_it_and_refuses_others(
    hand: Hand, client_of: ClientOf, name: str, who: str
) -> None:
    item = hand.draft() if name == "item_edit" else hand.submitted()
    address = reverse(name, args=[item.pk])
    assert client_of(getattr(hand.cast, who)).get(address).status_code == 200
    stranger = hand.cast.town_proposer if name == "item_edit" else hand.cast.auditor
    answer = client_of(stranger).get(address)
    assert answer.status_code == 403


def test_a_draft_answers_as_if_it_were_not_there(hand: Hand, client_of: ClientOf) -> None:
    item = hand.draft()
    assert client_of(hand.cast.town_secretary).get(reverse("item", args=[item.pk])).status_code == 404
    assert client_of(hand.proposer).get(reverse("item", args=[item.pk])).status_code == 200


def test_the_form_keeps_what_was_typed_and_names_what_to_change(office: Cast, client_of: ClientOf) -> None:
    answer = client_of(office.zone_proposer).post(
        reverse("item_new"),
        {"matter_type": "project", "title": "校舍改建", "amount": "约一百二十万", "summary": "两所校舍", "submit": "1"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="约一百二十万"' in page
    assert "两所校舍" in page
    assert 'href="#id_amount"' in page
    assert not Item.objects.exists()


def test_an_incomplete_proposal_is_kept_as_a_draft(office: Cast, client_of: ClientOf) -> None:
    token = "0b1f4a52-6d0c-4a39-9d4f-1f0f7ab6a001"
    posted = {"form_token": token, "matter_type": "project", "title": "校舍改建", "amount": "120", "submit": "1"}
    for _again in range(2):
        answer = client_of(office.zone_proposer).post(reverse("item_new"), posted)
        assert answer.status_code == 422
        assert "双方共同提出才能提交" in answer.content.decode()
    item = Item.objects.get()
    assert (item.title, item.status) == ("校舍改建", Item.Status.DRAFT)


def test_one_form_sent_twice_proposes_one_item(office: Cast, client_of: ClientOf) -> None:
    posted = {
        "form_token": "0b1f4a52-6d0c-4a39-9d4f-1f0f7ab6a002",
        "matter_type": "decision",
        "title": "用工对接办法",
        "summary": "两张清单。",
        "co_proposers": office.town_proposer.pk,
        "submit": "1",
    }
    first = client_of(office.zone_proposer).post(reverse("item_new"), posted)
    second = client_of(office.zone_proposer).post(reverse("item_new"), posted)
    item = Item.objects.get()
    assert first.url == reverse("item", args=[item.pk])
    assert second.url == first.url
    assert (item.serial, waits_for(item)) == (1, {"confirm_town", "confirm_zone"})


def test_files_come_with_the_form_and_a_refused_one_is_named(hand: Hand, client_of: ClientOf) -> None:
    item = hand.draft()
    posted = {
        "matter_type": "project",
        "title": item.title,
        "amount": "280",
        "summary": item.summary,
        "co_proposers": hand.cast.town_proposer.pk,
        "file_risk": SimpleUploadedFile("风险.pdf", b"%PDF-1.4\n%%EOF"),
        "file_expert": SimpleUploadedFile("假.docx", b"MZ\x90"),
    }
    answer = client_of(hand.proposer).post(reverse("item_edit", args=[item.pk]), posted)
    assert answer.status_code == 422
    assert "“假.docx”没有上传" in answer.content.decode()
    assert Material.objects.get().kind == "risk"


def test_choosing_a_type_draws_the_fields_it_needs(office: Cast, client_of: ClientOf) -> None:
    part = client_of(office.zone_proposer).get(reverse("item_form_part"), {"matter_type": "personnel"})
    page = part.content.decode()
    assert 'name="candidate_name"' in page
    assert 'name="amount"' not in page


def test_a_task_leads_to_the_page_where_it_is_done(hand: Hand, client_of: ClientOf) -> None:
    item = hand.submitted()
    task = CaseTask.objects.get(process__subject=item.subject, node="confirm_town")
    address = reverse("task", args=[task.pk])
    assert client_of(hand.cast.town_secretary).get(address).url == reverse("item_confirm", args=[item.pk])
    assert client_of(hand.cast.outsider).get(address).status_code == 404
    hand.confirm(item, "town")
    assert client_of(hand.cast.town_secretary).get(address).url == reverse("item", args=[item.pk])


def test_a_secretary_confirms_in_the_page(hand: Hand, client_of: ClientOf) -> None:
    item = hand.submitted()
    browser = client_of(hand.cast.town_secretary)
    address = reverse("item_confirm", args=[item.pk])
    assert browser.post(address, {"body": "town", "send_back": "1", "reason": ""}).status_code == 422
    assert browser.post(address, {"body": "town", "confirm": "1"}).url == reverse("item", args=[item.pk])
    assert waits_for(item) == {"confirm_zone"}


def test_a_conflict_shows_both_texts_and_saves_neither(hand: Hand, client_of: ClientOf) -> None:
    item = hand.confirmed()
    hand.write(item)
    hand.write(item, "租期六年。", base=1)
    answer = client_of(hand.cast.town_proposer).post(
        reverse("plan_edit", args=[item.pk]),
        {"base_version": "1", "clause_title": ["租期"], "clause_body": ["租期八年。"], "kind": "substantive"},
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "租期八年。" in page
    assert 'name="base_version" value="2"' in page
    assert Plan.objects.get().version == 2


def test_adding_rows_to_the_plan_saves_nothing_and_loses_nothing(hand: Hand, client_of: ClientOf) -> None:
    item = hand.confirmed()
    answer = client_of(hand.proposer).post(
        reverse("plan_edit", args=[item.pk]),
        {"base_version": "0", "clause_title": ["租期"], "clause_body": ["租期八年。"], "more": "1"},
    )
    assert answer.content.decode().count('name="clause_body"') == 4
    assert "租期八年。" in answer.content.decode()
    assert not Plan.objects.exists()


def test_an_opinion_is_given_and_answered_in_the_page(hand: Hand, client_of: ClientOf) -> None:
    item = hand.planned()
    address = reverse("opinions", args=[item.pk])
    assert client_of(hand.cast.town_member).post(address, {"text": ""}).status_code == 422
    client_of(hand.cast.town_member).post(address, {"text": "请写明结算时点。"})
    opinion = Opinion.objects.get()
    answer = reverse("opinion_answer", args=[item.pk, opinion.pk])
    prefix = f"o{opinion.pk}"
    writer = client_of(hand.proposer)
    assert writer.post(answer, {f"{prefix}-answer": "not"}).status_code == 422
    assert writer.post(answer, {f"{prefix}-answer": "not", f"{prefix}-reply": "已有规定。"}).status_code == 302
    assert Opinion.objects.get().answer == "not"
    assert client_of(hand.cast.town_member).post(answer, {f"{prefix}-answer": "adopted"}).status_code == 403


def test_a_blocked_button_says_why(hand: Hand, client_of: ClientOf) -> None:
    item = hand.planned()
    opinion_add(actor=hand.cast.town_member, item_id=item.pk, text="请写明结算时点。")
    page = client_of(hand.cast.town_secretary).get(reverse("opinions", args=[item.pk])).content.decode()
    assert 'aria-disabled="true"' in page
    assert "还有 1 条意见没有答复" in page


def test_the_reviewer_finishes_the_review_in_the_page(hand: Hand, client_of: ClientOf) -> None:
    item = hand.planned()
    browser = client_of(hand.cast.legal)
    address = reverse("legality", args=[item.pk])
    assert browser.post(address, {"plan_version": "1", "text": "可行。"}).status_code == 422
    assert browser.post(address, {"plan_version": "7", "ok": "yes", "text": "可行。"}).status_code == 409
    assert browser.post(address, {"plan_version": "1", "ok": "yes", "text": "可行。"}).status_code == 302
    assert waits_for(item) == {"opinions"}


def test_a_material_is_given_as_a_download_to_those_who_see_the_item(hand: Hand, client_of: ClientOf) -> None:
    item = hand.submitted()
    row = hand.upload(item)
    address = reverse("material", args=[item.pk, row.pk])
    answer = client_of(hand.cast.auditor).get(address)
    assert answer.getvalue().startswith(b"%PDF")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/pdf"
    assert client_of(hand.cast.outsider).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    other = hand.submitted()
    assert client_of(hand.cast.auditor).get(reverse("material", args=[other.pk, row.pk])).status_code == 404


@pytest.mark.parametrize("name", ["material_add", "opinions_close"])
def test_what_changes_something_is_never_a_get(hand: Hand, client_of: ClientOf, name: str) -> None:
    item = hand.planned()
    assert client_of(hand.cast.town_secretary).get(reverse(name, args=[item.pk])).status_code == 405


def test_an_outsider_posting_to_every_address_changes_nothing(hand: Hand, client_of: ClientOf) -> None:
    item = hand.planned()
    opinion = opinion_add(actor=hand.cast.town_member, item_id=item.pk, text="请写明结算时点。")
    row = hand.upload(item)
    before = (item.history.count(), Plan.history.count(), waits_for(item))
    addresses = [
        *(reverse(name, args=[item.pk]) for name in (*STEP_PAGES, "opinions", "opinions_close", "material_add")),
        reverse("opinion_answer", args=[item.pk, opinion.pk]),
        reverse("material_remove", args=[item.pk, row.pk]),
        reverse("item_new"),
    ]
    for address in addresses:
        assert client_of(hand.cast.outsider).post(address, {"text": "x", "reason": "x"}).status_code in {302, 403, 404}
        assert Client().post(address).status_code == 302
    assert (item.history.count(), Plan.history.count(), waits_for(item)) == before
    assert Opinion.objects.get().answer == ""
    assert Material.objects.get().removed_at is None


def test_the_list_finds_by_stage_type_words_and_number(hand: Hand, client_of: ClientOf) -> None:
    hand.submitted(title="沿河生态保护带")
    hand.planned(title="粮站盘活")
    hand.submitted(title="用工办法", matter_type="decision")
    browser = client_of(hand.cast.town_member)

    def found(**asked: str) -> set[str]:
        page = browser.get(reverse("item_list"), asked).content.decode()
        return {title for title in ("沿河生态保护带", "粮站盘活", "用工办法") if title in page}

    assert found() == {"沿河生态保护带", "粮站盘活", "用工办法"}
    assert found(stage="plan") == {"粮站盘活"}
    assert found(stage="propose", type="project") == {"沿河生态保护带"}
    assert found(q="用工") == {"用工办法"}
    assert found(q=f"议〔{timezone.localdate().year}〕2号") == {"粮站盘活"}
    assert found(stage="done") == set()
    assert found(stage="nonsense", page="99") == {"沿河生态保护带", "粮站盘活", "用工办法"}


def test_home_says_what_waits_and_by_when(hand: Hand, client_of: ClientOf) -> None:
    late, today = hand.submitted(title="逾期的议题"), hand.submitted(title="今天的议题")
    now = timezone.now()
    CaseTask.objects.filter(process__subject=late.subject).update(due=now - timedelta(days=1))
    end_of_day = timezone.localtime(now).replace(hour=23, minute=59)
    CaseTask.objects.filter(process__subject=today.subject).update(due=end_of_day)
    page = client_of(hand.cast.town_secretary).get(reverse("home")).content.decode()
    assert "有 2 件事等您办理" in page
    assert "1 件已逾期，1 件今天到期" in page
    assert page.index("逾期的议题") < page.index("今天的议题")
    empty = client_of(hand.cast.designer).get(reverse("home")).content.decode()
    assert "没有等您办理的事" in empty


def test_the_history_compares_versions_and_proves_the_log(hand: Hand, client_of: ClientOf) -> None:
    item = hand.confirmed()
    hand.write(item)
    hand.write(item, "租期六年，期满可续租。", base=1)
    page = client_of(hand.cast.auditor).get(reverse("item_history", args=[item.pk])).content.decode()
    assert "<ins>" in page
    assert "<del>" in page
    assert "链条完整" in page
    swapped = client_of(hand.cast.auditor).get(reverse("item_history", args=[item.pk]), {"old": "2", "new": "1"})
    assert swapped.status_code == 200


@pytest.mark.parametrize(("name", "bound"), [("home", 50), ("item_list", 30), ("messages", 30)])
def test_lists_cost_no_more_with_more_items(
    hand: Hand, client_of: ClientOf, django_assert_max_num_queries: DjangoAssertNumQueries, name: str, bound: int
) -> None:
    for number in range(6):
        hand.submitted(title=f"第 {number} 件")
    browser = client_of(hand.cast.town_secretary)
    browser.get(reverse(name))
    with django_assert_max_num_queries(bound):
        browser.get(reverse(name))


def test_an_item_page_costs_no_more_with_more_opinions(
    hand: Hand, client_of: ClientOf, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    item = hand.planned()
    browser = client_of(hand.cast.town_member)
    for number in range(8):
        opinion_add(actor=hand.cast.town_member, item_id=item.pk, text=f"第 {number} 条意见")
    browser.get(reverse("item", args=[item.pk]))
    # The whole ledger is read for the rule check: so many statements whatever the item holds.
    with django_assert_max_num_queries(70):
        browser.get(reverse("item", args=[item.pk]))

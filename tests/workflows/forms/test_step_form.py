"""Fields of a diagram at the step: shown and judged by the server, kept while somebody types, with files, read later by label."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from permissions.errors import Denied, Hidden, Invalid, WrongState
from permissions.models import AuditEvent, User
from tests.cast import Cast
from tests.permissions.uploads.files import pdf
from tests.workflows.conftest import open_nodes, task_at
from workflows import actions, answering, handlers
from workflows.bpmn.form.answers import judge
from workflows.bpmn.form.model import Kind
from workflows.models import Case, CaseTask, StepDraft, StepFile

from .drawn import SPENDING, asking, fields

pytestmark = pytest.mark.django_db

ANSWERS = {
    "q_purpose": "修路", "q_amount": "60", "q_large": "两期", "q_source": "town", "q_uses": ["a", "c"], "q_unit": "zone",
    "q_lines.0.what": "路基", "q_lines.0.cost": "1,000", "q_lines.2.what": "路面",
}  # fmt: skip


@pytest.fixture
def case(cast: Cast, publish: Callable) -> Case:
    publish(asking(SPENDING))
    return actions.case_start(actor=cast.town_proposer, definition="small", title="粮站")


@pytest.fixture
def task(case: Case) -> CaseTask:
    found = task_at(case, "check")
    assert found is not None
    return found


@pytest.fixture
def page(task: CaseTask) -> str:
    return handlers.form_url(task)


@pytest.fixture
def client(cast: Cast, client_of: Callable[[User], Client]) -> Client:
    return client_of(cast.town_secretary)


def paper(name: str = "依据.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf())


def test_a_step_is_filled_in_with_files_and_read_later_by_label(
    cast: Cast, client: Client, client_of: Callable[[User], Client], case: Case, task: CaseTask, page: str
) -> None:
    shown = client.get(page).content.decode()
    for words in (
        "用途",
        "万元",
        "资金来源",
        "区级",
        "明细",
        "项目",
        "multipart/form-data",
        str(cast.town_secretary.label),
    ):
        assert words in shown
    answer = client.post(
        page, {"do": "complete", **ANSWERS, "q_until": "2999-01-01", "f_papers": paper(), "note": "已核"}
    )
    assert answer.status_code == 302
    case.refresh_from_db()
    row = StepFile.objects.get()
    kept = {"id": row.pk, "name": "依据.pdf", "size": row.size, "sha256": row.sha256}
    assert case.variables == {
        "purpose": "修路", "amount": 60, "large": "两期", "until": {"@": "2999-01-01"}, "source": "town", "uses": ["a", "c"],
        "handler": None, "unit": "zone", "papers": [kept], "code": None,
        "lines": [{"what": "路基", "cost": 1000}, {"what": "路面", "cost": None}],
    }  # fmt: skip
    told = client_of(cast.town_proposer).get(reverse("case", args=[case.pk])).content.decode()
    for words in (
        "大额理由",
        "两期",
        "60 万元",
        "陆拾万元整",
        "镇级",
        "道路、绿化",
        "2999年1月1日",
        "依据.pdf",
        "路基",
    ):
        assert words in told, words
    assert AuditEvent.objects.get(verb="task_complete").data["note"] == "已核"
    # A file handed in is read by whoever may know the case, and stays, in the database too.
    address = reverse("step_file", args=[task.pk, row.pk])
    assert b"".join(client_of(cast.town_proposer).get(address).streaming_content) == pdf()  # type: ignore[attr-defined]
    assert client_of(cast.outsider).get(address).status_code == 404
    for change in (lambda: StepFile.objects.update(name="x"), lambda: StepFile.objects.all().delete()):
        with pytest.raises(IntegrityError, match="handed in"), transaction.atomic():
            change()


def test_the_server_judges_again_what_shows_and_what_is_required(client: Client, case: Case, page: str) -> None:
    assert 'id="ask-2" hidden' in client.get(page).content.decode()
    answer = client.post(page, {"do": "complete", "q_amount": "120", "q_lines.0.cost": "很多"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="ask-2" hidden' not in shown
    assert shown.count("请填写这一项。") >= 2
    assert "第 1 行“金额”：请填写金额（元）" in shown
    assert 'value="很多"' in shown
    assert open_nodes(case) == ["check"]
    # What is hidden has no answer, whatever is sent for it.
    client.post(page, {"do": "complete", "q_purpose": "修路", "q_amount": "50", "q_large": "旧的"})
    case.refresh_from_db()
    assert (case.status, case.variables["large"]) == ("DONE", None)


def test_what_is_typed_is_kept_and_only_what_shows_otherwise_is_drawn_anew(
    cast: Cast, client: Client, client_of: Callable[[User], Client], task: CaseTask, page: str
) -> None:
    poll = {"HTTP_HX_REQUEST": "true"}
    sent = {"do": "keep", "q_purpose": "修", "q_amount": "120", "s_large": "00", "note": "半句"}
    part = client.post(page, sent, **poll).content.decode()
    assert ('id="ask-2"' in part, 'id="ask-0"' in part, "已保存" in part) == (True, False, True)
    assert 'id="ask-2"' not in client.post(page, {**sent, "s_large": "11"}, **poll).content.decode()
    assert StepDraft.objects.get().answers == {"purpose": "修", "amount": "120"}
    again = client.get(page).content.decode()
    assert ('value="120"' in again, "半句" in again) == (True, True)
    assert not AuditEvent.objects.filter(verb="step_keep").exists()
    # Nobody else sees it, and it goes with the step.
    assert 'value="120"' not in client_of(cast.auditor).get(page).content.decode()
    client.post(page, {"do": "complete", **ANSWERS})
    assert not StepDraft.objects.exists()


def test_files_are_examined_counted_and_taken_off(client: Client, task: CaseTask, page: str) -> None:
    refused = client.post(page, {"do": "keep", "f_papers": SimpleUploadedFile("a.pdf", b"MZ"), "q_purpose": "修路"})
    assert (refused.status_code, StepFile.objects.count()) == (422, 0)
    assert "没有上传" in refused.content.decode()
    two = [SimpleUploadedFile(f"{n}.txt", f"依据{n}".encode()) for n in range(3)]
    assert "最多 2 份" in client.post(page, {"do": "keep", "f_papers": two}).content.decode()
    rows = list(StepFile.objects.order_by("pk"))
    assert len(rows) == 2
    client.post(page, {"do": f"remove-{rows[0].pk}"})
    client.post(page, {"do": f"remove-{rows[0].pk}"})
    assert [entry.verb for entry in AuditEvent.objects.filter(verb__startswith="step_file").order_by("pk")] == [
        "step_file_add", "step_file_add", "step_file_remove",
    ]  # fmt: skip
    assert default_storage.exists(str(rows[0].file))
    assert "1.txt" in (shown := client.get(page).content.decode()) and "0.txt" not in shown


def test_acts_refuse_who_may_not_and_what_is_over(cast: Cast, task: CaseTask) -> None:
    def all_acts(user: User) -> list[Callable[[], Any]]:
        said: dict[str, Any] = {"actor": user, "task_id": task.pk}
        return [
            lambda: actions.step_keep(**said, answers={"purpose": "修路"}),
            lambda: actions.step_file_add(**said, field="papers", name="a.txt", content="依据".encode()),
            lambda: actions.step_file_remove(**said, file_id=1),
            lambda: actions.step_answer(**said, answers={"purpose": "修路", "amount": "1"}),
        ]

    for user, refusal in ((cast.outsider, Hidden), (cast.auditor, Denied)):
        for act in all_acts(user):
            with pytest.raises(refusal):
                act()
    with pytest.raises(Invalid):
        actions.step_file_add(actor=cast.town_secretary, task_id=task.pk, field="purpose", name="a.txt", content=b"a")
    with pytest.raises(Invalid) as wrong:
        actions.step_answer(actor=cast.town_secretary, task_id=task.pk, answers={"amount": "1"})
    assert set(wrong.value.fields) == {"purpose"}
    keep, add, _remove, answer = all_acts(cast.town_secretary)
    assert add() == add()
    assert keep() == keep()
    done = answer()
    assert (done.completed_by, done.result["amount"]) == (cast.town_secretary, 1)
    for act in (keep, add, answer):
        with pytest.raises(WrongState):
            act()
    # A file is the case's only once it has been handed in with an answer; this one was.
    assert StepFile.objects.get().given is not None


def test_every_fault_has_words_of_its_kind() -> None:
    raw: dict[str, Any] = {
        "purpose": "路" * 51, "amount": "501", "until": "2020-01-01", "uses": ["a", "b", "c"], "source": "省级", "handler": "x",
        "unit": "x", "papers": [{}, {}, {}], "lines": [{"what": str(n)} for n in range(4)], "code": "x",
    }  # fmt: skip
    verdict = judge(fields(), raw, context={}, today=date(2026, 9, 8), known={Kind.PERSON: (), Kind.BODY: ()})
    told = answering.refusal(verdict.faults)
    assert told["purpose"] == "请精简到 50 字以内。"
    assert told["until"] == "请选择 2026年9月8日 或以后的日期。"
    assert (told["uses"], told["papers"], told["lines"]) == (
        "请最多选择 2 项。",
        "请减少到 2 份文件以内。",
        "请减少到 3 行以内。",
    )
    assert set(told) == set(raw)
    nothing = judge(fields(), {}, context={}, today=date(2026, 9, 8))
    assert answering.refusal(nothing.faults)["amount"] == "请填写金额（万元），例如 280 或 280.50。"


def test_a_step_done_again_begins_with_what_the_case_knows(cast: Cast, client_of: Callable, publish: Callable) -> None:
    publish(asking(SPENDING))
    begun = {"amount": 12.5, "until": date(2026, 9, 8), "uses": ["b"]}
    case = actions.case_start(actor=cast.town_proposer, definition="small", variables=begun)
    found = task_at(case, "check")
    assert found is not None
    shown = client_of(cast.town_secretary).get(handlers.form_url(found)).content.decode()
    assert ('value="12.5"' in shown, 'value="2026-09-08"' in shown) == (True, True)

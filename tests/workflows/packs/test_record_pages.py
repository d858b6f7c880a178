"""The pages of records: lists, boards and maps, one record, its form with files, and what somebody was told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tests.workflows.packs.conftest import Installed
from tests.workflows.packs.test_records import PNG, kind, register
from workflows import actions
from workflows.models import CaseTask, Record, RecordFile, RecordNotice

pytestmark = pytest.mark.django_db

ClientOf = Callable[..., Client]
NEW = ["village_visit"]


@pytest.fixture
def village(cast: Cast, installed: Installed) -> Record:
    installed("places", "village_visits")
    return register(cast.town_secretary, "village", name="东山村", households="412", place="31.7123,118.3901")


def sent(village: Record, **more: object) -> dict[str, object]:
    """What a browser sends of a visit's form."""
    given: dict[str, object] = {
        "once": str(uuid4()),
        "do": "complete",
        "q_village": str(village.pk),
        "q_visited": "2026-05-06",
        "q_heard": "路灯不亮",
    }
    return {**given, **more}


# The form


def test_the_form_draws_each_kind_of_question(cast: Cast, client_of: ClientOf, village: Record) -> None:
    page = client_of(cast.town_member).get(reverse("record_new", args=NEW)).content.decode()
    assert re.search(rf'<option value="{village.pk}">东山村（', page)
    assert 'type="date" name="q_visited"' in page
    assert 'data-locate="id_q_place"' in page
    assert 'name="f_pictures"' in page
    begun = client_of(cast.town_member).get(reverse("record_new", args=NEW), {"village": village.pk}).content.decode()
    assert re.search(rf'<option value="{village.pk}" selected', begun)


def test_a_form_sent_twice_is_one_record(cast: Cast, client_of: ClientOf, village: Record) -> None:
    form = sent(village)
    answers = [client_of(cast.town_member).post(reverse("record_new", args=NEW), form) for _nth in range(2)]
    made = Record.objects.get(kind__key="village_visit")
    assert [answer["Location"] for answer in answers] == [reverse("record", args=[made.pk])] * 2
    # From the phone's own store: told where, once more the same.
    stored = client_of(cast.town_member).post(reverse("record_new", args=NEW), form, headers={"Sangong-Outbox": "1"})
    assert stored.json() == {"url": reverse("record", args=[made.pk])}


def test_a_refused_form_keeps_what_was_typed_and_its_files(cast: Cast, client_of: ClientOf, village: Record) -> None:
    form = sent(village, q_heard="", q_place="31.71", f_pictures=SimpleUploadedFile("灯.png", PNG))
    answer = client_of(cast.town_member).post(reverse("record_new", args=NEW), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="31.71"' in page
    assert "请填写这一项。" in page
    file = RecordFile.objects.get()
    assert f"remove-{file.pk}" in page
    form |= {"q_heard": "路灯不亮", "q_place": "31.7123,118.3901"}
    del form["f_pictures"]
    assert client_of(cast.town_member).post(reverse("record_new", args=NEW), form).status_code == 302
    assert RecordFile.objects.get().record == Record.objects.get(kind__key="village_visit")
    download = client_of(cast.town_member).get(reverse("record_file", args=[file.pk]))
    assert b"".join(download) == PNG


def test_a_stored_file_is_taken_off_before_it_is_handed_in(cast: Cast, client_of: ClientOf, village: Record) -> None:
    form = sent(village, do="keep", f_pictures=SimpleUploadedFile("灯.png", PNG))
    client_of(cast.town_member).post(reverse("record_new", args=NEW), form)
    file = RecordFile.objects.get()
    form = sent(village, once=form["once"], do=f"remove-{file.pk}")
    assert client_of(cast.town_member).post(reverse("record_new", args=NEW), form).status_code == 200
    assert not RecordFile.objects.exists()
    assert not Record.objects.filter(kind__key="village_visit").exists()


def test_who_may_not_register_is_told_why_and_cannot(cast: Cast, client_of: ClientOf, village: Record) -> None:
    page = client_of(cast.auditor).get(reverse("record_new", args=NEW))
    assert "您没有这个角色" in page.content.decode()
    assert client_of(cast.auditor).post(reverse("record_new", args=NEW), sent(village)).status_code == 403
    assert client_of(cast.auditor).get(reverse("record_new", args=["no_such_kind"])).status_code == 404


def test_a_change_over_somebody_elses_is_told_and_can_be_repeated(
    cast: Cast, client_of: ClientOf, village: Record
) -> None:
    address = reverse("record_edit", args=[village.pk])
    page = client_of(cast.town_secretary).get(address)
    version = page.context["form"].opened_on
    actions.record_edit(actor=cast.zone_secretary, record_id=village.pk, answers={"name": "东山新村"})
    form = {"q_name": "东山", "q_households": "412", "version": version, "do": "complete", "once": str(uuid4())}
    refused = client_of(cast.town_secretary).post(address, form)
    assert refused.status_code == 409
    form["version"] = refused.context["form"].opened_on
    assert client_of(cast.town_secretary).post(address, form).status_code == 302
    village.refresh_from_db()
    assert village.title == "东山"


def test_files_that_are_there_stay_until_they_are_taken_off(cast: Cast, client_of: ClientOf, village: Record) -> None:
    form = sent(village, f_pictures=SimpleUploadedFile("灯.png", PNG))
    client_of(cast.town_member).post(reverse("record_new", args=NEW), form)
    visit = Record.objects.get(kind__key="village_visit")
    file = RecordFile.objects.get()
    address = reverse("record_edit", args=[visit.pk])
    client = client_of(cast.town_member)
    client.post(address, sent(village, q_heard="路灯修好了", kept=[str(file.pk)]))
    visit.refresh_from_db()
    assert [one["id"] for one in visit.data["pictures"]] == [file.pk]
    client.post(address, sent(village, q_heard="路灯修好了", do=f"remove-{file.pk}", kept=[str(file.pk)]))
    visit.refresh_from_db()
    assert "pictures" in visit.data
    client.post(address, sent(village, q_heard="路灯修好了"))
    visit.refresh_from_db()
    assert "pictures" not in visit.data


# Lists and the record


def test_lists_find_by_words_state_and_year(cast: Cast, client_of: ClientOf, village: Record) -> None:
    for day, heard in (("2026-05-06", "路灯不亮"), ("2025-05-06", "水压不足")):
        register(cast.town_member, "village_visit", village=village, visited=day, heard=heard)
    client = client_of(cast.auditor)
    address = reverse("record_list", args=NEW)

    def found(**query: str) -> int:
        return int(client.get(address, query).context["total"])

    assert (found(), found(q="水压"), found(year="2026"), found(q="没有的")) == (2, 1, 1, 0)
    assert found(list="mine") == 0
    page = client.get(address).content.decode()
    assert "东山村" in page


def test_a_board_has_a_column_for_every_state(cast: Cast, client_of: ClientOf, village: Record) -> None:
    register(cast.town_member, "village_question", village=village, question="路灯什么时候修")
    columns = client_of(cast.auditor).get(reverse("record_list", args=["village_question"])).context["columns"]
    assert [(one.label, len(one.rows)) for one in columns] == [("待办理", 1), ("办理中", 0), ("已答复", 0)]


def test_longer_lists_ask_no_more_statements(cast: Cast, client_of: ClientOf, village: Record) -> None:
    client = client_of(cast.auditor)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("record_list", args=NEW)).status_code == 200
        return len(found)

    register(cast.town_member, "village_visit", village=village, visited="2026-05-06", heard="路灯不亮")
    asked()
    before = asked()
    for day in range(1, 9):
        register(cast.town_member, "village_visit", village=village, visited=f"2026-03-0{day}", heard="水压")
    assert asked() == before


def test_a_record_tells_its_answers_relations_cases_and_story(cast: Cast, client_of: ClientOf, village: Record) -> None:
    visit = register(cast.town_member, "village_visit", village=village, visited="2026-05-06", heard="路灯不亮")
    question = register(cast.town_member, "village_question", village=village, visit=visit, question="路灯什么时候修")
    page = client_of(cast.auditor).get(reverse("record", args=[visit.pk])).content.decode()
    for words in ("东山村", "2026年5月6日", "路灯不亮", "路灯什么时候修", "未答复", "1 件", visit.number):
        assert words in page
    assert reverse("record", args=[village.pk]) in page
    task = CaseTask.objects.get(process__subject=question.chain, finished__isnull=True)
    mine = client_of(cast.town_secretary).get(reverse("record", args=[question.pk])).content.decode()
    assert reverse("step", args=[task.pk]) in mine
    assert "办理群众问题" in mine
    assert reverse("versions", args=["workflows.record", question.pk]) in mine
    shown = client_of(cast.auditor).get(reverse("versions", args=["workflows.record", question.pk]))
    assert shown.status_code == 200


def test_what_is_not_ones_own_to_know_is_not_found(cast: Cast, client_of: ClientOf, village: Record) -> None:
    visit = register(cast.town_member, "village_visit", village=village, visited="2026-05-06", heard="路灯不亮")
    outsider = client_of(cast.outsider)
    assert outsider.get(reverse("record", args=[visit.pk])).status_code == 404
    assert outsider.get(reverse("record_edit", args=[visit.pk])).status_code == 404
    assert outsider.get(reverse("record_list", args=NEW)).context["total"] == 0
    assert outsider.post(reverse("record_begin", args=[visit.pk]), {"button": "handle"}).status_code == 404


def test_notices_are_read_one_by_one_or_all(cast: Cast, client_of: ClientOf, village: Record) -> None:
    visit = register(cast.town_member, "village_visit", village=village, visited="2026-05-06", heard="路灯不亮")
    rows = [
        RecordNotice.objects.create(
            record=visit, person=cast.town_member, text=f"通知 {n}", told=visit.created, once=str(n)
        )
        for n in range(3)
    ]
    client = client_of(cast.town_member)
    page = client.get(reverse("record_notices"))
    assert page.context["unread"] == 3
    assert "通知 2" in page.content.decode()
    client.post(reverse("record_notices"), {"notice": str(rows[0].pk)})
    assert client.get(reverse("record_notices")).context["unread"] == 2
    client_of(cast.zone_member).post(reverse("record_notices"))
    assert client.get(reverse("record_notices")).context["unread"] == 2
    client.post(reverse("record_notices"))
    assert client.get(reverse("record_notices")).context["unread"] == 0


def test_the_first_page_tells_the_newest_unread_ones(cast: Cast, client_of: ClientOf, village: Record) -> None:
    visit = register(cast.town_member, "village_visit", village=village, visited="2026-05-06", heard="路灯不亮")
    for n in range(7):
        RecordNotice.objects.create(
            record=visit,
            person=cast.town_member,
            text=f"通知 {n}",
            told=visit.created + timedelta(minutes=n),
            once=str(n),
            read=visit.created + timedelta(hours=1) if n == 6 else None,
        )
    page = client_of(cast.town_member).get(reverse("home"))
    assert [one.text for one in page.context["told"]] == ["通知 5", "通知 4", "通知 3", "通知 2", "通知 1"]
    assert reverse("record_notices") in page.content.decode()
    other = client_of(cast.zone_member).get(reverse("home"))
    assert other.context["told"] == []
    assert "业务通知" not in other.content.decode()


def test_a_switched_off_pack_is_read_and_no_more(cast: Cast, client_of: ClientOf, village: Record) -> None:
    actions.pack_switch(actor=cast.designer, pack_id=kind("village").pack_id, on=False)
    page = client_of(cast.town_secretary).get(reverse("record", args=[village.pk])).content.decode()
    assert "记录只能查看" in page
    assert reverse("record_edit", args=[village.pk]) not in page
    overview = client_of(cast.town_secretary).get(reverse("records"))
    assert "已停用" in overview.content.decode()

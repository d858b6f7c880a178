"""The auditor's room: the whole log searched and taken away; what auditors read is in the log as well (N4)."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone
from openpyxl import load_workbook

from decisions import told
from decisions.actions import items as act
from decisions.actions.auditing import log_export
from decisions.models import Item
from decisions.reading import OWN
from decisions.selectors.auditing import search as select
from decisions.selectors.auditing import tables
from decisions.selectors.auditing.search import Search
from decisions.selectors.log import Asked, read_cursor
from decisions.told.auditing import page_words
from permissions import audit
from permissions.errors import Denied, Invalid
from permissions.models import AuditEvent, User
from permissions.policies import visible
from permissions.sign_in import sessions
from tests.cast import Cast
from tests.decisions.items.conftest import Hand

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def text(answer: Any) -> str:
    content: bytes = b"".join(answer) if answer.streaming else answer.content
    return content.decode("utf-8-sig")


def verbs(page: str) -> set[str]:
    return set(re.findall(r'<dd class="mono"><a [^>]*>([a-z_]+)</a></dd>', page))


def reads(person: User) -> list[dict[str, Any]]:
    """What stands in the log of somebody's reading, oldest first."""
    events = AuditEvent.objects.filter(subject=f"user:{person.pk}", verb__in=("page_read", "log_export"))
    return [{"verb": event.verb, "target": event.target, **event.data} for event in events.order_by("seq")]


def taken(client: Client, asked: dict[str, str]) -> Any:
    return client.post(reverse("audit_export"), asked)


def noted(cast: Cast, count: int = 3, words: str = "水库") -> str:
    """A chain with so many entries, a second apart."""
    subject, now = f"body:{cast.town.pk}", timezone.now() - timedelta(seconds=count)
    for n in range(count):
        data = {"old": {"position": f"岗位 {n}"}, "new": {"position": words}}
        audit.record(
            subject=subject, actor=cast.admin, verb="seat_edit", target="seat:1", data=data, at=now + timedelta(0, n)
        )
    return subject


def test_only_auditors_search_and_take_away(cast: Cast, client_of: ClientOf) -> None:
    for other in (cast.admin, cast.security, cast.town_secretary, cast.town_chair):
        assert client_of(other).get(reverse("audit")).status_code == 403
        assert client_of(other).post(reverse("audit_export"), {"form": "csv"}).status_code == 403
        with pytest.raises(Denied):
            log_export(actor=other, form="csv", asked={})
    assert client_of(cast.auditor).get(reverse("audit_export")).status_code == 405
    assert client_of(cast.auditor).post(reverse("audit_export"), {"form": "exe"}).status_code == 404
    client = client_of(cast.auditor)
    session = client.session
    session[sessions.CONFIRMED] = time.time() - 3600
    session.save()
    asked_again = text(client.post(reverse("audit_export"), {"form": "csv", "verb": "seat_edit"}))
    assert "confirm_password" in asked_again and 'value="seat_edit"' in asked_again
    assert not AuditEvent.objects.filter(verb="log_export").exists()


def test_entries_are_found_by_who_what_when_body_item_and_words(office: Cast, hand: Hand, client_of: ClientOf) -> None:
    item = hand.submitted(title="粮站盘活")
    noted(office)
    client = client_of(office.auditor)

    def found(**asked: object) -> set[str]:
        return verbs(text(client.get(reverse("audit"), asked)))

    assert {"seat_edit", "item_submit"} <= found()
    assert found(q="粮站", kind="item") == {"item_draft_save", "item_submit", "co_proposer_add"}
    assert found(verb="item_submit") == {"item_submit"}
    assert found(who=office.admin.pk, verb="seat_edit") == {"seat_edit"}
    assert found(words="水库") == {"seat_edit"}
    assert found(words="没有这个词") == set()
    assert found(body=office.zone.pk, verb="item_submit") == {"item_submit"}  # its proposer is of the zone
    assert found(body=office.town.pk, verb="item_submit") == set()
    assert "seat_edit" not in found(body=office.town.pk) | found(body=office.zone.pk)
    assert found(until="2020-01-01") == set()
    assert found(subject=item.subject, kind="people") == set()
    odd = {"since": "x", "who": "²", "body": "①", "kind": "none", "before": "x_y", "words": "%"}
    assert client.get(reverse("audit"), odd).status_code == 200


def test_pages_follow_one_another_by_key_and_the_count_is_bounded(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = noted(cast, 100)
    monkeypatch.setattr(select, "COUNTED", 90)
    search, found = Search(asked=Asked(subject=subject), verb="seat_edit"), []
    with CaptureQueriesContext(connection) as seen:
        while True:
            page = select.search_page(cast.auditor, search)
            assert (page.count, page.more) == (90, True)
            found += [line.event.seq for line in page.lines]
            if not page.older:
                break
            search = replace(search, asked=replace(search.asked, before=read_cursor(page.older)))
    assert found == sorted(found, reverse=True)
    assert len(found) == 100
    assert not [query for query in seen if "OFFSET" in query["sql"]]


def test_words_are_looked_for_a_stretch_at_a_time_until_the_log_ends(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit.record(
        subject=f"body:{cast.town.pk}",
        actor=cast.admin,
        verb="seat_edit",
        data={"old": {}, "new": {"position": "很久以前"}},
        at=timezone.now() - timedelta(days=1),
    )
    noted(cast, 30)
    monkeypatch.setattr(select, "WINDOW", 10)
    answer = text(client_of(cast.auditor).get(reverse("audit"), {"words": "很久以前", "kind": "people"}))
    assert verbs(answer) == set()
    assert "继续检索更早的记录" in answer
    search = Search(asked=Asked(kind="people"), words="很久以前")
    rows = [row for part in select.every_row(cast.auditor, search) for row in part]
    assert [row.data["new"]["position"] for row in rows] == ["很久以前"]


def test_the_address_holds_the_search_and_a_verb_leads_to_its_likes(cast: Cast, client_of: ClientOf) -> None:
    noted(cast, 50)
    page = text(client_of(cast.auditor).get(reverse("audit"), {"kind": "people", "words": "水库"}))
    older = re.search(r'href="(\?[^"]*before=[^"]*)"', page)
    assert older is not None
    assert "kind=people" in older[1] and "words=%E6%B0%B4%E5%BA%93" in older[1]
    assert "&amp;verb=seat_edit" in page


def test_n4_what_an_auditor_opens_and_searches_is_logged_once_and_the_security_administrator_sees_it(
    office: Cast, hand: Hand, client_of: ClientOf
) -> None:
    item, client = hand.submitted(), client_of(office.auditor)
    noted(office, 60)
    client.get(reverse("audit"), {"kind": "people", "words": "水库"})
    client.get(reverse("item", args=[item.pk]))
    client.get(reverse("audit_item", args=[item.pk]))
    assert reads(office.auditor) == [
        {"verb": "page_read", "target": "", "page": "audit", "asked": {"kind": "people", "words": "水库"}},
        {"verb": "page_read", "target": item.subject, "page": "item", "asked": {}},
        {"verb": "page_read", "target": item.subject, "page": "audit_item", "asked": {}},
    ]
    before = select.search_page(office.auditor, Search()).older
    client.get(reverse("audit"), {"before": before})
    client.get(reverse("item", args=[item.pk]), headers={"HX-Request": "true"})
    client.get(reverse("help"))
    client.get(reverse("item", args=[10**6]))
    assert len(reads(office.auditor)) == 3
    client_of(office.town_chair).get(reverse("item", args=[item.pk]))
    assert reads(office.town_chair) == []
    seen = visible(office.security, AuditEvent).filter(verb="page_read")
    assert seen.count() == 3
    assert not visible(office.admin, AuditEvent).filter(verb="page_read").exists()
    page = text(client_of(office.security).get(reverse("log"), {"kind": "audit"}))
    assert "审计室；做什么：people，内容含有：水库" in page
    assert "议题时间线" in page


def test_every_page_has_a_name_in_the_log() -> None:
    def names(resolver: Any) -> set[str]:
        found: set[str] = set()
        for one in resolver.url_patterns:
            found |= names(one) if hasattr(one, "url_patterns") else {one.name}
        return found - {None}

    pages = {name for name in names(get_resolver()) if page_words(name) == name} - OWN
    assert not {"item", "sitting", "minutes", "ballot", "log", "audit", "case", "flow", "body"} & pages
    assert told.SENTENCES["page_read"]({"page": "sitting_replay", "asked": {}}) == ("查阅", "会议页")


def test_a_table_says_what_the_page_says_and_its_taking_is_logged(cast: Cast, client_of: ClientOf) -> None:
    noted(cast, 3, '=HYPERLINK("http://example.org")')
    client = client_of(cast.auditor)
    answer = taken(client, {"form": "csv", "verb": "seat_edit"})
    assert 'filename="log-' in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(text(answer))))
    assert rows[0] == tables.columns()
    assert [row[9] for row in rows[1:]] == ["seat_edit"] * 3
    assert all(row[4] == "修改席位" and "岗位" in row[5] for row in rows[1:])
    assert reads(cast.auditor)[-1] == {
        "verb": "log_export",
        "target": "",
        "form": "csv",
        "asked": {"verb": "seat_edit"},
    }
    told_of = text(client.get(reverse("audit"), {"verb": "log_export"}))
    assert "CSV；操作：seat_edit" in told_of

    sheet = load_workbook(io.BytesIO(b"".join(taken(client, {"form": "xlsx", "kind": "people"})))).active
    assert sheet is not None
    cells = list(sheet.iter_rows())
    assert [cell.value for cell in cells[0]] == tables.columns()
    assert len(cells) == 1 + select.matching(cast.auditor, Asked(kind="people")).count()
    assert {cell.data_type for row in cells for cell in row} <= {"s", "n", "inlineStr"}
    assert not [cell for row in cells for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "\r1"])
def test_no_cell_begins_a_formula(text: str) -> None:
    assert tables.disarmed(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "水库", "2026-09-08", "议〔2026〕1号"])
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert tables.disarmed(text) == text


def test_a_sheet_too_long_to_open_is_refused_and_not_logged(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted(cast, 5)
    monkeypatch.setattr(tables, "SHEET_ROWS", 4)
    with pytest.raises(Invalid):
        tables.xlsx(cast.auditor, Search())
    assert taken(client_of(cast.auditor), {"form": "xlsx"}).status_code == 422
    assert reads(cast.auditor) == []


def test_r40_an_auditor_who_is_no_reader_neither_finds_nor_takes_what_a_confidential_item_holds(
    office: Cast, hand: Hand, client_of: ClientOf
) -> None:
    item = hand.submitted(title="企业未公开报价")
    act.item_classify(actor=item.proposer, item_id=item.pk, grade=Item.Grade.WORK, reason="未公开的报价")
    client = client_of(office.auditor)
    assert client.get(reverse("audit_item", args=[item.pk])).status_code == 404
    for words in ("企业未公开报价", "未公开的报价"):
        assert verbs(text(client.get(reverse("audit"), {"words": words}))) <= {"page_read"}
    whole = text(client.get(reverse("audit"), {"subject": item.subject}))
    assert "item_classify" in verbs(whole)
    assert "确定或解除涉密" in whole and "工作秘密" not in whole, "the act by its name, without what came of it"
    table = text(taken(client, {"form": "csv", "subject": item.subject}))
    assert "item_classify" in table and "涉密议题" in table
    for page in (whole, table):
        assert "未公开" not in page


def test_the_timeline_of_an_item_reads_from_its_first_day_on(office: Cast, hand: Hand, client_of: ClientOf) -> None:
    item = hand.planned()
    page = text(client_of(office.auditor).get(reverse("audit_item", args=[item.pk])))
    assert page.index("建立草稿") < page.index("提出议题") < page.index("确认共提") < page.index("编写方案第 1 版")
    assert f"链条完整，{AuditEvent.objects.filter(subject=item.subject).count()} 条已核验" in page
    assert client_of(office.town_chair).get(reverse("audit_item", args=[item.pk])).status_code == 403

"""The log page: everybody reads what concerns them, the auditor all of it; every chain comes with its proof."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from decisions.selectors import log as select
from decisions.selectors.log import Asked
from permissions import audit
from permissions.audit import checkpoints
from permissions.models import AuditEvent, User
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def seqs(page: select.Page, subject: str) -> list[int]:
    return [line.event.seq for line in page.lines if line.event.subject == subject]


@pytest.fixture
def many(cast: Cast) -> str:
    """A chain of a hundred entries on one body, a second apart."""
    subject, now = f"body:{cast.town.pk}", timezone.now()
    started = AuditEvent.objects.filter(subject=subject).count()
    for n in range(100):
        audit.record(
            subject=subject,
            actor=cast.admin,
            verb="seat_edit",
            target="seat:1",
            data={"old": {"position": f"岗位 {n}"}, "new": {"position": f"岗位 {n + 1}"}},
            at=now + timedelta(seconds=n),
        )
    assert AuditEvent.objects.filter(subject=subject).count() == started + 100
    return subject


def test_pages_follow_one_another_without_gap_or_repetition(cast: Cast, many: str) -> None:
    found: list[int] = []
    before = None
    while True:
        page = select.log_page(cast.auditor, Asked(subject=many, kind="people", before=before))
        found += seqs(page, many)
        if not page.older:
            break
        before = select.read_cursor(page.older)
        assert before is not None
    assert found == list(range(max(found), 0, -1))
    assert len(found) == AuditEvent.objects.filter(subject=many).count()


def test_the_last_page_costs_what_the_first_one_does(cast: Cast, client_of: ClientOf, many: str) -> None:
    client = client_of(cast.auditor)

    def statements(address: str) -> tuple[int, str]:
        with CaptureQueriesContext(connection) as seen:
            page = text(client.get(address))
        return len(seen), page

    _warm = statements(f"{reverse('log')}?kind=people")
    first, page = statements(f"{reverse('log')}?kind=people")
    older = re.search(r'href="(\?[^"]*before=[^"]*)"', page)
    assert older is not None
    second, _page = statements(reverse("log") + older[1].replace("&amp;", "&"))
    assert second <= first
    assert "OFFSET" not in str(connection.queries)


def test_entries_are_sentences_with_old_and_new(cast: Cast, client_of: ClientOf, many: str) -> None:
    page = text(client_of(cast.auditor).get(reverse("log"), {"subject": many}))
    assert "修改席位" in page
    assert "岗位：岗位 99 → 岗位 100" in page
    assert "系统管理员" in page
    assert cast.town.name in page


def test_a_chain_shows_that_it_holds(cast: Cast, client_of: ClientOf, many: str) -> None:
    count = AuditEvent.objects.filter(subject=many).count()
    page = text(client_of(cast.town_member).get(reverse("log"), {"subject": many}))
    assert f"链条完整，{count} 条已核验" in page


def test_a_changed_entry_is_named(cast: Cast, client_of: ClientOf, many: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE permissions_auditevent DISABLE TRIGGER USER")
        cursor.execute("UPDATE permissions_auditevent SET actor_label = 'x' WHERE subject = %s AND seq = 46", [many])
        cursor.execute("ALTER TABLE permissions_auditevent ENABLE TRIGGER USER")
    page = text(client_of(cast.auditor).get(reverse("log"), {"subject": many}))
    assert "链条在第 46 条中断" in page
    assert "第 46 条日志与前后的记录对不上" in page
    checked = text(client_of(cast.auditor).post(reverse("log_check")))
    assert "有 1 条链对不上" in checked
    assert "链条在第 46 条中断" in checked


def test_all_chains_hold_in_a_fresh_town(cast: Cast, client_of: ClientOf) -> None:
    page = text(client_of(cast.auditor).post(reverse("log_check")))
    assert "全部对得上" in page
    assert f"链条完整，{AuditEvent.objects.count()} 条已核验" in page


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"kind": "people"}, {"seat_edit"}),
        ({"kind": "flow"}, {"definition_save", "definition_publish"}),
        ({"who": "0", "until": "2026-01-31"}, {"definition_save"}),
        ({"who": "designer"}, {"definition_publish"}),
        ({"since": "2026-01-02", "until": "2026-01-02"}, {"definition_publish"}),
        ({"until": "2026-01-01"}, {"definition_save"}),
        ({"subject": "flow:tried"}, {"definition_save", "definition_publish"}),
        ({"until": "9999-12-31", "kind": "people"}, {"seat_edit"}),
        ({"since": "rubbish", "who": "²", "kind": "none", "before": "x_y"}, {"seat_edit"}),
    ],
)
def test_the_filters_narrow_the_list(cast: Cast, client_of: ClientOf, asked: dict[str, str], wanted: set[str]) -> None:
    zone = timezone.get_default_timezone()
    audit.record(subject=f"body:{cast.town.pk}", actor=cast.admin, verb="seat_edit", data={"old": {}, "new": {}})
    for actor, verb, day in ((None, "definition_save", 1), (cast.designer, "definition_publish", 2)):
        at = timezone.datetime(2026, 1, day, 23, 30, tzinfo=zone)
        audit.record(subject="flow:tried", actor=actor, verb=verb, data={"number": 1}, at=at)
    if asked.get("who") == "designer":
        asked = {"who": str(cast.designer.pk)}
    page = text(client_of(cast.auditor).get(reverse("log"), asked))
    shown = set(re.findall(r'<dd class="mono">([a-z_]+)</dd>', page))
    assert wanted <= shown
    if "since" not in asked or asked["since"] != "rubbish":
        assert not shown & ({"seat_edit", "definition_save", "definition_publish"} - wanted)


def test_what_only_a_checkpoint_knows_stands_on_the_page_as_well(
    cast: Cast, client_of: ClientOf, many: str, settings: Settings, tmp_path: Path
) -> None:
    settings.RECORD = tmp_path
    checkpoints.make()
    assert "1 个检查点" in text(client_of(cast.auditor).post(reverse("log_check")))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("permissions_auditevent", "permissions_audithead"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"DELETE FROM {table} WHERE subject = %s", [many])
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    checked = text(client_of(cast.auditor).post(reverse("log_check")))
    assert "检查点显示 1 处不符" in checked
    assert "现在整条都不在了" in checked
    assert "全部对得上" not in checked


@pytest.mark.parametrize("words", ["2²", "议〔2026〕٣号", "①", "%"])
def test_odd_digits_in_a_search_are_words_like_others(cast: Cast, client_of: ClientOf, words: str) -> None:
    for page in ("log", "item_list"):
        assert client_of(cast.auditor).get(reverse(page), {"q": words}).status_code == 200


def test_others_do_not_see_what_does_not_concern_them(cast: Cast, client_of: ClientOf) -> None:
    subject = f"user:{cast.town_chair.pk}"
    audit.record(subject=subject, actor=cast.town_chair, verb="user_sign_in", data={"address": "10.0.0.9"})
    client = client_of(cast.outsider)
    assert "10.0.0.9" not in text(client.get(reverse("log")))
    assert "10.0.0.9" not in text(client.get(reverse("log"), {"subject": subject}))
    assert client.get(reverse("log_download", args=[subject])).status_code == 404
    assert "10.0.0.9" in text(client_of(cast.town_chair).get(reverse("log")))


def test_only_the_auditor_checks_all_chains(cast: Cast, client_of: ClientOf) -> None:
    assert client_of(cast.town_chair).post(reverse("log_check")).status_code == 403
    assert client_of(cast.auditor).get(reverse("log_check")).status_code == 405
    assert "核验全部" not in text(client_of(cast.town_chair).get(reverse("log")))


def test_a_chain_can_be_taken_away_and_checked_elsewhere(cast: Cast, client_of: ClientOf, many: str) -> None:
    answer = client_of(cast.town_member).get(reverse("log_download", args=[many]))
    lines = [json.loads(line) for line in b"".join(answer.streaming_content).decode().splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    tip = audit.GENESIS
    for line in lines:
        assert line["previous_hash"] == tip
        row = audit.Row(
            line["subject"],
            line["seq"],
            timezone.datetime.fromisoformat(line["at"]),
            line["actor"],
            line["actor_label"],
            line["verb"],
            line["target"],
            audit.canonical(line["data"]),
            tip,
            "",
        )
        tip = audit.digest(row)
        assert line["hash"] == tip


def test_visitors_are_sent_to_sign_in(client: Client, db: None) -> None:
    for address in (reverse("log"), reverse("log_download", args=["item:1"])):
        assert client.get(address)["Location"].startswith(reverse("login"))
    assert client.post(reverse("log_check"))["Location"].startswith(reverse("login"))

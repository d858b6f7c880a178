"""Published within twenty working days of the second signature, unless the law keeps it secret (R33); reported up (R34)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from decisions.actions import after as act
from decisions.models import Item, MatterType, Publication, SuperiorReport
from decisions.selectors.after.page import proposed_text
from decisions.workdays import working_days_between
from tests.decisions.after.conftest import After, logged, today

pytestmark = pytest.mark.django_db
Refused = Callable[..., Any]


def publish(room: After, item: Item, **details: Any) -> Publication:
    given = {"text": "决定盘活原镇粮站场地。", "place": "镇政府网站", "on": today(), **details}
    return act.publication_publish(**{"actor": room.cast.town_secretary, "item_id": item.pk, **given})


def test_r33_the_second_signature_begins_twenty_working_days(room: After) -> None:
    item = room.signed()
    row = Publication.objects.get(item=item)
    day = timezone.localdate(row.signed_at)
    assert working_days_between(day, row.due) == 20
    assert logged(item, "decision_signed")[0].data["publication_due"] == row.due.isoformat()


def test_r33_one_signature_begins_nothing(room: After, refused: Refused) -> None:
    item = room.decided().item
    assert not Publication.objects.exists()
    with refused("not_decided"):
        publish(room, item)


def test_r33_publishing_says_where_when_and_what(room: After) -> None:
    item = room.signed()
    row = publish(room, item, url="https://www.example.gov.cn/a")
    assert (row.published_on, row.by) == (today(), room.cast.town_secretary)
    assert publish(room, item, place="别处").place == "镇政府网站", "said once"
    assert len(logged(item, "publication_publish")) == 1
    assert row.history.count() == 2


def test_what_is_wrong_is_said_at_its_field(room: After, refused: Refused) -> None:
    item = room.signed()
    with refused("invalid") as found:
        publish(room, item, text="", place="", on=today() + timedelta(days=1), url="javascript:alert(1)")
    assert set(found.value.fields) == {"text", "place", "on", "url"}
    with refused("invalid") as found:
        publish(room, item, on=date(2001, 1, 1))
    assert set(found.value.fields) == {"on"}
    with refused("role"):
        publish(room, item, actor=room.cast.town_member)


def test_r33_a_lawful_secret_is_not_published_and_says_why(room: After, refused: Refused) -> None:
    item = room.signed()
    given = {"actor": room.cast.zone_secretary, "item_id": item.pk}
    with refused("invalid") as found:
        act.publication_exempt(**given, exempt="", reason="")
    assert set(found.value.fields) == {"exempt", "reason"}
    row = act.publication_exempt(**given, exempt="business", reason="涉及投资方报价，依政府信息公开条例第十五条。")
    assert act.publication_exempt(**given, exempt="state", reason="另一个理由").exempt == row.exempt
    with refused("exempt"):
        publish(room, item)


def test_what_was_published_is_not_taken_back(room: After, refused: Refused) -> None:
    item = room.signed()
    row = publish(room, item)
    with refused("published"):
        act.publication_exempt(actor=room.cast.town_secretary, item_id=item.pk, exempt="state", reason="晚了")
    with pytest.raises(DatabaseError), transaction.atomic():
        Publication.objects.filter(pk=row.pk).update(place="别处")


def test_the_proposed_text_leaves_out_who_was_there(room: After) -> None:
    item = room.signed()
    entry = item.agenda_entries.get()
    text = proposed_text(entry)
    assert item.title in text
    assert "出席" in entry.minutes.text
    assert "\n出席" not in text


@pytest.mark.usefixtures("reporting")
def test_r34_where_it_is_required_a_report_is_owed(room: After, reporting: MatterType) -> None:
    item = room.signed()
    row = SuperiorReport.objects.get(item=item)
    assert (row.kind, row.due) == ("decision", timezone.localdate(row.owed_at) + timedelta(days=15))
    given = {"actor": room.cast.town_secretary, "item_id": item.pk, "report_id": row.pk}
    sent = act.superior_report_send(**given, authority="市委办公室", on=today(), document="洪发〔2026〕7号")
    assert act.superior_report_send(**given, authority="别处", on=today()).authority == sent.authority == "市委办公室"
    assert len(logged(item, "superior_report_send")) == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        SuperiorReport.objects.filter(pk=row.pk).update(authority="别处")


def test_r34_where_it_is_not_required_none_is(room: After, refused: Refused) -> None:
    item = room.signed()
    assert not SuperiorReport.objects.exists()
    with refused("invalid"):
        act.superior_report_send(
            actor=room.cast.town_secretary, item_id=item.pk, report_id=1, authority="市委办公室", on=today()
        )

"""A record of a pack becomes an item of joint decision: raised once, shown on both pages, and only to who may know of each."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse

from decisions.actions.items import item_draft_save
from decisions.models import Item, ItemRecord
from decisions.raising import raised_from, record_text
from permissions.errors import Hidden
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.decisions.items.conftest import configure
from tests.workflows.packs.test_reading import LIBRARY
from tests.workflows.packs.test_records import register
from workflows.actions import pack_install, pack_switch
from workflows.models import Record
from workflows.packs import archive

pytestmark = pytest.mark.django_db

ClientOf = Callable[..., Client]


@pytest.fixture
def question(cast: Cast) -> Record:
    """What villagers raised on a visit."""
    configure()
    for key in ("places", "village_visits"):
        pack = pack_install(actor=cast.designer, files=archive.read_folder(LIBRARY / key))
        pack_switch(actor=cast.designer, pack_id=pack.pk, on=True)
    village = register(cast.town_secretary, "village", name="东山村")
    return register(cast.town_member, "village_question", village=village, question="东山村晒场改建")


def form(question: Record, **more: object) -> dict[str, object]:
    return {
        "form_token": str(uuid4()),
        "record": question.pk,
        "title": "东山村晒场改建",
        "matter_type": "project",
        "amount": "12",
        "summary": "改建为农机停放场。",
        **more,
    }


def test_s9_a_question_becomes_an_item_with_its_record_attached(
    cast: Cast, client_of: ClientOf, question: Record
) -> None:
    proposer = client_of(cast.town_proposer)
    assert f"?record={question.pk}" in proposer.get(reverse("record", args=[question.pk])).content.decode()
    page = proposer.get(reverse("item_new"), {"record": question.pk}).content.decode()
    assert 'value="东山村晒场改建"' in page
    assert "村：东山村" in page
    sent = form(question)
    first = proposer.post(reverse("item_new"), sent)
    again = proposer.post(reverse("item_new"), sent)
    item = Item.objects.get()
    assert first["Location"] == again["Location"] == reverse("item_edit", args=[item.pk])
    link = ItemRecord.objects.get()
    assert (link.item, link.record, link.raised_by) == (item, question, cast.town_proposer)
    assert AuditEvent.objects.get(verb="item_raised").data["record"] == question.number
    shown = proposer.get(reverse("record", args=[question.pk])).content.decode()
    assert reverse("item", args=[item.pk]) in shown
    assert "草稿" in shown
    assert reverse("record", args=[question.pk]) in proposer.get(reverse("item", args=[item.pk])).content.decode()


def test_a_refused_form_keeps_the_record(cast: Cast, client_of: ClientOf, question: Record) -> None:
    answer = client_of(cast.town_proposer).post(reverse("item_new"), form(question, title=""))
    assert answer.status_code == 422
    assert f'name="record" value="{question.pk}"' in answer.content.decode()


def test_a_draft_is_nobody_elses_on_the_records_page(cast: Cast, client_of: ClientOf, question: Record) -> None:
    client_of(cast.town_proposer).post(reverse("item_new"), form(question))
    item = Item.objects.get()
    seen = client_of(cast.zone_proposer).get(reverse("record", args=[question.pk])).content.decode()
    assert reverse("item", args=[item.pk]) not in seen
    assert raised_from(cast.zone_proposer, item) == []
    assert raised_from(cast.town_proposer, item) == [question]


def test_nobody_raises_an_item_from_what_they_may_not_see(cast: Cast, question: Record) -> None:
    pack = question.kind.pack
    text = question.kind.text.replace('view = ["everyone"]', 'view = ["secretary"]')
    question.kind.text = text
    question.kind.save()
    assert pack.pk
    with pytest.raises(Hidden):
        item_draft_save(
            actor=cast.town_proposer,
            data={"title": "东山村晒场改建", "matter_type": "project", "summary": "改建。"},
            form_token=uuid4(),
            record_id=question.pk,
        )
    assert not Item.objects.exists()


def test_where_an_item_came_from_cannot_be_changed(cast: Cast, client_of: ClientOf, question: Record) -> None:
    client_of(cast.town_proposer).post(reverse("item_new"), form(question))
    with pytest.raises(Error), transaction.atomic():
        ItemRecord.objects.all().delete()
    assert record_text(cast.town_proposer, question).startswith(f"由记录 {question.number} 提出")

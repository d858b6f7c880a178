import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from decisions.actions.items import item_withdraw, material_add, material_remove
from decisions.models import Material
from permissions.errors import Denied, Hidden, Invalid, WrongState
from tests.cast import Cast
from tests.decisions.items.conftest import Hand, logged

PDF = b"%PDF-1.7\n1 0 obj\n%%EOF"


def test_a_file_is_stored_under_a_random_name_with_its_hash(hand: Hand) -> None:
    row = hand.upload(hand.draft(), content=PDF)
    assert (row.name, row.content_type, row.size) == ("风险评估报告.pdf", "application/pdf", len(PDF))
    assert "风险" not in row.file.name
    with default_storage.open(row.file.name) as stored:
        assert stored.read() == PDF
    assert len(row.sha256) == 64


def test_the_same_file_sent_twice_is_one_material(hand: Hand) -> None:
    item = hand.draft()
    assert hand.upload(item).pk == hand.upload(item).pk
    assert len(logged(item, "material_add")) == 1
    assert len(default_storage.listdir("materials")[1]) == 1


def test_a_refused_file_leaves_neither_row_nor_bytes(hand: Hand) -> None:
    with pytest.raises(Invalid) as refusal:
        hand.upload(hand.draft(), name="假.docx", content=PDF)
    assert "file" in refusal.value.fields
    assert not Material.objects.exists()
    assert not default_storage.exists("materials")


def test_an_error_after_storing_takes_the_bytes_away_again(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    item = hand.draft()

    def fail(*_args: object, **_data: object) -> None:
        raise RuntimeError("the disk of the log is full")

    monkeypatch.setattr("decisions.actions.items.materials.log", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        hand.upload(item)
    assert default_storage.listdir("materials")[1] == []


def test_a_kind_outside_the_checklist_is_refused(hand: Hand) -> None:
    item = hand.draft()
    for kind in ("plan", "legality", "nonsense"):
        with pytest.raises(Invalid) as refusal:
            hand.upload(item, kind=kind)
        assert "kind" in refusal.value.fields


def test_a_removed_file_stays_in_the_record(hand: Hand) -> None:
    item = hand.draft()
    row = hand.upload(item)
    for _again in range(2):
        material_remove(actor=hand.proposer, item_id=item.pk, material_id=row.pk)
    row.refresh_from_db()
    assert row.removed_by == hand.proposer
    assert default_storage.exists(row.file.name)
    assert len(logged(item, "material_remove")) == 1


def test_after_tabling_begins_materials_can_still_be_completed(hand: Hand) -> None:
    assert hand.upload(hand.reviewed()).pk


def test_who_neither_writes_nor_advises_uploads_nothing(hand: Hand, office: Cast) -> None:
    item = hand.planned()
    for user in (office.town_member, office.auditor):
        with pytest.raises(Denied):
            material_add(actor=user, item_id=item.pk, kind="risk", name="a.pdf", content=PDF)
    with pytest.raises(Hidden):
        material_add(actor=office.outsider, item_id=item.pk, kind="risk", name="a.pdf", content=PDF)


def test_a_withdrawn_item_takes_no_more_files(hand: Hand) -> None:
    item = hand.submitted()
    item_withdraw(actor=hand.proposer, item_id=item.pk, reason="场地另有安排。")
    with pytest.raises(WrongState):
        hand.upload(item)

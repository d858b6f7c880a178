"""Installing a pack, upgrading it, switching it, taking it out, and changing it where it is."""

from __future__ import annotations

import pytest
from django.db import Error, connection

from permissions import audit
from permissions.errors import Conflict, Denied, Invalid, WrongState
from permissions.models import AuditEvent, Role
from tests.cast import Cast
from tests.workflows.packs.conftest import Installed
from tests.workflows.packs.test_reading import LIBRARY, SMALL
from workflows import actions, packages
from workflows.actions.packs import state_token
from workflows.models import DefinitionVersion, Pack, PackState, Record, RecordKind, VersionStatus
from workflows.packs import archive
from workflows.packs.model import MANIFEST

pytestmark = pytest.mark.django_db

VILLAGE = {MANIFEST: SMALL[MANIFEST] + '\n[[role]]\nkey = "clerk"\nlabel = "村文书"\nper_body = true\n'}


def test_a_pack_comes_in_switched_off_with_its_kinds_roles_and_flows(cast: Cast, installed: Installed) -> None:
    pack = installed("places", "village_visits")
    assert set(pack.kinds.values_list("key", flat=True)) == {"instructor", "village_visit", "village_question"}
    version = DefinitionVersion.objects.get(definition__key="village_question")
    assert version.status == VersionStatus.PUBLISHED
    assert version.definition.of_pack.pack == pack
    fresh = actions.pack_install(actor=cast.designer, files=SMALL | VILLAGE)
    assert fresh.state == PackState.OFF
    assert {role.key: role.label for role in Role.objects.filter(code="leave.clerk")} == {
        "town:leave.clerk": "洪林镇党委 · 村文书",
        "zone:leave.clerk": "示范区党组 · 村文书",
    }
    assert list(audit.verify()) == []


def test_only_the_flow_designer_installs(cast: Cast) -> None:
    for user in (cast.town_secretary, cast.admin, cast.auditor, cast.outsider):
        with pytest.raises(Denied):
            actions.pack_install(actor=user, files=SMALL)
    assert not Pack.objects.exists()


def test_a_pack_with_faults_leaves_nothing_behind_and_tells_all_of_them(cast: Cast) -> None:
    files = {**SMALL, "flows/leave.bpmn": "<definitions/>"}
    files["records/leave.toml"] = files["records/leave.toml"].replace('"chair"', '"king"')
    with pytest.raises(Invalid) as refused:
        actions.pack_install(actor=cast.designer, files=files)
    told = "\n".join(refused.value.data["problems"])
    assert "没有角色“king”" in told
    assert "flows/leave.bpmn" in told
    assert not Pack.objects.exists()
    assert not RecordKind.objects.exists()


def test_the_same_files_again_change_and_log_nothing(cast: Cast) -> None:
    first = actions.pack_install(actor=cast.designer, files=SMALL)
    again = actions.pack_install(actor=cast.designer, files=dict(reversed(SMALL.items())))
    assert again == first
    assert first.installs.count() == 1
    assert AuditEvent.objects.filter(subject=first.chain).count() == 1


def test_an_upgrade_changes_kinds_and_retires_what_it_leaves_out(cast: Cast) -> None:
    pack = actions.pack_install(actor=cast.designer, files=SMALL)
    newer = {
        MANIFEST: SMALL[MANIFEST].replace('version = "1"', 'version = "2"'),
        "records/journey.toml": SMALL["records/leave.toml"].replace('key = "leave"', 'key = "journey"'),
    }
    actions.pack_install(actor=cast.designer, files=newer)
    pack.refresh_from_db()
    assert pack.version == "2"
    assert dict(pack.kinds.values_list("key", "retired")) == {"journey": False, "leave": True}
    assert [row.version for row in pack.installs.all()] == ["2", "1"]


def test_an_upgrade_keeps_what_the_office_wants_to_keep(cast: Cast) -> None:
    pack = actions.pack_install(actor=cast.designer, files=SMALL)
    own = SMALL["records/leave.toml"].replace("天数", "请假天数")
    actions.pack_change(actor=cast.designer, pack_id=pack.pk, changed={"records/leave.toml": own})
    newer = {
        MANIFEST: SMALL[MANIFEST].replace('version = "1"', 'version = "2"'),
        "records/leave.toml": SMALL["records/leave.toml"].replace("min = 1", "min = 2"),
    }
    actions.pack_install(actor=cast.designer, files=newer, keep=["records/leave.toml"])
    assert packages.files_of(Pack.objects.get())["records/leave.toml"] == own
    actions.pack_install(actor=cast.designer, files=newer)
    assert "请假天数" not in packages.files_of(Pack.objects.get())["records/leave.toml"]


def test_another_pack_s_keys_are_not_taken_over(cast: Cast) -> None:
    actions.pack_install(actor=cast.designer, files=SMALL)
    other = {**SMALL, MANIFEST: SMALL[MANIFEST].replace('key = "leave"', 'key = "other"')}
    with pytest.raises(Invalid) as refused:
        actions.pack_install(actor=cast.designer, files=other)
    assert "代号“leave”已由“leave”使用" in refused.value.data["problems"][0]


def test_what_a_pack_needs_comes_first_and_goes_last(cast: Cast, installed: Installed) -> None:
    with pytest.raises(Invalid):
        installed("village_visits")
    installed("places", "village_visits")
    places = Pack.objects.get(key="places")
    with pytest.raises(WrongState) as refused:
        actions.pack_remove(actor=cast.designer, pack_id=places.pk)
    assert refused.value.code == "needed"


def test_a_pack_switched_off_takes_no_new_records(cast: Cast, leave: RecordKind) -> None:
    actions.pack_switch(actor=cast.designer, pack_id=leave.pack_id, on=False)
    with pytest.raises(Denied, match="已停用"):
        actions.record_create(actor=cast.town_secretary, kind_id=leave.pk, answers={"days": "2"})
    entries = AuditEvent.objects.filter(subject="pack:leave", verb="pack_switch")
    assert [entry.data["on"] for entry in entries.order_by("seq")] == [True, False]
    actions.pack_switch(actor=cast.designer, pack_id=leave.pack_id, on=False)
    assert entries.count() == 2


def test_a_pack_is_not_taken_out_while_something_of_it_runs(cast: Cast, installed: Installed) -> None:
    pack = installed("places", "village_visits")
    village = actions.record_create(
        actor=cast.town_secretary, kind_id=RecordKind.objects.get(key="village").pk, answers={"name": "东山村"}
    )
    question = RecordKind.objects.get(key="village_question")
    answers = {"village": str(village.pk), "question": "路灯不亮"}
    actions.record_create(actor=cast.town_secretary, kind_id=question.pk, answers=answers)
    with pytest.raises(WrongState) as refused:
        actions.pack_remove(actor=cast.designer, pack_id=pack.pk)
    assert refused.value.data == {"running": 1}


def test_what_was_recorded_stays_when_its_pack_is_taken_out(cast: Cast, leave: RecordKind) -> None:
    record = actions.record_create(actor=cast.town_secretary, kind_id=leave.pk, answers={"days": "2"})
    pack = actions.pack_remove(actor=cast.designer, pack_id=leave.pack_id)
    assert pack.state == PackState.REMOVED
    assert Record.objects.get() == record
    back = actions.pack_install(actor=cast.designer, files=SMALL)
    assert (back.pk, back.state) == (pack.pk, PackState.OFF)
    assert not RecordKind.objects.get(key="leave").retired


def test_what_goes_out_comes_in_again_as_the_same_pack(cast: Cast, installed: Installed) -> None:
    installed("places")
    pack = installed("village_visits")
    files = packages.files_of(pack)
    data = archive.packed(files, pack.key)
    assert archive.unpack(data) == files
    assert files["flows/village_question.bpmn"] == (LIBRARY / "village_visits/flows/village_question.bpmn").read_text()


def test_two_who_change_a_pack_at_once_are_told(cast: Cast, leave: RecordKind) -> None:
    opened_on = state_token(leave.pack)
    text = SMALL["records/leave.toml"]
    for_one, for_other = text.replace("天数", "请假天数"), text.replace("天数", "几天")
    pack_id = leave.pack_id
    actions.pack_change(
        actor=cast.designer, pack_id=pack_id, changed={"records/leave.toml": for_one}, opened_on=opened_on
    )
    with pytest.raises(Conflict) as refused:
        actions.pack_change(
            actor=cast.designer, pack_id=pack_id, changed={"records/leave.toml": for_other}, opened_on=opened_on
        )
    actions.pack_change(
        actor=cast.designer,
        pack_id=pack_id,
        changed={"records/leave.toml": for_other},
        opened_on=refused.value.data["version"],
    )
    leave.refresh_from_db()
    assert leave.text == for_other
    assert [row.history_user for row in leave.history.all()] == [cast.designer] * 3


def test_an_office_begins_a_pack_of_its_own(cast: Cast) -> None:
    pack = actions.pack_begin(actor=cast.designer, key="canteen", name="食堂")
    actions.pack_change(
        actor=cast.designer,
        pack_id=pack.pk,
        changed={"records/meal.toml": SMALL["records/leave.toml"].replace('key = "leave"', 'key = "meal"')},
    )
    assert [row.key for row in pack.kinds.all()] == ["meal"]
    with pytest.raises(Conflict):
        actions.pack_begin(actor=cast.designer, key="canteen", name="食堂")


def test_what_came_in_is_never_changed_in_the_database(cast: Cast) -> None:
    actions.pack_install(actor=cast.designer, files=SMALL)
    with pytest.raises(Error), connection.cursor() as cursor:
        cursor.execute("UPDATE workflows_packinstall SET version = '9'")

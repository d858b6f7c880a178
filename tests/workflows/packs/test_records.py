"""Records of packs: registered, changed by hand and by flows, shown to whom their kind names, told of, matched and computed."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.db import Error, connection

from permissions import audit
from permissions.errors import Conflict, Denied, Hidden, Invalid
from permissions.models import AuditEvent, User
from permissions.policies import may, visible
from tests.cast import Cast
from tests.workflows.packs.conftest import Installed
from tests.workflows.packs.test_reading import SMALL
from workflows import actions, packages, records
from workflows.models import Case, CaseTask, Record, RecordFile, RecordKind, RecordNotice

pytestmark = pytest.mark.django_db

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)


def kind(key: str) -> RecordKind:
    return RecordKind.objects.select_related("pack").get(key=key)


def register(actor: User, key: str, once: str = "", **answers: object) -> Record:
    given = {name: str(value.pk) if isinstance(value, Record) else value for name, value in answers.items()}
    return actions.record_create(actor=actor, kind_id=kind(key).pk, answers=given, once=once)


def sees(user: User, record: Record) -> bool:
    return visible(user, Record.objects.filter(pk=record.pk)).exists()


@pytest.fixture
def village(cast: Cast, installed: Installed) -> Record:
    installed("places", "village_visits")
    return register(cast.town_secretary, "village", name="东山村", households="412")


def test_a_record_has_its_number_title_state_and_body(cast: Cast, village: Record) -> None:
    visit = register(cast.town_member, "village_visit", village=village, visited="2026-05-06", heard="路灯不亮")
    assert (visit.number, visit.title, visit.state) == ("访〔2026〕1号", "东山村 2026-05-06", "noted")
    assert visit.body is not None
    assert visit.body.code == "town"
    assert visit.data == {"village": village.pk, "visited": {"@": "2026-05-06"}, "heard": "路灯不亮"}
    assert register(cast.town_member, "village_visit", village=village, visited="2026-05-07", heard="水压").nth == 2
    earlier = register(cast.town_member, "village_visit", village=village, visited="2025-12-31", heard="水压")
    assert earlier.number == "访〔2025〕1号"
    assert list(audit.verify()) == []


def test_answers_are_judged_as_those_of_a_step_are(cast: Cast, village: Record) -> None:
    with pytest.raises(Invalid) as refused:
        register(cast.town_member, "village_visit", village="999999", visited="2099-01-01")
    assert set(refused.value.fields) == {"village", "visited", "heard"}
    assert not Record.objects.filter(kind__key="village_visit").exists()


def test_who_may_not_register_is_told_who_may(cast: Cast, village: Record) -> None:
    with pytest.raises(Denied, match="登记“走访”由班子成员、班长办理"):
        register(cast.town_secretary, "village_visit", village=village, visited="2026-05-06", heard="路灯")


def test_the_same_form_sent_twice_is_one_record(cast: Cast, leave: RecordKind) -> None:
    first = register(cast.town_member, "leave", once="form-1", days="2")
    assert register(cast.town_member, "leave", once="form-1", days="2") == first
    # Another person's form of the same key is another form, and cannot find the first.
    with pytest.raises(Exception, match="once"):
        register(cast.zone_member, "leave", once="form-1", days="3")


def test_a_record_is_seen_by_whom_its_kind_names(cast: Cast, leave: RecordKind) -> None:
    record = register(cast.town_member, "leave", days="2")
    assert {name: sees(user, record) for name, user in {
        "owner": cast.town_member, "chair": cast.town_chair, "auditor": cast.auditor, "other": cast.zone_member,
        "admin": cast.admin, "outsider": cast.outsider,
    }.items()} == {"owner": True, "chair": True, "auditor": True, "other": False, "admin": False, "outsider": False}  # fmt: skip
    assert AuditEvent.objects.filter(subject=record.chain).count() == 1
    assert not visible(cast.zone_member, AuditEvent.objects.filter(subject=record.chain)).exists()


def test_an_administrator_sees_nothing_of_what_everybody_sees(cast: Cast, village: Record) -> None:
    assert sees(cast.zone_member, village)
    assert not sees(cast.admin, village)
    assert not may(cast.admin, "record_create", kind("village"))


def test_a_change_is_versioned_logged_and_refused_to_others(cast: Cast, leave: RecordKind) -> None:
    record = register(cast.town_member, "leave", days="2")
    with pytest.raises(Hidden):
        actions.record_edit(actor=cast.zone_member, record_id=record.pk, answers={"days": "9"})
    with pytest.raises(Denied):
        actions.record_edit(actor=cast.town_chair, record_id=record.pk, answers={"days": "9"})
    changed = actions.record_edit(actor=cast.town_member, record_id=record.pk, answers={"days": "3"})
    assert changed.title.endswith(" 3")
    assert [row.data["days"] for row in record.history.all()] == [3, 2]
    entry = AuditEvent.objects.get(subject=record.chain, verb="record_edit")
    assert (entry.data["old"], entry.data["new"]) == ({"days": 2}, {"days": 3})
    actions.record_edit(actor=cast.town_member, record_id=record.pk, answers={"days": "3"})
    assert record.history.count() == 2


def test_two_who_change_a_record_at_once_are_told(cast: Cast, leave: RecordKind) -> None:
    from permissions import versions

    record = register(cast.town_member, "leave", days="2")
    opened_on = versions.token(record)
    actions.record_edit(actor=cast.town_member, record_id=record.pk, answers={"days": "3"}, opened_on=opened_on)
    with pytest.raises(Conflict):
        actions.record_edit(actor=cast.town_member, record_id=record.pk, answers={"days": "4"}, opened_on=opened_on)


def test_a_flow_begins_with_its_record_and_fills_it_in(cast: Cast, village: Record) -> None:
    """S9: a question of the villagers is assigned, handled and answered; whoever wrote it down is told."""
    question = register(cast.town_member, "village_question", village=village, question="路灯不亮")
    case = Case.objects.get(subject=question.chain)
    assign = CaseTask.objects.get(process=case, node="assign")
    assert sees(cast.zone_secretary, question)
    actions.step_answer(actor=cast.town_secretary, task_id=assign.pk, answers={"handler": cast.zone_member.username})
    question.refresh_from_db()
    assert (question.state, question.data["handler"]) == ("handling", cast.zone_member.username)
    answer = CaseTask.objects.get(process=case, node="answer")
    actions.step_answer(actor=cast.zone_member, task_id=answer.pk, answers={"answer": "已修好三盏。"})
    question.refresh_from_db()
    case.refresh_from_db()
    assert (question.state, question.data["answer"], case.is_running) == ("answered", "已修好三盏。", False)
    told = RecordNotice.objects.get()
    assert (told.person, told.text) == (cast.town_member, "您登记的问题已答复：路灯不亮")
    by = [(row.history_user, row.history_change_reason) for row in question.history.all()]
    assert by == [
        (None, "record_set: 记为已答复"),
        (cast.zone_member, "record_step: 办理并答复"),
        (None, "record_set: 记为办理中"),
        (cast.town_secretary, "record_step: 交办"),
        (cast.town_member, "record_create"),
    ]
    assert actions.record_notice_read(actor=cast.town_member) == 1
    assert list(audit.verify()) == []


def test_what_is_computed_comes_from_the_records_that_name_it(cast: Cast, village: Record) -> None:
    visit = register(cast.town_member, "village_visit", village=village, visited="2026-05-06", heard="路灯")
    for words in ("路灯不亮", "水压低"):
        register(cast.town_member, "village_question", village=village, visit=visit, question=words)
    values = records.contexts([visit], packages.kind_of(visit.kind))[visit.pk]
    assert values["open_questions"] == 2
    assert values["village_name"] == "东山村"
    assert values["visited"] == date(2026, 5, 6)
    assert {row["question"] for row in values["questions"]} == {"路灯不亮", "水压低"}


def test_contexts_of_many_take_as_many_statements_as_of_one(
    cast: Cast, village: Record, django_assert_max_num_queries: object
) -> None:
    rows = [
        register(cast.town_member, "village_visit", village=village, visited=f"2026-05-{day:02}", heard="路灯")
        for day in range(1, 6)
    ]
    spec = packages.kind_of(rows[0].kind)
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        records.contexts(rows, spec)


MATCHING = """
[[matching]]
key = "same"
label = "相同天数"
kind = "leave"

[[matching.reason]]
label = "天数相同"
when = "days = other.days"
points = 3
needed = true

[[matching.reason]]
label = "同一人"
when = "owner = other.owner"
"""


def test_a_match_is_proposed_with_its_reasons_best_first(cast: Cast) -> None:
    files = {**SMALL, "records/leave.toml": SMALL["records/leave.toml"] + MATCHING}
    pack = actions.pack_install(actor=cast.designer, files=files)
    actions.pack_switch(actor=cast.designer, pack_id=pack.pk, on=True)
    one = register(cast.town_member, "leave", days="2")
    others = register(cast.zone_member, "leave", days="2")
    own = register(cast.town_member, "leave", days="2")
    register(cast.town_member, "leave", days="5")
    found = records.matches(one, packages.kind_of(one.kind).matching[0], visible(cast.town_chair, Record.objects.all()))
    assert [(match.record, match.points, [reason.label for reason in match.held]) for match in found] == [
        (own, 4, ["天数相同", "同一人"]),
        (others, 3, ["天数相同"]),
    ]
    assert [reason.label for reason in found[1].lacking] == ["同一人"]


def test_pictures_are_handed_in_with_the_record_and_stay(cast: Cast, village: Record) -> None:
    row = kind("village_visit")
    for _again in range(2):
        actions.record_file_add(
            actor=cast.town_member, kind_id=row.pk, once="f1", field="pictures", name="路灯.png", content=PNG
        )
    stored = RecordFile.objects.get()
    with pytest.raises(Denied):
        actions.record_file_add(
            actor=cast.town_secretary, kind_id=row.pk, once="f2", field="pictures", name="路灯.png", content=PNG
        )
    assert not visible(cast.zone_member, RecordFile.objects.all()).exists()
    visit = register(cast.town_member, "village_visit", once="f1", village=village, visited="2026-05-06", heard="灯")
    stored.refresh_from_db()
    assert (stored.record, stored.given is not None) == (visit, True)
    assert visit.data["pictures"][0]["name"] == "路灯.png"
    assert visible(cast.zone_member, RecordFile.objects.all()).exists()
    actions.record_file_remove(actor=cast.town_member, file_id=stored.pk)
    assert RecordFile.objects.filter(pk=stored.pk).exists()
    assert default_storage.exists(stored.file.name)
    with pytest.raises(Error), connection.cursor() as cursor:
        cursor.execute("UPDATE workflows_recordfile SET name = 'x'")


def test_a_record_s_number_is_never_changed_in_the_database(cast: Cast, leave: RecordKind) -> None:
    register(cast.town_member, "leave", days="2")
    with pytest.raises(Error), connection.cursor() as cursor:
        cursor.execute("UPDATE workflows_record SET nth = 9")

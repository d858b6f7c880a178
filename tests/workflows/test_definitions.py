"""Saving, publishing and retiring flows."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from permissions.errors import Denied, Hidden, Invalid, WrongState
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.diagrams import SECRETARY_THEN_CHAIR, TWO_APPROVALS, diagram, with_job
from workflows import actions
from workflows.models import DefinitionVersion

pytestmark = pytest.mark.django_db


def test_a_designer_saves_a_draft_to_the_letter(cast: Cast) -> None:
    version = actions.definition_save(actor=cast.designer, key="small", name="小流程", xml=SECRETARY_THEN_CHAIR)
    version.refresh_from_db()
    assert (version.number, version.status) == (1, "draft")
    assert version.xml.encode() == SECRETARY_THEN_CHAIR
    assert version.history.get().history_user == cast.designer
    event = AuditEvent.objects.get(subject="flow:small")
    assert (event.verb, event.actor) == ("definition_save", cast.designer)


def test_saving_again_keeps_one_draft_with_its_history(cast: Cast) -> None:
    first = actions.definition_save(actor=cast.designer, key="small", name="小流程", xml=SECRETARY_THEN_CHAIR)
    second = actions.definition_save(actor=cast.designer, key="small", name="小流程", xml=TWO_APPROVALS)
    assert second.pk == first.pk
    assert second.number == 1
    assert second.history.count() == 2


def test_saving_the_same_content_twice_changes_nothing(cast: Cast) -> None:
    first = actions.definition_save(actor=cast.designer, key="small", name="小流程", xml=SECRETARY_THEN_CHAIR)
    actions.definition_publish(actor=cast.designer, version_id=first.pk)
    again = actions.definition_save(actor=cast.designer, key="small", name="小流程", xml=SECRETARY_THEN_CHAIR)
    assert again.pk == first.pk
    assert DefinitionVersion.objects.count() == 1


def test_a_new_version_follows_a_published_one(cast: Cast) -> None:
    first = actions.definition_save(actor=cast.designer, key="small", name="小流程", xml=SECRETARY_THEN_CHAIR)
    actions.definition_publish(actor=cast.designer, version_id=first.pk)
    second = actions.definition_save(actor=cast.designer, key="small", name="小流程", xml=TWO_APPROVALS)
    assert (second.number, second.status) == (2, "draft")


@pytest.mark.parametrize("who", ["town_proposer", "town_chair", "auditor", "admin", "outsider"])
def test_only_designers_save(cast: Cast, who: str) -> None:
    with pytest.raises(Denied):
        actions.definition_save(actor=getattr(cast, who), key="small", name="小流程", xml=SECRETARY_THEN_CHAIR)
    assert not DefinitionVersion.objects.exists()


def test_what_is_no_bpmn_is_refused_with_its_problems(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.definition_save(actor=cast.designer, key="small", name="小流程", xml=b"<html/>")
    assert refusal.value.data["problems"]


def test_an_odd_key_is_refused_at_its_field(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.definition_save(actor=cast.designer, key="1-x", name="", xml=SECRETARY_THEN_CHAIR)
    assert set(refusal.value.fields) == {"key"}


def test_a_key_that_differs_in_case_alone_is_the_same_flow(cast: Cast) -> None:
    first = actions.definition_save(actor=cast.designer, key="small", name="小流程", xml=SECRETARY_THEN_CHAIR)
    again = actions.definition_save(actor=cast.designer, key="SMALL", name="", xml=TWO_APPROVALS)
    assert (again.pk, again.definition.key) == (first.pk, "small")


def test_what_there_is_no_room_for_is_refused_or_cut_before_it_is_stored(cast: Cast) -> None:
    named = SECRETARY_THEN_CHAIR.replace("小流程".encode(), ("长" * 300).encode())
    version = actions.definition_save(actor=cast.designer, key="small", name="", xml=named)
    assert version.definition.name == "长" * 200
    longer = SECRETARY_THEN_CHAIR.replace(b'"small"', b'"' + b"x" * 201 + b'"')
    with pytest.raises(Invalid) as refusal:
        actions.definition_save(actor=cast.designer, key="other", name="", xml=longer)
    assert [problem["code"] for problem in refusal.value.data["problems"]] == ["id_too_long"]


def test_publishing_names_what_the_engine_cannot_run_with_element_and_line(cast: Cast) -> None:
    body = '<bpmn:startEvent id="start"/>\n<bpmn:complexGateway id="odd" name="怪网关"/>\n<bpmn:endEvent id="end"/>'
    flows = '<bpmn:sequenceFlow id="a" sourceRef="start" targetRef="odd"/><bpmn:sequenceFlow id="b" sourceRef="odd" targetRef="end"/>'
    version = actions.definition_save(actor=cast.designer, key="small", name="小流程", xml=diagram(body + flows))
    with pytest.raises(Invalid) as refusal:
        actions.definition_publish(actor=cast.designer, version_id=version.pk)
    problem = next(p for p in refusal.value.data["problems"] if p["element"] == "odd")
    assert problem["line"] == 5
    assert "怪网关" in problem["text"]
    version.refresh_from_db()
    assert version.status == "draft"


def test_publishing_refuses_a_job_nobody_has_registered(cast: Cast) -> None:
    version = actions.definition_save(actor=cast.designer, key="jobs", name="", xml=with_job("nobody.knows"))
    with pytest.raises(Invalid) as refusal:
        actions.definition_publish(actor=cast.designer, version_id=version.pk)
    (problem,) = refusal.value.data["problems"]
    assert (problem["code"], problem["element"]) == ("unknown_job", "work")
    assert "nobody.knows" in problem["text"]


def test_publishing_twice_is_publishing_once(cast: Cast) -> None:
    version = actions.definition_save(actor=cast.designer, key="small", name="小流程", xml=SECRETARY_THEN_CHAIR)
    first = actions.definition_publish(actor=cast.designer, version_id=version.pk)
    second = actions.definition_publish(actor=cast.designer, version_id=version.pk)
    assert first.published == second.published
    assert AuditEvent.objects.filter(verb="definition_publish").count() == 1


def test_a_member_does_not_know_of_drafts(cast: Cast) -> None:
    version = actions.definition_save(actor=cast.designer, key="small", name="小流程", xml=SECRETARY_THEN_CHAIR)
    with pytest.raises(Hidden):
        actions.definition_publish(actor=cast.town_member, version_id=version.pk)


def test_a_retired_version_cannot_be_published_again(cast: Cast) -> None:
    version = actions.definition_save(actor=cast.designer, key="small", name="小流程", xml=SECRETARY_THEN_CHAIR)
    with pytest.raises(WrongState):
        actions.definition_retire(actor=cast.designer, version_id=version.pk)
    actions.definition_publish(actor=cast.designer, version_id=version.pk)
    actions.definition_retire(actor=cast.designer, version_id=version.pk)
    with pytest.raises(WrongState):
        actions.definition_publish(actor=cast.designer, version_id=version.pk)
    with pytest.raises(Invalid) as refusal:
        actions.case_start(actor=cast.town_proposer, definition="small")
    assert refusal.value.code == "no_flow"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE workflows_definitionversion SET xml = 'other'",
        "UPDATE workflows_definitionversion SET status = 'draft'",
        "UPDATE workflows_definitionversion SET number = 7",
        "DELETE FROM workflows_definitionversion",
    ],
)
def test_the_database_itself_keeps_a_published_version(cast: Cast, statement: str) -> None:
    version = actions.definition_save(actor=cast.designer, key="small", name="小流程", xml=SECRETARY_THEN_CHAIR)
    actions.definition_publish(actor=cast.designer, version_id=version.pk)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    version.refresh_from_db()
    assert (version.xml.encode(), version.status, version.number) == (SECRETARY_THEN_CHAIR, "published", 1)


def test_a_file_with_several_flows_is_saved_by_the_process_that_is_meant() -> None:
    two = SECRETARY_THEN_CHAIR.replace(
        b"</bpmn:definitions>",
        b'<bpmn:process id="other" name="\xe5\xa4\x8d\xe6\xa0\xb8" isExecutable="true"><bpmn:startEvent id="s2"/>'
        b"</bpmn:process></bpmn:definitions>",
    )
    version = actions.definition_save(actor=None, key="other", name="", xml=two, process_id="other")
    assert (version.process_id, version.definition.name) == ("other", "复核")
    with pytest.raises(Invalid) as refusal:
        actions.definition_save(actor=None, key="third", name="", xml=two, process_id="third")
    assert "small、other" in refusal.value.fields["process"]

"""The system check of stored flows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.checks import Tags, run_checks
from django.db import connection

from tests.workflows.diagrams import SECRETARY_THEN_CHAIR
from tests.workflows.dmn.files import ROUTE
from workflows import actions
from workflows.models import DefinitionVersion, VersionStatus

pytestmark = pytest.mark.django_db


def messages() -> list[str]:
    return [
        message.id or ""
        for message in run_checks(tags=[Tags.database], databases=["default"])
        if "workflows" in (message.id or "")
    ]


def test_stored_flows_that_compile_are_silent(publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    assert messages() == []


def test_a_stored_flow_that_does_not_compile_is_named(publish: Callable) -> None:
    good = publish(SECRETARY_THEN_CHAIR)
    # As a restore, or a newer release's data under an older one, would leave it.
    DefinitionVersion.objects.create(
        definition=good.definition,
        number=2,
        status=VersionStatus.PUBLISHED,
        xml=good.xml.replace("bpmn:userTask", "bpmn:complexGateway"),
        sha256="0" * 64,
        process_id=good.process_id,
    )
    assert messages() == ["workflows.E002"]


def test_stored_decisions_are_compiled_too() -> None:
    version = actions.definition_save(actor=None, key="routes", name="", xml=ROUTE)
    good = actions.definition_publish(actor=None, version_id=version.pk)
    assert messages() == []
    DefinitionVersion.objects.create(
        definition=good.definition,
        number=2,
        status=VersionStatus.PUBLISHED,
        xml=good.xml.replace("[50..500)", "[50.."),
        sha256="0" * 64,
        process_id=good.process_id,
    )
    assert messages() == ["workflows.E002"]


def test_a_table_that_is_about_to_get_a_column_is_no_fault_of_what_is_stored(publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE workflows_definitionversion DROP COLUMN starts")
    assert messages() == [], "`migrate` could not add it otherwise"

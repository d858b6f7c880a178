"""What ships with the system begins a house, and never draws over what the house has made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from decisions import shipped
from tests.cast import Cast
from workflows.actions import definition_save
from workflows.models import DefinitionVersion, VersionStatus

pytestmark = pytest.mark.django_db


def numbers(key: str) -> list[tuple[int, str]]:
    rows = DefinitionVersion.objects.filter(definition__key=key).order_by("number")
    return list(rows.values_list("number", "status"))


def test_loading_it_again_changes_nothing(cast: Cast) -> None:
    shipped.load()
    before = list(DefinitionVersion.objects.order_by("pk").values())
    shipped.load()
    assert list(DefinitionVersion.objects.order_by("pk").values()) == before


def test_a_flow_somebody_of_the_house_draws_at_stays_theirs_over_the_next_start(cast: Cast) -> None:
    shipped.load()
    xml = DefinitionVersion.objects.get(definition__key="joint_decision").xml
    drawn = xml.replace("编制方案", "编写方案").encode()
    draft = definition_save(actor=cast.designer, key="joint_decision", name="", xml=drawn)
    shipped.load()
    assert numbers("joint_decision") == [(1, VersionStatus.PUBLISHED), (2, VersionStatus.DRAFT)]
    draft.refresh_from_db()
    assert draft.xml == drawn.decode()


def test_a_new_release_of_the_system_brings_its_flows_where_nobody_has_drawn(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shipped.load()
    library = tmp_path_factory.mktemp("library")
    for file in filter(Path.is_file, shipped.LIBRARY.iterdir()):
        (library / file.name).write_bytes(file.read_bytes().replace("编制方案".encode(), "编写方案".encode()))
    monkeypatch.setattr(shipped, "LIBRARY", library)
    shipped.load()
    assert numbers("joint_decision") == [(1, VersionStatus.PUBLISHED), (2, VersionStatus.PUBLISHED)]
    assert numbers("fund_route") == [(1, VersionStatus.PUBLISHED)]

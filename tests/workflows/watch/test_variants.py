"""The ways cases really went, where they left the diagram, and who is shown which."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from permissions.models import User
from tests.cast import Cast
from tests.workflows.conftest import task_at
from tests.workflows.diagrams import SECRETARY_THEN_CHAIR
from workflows import actions, compiled
from workflows.conformance import Conformance
from workflows.models import Case, DefinitionVersion
from workflows.watching.asked import Asked, cases_told
from workflows.watching.variants import Ways, cases_of_way, cases_off, conformance_of, folded, key_of, ways_of

ClientOf = Callable[[User], Client]
STRAIGHT, AGAIN = ("check", "sign"), ("check", "sign", "check", "sign")


@pytest.fixture
def world(cast: Cast, publish: Callable[..., DefinitionVersion]) -> tuple[DefinitionVersion, dict[str, Case]]:
    """Two cases that went straight, one sent back once, one that jumped, one ended at its first step."""
    version = publish(SECRETARY_THEN_CHAIR)
    cases = {
        name: actions.case_start(actor=cast.town_proposer, definition="small", title=name)
        for name in ("顺利一", "顺利二", "退回的", "跳转的", "终止的")
    }

    def done(name: str, node: str) -> None:
        task = cases[name].task_set.get(node=node, finished=None)
        by = cast.town_secretary if node == "check" else cast.town_chair
        actions.task_complete(actor=by, task_id=task.pk)

    for name in ("顺利一", "顺利二", "退回的"):
        done(name, "check")
    actions.task_send_back(
        actor=cast.admin, task_id=task_at(cases["退回的"], "sign").pk, to="check", reason="预算表缺附件"
    )
    done("退回的", "check")
    for name in ("顺利一", "顺利二", "退回的"):
        done(name, "sign")
    actions.case_jump(actor=cast.admin, case_id=cases["跳转的"].pk, to="sign", reason="秘书出差")
    actions.case_cancel(actor=cast.admin, case_id=cases["终止的"].pk, reason="不再需要")
    return version, {name: Case.objects.get(pk=case.pk) for name, case in cases.items()}


def ways(user: User, version: DefinitionVersion) -> Ways:
    process = compiled.of_version(version.pk, version.sha256).process
    return ways_of(cases_told(user, version, Asked()), process)


@pytest.mark.django_db
def test_ways_are_counted_and_every_departure_has_its_place(
    cast: Cast, client_of: ClientOf, world: tuple[DefinitionVersion, dict[str, Case]]
) -> None:
    version, cases = world
    found = ways(cast.designer, version)
    assert [(way.nodes, way.cases, way.off) for way in found.variants] == [
        (STRAIGHT, 3, 1),  # the jump went there as well, without the first step being done
        (("check",), 1, 1),
        (AGAIN, 1, 1),
    ]
    assert (found.total, found.fitting) == (5, 2)
    assert {(row.verb, row.origin, row.target, row.times, row.cases) for row in found.departures} == {
        ("case_cancel", "", "", 1, 1),
        ("case_jump", "秘书核对", "书记签发", 1, 1),
        ("task_send_back", "书记签发", "秘书核对", 1, 1),
    }
    process = compiled.of_version(version.pk, version.sha256).process
    everything = cases_told(cast.designer, version, Asked())
    assert cases_of_way(everything, process, key_of(AGAIN)) == [cases["退回的"].pk]
    assert cases_off(everything, "case_jump") == {cases["跳转的"].pk}
    assert len(cases_off(everything)) == 3
    fits = {name: conformance_of(case) for name, case in cases.items()}
    assert fits == {
        "顺利一": Conformance(2),
        "顺利二": Conformance(2),
        "退回的": Conformance(4, missing=1, left=1),
        "跳转的": Conformance(2, missing=1, left=1),
        "终止的": Conformance(1, left=1),
    }
    # The page, the file, and the cases behind a line.
    page = client_of(cast.designer).get(reverse("flow_variants", args=[version.pk])).content.decode()
    assert "3 件离开过流程图。" in page and "5 件中有 2 件全程按流程图办理。" in page
    file = client_of(cast.designer).get(reverse("flow_variants_file", args=[version.pk])).content.decode("utf-8-sig")
    assert [row[:4] for row in csv.reader(io.StringIO(file))][1] == [key_of(STRAIGHT), "3", "1", "check → sign"]
    address = reverse("flow_variant_cases", args=[version.pk])
    straight = client_of(cast.auditor).get(address, {"way": key_of(STRAIGHT)}).content.decode()
    assert [name for name in cases if name in straight] == ["顺利一", "顺利二", "跳转的"]
    assert "符合度 1/2：轮到 2 次，人工放上 1 次，没办完就撤下 1 次" in straight
    off = client_of(cast.auditor).get(address, {"off": "task_send_back"}).content.decode()
    assert [name for name in cases if name in off] == ["退回的"] and "符合度 3/4" in off
    assert client_of(cast.auditor).get(address, {"off": "nothing"}).status_code == 404
    # Nobody is shown a case, or a figure of one, they may not see; the designer's figures lead to no case.
    assert ways(cast.outsider, version).total == 0
    assert not any(name in client_of(cast.designer).get(address).content.decode() for name in cases)


@pytest.mark.django_db
def test_the_statements_of_ways_do_not_grow_with_the_cases(
    cast: Cast, world: tuple[DefinitionVersion, dict[str, Case]], django_assert_max_num_queries: Callable
) -> None:
    version, _cases = world
    with django_assert_max_num_queries(6):
        assert ways(cast.designer, version).total == 5


@given(st.lists(st.sampled_from("abc")))
def test_folding_leaves_out_what_comes_again_right_away_and_nothing_else(nodes: list[str]) -> None:
    found = list(folded(nodes))
    assert found == [node for number, node in enumerate(nodes) if number == 0 or nodes[number - 1] != node]
    assert folded(found) == tuple(found)

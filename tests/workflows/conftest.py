"""Flows, published for the cast to work on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from workflows import actions, flows
from workflows.models import Case, CaseTask, DefinitionVersion


@pytest.fixture(autouse=True)
def _no_compiled_flows() -> Iterator[None]:
    """Definitions are rolled back after each test, and their class names come again with other contents."""
    flows.forget()
    yield
    flows.forget()


@pytest.fixture
def publish() -> Callable[..., DefinitionVersion]:
    """Save and publish a diagram as the system."""

    def _publish(xml: bytes, key: str = "small") -> DefinitionVersion:
        version = actions.definition_save(actor=None, key=key, name="小流程", xml=xml)
        return actions.definition_publish(actor=None, version_id=version.pk)

    return _publish


def open_nodes(case: Case) -> list[str]:
    """Where the case stands: the ids of its open tasks, sorted."""
    return sorted(case.task_set.filter(finished__isnull=True).values_list("node", flat=True))


def task_at(case: Case, node: str) -> CaseTask:
    """The task at a node, open or not."""
    return case.task_set.get(node=node)

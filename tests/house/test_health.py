"""``/healthz`` is 200 only when the database answers and is migrated, and tells strangers nothing more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from config import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def as_a_new_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(health, "_migrated", False)
    yield


def test_it_is_healthy_when_everything_is_applied(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_it_is_not_before_the_migrations(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"unavailable\n")


def test_it_is_not_without_a_database_and_leaks_no_reason(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> bool:
        raise OperationalError("connection to server at 10.0.0.7 failed: password=hunter2")

    monkeypatch.setattr(health, "_is_ready", down)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"unavailable\n")


def test_asking_again_costs_one_statement(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client.get("/healthz")
    with django_assert_num_queries(1):
        client.get("/healthz")


def test_it_answers_questions_only(client: Client) -> None:
    assert client.post("/healthz").status_code == 405

"""Migrations in runs: which operations share one, and that the database is told the same as by Django's own way."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, models, transaction
from django.db.migrations import Migration
from django.db.migrations import operations as does
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.test.utils import CaptureQueriesContext

from permissions.migrating import in_runs, runs


def table(name: str, /, **fields: Any) -> does.CreateModel:
    return does.CreateModel(name, [("id", models.BigAutoField(primary_key=True)), *fields.items()])


def link(to: str, **more: Any) -> Any:
    return models.ForeignKey(f"permissions.{to}", models.CASCADE, related_name="+", **more)


def field(model: str, name: str, kind: Any) -> does.AddField:
    return does.AddField(model, name, kind)


def other(model: str, name: str, kind: Any) -> does.AlterField:
    return does.AlterField(model, name, kind)


def one(model: str, name: str) -> does.AddConstraint:
    return does.AddConstraint(model, models.UniqueConstraint(fields=[name], name=f"{model}_{name}_once"))


SQL = does.RunSQL("SELECT 1")
PYTHON = does.RunPython(does.RunPython.noop)
NUMBER = models.IntegerField(default=3)
#: A history in which nearly every operation needs what another one left.
HISTORY: list[Operation] = [
    table("Quay", name=models.CharField(max_length=20)),
    table("Barge", at=link("Quay"), next=models.ForeignKey("self", models.CASCADE, null=True)),
    SQL,
    field("quay", "master", link("Barge", null=True)),
    field("quay", "length", NUMBER),
    one("quay", "name"),
    one("barge", "at"),
    does.AddIndex("barge", models.Index(fields=["next"], name="barge_next")),
    does.AlterModelOptions("barge", {"ordering": ["-id"]}),
    PYTHON,
    other("quay", "length", models.BigIntegerField(default=3)),
    other("barge", "at", link("Quay", null=True)),
    other("barge", "next", link("Barge", null=True)),
    other("quay", "length", models.TextField(default="3")),
    does.RenameField("quay", "length", "metres"),
    other("quay", "metres", models.TextField(null=True)),
    does.AlterField("quay", "id", models.AutoField(primary_key=True)),
    does.RemoveField("barge", "next"),
    does.RenameModel("Barge", "Boat"),
    field("boat", "home", link("Quay", null=True)),
    does.DeleteModel("Boat"),
]


@pytest.mark.parametrize(
    ("operations", "lengths"),
    [
        ([], []),
        ([table("A"), table("B", a=link("A")), table("C", b=link("B"))], [3]),
        ([table("A"), field("a", "n", NUMBER)], [1, 1]),
        ([field("a", "n", NUMBER), field("a", "m", NUMBER), field("b", "n", NUMBER)], [3]),
        ([field("a", "n", NUMBER), one("a", "n")], [1, 1]),
        ([field("a", "n", NUMBER), one("b", "n")], [2]),
        ([field("a", "n", NUMBER), other("b", "n", NUMBER)], [1, 1]),
        ([other("a", "n", NUMBER), other("a", "N", NUMBER), other("a", "m", NUMBER)], [1, 2]),
        ([SQL, SQL, table("A"), SQL, table("B"), SQL], [6]),
        ([SQL, PYTHON, SQL], [1, 1, 1]),
        ([table("A"), PYTHON, table("B")], [1, 1, 1]),
        ([table("A"), does.RunSQL("SELECT 1", state_operations=[table("B")]), table("C")], [1, 1, 1]),
        ([does.RemoveField("a", "n"), does.RemoveField("b", "n")], [1, 1]),
    ],
)
def test_those_share_a_run_that_do_not_need_each_others_models(operations: list[Operation], lengths: list[int]) -> None:
    found = list(runs(operations))
    assert [len(run) for run in found] == lengths
    assert [operation for run in found for operation in run] == operations


def told(*, by_runs: bool) -> tuple[list[str], ProjectState]:
    """What the database is told by the history, taken back afterwards, and the state it ends in."""
    migration = type("Migration", (Migration,), {"operations": HISTORY})("0001_initial", "permissions")
    state = ProjectState()
    assert state.apps
    if by_runs:
        in_runs(migration)
    with transaction.atomic():
        with CaptureQueriesContext(connection) as queries, connection.schema_editor(atomic=False) as editor:
            state = migration.apply(state, editor)
        transaction.set_rollback(True)
    # Operations open savepoints with numbers of their own.
    return [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]], state


@pytest.mark.django_db
def test_the_database_is_told_the_same_as_by_djangos_own_way() -> None:
    (sql, state), (expected, its_state) = told(by_runs=True), told(by_runs=False)
    assert len(expected) > 25
    assert sql == expected
    assert state == its_state
    assert sorted(model._meta.label for model in state.apps.get_models()) == ["permissions.Quay"]

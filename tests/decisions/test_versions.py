"""Everything people edit has its versions: nothing writes past them, every kind of row is accounted for, and an item is shown as
it stood."""

import ast
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from decisions.management.commands import example as command
from decisions.models import AgendaEntry, CalendarDay, Item, Plan
from decisions.selectors import then, versions
from permissions import changed
from permissions.history_tables import catch_up
from permissions.models import User
from permissions.versions import act_of, drifted, save

ROOT = Path(__file__).parents[2]
APPS = ("permissions", "workflows", "decisions", "config")
#: the one way versions are written; what plays cases through and takes everything back
WAYS = {"permissions/versions.py", "workflows/case_runner/playing.py"}
VERSIONED = {model.__name__: model for model in changed.with_versions()}
WRITES = {
    *("save", "delete", "create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "update"),
    *("asave", "adelete", "acreate", "aupdate", "abulk_create", "save_base"),
}
#: names of managers that lead to rows with versions: `entry.item.plans.update(…)`
MANAGERS = {
    relation.get_accessor_name()
    for model in VERSIONED.values()
    for field in model._meta.fields
    if (relation := field.remote_field) is not None and not relation.hidden
}
#: rows that no person edits, and why they have no versions: kept by triggers, or the course of things, whose evidence is the log
COURSE = {
    "permissions": {"AuditHead", "CheckpointHead", "FactorGuard", "Session"},
    "workflows": {
        *(
            "Case",
            "CaseTask",
            "CaseTaskUserPermission",
            "CaseTaskGroupPermission",
            "CaseTimer",
            "SentMessage",
            "Receipt",
        ),
        *("StartTimer", "Incident", "Migration", "MigratedCase", "Simulation", "Drawing", "StepDraft"),
        *("PackFlow", "RecordNotice"),
    },
    "decisions": {"ItemCounter", "SittingCounter", "Attendance", "Motion", "Ballot"},
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "/migrations/" not in name and name not in WAYS:
                yield name, ast.parse(path.read_text())


def root_of(node: ast.expr) -> tuple[str, list[str]]:
    """`Model.objects.filter(…).update` → ("Model", ["objects", "filter"])."""
    way: list[str] = []
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            way.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            return (node.id if isinstance(node, ast.Name) else ""), way[::-1]


def named(annotation: ast.expr | None) -> str:
    """The versioned model an annotation names, if it does: `Item`, `Item | None`, `list[Item]`."""
    if annotation is None:
        return ""
    found = {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}
    return next((name for name in found if name in VERSIONED), "")


def past_versions() -> list[str]:
    """Every place where a row with versions is written without one."""
    modules = list(sources())
    gives: dict[tuple[str, str], str] = {}
    for name, module in modules:
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef) and named(node.returns):
                gives[name if node.name.startswith("_") else "", node.name] = named(node.returns)

    def given(module: str, function: str) -> str:
        return gives.get((module, function)) or gives.get(("", function), "")

    found = []
    for name, module in modules:
        for function in [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]:
            known = {
                argument.arg: named(argument.annotation)
                for argument in (*function.args.args, *function.args.kwonlyargs)
                if named(argument.annotation)
            }
            for node in ast.walk(function):
                pairs: list[tuple[ast.expr, ast.expr]] = []
                if isinstance(node, ast.Assign):
                    pairs = [(target, node.value) for target in node.targets]
                elif isinstance(node, ast.For | ast.comprehension):
                    pairs = [(node.target, node.iter)]
                elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and named(node.annotation):
                    known[node.target.id] = named(node.annotation)
                for target, value in pairs:
                    start, way = root_of(value)
                    kind = start if start in VERSIONED else given(name, way[-1] if way else start)
                    if isinstance(target, ast.Name) and kind and "values" not in way and "values_list" not in way:
                        known[target.id] = kind
            for node in ast.walk(function):
                if not (
                    isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
                ):
                    continue
                start, way = root_of(node.func.value)
                of_model = start in VERSIONED and bool(way) and "through" not in way
                of_row = node.func.attr in {"save", "delete"} and not way and start in known
                of_manager = any(step in MANAGERS for step in way) and start not in ("self", "")
                if of_model or of_row or of_manager:
                    found.append(f"{name}:{node.lineno} {ast.unparse(node.func)}")
    return found


def test_nothing_writes_past_the_versions() -> None:
    assert sorted(set(past_versions())) == []


def test_the_search_knows_the_ways_past_them() -> None:
    hidden = ast.parse("def f(item: Item):\n    Item.objects.filter(pk=1).update(title='')\n    item.save()\n")
    calls = [node for node in ast.walk(hidden) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    assert {root_of(node.func.value)[0] for node in calls if node.func.attr in WRITES} == {"Item", "item"}  # type: ignore[attr-defined]
    assert "plans" in MANAGERS
    assert "entries" in MANAGERS


@pytest.mark.django_db
def test_every_kind_of_row_has_versions_or_is_kept_or_is_the_course_of_things() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        guarded = {row[0] for row in cursor.fetchall()}
    left = [
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in COURSE
        and model not in VERSIONED.values()
        and not hasattr(model, "history_object")
        and model._meta.db_table not in guarded
        and model.__name__ not in COURSE[model._meta.app_label]
    ]
    assert left == [], "give it versions, a trigger that keeps it, or a place in COURSE"


def test_no_relation_of_many_to_many_is_edited_without_a_version() -> None:
    """simple-history leaves such rows without author and date: who proposes, reads or stands is a row of its own."""
    own = {
        field.remote_field.through._meta.label: field.name
        for model in apps.get_models()
        if model._meta.app_label in COURSE and not hasattr(model, "history_object")
        for field in model._meta.local_many_to_many
    }
    # Papers of a report, given with it once; Django's groups mirror the grants of roles, which have versions.
    assert {name: label for label, name in own.items() if "User_" not in label} == {
        "files": "decisions.ProgressReport_files"
    }


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The example town at work, made by the real actions."""
    monkeypatch.setattr(command, "KEPT", tmp_path / "example-password")
    call_command("example", "--password", "harvest-of-2026")
    capsys.readouterr()


@pytest.mark.django_db
def test_a_driven_town_has_a_version_of_everything_and_shows_it_as_it_stood(
    town: None, client_of: Callable[[User], Client], capsys: pytest.CaptureFixture[str]
) -> None:
    assert {model.__name__: drifted(model) for model in changed.with_versions()} == {name: [] for name in VERSIONED}
    call_command("versions_check")
    assert "newest version" in capsys.readouterr().out
    acts: set[str] = set()
    for model in VERSIONED.values():
        reasons = set(changed.history_of(model).objects.order_by().values_list("history_change_reason", flat=True))
        assert not reasons & {None, ""}, model
        acts |= {act_of(reason)[0] for reason in reasons}
    bare = {act for act in acts if versions.act_words(act) in ("", act)}
    assert bare == set()

    chair = User.objects.get(username="town.chair")
    item = Item.objects.filter(agenda_entries__stage=AgendaEntry.Stage.ANNOUNCED).latest("pk")
    records = versions.records_of(item)
    assert {"方案", "意见", "议程项", "纪要"} <= {one.kind for one in records}
    for one in records:
        shown = versions.record(chair, one.model._meta.label_lower, one.pk)
        rows, older = versions.page_of(chair, shown)
        assert [row.number for row in rows] == list(range(one.count, 0, -1)), one
        assert (rows[-1].kind, older) == ("+", 0)
    client = client_of(chair)
    for url in (
        reverse("item_versions", args=[item.pk]),
        reverse("item_history", args=[item.pk]),
        records[2].versions_url,
    ):
        assert client.get(url).status_code == 200

    plan = item.plan
    assert plan is not None
    compared = 0
    for written in Plan.objects.select_related("item"):
        for old, new in pairwise(written.history.order_by("history_id")):
            if old.history_date < new.history_date and old.clauses != new.clauses:
                early = then.item_at(chair, written.item, old.history_date)
                assert (old.version, old.clauses) in [(row.version, row.clauses) for row in early.plans]
                compared += 1
    assert compared >= 2
    late = then.item_at(chair, item, timezone.now() + timedelta(days=1))
    assert [row.version for row in late.plans] == [plan.version]
    assert len(late.held[0].votes[0].counts) == 2
    assert not then.item_at(chair, item, item.created_at - timedelta(days=1)).there

    entry = item.agenda_entries.get(stage=AgendaEntry.Stage.ANNOUNCED)
    voting = entry.history.get(stage="voting").history_date
    room = then.item_at(chair, item, voting)
    assert room.frozen
    assert [side.due for side in room.sides] == [9, 7]
    assert {place.word for side in room.sides for place in side.places} >= {"到会"}
    assert room.held[0].open
    assert room.held[0].votes == ()
    url = reverse("item_then", args=[item.pk])
    day, clock = timezone.localtime(voting).strftime("%Y-%m-%d %H:%M").split()
    page = client.get(f"{url}?on={day}&time={clock}").content.decode()
    assert "会议开始时冻结的名册" in page
    assert client.get(f"{url}?on=tomorrow&time=noon").status_code == 200

    stranger = User.objects.create_user("stranger", display_name="局外人")
    for address in (url, reverse("item_versions", args=[item.pk]), *(one.versions_url for one in records)):
        assert client_of(stranger).get(address).status_code == 404, address
    assert client.get(reverse("versions", args=["auth.group", 1])).status_code == 404


def test_a_moment_is_the_end_of_its_minute_or_day() -> None:
    minute, day = then.moment("2026-09-08", "14:30"), then.moment("2026-09-08", "")
    assert minute is not None
    assert day is not None
    assert timezone.localtime(minute).strftime("%H:%M:%S") == "14:30:59"
    assert timezone.localtime(day).strftime("%d %H:%M") == "08 23:59"
    for odd in (("2026-02-31", ""), ("", "10:00"), ("1066-10-14", ""), ("9999-12-31", "")):
        assert then.moment(*odd) is None


@pytest.mark.django_db
def test_what_an_older_release_wrote_past_the_versions_gets_one_at_the_upgrade() -> None:
    first = date(2026, 10, 1)
    kept, changed_since, gone = (CalendarDay(day=first + timedelta(days=n), working=False) for n in range(3))
    for day in (kept, changed_since, gone):
        save(day, None, "calendar_day_save")
    never = CalendarDay.objects.bulk_create([CalendarDay(day=date(2026, 10, 8), working=True)])[0]
    CalendarDay.objects.filter(pk=changed_since.pk).update(working=True)
    gone_pk = gone.pk
    CalendarDay.objects.filter(pk=gone_pk)._raw_delete("default")
    assert drifted(CalendarDay) == sorted([changed_since.pk, gone_pk, never.pk])
    for _turn in range(2):  # the second time there is nothing to do
        with connection.schema_editor() as editor:
            catch_up("decisions").code(apps, editor)
        assert drifted(CalendarDay) == []
        rows = CalendarDay.history.order_by("history_id").values_list("id", "history_type", "history_change_reason")
        assert list(rows)[3:] == [
            (changed_since.pk, "~", "history_begin"),
            (never.pk, "+", "history_begin"),
            (gone_pk, "-", "history_begin"),
        ]

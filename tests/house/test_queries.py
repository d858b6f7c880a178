"""No view lists what nobody has asked the policies about: a query of a view is handed to `fetch` or `visible`, or goes by an object
that was."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.database import BASE_DIR
from permissions import policies

ASKING = frozenset({"fetch", "visible", "knowing"})
#: What a query may go by instead: an object the view has fetched, or the reader.
ANCHORS = frozenset(
    {
        *("item", "execution__item", "plan", "ballot", "minutes", "sitting", "sitting__in", "motion", "case"),
        *("process_id", "subject", "user", "proposer", "pk", "pk__in", "code", "rule_set__code", "name__in"),
    }
)
#: Open to everybody with an account.
OPEN = frozenset({"Body", "Role", "Seat", "User", "Definition", "CalendarDay", "CalendarYear", "SeparationRule"})


def queries(source: str, models: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Model and line of every query over one of these models that neither asks a policy nor goes by anything."""
    tree = ast.parse(source)
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        managed = isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}
        if not (managed and isinstance(node.value, ast.Name) and node.value.id in models):
            continue
        given, within, inside = set[str](), set[str](), node
        while not isinstance(inside, ast.FunctionDef | ast.Module):
            outer = above[inside]
            if isinstance(outer, ast.Call) and outer.func is inside:
                given |= {keyword.arg for keyword in outer.keywords if keyword.arg}
            elif isinstance(outer, ast.Call):
                within.add(called(outer))
            inside = outer
        # A query kept in a variable, or returned as one, is asked about where it is used.
        handed = isinstance(inside, ast.FunctionDef) and (
            any(called(one) in ASKING for one in ast.walk(inside) if isinstance(one, ast.Call))
            or "QuerySet" in ast.unparse(inside.returns or ast.Constant(""))
        )
        if not (within & ASKING or given & ANCHORS or (handed and not given)):
            yield node.value.id, node.lineno


def called(call: ast.Call) -> str:
    """The name of what is called, without what it stands in."""
    return ast.unparse(call.func).rpartition(".")[2]


def views() -> list[Path]:
    return sorted(
        path for app in ("permissions", "workflows", "decisions") for path in (BASE_DIR / app / "views").rglob("*.py")
    )


def test_every_query_of_a_view_asks_the_policies_or_goes_by_what_was_asked_for() -> None:
    guarded = frozenset(model.__name__ for model in policies.registered()) - OPEN
    assert len(views()) > 30
    found = [
        f"{path.relative_to(BASE_DIR)}:{line} {model}"
        for path in views()
        for model, line in queries(path.read_text(), guarded)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("def v(r):\n    return list(Item.objects.all())", True),
        ("def v(r):\n    return Item.objects.filter(title='x').count()", True),
        ("def v(r):\n    visible(u, Item)\n    return Item.objects.filter(title='x')", True),
        ("def v(r):\n    return visible(u, Item.objects.filter(title='x'))", False),
        (
            "def v(r):\n    rows = Item.objects.select_related('case')\n    return access.fetch(rows, u, 'view', 1)",
            False,
        ),
        ("def v(r, plan):\n    return Item.objects.filter(plan=plan)", False),
    ],
)
def test_what_the_search_for_queries_finds(code: str, wrong: bool) -> None:
    assert bool(list(queries(code, frozenset({"Item"})))) is wrong

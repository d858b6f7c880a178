"""`docs/permissions.md` as it follows from the code: the addresses of this package, and the acts of every policy."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver

from decisions import reach
from permissions import policies
from permissions.policies import Held, Policy, SignedIn

APPS = ("permissions", "workflows", "decisions")

_HEAD = """# Who may do what

Written by `manage.py permissions_page` from the code; a test fails where the two differ, or where an address is not listed. Do not
edit it: lines of addresses stand in `decisions/reach/`, the rest in the policies (`permissions/policies.py`).

Three questions are asked of one policy per model: *may* this user do it, which rows are *visible*, who are its *holders*. What is not
declared is refused. Nothing here is opened by the superuser flag, and no role opens more in an address than its policy says.

What a page shows is narrower than that it opens: lists, counts, searches and exports hold only what the policies let the reader
see. A confidential item (R40) is not there for anybody but its readers, whatever their column says, and who stands recused (R24) gets
none of its papers.

"""
_LEGEND = """## Addresses

Everybody tried every address, in a town where each act was possible at that moment: **r** the page opens, **w** its form is taken (the
act may then be refused for another reason: a wrong state, an empty field). Sending a form counts where a person's own seat, task or
request is in it; the column's person is the one it is addressed to.

"""


class Address(NamedTuple):
    """An address as the resolver has it: its pattern, and the first sentence of its view."""

    path: str
    what: str


def render() -> str:
    """The whole page."""
    return _HEAD + _LEGEND + "".join([_columns(), *_sections(), *_policies()])


def resolved() -> dict[str, Address]:
    """Every named address → where it is and what it is for."""
    return dict(_walk(get_resolver().url_patterns, "/"))


def models() -> list[type[Model]]:
    """Every model of the house itself; versions (`Historical…`) are as open as what they are versions of."""
    found = (model for app in APPS for model in apps.get_app_config(app).get_models())
    return [model for model in found if not hasattr(model, "history_object")]


def acts_of(policy: Policy) -> dict[str, str]:
    """Each act a policy knows → who may do it, in words."""
    found = {act: _rule(rule) for act, rule in policy.acts.items()}
    for name, method in inspect.getmembers(type(policy), inspect.isfunction):
        # Seeing it (`view`, `know`) stands beside the model: whoever sees a row may.
        if name.startswith("may_") and name[4:] not in {*found, "view", "know"}:
            found[name[4:]] = _sentence(method)
    return dict(sorted(found.items()))


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, Address]]:
    for one in patterns:
        path = before + str(one.pattern).removeprefix("/")
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, path)
        elif one.name:
            yield one.name, Address(path, _sentence(one.callback))


def _sentence(what: Any) -> str:
    """The first sentence of its docstring, on one line."""
    what = getattr(what, "view_class", what)
    text = " ".join((inspect.getdoc(inspect.unwrap(what)) or "").split("\n\n")[0].split())
    return re.split(r"(?<=[.?!])\s", text)[0].replace("|", "\\|")


def _columns() -> str:
    rows = [f"| {column.short} | {column.who} |\n" for column in reach.COLUMNS.values()]
    return "| | |\n|---|---|\n" + "".join(rows)


def _sections() -> Iterator[str]:
    known = resolved()
    heads = "".join(f" {column.short} |" for column in reach.COLUMNS.values())
    for title, addresses in reach.sections().items():
        yield f"\n### {title}\n\n| address |{heads} what it is |\n|---|{':-:|' * len(reach.COLUMNS)}---|\n"
        for name, (opens, sends) in addresses.items():
            may = reach.who(opens), reach.who(sends)
            cells = "".join(f" {_cell(column, *may)} |" for column in reach.COLUMNS)
            path, what = known.get(name, Address("", ""))
            yield f"| `{path}`<br>{name} |{cells} {what} |\n"


def _cell(column: str, opens: frozenset[str], sends: frozenset[str]) -> str:
    return ("r" if column in opens else "") + ("w" if column in sends else "")


def _rule(rule: object) -> str:
    if isinstance(rule, SignedIn):
        return "everybody with an account"
    if isinstance(rule, Held):
        where = " of the body it is about" if rule.body is not None else ""
        return ", ".join(str(code) for code in rule.codes) + where
    return _sentence(type(rule)).removesuffix(".")


def _policies() -> Iterator[str]:
    known = policies.registered()
    yield "\n## Policies\n\nModel by model: what its policy says of who sees it, and of each act who may; whoever sees a row may view it.\n"
    for app in APPS:
        yield f"\n### `{app}`\n\n| model | who sees it | act | who may |\n|---|---|---|---|\n"
        for model in (one for one in models() if one in known):
            policy = known[model]
            acts = list(acts_of(policy).items()) or [("", "")]
            for row, (act, who) in enumerate(acts) if model._meta.app_label == app else ():
                head = f"| {model.__name__} | {_sentence(type(policy))} |" if row == 0 else "| | |"
                yield f"{head} {f'`{act}`' if act else ''} | {who} |\n"
    yield "\n## Parts\n\nModels without a policy of their own: they are read only with the whole they are part of.\n\n"
    yield "| model | is read with | why |\n|---|---|---|\n"
    for model, part in sorted(policies.parts().items(), key=lambda one: one[0].__name__):
        yield f"| {model.__name__} | {', '.join(whole.__name__ for whole in part.of) or 'nothing'} | {part.why} |\n"

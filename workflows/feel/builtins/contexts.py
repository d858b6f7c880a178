"""Contexts: reading, making, changing, merging (DMN 1.3, table 80; `context …` from DMN 1.4)."""

from __future__ import annotations

from typing import Any

from ..values import Budget, as_list
from .registry import builtin


@builtin("get value", "m, key")
def get_value(budget: Budget, m: Any, key: Any) -> Any:
    return m.get(key) if type(m) is dict and type(key) is str else None


@builtin("get entries", "m")
def get_entries(budget: Budget, m: Any) -> list[dict[str, Any]] | None:
    if type(m) is not dict:
        return None
    budget.spend(len(m))
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context", "entries")
def context(budget: Budget, entries: Any) -> dict[str, Any] | None:
    """A context from `[{key: …, value: …}, …]`; null where a key is missing, no string, or stands twice."""
    made: dict[str, Any] = {}
    for entry in as_list(entries):
        budget.spend()
        if type(entry) is not dict or "value" not in entry:
            return None
        key = entry.get("key")
        if type(key) is not str or key in made:
            return None
        made[key] = entry["value"]
    return made


@builtin("context put", "context, key, value")
def context_put(budget: Budget, target: Any, key: Any, value: Any) -> dict[str, Any] | None:
    """A copy with one entry set; a list of keys reaches into nested contexts."""
    if type(key) is list:
        return context_put_path(budget, target, key, value)
    if type(target) is not dict or type(key) is not str:
        return None
    budget.spend(len(target))
    return {**target, key: value}


@builtin("context put", "context, keys, value")
def context_put_path(budget: Budget, target: Any, keys: Any, value: Any) -> dict[str, Any] | None:
    if type(target) is not dict or type(keys) is not list or not keys or len(keys) > 64 or type(keys[0]) is not str:
        return None
    budget.spend(len(target))
    if len(keys) == 1:
        return {**target, keys[0]: value}
    inner = context_put_path(budget, target.get(keys[0]), keys[1:], value)
    return None if inner is None else {**target, keys[0]: inner}


@builtin("context merge", "contexts")
def context_merge(budget: Budget, contexts: Any) -> dict[str, Any] | None:
    """All entries of the contexts; of two with one key the later counts."""
    merged: dict[str, Any] = {}
    for part in as_list(contexts):
        if type(part) is not dict:
            return None
        budget.spend(1 + len(part))
        merged.update(part)
    return merged

"""The functions of DMN 1.3, 10.3.4 (and those later versions added), one module per family."""

from __future__ import annotations

from . import contexts, conversion, lists, numeric, ranges, statistics, strings, temporals
from .registry import BUILTINS, Builtin

__all__ = [
    "BUILTINS",
    "Builtin",
    "contexts",
    "conversion",
    "lists",
    "numeric",
    "ranges",
    "statistics",
    "strings",
    "temporals",
]

"""Packs, their records and the year in figures."""

from collections.abc import Mapping
from types import MappingProxyType

TITLE = "Packs and records"
ADDRESSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "figures": ("signed_in", ""),
        "figures_word": ("signed_in", ""),
    }
)
"""Name → who opens it, who sends its form."""

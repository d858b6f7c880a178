"""Packs, their records and the year in figures."""

from collections.abc import Mapping
from types import MappingProxyType

TITLE = "Packs and records"
ADDRESSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "figures": ("signed_in", ""),
        "figures_word": ("signed_in", ""),
        "records": ("signed_in", ""),
        "record_list": ("signed_in", ""),
        "record_new": ("signed_in", "secretary"),
        "record": ("signed_in -account -admin -security", ""),
        "record_edit": ("signed_in -account -admin -security", "secretary"),
        "record_file": ("signed_in -account -admin -security", ""),
        "record_begin": ("", ""),
        "record_notices": ("signed_in", "signed_in"),
    }
)
"""Name → who opens it, who sends its form."""

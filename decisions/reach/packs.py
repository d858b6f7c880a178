"""Packs, their records and the year in figures."""

from collections.abc import Mapping
from types import MappingProxyType

TITLE = "Packs and records"
ADDRESSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "packs": ("signed_in", ""),
        "pack": ("signed_in", ""),
        "pack_install": ("designer", "designer"),
        "pack_new": ("designer", "designer"),
        "pack_switch": ("", "designer"),
        "pack_remove": ("designer", "designer"),
        "pack_export": ("", "auditor designer"),
        "pack_file": ("designer", "designer"),
        "pack_kind": ("designer", "designer"),
        "pack_kind_new": ("designer", "designer"),
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

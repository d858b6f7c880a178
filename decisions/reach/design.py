"""Drawing, rehearsing, releasing and watching flows."""

from collections.abc import Mapping
from types import MappingProxyType

TITLE = "Designing flows"
ADDRESSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "flow_rehearse": ("auditor designer", "auditor designer"),
        "flow_tests": ("auditor designer", ""),
        "flow_test_remove": ("designer", "designer"),
        "flow_simulate": ("auditor designer", "designer"),
        "simulation": ("auditor designer", ""),
        "simulation_stop": ("", "designer"),
        "flow_draw": ("designer", "designer"),
        "flow_import": ("designer", "designer"),
        "flow_imported": ("", ""),
        "flow_editor": ("designer", ""),
        "drawing_give_up": ("", "designer"),
        "flow_conflict": ("designer", "designer"),
        "flow_autosave": ("", "designer"),
        "flow_save": ("", "designer"),
        "flow_check": ("", "designer"),
        "flow_feel": ("", "designer"),
        "flow_form": ("designer", "designer"),
        "flow_watch": ("signed_in", ""),
        "flow_watch_cases": ("signed_in", ""),
        "flow_watch_file": ("signed_in", ""),
        "flow_variants": ("signed_in", ""),
        "flow_variants_file": ("signed_in", ""),
        "flow_variant_cases": ("signed_in", ""),
        "case_live": ("readers admin", ""),
        "table_new": ("designer", "designer"),
        "flow_table": ("designer", "designer"),
    }
)
"""Name → who opens it, who sends its form."""

"""Rules and the log."""

from collections.abc import Mapping
from types import MappingProxyType

TITLE = "Rules and the log"
ADDRESSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "setting_list": ("signed_in", ""),
        "setting_new": ("secretary", "secretary"),
        "setting_change": ("readers", ""),
        "setting_answer": ("", "zone.secretary"),
        "setting": ("readers", ""),
        "setting_edit": ("secretary", "secretary"),
        "log": ("signed_in", ""),
        "log_check": ("", "auditor"),
        "log_download": ("readers", ""),
        "audit": ("auditor", ""),
        "audit_export": ("", "auditor"),
        "audit_item": ("auditor", ""),
        "audit_archive": ("", "auditor"),
    }
)
"""Name → who opens it, who sends its form."""

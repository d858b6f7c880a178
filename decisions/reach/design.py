"""Drawing, rehearsing, releasing and watching flows."""

from collections.abc import Mapping
from types import MappingProxyType

TITLE = "Designing flows"
ADDRESSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "flow_rehearse": ("auditor designer", "auditor designer"),
        "flow_tests": ("auditor designer", ""),
        "flow_test_remove": ("designer", "designer"),
    }
)
"""Name → who opens it, who sends its form."""

"""Drawing, rehearsing, releasing and watching flows."""

from collections.abc import Mapping
from types import MappingProxyType

TITLE = "Designing flows"
ADDRESSES: Mapping[str, tuple[str, str]] = MappingProxyType({})
"""Name → who opens it, who sends its form."""

"""What a sentence of the log is made of."""

from collections.abc import Mapping
from typing import Any

Data = Mapping[str, Any]
#: What a log entry says: what was done, and what it changed.
Words = tuple[str, str]

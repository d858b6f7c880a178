"""What a record's page shows besides its own: sections that higher floors register, each with its template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from permissions.models import User
from workflows.models import Record

#: What the section's template gets as `section`, or None where it has nothing to show to this reader. The record is one they may see.
Content = Callable[[User, Record], Mapping[str, Any] | None]

_sections: list[tuple[str, Content]] = []


def record_section(template: str) -> Callable[[Content], Content]:
    """Register a section of a record's page: ``@record_section("decisions/items/_raised.html")``."""

    def register(content: Content) -> Content:
        _sections.append((template, content))
        return content

    return register


def sections_of(user: User, record: Record) -> list[tuple[str, Mapping[str, Any]]]:
    """The sections that have something to show: template and content."""
    found = ((template, content(user, record)) for template, content in _sections)
    return [(template, content) for template, content in found if content is not None]

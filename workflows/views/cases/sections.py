"""What a case's page shows besides its own: sections that other parts of this floor register, each with its template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from permissions.models import User
from workflows.models import Case

#: What the section's template gets as `section`, or None where it has nothing to show. The case is one the user may see;
#: `known` says whether its contents are open to them.
Content = Callable[[User, Case, bool], Mapping[str, Any] | None]


class Section(NamedTuple):
    """A section of the page: the template that draws it, and where its content comes from. Lower `order` stands higher."""

    template: str
    content: Content
    order: int


_sections: list[Section] = []


def case_section(template: str, *, order: int = 50) -> Callable[[Content], Content]:
    """Register a section of the case's page: ``@case_section("workflows/cases/_incidents.html", order=10)``."""

    def register(content: Content) -> Content:
        _sections.append(Section(template, content, order))
        _sections.sort(key=lambda section: section.order)
        return content

    return register


def sections_of(user: User, case: Case, known: bool) -> list[tuple[str, Mapping[str, Any]]]:
    """The sections that have something to show: template and content, in order."""
    found = ((section.template, section.content(user, case, known)) for section in _sections)
    return [(template, content) for template, content in found if content is not None]

"""What pages ask about releases: which is open, which version a new one is compared with, what stands elsewhere in the drawing."""

from __future__ import annotations

from statistics import median_low

from permissions.models import User
from workflows import overview
from workflows.bpmn.model import Document
from workflows.models import OPEN_RELEASES, DefinitionVersion, Release, VersionStatus

NEAR = 1.0
"""Two places less apart than this, in the diagram's units, are the same: tools write them rounded."""


def current(version: DefinitionVersion) -> Release | None:
    """The release of this version that is still to be answered or to come into force."""
    return version.releases.filter(state__in=OPEN_RELEASES).select_related("asked_by", "answered_by").first()


def earlier(user: User, version: DefinitionVersion) -> DefinitionVersion | None:
    """What a version is compared with unless somebody says otherwise: the newest published one before it, else the one before it."""
    before = [row for row in overview.versions_of(user, version.definition) if row.number < version.number]
    return next((row for row in before if row.status == VersionStatus.PUBLISHED), before[0] if before else None)


def relocated(old: Document, new: Document) -> list[str]:
    """The nodes that stand elsewhere in the drawing, in the new one's order. A drawing moved as a whole has not changed."""
    nodes = [node for process in new.processes for node in process.nodes]
    both = [key for key in nodes if key in old.shapes and key in new.shapes]
    if not both:
        return []
    by = {key: (new.shapes[key].bounds.x - old.shapes[key].bounds.x, new.shapes[key].bounds.y - old.shapes[key].bounds.y)
          for key in both}  # fmt: skip
    x, y = (median_low(sorted(steps)) for steps in zip(*by.values(), strict=True))
    return [key for key in both if abs(by[key][0] - x) > NEAR or abs(by[key][1] - y) > NEAR]

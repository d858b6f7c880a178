"""What was filled in at the steps of a case, for those who may know it: by the labels their version has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from permissions.models import User
from workflows import answering
from workflows.models import Case
from workflows.views.cases.sections import case_section

MOST = 40


@case_section("workflows/cases/_answers.html", order=30)
def answers_of(user: User, case: Case, known: bool) -> Mapping[str, Any] | None:
    """The completed steps that asked something, each with its answers."""
    steps, more = answering.steps_told(user, case, MOST) if known else ([], False)
    return {"steps": [{"task": task, "told": told} for task, told in steps], "more": more} if steps else None

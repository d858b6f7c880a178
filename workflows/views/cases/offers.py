"""The buttons of a case's page: what this user may do to it now, and what they may not yet, with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from permissions.models import User
from permissions.policies import may
from workflows.models import Case
from workflows.withdrawal import obstacle


@dataclass(frozen=True, slots=True)
class Offer:
    """A button. With `why` it is blocked and says why. `minor` ones stand apart: a phone docks two at most."""

    label: str
    url: str
    why: str = ""
    primary: bool = False
    minor: bool = False


def offers_of(user: User, case: Case) -> list[Offer]:
    """What this user may do to the case; nothing once it has ended."""
    if not case.is_running:
        return []
    found: list[Offer] = []
    still = case.suspended is not None
    if may(user, "case_withdraw", case):
        refusal = obstacle(case, user)
        # What a case is about has its own withdrawal; a button that can never be used would only be in the way.
        if refusal is None or refusal.code not in ("has_subject", "called"):
            why = str(refusal) if refusal else (_("流程已暂停，恢复以前不能撤回。") if still else "")
            found.append(Offer(_("撤回流程"), reverse("case_withdraw", args=[case.pk]), why))
    if may(user, "case_cancel", case):
        why = _("这是另一件流程调用的一步，要终止请到上级流程。") if case.parent_id is not None else ""
        found.append(Offer(_("终止流程"), reverse("case_cancel", args=[case.pk]), why, minor=True))
    if still and may(user, "case_resume", case):
        found.append(Offer(_("恢复流程"), reverse("case_resume", args=[case.pk]), primary=True))
    elif not still and may(user, "case_suspend", case):
        found.append(Offer(_("暂停流程"), reverse("case_suspend", args=[case.pk])))
    return found

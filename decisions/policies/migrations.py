"""What moving an item's flow to another version may not do: let it go on at a step where something else is done."""

from django.utils.translation import gettext as _

from decisions.models import Item
from permissions.policies import ALLOWED, Verdict, refused
from workflows.models import Case
from workflows.policies import CaseMove, case_guard


@case_guard
def guard_version(case: Case, move: CaseMove) -> Verdict:
    """Asked where a waiting step would go on as one with another form, message or stage: for an item that would be a way past
    what the bodies have to do, or back behind what they have done."""
    if move.act != "case_migrate" or not Item.objects.filter(case=case).exists():
        return ALLOWED
    return refused(
        _("议题停在这一步，新版里所对应的环节办的不是同一件事（表单或阶段不同）。请对应到办同一件事的环节。"),
        "other_business",
    )

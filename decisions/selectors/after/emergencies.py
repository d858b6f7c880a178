"""Emergency decisions that wait for ratification (R26)."""

from django.db.models import Exists, OuterRef, QuerySet

from decisions import stages
from decisions.models import AgendaEntry, EmergencyDecision, Item, Sitting
from workflows.models import CaseTask


def ratifications_due() -> QuerySet[EmergencyDecision]:
    """The emergency decisions the next agenda must hold: decided, not put to the bodies since, and on no agenda yet; oldest
    first."""
    waiting = CaseTask.objects.filter(process=OuterRef("item__case"), finished__isnull=True, form=stages.TABLE)
    return (
        EmergencyDecision.objects.filter(Exists(waiting), item__status=Item.Status.RUNNING)
        .select_related("item")
        .order_by("decided_at", "pk")
    )


def missing_ratifications(sitting: Sitting) -> list[EmergencyDecision]:
    """The emergency decisions that are due and neither on this agenda nor on that of an earlier sitting to come: without them
    this sitting's notice must not be given."""
    earlier = AgendaEntry.objects.filter(item=OuterRef("item"), sitting__at__lte=sitting.at, announced_at__isnull=True)
    running = EmergencyDecision.objects.filter(item__status=Item.Status.RUNNING).select_related("item")
    pending = AgendaEntry.objects.filter(item=OuterRef("item"), announced_at__isnull=True)
    later = running.filter(Exists(pending)).exclude(Exists(earlier)).order_by("decided_at", "pk")
    return [*ratifications_due(), *later]

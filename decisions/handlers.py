"""How flows reach decisions: the page of each kind of task, and what happens to an item when its flow ends."""

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from viewflow.workflow.status import PROCESS

from decisions import stages
from decisions.models import AgendaEntry, Ballot, Item, Minutes
from permissions import versions
from permissions.errors import WrongState
from workflows import clock
from workflows.handlers import form, on_case_end, subject
from workflows.models import Case, CaseTask


def item_id(task: CaseTask) -> int:
    """The item a task is about, from its case's subject ``item:12``."""
    return int(task.process.subject.partition(":")[2])


@form(stages.DRAFT)
def draft_page(task: CaseTask) -> str:
    return reverse("item_edit", args=[item_id(task)])


@form(stages.CONFIRM)
def confirm_page(task: CaseTask) -> str:
    return reverse("item_confirm", args=[item_id(task)])


@form(stages.PLAN)
def plan_page(task: CaseTask) -> str:
    return reverse("plan_edit", args=[item_id(task)])


@form(stages.OPINIONS)
def opinions_page(task: CaseTask) -> str:
    return reverse("opinions", args=[item_id(task)])


@form(stages.LEGALITY)
def legality_page(task: CaseTask) -> str:
    return reverse("legality", args=[item_id(task)])


@form(stages.TABLE)
def table_page(task: CaseTask) -> str:
    return reverse("item_table", args=[item_id(task)])


@form(stages.SIGN)
def sign_page(task: CaseTask) -> str:
    """The newest minutes of the item: an item that came back to a sitting is signed for its last one."""
    minutes = Minutes.objects.filter(entry__item=item_id(task)).order_by("-pk").values_list("pk", flat=True).first()
    return reverse("minutes", args=[minutes]) if minutes else reverse("item", args=[item_id(task)])


@form(stages.EXECUTE)
def execute_page(task: CaseTask) -> str:
    return reverse("execution", args=[item_id(task)])


@form(stages.SPLIT)
def split_page(task: CaseTask) -> str:
    return reverse("split", args=[item_id(task)])


@form(stages.SUPERIOR)
def superior_page(task: CaseTask) -> str:
    return reverse("superior", args=[item_id(task)])


@form(stages.CONSEQUENCE)
def consequence_page(task: CaseTask) -> str:
    return reverse("consequence", args=[item_id(task)])


@subject("item")
def item_page(case: Case) -> str:
    return reverse("item", args=[int(case.subject.partition(":")[2])])


@on_case_end
def close_item(case: Case) -> None:
    """The flow has come to its end: the item is closed, or withdrawn where the flow was stopped without a result."""
    if not case.subject.startswith("item:"):
        return
    item = Item.objects.select_for_update(no_key=True).filter(case=case, status=Item.Status.RUNNING).first()
    if item is not None:
        stopped = case.status == PROCESS.CANCELED
        if not stopped and item.over_threshold and not _voted(item):
            raise WrongState(
                _("这件议题须经联席会议表决才能办结（R2），现在还没有表决结果。请列入议程，由双方表决。"),
                code="no_vote",
                data={"item": item.pk},
            )
        item.status = Item.Status.WITHDRAWN if stopped else Item.Status.CLOSED
        item.closed_at = clock.now()
        versions.save(item, None, "case_end", fields=["status", "closed_at"], at=item.closed_at)


def _voted(item: Item) -> bool:
    """Whether a sitting has voted on the item as it was last submitted, and announced the result.

    Asked where the flow ends, so that it holds whichever way the flow was moved there: by its own steps, by hand, by a message
    or a variable set from outside, or by another version of the diagram.
    """
    ballots = Ballot.objects.filter(entry=OuterRef("pk"))
    voted = AgendaEntry.objects.filter(Exists(ballots), item=item, announced_at__isnull=False)
    if item.routing.get("at"):
        voted = voted.filter(announced_at__gte=item.routing["at"])
    return voted.exists()

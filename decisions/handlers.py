"""How flows reach decisions: the page of each kind of task, and what happens to an item when its flow ends."""

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow.workflow.status import PROCESS

from decisions import stages, trying, workdays
from decisions.models import AgendaEntry, Ballot, Item, Minutes
from permissions import versions
from permissions.errors import WrongState
from workflows import clock
from workflows.handlers import Variable, ballots, form, gives, on_case_end, subject, working_days
from workflows.models import Case, CaseTask

working_days(workdays.calendar)
ballots(stages.RESULT, trying.SampleBallots())


def item_id(task: CaseTask) -> int:
    """The item a task is about, from its case's subject ``item:12``."""
    return int(task.process.subject.partition(":")[2])


@form(stages.DRAFT, gettext_lazy("提出议题"))
def draft_page(task: CaseTask) -> str:
    return reverse("item_edit", args=[item_id(task)])


@form(stages.CONFIRM, gettext_lazy("确认议题"))
def confirm_page(task: CaseTask) -> str:
    return reverse("item_confirm", args=[item_id(task)])


@form(stages.PLAN, gettext_lazy("编制方案"))
def plan_page(task: CaseTask) -> str:
    return reverse("plan_edit", args=[item_id(task)])


@form(stages.OPINIONS, gettext_lazy("征求意见"))
def opinions_page(task: CaseTask) -> str:
    return reverse("opinions", args=[item_id(task)])


@form(stages.LEGALITY, gettext_lazy("合法性审查"))
def legality_page(task: CaseTask) -> str:
    return reverse("legality", args=[item_id(task)])


@form(stages.TABLE, gettext_lazy("列入议程"))
def table_page(task: CaseTask) -> str:
    return reverse("item_table", args=[item_id(task)])


@form(stages.SIGN, gettext_lazy("会签"))
def sign_page(task: CaseTask) -> str:
    """The newest minutes of the item: an item that came back to a sitting is signed for its last one."""
    minutes = Minutes.objects.filter(entry__item=item_id(task)).order_by("-pk").values_list("pk", flat=True).first()
    return reverse("minutes", args=[minutes]) if minutes else reverse("item", args=[item_id(task)])


@form(stages.EXECUTE, gettext_lazy("交办执行"))
def execute_page(task: CaseTask) -> str:
    return reverse("execution", args=[item_id(task)])


@form(stages.SPLIT, gettext_lazy("处理分歧"))
def split_page(task: CaseTask) -> str:
    return reverse("split", args=[item_id(task)])


@form(stages.SUPERIOR, gettext_lazy("登记上级裁定"))
def superior_page(task: CaseTask) -> str:
    return reverse("superior", args=[item_id(task)])


@form(stages.CONSEQUENCE, gettext_lazy("写明未获追认的处理"))
def consequence_page(task: CaseTask) -> str:
    return reverse("consequence", args=[item_id(task)])


gives(
    "case:item",
    Variable("proposer", "text", gettext_lazy("提出人的账号")),
    Variable("subject", "text", gettext_lazy("议题的代号")),
    Variable("matter_type", "text", gettext_lazy("事项类型")),
    Variable("amount", "number", gettext_lazy("涉及金额（万元）")),
    Variable("over_threshold", "boolean", gettext_lazy("是否超过限额")),
    Variable("host", "text", gettext_lazy("主办方")),
)
gives(
    f"form:{stages.CONFIRM}",
    Variable("town_confirmed", "boolean", gettext_lazy("镇党委是否确认")),
    Variable("zone_confirmed", "boolean", gettext_lazy("示范区党组是否确认")),
)
gives(f"form:{stages.LEGALITY}", Variable("legal_ok", "boolean", gettext_lazy("是否合法")))
gives(f"form:{stages.SPLIT}", Variable("route", "choice", gettext_lazy("分歧的去向"), ("up", "plan")))
gives(f"form:{stages.SUPERIOR}", Variable("ruling", "choice", gettext_lazy("上级裁定"), ("for", "against", "back")))
gives(
    f"message:{stages.RESULT}",
    Variable("outcome", "choice", gettext_lazy("会议结果"), ("passed", "rejected", "split", "deferred")),
)


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

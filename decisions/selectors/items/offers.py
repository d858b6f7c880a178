"""What one user can do with an item now, said as buttons; what they could do but not yet comes with the reason."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from decisions import stages
from decisions.models import Item, Opinion
from decisions.selectors.after.split import to_choose_for_recused
from decisions.selectors.requirements import tabling_blocks
from permissions.look import Offer
from permissions.models import User
from permissions.policies import may
from workflows.handlers import form_url
from workflows.models import CaseTask
from workflows.selectors import inbox


def task_words(task: CaseTask) -> tuple[str, str]:
    """A task as a verb for its title, and the two to six characters of its button."""
    known = {
        stages.DRAFT: (_("修改议题，重新提交"), _("去修改")),
        stages.CONFIRM: (_("确认共提"), _("去确认")),
        stages.PLAN: (_("编制方案"), _("去编写")),
        stages.OPINIONS: (_("答复意见，结束征求意见"), _("去办理")),
        stages.LEGALITY: (_("合法性审查"), _("去审查")),
        stages.TABLE: (_("列入联席会议议程"), _("列入议程")),
        stages.SIGN: (_("会签纪要"), _("去会签")),
        stages.EXECUTE: (_("交办执行"), _("去交办")),
        stages.SPLIT: (_("商定分歧的去向"), _("去选定")),
        stages.SUPERIOR: (_("登记上级裁定"), _("去登记")),
        stages.CONSEQUENCE: (_("写明未获追认的处理"), _("去填写")),
    }
    return known.get(task.form, (str(task), _("去办理")))


_BUTTONS = {
    stages.DRAFT: gettext_lazy("修改议题"),
    stages.CONFIRM: gettext_lazy("确认共提"),
    stages.PLAN: gettext_lazy("编制方案"),
    stages.OPINIONS: gettext_lazy("办理意见"),
    stages.LEGALITY: gettext_lazy("合法性审查"),
    stages.TABLE: gettext_lazy("列入议程"),
    stages.SIGN: gettext_lazy("会签纪要"),
    stages.EXECUTE: gettext_lazy("交办执行"),
    stages.SPLIT: gettext_lazy("处理分歧"),
    stages.SUPERIOR: gettext_lazy("登记上级裁定"),
    stages.CONSEQUENCE: gettext_lazy("写明处理"),
}


def offers(item: Item, actor: User, open_forms: list[str]) -> list[Offer]:
    """At most two buttons, the main one last: the user's open task, and beside it what else they may do now.

    None while the flow stands still: the page says so above everything else.
    """
    if item.status == Item.Status.DRAFT:
        return _of_draft(item, actor)
    if item.phase == "suspended":
        return []
    found: list[Offer] = []
    task = inbox(actor).filter(process=item.case_id).first() if item.case_id else None
    main: Offer | None = None
    if task is not None:
        url = form_url(task) or reverse("task", args=[task.pk])
        why = _("；").join(block.detail for block in tabling_blocks(item)) if task.form == stages.TABLE else ""
        main = Offer(str(_BUTTONS.get(task.form, task)), url, why, primary=True)
    elif stages.SPLIT in open_forms and to_choose_for_recused(actor, item):
        main = Offer(str(_BUTTONS[stages.SPLIT]), reverse("split", args=[item.pk]), primary=True)
    sides = [
        ("plan_save", _("修改方案"), reverse("plan_edit", args=[item.pk])),
        ("opinion_add", _("写意见"), reverse("opinions", args=[item.pk]) + "#write"),
        ("item_withdraw", _("撤回议题"), reverse("item_withdraw", args=[item.pk])),
    ]
    for act, label, url in sides:
        if not may(actor, act, item) or (main is not None and main.url.partition("#")[0] == url.partition("#")[0]):
            continue
        why = stages.why_not(act, item.phase, open_forms)
        if not why:
            found.append(Offer(label, url))
        elif act == "opinion_add" and main is None and item.status == Item.Status.RUNNING:
            found.append(Offer(label, url, why))
    ready = [offer for offer in found if not offer.why]
    blocked = [offer for offer in found if offer.why]
    if main is not None:
        return [*ready[:1], main]
    if ready:
        first = ready[0]
        return [*ready[1:2], Offer(first.label, first.url, primary=True)]
    return blocked[:1]


def closing_blocked(item: Item) -> str:
    """Why the taking of opinions cannot be ended yet; empty when it can."""
    count = Opinion.objects.filter(item=item, answer="").count()
    return _("还有 %(count)s 条意见没有答复，答复后才能结束征求意见。") % {"count": count} if count else ""


def _of_draft(item: Item, actor: User) -> list[Offer]:
    if not may(actor, "item_submit", item):
        why = _("草稿由提出人%(who)s修改和提交。") % {"who": item.proposer.label}
        return [Offer(_("修改草稿"), reverse("item_edit", args=[item.pk]), why)]
    return [Offer(_("继续填写"), reverse("item_edit", args=[item.pk]), primary=True)]

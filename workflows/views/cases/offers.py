"""The buttons of a case's page: what this user may do to it now, and what they may not yet, with the reason."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from permissions.look import Offer
from permissions.models import User
from permissions.policies import may
from workflows.case_overview import Stand
from workflows.handlers import form_url
from workflows.models import Case, CaseTask, TaskKind
from workflows.passed import WayBack
from workflows.selectors import inbox
from workflows.withdrawal import obstacle


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
    if may(user, "case_jump", case):
        why = _("流程已暂停，恢复以前不能跳转。") if still else ""
        found.append(Offer(_("跳转"), reverse("case_jump", args=[case.pk]), why, minor=True))
    if may(user, "case_cancel", case):
        why = _("这是另一件流程调用的一步，要终止请到上级流程。") if case.parent_id is not None else ""
        found.append(Offer(_("终止流程"), reverse("case_cancel", args=[case.pk]), why, minor=True))
    if still and may(user, "case_resume", case):
        found.append(Offer(_("恢复流程"), reverse("case_resume", args=[case.pk]), primary=True))
    elif not still and may(user, "case_suspend", case):
        found.append(Offer(_("暂停流程"), reverse("case_suspend", args=[case.pk])))
    return found


def moves_of(user: User, task: CaseTask, way_back: WayBack | None = None) -> list[Offer]:
    """What else than doing it this user may do with an open task: nothing while its case stands still. Sending back is offered
    where there is somewhere to go; a page of many steps brings what they share (`way_back`).
    """
    if not task.is_open or not task.process.moves:
        return []
    found = []
    way_back = way_back or WayBack(task.process)
    by_admin = bool(may(user, "case_jump", task.process))
    if may(user, "task_send_back", task) and way_back.leads_from(task, by_admin=by_admin):
        found.append(Offer(_("退回"), reverse("step_send_back", args=[task.pk])))
    adds, removes = may(user, "instance_add", task), may(user, "instance_remove", task)
    if adds or removes:
        label = _("加签") if not removes else _("减签") if not adds else _("加签或减签")
        found.append(Offer(label, reverse("step_signers", args=[task.pk])))
    return found


def steps_of(user: User, case: Case, stands: Iterable[Stand]) -> list[tuple[Stand, list[Offer]]]:
    """Each open step with what this user may do at it: those who are asked to do it, and administrators, who may move all."""
    if not case.moves:
        return [(stand, []) for stand in stands]
    own = set(inbox(user).filter(process=case.pk).order_by().values_list("pk", flat=True))
    oversees = bool(may(user, "case_jump", case))
    way_back, rows = WayBack(case), []
    for stand in stands:
        offers: list[Offer] = []
        if stand.task.pk in own:
            offers.append(Offer(_("去办理"), form_url(stand.task)))
        if stand.task.kind == TaskKind.HUMAN and (stand.task.pk in own or oversees):
            # The case is at hand with its version: reading it again for every step would cost a statement each.
            stand.task.process = case
            offers += moves_of(user, stand.task, way_back)
        rows.append((stand, offers))
    return rows

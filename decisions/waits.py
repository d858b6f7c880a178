"""What waits for people besides the tasks of flows."""

from collections.abc import Iterator

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from decisions import stages
from decisions.models import (
    AgendaChange,
    AgendaEntry,
    EmergencyDecider,
    Item,
    Reconsideration,
    Recusal,
    ReviewRequest,
    Sitting,
    Suggestion,
)
from decisions.selectors.after.duties import due_for, owing
from decisions.selectors.after.split import open_splits, to_choose_for_recused, votes_on
from decisions.selectors.chair import ruling_seat
from decisions.selectors.minutes import checked_without_a_chair, to_check, to_sign_for_recused, unchecked
from decisions.selectors.notice import unconfirmed, unread
from decisions.selectors.reviews import asked_of, unanswered
from decisions.selectors.settings import pending, waiting_for
from decisions.selectors.sittings import seats_of
from permissions import roles
from permissions.models import Role, User
from permissions.policies import visible, visible_if_any
from workflows.models import CaseTask
from workflows.waiting import Wait, waits


@waits(lambda user: pending().filter(roles.ever_held(user, Role.Code.SECRETARY)))
def changes_to_confirm(user: User) -> Iterator[Wait]:
    """Changes of the rules that the other side has put forward."""
    if any(key.endswith(f":{Role.Code.SECRETARY}") for key in roles.of(user)):
        for change in waiting_for(user):
            name = str(change.values.get("name") or change.code)
            facts = (change.get_kind_display(), change.body.label)
            yield Wait(_("确认规则修改"), name, change.get_absolute_url(), _("去确认"), facts=facts)


@waits(lambda user: unchecked().filter(roles.ever_held(user, Role.Code.SECRETARY)))
def minutes_to_check(user: User) -> Iterator[Wait]:
    """Drafts of minutes that wait for a secretary of the other side to compare them with the record (R32)."""
    for minutes in to_check(user):
        facts = (_("第 %(version)s 稿") % {"version": minutes.version}, minutes.entry.sitting.name)
        url = reverse("minutes_check", args=[minutes.pk])
        yield Wait(_("校核纪要"), str(minutes.entry.item), url, _("去校核"), facts=facts)


@waits(checked_without_a_chair)
def minutes_to_sign(user: User) -> Iterator[Wait]:
    """Minutes somebody signs for their body because its chair stands recused from the item (R24)."""
    for minutes in to_sign_for_recused(user):
        url = reverse("minutes", args=[minutes.pk])
        facts = (_("班长回避，由您代表本班子签署"),)
        yield Wait(_("签署纪要"), str(minutes.entry.item), url, _("去签署"), facts=facts)


@waits(lambda user: open_splits().filter(votes_on(user)))
def splits_to_choose(user: User) -> Iterator[Wait]:
    """Splits whose way somebody chooses for their body because its chair stands recused from the item (R24)."""
    for split in to_choose_for_recused(user):
        item = split.entry.item
        facts = (_("班长回避，由您代表本班子选择"), item.number or "")
        yield Wait(_("商定分歧的去向"), item.title, reverse("split", args=[item.pk]), _("去选定"), facts=facts)


@waits(unconfirmed)
def notices_to_read(user: User) -> Iterator[Wait]:
    """Notices of sittings to come that this person has not confirmed yet (R11); one per sitting, whatever their seats."""
    seen: set[int] = set()
    for copy in unread(user):
        sitting = copy.notice.sitting
        if sitting.pk in seen:
            continue
        seen.add(sitting.pk)
        reminded = len(copy.reminders.all())
        facts = (_("已提醒 %(count)s 次") % {"count": reminded},) if reminded else ()
        yield Wait(
            _("阅知会议通知"),
            sitting.name,
            reverse("notice", args=[sitting.pk]),
            _("去阅知"),
            due=sitting.at,
            facts=facts,
        )


def _agendas(user: int) -> QuerySet[AgendaChange]:
    return AgendaChange.objects.filter(
        approved__isnull=True, sitting__host__user=user, sitting__status=Sitting.Status.NOTICED
    )


@waits(_agendas)
def agendas_to_decide(user: User) -> Iterator[Wait]:
    """Changes of a frozen agenda that wait for whoever presides (R11)."""
    for change in _agendas(user.pk).select_related("sitting"):
        url = reverse("agenda_decide", args=[change.pk])
        yield Wait(_("批准议程变更"), change.sitting.name, url, _("去批示"), facts=(change.get_kind_display(),))


@waits(unanswered)
def reviews_to_give(user: User) -> Iterator[Wait]:
    """Risk assessments and expert opinions asked of this person (R7, R8). An expert's waits for the check of their interests."""
    for asked in asked_of(user):
        if asked.kind == ReviewRequest.Kind.EXPERT and not hasattr(asked, "interest"):
            continue
        url = f"{reverse('reviews', args=[asked.item_id])}#{asked.kind}"
        facts = (_("方案第 %(version)s 版") % {"version": asked.plan_version}, asked.item.number or "")
        yield Wait(asked.get_kind_display(), asked.item.title, url, _("去办理"), due=asked.due, facts=facts)


def _suggested(user: int) -> QuerySet[Item]:
    mine = Q(proposer=user) | Q(co_proposers__user=user)
    consulting = CaseTask.objects.filter(
        process=OuterRef("case"), finished__isnull=True, form__in=stages.WHEN["suggestion_accept"]
    )
    open_ones = Suggestion.objects.filter(state=Suggestion.State.OPEN, plan__item=OuterRef("pk"))
    others = open_ones.exclude(by=user)
    return Item.objects.filter(mine, Exists(others), Exists(consulting), status=Item.Status.RUNNING)


@waits(_suggested)
def suggestions_to_answer(user: User) -> Iterator[Wait]:
    """Suggestions for clauses that wait for a word of those who proposed the item; one for each item."""
    for item in visible(user, _suggested(user.pk)).distinct():
        found = Suggestion.objects.filter(state=Suggestion.State.OPEN, plan__item=item).exclude(by=user.pk)
        told = found.aggregate(count=Count("pk"), plan=Min("plan"))
        facts = (_("%(count)s 条建议") % {"count": told["count"]}, item.number or "")
        url = reverse("plan", args=[item.pk, told["plan"]])
        yield Wait(_("答复修改建议"), item.title, url, _("去答复"), facts=facts)


def _unruled(user: int) -> QuerySet[Recusal]:
    before = (AgendaEntry.Stage.WAITING, AgendaEntry.Stage.INTRODUCED, AgendaEntry.Stage.SPEAKING)
    return Recusal.objects.filter(
        ruling__isnull=True,
        entry__stage__in=before,
        entry__sitting__status=Sitting.Status.OPEN,
        entry__sitting__seats__user=user,
        entry__sitting__seats__voting=True,
    )


@waits(_unruled)
def recusals_to_rule(user: User) -> Iterator[Wait]:
    """Recusals that wait for whoever presides, before the vote (R24)."""
    rows = _unruled(user.pk).select_related("entry__sitting__host", "entry__item", "seat")
    for recusal in visible(user, rows).distinct():
        seat = ruling_seat(recusal.entry, recusal, seats_of(recusal.entry.sitting))
        if seat is not None and seat.user_id == user.pk:
            facts = (recusal.entry.sitting.name, recusal.get_way_display())
            url = reverse("recusal_rule", args=[recusal.pk])
            yield Wait(_("裁定回避"), recusal.entry.item.title, url, _("去裁定"), facts=facts)


def _emergencies(user: int) -> QuerySet[EmergencyDecider]:
    return EmergencyDecider.objects.filter(
        user=user, agreed__isnull=True, emergency__decided_at__isnull=True, emergency__closed_at__isnull=True
    )


@waits(_emergencies)
def emergencies_to_answer(user: User) -> Iterator[Wait]:
    """Emergency decisions that this person is one of the few to make, and has not answered yet (R26)."""
    seen: set[int] = set()
    for row in _emergencies(user.pk).select_related("emergency"):
        if row.emergency_id in seen:
            continue
        seen.add(row.emergency_id)
        yield Wait(_("作紧急决定"), row.emergency.title, reverse("emergency", args=[row.emergency_id]), _("去表态"))


def _reconsidered() -> QuerySet[Reconsideration]:
    return Reconsideration.objects.filter(closed_at__isnull=True, agreed_at__isnull=True)


@waits(lambda _user: _reconsidered())
def reconsiderations_to_answer(user: User) -> Iterator[Wait]:
    """Decisions that somebody asks to reconsider, for those on the roster who have not agreed (R38)."""
    rows = _reconsidered().filter(roster__contains=[{"user": user.pk}]).exclude(supports__by=user.pk)
    for row in visible_if_any(user, rows).select_related("item"):
        url = reverse("reconsideration", args=[row.item_id])
        yield Wait(_("考虑是否同意复议"), row.item.title, url, _("去看"), facts=(row.item.number or "",))


@waits(owing)
def duties_now(user: User) -> Iterator[Wait]:
    """What is due or overdue after a decision: reports, milestones, publication, acceptance, evaluation (R26, R33–R39)."""
    for duty in due_for(user):
        title = _("完成节点：%(title)s") % {"title": duty.title} if duty.kind == "milestone" else duty.title
        yield Wait(title, duty.item.title, duty.url, _("去办理"), due=duty.until, facts=(duty.item.number or "",))

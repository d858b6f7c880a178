"""What waits for people besides the tasks of flows."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from decisions.models import AgendaChange, Sitting
from decisions.selectors.minutes import to_check
from decisions.selectors.notice import unread
from decisions.selectors.settings import waiting_for
from permissions import roles
from permissions.models import Role, User
from workflows.waiting import Wait, waits


@waits
def changes_to_confirm(user: User) -> Iterator[Wait]:
    """Changes of the rules that the other side has put forward."""
    if any(key.endswith(f":{Role.Code.SECRETARY}") for key in roles.of(user)):
        for change in waiting_for(user):
            name = str(change.values.get("name") or change.code)
            facts = (change.get_kind_display(), change.body.label)
            yield Wait(_("确认规则修改"), name, change.get_absolute_url(), _("去确认"), facts=facts)


@waits
def minutes_to_check(user: User) -> Iterator[Wait]:
    """Drafts of minutes that wait for a secretary of the other side to compare them with the record (R32)."""
    for minutes in to_check(user):
        facts = (_("第 %(version)s 稿") % {"version": minutes.version}, minutes.entry.sitting.name)
        url = reverse("minutes_check", args=[minutes.pk])
        yield Wait(_("校核纪要"), str(minutes.entry.item), url, _("去校核"), facts=facts)


@waits
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


@waits
def agendas_to_decide(user: User) -> Iterator[Wait]:
    """Changes of a frozen agenda that wait for whoever presides (R11)."""
    rows = AgendaChange.objects.filter(
        approved__isnull=True, sitting__host__user=user.pk, sitting__status=Sitting.Status.NOTICED
    )
    for change in rows.select_related("sitting"):
        url = reverse("agenda_decide", args=[change.pk])
        yield Wait(_("批准议程变更"), change.sitting.name, url, _("去批示"), facts=(change.get_kind_display(),))

"""What waits for people besides the tasks of flows."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from decisions.selectors.minutes import to_check
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

"""A sitting played again from its log, moment by moment."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from decisions.models import Sitting
from decisions.policies.items import readable
from decisions.selectors import replay as select
from decisions.views.items.common import actor
from decisions.views.sittings.common import number, page
from decisions.views.watermark import ROOM, opened
from permissions import access


@require_safe
@never_cache
def sitting_replay(request: HttpRequest, pk: int) -> HttpResponse:
    """The sitting as it stood after `?at=` of its log entries; asked for by htmx, only what the slider changes."""
    user = actor(request)
    sitting = access.fetch(Sitting.objects.select_related("host__body"), user, "view", pk)
    asked = request.GET.get("at")
    for item in readable(user).filter(agenda_entries__sitting=sitting).exclude(confidential=""):
        opened(request, item, once_in=ROOM)
    context = {"sitting": sitting, "moment": select.moment(sitting, user, None if asked is None else number(asked))}
    part = request.headers.get("HX-Request") == "true"
    return page(request, "_replay" if part else "replay", context)

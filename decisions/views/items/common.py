"""What the pages of an item share."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from decisions.models import Item
from decisions.selectors.items import standings
from decisions.views.watermark import opened
from permissions import access
from permissions.errors import ApplicationError
from permissions.models import User

#: The status of a page that shows a form again with what has to be changed.
UNPROCESSABLE = 422
#: Pages that have an entry of the navigation to themselves; all others stand under 议题.
_TOP = frozenset({"home", "items/list", "items/messages"})


def actor(request: HttpRequest) -> User:
    """The signed-in user; the middleware has sent everybody else to the sign-in."""
    return cast("User", request.user)


def item_of(request: HttpRequest, pk: int) -> Item:
    """The item, if this user gets its papers; that they open a page of a confidential one is on record (R40). Raises `Hidden`,
    or `Denied` for somebody recused from it."""
    row = access.fetch(whole(), actor(request), "view", pk)
    opened(request, row)
    return row


def whole() -> QuerySet[Item]:
    """Items with all that stands on each one's own page: its kind and rules, body, proposer and flow."""
    rows = Item.objects.select_related("matter_type__rule_set", "body", "proposer", "case__version__definition")
    return rows.defer("case__version__xml")


def open_forms(item: Item) -> list[str]:
    """The forms of the tasks the item's flow waits for."""
    return [task.form for task in standings([item])[item.pk].tasks]


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, error: ApplicationError | None = None
) -> HttpResponse:
    """A page; with an error it answers with the error's status."""
    if template not in _TOP:
        context.setdefault("nav", "item")
    return render(request, f"decisions/{template}.html", context, status=error.status if error else 200)

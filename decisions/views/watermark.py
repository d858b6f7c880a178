"""Opening a paper of a confidential item: kept on record, and marked with who reads it and when (R40)."""

from datetime import timedelta
from typing import cast

from django.http import HttpRequest
from django.utils import timezone

from decisions.actions.items.readers import paper_viewed
from decisions.models import Item, Material, PaperView
from permissions.models import User
from workflows import clock


def mark_of(user: User) -> str:
    """The words of a watermark: the reader's position and the minute, the account in brackets."""
    return f"{user.label}（{user.username}） {timezone.localtime(clock.now()):%Y-%m-%d %H:%M}"


def reader_of(request: HttpRequest) -> dict[str, str]:
    """Who takes a file of a confidential item with them, and when: the first thing the file says. Nothing where no item the
    request has opened is confidential (call it after `opened`)."""
    mark: str = getattr(request, "watermark", "")
    return {"reader": mark} if mark else {}


#: A room that keeps itself up to date shows the same paper again and again; one line in so many minutes says so.
ROOM = timedelta(minutes=10)


def opened(
    request: HttpRequest,
    item: Item,
    *,
    words: str = "",
    material: Material | None = None,
    once_in: timedelta | None = None,
) -> None:
    """Note that this request shows a paper of the item. Of a confidential one every request is kept (or one `once_in` so long),
    and the page is drawn under a watermark (``request.watermark``, read by ``base.html``); of another only its files."""
    if item.confidential:
        request.watermark = mark_of(cast("User", request.user))  # type: ignore[attr-defined]
    elif material is None:
        return
    match = request.resolver_match
    page = (match.url_name if match else "") or ""
    reader = cast("User", request.user)
    if (
        once_in is not None
        and PaperView.objects.filter(item=item, user=reader, page=page, at__gt=clock.now() - once_in).exists()
    ):
        return
    paper_viewed(actor=reader, item=item, page=page, material=material, words=words)

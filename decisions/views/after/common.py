"""What the pages after a vote share: one form, one act."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from decisions.actions.after.files import Upload
from decisions.forms import LooseForm
from decisions.models import Item
from decisions.views.items.common import page
from permissions.errors import Conflict, Invalid, WrongState
from permissions.uploads import MAX_BYTES


def form_page(
    request: HttpRequest,
    form: LooseForm,
    do: Callable[[], Any],
    *,
    template: str = "form",
    to: str,
    done: str,
    item: Item | None = None,
    why: str = "",
    **context: Any,
) -> HttpResponse:
    """Show a form, or do what it was posted for and go `to` a page. What cannot be taken is said beside its field and nothing typed
    is lost; what cannot be done now is said on the page. `why` says before anybody types that it cannot be done."""
    shown = {"item": item, "form": form, "why": why, "back": to, **context}
    if request.method == "POST":
        try:
            do()
        except Invalid as error:
            form.show(error)
            return page(request, f"after/{template}", shown, error=error)
        except Conflict as error:
            if "version" not in error.data:
                messages.warning(request, error.message)
                return redirect(to)
            form.show(error)
            return page(request, f"after/{template}", shown, error=error)
        except WrongState as error:
            messages.warning(request, error.message)
            return redirect(to)
        messages.success(request, done)
        return redirect(to)
    return page(request, f"after/{template}", shown)


def uploads(request: HttpRequest) -> list[Upload]:
    """The files that came with a form; of each one byte more than allowed, so that it is known to be too large."""
    return [(upload.name or "", upload.read(MAX_BYTES + 1)) for upload in request.FILES.getlist("papers")]


def token(request: HttpRequest) -> UUID | None:
    """The token of a form, None where it has none or an odd one."""
    try:
        return UUID(request.POST.get("form_token", ""))
    except ValueError:
        return None

"""How a form that an action refuses comes back: with what was typed, what to do, and the error's own status."""

from collections.abc import Callable

from django.forms import Form, ModelForm

from permissions.errors import Conflict, Denied, Invalid, WrongState
from permissions.forms import open_on


def attempt(form: Form | ModelForm, action: Callable[[], object]) -> int:
    """Run the action for a valid form. Returns 303 when done, else the status to show the form with (422, 409, 403).

    Where somebody changed the same thing meanwhile, the form names it, and sent once more it takes the place of what they wrote.
    `Hidden` is not caught: what the user may not know of has no form to come back to.
    """
    if not form.is_valid():
        return 422
    try:
        action()
    except Invalid as error:
        placed = False
        for name, words in error.fields.items():
            placed = True
            form.add_error(name if name in form.fields else None, words)
        if not placed:
            form.add_error(None, error.message)
        return error.status
    except (Conflict, WrongState, Denied) as error:
        form.add_error(None, error.message)
        if "version" in error.data:
            open_on(form, error.data["version"])
        return error.status
    return 303

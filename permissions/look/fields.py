"""How a form field is drawn: which shape its widget has, and the attributes that tie hint and error to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField


def shape(field: BoundField) -> str:
    """``options`` (radio buttons or checkboxes of a choice), ``check`` (one checkbox), ``hidden`` or ``control``."""
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "options"
    return "check" if isinstance(widget, forms.CheckboxInput) else "control"


def control(field: BoundField, **attrs: Any) -> str:
    """The widget with our classes, its hint and its errors named in ``aria-describedby``, errors first."""
    widget = field.field.widget
    kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
    if isinstance(widget, forms.CheckboxInput):
        kind = "form-check-input"
    if isinstance(widget, forms.NumberInput):
        # A number box of the browser shows nothing of 约一百二十万: what was typed must stay to be mended.
        widget.input_type = "text"
        attrs.setdefault("inputmode", "decimal")
    classes = " ".join(filter(None, (kind, widget.attrs.get("class", ""), attrs.pop("class", ""))))
    given = {"class": classes, **described(field), **attrs}
    return field.as_widget(attrs=given)


def described(field: BoundField) -> dict[str, str]:
    """``aria-describedby`` and ``aria-invalid`` for a field; nothing where it has neither hint nor error."""
    ids = [f"{field.auto_id}_error"] if field.errors else []
    ids += [f"{field.auto_id}_hint"] if field.help_text else []
    found = {"aria-describedby": " ".join(ids)} if ids else {}
    return {**found, "aria-invalid": "true"} if field.errors else found


def anchor(field: BoundField) -> str:
    """The id a link in the error summary goes to: the control, or the first choice of a group."""
    return field.id_for_label or (f"{field.auto_id}_0" if shape(field) == "options" else field.auto_id)


def options(field: BoundField) -> list[dict[str, Any]]:
    """The choices of a group: `tag` (the input), `id`, `label`, and `hint` (what follows a line break in the label)."""
    drawn = []
    for sub in field.subwidgets:
        label, _break, hint = str(sub.choice_label).partition("\n")
        drawn.append({"tag": sub.tag(), "id": sub.id_for_label, "label": label, "hint": hint})
    return drawn

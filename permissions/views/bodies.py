"""Bodies, their rosters, and changing them."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.forms import Form, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permissions import access, actions, selectors, typed, versions
from permissions.forms import AssignForm, BodyForm, EndForm, NewSeatForm, RoleForm, SeatForm
from permissions.models import Body, Role, Seat, User
from permissions.policies import may, require
from permissions.views.answers import attempt


@require_safe
def body_list(request: HttpRequest) -> HttpResponse:
    """Both bodies with their numbers, and who holds the roles of the whole house."""
    return render(request, "permissions/body_list.html", _list_context(request))


@require_safe
def body(request: HttpRequest, pk: int) -> HttpResponse:
    """One body: the roster on a day (`?on=2026-09-08`, today where not given), roles, former seats, changes."""
    shown = access.fetch(Body, request.user, "view", pk)
    return render(request, "permissions/body.html", _body_context(request, shown))


@require_http_methods(["GET", "HEAD", "POST"])
def body_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a body."""
    user = cast(User, request.user)
    shown = access.fetch(Body, user, "body_edit", pk)
    form = BodyForm(request.POST or None, instance=Body.objects.get(pk=pk), initial={"version": versions.token(shown)})
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: actions.body_edit(actor=user, body_id=pk, **form.cleaned_data))
        if status == 303:
            messages.success(request, _("班子名称已保存。"))
            return redirect("body", pk)
    return render(request, "permissions/body_edit.html", {"body": shown, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def seat_new(request: HttpRequest, body_pk: int) -> HttpResponse:
    """Add a seat to a body."""
    user = cast(User, request.user)
    shown = access.fetch(Body, user, "seat_add", body_pk)
    form = NewSeatForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: actions.seat_add(actor=user, body_id=body_pk, **_seat_values(form)))
        if status == 303:
            messages.success(request, _("席位已新增。"))
            return redirect("body", body_pk)
    return render(request, "permissions/seat_new.html", {"body": shown, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def seat_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a seat is; the same page has the forms for its person and the end of its term."""
    return _seat_page(
        request,
        pk,
        "form",
        lambda user, form: actions.seat_edit(actor=user, seat_id=pk, **form.cleaned_data),
        _("席位已保存。"),
    )


@require_POST
def seat_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Put somebody in the seat, or leave it vacant."""
    return _seat_page(
        request,
        pk,
        "assign_form",
        lambda user, form: actions.seat_assign(
            actor=user, seat_id=pk, user_id=_key(form.cleaned_data["user"]), version=form.cleaned_data["version"]
        ),
        _("席位人员已调整。"),
    )


@require_POST
def seat_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the seat's term end."""
    return _seat_page(
        request,
        pk,
        "end_form",
        lambda user, form: actions.seat_end(actor=user, seat_id=pk, **form.cleaned_data),
        _("任期止已保存。"),
    )


@require_POST
def role_grant(request: HttpRequest) -> HttpResponse:
    """Give a role of a body or of the whole house to somebody."""
    user = cast(User, request.user)
    require(user, "role_grant", Role)
    form = RoleForm(request.POST, roles=Role.objects.select_related("body", "group"))
    status = attempt(
        form,
        lambda: actions.role_grant(actor=user, user_id=form.cleaned_data["user"].pk, **grant_values(form)),
    )
    role = Role.objects.filter(group__name=request.POST.get("key", "")).select_related("body").first()
    where = role.body if role is not None else None
    if status == 303:
        messages.success(request, _("角色已授予。"))
        return redirect("body", where.pk) if where else redirect("body_list")
    if where is None:
        return render(request, "permissions/body_list.html", _list_context(request, role_form=form), status=status)
    return render(request, "permissions/body.html", _body_context(request, where, role_form=form), status=status)


def _list_context(request: HttpRequest, role_form: RoleForm | None = None) -> dict[str, Any]:
    user = cast(User, request.user)
    administers = bool(may(user, "role_grant", Role))
    roles = selectors.role_holders(None)
    return {
        "bodies": selectors.bodies(user),
        "roles": roles,
        "administers": administers,
        "role_form": (role_form or RoleForm(roles=roles)) if administers else None,
    }


def _body_context(request: HttpRequest, shown: Body, role_form: RoleForm | None = None) -> dict[str, Any]:
    user = cast(User, request.user)
    administers = bool(may(user, "seat_add", shown))
    on = typed.day(request.GET.get("on", ""))
    seats = selectors.roster(shown, on)
    roles = selectors.role_holders(shown)
    return {
        "body": shown,
        "on": on or timezone.localdate(),
        "is_today": on is None or on == timezone.localdate(),
        "seats": seats,
        "due": sum(seat.voting for seat in seats),
        "coming": selectors.coming_seats(shown, on),
        "former": selectors.former_seats(shown, on),
        "roles": roles,
        "changes": selectors.changes(user, shown),
        "administers": administers,
        "renames": bool(may(user, "body_edit", shown)),
        "role_form": (role_form or RoleForm(roles=roles)) if administers else None,
    }


def _seat_page(
    request: HttpRequest, pk: int, name: str, action: Callable[[User, Any], object], done: str
) -> HttpResponse:
    """The page of one seat; `name` is the form that was sent, `action` what it asks for."""
    user = cast(User, request.user)
    seat = access.fetch(Seat.objects.select_related("body", "user"), user, "seat_edit", pk)
    fresh = Seat.objects.get(pk=pk)  # the model form writes what was typed into its instance
    sent = request.POST if request.method == "POST" else None
    opened = {"version": versions.token(seat)}
    forms: dict[str, Form | ModelForm] = {
        "form": SeatForm(sent if name == "form" else None, instance=fresh, initial=opened),
        "assign_form": AssignForm(sent if name == "assign_form" else None, initial=opened | {"user": seat.user_id}),
        "end_form": EndForm(sent if name == "end_form" else None, initial=opened | {"ends_on": seat.ends_on}),
    }
    status = 200
    if sent is not None:
        status = attempt(forms[name], lambda: action(user, forms[name]))
        if status == 303:
            messages.success(request, done)
            return redirect("body", seat.body_id)
    context = {"seat": seat, "sent": forms[name], **forms}
    return render(request, "permissions/seat_edit.html", context, status=status)


def _seat_values(form: NewSeatForm) -> dict[str, Any]:
    values = dict(form.cleaned_data)
    person = values.pop("user")
    return {**values, "user_id": _key(person)}


def grant_values(form: RoleForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("key", "starts_on", "ends_on", "reason")}


def _key(user: User | None) -> int | None:
    return user.pk if user is not None else None

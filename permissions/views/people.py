"""Accounts, for the three administrators: the system administrator makes and closes them, the others see how they stand."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permissions import access, actions, people, versions
from permissions.actions import Issued
from permissions.actions.accounts import may_act
from permissions.forms import NewUserForm, PersonRoleForm, ReasonForm, UserForm
from permissions.models import AuditEvent, Role, User
from permissions.policies import may, require, visible
from permissions.views.answers import attempt
from permissions.views.bodies import grant_values


@require_safe
def user_list(request: HttpRequest) -> HttpResponse:
    """The accounts by name, found by words, by how they stand and by role (`?q=&state=&role=`), page by page (`?after=`)."""
    actor = cast(User, request.user)
    require(actor, "user_list", User)
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("q", "state", "role")}
    found = people.find(actor, asked["q"], asked["state"], asked["role"], request.GET.get("after", "")[:150])
    kept = {name: value for name, value in asked.items() if value}
    context = {
        "found": found,
        "asked": asked,
        "states": people.STATES.items(),
        "roles": _roles(),
        "count": people.counted(actor),
        "filtered": bool(kept),
        "next_url": f"?{urlencode({**kept, 'after': found.after})}" if found.after else "",
        "first_url": f"?{urlencode(kept)}" if request.GET.get("after") else "",
        "may_add": bool(may(actor, "user_add", User)),
    }
    return render(request, "permissions/people/list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("issued")
def user_new(request: HttpRequest) -> HttpResponse:
    """Make an account. The answer shows its first password, once."""
    actor = cast(User, request.user)
    require(actor, "user_add", User)
    form = NewUserForm(request.POST or None)
    issued: list[Issued] = []
    if request.method == "POST":
        status = attempt(form, lambda: issued.append(actions.user_add(actor=actor, **form.cleaned_data)))
        if status == 303:
            return _issued(request, issued[0])
        return render(request, "permissions/people/new.html", {"form": form}, status=status)
    return render(request, "permissions/people/new.html", {"form": form})


@require_safe
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: how it stands, its seats and roles, and what was done about it."""
    return _user_page(request, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what position an account is called by."""
    actor = cast(User, request.user)
    shown = access.fetch(User, actor, "user_edit", pk)
    form = UserForm(request.POST or None, instance=User.objects.get(pk=pk), initial={"version": versions.token(shown)})
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: actions.user_edit(actor=actor, user_id=pk, **form.cleaned_data))
        if status == 303:
            messages.success(request, _("岗位名称已保存。"))
            return redirect("user", pk)
    return render(request, "permissions/people/edit.html", {"person": shown, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def user_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, with a reason."""
    return _with_reason(request, pk, "user_deactivate", _("停用账号"), _("账号已停用。"))


@require_http_methods(["GET", "HEAD", "POST"])
def user_reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again, with a reason."""
    return _with_reason(request, pk, "user_reactivate", _("启用账号"), _("账号已启用。"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("issued")
def password_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first, then issue a new password and show it, once."""
    actor = cast(User, request.user)
    shown = access.fetch(User, actor, "password_issue", pk)
    if request.method == "POST":
        return _issued(request, actions.password_issue(actor=actor, user_id=pk))
    return render(request, "permissions/people/password.html", {"person": shown, "waits": may_act(shown)})


@require_POST
def sign_in_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an account that was given a new way in."""
    actions.sign_in_release(actor=cast(User, request.user), user_id=pk)
    messages.success(request, _("登录已放行，本人可以登录。"))
    return redirect("user", pk)


@require_POST
def user_role_grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give this person a role, from their own page."""
    actor = cast(User, request.user)
    require(actor, "role_grant", Role)
    form = PersonRoleForm(request.POST, roles=_roles())
    status = attempt(form, lambda: actions.role_grant(actor=actor, user_id=pk, **grant_values(form)))
    if status == 303:
        messages.success(request, _("角色已授予。"))
        return redirect("user", pk)
    return _user_page(request, pk, form, status)


def _roles() -> QuerySet[Role]:
    return Role.objects.select_related("body", "group")


def _user_page(
    request: HttpRequest, pk: int, role_form: PersonRoleForm | None = None, status: int = 200
) -> HttpResponse:
    actor = cast(User, request.user)
    shown = access.fetch(User, actor, "user_standing", pk)
    word, kind, icon = people.standing(shown)
    can = people.what_may_be_done(actor, shown)
    context = {
        "person": shown,
        "standing": {"word": word, "kind": kind, "icon": icon},
        "seats": people.seats_of(shown),
        "grants": people.grants_of(shown),
        "can": can,
        "role_form": (role_form or PersonRoleForm(roles=_roles())) if can["role_grant"] else None,
        "can_see_sign_in": bool(may(actor, "sign_in_view", shown)),
        "subject": f"user:{shown.pk}",
        "reads_log": visible(actor, AuditEvent.objects.filter(subject=f"user:{shown.pk}")).exists(),
    }
    return render(request, "permissions/people/person.html", context, status=status)


def _with_reason(request: HttpRequest, pk: int, act: str, title: str, done: str) -> HttpResponse:
    actor = cast(User, request.user)
    shown = access.fetch(User, actor, act, pk)
    form = ReasonForm(request.POST or None)
    status = 200
    if request.method == "POST":
        act_on: Any = getattr(actions, act)
        status = attempt(form, lambda: act_on(actor=actor, user_id=pk, reason=form.cleaned_data["reason"]))
        if status == 303:
            messages.success(request, done)
            return redirect("user", pk)
    context = {"person": shown, "form": form, "title": title, "closing": act == "user_deactivate"}
    return render(request, "permissions/people/reason.html", context, status=status)


def _issued(request: HttpRequest, issued: Issued) -> HttpResponse:
    """The one page that ever shows an issued password; no cache and no history keeps it."""
    return render(request, "permissions/people/issued.html", {"person": issued.user, "password": issued.password})

"""Looking after one's own account."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from permissions import actions, roles
from permissions.forms import PasswordForm, PreferencesForm
from permissions.models import RoleGrant, User
from permissions.views.answers import attempt


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """The own account: position, seats and roles, and how pages are shown."""
    user = cast(User, request.user)
    form = PreferencesForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: actions.user_preferences_set(actor=user, user_id=user.pk, **form.cleaned_data))
        if status == 303:
            with translation.override(form.cleaned_data["language"]):
                messages.success(request, _("显示设置已保存。"))
            return redirect("account")
    context = {
        "form": form,
        "seats": roles.seats_of(user),
        "roles": RoleGrant.objects.in_force()
        .filter(user=user)
        .select_related("role__body", "role__group", "granted_by"),
    }
    return render(request, "permissions/account.html", context, status=status)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change the own password; this session goes on, others end."""
    user = cast(User, request.user)
    was_issued = user.must_change_password
    form = PasswordForm(user, request.POST or None)
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: _set_password(request, user, form))
        if status == 303:
            messages.success(request, _("密码已修改，其他设备上的登录已退出。"))
            return redirect("home" if was_issued else "account")
    return render(request, "permissions/password.html", {"form": form, "was_issued": was_issued}, status=status)


def _set_password(request: HttpRequest, user: User, form: PasswordForm) -> None:
    fresh = actions.user_password_set(
        actor=user,
        user_id=user.pk,
        old_password=form.cleaned_data["old_password"],
        new_password=form.cleaned_data["new_password1"],
        session_key=request.session.session_key or "",
    )
    update_session_auth_hash(request, fresh)

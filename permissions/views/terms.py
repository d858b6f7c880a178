"""Roles with their terms: granting one, the page of a grant, taking it back."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from permissions import access, actions
from permissions.forms import RevokeForm
from permissions.models import RoleGrant, User
from permissions.policies import may
from permissions.views.answers import attempt


@require_http_methods(["GET", "HEAD", "POST"])
def role_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """One grant: who holds what, from when to when, why and by whom; and taking the role back, with a reason."""
    user = cast(User, request.user)
    act = "role_revoke" if request.method == "POST" else "view"
    rows = RoleGrant.objects.select_related("role__body", "role__group", "user", "granted_by", "ended_by")
    grant = access.fetch(rows, user, act, pk)
    form = RevokeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = attempt(
            form,
            lambda: actions.role_revoke(
                actor=user, user_id=grant.user_id, key=grant.role.key, reason=form.cleaned_data["reason"]
            ),
        )
        if status == 303:
            messages.success(request, _("角色已收回。"))
            return redirect("body", grant.role.body_id) if grant.role.body_id else redirect("body_list")
    standing = RoleGrant.objects.standing().filter(pk=grant.pk).exists()
    context = {"grant": grant, "form": form if standing and may(user, "role_revoke", grant) else None}
    return render(request, "permissions/grant.html", context, status=status)

"""How somebody else signs in: for the security administrator (sessions, locks, lost factors) and, for single sign-on, the
system administrator. Each sees and does only their own part (N5)."""

from typing import cast

from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from permissions import access, actions
from permissions.actions.sign_in import PROVIDER
from permissions.forms import FactorResetForm, IdentityForm
from permissions.models import Session, User
from permissions.models.sessions import reference
from permissions.policies import may, visible
from permissions.sign_in import attempts, devices, factors, flow
from permissions.sign_in.confirm import confirmed
from permissions.views.answers import attempt


@never_cache
@require_safe
def person_sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's sessions, factors, locks and single sign-on."""
    return _page(request, pk)


@never_cache
@confirmed
@require_POST
def factor_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Take all second factors from somebody who has lost them."""
    actor, form = cast(User, request.user), FactorResetForm(request.POST)
    access.fetch(User, actor, "factor_reset", pk)
    status = attempt(form, lambda: actions.factor_reset(actor=actor, user_id=pk, **form.cleaned_data))
    if status != 303:
        return _page(request, pk, reset=form, status=status)
    messages.success(request, _("双重验证已重置，该人员的登录已全部退出。"))
    return redirect("person_sign_in", pk)


@never_cache
@require_POST
def sign_in_unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a locked name again."""
    actions.sign_in_unlock(actor=cast(User, request.user), user_id=pk)
    messages.success(request, _("已解锁，可以重新登录。"))
    return redirect("person_sign_in", pk)


@never_cache
@require_POST
def person_session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out one device of somebody (`session`), or all of them."""
    actor = cast(User, request.user)
    # Of one's own, the one in use is left by signing out.
    here = request.session.session_key or ""
    if (named := request.POST.get("session", "")) and named != reference(here):
        ended = int(actions.session_end(actor=actor, user_id=pk, reference=named))
    else:
        ended = 0 if named else actions.sessions_end(actor=actor, user_id=pk, keep=here)
    messages.success(request, _("已退出 %(n)d 处登录。") % {"n": ended} if ended else _("没有需要退出的登录。"))
    return redirect("person_sign_in", pk)


@never_cache
@confirmed
@require_POST
def identity_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Link an identity of the county's single sign-on to this account."""
    actor, form = cast(User, request.user), IdentityForm(request.POST)
    access.fetch(User, actor, "identity_link", pk)
    status = attempt(form, lambda: actions.identity_link(actor=actor, user_id=pk, **form.cleaned_data))
    if status != 303:
        return _page(request, pk, identity=form, status=status)
    messages.success(request, _("统一身份已关联。"))
    return redirect("person_sign_in", pk)


@never_cache
@confirmed
@require_POST
def identity_unlink(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the single sign-on away from this account."""
    actions.identity_unlink(actor=cast(User, request.user), user_id=pk)
    messages.success(request, _("统一身份关联已取消。"))
    return redirect("person_sign_in", pk)


def _page(
    request: HttpRequest, pk: int, *, reset: Form | None = None, identity: Form | None = None, status: int = 200
) -> HttpResponse:
    actor = cast(User, request.user)
    person = access.fetch(User, actor, "sign_in_view", pk)
    secures, links = bool(may(actor, "factor_reset", person)), bool(may(actor, "identity_link", person))
    context: dict[str, object] = {"person": person, "secures": secures, "links": links}
    if secures:
        rows = visible(actor, Session).filter(user=person).order_by("-seen_at")
        context |= {
            "sessions": [{"row": row, "device": devices.words(row.agent), "reference": row.reference} for row in rows],
            "held": factors.of(person),
            "required": factors.required(person),
            "locked_at": attempts.locked_at(person),
            "factor_locked": attempts.factor_locked(person),
            "reset": reset or FactorResetForm(),
        }
    if links:
        context |= {
            "single_sign_on": flow.single_sign_on(),
            "identity": SocialAccount.objects.filter(user=person, provider=PROVIDER).first(),
            "link": identity or IdentityForm(),
        }
    return render(request, "permissions/sign_in/person.html", context, status=status)

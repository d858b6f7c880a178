"""Roles with their terms, who stands in for whom, work in different hands, and what somebody could do on a day."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from permissions import access, actions, clock, hands, scopes, terms, typed
from permissions.errors import Hidden
from permissions.forms import RevokeForm
from permissions.forms_terms import EndSubstitutionForm, SeparationRuleForm, SubstitutionForm
from permissions.models import RoleGrant, SeparationRule, Substitution, User
from permissions.policies import may, require, visible
from permissions.views.answers import attempt

#: How many substitutions that are over the list shows.
_PAST = 50


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


@require_safe
def roles_as_of(request: HttpRequest, pk: int) -> HttpResponse:
    """What one person could do on a day (`?on=2026-09-08`, today where not given): for themselves, and for whoever keeps or audits
    the roles."""
    person = access.fetch(User, request.user, "roles_as_of", pk)
    day = typed.day(request.GET.get("on", "")) or clock.today()
    context = {"person": person, "found": terms.roles_as_of(person, day), "day": day, "today": clock.today()}
    return render(request, "permissions/terms/as_of.html", context)


@require_safe
def substitution_list(request: HttpRequest) -> HttpResponse:
    """Who stands in for whom now and later, and who did: what the reader may know of it."""
    user = cast(User, request.user)
    rows = visible(user, Substitution).select_related("role__body", "substitute", "holder", "granted_by")
    standing = list(rows.filter(pk__in=Substitution.objects.standing().values("pk")).order_by("starts_on", "pk"))
    past = list(rows.exclude(pk__in=[row.pk for row in standing])[:_PAST])
    context = {
        "standing": _named(standing),
        "past": _named(past),
        "most": _PAST,
        "may_give": bool(may(user, "substitution_give", Substitution)),
    }
    return render(request, "permissions/terms/substitutions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def substitution_new(request: HttpRequest) -> HttpResponse:
    """Let somebody stand in for another."""
    user = cast(User, request.user)
    require(user, "substitution_give", Substitution)
    form = SubstitutionForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: actions.substitution_give(actor=user, **form.values()))
        if status == 303:
            messages.success(request, _("代理已办理，到期自动失效。"))
            return redirect("substitution_list")
    return render(request, "permissions/terms/substitution_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def substitution(request: HttpRequest, pk: int) -> HttpResponse:
    """One substitution, and ending it."""
    user = cast(User, request.user)
    act = "substitution_end" if request.method == "POST" else "view"
    rows = Substitution.objects.select_related("role__body", "substitute", "holder", "granted_by", "ended_by")
    row = access.fetch(rows, user, act, pk)
    form = EndSubstitutionForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = attempt(
            form,
            lambda: actions.substitution_end(actor=user, substitution_id=pk, reason=form.cleaned_data["reason"]),
        )
        if status == 303:
            messages.success(request, _("代理已终止。"))
            return redirect("substitution_list")
    standing = Substitution.objects.standing().filter(pk=row.pk).exists()
    context = {
        "row": row,
        "scope": scopes.names(row.scope).values(),
        "form": form if standing and may(user, "substitution_end", row) else None,
    }
    return render(request, "permissions/terms/substitution.html", context, status=status)


@require_safe
def separation_list(request: HttpRequest) -> HttpResponse:
    """The rules of which work lies in different hands."""
    user = cast(User, request.user)
    require(user, "view", SeparationRule)
    works = hands.works()
    context = {
        "rules": [
            {
                "rule": rule,
                "done": [str(works[code].label) for code in rule.done if code in works],
                "barred": [str(works[code].label) for code in rule.barred if code in works],
            }
            for rule in hands.rules()
        ],
        "may_set": bool(may(user, "separation_rule_set", SeparationRule)),
    }
    return render(request, "permissions/terms/separation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def separation_rule(request: HttpRequest, code: str) -> HttpResponse:
    """Change one rule, with a reason; `new` makes one."""
    user = cast(User, request.user)
    require(user, "separation_rule_set", SeparationRule)
    rule = None if code == "new" else next((one for one in hands.rules() if one.code == code), None)
    if rule is None and code != "new":
        raise Hidden(_("没有这条规则。请返回列表重新选择。"), code="no_rule")
    names = ("name", "name_en", "done", "barred", "alone", "active", "basis")
    values: dict[str, Any] = {name: getattr(rule, name) for name in names} if rule is not None else {"active": True}
    form = SeparationRuleForm(request.POST or None, initial={**values, "version": actions.rule_version(rule)})
    status = 200
    if request.method == "POST":
        given = rule.code if rule is not None else ""
        status = attempt(form, lambda: actions.separation_rule_set(actor=user, code=given, **form.cleaned_data))
        if status == 303:
            messages.success(request, _("规则已保存，从现在起生效。"))
            return redirect("separation_list")
    history = list(rule.history.select_related("history_user")[:20]) if rule is not None and rule.pk else []
    context = {"rule": rule, "form": form, "history": history}
    return render(request, "permissions/terms/separation_rule.html", context, status=status)


def _named(rows: Iterable[Substitution]) -> list[dict[str, Any]]:
    """Substitutions, each with its scope in words."""
    rows = list(rows)
    words = scopes.names({label for row in rows for label in row.scope})
    return [{"row": row, "scope": [words[label] for label in row.scope]} for row in rows]

"""发布: what is new in a version beside another one, asking for its release, and approving, refusing or withdrawing it."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from permissions import access
from permissions.errors import ApplicationError, Hidden, Invalid
from permissions.forms import DateInput, PlainWords
from permissions.models import User
from permissions.policies import may
from permissions.views.answers import attempt
from workflows import names, overview
from workflows.actions import release_approve, release_ask, release_refuse, release_withdraw
from workflows.bpmn.drawing import draw, marked, to_svg
from workflows.bpmn.model import Document
from workflows.models import DefinitionKind, DefinitionVersion, Release, ReleaseState
from workflows.moving import pages, words
from workflows.moving.pages import running_elsewhere
from workflows.releases import current, earlier, relocated
from workflows.versions import diff


class ReleaseForm(PlainWords, forms.Form):
    """When a version is to come into force, and what is new in it."""

    effective_on = forms.DateField(
        label=gettext_lazy("生效日期"),
        required=False,
        widget=DateInput(),
        help_text=gettext_lazy("不填，批准后马上生效；填写以后的日期，当天零时起生效。"),
        error_messages={"invalid": gettext_lazy("请填写日期，例如 2026-12-01。")},
    )
    note = forms.CharField(
        label=gettext_lazy("发布说明"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("写明改了什么、为什么改，批准的人和以后查阅的人都会看到。可以不填。"),
    )


class RefusalForm(PlainWords, forms.Form):
    """Why a release is not approved."""

    reason = forms.CharField(
        label=gettext_lazy("不批准的理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("起草人会看到，并记入台账。"),
        error_messages={"required": gettext_lazy("请写明不批准的理由，让起草人知道改什么。")},
    )


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


@require_http_methods(["GET", "HEAD", "POST"])
def flow_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a draft to come into force, now or on a day; whoever may approve it themselves publishes it with that."""
    user = _user(request)
    version = access.fetch(DefinitionVersion.objects.select_related("definition"), user, "release_ask", pk)
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    asked: list[Release] = []
    problems: list[dict[str, Any]] = []
    failing: list[bool] = []

    def ask() -> None:
        day, note = form.cleaned_data["effective_on"], form.cleaned_data["note"]
        try:
            asked.append(release_ask(actor=user, version_id=pk, effective_on=day, note=note))
        except Invalid as error:
            problems.extend(error.data.get("problems", []))
            failing.append(error.code == "tests_failed")
            raise

    status = attempt(form, ask) if form.is_bound else 200
    if asked:
        messages.success(request, _done(asked[0], version))
        return redirect(
            _page(version) if asked[0].state == ReleaseState.DONE else reverse("release", args=[asked[0].pk])
        )
    before = earlier(user, version)
    context = {
        "version": version,
        "form": form,
        "problems": problems,
        "tests_failed": any(failing),
        "alone": may(user, "definition_publish", version),
        "open": current(version),
        "before": before,
        "running": overview.running_count(user, version.definition),
    }
    return render(request, "workflows/release/ask.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """One release: who asked, what for, how far it is. POST `do` is ``approve``, ``refuse`` (with `reason`) or ``withdraw``."""
    user = _user(request)
    joined = ("version__definition", "asked_by", "answered_by")
    # Whoever reads a release has nothing to send; which of the acts is theirs each action asks.
    asked = "release_withdraw" if request.method == "POST" else "view"
    found = access.fetch(Release.objects.select_related(*joined), user, asked, pk)
    act = request.POST.get("do", "") if request.method == "POST" else ""
    form = RefusalForm(request.POST if act == "refuse" else None)
    status = 200
    if act == "refuse":
        status = attempt(form, lambda: release_refuse(actor=user, release_id=pk, reason=form.cleaned_data["reason"]))
        if status == 303:
            messages.success(request, _("已答复不批准，草稿可以继续修改"))
            return redirect("release", pk)
    elif act in ("approve", "withdraw"):
        try:
            found = (release_approve if act == "approve" else release_withdraw)(actor=user, release_id=pk)
        except ApplicationError as error:
            told = [problem["text"] for problem in error.data.get("problems", [])]
            messages.error(request, "\n".join((error.message, *told)))
        else:
            done = _done(found, found.version) if act == "approve" else _("已撤回，草稿可以继续修改")
            messages.success(request, done)
        return redirect("release", pk)
    version = found.version
    may_approve = may(user, "release_approve", found)
    context = {
        "release": found,
        "version": version,
        "facts": _facts(found),
        "form": form,
        "before": earlier(user, version),
        "may_approve": found.state == ReleaseState.ASKED and bool(may_approve),
        "why": "" if may_approve or found.state != ReleaseState.ASKED else may_approve.why,
        "may_refuse": found.state == ReleaseState.ASKED and bool(may(user, "release_refuse", found)),
        "older": (older := running_elsewhere(version) if found.state == ReleaseState.DONE else 0),
        "may_migrate": bool(older and may(user, "migration_plan", version)),
        "may_withdraw": found.is_open and bool(may(user, "release_withdraw", found)),
    }
    return render(request, "workflows/release/release.html", context, status=status)


@require_safe
def flow_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """What is different in a version from another one of its flow (`?with=2`; else the one before it): drawn and told."""
    user = _user(request)
    rows = DefinitionVersion.objects.select_related("definition")
    version = access.fetch(rows, user, "view", pk)
    if version.definition.kind != DefinitionKind.FLOW:
        raise Hidden(_("决策表没有图形可以对照。请在决策表的页面上查看各版。"))
    others = [row for row in overview.versions_of(user, version.definition) if row.pk != version.pk]
    wanted = request.GET.get("with", "")
    other = next((row for row in others if str(row.number) == wanted), None) or earlier(user, version)
    if other is None:
        return render(request, "workflows/release/compare.html", {"version": version, "others": others})
    other = access.fetch(rows, user, "view", other.pk)
    old, new = sorted((other, version), key=lambda row: row.number)
    readings = (overview.read_version(old), overview.read_version(new))
    context = {"version": version, "other": other, "others": others, "old": old, "new": new}
    if any(reading.document is None or reading.process is None for reading in readings):
        return render(request, "workflows/release/compare.html", context | {"unreadable": True})
    documents = tuple(cast(Document, reading.document) for reading in readings)
    before, after = (cast(Any, reading.process) for reading in readings)
    difference = diff(before, after)
    shifted = [element for element in relocated(*documents) if element not in difference.elements]
    context |= {
        "groups": pages.groups_of(difference, before, after),
        "shifted": [words.node_words(after, element) for element in shifted],
        "drawings": [
            (
                row,
                _drawing(document, row, pages.marks_of(difference, old=row is old) | dict.fromkeys(shifted, "shifted")),
            )
            for row, document in zip((old, new), documents, strict=True)
        ],
    }
    return render(request, "workflows/release/compare.html", context)


def _drawing(document: Document, version: DefinitionVersion, marks: dict[str, str]) -> SafeString:
    if not document.shapes:
        return mark_safe("")
    drawing = marked(draw(names.labelled(document), marker_id=f"v{version.number}"), marks, document.shapes)
    label = _("第 %(n)s 版流程图，不同之处见文字") % {"n": version.number}
    return mark_safe(to_svg(drawing, label=label))  # noqa: S308  (every word from the file is escaped there)


def _facts(found: Release) -> list[tuple[str, Any]]:
    return [
        (_("提请人"), found.asked_by.label),
        (_("发布说明"), found.note),
        (_("生效日期"), found.effective_on or _("批准后马上生效")),
        (_("批准人"), found.answered_by.label if found.answered_by and found.state != ReleaseState.REFUSED else ""),
        (_("答复人"), found.answered_by.label if found.answered_by and found.state == ReleaseState.REFUSED else ""),
        (_("答复"), found.answer),
    ]


def _done(found: Release, version: DefinitionVersion) -> str:
    """What is said when somebody has asked or approved."""
    if found.state == ReleaseState.ASKED:
        return _("第 %(n)s 版已提请发布，等另一名流程设计人批准") % {"n": version.number}
    if found.state == ReleaseState.APPROVED:
        day = {"n": version.number, "day": found.effective_on}
        return _("第 %(n)s 版已批准，%(day)s 零时起生效") % day
    if version.definition.kind == DefinitionKind.DECISION:
        return _("第 %(n)s 版已发布，流程从现在起按这一版作决策") % {"n": version.number}
    return _("第 %(n)s 版已发布，新的事项按这一版办理") % {"n": version.number}


def _page(version: DefinitionVersion) -> str:
    return reverse("flow", args=[version.definition.key])

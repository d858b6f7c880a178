"""What the editor sends while somebody draws, and the JSON it gets back.

Each address takes a JSON object (or the same names as a form) and answers JSON; what an action refuses comes with its status as
`{"code", "message", "fields", "data"}`. Any answer that is no JSON (a sign-in page, too many requests) means: nothing was done.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from permissions.errors import ApplicationError, Conflict, Invalid
from permissions.models import User
from permissions.policies import require
from workflows.actions import drawing_keep, drawing_save
from workflows.bpmn.source import MAX_BYTES
from workflows.designing import checking, expressions
from workflows.designing.page import others_at
from workflows.designing.since import newest
from workflows.handlers import Variable
from workflows.models import Definition, Drawing

P = ParamSpec("P")
#: So many variables one expression is tried with.
MAX_VARIABLES = 1_000
MAX_EXPRESSION = 10_000


def answers_json(
    view: Callable[Concatenate[HttpRequest, P], JsonResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view whose refusals are JSON too."""

    @functools.wraps(view)
    def run(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ApplicationError as error:
            body = {
                "code": error.code,
                "message": error.message,
                "fields": getattr(error, "fields", {}),
                "data": error.data,
            }
            return JsonResponse(body, status=error.status)

    return require_POST(run)


@answers_json
def flow_autosave(request: HttpRequest, key: str) -> JsonResponse:
    """Keep the drawing: `{xml, base, name?, last?}` → `{kept, saved_at, current, others}`. `kept` is the SHA-256 to send as `last`
    next time; `current` that of the flow's newest version, other than `base` once somebody else has saved."""
    user, sent = _user(request), _sent(request)
    row = drawing_keep(
        actor=user,
        key=key,
        xml=_text(sent, "xml"),
        base=_text(sent, "base"),
        name=_text(sent, "name"),
        last=_text(sent, "last") if "last" in sent else None,
    )
    current = newest(Definition.objects.filter(key__iexact=key).first())
    return JsonResponse(
        {
            "kept": row.sha256 if row is not None else "",
            "saved_at": row.saved_at.isoformat() if row is not None else None,
            "current": current.sha256 if current is not None else "",
            "others": others_at(user, key),
        }
    )


@answers_json
def flow_save(request: HttpRequest, key: str) -> JsonResponse:
    """Save the drawing as the flow's draft: `{xml, base, name?, note?}` → `{number, base, address, rehearse, publish,
    problems, …}` with what the check says. 409 `saved_since` where somebody else has saved: the drawing is kept, and
    `data.address` is where to choose."""
    user, sent = _user(request), _sent(request)
    xml, base, name = _text(sent, "xml"), _text(sent, "base"), _text(sent, "name")
    try:
        version = drawing_save(actor=user, key=key, name=name, xml=xml, base=base, note=_text(sent, "note")[:500])
    except Conflict as error:
        if error.code == "saved_since":
            drawing_keep(actor=user, key=key, xml=xml, base=base, name=name)
            error.data["address"] = reverse("flow_conflict", args=[key])
        raise
    return JsonResponse(
        {
            "number": version.number,
            "base": version.sha256,
            "name": version.definition.label,
            "address": f"{reverse('flow', args=[version.definition.key])}?version={version.number}",
            "rehearse": reverse("flow_rehearse", args=[version.pk]),
            "publish": reverse("flow_publish", args=[version.pk]),
            **checking.answer(checking.check(version.xml, version.definition.key, version.process_id)),
        }
    )


@answers_json
def flow_check(request: HttpRequest, key: str) -> JsonResponse:
    """Check the drawing as it stands: `{xml}` → `{problems, errors, complete, fields}`. Writes nothing."""
    require(_user(request), "drawing_keep", Drawing)
    xml = _text(_sent(request), "xml")
    if len(xml) > MAX_BYTES:
        raise Invalid(_("流程图太大，超过 4 MB。请拆成几个流程，用调用活动相连。"), code="too_large")
    return JsonResponse(checking.answer(checking.check(xml, key)))


@answers_json
def flow_feel(request: HttpRequest, key: str) -> JsonResponse:
    """Try an expression: `{source, kind?, fields?}` → `{ok, message, position, unknown, kind, example}`. `kind` is ``expression``,
    ``condition`` or ``tests``; `fields` are the variables the last check named (`{name, type, options?}`). Writes nothing."""
    require(_user(request), "drawing_keep", Drawing)
    sent = _sent(request)
    source, kind = _text(sent, "source"), _text(sent, "kind") or "expression"
    if kind not in expressions.KINDS or len(source) > MAX_EXPRESSION:
        raise Invalid(_("这个表达式太长，或用处不明。请缩短，或拆成几个。"), code="expression")
    tried = expressions.attempt(source, _variables(sent.get("fields")), kind)
    return JsonResponse(
        {
            "ok": tried.ok,
            "message": tried.message,
            "position": tried.position,
            "unknown": list(tried.unknown),
            "kind": tried.kind,
            "example": tried.example,
        }
    )


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _sent(request: HttpRequest) -> Mapping[str, Any]:
    """What was sent, by name. Raises `Invalid` for what is no JSON object."""
    if request.content_type != "application/json":
        return request.POST.dict()
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid(_("送来的内容无法读取。请刷新页面后再试。"), code="not_json")
    return found


def _text(sent: Mapping[str, Any], name: str) -> str:
    value = sent.get(name, "")
    if not isinstance(value, str):
        raise Invalid(_("送来的内容无法读取。请刷新页面后再试。"), code="not_text", data={"name": name})
    return value


def _variables(sent: Any) -> list[Variable]:
    """The variables of a request; what is none is left out."""
    rows = sent[:MAX_VARIABLES] if isinstance(sent, list) else []
    return [
        Variable(row["name"], str(row.get("type", "")), row["name"], tuple(map(str, row.get("options") or ())))
        for row in rows
        if isinstance(row, dict) and isinstance(row.get("name"), str) and isinstance(row.get("options") or [], list)
    ]

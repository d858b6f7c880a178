"""Sending messages and signals to cases nobody names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from permissions import audit
from permissions.errors import Conflict, Invalid
from permissions.models import User
from permissions.policies import require
from permissions.transactions import action
from workflows import feel, post
from workflows.clock import now
from workflows.engine.listening import KEY_LENGTH
from workflows.models import MessageKind, SentMessage

LONGEST = timedelta(days=3650)


@action
def message_send(
    *,
    actor: User | None,
    name: str,
    variables: Mapping[str, Any] | None = None,
    correlation: str = "",
    key: str | None = None,
    ttl: timedelta | None = None,
) -> SentMessage:
    """Send a message to the one case that has waited longest for it, else to the flow that it starts; where there is neither it
    is kept for `ttl` (None: as long as the setting says; zero: not at all).

    `correlation` is the key that receivers of the diagram's ``zeebe:subscription`` wait for. The same `key` a second time is the
    same message, for as long as that is kept or has been taken. Delivery is the worker's, after this commits. `actor` None is
    the system. Raises `Denied`, `Invalid`, `Conflict` (``key_used``: the key was another message's).
    """
    return _send(actor, "message_send", MessageKind.MESSAGE, name, variables, correlation, key, ttl)


@action
def signal_send(
    *, actor: User | None, name: str, variables: Mapping[str, Any] | None = None, key: str | None = None
) -> SentMessage:
    """Send a signal to every case that listens for it when it is sent round, right after this commits, and to every flow it
    starts. Nobody need listen. The same `key` a second time is the same signal. Raises `Denied`, `Invalid`, `Conflict`.
    """
    return _send(actor, "signal_send", MessageKind.SIGNAL, name, variables, "", key, None)


def _send(
    actor: User | None,
    verb: str,
    kind: MessageKind,
    name: str,
    variables: Mapping[str, Any] | None,
    correlation: str,
    key: str | None,
    ttl: timedelta | None,
) -> SentMessage:
    if actor is not None:
        require(actor, verb, SentMessage)
    for field, text, most in (("name", name, 200), ("correlation", correlation, KEY_LENGTH), ("key", key or "", 200)):
        _check_length(field, text, most)
    if not name.strip():
        raise Invalid(_("请写明消息或信号的名称。"), fields={"name": _("请填写流程图中写的名称。")})
    if ttl is not None and not timedelta() <= ttl <= LONGEST:
        raise Invalid(
            _("消息的保留时间应在 0 到 %(days)d 天之间。") % {"days": LONGEST.days},
            fields={"ttl": _("请改写保留时间。")},
        )
    at = now()
    message = SentMessage(
        kind=kind,
        name=name,
        correlation=correlation,
        key=key or None,
        variables=feel.to_json(dict(variables or {})),
        created=at,
        expires=post.kept_until(at, ttl),
    )
    if not post.send(message):
        return _sent_before(message)
    told = {"name": name, "variables": message.variables, "until": message.expires}
    told |= {field: value for field, value in (("correlation", correlation), ("key", key)) if value}
    audit.record(subject=f"sent:{message.pk}", actor=actor, verb=verb, target=f"sent:{message.pk}", data=told, at=at)
    return message


def _check_length(field: str, text: str, most: int) -> None:
    if len(text) > most:
        words = _("最多 %(most)d 字，现在是 %(now)d 字。") % {"most": most, "now": len(text)}
        raise Invalid(words, fields={field: words})


def _sent_before(message: SentMessage) -> SentMessage:
    first = SentMessage.objects.get(key=message.key)
    if (first.kind, first.name, first.correlation) != (message.kind, message.name, message.correlation):
        raise Conflict(
            _("防重键“%(key)s”已用于另一条消息“%(name)s”。请换一个键。") % {"key": message.key, "name": first.name},
            code="key_used",
        )
    return first

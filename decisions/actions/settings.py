"""Changing rule sets and matter types: put forward by one side, put in force by the other (R47).

What is in force is never edited in place: a rule set gets a new version, a matter type a new entry in its history. Items
on the way go by the rules in force when their sitting opens; a sitting that is open keeps the numbers it froze.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from decisions.models import MatterType, RuleSet, SettingChange
from decisions.selectors import settings as read
from permissions import audit, roles, versions
from permissions.access import fetch
from permissions.actions import changes
from permissions.errors import Conflict, Invalid, WrongState
from permissions.models import Body, Role, User
from permissions.policies import require, role_key
from permissions.transactions import action
from workflows import clock

Kind = SettingChange.Kind
Status = SettingChange.Status


@action
def setting_propose(
    *, actor: User, kind: str, code: str, values: Mapping[str, Any], base: Mapping[str, Any], reason: str
) -> SettingChange:
    """Put a change forward for the other side to confirm. The same change sent twice is one.

    `values` are those of `decisions.selectors.settings.values_of`, all of them; `base` are the ones the change was written
    on. Raises `Denied`, `Invalid` naming the fields, `Conflict` where another change waits or what is in force is no longer
    `base`.
    """
    require(actor, "setting_propose", SettingChange)
    body = next(
        body for body in Body.objects.order_by("order", "pk") if roles.holds(actor, role_key(Role.Code.SECRETARY, body))
    )
    _take(kind, code)
    clean = read.clean(kind, code, values)
    words = changes.words(SettingChange, {"reason": reason}, required=("reason",))
    current = read.values_of(kind, code)
    waiting = SettingChange.objects.filter(kind=kind, code=code, status=Status.PENDING).first()
    if waiting is not None:
        if waiting.proposed_by_id == actor.pk and waiting.values == clean:
            return waiting
        raise Conflict(_("已有一项修改在等对方确认。请先办完或撤回那一项，再提出新的修改。"), code="another_waits")
    if current != dict(base):
        raise Conflict(_("在您填写期间，内容已有变动。请核对最新内容后再提出。"), code="edited")
    if clean == current:
        raise Invalid(_("内容没有变化，不需要提出修改。"), code="unchanged")
    change = SettingChange.objects.create(
        kind=kind,
        code=code,
        values=clean,
        base=current,
        reason=words["reason"],
        body=body,
        proposed_by=actor,
        proposed_at=clock.now(),
    )
    _log(change, actor, "setting_propose", name=clean.get("name", ""), reason=change.reason, old=current, new=clean)
    return change


@action
def setting_confirm(*, actor: User, change_id: int) -> SettingChange:
    """Put a change in force, on the word of the other side. Confirming it again changes nothing.

    A rule set becomes a new version, which all its matter types take. Raises `Hidden`, `Denied`, `WrongState` (refused or
    withdrawn), `Conflict` where what is in force is no longer what the change was written on.
    """
    change = _locked(actor, "setting_confirm", change_id)
    if change.status == Status.CONFIRMED:
        return change
    _require_pending(change)
    if read.values_of(change.kind, change.code) != change.base:
        raise Conflict(_("提出以后内容已有变动，这项修改不能再生效。请不同意它，由提出方重新提出。"), code="edited")
    clean = read.clean(change.kind, change.code, change.values)
    if change.kind == Kind.RULE_SET:
        _new_version(change, clean, actor)
    else:
        _matter_type(change, clean, actor)
    _decide(change, actor, Status.CONFIRMED, "")
    _log(change, actor, "setting_confirm", name=clean.get("name", ""))
    return change


@action
def setting_refuse(*, actor: User, change_id: int, answer: str) -> SettingChange:
    """Say no to a change, with the reason. Refusing it again changes nothing."""
    change = _locked(actor, "setting_refuse", change_id)
    if change.status == Status.REFUSED:
        return change
    _require_pending(change)
    words = changes.words(SettingChange, {"answer": answer}, required=("answer",))
    _decide(change, actor, Status.REFUSED, words["answer"])
    _log(change, actor, "setting_refuse", name=change.values.get("name", ""), reason=change.answer)
    return change


@action
def setting_withdraw(*, actor: User, change_id: int) -> SettingChange:
    """Take a change back before it is in force. Taking it back again changes nothing."""
    change = _locked(actor, "setting_withdraw", change_id)
    if change.status == Status.WITHDRAWN:
        return change
    _require_pending(change)
    _decide(change, actor, Status.WITHDRAWN, "")
    _log(change, actor, "setting_withdraw", name=change.values.get("name", ""))
    return change


def _take(kind: str, code: str) -> None:
    """One change of one setting at a time: the name is locked, since what it names may not exist yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"setting:{kind}.{code}"])


def _locked(actor: User, act: str, change_id: int) -> SettingChange:
    change = fetch(SettingChange, actor, act, change_id)
    _take(change.kind, change.code)
    return SettingChange.objects.select_for_update(of=("self",), no_key=True).select_related("body").get(pk=change_id)


def _require_pending(change: SettingChange) -> None:
    if change.is_pending:
        return
    words = {
        Status.CONFIRMED: _("这项修改已经生效。需要改回时，请提出新的修改。"),
        Status.REFUSED: _("对方没有同意这项修改。需要时请重新提出。"),
        Status.WITHDRAWN: _("这项修改已经撤回。需要时请重新提出。"),
    }
    raise WrongState(words[Status(change.status)], code=change.status)


def _decide(change: SettingChange, actor: User, status: str, answer: str) -> None:
    change.status, change.decided_by, change.decided_at, change.answer = status, actor, clock.now(), answer
    change.save(update_fields=["status", "decided_by", "decided_at", "answer"])


def _new_version(change: SettingChange, values: Mapping[str, Any], actor: User) -> None:
    last = RuleSet.objects.filter(code=change.code).aggregate(last=Max("number"))["last"] or 0
    version = RuleSet.objects.create(code=change.code, number=last + 1, note=change.reason, **values)
    for kind in MatterType.objects.select_for_update(of=("self",)).filter(rule_set__code=change.code).order_by("pk"):
        kind.rule_set = version
        versions.save(kind, actor, "setting_confirm", fields=["rule_set"], at=clock.now())


def _matter_type(change: SettingChange, values: Mapping[str, Any], actor: User) -> None:
    kind = MatterType.objects.select_for_update(of=("self",)).filter(code=change.code).first()
    kind = kind or MatterType(code=change.code)
    for name, value in read.fields_of(values).items():
        setattr(kind, name, value)
    versions.save(kind, actor, "setting_confirm", at=clock.now())


def _log(change: SettingChange, actor: User, verb: str, **data: Any) -> None:
    audit.record(
        subject=change.subject,
        actor=actor,
        verb=verb,
        target=f"settingchange:{change.pk}",
        data={"setting": change.kind, "code": change.code} | data,
        at=clock.now(),
    )

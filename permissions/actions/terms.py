"""Who stands in for whom, and which work lies in different hands. All of it is the security administrator's."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from permissions import access, audit, clock, hands, roles, scopes, separation, versions
from permissions.actions import changes
from permissions.actions.roles import term, term_faults
from permissions.errors import Conflict, Denied, Hidden, WrongState
from permissions.models import Role, RoleGrant, SeparationRule, Substitution, User
from permissions.policies import require
from permissions.transactions import action


@action
def substitution_give(
    *,
    actor: User,
    substitute_id: int,
    holder_id: int,
    key: str,
    starts_on: date,
    ends_on: date,
    reason: str,
    scope: Iterable[str] = (),
) -> Substitution:
    """Let one person do the work of another's role from the first to the last day, for what `scope` names (``item:12``,
    ``matter_type:3``; everything, if empty). Repeating it changes and logs nothing, and returns the same row.

    It is never a vote, a signature or a word at the table (R22), and ends with the role of the one it is for. Raises `Denied`
    (not the security administrator, or for oneself), `Hidden` (no such role), `Invalid` (people, term, reason, scope) and
    `Conflict` (an administrator, N5; both sides' secretary in one hand, R12; given already for days of this term).
    """
    require(actor, "substitution_give", Substitution)
    role = Role.objects.select_for_update(of=("self",), no_key=True).filter(group__name=key).first()
    if role is None:
        raise Hidden(_("没有名为“%(key)s”的角色。请返回后重新选择。") % {"key": key}, code="no_role")
    if substitute_id == actor.pk:
        raise Denied(_("不能让自己代理，请由另一名安全管理员办理。"), code="own_role")
    substitute, holder = changes.person(substitute_id), changes.person(holder_id)
    words = changes.words(Substitution, {"reason": reason}, required=("reason",))
    wanted = sorted(set(scope))
    known = Substitution.objects.standing().filter(role=role, substitute=substitute, holder=holder)
    same = known.filter(starts_on=starts_on, ends_on=ends_on, scope=wanted).first()
    if same is not None:
        return same
    changes.check(_faults(role, substitute, holder, starts_on, ends_on, wanted))
    separation.check_substitute(substitute.pk)
    _check_sides(role, substitute, starts_on, ends_on)
    for other in known:
        if other.starts_on <= ends_on and starts_on <= other.ends_on:
            raise Conflict(
                _("这段时间内已有同样的代理（%(term)s）。请先终止，再按新的期限和范围办理。")
                % {"term": term(other.starts_on, other.ends_on)},
                code="given_already",
            )
    row = Substitution(
        substitute=substitute,
        holder=holder,
        role=role,
        scope=wanted,
        starts_on=starts_on,
        ends_on=ends_on,
        granted_by=actor,
        granted_at=clock.now(),
        **words,
    )
    versions.save(row, actor, "substitution_give", why=row.reason)
    roles.forget(substitute)
    new = {"starts_on": starts_on, "ends_on": ends_on, "scope": wanted, **words}
    _log(actor, "substitution_give", row, new)
    return row


@action
def substitution_end(*, actor: User, substitution_id: int, reason: str) -> Substitution:
    """End a substitution at once. Repeating it changes and logs nothing.

    Raises `Denied` (neither the security administrator nor the one it is for), `Hidden`, `Invalid` (no reason) and `WrongState`
    once its term is over.
    """
    rows = Substitution.objects.select_for_update(of=("self",), no_key=True).select_related(
        "role", "holder", "substitute"
    )
    row = access.fetch(rows, actor, "substitution_end", substitution_id)
    if row.ended_at is not None:
        return row
    if row.ends_on < clock.today():
        raise WrongState(_("这项代理已于 %(day)s 到期，不用再终止。") % {"day": row.ends_on.isoformat()}, code="over")
    words = changes.words(Substitution, {"ended_reason": reason}, required=("ended_reason",))
    row.ended_by, row.ended_at, row.ended_reason = actor, clock.now(), words["ended_reason"]
    versions.save(row, actor, "substitution_end", why=row.ended_reason, fields=["ended_by", "ended_at", "ended_reason"])
    roles.forget(row.substitute)
    _log(actor, "substitution_end", row, {"reason": row.ended_reason})
    return row


@action
def separation_rule_set(
    *,
    actor: User,
    code: str,
    name: str,
    name_en: str = "",
    done: Iterable[str],
    barred: Iterable[str],
    alone: bool,
    active: bool,
    basis: str = "",
    reason: str,
    version: int | None = None,
) -> SeparationRule:
    """Change a rule, or make one (`code` empty). A shipped rule gets its row with the first change. Repeating it changes and logs
    nothing.

    `version` is how often the rule had been changed when it was read (`rule_version`). Raises `Denied` (not the security
    administrator), `Hidden` (no such rule), `Invalid` (words, work nobody knows, reason) and `Conflict` (changed meanwhile).
    """
    require(actor, "separation_rule_set", SeparationRule)
    # One after the other: a second new rule waits until the first has its code.
    audit.lock("separation")
    rule = SeparationRule.objects.filter(code=code).first() if code else None
    if code and rule is None and hands.shipped(code) is None:
        raise Hidden(_("没有这条规则。请返回列表重新选择。"), code="no_rule")
    text = changes.words(SeparationRule, {"name": name, "name_en": name_en, "basis": basis}, required=("name",))
    why = reason.strip()
    values: dict[str, Any] = {**text, "done": sorted(set(done)), "barred": sorted(set(barred))}
    values |= {"alone": alone, "active": active}
    unknown = {*values["done"], *values["barred"]} - hands.works().keys()
    faults = {field: _("请至少选择一项工作。") for field in ("done", "barred") if not values[field]}
    if unknown:
        faults["done"] = _("请从列表中选择工作。")
    if not why:
        faults["reason"] = _("请填写%(field)s。") % {"field": _("修改理由")}
    elif len(why) > 200:
        faults["reason"] = _("%(field)s请不要超过 %(most)d 个字，现在是 %(now)d 个字。") % {
            "field": _("修改理由"),
            "most": 200,
            "now": len(why),
        }
    changes.check(faults)
    before = rule or (hands.shipped(code) if code else None)
    old = {field: _plain(getattr(before, field)) for field in values} if before is not None else {}
    if old == values:
        assert before is not None  # noqa: S101  what was equal was there
        return before
    if version is not None and version != rule_version(rule):
        assert rule is not None  # noqa: S101  one that was never written has not been changed
        last = rule.history.select_related("history_user").first()
        raise Conflict(
            _("%(who)s在您打开之后修改了这条规则。您填写的内容还在下面，请对照现行规则后再保存。")
            % {"who": last.history_user.label if last.history_user is not None else _("系统")},
            code="edited",
        )
    fresh = rule or SeparationRule(code=code or _next_code())
    for field, value in values.items():
        setattr(fresh, field, value)
    versions.save(fresh, actor, "separation_rule_set", why=why)
    changed = {field: value for field, value in values.items() if old.get(field) != value}
    audit.record(
        subject="separation",
        actor=actor,
        verb="separation_rule_set",
        target=f"separationrule:{fresh.pk}",
        data={
            "rule": fresh.code,
            "name": fresh.name,
            "old": {field: old[field] for field in changed if field in old},
            "new": changed,
            "reason": why,
        },
    )
    return fresh


def rule_version(rule: SeparationRule | None) -> int:
    """How often a rule has been changed since it was shipped."""
    return rule.history.count() if rule is not None and rule.pk is not None else 0


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def _next_code() -> str:
    taken = set(SeparationRule.objects.filter(code__startswith="own-").values_list("code", flat=True))
    number = len(taken) + 1
    while f"own-{number}" in taken:
        number += 1
    return f"own-{number}"


def _faults(
    role: Role, substitute: User, holder: User, starts_on: date, ends_on: date, scope: list[str]
) -> dict[str, str]:
    faults = term_faults(starts_on, ends_on)
    if role.code not in roles.SUBSTITUTABLE:
        faults["key"] = _("%(role)s的工作只能由本人办理，不能代理（R22）。") % {"role": role.label}
    if substitute.pk == holder.pk:
        faults["substitute"] = _("代理人不能是被代理人本人，请另选一人。")
    if not RoleGrant.objects.in_force(starts_on).filter(role=role, user=holder).exists():
        faults["holder"] = _("这名人员在代理期起这一天不担任%(role)s，请重新选择。") % {"role": role.label}
    if RoleGrant.objects.in_force(starts_on).filter(role=role, user=substitute).exists():
        faults["substitute"] = _("这名人员自己就担任%(role)s，不用代理。") % {"role": role.label}
    labels = scopes.names(scope)
    if any(words == label for label, words in labels.items()):
        faults["scope"] = _("代理范围中有不存在的议题或事项类型，请重新选择。")
    return faults


def _check_sides(role: Role, substitute: User, starts_on: date, ends_on: date) -> None:
    """What each side's secretary confirms and checks for their own side must not come into one hand (R12, R32)."""
    if role.code != Role.Code.SECRETARY:
        return
    own = RoleGrant.objects.overlapping(starts_on, ends_on).filter(user=substitute, role__code=role.code)
    lent = Substitution.objects.overlapping(starts_on, ends_on).filter(substitute=substitute, role__code=role.code)
    if own.exclude(role=role).exists() or lent.exclude(role=role).exists():
        raise Conflict(
            _("这名人员在这段时间已办理另一个班子的秘书工作。两个班子各自确认、各自校核，不能由一人代办（R12、R32）。"),
            code="two_sides",
        )


def _log(actor: User, verb: str, row: Substitution, data: dict[str, Any]) -> None:
    audit.record(
        subject=f"user:{row.substitute_id}",
        actor=actor,
        verb=verb,
        target=f"substitution:{row.pk}",
        data={
            "role": row.role.key,
            "user": row.substitute.username,
            "holder": row.holder.username,
            "substitute_name": str(row.substitute),
            "holder_name": str(row.holder),
            **data,
        },
    )

"""Work on one matter that must lie in different hands (职责分离): who has done one thing may not do another.

The rules are data (`SeparationRule`), shipped and changed by the security administrator. The floors above say which work there is:
they name it, find who has done it, and tell which work an act on a row is. Every act goes by `policies.may`, which asks here, so a
rule holds at claiming, at completing and in the actions alike.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from permissions import acting
from permissions.acting import Standing
from permissions.models import AuditEvent, SeparationRule, User

_RULES = "_separation_rules"


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of work a rule can name. `by` says which rows of what happened in a chain are it, by the persons given; where it is
    not given, the log's entries with the work's name as verb."""

    code: str
    label: Promise
    by: Callable[[str, frozenset[int]], bool] | None = None
    not_by: Callable[[str, frozenset[int]], bool] | None = None

    def done_by(self, chain: str, persons: frozenset[int]) -> bool:
        """Whether one of them has done this in the matter."""
        if self.by is not None:
            return self.by(chain, persons)
        return _entries(chain, self.code).filter(of(persons)).exists()

    def done_by_others(self, chain: str, persons: frozenset[int]) -> bool:
        """Whether somebody else has done this in the matter."""
        if self.not_by is not None:
            return self.not_by(chain, persons)
        return others(_entries(chain, self.code), persons).exists()


Naming = Callable[[str, Any], tuple[str, str] | None]
_works: dict[str, Work] = {}
_namings: dict[type[Model], Naming] = {}
_shipped: dict[str, SeparationRule] = {}


def work(*works: Work) -> None:
    """Register kinds of work that rules can name."""
    _works.update({one.code: one for one in works})


def works() -> dict[str, Work]:
    """All kinds of work, by code."""
    return dict(_works)


def naming(model: type[Model], how: Naming) -> None:
    """Register, for rows of a model, which work an act is and in which chain of the log: (code, chain), None for no such work."""
    _namings[model] = how


def ship(*rules: SeparationRule) -> None:
    """Register rules that hold as they are until somebody changes them: rows not written yet."""
    _shipped.update({rule.code: rule for rule in rules})


def rules() -> list[SeparationRule]:
    """All rules, as changed or as shipped, by code."""
    changed = {rule.code: rule for rule in SeparationRule.objects.all()}
    return sorted({**_shipped, **changed}.values(), key=lambda rule: rule.code)


def shipped(code: str) -> SeparationRule | None:
    """The rule with this code as it was shipped."""
    return _shipped.get(code)


def refusal(
    actor: User | AnonymousUser | None, act: str, obj: Model, standing: Standing | None
) -> tuple[str, str] | None:
    """Why a rule keeps this work from this person, and the refusal's code; None where none does. What they do for somebody else
    counts for both (代理)."""
    how = _namings.get(type(obj))
    named = how(act, obj) if how is not None else None
    if named is None or actor is None or actor.pk is None:
        return None
    code, chain = named
    persons = acting.persons(actor.pk) | ({standing.holder} if standing is not None else frozenset())
    for rule in _active(actor):
        if code not in rule.barred:
            continue
        did = next((one for one in rule.done if one in _works and _works[one].done_by(chain, persons)), None)
        if did is None:
            continue
        words = {"did": _works[did].label, "work": _works[code].label, "rule": rule.label}
        if not rule.alone:
            return _(
                "您在这件事上已办理“%(did)s”，按“%(rule)s”不能再办理“%(work)s”。请由他人办理。"
            ) % words, "separated_work"
        if not _works[code].done_by_others(chain, persons):
            return (
                _("您在这件事上已办理“%(did)s”，按“%(rule)s”不能单独办理“%(work)s”。请先由他人办理，您再办理。")
                % words,
                "separated_alone",
            )
    return None


def _active(actor: User | AnonymousUser) -> list[SeparationRule]:
    """The rules that hold, asked once per user object (that is: once per request)."""
    known: list[SeparationRule] | None = getattr(actor, _RULES, None)
    if known is None:
        known = [rule for rule in rules() if rule.active]
        setattr(actor, _RULES, known)
    return known


def _entries(chain: str, verb: str) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(subject=chain, verb=verb)


def others(entries: QuerySet[AuditEvent], persons: Iterable[int]) -> QuerySet[AuditEvent]:
    """Those of these entries that are of nobody among these persons."""
    return entries.exclude(pk__in=entries.filter(of(persons)).order_by().values("pk"))


def of(persons: Iterable[int]) -> Q:
    """The log's entries of these persons, in their own right or by somebody who stood in for them."""
    ids = list(persons)
    return Q(actor__in=ids) | Q(data__for__user__in=ids)

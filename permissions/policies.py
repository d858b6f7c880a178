"""Who may do what: one policy per model answers *may this user?*, *which rows?* and *which users?*

Deny by default: an act a policy does not declare is refused, a model without a policy cannot be asked about,
anonymous and inactive users may nothing. The superuser flag is never looked at.

    @policy(Body)
    class BodyPolicy(Policy):
        acts = {"view": signed_in, "body_edit": held("admin")}

An act is declared in the `acts` table (a `Rule` answers both `may` and `holders`), or as a method
`may_<act>(self, actor, obj) -> Verdict` with an optional `holders_<act>(self, obj) -> QuerySet[User]`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from permissions import acting, hands, roles, scopes
from permissions.acting import Standing
from permissions.errors import Denied
from permissions.models import Body, Role, Substitution, User

Actor = User | AnonymousUser | None
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to *may?*: falsy when refused; `why` is translated and says who may or what is missing.

    `standing` is there where somebody may only because they stand in for another (代理).
    """

    allowed: bool
    why: str = ""
    code: str = ""
    standing: Standing | None = None

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Verdict(True)


def refused(why: str, code: str = "denied") -> Verdict:
    """A refusal with its reason."""
    return Verdict(False, why, code)


class Rule(Protocol):
    """What stands in an `acts` table."""

    def verdict(self, actor: User, obj: Any) -> Verdict: ...
    def holders(self, obj: Any) -> QuerySet[User]: ...


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Every signed-in user may."""

    def verdict(self, actor: User, obj: Any) -> Verdict:
        return ALLOWED

    def holders(self, obj: Any) -> QuerySet[User]:
        return User.objects.filter(is_active=True)


@dataclass(frozen=True, slots=True)
class Held:
    """Whoever holds one of the roles may: in the body `body(obj)` names, or anywhere where `body` is not given."""

    codes: tuple[str, ...]
    body: Callable[[Any], Body | None] | None = None

    def verdict(self, actor: User, obj: Any) -> Verdict:
        mine = roles.of(actor)
        if self.body is None or obj is None:
            if any(_code(key) in self.codes for key in mine):
                return ALLOWED
            return refused(_("这项操作由%(who)s办理，您没有这个角色。") % {"who": self._who()}, "role")
        body = self.body(obj)
        if any(role_key(code, body) in mine for code in self.codes):
            return ALLOWED
        where = body.label if body is not None else ""
        return refused(
            _("这项操作由%(body)s%(who)s办理，您没有这个角色。") % {"body": where, "who": self._who()}, "role"
        )

    def holders(self, obj: Any) -> QuerySet[User]:
        if self.body is None or obj is None:
            return roles.holders_of_codes(*self.codes)
        body = self.body(obj)
        return roles.holders(*(role_key(code, body) for code in self.codes))

    def _who(self) -> str:
        return _("、").join(Role(code=code).called for code in self.codes)


signed_in = SignedIn()


def held(*codes: str, body: Callable[[Any], Body | None] | None = None) -> Held:
    """Whoever holds one of these role codes may; `body` finds, for an object, the body the role must belong to."""
    return Held(codes, body)


def role_key(code: str, body: Body | None = None) -> str:
    """The key of a role: `town:secretary`, or `auditor` for the whole house."""
    return f"{body.code}:{code}" if body is not None else code


def _code(key: str) -> str:
    return key.rpartition(":")[2]


class Policy:
    """Base of all policies. `may` and `holders` go by the `acts` table and `may_<act>` methods; `visible` hides all."""

    acts: ClassVar[Mapping[str, Rule]] = {}

    def may(self, actor: Actor, act: str, obj: Any = None) -> Verdict:
        """Whether the actor may do `act` (to `obj`, where one is given), and why not."""
        if (no := _nobody(actor)) is not None:
            return no
        if (rule := self.acts.get(act)) is not None:
            return rule.verdict(actor, obj)  # type: ignore[arg-type]
        if (method := getattr(self, f"may_{act}", None)) is not None:
            verdict: Verdict = method(actor, obj)
            return verdict
        return refused(_("系统没有为这项操作规定权限，因此不能办理。请联系系统管理员。"), "undeclared")

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The part of the queryset this user may know of. Nothing, unless a policy says more."""
        return queryset.none()

    def holders(self, act: str, obj: Any = None) -> QuerySet[User]:
        """Who may do `act`: active users only; nobody for an undeclared act."""
        if (rule := self.acts.get(act)) is not None:
            return rule.holders(obj)
        if (method := getattr(self, f"holders_{act}", None)) is not None:
            found: QuerySet[User] = method(obj)
            return found
        return User.objects.none()

    def declares(self, act: str) -> bool:
        """Whether this policy knows the act at all."""
        return act in self.acts or hasattr(self, f"may_{act}")


_registry: dict[type[Model], Policy] = {}
P = TypeVar("P", bound=type[Policy])


def policy(model: type[Model]) -> Callable[[P], P]:
    """Class decorator: this policy answers for the model. A second one for the same model is a programming error."""

    def register(cls: P) -> P:
        known = _registry.get(model)
        if known is not None and type(known).__qualname__ != cls.__qualname__:
            raise ImproperlyConfigured(f"{model.__name__} already has the policy {type(known).__name__}")
        _registry[model] = cls()
        return cls

    return register


@dataclass(frozen=True, slots=True)
class Part:
    """A model without a policy: of which models its rows are a part, and why nobody asks for them by themselves."""

    of: tuple[type[Model], ...]
    why: str


_parts: dict[type[Model], Part] = {}


def part_of(*whole: type[Model], why: str) -> Callable[[type[Model]], type[Model]]:
    """Declare that a model is read only with `whole` (with nothing at all, where nobody reads it): ``part_of(Item, why="…")(ItemCounter)``.

    It stays a model that cannot be asked about; a policy registered for it later takes its place.
    """

    def register(model: type[Model]) -> type[Model]:
        _parts[model] = Part(whole, why)
        return model

    return register


def parts() -> Mapping[type[Model], Part]:
    """The models without a policy, each with its reason."""
    return {model: part for model, part in _parts.items() if model not in _registry}


def policy_for(model: type[Model] | Model) -> Policy:
    """The policy of a model (or of an instance's model). Raises `ImproperlyConfigured` where none is registered."""
    cls = model if isinstance(model, type) else type(model)
    cls = cls._meta.concrete_model or cls
    try:
        return _registry[cls]
    except KeyError:
        raise ImproperlyConfigured(f"no policy is registered for {cls.__name__}") from None


def registered() -> Mapping[type[Model], Policy]:
    """All policies by model, for tests and documentation."""
    return dict(_registry)


def may(actor: Actor, act: str, target: Model | type[Model]) -> Verdict:
    """Whether the actor may do `act` to an object, or to a model in general (`may(user, "seat_add", Seat)`)."""
    if (no := _nobody(actor)) is not None:
        return no
    obj = None if isinstance(target, type) else target
    verdict = _either(actor, act, policy_for(target), obj)
    if verdict and obj is not None and (apart := hands.refusal(actor, act, obj, verdict.standing)) is not None:
        return refused(*apart)
    return verdict


def _either(actor: Actor, act: str, policy: Policy, obj: Model | None) -> Verdict:
    """In their own right first, then for each of those they stand in for: so that it is known which of the two it was."""
    with acting.only():
        verdict = policy.may(actor, act, obj)
    if verdict or not scopes.substitutable(act):
        return verdict
    for standing in roles.standings_of(actor):
        if not scopes.covers(standing.scope, obj):
            continue
        with acting.only(standing):
            if policy.may(actor, act, obj):
                return Verdict(True, standing=standing)
    return verdict


def visible(actor: Actor, source: type[M] | QuerySet[M]) -> QuerySet[M]:
    """The rows of a model or queryset this user may know of, for themselves or for whom they stand in; none for anonymous and
    inactive users."""
    queryset: QuerySet[M] = source if isinstance(source, QuerySet) else source._default_manager.all()
    if _nobody(actor) is not None:
        return queryset.none()
    policy = policy_for(queryset.model)
    seen: QuerySet[M] = policy.visible(actor, queryset)
    found = None
    for standing in roles.standings_of(actor) if acting.unsaid() else ():
        within = scopes.within(queryset.model, standing.scope)
        if within is None:
            continue
        with acting.only(standing):
            lent = policy.visible(actor, queryset.model._default_manager.filter(within)).order_by().values("pk")
        found = Q(pk__in=lent) if found is None else found | Q(pk__in=lent)
    if found is None:
        return seen
    return queryset.filter(Q(pk__in=seen.order_by().values("pk")) | found)


def visible_if_any(actor: Actor, rows: QuerySet[M]) -> QuerySet[M]:
    """The same as `visible`, for what is asked on every page and is nearly always nothing: one short statement finds that out,
    and the policy's conditions, much longer than the question, are only written down where there is something."""
    return visible(actor, rows) if rows.order_by().exists() else rows.none()


def holders(act: str, target: Model | type[Model]) -> QuerySet[User]:
    """The users who may do `act` to an object, or to a model in general, those who stand in for one of them included."""
    found = policy_for(target).holders(act, None if isinstance(target, type) else target)
    if not scopes.substitutable(act):
        return found
    lent = Substitution.objects.in_force().filter(holder__in=found.order_by().values("pk")).order_by()
    others = User.objects.filter(is_active=True, pk__in=lent.values("substitute"))
    if not (able := [user.pk for user in others if may(user, act, target)]):
        return found
    return User.objects.filter(Q(pk__in=found.order_by().values("pk")) | Q(pk__in=able))


def require(actor: Actor, act: str, target: Model | type[Model]) -> None:
    """Raises `Denied` with the policy's why unless the actor may."""
    verdict = may(actor, act, target)
    if not verdict:
        raise Denied(verdict.why, code=verdict.code or "denied")
    if verdict.standing is not None:
        acting.need(verdict.standing)


def require_still(actor: User, act: str, target: Model | type[Model]) -> None:
    """As `require`, with the actor read anew: for acts in which two people can take the right to act from one another.

    Asked once the lock is held that both wait for; whoever comes second is then refused for what they no longer are.
    """
    require(User.objects.get(pk=actor.pk), act, target)


def _nobody(actor: Actor) -> Verdict | None:
    """The refusal for those who may nothing at all, None for a signed-in active user."""
    if actor is None or not actor.is_authenticated:
        return refused(_("请先登录，再办理这项操作。"), "anonymous")
    if not actor.is_active:
        return refused(_("您的账号已停用，不能办理。请联系系统管理员。"), "inactive")
    return None

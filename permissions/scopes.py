"""What a substitution (代理) reaches: which acts, and which matters where it is given for some only.

The higher floors know what their rows are about; they say so with :func:`reach`. A scope is a set of names as they give them:
``item:12``, ``matter_type:3``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Model, Q

#: What nobody does for another, whoever they stand in for: votes and opinions at the table, one's own interest, signatures,
#: presiding, and who may what. Beginnings of acts.
IN_PERSON = (
    "vote_",
    "ballot_",
    "recusal_",
    "minutes_sign",
    "split_choose",
    "stricter_invoke",
    "amendment_",
    "reconsideration_support",
    "chair_",
    "rule_waive",
    "exploration_allow",
    "setting_confirm",
    "role_",
    "seat_",
    "substitution_",
    "separation_",
    "user_",
    "session_",
)

#: How the label of a single item begins.
_SINGLE = "item:"

LabelsOf = Callable[[Model], Iterable[str] | None]
Within = Callable[[type[Model], frozenset[str]], Q | None]


@dataclass(frozen=True, slots=True)
class Reach:
    """How a floor tells what a row is about: `labels` of one row, and `within`, the rows of a model a scope takes in; each None
    for what it does not know. `names` puts the labels of a scope into words, `choices` offers those there are few of, and `find` has
    the label of what somebody wrote."""

    labels: LabelsOf
    within: Within
    names: Callable[[Iterable[str]], Mapping[str, str]]
    choices: Callable[[], list[tuple[str, str]]]
    find: Callable[[str], str | None]


_reaches: list[Reach] = []


def reach(found: Reach) -> Reach:
    """Register what a floor knows of the rows of its models."""
    _reaches.append(found)
    return found


def parts(scope: Iterable[str]) -> list[frozenset[str]]:
    """A scope in its parts, each of which is asked about by itself: the single items that are named, and everything else. Together they
    would open every confidential item of a matter type where one single item stands beside it (R40)."""
    whole = frozenset(scope)
    named = frozenset(name for name in whole if name.startswith(_SINGLE))
    return [part for part in (named, whole - named) if part] or [whole]


def single(scope: frozenset[str]) -> bool:
    """Whether a part of a scope names single items, each of them."""
    return bool(scope) and all(name.startswith(_SINGLE) for name in scope)


def substitutable(act: str) -> bool:
    """Whether somebody who stands in for another may do this at all."""
    return not act.startswith(IN_PERSON)


def covers(scope: frozenset[str], obj: Model | None) -> bool:
    """Whether a scope takes in this row; an empty one takes in everything, and what is about nothing is in no other."""
    if not scope:
        return True
    if obj is None:
        return False
    return any(scope & set(found.labels(obj) or ()) for found in _reaches)


def within(model: type[Model], scope: frozenset[str]) -> Q | None:
    """The rows of a model a scope takes in; None for an empty scope, which needs no asking, and for models nobody knows."""
    if not scope:
        return None
    conditions = [one for found in _reaches if (one := found.within(model, scope)) is not None]
    whole = conditions[0] if conditions else None
    for condition in conditions[1:]:
        whole = whole | condition if whole is not None else condition
    return whole


def names(scope: Iterable[str]) -> dict[str, str]:
    """The labels of scopes in words, in the order given; what nobody knows stands as it is."""
    wanted = list(scope)
    known: dict[str, str] = {}
    for found in _reaches:
        known.update(found.names(wanted))
    return {label: known.get(label, label) for label in wanted}


def choices() -> list[tuple[str, str]]:
    """The labels to choose from, with their words."""
    return [pair for found in _reaches for pair in found.choices()]


def find(text: str) -> str | None:
    """The label of what somebody wrote (an item's number); None where there is no such thing."""
    return next((label for found in _reaches if (label := found.find(text)) is not None), None)

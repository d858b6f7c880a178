"""What is withheld from whom: the one place that says it (R24, R40).

* A **confidential** item is kept from everybody who is not among its readers: they do not learn its title, and where its
  existence must show it stands as 涉密议题. Its readers are its proposer and co-proposers, the secretaries of both bodies, who
  run its procedure, and whoever is named (`ItemReader`). Everybody else has to be named: members, who must be before notice
  goes out, the legal adviser, those in attendance, auditors.
* The **papers** of an item (plan, materials, opinions, minutes, what was said) are kept from whoever stands recused from it,
  from the recusal on and for good: they know that there is the item, and its announced result.

A policy filters by `withheld`; a page that shows several items puts a stand-in where somebody may not look (`cover`).
"""

import functools
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from decisions.models import AgendaEntry, CoProposer, Item, ItemReader, MatterType, Recusal
from permissions import roles
from permissions.models import Role
from permissions.policies import Actor, Verdict, refused
from permissions.statements import Statement, any_of

CONFIDENTIAL = "confidential"
RECUSED = "recused"
_NONE = Q(pk__in=())
_KEPT = "_kept_from"


def is_secretary(actor: Actor) -> bool:
    """Whether the user is a secretary of either body: they run the procedure of every item, a confidential one too. Who stands in
    for one is, where that very item is named (R40)."""
    return any(key.rpartition(":")[2] == Role.Code.SECRETARY for key in roles.in_person(actor))


def named(actor: Actor) -> Q:
    """The items (a Q over `Item`) this user proposed, or was named as a reader of."""
    pk = _pk(actor)
    return _NONE if pk is None else _named(pk)


@functools.lru_cache(maxsize=1024)
def _named(pk: int) -> Q:
    # A condition is written down once for a person: it names their key and nothing of today, and a query copies what it takes.
    readers = ItemReader.objects.filter(item=OuterRef("pk"), user=pk, removed_at__isnull=True)
    together = CoProposer.objects.filter(item=OuterRef("pk"), user=pk)
    return Q(proposer=pk) | Q(Exists(together)) | Q(Exists(readers))


def unnamed(actor: Actor) -> Q:
    """The confidential items (a Q over `Item`) this user is no reader of: they do not know them at all (R40)."""
    if is_secretary(actor):
        return _NONE
    return ~Q(confidential="") & ~named(actor)


def recused(actor: Actor) -> Q:
    """The items (a Q over `Item`) this user stands recused from: they know them, and get none of their papers (R24)."""
    pk = _pk(actor)
    return _NONE if pk is None else _recused(pk)


@functools.lru_cache(maxsize=1024)
def _recused(pk: int) -> Q:
    return Q(Exists(Recusal.objects.standing().filter(entry__item=OuterRef("pk"), seat__user=pk)))


def withheld(actor: Actor) -> Q:
    """The items (a Q over `Item`) whose papers this user does not get, for whichever reason."""
    return unnamed(actor) | recused(actor)


def withheld_items(actor: Actor) -> QuerySet[Any]:
    """The same as ids, for a filter on what hangs on an item: ``.exclude(item__in=withheld_items(actor))``."""
    return Item.objects.filter(withheld(actor)).order_by().values("pk")


def kept_from(actor: Actor, item: Item) -> str:
    """Why this user does not get the papers of an item: `CONFIDENTIAL`, `RECUSED`, or nothing at all. One query, nearly always."""
    known: tuple[int | None, str] | None = getattr(item, _KEPT, None)
    if known is not None and known[0] == _pk(actor):
        return known[1]
    if item.confidential and Item.objects.filter(unnamed(actor), pk=item.pk).exists():
        return CONFIDENTIAL
    if (pk := _pk(actor)) is None:
        return ""
    ((ever,),) = _ever_recused().ask(item=item.pk, user=pk)
    return RECUSED if ever and Item.objects.filter(_recused(pk), pk=item.pk).exists() else ""


@functools.cache
def _ever_recused() -> Statement:
    """Whether a user has ever been recused from an item, whatever became of it: nearly every act on an item asks it, and nearly
    always it is not so."""

    def rows(item: int, user: int) -> QuerySet[Recusal]:
        return Recusal.objects.filter(entry__item=item, seat__user=user)

    return Statement(lambda item, user: any_of([rows(item, user)]), item=-918273644, user=-918273645)


def remember(actor: Actor, item: Item, kept: str) -> None:
    """Note on this very object what `kept_from` has just said, for a page that asks it of each of its buttons. Never in an
    action: what it writes may change the answer."""
    setattr(item, _KEPT, (_pk(actor), kept))


def refusal(actor: Actor, item: Item) -> Verdict | None:
    """The refusal of whatever needs the papers of an item; None where this user gets them."""
    kept = kept_from(actor, item)
    if kept == CONFIDENTIAL:
        return refused(_("这件议题涉密，只限指定人员知悉。确需知悉的，请联系秘书。"), CONFIDENTIAL)
    if kept == RECUSED:
        return refused(
            _("您对这件议题已回避，不能查阅它的方案、材料、意见和纪要，也不参与办理。宣布的结果可以在会议页查看。"),
            RECUSED,
        )
    return None


def blind_to(actor: Actor, items: Iterable[int]) -> frozenset[int]:
    """Which of these items (ids) this user may not even know by title. One query."""
    found = Item.objects.filter(unnamed(actor), pk__in=set(items)).order_by()
    return frozenset(found.values_list("pk", flat=True))


def covered_title() -> str:
    """What stands where a confidential item must show, for those who are not its readers."""
    return _("涉密议题")


def stand_in(item: Item) -> Item:
    """An item of the same key with nothing in it, for a page somebody else reads. It cannot be saved."""
    words = covered_title()
    kind = MatterType(name=words, short=words, rule_set_id=item.matter_type.rule_set_id)
    found = Item(pk=item.pk, title=words, body_id=item.body_id, matter_type=kind)
    found.covered = True
    return found


def cover(actor: Actor, entries: Iterable[AgendaEntry]) -> None:
    """Put a stand-in in the place of every item this user may not know. Whatever reads ``entry.item`` afterwards shows it
    as 涉密议题. One query, and none where nothing is confidential."""
    hidden = [entry for entry in entries if entry.item.confidential]
    blind = blind_to(actor, (entry.item_id for entry in hidden)) if hidden else frozenset()
    for entry in hidden:
        if entry.item_id in blind:
            entry.item = stand_in(entry.item)


def _pk(actor: Actor) -> int | None:
    return actor.pk if actor is not None and isinstance(actor.pk, int) else None

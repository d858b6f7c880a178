"""The one way an action or view gets hold of a row: only what the user may see, only for what the user may do."""

from typing import TypeVar, overload

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from permissions import policies
from permissions.errors import Hidden
from permissions.models import User

M = TypeVar("M", bound=Model)


@overload
def fetch(source: type[M], actor: User | AnonymousUser | None, act: str, pk: object) -> M: ...
@overload
def fetch(source: QuerySet[M], actor: User | AnonymousUser | None, act: str, pk: object) -> M: ...
def fetch(source: type[M] | QuerySet[M], actor: User | AnonymousUser | None, act: str, pk: object) -> M:
    """One row by primary key, for doing `act` to it.

    `source` is a model, or a queryset that may lock (`select_for_update`) and join as it likes: the visibility test
    runs in a subquery of its own, so it can neither widen nor break the lock.
    Raises `Hidden` when there is no such row or the actor may not know of it, `Denied` when the act is refused.
    """
    queryset: QuerySet[M] = source if isinstance(source, QuerySet) else source._default_manager.all()
    model = queryset.model
    try:
        candidates = model._default_manager.filter(pk=pk)
        visible = policies.visible(actor, candidates)
        row = queryset.filter(pk__in=visible.order_by().values("pk")).first()
    except (TypeError, ValueError, OverflowError):
        row = None
    if row is None:
        raise Hidden(_("没有找到这项内容，或者您没有查看它的权限。请检查链接，或返回上一页。"))
    policies.require(actor, act, row)
    return row

"""Who sees a notice and who has read it, and who looks after the readers of a confidential item."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from decisions.models import (
    AgendaChange,
    ItemReader,
    Notice,
    NoticeCopy,
    NoticeReceipt,
    NoticeReminder,
    PaperView,
    Sitting,
)
from decisions.policies.access import is_secretary
from decisions.policies.items import readable
from decisions.policies.sittings import SittingPolicy
from permissions import roles
from permissions.models import Role, User
from permissions.policies import ALLOWED, Actor, Policy, Verdict, policy, refused


class _OfNotice(Policy):
    """As open as the sitting; what a copy shows goes by what its reader may know."""

    path = ""

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        sittings = SittingPolicy().visible(actor, Sitting.objects.all()).order_by().values("pk")
        return queryset.filter(**{f"{self.path}__in": sittings})

    def may_view(self, actor: User, obj: Any) -> Verdict:
        return ALLOWED


@policy(Notice)
class NoticePolicy(_OfNotice):
    path = "sitting"


@policy(NoticeCopy)
class NoticeCopyPolicy(_OfNotice):
    """Each confirms for their own seat, nobody for anybody else."""

    path = "notice__sitting"

    def may_notice_read(self, actor: User, obj: NoticeCopy) -> Verdict:
        """Whose copy it is."""
        if obj.user_id == actor.pk:
            return ALLOWED
        return refused(_("已阅由席位本人确认，别人不能代为确认。"), "not_your_seat")

    def holders_notice_read(self, obj: NoticeCopy) -> QuerySet[User]:
        return User.objects.filter(pk=obj.user_id or 0, is_active=True)


@policy(NoticeReceipt)
class NoticeReceiptPolicy(_OfNotice):
    path = "copy__notice__sitting"


@policy(NoticeReminder)
class NoticeReminderPolicy(_OfNotice):
    path = "copy__notice__sitting"


@policy(AgendaChange)
class AgendaChangePolicy(_OfNotice):
    """Asked for by a secretary, decided by whoever presides; what it is about only those know who may know the item."""

    path = "sitting"

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().visible(actor, queryset).filter(item__in=readable(actor).values("pk"))

    def may_agenda_change_decide(self, actor: User, obj: AgendaChange) -> Verdict:
        """Whoever presides, unless they asked for it."""
        if obj.asked_by_id == actor.pk:
            return refused(_("这项变更由您本人提出，不能由您批准。请由其他秘书提出。"), "own_request")
        if obj.sitting.host.user_id == actor.pk:
            return ALLOWED
        return refused(
            _("通知发出后增减议题，由主持人%(who)s批准。") % {"who": obj.sitting.host.label}, "not_presiding"
        )

    def holders_agenda_change_decide(self, obj: AgendaChange) -> QuerySet[User]:
        return User.objects.filter(pk=obj.sitting.host.user_id or 0, is_active=True)


@policy(ItemReader)
class ItemReaderPolicy(Policy):
    """Whoever reads the item knows who else does."""

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(item__in=readable(actor).values("pk"))

    def may_view(self, actor: User, obj: ItemReader | None) -> Verdict:
        return ALLOWED


@policy(PaperView)
class PaperViewPolicy(Policy):
    """Who opened what is for whoever looks after the item's readers, and the auditor; everybody sees their own."""

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if actor is None or actor.pk is None:
            return queryset.none()
        if roles.holds(actor, Role.Code.AUDITOR):
            return queryset
        if is_secretary(actor):
            return queryset.filter(item__in=readable(actor).values("pk"))
        return queryset.filter(user=actor.pk) | queryset.filter(item__in=readable(actor).filter(proposer=actor.pk))

    def may_view(self, actor: User, obj: PaperView | None) -> Verdict:
        return ALLOWED

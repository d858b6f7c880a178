"""What the actions on requests and results share."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from decisions.models import Item, Material, ReviewRequest
from permissions.errors import Hidden, Invalid, WrongState
from permissions.models import User
from workflows import clock

MAX_TEXT = 10_000
MAX_NOTE = 500


def today() -> date:
    """The day it is, by the clock everything goes by."""
    return timezone.localdate(clock.now())


def words(text: str) -> str:
    """Text as it is kept."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


def line(text: str) -> str:
    """One line of text as it is kept."""
    return " ".join(text.replace("\x00", "").split())


def too_long(text: str, most: int = MAX_TEXT) -> str:
    """What to do about a text that is longer than `most`; empty where it is not."""
    return _("请缩短到 %(limit)s 字以内，较长的内容请作为材料上传。") % {"limit": most} if len(text) > most else ""


def check(faults: dict[str, str]) -> None:
    """Raises `Invalid` when there is a fault in any field."""
    found = {name: why for name, why in faults.items() if why}
    if found:
        raise Invalid(_("有 %(count)s 处需要修改，其他内容已为您保留") % {"count": len(found)}, fields=found)


def request_of(item: Item, request_id: int, *kinds: str) -> ReviewRequest:
    """One request of this item, its row locked. Raises `Hidden` where there is none of these kinds."""
    rows = ReviewRequest.objects.select_for_update(of=("self",)).select_related("asked")
    row = rows.filter(item=item, pk=request_id, kind__in=kinds or ReviewRequest.Kind.values).first()
    if row is None:
        raise Hidden(_("这件议题没有这一项征求。请刷新页面后再试。"))
    return row


def require_open(row: ReviewRequest) -> None:
    """Raises `WrongState` where the request is answered or withdrawn."""
    if row.withdrawn_at is not None:
        raise WrongState(
            _("这一项已经撤销：%(why)s") % {"why": row.withdrawn_why}, code="withdrawn", data={"request": row.pk}
        )
    if row.answered_at is not None:
        raise WrongState(_("这一项已经办结，结果不再改动。"), code="answered", data={"request": row.pk})


def file_of(item: Item, material_id: int | None) -> Material | None:
    """A file that stands with this item. Raises `Invalid` for any other."""
    if material_id is None:
        return None
    row = Material.objects.filter(item=item, pk=material_id, removed_at__isnull=True).first()
    if row is None:
        raise Invalid(
            _("没有这份材料。请刷新页面后再试。"), fields={"material": _("请先把原件上传到议题，再从列表中选择。")}
        )
    return row


def require_giver(row: ReviewRequest, actor: User, material: Material | None) -> None:
    """Whoever was asked gives it themselves; of somebody from outside a secretary enters what they signed (R7, R22).

    Raises `WrongState` (``not_asked``) or `Invalid` where the signed original is missing.
    """
    if row.asked_id is not None:
        if row.asked_id != actor.pk:
            raise WrongState(
                _("这一项请%(who)s办理，须由本人提交。") % {"who": row.who}, code="not_asked", data={"request": row.pk}
            )
    elif material is None:
        raise Invalid(
            _("请附签名原件"),
            fields={"material": _("%(who)s没有账号，请先上传签名原件，再从列表中选择。") % {"who": row.who}},
        )

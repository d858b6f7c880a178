"""Publishing a decision, or saying why it is kept secret (R33); reporting it to the superior (R34)."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from decisions.actions.after.common import check, line, lock, past_day, plain, words
from decisions.actions.items.common import log, save
from decisions.models import Publication, SuperiorReport
from permissions.errors import Invalid, WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock


@action
def publication_publish(
    *, actor: User, item_id: int, text: str, place: str, on: date | None, url: str = ""
) -> Publication:
    """Record where, when and with what words the decision was published. Said once; again it is the first.

    Raises `Invalid` naming the fields, `Denied`, `WrongState` (not decided yet, or exempted).
    """
    item = lock(actor, "publication_publish", item_id)
    row = _owed(item.pk)
    if row.published_on is not None:
        return row
    _require_open(row)
    fields: dict[str, str] = {}
    row.text = words(text, fields, "text", _("请填写公布的内容。"))
    row.place = line(place, fields, "place", _("请填写公布渠道，例如：镇政府网站、村务公开栏。"), 120)
    row.published_on = past_day(on, fields, "on", timezone.localdate(row.signed_at))
    row.url = _address(url, fields)
    check(fields)
    row.by, row.at = actor, clock.now()
    save(row, actor, "publication_publish")
    log(
        item,
        actor,
        "publication_publish",
        row,
        **plain(text=row.text, place=row.place, on=row.published_on, url=row.url, due=row.due),
    )
    return row


@action
def publication_exempt(*, actor: User, item_id: int, exempt: str, reason: str) -> Publication:
    """Record that the law keeps the decision from being published: which secret it is, on what basis. Again it is the first."""
    item = lock(actor, "publication_exempt", item_id)
    row = _owed(item.pk)
    if row.exempt:
        return row
    _require_open(row)
    fields: dict[str, str] = {}
    if exempt not in Publication.Exempt.values:
        fields["exempt"] = _("请选择不予公布的情形。")
    row.reason = words(reason, fields, "reason", _("请写明依据哪一条规定、为什么属于这种情形。"))
    check(fields)
    row.exempt, row.by, row.at = exempt, actor, clock.now()
    save(row, actor, "publication_exempt")
    log(item, actor, "publication_exempt", row, exempt=exempt, reason=row.reason)
    return row


@action
def superior_report_send(
    *, actor: User, item_id: int, report_id: int, authority: str, on: date | None, document: str = "", text: str = ""
) -> SuperiorReport:
    """Record that a report was sent to the superior: to whom, when, under which number. Again it is the first."""
    item = lock(actor, "superior_report_send", item_id)
    row = SuperiorReport.objects.select_for_update(of=("self",)).filter(item=item, pk=report_id).first()
    if row is None:
        raise Invalid(_("没有这份报告。请刷新页面后再试。"), fields={"report": _("请刷新页面后再试。")})
    if row.sent_on is not None:
        return row
    fields: dict[str, str] = {}
    row.authority = line(authority, fields, "authority", _("请填写报送机关，例如：市委办公室。"))
    row.document = line(document, fields, "document", "")
    row.text = words(text, fields, "text", "")
    row.sent_on = past_day(on, fields, "on", timezone.localdate(row.owed_at))
    check(fields)
    row.by, row.at = actor, clock.now()
    save(row, actor, "superior_report_send")
    log(
        item,
        actor,
        "superior_report_send",
        row,
        **plain(kind=row.kind, authority=row.authority, document=row.document, text=row.text, on=row.sent_on),
    )
    return row


def _owed(item: int) -> Publication:
    row = Publication.objects.select_for_update(of=("self",)).filter(item=item).first()
    if row is None:
        raise WrongState(_("还没有到公布的时候：双方会签以后才开始计算公布期限（R33）。"), code="not_decided")
    return row


def _require_open(row: Publication) -> None:
    if row.exempt:
        raise WrongState(_("已登记为不予公布。"), code="exempt")
    if row.published_on is not None:
        raise WrongState(_("已经公布，不能再改为不予公布。"), code="published")


def _address(url: str, fields: dict[str, str]) -> str:
    clean = url.strip()
    if clean:
        try:
            URLValidator(schemes=["http", "https"])(clean)
        except ValidationError:
            fields["url"] = _("请填写完整的网址，例如 https://www.example.gov.cn/…，没有请留空。")
        if len(clean) > 200:
            fields["url"] = _("请缩短到 %(limit)s 字以内。") % {"limit": 200}
    return clean

"""The public comment period: what came in, what was done with it, and its end (R6)."""

import hashlib
import json
from datetime import date

from django.utils.translation import gettext as _

from decisions.actions.items.common import lock, log, save
from decisions.actions.preparation.common import check, line, request_of, require_open, today, too_long, words
from decisions.models import CommentAnswer, Opinion, PublicComment, ReviewRequest
from permissions.errors import Hidden, WrongState
from permissions.look import day_words
from permissions.models import User
from permissions.transactions import action
from workflows import clock


@action
def comment_record(
    *, actor: User, item_id: int, request_id: int, text: str, who: str = "", received_on: date | None = None
) -> PublicComment:
    """Enter a comment of the public, word for word. The same words of the same person and day are one comment."""
    item = lock(actor, "comment_record", item_id)
    row = request_of(item, request_id, ReviewRequest.Kind.PUBLIC)
    said, name, day = words(text), line(who), received_on or today()
    opened = row.opens_on or day
    faults = {
        "text": _("请按原话登记意见。") if not said else too_long(said),
        "who": too_long(name, 80),
        "received_on": "",
    }
    if not opened <= day <= min(row.due, today()):
        faults["received_on"] = _("收到日期应在%(first)s至%(last)s之间，且不晚于今天。") % {
            "first": day_words(opened, near=False),
            "last": day_words(row.due, near=False),
        }
    digest = hashlib.sha256(json.dumps([name, said, day.isoformat()]).encode()).hexdigest()
    known = PublicComment.objects.filter(request=row, digest=digest).first()
    if known is not None:
        return known
    require_open(row)
    check(faults)
    comment = PublicComment.objects.create(
        request=row, who=name, text=said, digest=digest, received_on=day, recorded_by=actor, recorded_at=clock.now()
    )
    log(item, actor, "comment_record", comment, who=name, received_on=day, text=said)
    return comment


@action
def comment_answer(*, actor: User, item_id: int, comment_id: int, answer: str, reply: str = "") -> CommentAnswer:
    """Say what was done with a comment; one that is not, or only partly, adopted has its reason. Earlier answers are kept."""
    item = lock(actor, "comment_answer", item_id)
    comment = PublicComment.objects.filter(request__item=item, pk=comment_id).select_related("request").first()
    if comment is None:
        raise Hidden(_("没有这条意见。请刷新页面后再答复。"))
    require_open(request_of(item, comment.request_id))
    text = words(reply)
    faults = {"answer": "", "reply": too_long(text)}
    if answer not in Opinion.Answer.values:
        faults["answer"] = _("请选择采纳、部分采纳或不采纳。")
    elif answer != Opinion.Answer.ADOPTED and not text:
        faults["reply"] = _("未全部采纳的意见请写明理由，会随采纳情况说明公布。")
    check(faults)
    known = comment.answers.last()
    if known is not None and (known.answer, known.reply) == (answer, text):
        return known
    given = CommentAnswer.objects.create(comment=comment, answer=answer, reply=text, by=actor, at=clock.now())
    log(item, actor, "comment_answer", comment, answer=answer, reply=text)
    return given


@action
def public_close(*, actor: User, item_id: int, request_id: int) -> ReviewRequest:
    """End the comment period, once its last day is over and each comment has its answer. Doing it twice changes nothing."""
    item = lock(actor, "public_close", item_id)
    row = request_of(item, request_id, ReviewRequest.Kind.PUBLIC)
    if row.answered_at is not None:
        return row
    require_open(row)
    if today() <= row.due:
        raise WrongState(
            _("公开征求意见到%(day)s截止，之后才能办结。") % {"day": day_words(row.due, near=False)}, code="period_open"
        )
    left = row.comments.filter(answers__isnull=True).count()
    if left:
        raise WrongState(
            _("还有 %(count)s 条公众意见没有处理。每条都写明采纳情况后才能办结。") % {"count": left}, code="unanswered"
        )
    row.answered_at = clock.now()
    save(row, actor, "public_close", ["answered_at"])
    log(item, actor, "public_close", row, comments=row.comments.count())
    return row

"""A split goes back to joint planning, or up to the superior if both chairs say so, or who stands in for a recused one (R24); a
ruling takes the place of the vote that failed, and is none (R42)."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from decisions import rules, stages
from decisions.actions.after.common import check, line, lock, past_day, periods, require_step, today, words
from decisions.actions.after.files import Papers, Upload, stored
from decisions.actions.items.common import log, save, task_of
from decisions.models import AgendaEntry, Item, Minutes, SplitChoice, SuperiorReport, SuperiorRuling
from decisions.policies.decided import last_announced, ruling_of
from decisions.policies.signing import Signer, signs_for
from decisions.policies.sittings import bodies_of
from permissions.errors import Conflict, Denied, Invalid, WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock
from workflows.actions import task_ask, task_complete

RULING_LABEL = "上级裁定"


@action
def split_choose(*, actor: User, item_id: int, route: str, reason: str = "", body: str = "") -> SplitChoice:
    """One body's chair, or who stands in for a recused one (R24), says which way a split goes. Up to the superior it goes when both
    have said so; back to joint planning as soon as one says so. `body` (a code) is only needed by somebody who chairs both.

    The same choice again returns the first. Raises `Denied` (not the chair), `Conflict` (the other way was chosen already),
    `Invalid` (a split that goes up needs its reason), `WrongState`.
    """
    item = lock(actor, "split_choose", item_id)
    entry = last_announced(item)
    if entry is None or entry.outcome != AgendaEntry.Outcome.SPLIT:
        raise WrongState(stages.why_not("split_choose", item.status, []), code="not_now")
    choosing = _chooser(actor, entry, body)
    side = choosing.body
    known = SplitChoice.objects.filter(entry=entry, body=side).first()
    if known is not None:
        if known.route == route:
            return known
        raise Conflict(
            _("%(body)s已经选了“%(route)s”，不能再改。") % {"body": side.label, "route": known.get_route_display()},
            code="chosen_already",
        )
    require_step(item, "split_choose")
    fields: dict[str, str] = {}
    if route not in SplitChoice.Route.values:
        fields["route"] = _("请选择退回共谋，或报上级裁定。")
    up = route == SplitChoice.Route.UP
    text = line(reason, fields, "reason", _("请写明为什么要报上级，上级要据此裁定。") if up else "", 200)
    check(fields)
    row = SplitChoice.objects.create(
        entry=entry, body=side, route=route, reason=text, seat=choosing.seat, by=actor, at=clock.now()
    )
    standing_in = {"stands_in": choosing.seat.position} if choosing.seat is not None else {}
    log(item, actor, "split_choose", row, entry=entry.pk, body=side.code, route=route, reason=text, **standing_in)
    said = set(SplitChoice.objects.filter(entry=entry, route=SplitChoice.Route.UP).values_list("body_id", flat=True))
    both = up and {one.pk for one in bodies_of(entry.sitting)} <= said
    if both:
        _owe_report(item, entry, actor)
    if both or not up:
        task = task_of(item, stages.SPLIT)
        if choosing.seat is not None:
            task_ask(actor=actor, task_id=task.pk, user=actor, reason="R24")
        task_complete(actor=actor, task_id=task.pk, variables={"route": route})
    return row


def _owe_report(item: Item, entry: AgendaEntry, actor: User) -> None:
    """A split that goes up is reported to the superior (R34)."""
    report = SuperiorReport(
        item=item,
        kind=SuperiorReport.Kind.SPLIT,
        entry=entry,
        owed_at=clock.now(),
        due=today() + timedelta(days=periods(entry).superior_report_days),
    )
    save(report, actor, "split_choose")


def _chooser(actor: User, entry: AgendaEntry, code: str) -> Signer:
    """For which body the actor chooses, as its chair or in the place of a recused one. Raises `Denied` for any other body."""
    chaired = [one for one in signs_for(actor, entry, bodies_of(entry.sitting)) if code in ("", one.body.code)]
    if not chaired:
        raise Denied(_("分歧的去向由两个班子的班长商定，您不是这个班子的班长。"), code="role")
    if len(chaired) > 1:
        raise Invalid(
            _("您是两个班子的班长，请选择代表哪个班子。"), code="which_body", fields={"body": _("请选择代表哪个班子。")}
        )
    return chaired[0]


def superior_rule(
    *,
    actor: User,
    item_id: int,
    answer: str,
    authority: str,
    document: str,
    on: date | None,
    text: str,
    files: Sequence[Upload] = (),
) -> SuperiorRuling:
    """Record what the superior answered on a split, with the paper it stands in. `answer`: ``for`` leads to the signatures,
    ``against`` ends the item, ``back`` leads to joint planning. Ruled for, the ruling goes into the minutes, which both chairs
    then sign with it.

    Recorded again it is the first one. Raises `Invalid` naming the fields, `Denied`, `WrongState`.
    """
    with stored(files) as papers:
        return _rule(actor, item_id, answer, authority, document, on, text, papers)


@action
def _rule(
    actor: User,
    item_id: int,
    answer: str,
    authority: str,
    document: str,
    on: date | None,
    text: str,
    papers: Papers,
) -> SuperiorRuling:
    # Minutes come before the item in the order of locks.
    minutes = list(
        Minutes.objects.select_for_update(of=("self",), no_key=True).filter(entry__item=item_id).order_by("pk")
    )
    item = lock(actor, "superior_rule", item_id)
    entry = last_announced(item)
    known = ruling_of(entry) if entry is not None else None
    if known is not None:
        return known
    require_step(item, "superior_rule")
    if entry is None or entry.announced_at is None:
        raise WrongState(stages.why_not("superior_rule", item.status, []), code="not_now")
    fields: dict[str, str] = {}
    if answer not in SuperiorRuling.Answer.values:
        fields["answer"] = _("请选择上级的裁定。")
    who = line(authority, fields, "authority", _("请填写裁定机关，例如：市委组织部。"))
    number = line(document, fields, "document", _("请填写文号；没有文号的，写明“口头答复”和答复人。"))
    day = past_day(on, fields, "on", timezone.localdate(entry.announced_at))
    said = words(text, fields, "text", _("请摘录裁定的内容。"))
    if not papers.rows:
        fields["papers"] = _("请上传裁定的文件或记录。")
    check(fields)
    (paper, *_more) = papers.keep(item, actor, "superior", "superior_rule")
    row = SuperiorRuling.objects.create(
        entry=entry,
        answer=answer,
        authority=who,
        document=number,
        on=day,
        text=said,
        file=paper,
        by=actor,
        at=clock.now(),
    )
    log(
        item,
        actor,
        "superior_rule",
        row,
        entry=entry.pk,
        answer=answer,
        authority=who,
        document=number,
        on=day,
        text=said,
        file=paper.sha256,
    )
    if answer == SuperiorRuling.Answer.FOR:
        for one in minutes:
            if one.entry_id == entry.pk:
                _into_minutes(item, one, row, actor)
    task_complete(actor=actor, task_id=task_of(item, stages.SUPERIOR).pk, variables={"ruling": answer})
    return row


def _into_minutes(item: Item, minutes: Minutes, ruling: SuperiorRuling, actor: User) -> None:
    """The ruling stands in the minutes both chairs sign; check and signatures of the text without it are void (R45)."""
    day = f"{ruling.on.year}年{ruling.on.month}月{ruling.on.day}日"
    old, now = minutes.document_hash, clock.now()
    minutes.text += f"\n{RULING_LABEL}　{ruling.authority}于{day}裁定（{ruling.document}）：同意实施。{ruling.text}"
    minutes.version += 1
    minutes.document_hash = rules.document_hash(minutes.text, minutes.counts)
    minutes.saved_by, minutes.saved_at = actor, now
    # Void first: the database refuses to change what is signed or checked.
    voided = minutes.sign_offs.filter(voided_at__isnull=True).update(voided_at=now)
    unchecked = minutes.checks.filter(voided_at__isnull=True).update(voided_at=now)
    save(minutes, actor, "superior_rule")
    log(
        item,
        actor,
        "minutes_edit",
        minutes,
        entry=minutes.entry_id,
        version=minutes.version,
        old=old,
        new=minutes.document_hash,
        voided=voided,
        unchecked=unchecked,
    )

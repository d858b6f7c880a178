"""What is done in the room on a page of its own: breaks, the chair, recusals, amendments, guests, stricter rules."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from decisions import forms_room as forms
from decisions.actions import sittings as act
from decisions.forms import LooseForm
from decisions.models import AgendaEntry, Amendment, Guest, Plan, Recusal, Sitting, SittingSeat, Statement
from decisions.selectors import room as select
from decisions.selectors import sittings as read
from decisions.selectors.plans import plans_of
from decisions.views.items.common import actor
from decisions.views.sittings.common import number, page, tell
from decisions.views.watermark import ROOM, opened
from permissions import access, ids
from permissions.errors import Conflict, Invalid, WrongState
from permissions.models import Seat
from workflows import clock


def entry_of(request: HttpRequest, pk: int, what: str = "view") -> AgendaEntry:
    """An entry the reader may do `what` to, with its sitting and its item."""
    rows = AgendaEntry.objects.select_related("sitting__host__body", "item__matter_type")
    row = access.fetch(rows, actor(request), what, pk)
    opened(request, row.item, once_in=ROOM)
    return row


def room_url(entry: AgendaEntry) -> str:
    """The room the entry is dealt with in."""
    return reverse("sitting", args=[entry.sitting_id])


def _page(
    request: HttpRequest,
    form: LooseForm,
    sitting: Sitting,
    do: Callable[[], Any],
    *,
    title: str,
    submit: str,
    done: str,
    entry: AgendaEntry | None = None,
    lead: str = "",
    quote: str = "",
    plans: Sequence[Plan] = (),
) -> HttpResponse:
    """One form on a page: what cannot be taken stands beside its field, what is refused for now above the form. The clauses
    of `plans` can be read above it."""
    context = {
        "sitting": sitting,
        "entry": entry,
        "form": form,
        "title": title,
        "submit": submit,
        "lead": lead,
        "quote": quote,
        "plans": plans,
    }
    if request.method != "POST":
        return page(request, "room_form", context)
    try:
        do()
    except Invalid as error:
        form.show(error)
        return page(request, "room_form", context, error=error)
    except (WrongState, Conflict) as error:
        messages.error(request, error.message)
        return redirect("sitting", sitting.pk)
    messages.success(request, done)
    return redirect("sitting", sitting.pk)


def _seat_in(form: LooseForm) -> int:
    """The seat chosen in a form. Raises `Invalid` where none is."""
    seat = number(form.words("seat"))
    if not seat:
        raise Invalid(_("请选择席位。"), fields={"seat": _("请选择席位。")})
    return seat


def relation_in(form: LooseForm) -> str:
    """The relation a recusal is asked for, never one that nobody chose. Raises `Invalid` where none is."""
    kind = form.words("kind")
    if kind not in Recusal.Kind.values:
        raise Invalid(_("请选择需要回避的关系。"), fields={"kind": _("请选择需要回避的关系。")})
    return kind


def sitting_adjourn(request: HttpRequest, pk: int) -> HttpResponse:
    """Break off the sitting; the page asks why and until when."""
    user = actor(request)
    sitting = access.fetch(Sitting.objects.select_related("host__body"), user, "sitting_adjourn", pk)
    form = forms.AdjournForm(request.POST or None, initial={"on": timezone.localdate(clock.now())})

    def do() -> None:
        until = form.moment()
        if until is None:
            raise Invalid(_("请填写复会的时间。"), fields={"on": _("请填写日期和时间，例如：2026-09-18，14:30。")})
        act.sitting_adjourn(actor=user, sitting_id=pk, reason=form.words("reason"), until=until)

    return _page(
        request,
        form,
        sitting,
        do,
        title=_("休会"),
        submit=_("宣布休会"),
        done=_("会议已休会。"),
        lead=_("名册和议程保持冻结，复会后重新签到。"),
    )


@require_POST
def sitting_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on after a break."""
    user = actor(request)
    return tell(
        request,
        lambda: act.sitting_resume(actor=user, sitting_id=pk),
        reverse("sitting", args=[pk]),
        _("会议已复会，请重新签到。"),
    )


def chair_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody takes the chair; of one entry with ``?of=``."""
    user = actor(request)
    sitting = access.fetch(Sitting.objects.select_related("host__body"), user, "chair_take", pk)
    seats = [seat for seat in read.seats_of(sitting) if seat.voting]
    form = forms.Seated(request.POST or None, seats=seats)
    entry_id = ids.read(request.GET.get("of")) or None
    entries = sitting.entries.select_related("item")
    return _page(
        request,
        form,
        sitting,
        lambda: act.chair_take(
            actor=user,
            sitting_id=pk,
            entry_id=entry_id,
            seat_id=_seat_in(form),
            reason=form.words("reason"),
        ),
        entry=access.fetch(entries, user, "view", entry_id) if entry_id else None,
        title=_("更换主持"),
        submit=_("登记接任主持"),
        done=_("已登记接任主持。"),
        lead=_("主持人离席或者回避时，由在场的表决席位接任，记入会议记录（R46）。"),
    )


def entry_host(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who presides over one entry."""
    entry, user = entry_of(request, pk, "entry_host_set"), actor(request)
    seats = Seat.objects.in_force().voting().select_related("body").order_by("-principal", "body__order", "order")
    form = forms.HostForm(
        request.POST or None,
        seats=[(str(seat.pk), f"{seat.label}\N{EM SPACE}{seat.body.label}") for seat in seats],
        initial={"host": str(entry.host_id or "")},
    )
    return _page(
        request,
        form,
        entry.sitting,
        lambda: act.entry_host_set(actor=user, entry_id=pk, seat_id=number(form.words("host")) or None),
        entry=entry,
        title=_("指定本项主持"),
        submit=_("保存"),
        done=_("已指定本项主持。"),
        lead=_("两个班子的班长轮流主持，也可以按议题指定（R46）。"),
    )


def entry_election(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how a personnel item is voted on: one by one, or as an election for so many places."""
    entry, user = entry_of(request, pk, "election_set"), actor(request)
    people = entry.item.candidates.count() if entry.item.matter_type.needs_candidates else 0
    form = forms.ElectionForm(request.POST or None, people=people, initial={"places": str(entry.places or "")})
    return _page(
        request,
        form,
        entry.sitting,
        lambda: act.election_set(actor=user, entry_id=pk, places=number(form.words("places")) or None),
        entry=entry,
        title=_("表决安排"),
        submit=_("保存"),
        done=_("已保存表决安排。"),
        lead=_("开会时冻结。选举由两个班子分别投票，两个班子都选出的人选才当选；票数相同、超出名额的另行投票。"),
    )


def recusal_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that somebody else has to step back from an entry."""
    entry, user = entry_of(request, pk, "recusal_report"), actor(request)
    seats = [seat for seat in read.seats_of(entry.sitting) if seat.user_id != user.pk]
    form = forms.ReportForm(request.POST or None, seats=seats)
    return _page(
        request,
        form,
        entry.sitting,
        lambda: act.recusal_report(
            actor=user,
            entry_id=pk,
            seat_id=_seat_in(form),
            kind=relation_in(form),
            reason=form.words("reason"),
        ),
        entry=entry,
        title=_("提出他人应当回避"),
        submit=_("提出"),
        done=_("已提出。主持人裁定前，这一项不能表决。"),
        lead=_("由主持人裁定；裁定前这个席位不发言、不投票，这一项不能开始表决（R24）。"),
    )


def recusal_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Rule on a recusal."""
    user = actor(request)
    row = access.fetch(
        Recusal.objects.select_related("entry__sitting__host__body", "entry__item", "seat"), user, "recusal_rule", pk
    )
    form = forms.RulingForm(request.POST or None)

    def do() -> None:
        if form.words("upheld") not in ("yes", "no"):
            raise Invalid(_("请选择裁定。"), fields={"upheld": _("请选择应当回避或不需要回避。")})
        act.recusal_rule(actor=user, recusal_id=pk, upheld=form.words("upheld") == "yes", reason=form.words("reason"))

    return _page(
        request,
        form,
        row.entry.sitting,
        do,
        entry=row.entry,
        title=_("回避裁定"),
        submit=_("作出裁定"),
        done=_("已作出裁定。"),
        quote=_("%(seat)s：%(kind)s，%(reason)s")
        % {"seat": row.seat.label, "kind": row.get_kind_display(), "reason": row.reason},
        lead=_("裁定记入会议记录，不能更改。应当回避的席位对这一项不计入实到（R24）。"),
    )


def entry_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Announce that an entry is to be discussed again."""
    entry, user = entry_of(request, pk, "entry_return"), actor(request)
    form = forms.Reasoned(request.POST or None)
    return _page(
        request,
        form,
        entry.sitting,
        lambda: act.entry_return(actor=user, entry_id=pk, reason=form.words("reason")),
        entry=entry,
        title=_("宣布再议"),
        submit=_("宣布再议"),
        done=_("已宣布再议，议题退回共谋。"),
        lead=_("方案需要作实质性修改时，退回共谋，修改后重新征求意见和审查（R28、R29）。"),
    )


def entry_go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why the sitting goes on although views are split."""
    entry, user = entry_of(request, pk, "entry_go_on"), actor(request)
    form = forms.GoOnForm(request.POST or None)
    return _page(
        request,
        form,
        entry.sitting,
        lambda: act.entry_go_on(
            actor=user, entry_id=pk, reason=form.words("reason"), emergency=bool(form.words("emergency"))
        ),
        entry=entry,
        title=_("说明继续审议的理由"),
        submit=_("继续审议"),
        done=_("理由已记入会议记录。"),
        lead=_("分歧较大时一般应当暂缓；继续审议的，理由记入会议记录（R25）。"),
    )


def stricter(request: HttpRequest, pk: int) -> HttpResponse:
    """A body invokes its stricter rule."""
    entry, user = entry_of(request, pk, "stricter_invoke"), actor(request)
    seats = [seat for seat in read.seats_of(entry.sitting) if seat.voting]
    form = forms.Seated(request.POST or None, seats=seats)
    form.fields["seat"].label = _("提出席位")
    return _page(
        request,
        form,
        entry.sitting,
        lambda: act.stricter_invoke(actor=user, entry_id=pk, seat_id=_seat_in(form), reason=form.words("reason")),
        entry=entry,
        title=_("登记从严规则"),
        submit=_("登记从严规则"),
        done=_("已登记。这个班子从现在起按从严规则计算。"),
        lead=_("由班子成员提出，班长或秘书登记；登记后对这一项一直有效，只改变本班子的法定人数和通过票数（R44）。"),
    )


def amendment_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose an amendment to a plan on the table."""
    entry, user = entry_of(request, pk, "amendment_propose"), actor(request)
    plans = plans_of(entry.item)
    seats = _own_first(entry, request)
    mine = any(seat.user_id == user.pk for seat in seats)
    form = forms.AmendmentForm(request.POST or None, seats=seats, mine=mine, plans=plans)

    def do() -> None:
        plan, _dash, clause = form.words("clause").partition("-")
        act.amendment_propose(
            actor=user,
            entry_id=pk,
            seat_id=_seat_in(form),
            plan_id=number(plan) or None,
            clause=number(clause),
            old=form.words("old"),
            new=form.words("new"),
            kind=form.words("kind"),
            reason=form.words("reason"),
        )

    return _page(
        request,
        form,
        entry.sitting,
        do,
        entry=entry,
        title=_("提出修正案"),
        submit=_("提出修正案"),
        done=_("修正案已提出，先于方案表决。"),
        plans=plans,
        lead=_(
            "只能修改议程上的方案，不能提出新的事项（R11）。文字修改通过后写入方案；实质性修改通过后退回共谋（R29）。"
        ),
    )


def _own_first(entry: AgendaEntry, request: HttpRequest) -> list[SittingSeat]:
    """The voting seats, those of the reader first."""
    seats = [seat for seat in read.seats_of(entry.sitting) if seat.voting]
    return sorted(seats, key=lambda seat: seat.user_id != actor(request).pk)


@require_POST
def amendment_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an amendment back."""
    user = actor(request)
    row = access.fetch(Amendment.objects.select_related("entry"), user, "amendment_withdraw", pk)
    return tell(
        request, lambda: act.amendment_withdraw(actor=user, amendment_id=pk), room_url(row.entry), _("修正案已撤回。")
    )


@require_POST
def hand(request: HttpRequest, pk: int, seat_pk: int, way: str) -> HttpResponse:
    """Ask for the floor, or give it back."""
    ways = {"raise": act.hand_raise, "lower": act.hand_lower}
    if way not in ways:
        raise Http404
    entry, user = entry_of(request, pk), actor(request)
    return tell(request, lambda: ways[way](actor=user, entry_id=pk, seat_id=seat_pk), room_url(entry))


def guest_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask somebody in for one entry."""
    entry, user = entry_of(request, pk, "guest_invite"), actor(request)
    form = forms.GuestForm(request.POST or None)
    return _page(
        request,
        form,
        entry.sitting,
        lambda: act.guest_invite(actor=user, entry_id=pk, name=form.words("name"), position=form.words("position")),
        entry=entry,
        title=_("邀请列席"),
        submit=_("邀请列席"),
        done=_("已邀请。到场时请登记进入会场。"),
        lead=_("只就这一项到场说明情况、回答询问，不参加表决，表决前离开会场（R17）。"),
    )


def guest(request: HttpRequest, pk: int) -> HttpResponse:
    """A guest comes in, speaks, leaves."""
    user = actor(request)
    row = access.fetch(
        Guest.objects.select_related("entry__sitting__host__body", "entry__item"), user, "guest_move", pk
    )
    way = request.POST.get("way", "")
    form = forms.SpeechForm(request.POST if way == "say" else None)
    context = {"guest": row, "entry": row.entry, "sitting": row.entry.sitting, "form": form}
    if request.method != "POST":
        return page(request, "guest", context)
    if way in ("in", "out"):
        return tell(
            request,
            lambda: act.guest_move(actor=user, guest_id=pk, inside=way == "in"),
            room_url(row.entry) if way == "out" else reverse("guest", args=[pk]),
        )
    try:
        act.guest_statement_record(actor=user, guest_id=pk, words=form.words("speech"))
    except Invalid as error:
        form.show(error)
        return page(request, "guest", context, error=error)
    except WrongState as error:
        messages.error(request, error.message)
        return redirect("guest", pk)
    messages.success(request, _("已记入会议记录。"))
    return redirect(room_url(row.entry))


def statement_check(request: HttpRequest, pk: int) -> HttpResponse:
    """The speaker confirms or corrects what the desk wrote down."""
    user = actor(request)
    row = access.fetch(
        Statement.objects.select_related("entry__sitting__host__body", "entry__item", "seat"),
        user,
        "statement_check",
        pk,
    )
    form = forms.SpeechForm(request.POST or None, initial={"speech": row.words})
    return _page(
        request,
        form,
        row.entry.sitting,
        lambda: act.statement_check(actor=user, statement_id=pk, words=form.words("speech") if row.words else None),
        entry=row.entry,
        title=_("确认发言记录"),
        submit=_("确认"),
        done=_("已记入会议记录。"),
        quote=select.noted(row),
        lead=_("记录无误的，直接确认；有出入的，改成您的原话后确认，原记录保留。态度要改变的，请在表决前再次发言。"),
    )

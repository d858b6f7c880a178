"""Where an entry stands in a sentence, why it cannot go on if it cannot, and what the desk can do about it."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from decisions import rules
from decisions.models import AgendaEntry, Sitting, SittingSeat, Statement
from decisions.selectors import ballots as select
from decisions.selectors import sittings as read
from decisions.selectors.room.shapes import Button, Control, Matters, Room
from permissions.ids import cover
from permissions.look import when_words
from permissions.models import User
from permissions.policies import may

Stage = AgendaEntry.Stage


def control_of(
    room: Room,
    entries: Sequence[AgendaEntry],
    seats: list[SittingSeat],
    roster: rules.Roster,
    views: dict[int, Statement],
    user: User,
) -> Control:
    """What `user` may do about the entry at hand; what the server would refuse them is not offered (R24)."""
    entry = room.entry
    assert entry is not None  # noqa: S101  # rooms without an entry have no control
    stage = Stage(entry.stage)
    if room.sitting.status == Sitting.Status.CLOSED:
        return Control(_("会议已结束"), buttons=_minutes_button(entry))
    if room.sitting.status == Sitting.Status.ADJOURNED:
        return _break(room.sitting)
    if stage == Stage.ANNOUNCED:
        return _after(room, entry, entries, user)
    if stage == Stage.WAITING:
        live = next((one for one in entries if one.stage in AgendaEntry.LIVE), None)
        if live is not None:
            return Control(
                _("这一项还没有开始"), _("第 %(order)s 项还没有结果，先议完那一项。") % {"order": live.order}
            )
        return Control(
            _("这一项还没有开始"),
            buttons=[_defer(entry), _do(entry, "call", _("进入第 %(order)s 项") % {"order": entry.order})],
        )
    if stage == Stage.INTRODUCED:
        return Control(
            _("正在介绍"),
            _("提出人介绍完后，到会成员逐一表明态度。"),
            [_defer(entry), _do(entry, "speaking", _("开始发言"), icon="mic")],
        )
    if stage == Stage.SPEAKING:
        return _before_vote(room, entry, seats, roster, views)
    return _during_vote(room, entry)


def _break(sitting: Sitting) -> Control:
    now = sitting.adjournments.filter(resumed_at__isnull=True).first()
    why = (
        _("%(reason)s。预计%(until)s 复会，复会后重新签到。")
        % {
            "reason": now.reason.rstrip("。"),
            "until": when_words(now.until),
        }
        if now
        else ""
    )
    resume = Button(
        _("复会"), reverse("sitting_resume", args=[sitting.pk]), "arrow-right", primary=True, id="do-resume"
    )
    return Control(_("会议休会中"), why, [resume])


def _open(room: Room, entry: AgendaEntry, label: str) -> list[Button]:
    """Open the vote in the usual way, or choose another on a page of its own; a secret vote is always opened there, after what it
    may show has been said."""
    ways = select.methods_for(entry, room.motion) if room.motion else ()
    page = reverse("entry_voting", args=[entry.pk])
    if ways and ways[0] is rules.Method.SECRET:
        return [Button(label, page, primary=True, post=False, id="do-voting")]
    other = [Button(_("换表决方式"), page, post=False, id="do-way")] if len(ways) > 1 else []
    return [*other, _do(entry, "voting", label)]


def _before_vote(
    room: Room, entry: AgendaEntry, seats: list[SittingSeat], roster: rules.Roster, views: dict[int, Statement]
) -> Control:
    found = read.blockers(entry, seats, roster, frozenset(views))
    if found:
        vote = _do(entry, "voting", _("开始表决"), blocked=True)
        buttons = [_defer(entry), *_way_on(entry, {code for code, _text in found}), vote]
        return Control(_("还不能开始表决"), buttons=buttons, reasons=[text for _code, text in found])
    return Control(
        _("可以开始表决"),
        _("两个班子均达到法定人数，到会成员都已表明态度。"),
        [_defer(entry), *_open(room, entry, _("开始表决"))],
    )


def rule_first(control: Control, matters: Matters) -> None:
    """Whoever has to rule on a recusal finds that in the place of the vote that waits for it (R24)."""
    due = next((one for one in matters.recusals if one.kind == "warn" and one.url), None)
    if due is not None and any(one.blocked for one in control.buttons):
        rule = Button(due.act, due.url, primary=True, post=False, id="do-rule")
        control.buttons = [*(one for one in control.buttons if not one.blocked), rule]
        due.url = due.act = ""


def _way_on(entry: AgendaEntry, codes: set[str]) -> list[Button]:
    """The one step that brings the entry nearer to its vote."""
    if "no_chair" in codes:
        url = reverse("chair_take", args=[entry.sitting_id]) + f"?of={cover(entry.pk)}"
        return [Button(_("接任主持"), url, "person-check", post=False, id="do-chair")]
    if "unheard" in codes:
        return [_do(entry, "next", _("下一位发言"), icon="mic", primary=False)]
    if "deep_split" in codes:
        return [Button(_("继续审议"), reverse("entry_go_on", args=[entry.pk]), "pen", post=False, id="do-go-on")]
    return []


def _during_vote(room: Room, entry: AgendaEntry) -> Control:
    turnouts = [side.turnout for side in room.sides if side.turnout]
    if not turnouts:
        title = _("下一项：%(motion)s") % {"motion": room.motion.text if room.motion else ""}
        following = _open(room, entry, _("开始下一项表决"))
        if room.motion is None or room.motion.candidate_id is None:
            words = _("修正案先于方案表决；几个方案逐一表决，先通过的为准。")
            if room.motion is not None and room.motion.places is not None:
                words = _("票数相同的名额由两个班子另行投票。")
            return Control(title, words, following)
        return Control(title, _("人事事项逐人表决，一次一人（R18）。"), following)
    if any(turnout.ballot.is_open for turnout in turnouts):
        lost = read.quorum_lost([turnout.ballot for turnout in turnouts])
        if lost:
            return Control(
                _("表决中途未达到法定人数"),
                _("%(bodies)s有成员离席，投票的和在场的不足法定人数。请等他们回到会场，或者宣布暂缓，这次表决作废。")
                % {"bodies": _("、").join(ballot.body.label for ballot in lost)},
                [_defer(entry), _do(entry, "close", _("结束表决"), blocked=True)],
            )
        waiting = sum(turnout.waiting for turnout in turnouts)
        written = [turnout.ballot for turnout in turnouts if turnout.ballot.is_open and turnout.ballot.by_sheet]
        open_sheets = [ballot for ballot in written if select.agreed(ballot) is None or select.objections(ballot)]
        if open_sheets:
            links = [
                Button(
                    _("登记%(body)s") % {"body": ballot.body.label},
                    reverse("ballot", args=[ballot.pk]),
                    post=False,
                    primary=place == 0,
                    id=f"do-sheet-{ballot.pk}",
                )
                for place, ballot in enumerate(open_sheets)
            ]
            if any(select.objections(ballot) for ballot in open_sheets):
                words = _("请两人核对后重新登记，或者请提出异议的成员确认无误。")
                return Control(_("有成员对登记的表决有异议"), words, links)
            if any(select.sheets(ballot).differ for ballot in open_sheets):
                return Control(_("两人登记的结果不一致"), _("请核对后重新登记，两份一致才能结束表决。"), links)
            return Control(_("等待两人分别登记"), _("两人登记一致、没有异议后，才能结束表决。"), links)
        certain = [turnout.ballot for turnout in turnouts if turnout.ballot.is_open]
        if waiting and all(select.certain(ballot) for ballot in certain):
            words = _("还有 %(count)s 席没有投票，已不影响结果。") % {"count": waiting}
            return Control(_("结果已定，可以结束表决"), words, [_do(entry, "close", _("结束表决"))])
        if not waiting:
            return Control(_("到会席位都已投票"), buttons=[_do(entry, "close", _("结束表决"))])
        early = Button(_("提前结束"), reverse("entry_early", args=[entry.pk]), post=False, id="do-early")
        return Control(
            _("正在表决"),
            _("还有 %(count)s 席没有投票。结束前只显示已投席数，不显示票向。") % {"count": waiting},
            [early, _do(entry, "close", _("结束表决"), blocked=True)],
        )
    return Control(
        _("表决已结束，等待宣布"),
        _("宣布后形成两个班子各自的决议，不能更改。"),
        [_do(entry, "announce", _("宣布结果"), icon="megaphone")],
    )


def _after(room: Room, entry: AgendaEntry, entries: Sequence[AgendaEntry], user: User) -> Control:
    buttons = _minutes_button(entry)
    live = next((one for one in entries if one.stage in AgendaEntry.LIVE), None)
    waiting = next((one for one in entries if one.stage == Stage.WAITING), None)
    if live is not None:
        url = reverse("sitting", args=[room.sitting.pk])
        buttons.append(
            Button(_("回到第 %(order)s 项") % {"order": live.order}, url, primary=True, post=False, id="do-back")
        )
    elif waiting is not None:
        if not waiting.item.covered and may(user, "entry_call", waiting):
            buttons.append(_do(waiting, "call", _("进入第 %(order)s 项") % {"order": waiting.order}))
    else:
        buttons.append(
            Button(_("结束会议"), reverse("sitting_close", args=[room.sitting.pk]), primary=True, id="do-end")
        )
    return Control(_("本项已有结果"), buttons=buttons)


def _minutes_button(entry: AgendaEntry) -> list[Button]:
    minutes = getattr(entry, "minutes", None)
    if minutes is None:
        return []
    return [
        Button(_("看纪要草稿"), reverse("minutes", args=[minutes.pk]), "file-earmark-text", post=False, id="do-minutes")
    ]


def _defer(entry: AgendaEntry) -> Button:
    return Button(
        pgettext("button", "暂缓"), reverse("entry_defer", args=[entry.pk]), "pause-fill", post=False, id="do-defer"
    )


def _do(
    entry: AgendaEntry, verb: str, label: str, *, icon: str = "", primary: bool = True, blocked: bool = False
) -> Button:
    url = reverse("entry_do", args=[entry.pk, verb])
    return Button(label, url, icon, primary=primary, blocked=blocked, id=f"do-{verb}")

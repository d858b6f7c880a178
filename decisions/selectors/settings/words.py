"""The words of a rule set: remarks, shares, ways of voting."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from decisions import rules
from decisions.rules import coherence
from decisions.rules.coherence import Remark


def remark_words(said: coherence.Said) -> str:
    """A remark about a rule set as a sentence."""
    words = {
        Remark.BODY_MISSING: _("这个班子还没有人数要求，请填写。"),
        Remark.BODY_UNKNOWN: _("没有这个班子，请删去。"),
        Remark.NOT_STRICTER: _("从严的要求不能低于平时的要求（R44）。"),
        Remark.FEW_VOTES: _("至少填 2：只有一人投票时，结果就是他的选择。"),
        Remark.QUORUM_LOW: _("法定人数低于半数（R13）。"),
        Remark.PASSING_LOW: _("不过半数也能通过（R21）。"),
        Remark.RECONSIDER_LOW: _("不过半数成员同意也能复议（R38）。"),
        Remark.PERIOD_SHORT: _("比公开规定的期限短（国务院令第713号）。"),
        Remark.PERIOD_LONG: _("比公开规定的期限长（国务院令第713号第三十二条）。"),
        Remark.SILENT: _("表决前不要求人人表明态度（R19）。"),
        Remark.NOT_LAST: _("班长不是末位发言和投票（R20）。"),
    }
    return words[said.remark]


def share(threshold: rules.Threshold | None) -> str:
    """A share in words, in the language of the reader."""
    if threshold is None:
        return _("不设")
    english = (get_language() or "").startswith("en")
    return rules.share_en(threshold) if english else rules.share_zh(threshold)


def method_words(method: rules.Method) -> str:
    """A way of voting in words."""
    return {
        rules.Method.NAMED: _("记名表决"),
        rules.Method.HANDS: _("举手表决"),
        rules.Method.VOICE: _("口头表决"),
        rules.Method.SECRET: _("无记名表决"),
    }[method]


def two_seats_words(setting: rules.TwoSeats) -> str:
    """What somebody with two seats may do, in words."""
    return {
        rules.TwoSeats.EACH: _("每席一票"),
        rules.TwoSeats.BARRED: _("只在一个班子表决"),
    }[setting]

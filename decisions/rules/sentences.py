"""Verdicts in words, with the proof in whole numbers beside them.

Chinese and English, said the same way everywhere.
"""

from __future__ import annotations

from decisions.rules.roster import Quorum
from decisions.rules.tally import Verdict
from decisions.rules.thresholds import Threshold

_DIGITS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十")


def share_zh(threshold: Threshold) -> str:
    """The threshold as the rules put it: 超过半数, 半数以上, 三分之二以上 (R15)."""
    if threshold.num == threshold.den:
        return "全体"
    if (threshold.num, threshold.den) == (1, 2):
        share = "半数"
    elif threshold.den < len(_DIGITS):
        share = f"{_DIGITS[threshold.den]}分之{_DIGITS[threshold.num]}"
    else:
        share = f" {threshold.num}/{threshold.den} "
    return f"超过{share}" if threshold.strict else f"{share}以上"


def share_en(threshold: Threshold) -> str:
    """The threshold in English: "more than half", "at least 2/3"."""
    if threshold.num == threshold.den:
        return "all"
    share = "half" if (threshold.num, threshold.den) == (1, 2) else f"{threshold.num}/{threshold.den}"
    return f"more than {share}" if threshold.strict else f"at least {share}"


def explain_zh(verdict: Verdict) -> str:
    """赞成 6 / 应到 9，须超过半数即 5 票，通过。"""
    need = f"赞成 {verdict.in_favour} / 应到 {verdict.due}，须{share_zh(verdict.threshold)}即 {verdict.required} 票，"
    return need + ("通过。" if verdict.passed else f"差 {verdict.short} 票，未通过。")


def explain_en(verdict: Verdict) -> str:
    """In favour 6 of 9 due; more than half means 5 votes: passed."""
    need = (
        f"In favour {verdict.in_favour} of {verdict.due} due; {share_en(verdict.threshold)} means {verdict.required} "
        f"{'vote' if verdict.required == 1 else 'votes'}: "
    )
    return need + ("passed." if verdict.passed else f"{verdict.short} short, not passed.")


def proof_zh(verdict: Verdict) -> str:
    """核算：6 × 2 = 12，大于 9。 The comparison that decided, in whole numbers."""
    return f"核算：{_product(verdict)}，{_relation(verdict, '大于', '等于', '小于')} {_side(verdict)}。"


def proof_en(verdict: Verdict) -> str:
    """Check: 6 × 2 = 12, more than 9."""
    return f"Check: {_product(verdict)}, {_relation(verdict, 'more than', 'equal to', 'less than')} {_side(verdict)}."


def others_zh(verdict: Verdict) -> str:
    """反对 1，弃权 1，缺席 1。 Whatever is not in favour and not nought; empty when there is nothing."""
    parts = [
        f"{word} {count}"
        for word, count in zip(("反对", "弃权", "废票", "未投", "缺席", "回避"), _others(verdict), strict=True)
        if count
    ]
    tail = f"应到{'已' if verdict.shrunk else '不'}因回避减少。" if verdict.recused else ""
    return ("，".join(parts) + "。" if parts else "") + tail


def others_en(verdict: Verdict) -> str:
    """Against 1, abstained 1, absent 1."""
    words = ("against", "abstained", "spoilt", "not voted", "absent", "recused")
    parts = [f"{word} {count}" for word, count in zip(words, _others(verdict), strict=True) if count]
    tail = f" The base is {'' if verdict.shrunk else 'not '}reduced by recusals." if verdict.recused else ""
    line = ", ".join(parts)
    return (line[:1].upper() + line[1:] + "." if line else "") + tail


def quorum_zh(found: Quorum) -> str:
    """应到 9，实到 8，须到 5，达到法定人数。"""
    end = "达到法定人数。" if found.reached else f"差 {found.missing} 人，未达到法定人数。"
    return f"应到 {found.due}，实到 {found.present}，须到 {found.required}，{end}"


def quorum_en(found: Quorum) -> str:
    """Due 9, present 8, needed 5: quorum reached."""
    end = "quorum reached." if found.reached else f"{found.missing} short, no quorum."
    return f"Due {found.due}, present {found.present}, needed {found.required}: {end}"


def _others(verdict: Verdict) -> tuple[int, ...]:
    return verdict.against, verdict.abstained, verdict.spoilt, verdict.not_voted, verdict.absent, verdict.recused


def _product(verdict: Verdict) -> str:
    return f"{verdict.in_favour} × {verdict.threshold.den} = {verdict.in_favour * verdict.threshold.den}"


def _side(verdict: Verdict) -> str:
    product = verdict.threshold.num * verdict.due
    return str(product) if verdict.threshold.num == 1 else f"{verdict.due} × {verdict.threshold.num} = {product}"


def _relation(verdict: Verdict, more: str, same: str, less: str) -> str:
    left, right = verdict.in_favour * verdict.threshold.den, verdict.threshold.num * verdict.due
    return more if left > right else same if left == right else less

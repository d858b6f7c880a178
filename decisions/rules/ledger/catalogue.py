"""The catalogue of the rules R1–R47: what each asks, where it comes from, and how well that source is established."""

from __future__ import annotations

from decisions.rules.ledger.shapes import Grade, Phase, Rule

_V, _T, _M, _D = (Grade.TEXT,), (Grade.EXCERPT,), (Grade.MEMORY,), (Grade.DESIGN,)
_VT = (Grade.TEXT, Grade.EXCERPT)
_TD = (Grade.EXCERPT, Grade.DESIGN)
_TM = (Grade.EXCERPT, Grade.MEMORY)
_PREP, _SIT, _AFTER, _JOINT = Phase.PREPARATION, Phase.SITTING, Phase.AFTER, Phase.TOGETHER


def _art(number: str) -> tuple[str, str]:
    return f"国务院令713号 第{number}条", f"State Council Decree 713, art. {number}"


def _rule(
    number: int,
    phase: Phase,
    zh: str,
    en: str,
    grades: tuple[Grade, ...],
    clause: tuple[str, str] = ("", ""),
    *,
    waivable: bool = False,
) -> Rule:
    return Rule(number, phase, zh, en, grades, *clause, waivable=waivable)


RULES: tuple[Rule, ...] = (
    _rule(
        1,
        _PREP,
        "按事项类型确定表单、材料、限额、流程和规则",
        "The matter type selects form, papers, limit, flow and rules",
        _T,
    ),
    _rule(
        2, _PREP, "超过限额的事项必须经会议表决", "Over its limit an item is decided by a vote in a sitting alone", _T
    ),
    _rule(3, _PREP, "上会必备材料齐全", "An item is tabled with all its required materials", _V, _art("29")),
    _rule(
        4,
        _PREP,
        "未经或未通过合法性审查，不得上会",
        "Without a passed legality review an item is not tabled",
        _V,
        _art("25"),
    ),
    _rule(
        5,
        _PREP,
        "合法性审查不少于规定的工作日",
        "A legality review is given its working days",
        _V,
        _art("26"),
        waivable=True,
    ),
    _rule(
        6,
        _PREP,
        "公开征求意见不少于规定日数，缩短须公布理由",
        "Public comment is open its days; shortened with a published reason",
        _V,
        _art("15"),
    ),
    _rule(
        7,
        _PREP,
        "专家无利害关系，意见签名，保留不同意见",
        "Experts have no interest, sign, and their dissent is kept",
        _V,
        _art("19-20"),
    ),
    _rule(
        8,
        _PREP,
        "风险不可控的，调整方案并重新评估",
        "What cannot be controlled goes back to the plan and is assessed again",
        _V,
        _art("24"),
    ),
    _rule(
        9,
        _PREP,
        "分歧较大时可提交两个以上方案",
        "Where views differ much, two or more plans may be tabled",
        _V,
        _art("12"),
    ),
    _rule(
        10,
        _PREP,
        "会前酝酿只记录意见，不产生票",
        "Consultation before the meeting records views and makes no votes",
        _M,
        waivable=True,
    ),
    _rule(
        11,
        _PREP,
        "会前按期送达，议程冻结，不搞临时动议",
        "Notice in time, the agenda frozen, no motion from the floor",
        _T,
    ),
    _rule(12, _PREP, "双方秘书分别确认共提", "Each body's secretary confirms the joint proposal", _D),
    _rule(13, _SIT, "每个班子到会人数达到应到的二分之一以上", "At least half of each body is present", _T),
    _rule(
        14, _SIT, "人事事项每个班子须三分之二以上到会", "For personnel at least two thirds of each body are present", _T
    ),
    _rule(
        15,
        _SIT,
        "“以上”含本数，“超过”不含本数，按整数核算",
        "At least includes the number, more than excludes it, in whole numbers",
        _V,
        ("民法典 第1259条（参照）", "Civil Code, art. 1259 (by analogy)"),
    ),
    _rule(16, _SIT, "逐项核对到会人数", "The quorum is checked for each item", _D),
    _rule(17, _SIT, "列席人员不表决", "Those in attendance do not vote", _T),
    _rule(18, _SIT, "一事一议，逐项逐人表决", "One matter, one vote; personnel one person at a time", _T),
    _rule(19, _SIT, "到会成员表决前逐一表明态度", "Everybody present states a view before the vote", _T),
    _rule(20, _SIT, "主要负责人末位发言、末位表决", "The principal speaks and votes last", _VT, _art("30")),
    _rule(21, _SIT, "赞成票超过应到人数的半数", "Votes in favour exceed half of those due", _T),
    _rule(
        22,
        _SIT,
        "缺席者书面意见只记录不计票，不得代投",
        "An absent member's opinion is recorded, never counted; no proxies",
        _T,
    ),
    _rule(23, _SIT, "表决方式合规并记录", "The method of voting is allowed and recorded", _T),
    _rule(
        24,
        _SIT,
        "有利害关系的回避",
        "Who has an interest steps back",
        _V,
        ("公务员法 第76、77条", "Civil Servants Law, art. 76-77"),
    ),
    _rule(25, _SIT, "分歧大或情况不清的暂缓", "Deep split or unclear facts: deferred", _T),
    _rule(
        26, _SIT, "紧急处置后报告，由下次会议追认", "An emergency decision is reported at once and ratified next", _M
    ),
    _rule(
        27,
        _SIT,
        "行政首长与多数意见不一致的说明理由",
        "A head who decides against the majority states the reasons",
        _V,
        _art("30"),
    ),
    _rule(28, _SIT, "当场宣布结果", "The result is announced on the spot", _T, waivable=True),
    _rule(29, _SIT, "实质性修改须重新履行程序", "A change of substance runs the procedure again", _T),
    _rule(
        30,
        _AFTER,
        "记录完整：时间、地点、出席、发言、票数、不同意见",
        "The record is whole: time, place, people, speeches, counts, dissent",
        _V,
        _art("30"),
    ),
    _rule(31, _AFTER, "不同意见逐字保留，可导出", "Dissent is kept word for word and can be exported", _V, _art("38")),
    _rule(32, _AFTER, "纪要经起草、校核、双方班长签署", "Minutes are drafted, checked, and signed by each chair", _D),
    _rule(
        33,
        _AFTER,
        "在规定工作日内公开，依法保密的除外",
        "Published within its working days, except lawful secrets",
        _V,
        _art("32"),
    ),
    _rule(34, _AFTER, "需要时报告上级", "Reported to the superior where required", _V, _art("31")),
    _rule(35, _AFTER, "全程材料归档", "The whole procedure is archived", _V, _art("33")),
    _rule(
        36,
        _AFTER,
        "明确承办单位，报告进展，接受督办",
        "A unit is named, reports, and is supervised",
        _V,
        _art("34"),
        waivable=True,
    ),
    _rule(37, _AFTER, "未经程序不得变更或停止执行", "No change or stop without procedure", _V, _art("37")),
    _rule(
        38, _AFTER, "人事复议须过半数成员同意", "Reconsidering a personnel decision needs more than half to agree", _T
    ),
    _rule(
        39,
        _AFTER,
        "按条件开展后评估，原评估人回避",
        "Evaluated when due, not by whoever reviewed it before",
        _V,
        _art("36"),
        waivable=True,
    ),
    _rule(
        40, _AFTER, "涉密事项指定读者、水印、留痕", "Confidential items: named readers, watermark, a log of views", _TD
    ),
    _rule(41, _JOINT, "党委、党组按同一规则表决", "Both bodies vote by the same rule", _TM),
    _rule(
        42,
        _JOINT,
        "分别名册、分别法定人数、分别计票，均通过才通过",
        "Two rosters, two quorums, two tallies; both must pass",
        _D,
    ),
    _rule(43, _JOINT, "交叉任职者按席位分别投票", "Who holds two seats votes once for each", _D),
    _rule(44, _JOINT, "任一班子可提出适用更严格规则", "Either body may invoke its stricter rule", _D),
    _rule(
        45,
        _JOINT,
        "联合纪要载明两组票数，双方签署同一文件",
        "Joint minutes carry both counts; both sign the same document",
        _D,
    ),
    _rule(46, _JOINT, "主持人轮流或逐项指定", "Chairs alternate or are named for each item", _D, waivable=True),
    _rule(47, _JOINT, "开会时冻结规则和名册", "Rules and rosters freeze when the sitting opens", _D),
)
"""Every rule once, in order of its number."""

BY_NUMBER = {rule.number: rule for rule in RULES}
WAIVABLE = frozenset(rule.number for rule in RULES if rule.waivable)
"""What a principal may let pass after the fact: rules of order, none of law's conditions and none of counting."""

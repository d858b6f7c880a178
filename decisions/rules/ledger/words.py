"""Findings in words, Chinese and English, from the keys and figures they carry; a ledger kept years ago reads the same way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from decisions.rules.ledger.shapes import Finding, Said, State
from decisions.rules.sentences import share_en, share_zh
from decisions.rules.thresholds import Threshold

STATES: Mapping[State, tuple[str, str]] = {
    State.HELD: ("符合", "Held"),
    State.FAILED: ("不符合", "Failed"),
    State.WAIVED: ("已豁免", "Waived"),
    State.NA: ("不适用", "Not applicable"),
    State.OPEN: ("未到时点", "Not yet due"),
}
FAILS_NOW = ("现在会不符合", "Would fail now")

SENTENCES: Mapping[str, tuple[str, str]] = {
    "announced": ("{at} 宣布：{outcome}", "announced {at}: {outcome}"),
    "after_signing": ("会签之后起算", "counts from the signatures"),
    "against_votes": ("结果与票数不符：{motions}", "the result contradicts the votes: {motions}"),
    "archive_broken": ("日志第 {seq} 条起核验不符", "the log does not verify from entry {seq} on"),
    "archive_waits": (
        "已有 {files} 份材料、{log} 条日志，办结后归档",
        "{files} files and {log} log entries so far; archived at the end",
    ),
    "archived": ("{files} 份材料，{log} 条日志", "{files} files, {log} log entries"),
    "barred_evaluator": ("{count} 名评估人曾参与审查或评估", "{count} evaluators had reviewed or evaluated it before"),
    "barred_votes": ("不得表决的第二席位投了 {count} 票", "{count} votes of a second seat that may not vote"),
    "by_procedure": ("已按程序办理", "by procedure"),
    "chair": ("{seat}主持", "{seat} presides"),
    "chair_taken": ("{seat}接任主持", "{seat} took the chair"),
    "check_waits": ("等另一方秘书校核", "waits for the other side's check"),
    "checked_each": ("逐项核对 {count} 次，回避 {recused} 席", "checked {count} times, {recused} recused"),
    "confirmation_waits": ("等{bodies}确认共提", "waits for {bodies} to confirm"),
    "confirmed": ("{bodies}均已确认，{at}", "confirmed by {bodies}, {at}"),
    "count": (
        "{body}赞成 {votes} / 应到 {due}，须 {needed}",
        "{body}: {votes} of {due} due in favour, {needed} needed",
    ),
    "deferred": ("已宣布暂缓", "deferred"),
    "dissent_lost": ("{count} 条不同意见没有写进纪要", "{count} dissenting views are missing from the minutes"),
    "dissents": ("{count} 条不同意见，逐字在案", "{count} dissenting views, word for word"),
    "division": (
        "{body} {stated} 席中 {apart} 席不同意或要求缓议",
        "{body}: {apart} of {stated} disagree or ask to defer",
    ),
    "done": ("{title}：{done} 办结，期限 {due}", "{title}: done {done}, due {due}"),
    "done_late": ("{title}：{done} 办结，超过期限 {due}", "{title}: done {done}, after its day {due}"),
    "each_by_itself": ("{count} 个班子各自计票，结果一致于票数", "{count} bodies counted each by itself"),
    "early_votes": ("会前已有 {count} 票", "{count} votes before the meeting"),
    "emergency": ("紧急事项，不暂缓", "an emergency is not deferred"),
    "ended_before_vote": ("没有进入表决", "it did not come to a vote"),
    "ended_without_vote": ("未经会议表决即办结", "completed without a vote"),
    "execution": ("{unit}承办，报告进展 {reports} 次", "{unit}, {reports} reports"),
    "execution_overdue": ("{unit}承办，逾期：{what}", "{unit}, overdue: {what}"),
    "exempt": ("依法不公开：{why}", "not published by law: {why}"),
    "experts": ("{count} 份签名意见，不同意见 {dissents} 份", "{count} signed opinions, {dissents} dissenting"),
    "frozen": ("{at} 冻结，名册 {seats} 席", "frozen {at}, {seats} seats"),
    "in_the_sitting": ("会上核算", "counted in the sitting"),
    "interested_expert": ("{count} 名有利害关系的专家出具了意见", "{count} experts with an interest gave opinions"),
    "late_allowed": ("通知之后增加，经批准", "added after notice, with leave"),
    "late_motion": ("通知之后增加，未经批准", "added after notice without leave"),
    "methods": ("{methods}", "{methods}"),
    "missing_now": ("{body}实到 {present}，须到 {needed}", "{body}: {present} present, {needed} needed"),
    "motions": ("单独表决，{count} 项", "voted on by itself, {count} motions"),
    "must_be_present": ("{body}须到 {needed} / {due}", "{body} needs {needed} of {due}"),
    "ratified_unconfirmed": (
        "追认紧急决定，不经共提确认",
        "an emergency decision is ratified without joint proposal",
    ),
    "need_words": ("{words}", "{words}"),
    "need": ("{title}：{words}", "{title}: {words}"),
    "never_announced": ("会议结束时没有宣布结果", "the sitting closed without announcing it"),
    "no_chair": ("主持人不在会场或者已经回避", "nobody presides"),
    "no_comment_asked": ("这类事项不要求公开征求意见", "no public comment is asked for"),
    "no_dissent": ("没有不同意见", "no dissent"),
    "no_emergency": ("不是紧急事项", "not an emergency"),
    "no_expert_asked": ("这类事项不要求专家论证", "no experts are asked for"),
    "no_limit": ("没有金额或限额", "no amount or no limit"),
    "no_minutes": ("还没有纪要", "no minutes yet"),
    "no_notice": ("没有发出通知就开会", "opened without notice"),
    "no_notice_yet": ("还没有发出通知", "no notice yet"),
    "no_observers": ("没有列席人员", "nobody in attendance"),
    "no_opinions": ("没有收到意见", "no opinions received"),
    "no_papers_asked": ("这类事项没有必备材料", "no materials are asked for"),
    "no_personnel": ("不是人事事项", "not a personnel matter"),
    "no_plan": ("还没有方案", "no plan yet"),
    "no_proxies": ("没有代投，书面意见 {written} 份，未计票", "no proxies; {written} written opinions, none counted"),
    "no_recusal": ("没有提出回避", "no recusal"),
    "no_report_owed": ("不属于报告范围", "no report is owed"),
    "no_review_asked": ("这类事项不要求合法性审查", "no legality review is asked for"),
    "no_risk_asked": ("这类事项不要求风险评估", "no risk assessment is asked for"),
    "no_split": ("没有出现较大分歧", "no deep split"),
    "no_support": ("还没有成员同意", "nobody agreed yet"),
    "no_two_seats": ("没有交叉任职者", "nobody holds two seats"),
    "no_unit": ("还没有交办", "nobody is named yet"),
    "not_announced": ("还没有宣布", "not announced yet"),
    "not_confidential": ("不涉密", "not confidential"),
    "not_frozen": ("开会时没有冻结规则或名册", "rules or roster were not frozen"),
    "not_passed": ("没有通过，不产生后续义务", "not passed, nothing follows"),
    "not_ratified": ("没有追认", "not ratified"),
    "not_reconsidered": ("没有复议", "not reconsidered"),
    "not_signed_off": ("没有通过，纪要不会签", "not passed, the minutes are not signed off"),
    "not_stricter": ("没有提出从严", "no stricter rule was invoked"),
    "not_submitted": ("还没有提交", "not submitted yet"),
    "not_triggered": ("条件未触发", "nothing has triggered it"),
    "observer_votes": ("列席席位投了 {count} 票", "{count} votes of seats without vote"),
    "observers": ("列席 {count} 人，无票", "{count} in attendance, none voted"),
    "on_no_agenda": ("还没有列入议程", "on no agenda yet"),
    "one_by_one": ("逐人表决 {count} 人", "{count} people, one at a time"),
    "one_plan": ("只有一个方案", "one plan only"),
    "only_by_vote": ("必须经联席会议表决，不能用会签代替", "a vote is needed; sign-off does not replace it"),
    "opinions": ("{count} 条意见都有答复", "{count} opinions, all answered"),
    "other_document": ("签名不在同一份文件上", "the signatures are not over the same document"),
    "over_limit": ("{amount} 万元，超过 {limit} 万元限额", "{amount} over the limit of {limit} (10,000 yuan)"),
    "overdue": ("{title}：应于 {due} 前办结，已逾期", "{title}: due {due}, overdue"),
    "owed": ("{title}：期限 {due}", "{title}: due {due}"),
    "papers_whole": ("{count} 份齐全", "{count}, all there"),
    "party_bodies": ("党的班子不适用", "not for party bodies"),
    "personnel_quorum": ("人事事项，按 R14 核算", "personnel: see R14"),
    "plans": ("{count} 个方案一并提交", "{count} plans tabled together"),
    "principal_away": ("主要负责人不在会场", "the principals were away"),
    "principal_early": ("{seats}先于他人发言或表决", "{seats} spoke or voted before others"),
    "principal_last": ("主要负责人均为本班子最后", "each principal was last in their body"),
    "proxies": ("不应有的票 {absent} 张，代投 {proxies} 张", "{absent} votes of absent seats, {proxies} by proxy"),
    "r1": ("{kind}，{rules}第 {number} 版", "{kind}, {rules} version {number}"),
    "ratification_waits": ("等下次会议追认", "waits for ratification"),
    "ratified": ("已报告，已追认", "reported and ratified"),
    "read_by_others": ("{count} 次由指定以外的人查阅", "opened {count} times by others"),
    "readers": ("知悉人员 {count} 人，查阅 {views} 次", "{count} readers, opened {views} times"),
    "record_lacks": ("记录缺：{parts}", "the record lacks: {parts}"),
    "record_whole": ("{count} 项齐全", "{count} parts, all there"),
    "recused": (
        "回避 {count} 席，按缺席计；不予回避 {dismissed} 席",
        "{count} recused, counted as absent; {dismissed} dismissed",
    ),
    "recused_voted": ("回避的席位投了 {count} 票", "{count} votes of recused seats"),
    "report_late": ("没有在 {due} 前向全体成员报告", "not reported by {due}"),
    "report_waits": ("须在 {due} 前报告", "to be reported by {due}"),
    "reviewed_version": (
        "第 {number} 版，最近实质性修改第 {substantive} 版，审查针对它",
        "version {number}; its last substance, version {substantive}, was reviewed",
    ),
    "same_document": ("摘要 {digest}，{count} 签一致", "digest {digest}, {count} signatures"),
    "same_rules": ("{rules}第 {number} 版", "{rules} version {number}"),
    "several_at_once": ("几件事或几个人合在一起表决", "several matters or people in one vote"),
    "signature_waits": ("等{bodies}签署", "waits for {bodies} to sign"),
    "signed": ("第 {version} 稿，{at} 双方签署", "version {version}, signed {at}"),
    "signed_unchecked": ("未经校核即签署", "signed before it was checked"),
    "split": ("一方通过、一方未通过", "one body passed, the other did not"),
    "split_route": ("{route}", "{route}"),
    "split_waits": ("等双方班长定去向", "the chairs have yet to choose its way"),
    "stated": ("{count} 席已表明态度", "{count} seats stated a view"),
    "stricter": ("{bodies}适用从严规则", "{bodies} invoked the stricter rule"),
    "substance_after_review": (
        "第 {number} 版有实质性修改，须重新审查",
        "version {number} changed substance and must be reviewed again",
    ),
    "support": ("{body}同意 {agreed}，须 {needed}", "{body}: {agreed} agreed, {needed} needed"),
    "suspended": ("已紧急中止，等变更或停止程序", "suspended; the procedure has to follow"),
    "switched_off": ("规则集没有启用", "switched off in the rule set"),
    "too_few": ("只有 {agreed} 人同意，不足规定人数", "only {agreed} agreed, too few"),
    "two_seats": ("{count} 人两席，两票分别记录", "{count} people with two seats, one ballot each"),
    "two_seats_barred": ("{count} 人两席，只在一个班子表决", "{count} people with two seats, voting in one body"),
    "unanswered": ("还有 {count} 条意见没有答复", "{count} opinions without an answer"),
    "unchanged": ("未变更、未停止", "neither changed nor stopped"),
    "under_limit": ("{amount} 万元，未超过 {limit} 万元限额", "{amount}, within the limit of {limit} (10,000 yuan)"),
    "unheard": ("还有 {count} 席未表明态度", "{count} seats have not stated a view"),
    "unprocedural": (
        "{count} 次变更或中止没有按期履行程序",
        "{count} changes or suspensions without procedure in time",
    ),
    "unruled": ("{count} 席是否回避还没有裁定", "{count} recusals not ruled on"),
    "unsigned_expert": ("{count} 份专家意见没有签名", "{count} expert opinions without signature"),
    "version": ("第 {number} 版", "version {number}"),
    "voted": ("已经会议表决", "voted on in a sitting"),
    "was_present": (
        "{body}实到 {present} / {due}，须到 {needed}",
        "{body}: {present} of {due} present, {needed} needed",
    ),
    "notice": ("{at} 通知，提前 {days} 日，须 {needed} 日", "notice {at}, {days} days ahead, {needed} asked"),
}

_OUTCOMES: Mapping[str, tuple[str, str]] = {
    "passed": ("通过", "passed"),
    "rejected": ("未通过", "not passed"),
    "split": ("有分歧", "split"),
    "deferred": ("暂缓", "deferred"),
    "amended": ("修改后通过", "passed as amended"),
    "rediscuss": ("再议", "to be discussed again"),
    "lapsed": ("不再表决", "lapsed"),
}
_METHODS: Mapping[str, tuple[str, str]] = {
    "named": ("记名表决", "named ballot"),
    "hands": ("举手表决", "show of hands"),
    "voice": ("口头表决", "voice vote"),
    "secret": ("无记名表决", "secret ballot"),
}
_PARTS: Mapping[str, tuple[str, str]] = {
    "place": ("地点", "place"),
    "time": ("时间", "time"),
    "chair": ("主持", "chair"),
    "recorder": ("记录人", "recorder"),
    "present": ("出席", "present"),
    "absent_reason": ("缺席原因", "reasons of absence"),
    "statements": ("发言", "speeches"),
    "method": ("表决方式", "method"),
    "counts": ("票数", "counts"),
    "text": ("正文", "text"),
}
#: the parts a whole record has
PARTS = tuple(_PARTS)


def english(language: str) -> bool:
    """Whether a language code means English."""
    return language.startswith("en")


def text(finding: Finding, language: str) -> str:
    """The finding's sentence."""
    return ("; " if english(language) else "；").join(part(one, language) for one in finding.detail)


def part(one: Said, language: str) -> str:
    """One part of a sentence. A key of a later release reads as itself; nothing here raises."""
    pattern = SENTENCES.get(one.key, (one.key, one.key))[english(language)]
    return pattern.format_map(_Filled({name: _word(name, value, language) for name, value in one.values.items()}))


class _Filled(dict[str, str]):
    """What a sentence is filled with; what is missing stays visible."""

    def __missing__(self, key: str) -> str:
        return "—"


def word(value: Any, language: str) -> str:
    """A figure among the inputs, as people read it."""
    return _word("", value, language)


def _word(name: str, value: Any, language: str) -> str:
    if value is None:
        return "—"
    if name == "outcome" and isinstance(value, str):
        return _OUTCOMES.get(value, (value, value))[english(language)]
    if isinstance(value, Mapping):
        return _named(value, language)
    if isinstance(value, list | tuple):
        return (", " if english(language) else "、").join(_word(name, one, language) for one in value) or "—"
    if isinstance(value, bool):
        return (("no", "yes") if english(language) else ("否", "是"))[value]
    return str(value)


def _named(value: Mapping[str, Any], language: str) -> str:
    if "zh" in value:
        chinese, other = str(value["zh"]), str(value.get("en") or value["zh"])
        return other if english(language) else chinese
    if "at" in value and len(value) == 1:
        return moment(str(value["at"]), language)
    if "day" in value and len(value) == 1:
        return day(str(value["day"]), language)
    if "share" in value and len(value) == 1:
        share = Threshold.from_json(value["share"])
        return share_en(share) if english(language) else share_zh(share)
    for key, table in (("method", _METHODS), ("part", _PARTS)):
        if key in value and len(value) == 1:
            found = str(value[key])
            return table.get(found, (found, found))[english(language)]
    colon, comma = (": ", ", ") if english(language) else ("：", "，")
    return comma.join(f"{key}{colon}{_word(key, one, language)}" for key, one in value.items())


def moment(iso: str, language: str) -> str:
    """A local moment: 2026年9月18日 14:30."""
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day(at.date().isoformat(), language)} {at:%H:%M}"


def day(iso: str, language: str) -> str:
    """A day: 2026年9月18日, 18 Sep 2026."""
    try:
        on = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{on:%-d %b %Y}" if english(language) else f"{on.year}年{on.month}月{on.day}日"

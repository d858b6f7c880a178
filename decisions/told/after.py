"""The log's words for what follows a decision: publication, execution, evaluation, emergencies, reconsideration."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from decisions.models import Evaluation, Item, Publication, SuperiorRuling
from decisions.told.shape import Data, Words
from permissions.look import day_words


def _day(text: Any) -> str:
    """A day out of the log, in the reader's words; what it says where it is none."""
    try:
        return day_words(date.fromisoformat(str(text)[:10]), near=False)
    except ValueError:
        return str(text)


def _moment(text: Any) -> str:
    """A moment out of the log."""
    try:
        return timezone.localtime(datetime.fromisoformat(str(text))).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return str(text)


def _named(choices: Any, value: Any) -> str:
    return str(dict(choices).get(value, value or ""))


def _joined(*parts: Any) -> str:
    return _("；").join(str(part) for part in parts if part)


def _split(data: Data) -> Words:
    words = {
        "plan": pgettext("log", "对分歧选择退回共谋"),
        "up": pgettext("log", "对分歧选择报上级裁定"),
    }
    seat = data.get("stands_in")
    instead = _("班长回避，由%(seat)s代行") % {"seat": seat} if seat else ""
    return words.get(data.get("route", ""), pgettext("log", "选择分歧去向")), _joined(instead, data.get("reason"))


def _ruled(data: Data) -> Words:
    answer = _named(SuperiorRuling.Answer.choices, data.get("answer"))
    return pgettext("log", "登记上级裁定：%(answer)s") % {"answer": answer}, _joined(
        data.get("authority"), data.get("document"), data.get("text")
    )


def _signed(data: Data) -> Words:
    words = _("公布期限 %(day)s") % {"day": _day(data.get("publication_due"))}
    report = data.get("report_due")
    more = _("向上级报告期限 %(day)s") % {"day": _day(report)} if report else ""
    return pgettext("log", "双方会签完成，决策作出"), _joined(words, more)


def _published(data: Data) -> Words:
    return pgettext("log", "公布决策"), _joined(_day(data.get("on", "")), data.get("place"), data.get("url"))


def _exempt(data: Data) -> Words:
    kind = _named(Publication.Exempt.choices, data.get("exempt"))
    return pgettext("log", "登记不予公布"), _joined(kind, data.get("reason"))


def _reported_up(data: Data) -> Words:
    return pgettext("log", "向上级报告"), _joined(_day(data.get("on", "")), data.get("authority"), data.get("document"))


def _progress(data: Data) -> Words:
    share = _("完成 %(percent)s%%") % {"percent": data.get("percent", 0)}
    return pgettext("log", "报告执行进展"), _joined(share, data.get("milestone"), data.get("text"))


def _claimed(data: Data) -> Words:
    return pgettext("log", "报告执行完成"), str(data.get("text", ""))


def _milestone(data: Data) -> Words:
    return pgettext("log", "登记节点完成"), str(data.get("title", ""))


def _moved(data: Data) -> Words:
    change = _("%(title)s：%(old)s 改为 %(new)s") % {
        "title": data.get("title", ""),
        "old": _day(data.get("old")),
        "new": _day(data.get("new")),
    }
    return pgettext("log", "调整节点期限"), _joined(change, data.get("reason"))


def _accepted(data: Data) -> Words:
    if data.get("accepted"):
        return pgettext("log", "验收通过"), str(data.get("reason", ""))
    return pgettext("log", "验收退回整改"), str(data.get("reason", ""))


def _revised(data: Data) -> Words:
    words = {
        Item.Purpose.CHANGE: pgettext("log", "决策已变更"),
        Item.Purpose.STOP: pgettext("log", "决策已停止执行"),
        Item.Purpose.RECONSIDER: pgettext("log", "决策已经复议"),
    }
    title = words.get(data.get("purpose", ""), pgettext("log", "决策已变更"))
    return title, _joined(data.get("title"), data.get("number"))


def _revision(data: Data) -> Words:
    purpose = _named(Item.Purpose.choices, data.get("purpose"))
    return pgettext("log", "起草%(purpose)s议题") % {"purpose": purpose}, str(data.get("reason", ""))


def _suspended(data: Data) -> Words:
    until = _("%(day)s 前启动变更或停止程序") % {"day": _day(data.get("due"))}
    return pgettext("log", "紧急中止执行"), _joined(data.get("reason"), until)


def _support(data: Data) -> Words:
    return pgettext("log", "同意复议"), str(data.get("position", ""))


def _evaluation(data: Data) -> Words:
    trigger = _named(Evaluation.Trigger.choices, data.get("trigger"))
    return pgettext("log", "启动决策后评估"), _joined(trigger, data.get("evaluator"), data.get("why"))


def _evaluator(data: Data) -> Words:
    return pgettext("log", "指定评估人"), str(data.get("new", ""))


def _evaluated(data: Data) -> Words:
    verdict = _named(Evaluation.Verdict.choices, data.get("verdict"))
    advice = _named(Evaluation.Advice.choices, data.get("advice"))
    return pgettext("log", "提交决策后评估"), _joined(verdict, advice, data.get("recommendations"))


def _emergency(data: Data) -> Words:
    return pgettext("log", "登记紧急决定"), _joined(data.get("title"), data.get("measures"))


def _emergency_answer(data: Data) -> Words:
    if data.get("agreed"):
        return pgettext("log", "同意紧急决定"), str(data.get("words", ""))
    return pgettext("log", "不同意紧急决定"), str(data.get("words", ""))


def _emergency_decide(data: Data) -> Words:
    until = _("须在 %(moment)s 前报告全体成员") % {"moment": _moment(data.get("report_due"))}
    return pgettext("log", "作出紧急决定"), until


def _emergency_report(data: Data) -> Words:
    late = _("超过报告期限") if data.get("late") else ""
    return pgettext("log", "向全体成员报告紧急决定"), _joined(late, data.get("text"))


def _settled(data: Data) -> Words:
    return pgettext("log", "写明未获追认的处理"), str(data.get("text", ""))


def _remind(data: Data) -> Words:
    due = _("期限 %(moment)s") % {"moment": _moment(data.get("due"))}
    return pgettext("log", "提醒办理"), _joined(data.get("title"), data.get("owner"), due)


def _overdue(data: Data) -> Words:
    due = _("期限 %(moment)s") % {"moment": _moment(data.get("due"))}
    return pgettext("log", "逾期未办，督办提醒"), _joined(data.get("title"), data.get("owner"), due)


#: verb → a sentence made of the entry's data
SENTENCES: Mapping[str, Callable[[Data], Words]] = {
    "decision_signed": _signed,
    "decision_revised": _revised,
    "duty_overdue": _overdue,
    "duty_remind": _remind,
    "emergency_answer": _emergency_answer,
    "emergency_decide": _emergency_decide,
    "emergency_open": _emergency,
    "emergency_report": _emergency_report,
    "emergency_withdraw": lambda data: (pgettext("log", "撤销紧急决定"), str(data.get("reason", ""))),
    "evaluation_assign": _evaluator,
    "evaluation_give": _evaluated,
    "evaluation_open": _evaluation,
    "execution_accept": _accepted,
    "execution_claim": _claimed,
    "execution_report": _progress,
    "execution_suspend": _suspended,
    "item_revise": _revision,
    "milestone_finish": _milestone,
    "milestone_move": _moved,
    "publication_exempt": _exempt,
    "publication_publish": _published,
    "ratification_settle": _settled,
    "reconsideration_ask": lambda data: (pgettext("log", "提出复议"), str(data.get("reason", ""))),
    "reconsideration_support": _support,
    "reconsideration_withdraw": lambda data: (pgettext("log", "撤回复议"), str(data.get("reason", ""))),
    "split_choose": _split,
    "superior_report_send": _reported_up,
    "superior_rule": _ruled,
    "suspension_lift": lambda data: (pgettext("log", "恢复执行"), str(data.get("reason", ""))),
}
#: verb → its name, where the name says it all (`pgettext_lazy("log", …)`)
NAMES: Mapping[str, Any] = {
    "execution_finish": pgettext_lazy("log", "执行完成"),
    "reconsideration_agree": pgettext_lazy("log", "双方过半数成员同意复议"),
}
#: beginnings of verbs that the story of an item leaves out
DETAILS: tuple[str, ...] = ("duty_remind",)
#: verbs worth telling on the first page
NEWS: tuple[str, ...] = (
    "decision_revised",
    "decision_signed",
    "duty_overdue",
    "duty_remind",
    "emergency_decide",
    "emergency_report",
    "evaluation_give",
    "evaluation_open",
    "execution_accept",
    "execution_claim",
    "execution_finish",
    "execution_report",
    "execution_suspend",
    "item_revise",
    "publication_exempt",
    "publication_publish",
    "ratification_settle",
    "reconsideration_agree",
    "reconsideration_ask",
    "split_choose",
    "superior_rule",
    "suspension_lift",
)
#: kind of the log's filter (`decisions.selectors.log.KINDS`) → beginnings of verbs
KINDS: Mapping[str, tuple[str, ...]] = {
    "item": (
        *("decision_", "publication_", "superior_", "milestone_", "suspension_", "reconsideration_"),
        *("evaluation_", "emergency_", "ratification_", "duty_"),
    ),
    "sitting": ("split_",),
}

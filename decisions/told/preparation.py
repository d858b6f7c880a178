"""The log's words for what an item needs before it is tabled."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from decisions.models import ExpertOpinion, Opinion, ReviewRequest, RiskAssessment
from decisions.models.preparation import with_unit
from decisions.told.shape import Data, Words
from permissions.look import day_words


def _day(value: Any) -> str:
    try:
        return day_words(date.fromisoformat(str(value)), near=False)
    except ValueError:
        return ""


def _one(choices: Any, value: Any) -> str:
    return str(dict(choices).get(value, value or ""))


def _joined(*parts: Any) -> str:
    return _("，").join(str(part) for part in parts if part)


def _who(data: Data) -> str:
    """Who was asked, as they were called then, in the language of the reader where they had a name in it."""
    english = data.get("who_en") if (get_language() or "").startswith("en") else ""
    return str(english or with_unit(str(data.get("who") or ""), str(data.get("unit") or "")))


def _kind(data: Data) -> str:
    return _one(ReviewRequest.Kind.choices, data.get("kind"))


def _until(data: Data, name: str = "due") -> str:
    return _("%(day)s前办结") % {"day": _day(data.get(name))}


def _requested(data: Data) -> Words:
    if data.get("kind") == ReviewRequest.Kind.PUBLIC:
        days = _("%(first)s至%(last)s") % {"first": _day(data.get("opens_on")), "last": _day(data.get("due"))}
        why = _("缩短期限的理由：%(why)s") % {"why": data["shortened"]} if data.get("shortened") else ""
        return pgettext("log", "公开征求意见"), _joined(days, data.get("channel"), why)
    return pgettext("log", "送请办理"), _joined(_kind(data), _who(data), _until(data))


def _extended(data: Data) -> Words:
    return pgettext("log", "延长期限"), _joined(_kind(data), _until(data, "new"))


def _withdrawn(data: Data) -> Words:
    return pgettext("log", "撤销征求"), _joined(_kind(data), _who(data), data.get("reason"))


def _assessed(data: Data) -> Words:
    level = _one(RiskAssessment.Level.choices, data.get("level"))
    control = _("风险可控") if data.get("controllable") else _("风险不可控")
    return pgettext("log", "提交风险评估"), _joined(
        _("第 %(version)s 版") % {"version": data.get("version")}, level, control, data.get("text")
    )


def _checked(data: Data) -> Words:
    found = _("有直接利害关系，不参加论证") if data.get("interest") else _("没有直接利害关系")
    return pgettext("log", "核查专家利害关系"), _joined(_who(data), found, data.get("note"))


def _argued(data: Data) -> Words:
    other = _("不同意见：%(words)s") % {"words": data["dissent"]} if data.get("dissent") else ""
    verdict = _one(ExpertOpinion.Verdict.choices, data.get("verdict"))
    return pgettext("log", "提交专家意见"), _joined(_who(data), verdict, data.get("text"), other)


def _recorded(data: Data) -> Words:
    return pgettext("log", "登记公众意见"), _joined(data.get("who"), data.get("text"))


def _answered(data: Data) -> Words:
    return pgettext("log", "处理公众意见"), _joined(_one(Opinion.Answer.choices, data.get("answer")), data.get("reply"))


def _closed(data: Data) -> Words:
    return pgettext("log", "办结公开征求意见"), _("共 %(count)s 条意见") % {"count": data.get("comments", 0)}


def _allowed(data: Data) -> Words:
    return pgettext("log", "同意按探索性改革事项办理"), _joined(data.get("basis"), data.get("reason"))


def _on(value: Any) -> str:
    if not isinstance(value, Mapping):
        return _("按发布的日历")
    return _joined(_("上班") if value.get("working") else _("不上班"), value.get("name"))


def _day_set(data: Data) -> Words:
    return pgettext("log", "修改工作日历"), _("：").join((_day(data.get("day")), _on(data.get("new"))))


def _announced(data: Data) -> Words:
    return pgettext("log", "登记年度放假安排"), _joined(data.get("year"), data.get("new"))


#: verb → a sentence made of the entry's data
SENTENCES: Mapping[str, Callable[[Data], Words]] = {
    "review_request": _requested,
    "review_extend": _extended,
    "review_withdraw": _withdrawn,
    "risk_give": _assessed,
    "interest_check": _checked,
    "expert_give": _argued,
    "comment_record": _recorded,
    "comment_answer": _answered,
    "public_close": _closed,
    "exploration_allow": _allowed,
    "calendar_day_set": _day_set,
    "calendar_day_clear": _day_set,
    "calendar_year_announce": _announced,
}
#: verb → its name, where the name says it all (`pgettext_lazy("log", …)`)
NAMES: Mapping[str, Any] = {"legality_request": pgettext_lazy("log", "送请合法性审查")}
#: beginnings of verbs that the story of an item leaves out
DETAILS: tuple[str, ...] = ("legality_request", "comment_record", "comment_answer")
#: verbs worth telling on the first page
NEWS: tuple[str, ...] = ("risk_give", "expert_give", "public_close", "exploration_allow")
#: kind of the log's filter (`decisions.selectors.log.KINDS`) → beginnings of verbs
KINDS: Mapping[str, tuple[str, ...]] = {
    "plan": ("review_", "risk_", "interest_", "expert_", "comment_", "public_", "exploration_"),
    "people": ("calendar_",),
}

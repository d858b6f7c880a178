"""The whole numbers of a rule set: what each is called and the unit it is read with."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number of a rule set: its field, what it is, the unit it is read with, and its rule."""

    name: str
    label: Any
    unit: Any
    rule: str = ""


_DAYS, _WORKING, _MONTHS = (
    gettext_lazy("%(count)s 天"),
    gettext_lazy("%(count)s 个工作日"),
    gettext_lazy("%(count)s 个月"),
)
_SEATS = gettext_lazy("%(count)s 人")
#: every period of `rules.Periods`, in the order of the work
PERIODS = (
    Number("notice_days", gettext_lazy("会议通知至少提前"), _DAYS, "R11"),
    Number("legality_working_days", gettext_lazy("合法性审查不少于"), _WORKING, "R5"),
    Number("comment_days", gettext_lazy("公开征求意见不少于"), _DAYS, "R6"),
    Number("publication_working_days", gettext_lazy("会签后公布，不超过"), _WORKING, "R33"),
    Number("superior_report_days", gettext_lazy("向上级报告，不超过"), _DAYS, "R34"),
    Number("emergency_report_hours", gettext_lazy("紧急决定后报告，不超过"), gettext_lazy("%(count)s 小时"), "R26"),
    Number("suspension_days", gettext_lazy("紧急中止后补办程序，不超过"), _DAYS, "R37"),
    Number("report_days", gettext_lazy("承办单位报告进展，每"), _DAYS, "R36"),
    Number("remind_days", gettext_lazy("到期以前提醒，提前"), _DAYS, "R36"),
    Number("evaluation_months", gettext_lazy("会签后多久开展后评估（0 为不评估）"), _MONTHS, "R39"),
    Number("evaluation_days", gettext_lazy("后评估用时，不超过"), _DAYS, "R39"),
)
#: whole numbers of the rule set itself
NUMBERS = (
    Number("few_votes", gettext_lazy("无记名表决人数提醒，少于"), _SEATS),
    Number("speaking_seconds", gettext_lazy("每次发言时间（0 为不限）"), gettext_lazy("%(count)s 秒"), "R19"),
    Number("emergency_total", gettext_lazy("紧急决定至少"), _SEATS, "R26"),
    Number("emergency_each", gettext_lazy("紧急决定每个班子至少"), _SEATS, "R26"),
)

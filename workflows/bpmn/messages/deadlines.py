"""What is wrong with the due date of a step and its reminders, in Chinese and in English."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "deadline_unreadable": (
        "按工作日计算的期限读不懂。工作日写 1 至 {limit} 的整数，时刻写 17:30 的样子。",
        "The due date in working days cannot be read. Write 1 to {limit} whole days, and the hour as 17:30.",
    ),
    "deadline_unknown_part": (
        "期限或催办里的“{tag}”不认识。请删去，或核对拼写。",
        "“{tag}” of a due date or a reminder is not known. Please remove it, or check its spelling.",
    ),
    "deadline_twice": (
        "这个环节的办理期限写了不止一个。请只留一个。",
        "The step has more than one due date. Please keep one of them.",
    ),
    "reminder_unreadable": (
        "催办读不懂。到期前（before）写 0 至 {limit}，到期后每隔（every）写 1 至 {limit}，两者只写一个；次数（times）是 1 至 {times}，"
        "只用于到期后；单位（unit）是 workingDays、days 或 hours。",
        "The reminder cannot be read. Write either before (0 to {limit}) or every (1 to {limit}); times is 1 to {times} and goes with "
        "every only; unit is workingDays, days or hours.",
    ),
    "reminder_without_due": (
        "写了催办，没有办理期限，催办不会发出。请设定期限，或删去催办。",
        "There are reminders and no due date, so none would ever be sent. Please set a due date, or remove them.",
    ),
    "reminder_too_many": (
        "一个环节最多 {limit} 条催办，到期后的重复催办最多一条。请删减。",
        "A step has at most {limit} reminders, and at most one of them repeats after the due date. Please remove some.",
    ),
}

"""The five stages of an item, 共提 · 共谋 · 共商 · 会签 · 执行, and which of them are done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

STAGES = {
    "propose": gettext_lazy("共提"),
    "plan": gettext_lazy("共谋"),
    "deliberate": gettext_lazy("共商"),
    "sign": gettext_lazy("会签"),
    "execute": gettext_lazy("执行"),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of one item: `state` is ``done``, ``now`` or ``later``; `note` is a date or a short state."""

    key: str
    label: str
    state: str
    note: str
    number: int

    @property
    def state_word(self) -> str:
        """The state in words, for those who do not see the ring and the tick."""
        return {"done": _("已完成："), "now": _("进行中："), "later": _("未开始：")}[self.state]


def stage_word(key: str) -> str:
    """The name of a stage; empty for a key that is none."""
    return str(STAGES.get(key, ""))


def stage_list(current: str, notes: Mapping[str, str] | None = None) -> list[Stage]:
    """The five stages as an item in stage `current` shows them.

    ``"done"`` means all are done, an empty text that none has begun. `notes` maps a stage to what stands under it.
    """
    keys = list(STAGES)
    at = keys.index(current) if current in keys else (len(keys) if current == "done" else -1)
    given = notes or {}
    line = []
    for index, key in enumerate(keys):
        state = "done" if index < at else "now" if index == at else "later"
        note = given.get(key) or {"done": _("已完成"), "now": _("进行中"), "later": _("未开始")}[state]
        line.append(Stage(key, str(STAGES[key]), state, note, index + 1))
    return line

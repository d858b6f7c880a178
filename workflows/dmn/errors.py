"""Why a decision came to no result, said in Chinese and in English."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    # code: (Chinese, English)
    "unknown_decision": (
        "没有决策“{decision}”。请核对决策的 id。",
        "There is no decision “{decision}”. Please check its id.",
    ),
    "not_unique": (
        "决策“{decision}”要求只有一条规则成立（U），但第 {rules} 条同时成立。请改正决策表，或改用其他命中策略。",
        "Only one rule of the decision “{decision}” may hold (U), yet rules {rules} do. Please correct the table, or use "
        "another hit policy.",
    ),
    "any_contradicts": (
        "决策“{decision}”的第 {rules} 条规则同时成立，但结果不一致（A）。请改正决策表。",
        "Rules {rules} of the decision “{decision}” hold with different results (A). Please correct the table.",
    ),
    "not_aggregable": (
        "决策“{decision}”的结果不能汇总（{aggregation}）：第 {rules} 条规则的值不是同类的数值。请改正决策表。",
        "The results of the decision “{decision}” cannot be aggregated ({aggregation}): the values of rules {rules} do not "
        "fit together. Please correct the table.",
    ),
    "input_not_allowed": (
        "决策“{decision}”的输入“{input}”不在允许的范围内：{value}。请核对填写的内容或决策表的取值范围。",
        "The input “{input}” of the decision “{decision}” is not among its allowed values: {value}. Please check what was "
        "given, or the table's allowed values.",
    ),
    "output_not_allowed": (
        "决策“{decision}”第 {rules} 条规则的结果“{output}”不在允许的范围内：{value}。请改正决策表。",
        "The output “{output}” of rule {rules} of the decision “{decision}” is not among its allowed values: {value}. "
        "Please correct the table.",
    ),
    "not_single": (
        "决策“{decision}”得到不止一个结果，而流程只取一个。请改用 resultList 或 collectEntries，或改正决策表。",
        "The decision “{decision}” has more than one result where the flow takes one. Please use resultList or "
        "collectEntries, or correct the table.",
    ),
    "too_much_work": (
        "决策“{decision}”的计算量过大，已经停下。请简化表达式。",
        "The decision “{decision}” takes too much work and was stopped. Please simplify its expressions.",
    ),
}  # fmt: skip


class DecisionError(Exception):
    """A decision that came to no result. `code` is stable, `decision` its name, `params` fill the sentence."""

    def __init__(self, code: str, decision: str, **params: str) -> None:
        super().__init__(code, decision, params)
        self.code = code
        self.decision = decision
        self.params = params

    def text(self, language: str = "zh-hans") -> str:
        """The sentence for people, in ``zh-hans`` or ``en``."""
        chinese, english = SENTENCES[self.code]
        wanted = english if language.lower().startswith("en") else chinese
        return wanted.format(decision=self.decision, **self.params)

    def __str__(self) -> str:
        return self.text("en")

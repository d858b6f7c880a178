"""What the checker says of a decision, in Chinese and in English, side by side. Sentences shared with flows are theirs."""

from __future__ import annotations

from typing import Final

from workflows import bpmn
from workflows.bpmn import messages as flows

WORDS: Final[dict[str, tuple[str, str]]] = {
    "decision": ("决策", "decision"),
    "businessKnowledgeModel": ("业务知识模型", "business knowledge model"),
    "inputData": ("输入数据", "input data"),
    "decisionService": ("决策服务", "decision service"),
    "import": ("引用其他文件（import）", "import of another file"),
    "importedValues": ("引用其他文件的值", "imported values"),
    "requiredInput": ("所需输入 requiredInput", "requiredInput"),
    "requiredDecision": ("所需决策 requiredDecision", "requiredDecision"),
    "requiredKnowledge": ("所需知识 requiredKnowledge", "requiredKnowledge"),
    "text": ("表达式", "expression"),
}

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    # the file as a whole
    "not_dmn": (
        "文件不是 DMN 决策（根元素是 {tag}）。请上传决策设计工具导出的 .dmn 文件。",
        "The file is no DMN decision (its root is {tag}). Please upload the .dmn file of a modelling tool.",
    ),
    "too_large": (
        "文件超过 {limit} MiB，无法读取。请拆成几个决策文件后分别上传。",
        "The file is larger than {limit} MiB and was not read. Please split it into several files.",
    ),
    "too_many_elements": (
        "元素超过 {limit} 个，无法读取。请拆成几个决策文件后分别上传。",
        "There are more than {limit} elements. Please split the file into several.",
    ),
    "too_deep": (
        "元素嵌套超过 {limit} 层，无法读取。请减少表达式的嵌套。",
        "Elements are nested more than {limit} levels deep. Please nest fewer expressions.",
    ),
    "no_decision": (
        "文件中没有决策。请至少写一个决策。",
        "There is no decision in the file. Please write at least one.",
    ),
    "decision_taken": (
        "“{key}”已发布的决策用了同一个 id。请给这个决策换一个 id，或先停用那一份。",
        "A published decision of “{key}” has the same id. Please give this one another id, or retire that one first.",
    ),
    # the requirement graph
    "requirement_cycle": (
        "决策互相依赖，绕成了一圈：{path}。请去掉其中一处依赖。",
        "Decisions require each other in a circle: {path}. Please remove one of the requirements.",
    ),
    "wrong_requirement": (
        "{tag} 指向的“{reference}”不是这一类元素。请改正。",
        "{tag} refers to “{reference}”, which is another kind of element. Please correct it.",
    ),
    "same_name": (
        "和“{other}”同名，表达式中分不清。请改名。",
        "It has the same name as “{other}”, and expressions cannot tell them apart. Please rename one.",
    ),
    # logic
    "logic_missing": (
        "{tag} 没有写出逻辑。请填写表达式或决策表。",
        "The {tag} has no logic. Please write an expression or a decision table.",
    ),
    "unsupported_element": (
        "暂不支持“{tag}”。请改用 FEEL 表达式或决策表，或删去它。",
        "“{tag}” is not supported. Please use a FEEL expression or a decision table, or remove it.",
    ),
    "row_width": (
        "这一行有 {got} 格，应为 {wanted} 格。请补齐或删去多余的。",
        "The row has {got} cells instead of {wanted}. Please complete it, or remove what is too much.",
    ),
    "name_missing": ("{tag} 没有名称。请补上。", "The {tag} has no name. Please add one."),
    # tables
    "unknown_hit_policy": (
        "不认识命中策略“{policy}”。请改用 UNIQUE、ANY、PRIORITY、FIRST、RULE ORDER、OUTPUT ORDER 或 COLLECT。",
        "The hit policy “{policy}” is not known. Please use UNIQUE, ANY, PRIORITY, FIRST, RULE ORDER, OUTPUT ORDER or COLLECT.",
    ),
    "unknown_aggregation": (
        "不认识汇总方式“{aggregation}”。请改用 SUM、MIN、MAX 或 COUNT。",
        "The aggregation “{aggregation}” is not known. Please use SUM, MIN, MAX or COUNT.",
    ),
    "aggregation_not_collect": (
        "汇总方式只能和 COLLECT 一起用。请改用 COLLECT，或去掉汇总方式。",
        "An aggregation goes with COLLECT only. Please use COLLECT, or remove the aggregation.",
    ),
    "aggregation_outputs": (
        "有汇总方式的决策表只能有一个输出。请拆成几张表。",
        "A table with an aggregation has one output only. Please split it into several tables.",
    ),
    "no_output": ("决策表没有输出。请添加一列输出。", "The table has no output. Please add one."),
    "no_rule": (
        "决策表没有规则，结果总是空的。请添加规则。",
        "The table has no rules, and its result is always null. Please add some.",
    ),
    "output_name_missing": (
        "有几个输出时，每个输出都要有名称。请补上。",
        "Where there are several outputs, each needs a name. Please add it.",
    ),
    "output_name_twice": (
        "输出名称“{output}”重复。请改名。",
        "The output name “{output}” stands twice. Please rename one.",
    ),
    "rule_width": (
        "第 {rule} 条规则有 {got} 个{part}格，应为 {wanted} 个。请补齐或删去多余的。",
        "Rule {rule} has {got} {part} cells instead of {wanted}. Please complete it, or remove what is too much.",
    ),
    "priority_without_values": (
        "命中策略 {policy} 要按输出的允许值排先后，但没有一个输出写明允许值。请补上。",
        "The hit policy {policy} ranks by the outputs' allowed values, and no output has any. Please add them.",
    ),
    # samples
    "sample_failed": (
        "样例“{sample}”没有通过：“{output}”应为 {expected}，算出来是 {found}。请改正规则；这样才是对的，请改样例。",
        "The sample “{sample}” fails: “{output}” should be {expected} and is {found}. Please correct the rules, or the sample if "
        "this is right.",
    ),
    "sample_no_result": (
        "样例“{sample}”没有通过：{reason}",
        "The sample “{sample}” fails: {reason}",
    ),
    # hints
    "rules_overlap": (
        "第 {rules} 条规则会同时成立，例如 {example}。{policy} 表运行到这里会报错，请改正。",
        "Rules {rules} hold at the same time, for example where {example}. A {policy} table fails there; please correct it.",
    ),
    "rules_gap": (
        "有的情形没有一条规则成立，例如 {example}。结果会是空的，请补上规则或默认值。",
        "Some cases have no rule, for example {example}. The result is null there; please add a rule or a default.",
    ),
    "rule_never": (
        "第 {rule} 条规则永远不会成立。请改正或删去。",
        "Rule {rule} can never hold. Please correct or remove it.",
    ),
    "not_compared": (
        "规则太多，没有逐条比较有无遗漏和重叠。请自行核对，或拆成几张表。",
        "There are too many rules to look for gaps and overlaps. Please check them yourself, or split the table.",
    ),
}  # fmt: skip


def sentence(problem: bpmn.Problem, language: str = "zh-hans") -> str:
    """Where and what, as one line: the line number, the decision by name and id, what is wrong, what to do."""
    return flows.sentence(problem, language, sentences=SENTENCES, words=WORDS)

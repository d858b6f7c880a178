"""What is wrong with the fields a user task asks for, in Chinese and in English."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "fields_beside_form": (
        "用户任务既用已有表单“{form}”，又写了自己的填报项。请只留一种。",
        "The user task has the registered form “{form}” and fields of its own. Please keep one of them.",
    ),
    "field_unknown_part": (
        "填报项里的“{tag}”不认识。请删去，或核对拼写。",
        "“{tag}” of a field is not known. Please remove it, or check its spelling.",
    ),
    "field_too_many": (
        "一个环节最多 {limit} 个填报项。请分到几个环节，或改用表格。",
        "A step asks for at most {limit} fields. Please spread them over several steps, or use a table.",
    ),
    "field_twice": (
        "填报项代号“{field}”用了不止一次。请给每一项不同的代号。",
        "The field key “{field}” is used more than once. Please give every field a key of its own.",
    ),
    "field_key": (
        "填报项“{field}”的代号“{key}”不合要求。代号以字母或汉字开头，只含字母、汉字、数字和下划线。",
        "The key “{key}” of the field “{field}” cannot be used. It begins with a letter and has letters, digits and underscores.",
    ),
    "field_kind": (
        "填报项“{field}”的类型“{kind}”不认识。可用 text、longText、number、money、date、dateTime、boolean、choice、multipleChoice、"
        "person、body、record、place、file、table。",
        "The type “{kind}” of the field “{field}” is not known. There are text, longText, number, money, date, dateTime, boolean, choice, "
        "multipleChoice, person, body, record, place, file and table.",
    ),
    "field_of": (
        "填报项“{field}”引用哪一种记录要写在 of 里，别的类型不写 of。请核对。",
        "The field “{field}” names the kind of record it refers to in “of”; fields of other types have none. Please check it.",
    ),
    "field_column_kind": (
        "表格列“{field}”的类型不能用在表格里。列的类型可用 text、number、money、date、choice、person、record。",
        "The column “{field}” has a type tables do not take. Columns are text, number, money, date, choice, person or record.",
    ),
    "field_label": (
        "填报项“{field}”须有标题，不超过 {limit} 字；说明不超过 {help} 字。",
        "The field “{field}” needs a label of at most {limit} characters, and a help text of at most {help}.",
    ),
    "field_options": (
        "填报项“{field}”须有 1 至 {limit} 个选项，每个选项的值各不相同。",
        "The field “{field}” needs 1 to {limit} options with values of their own.",
    ),
    "field_no_options": (
        "填报项“{field}”不是选择题，不能有选项。请改类型，或删去选项。",
        "The field “{field}” is no choice and takes no options. Please change its type or remove them.",
    ),
    "field_columns": (
        "表格“{field}”须有 1 至 {limit} 列，每列代号各不相同。",
        "The table “{field}” needs 1 to {limit} columns with keys of their own.",
    ),
    "field_no_columns": (
        "填报项“{field}”不是表格，不能有列。请改类型，或删去列。",
        "The field “{field}” is no table and takes no columns. Please change its type or remove them.",
    ),
    "field_no_limits": (
        "填报项“{field}”的类型没有最小、最大值。请删去。",
        "The field “{field}” has a type without limits. Please remove its minimum and maximum.",
    ),
    "field_limit": (
        "填报项“{field}”的最小或最大值读不懂。数字和金额写数字，日期写 2026-09-08 或 today，其他写个数。",
        "A limit of the field “{field}” cannot be read. Write a number, for dates 2026-09-08 or today, for others a count.",
    ),
    "field_limits_crossed": (
        "填报项“{field}”的最小值大于最大值。请对调或修改。",
        "The minimum of the field “{field}” is above its maximum. Please change them.",
    ),
    "field_no_pattern": (
        "填报项“{field}”不是文字，不能规定格式。请删去。",
        "The field “{field}” is no text and takes no pattern. Please remove it.",
    ),
    "field_pattern": (
        "填报项“{field}”的格式（正则表达式）读不懂。请核对。",
        "The pattern of the field “{field}” is no regular expression. Please check it.",
    ),
    "field_unit": (
        "填报项“{field}”的单位不能用。金额的单位是元、万元或亿元，只有数字和金额有单位。",
        "The unit of the field “{field}” cannot be used. Money is in 元, 万元 or 亿元; only numbers and money have units.",
    ),
    "field_looks_ahead": (
        "填报项“{field}”是否显示要看“{other}”，而“{other}”不在它前面。请调整顺序。",
        "Whether the field “{field}” shows depends on “{other}”, which does not stand before it. Please change their order.",
    ),
}

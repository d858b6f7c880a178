"""What can be wrong with the text of an expression, said in Chinese and in English.

The package knows nothing of Django's catalogues, so the two languages of every message stand here side by side.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

ZH: Final = "zh-hans"

MESSAGES: Final[dict[str, tuple[str, str]]] = {
    # code: (Chinese, English)
    "empty": ("表达式为空，请填写内容。", "The expression is empty; please write one."),
    "too_long": (
        "表达式有 {length} 个字符，最多允许 {limit} 个，请您拆成几个较短的表达式。",
        "The expression has {length} characters; at most {limit} are allowed. Please split it into shorter ones.",
    ),
    "too_deep": (
        "表达式嵌套超过 {limit} 层，请您减少括号或拆开书写。",
        "The expression is nested more than {limit} levels deep. Please use fewer brackets or split it.",
    ),
    "character": (
        "无法识别字符“{found}”，请您删去或改用半角符号。",
        "The character “{found}” is not known here; please remove it.",
    ),
    "string": ("字符串缺少结尾的双引号，请您补上。", "The string has no closing double quote; please add one."),
    "escape": (
        '字符串中的转义“{found}”无效，请您使用 \\n、\\t、\\"、\\\\ 或 \\uXXXX。',
        'The escape “{found}” is not valid in a string; please use \\n, \\t, \\", \\\\ or \\uXXXX.',
    ),
    "number": ("数字“{found}”写法有误，请您检查。", "The number “{found}” is not written correctly; please check it."),
    "comment": ("注释缺少结尾的 */，请您补上。", "The comment has no closing */; please add one."),
    "temporal": (
        "“{found}”不是日期、时间或时长，请您按 2026-03-01、10:00:00 或 P3D 的写法填写。",
        "“{found}” is no date, time or duration; please write it like 2026-03-01, 10:00:00 or P3D.",
    ),
    "unexpected": (
        "此处不应出现“{found}”，请您检查前后的写法。",
        "“{found}” is not expected here; please check what stands around it.",
    ),
    "unfinished": ("表达式没有写完，请您补全。", "The expression ends too early; please complete it."),
    "expected": (
        "此处应为“{expected}”，实际是“{found}”，请您改正。",
        "“{expected}” is expected here, not “{found}”; please correct it.",
    ),
    "named_first": (
        "同一次调用中不能混用按名称和按位置的参数，请您统一写法。",
        "One call cannot mix named and positional parameters; please use one kind.",
    ),
    "duplicate": (
        "名称“{found}”重复，请您改用不同的名称。",
        "The name “{found}” stands twice; please use different names.",
    ),
    # expressions of other languages
    "juel_call": (
        "表达式调用了方法，无法自动转换，请您用 FEEL 改写。",
        "The expression calls a method and cannot be converted; please rewrite it in FEEL.",
    ),
    "juel_syntax": (
        "表达式的语法不在可转换的范围内，请您用 FEEL 改写。",
        "The expression's syntax cannot be converted; please rewrite it in FEEL.",
    ),
    "juel_assignment": (
        "表达式含有赋值，条件中不允许赋值，请您用 FEEL 改写。",
        "The expression assigns a value, which a condition may not; please rewrite it in FEEL.",
    ),
    "too_deep_dialect": (
        "表达式嵌套过深，无法自动转换，请您简化后用 FEEL 改写。",
        "The expression is nested too deeply to be converted; please simplify it and rewrite it in FEEL.",
    ),
    "python_syntax": (
        "Python 表达式无法自动转换，请您用 FEEL 改写。",
        "The Python expression cannot be converted; please rewrite it in FEEL.",
    ),
    "reserved": (
        "变量名是 FEEL 的保留字，请您改名。",
        "A variable has the name of a FEEL keyword; please rename it.",
    ),
}


@dataclass(frozen=True)
class Message:
    """One message: its code in `MESSAGES` and the values that fill it. `str()` gives the Chinese text."""

    code: str
    params: dict[str, object] = field(default_factory=dict)

    def text(self, language: str = ZH) -> str:
        """The message in `language`: English for `en` and its variants, Chinese for everything else."""
        chinese, english = MESSAGES[self.code]
        return (english if language.lower().startswith("en") else chinese).format(**self.params)

    def __str__(self) -> str:
        return self.text()


class FeelSyntaxError(ValueError):
    """The text is not a FEEL expression, or is longer or deeper than allowed.

    `position` counts characters from 0; it is where the reader stopped understanding.
    """

    def __init__(self, message: Message, position: int) -> None:
        super().__init__(message, position)
        self.message = message
        self.position = position

    def text(self, language: str = ZH) -> str:
        """The whole sentence for a person, with the position counted from 1."""
        if language.lower().startswith("en"):
            return f"Character {self.position + 1}: {self.message.text(language)}"
        return f"第 {self.position + 1} 个字符：{self.message.text(language)}"

    def __str__(self) -> str:
        return self.text()


class Unconvertible(ValueError):
    """An expression of another language that has no certain FEEL equivalent; `reason` is a code of `MESSAGES`."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(source, reason)
        self.source = source
        self.reason = reason

    def text(self, language: str = ZH) -> str:
        """The reason as a sentence, without the source."""
        return Message(self.reason).text(language)

    def __str__(self) -> str:
        return f"{self.source}: {self.text()}"

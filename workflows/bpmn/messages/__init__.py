"""What the checker says, in Chinese and in English, side by side: what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from workflows.bpmn.messages import deadlines, fields, file, flow
from workflows.bpmn.messages.words import WORDS
from workflows.bpmn.model import Problem

#: code: (Chinese, English)
SENTENCES: Final[dict[str, tuple[str, str]]] = file.SENTENCES | flow.SENTENCES | fields.SENTENCES | deadlines.SENTENCES


def word(tag: str, language: str = "zh-hans") -> str:
    """What people call the element or event `tag`; the tag itself where it has no common name."""
    chinese, english = WORDS.get(tag, (tag, tag))
    return english if _english(language) else chinese


def sentence(
    problem: Problem,
    language: str = "zh-hans",
    *,
    sentences: Mapping[str, tuple[str, str]] = MappingProxyType({}),
    words: Mapping[str, tuple[str, str]] = MappingProxyType({}),
) -> str:
    """Where and what, as one line: the line number, the element by name and id, what is wrong, what to do.

    `sentences` and `words` are those of another kind of file, before the ones of diagrams.
    """
    english = _english(language)
    chinese_text, english_text = sentences.get(problem.code) or SENTENCES[problem.code]
    params = {key: value for key, value in problem.params.items() if "@" not in key}
    if english:
        params |= {key[:-3]: value for key, value in problem.params.items() if key.endswith("@en")}
    for key in ("tag", "event"):
        if key in params:
            params[key] = words[params[key]][english] if params[key] in words else word(params[key], language)
    text = (english_text if english else chinese_text).format(**params)
    place = _place(problem, english)
    return f"{place}{': ' if english else '：'}{text}" if place else text


def _place(problem: Problem, english: bool) -> str:
    name, element = problem.params.get("name", ""), problem.element or ""
    if element.startswith("_unnamed_"):
        element = ""
    if name and element and name != element:
        who = f"“{name}” ({element})" if english else f"“{name}”（{element}）"
    else:
        who = f"“{name or element}”" if name or element else ""
    if not problem.line:
        return who
    line = f"Line {problem.line}" if english else f"第 {problem.line} 行"
    return f"{line}{', ' if english and who else ''}{who}"


def _english(language: str) -> bool:
    return language.lower().startswith("en")

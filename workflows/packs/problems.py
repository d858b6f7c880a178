"""What is wrong with a pack, with the file and the place in it, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from workflows.bpmn.model import Problem

#: code: (Chinese, English)
SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "no_manifest": (
        "没有 pack.toml。请把它放在最上一层，写明代号、名称和版本。",
        "There is no pack.toml. Please put one at the top, with key, name and version.",
    ),
    "not_a_part": (
        "业务包里只能有 pack.toml、records/*.toml、flows/*.bpmn、decisions/*.dmn、texts/*.toml。请移走这个文件。",
        "A pack has pack.toml, records/*.toml, flows/*.bpmn, decisions/*.dmn and texts/*.toml only. Please take this file out.",
    ),
    "too_large": (
        "文件太大或太多：一个文件最多 {each} KB，全部最多 {all} KB、{count} 个。",
        "Too large or too many: a file has at most {each} KB, all together {all} KB in {count} files.",
    ),
    "not_text": ("不是 UTF-8 文本。请存成 UTF-8。", "This is no UTF-8 text. Please save it as UTF-8."),
    "not_archive": (
        "这不是能读的 zip 压缩包。请把业务包的文件夹压缩成 zip 再上传。",
        "This is no zip archive that can be read. Please compress the pack's folder as zip and upload that.",
    ),
    "not_toml": ("TOML 写法有误：{why}。", "This is not valid TOML: {why}."),
    "format": (
        "要求的格式是 {wanted}，本系统能读的是 {known}。请先升级系统。",
        "It asks for format {wanted}; this system reads {known}. Please upgrade the system first.",
    ),
    "unknown": (
        "“{name}”不认识。请删去，或核对拼写。",
        "“{name}” is not known. Please remove it, or check its spelling.",
    ),
    "missing": ("缺“{name}”。请写上。", "“{name}” is missing. Please add it."),
    "wrong_type": ("“{name}”应当是{wanted}。", "“{name}” has to be {wanted@en}."),
    "too_long": ("“{name}”最多 {limit} 字。", "“{name}” has at most {limit} characters."),
    "key": (
        "代号“{key}”不合要求。代号以英文字母开头，只含小写字母、数字和下划线，最多 40 个。",
        "The key “{key}” cannot be used. Keys begin with a letter and have at most 40 lower-case letters, digits and underscores.",
    ),
    "file_key": (
        "文件名与代号“{key}”不一致。请改成一致。",
        "The file's name is not its key “{key}”. Please make them the same.",
    ),
    "twice": (
        "“{key}”用了不止一次。请给每一项不同的代号。",
        "“{key}” is used more than once. Please give each a key of its own.",
    ),
    "taken": (
        "代号“{key}”已由“{other}”使用。请换一个代号。",
        "The key “{key}” belongs to “{other}” already. Please use another.",
    ),
    "choice": ("“{name}”的“{value}”不认识，可用：{known}。", "“{value}” of “{name}” is not known. There are: {known}."),
    "expression": ("“{name}”的 FEEL 写法有误：{why}", "The FEEL of “{name}” cannot be read: {why}"),
    "no_name": (
        "“{name}”里用到的“{used}”在这里没有。请核对字段代号。",
        "“{used}” in “{name}” is not there. Please check the key of the field.",
    ),
    "no_field": ("没有字段“{key}”。请核对代号。", "There is no field “{key}”. Please check its key."),
    "no_kind": (
        "没有“{key}”这种记录。请核对代号，或在 needs 里写上它所在的业务包。",
        "There is no kind of record “{key}”. Please check its key, or name its pack under needs.",
    ),
    "no_flow": (
        "没有流程“{key}”。请放进 flows，或核对代号。",
        "There is no flow “{key}”. Please put it into flows, or check its key.",
    ),
    "no_role": (
        "没有角色“{key}”。请核对代号，或在 pack.toml 里写上。",
        "There is no role “{key}”. Please check its key, or add it to pack.toml.",
    ),
    "no_state": ("没有状态“{key}”。请核对代号。", "There is no state “{key}”. Please check its key."),
    "no_pack": ("要先安装业务包“{key}”。", "The pack “{key}” has to be installed first."),
    "not_a_reference": (
        "字段“{key}”不是引用“{kind}”的字段。请核对代号。",
        "The field “{key}” is no reference to “{kind}”. Please check its key.",
    ),
    "not_a_person": (
        "字段“{key}”不是人员字段。请核对代号。",
        "The field “{key}” names no person. Please check its key.",
    ),
    "not_a_date": ("字段“{key}”不是日期字段。请核对代号。", "The field “{key}” is no date. Please check its key."),
    "number": (
        "编号“{text}”里要有 {n}，此外只能有 {year}。",
        "The number “{text}” has to have {n}, and beside it only {year}.",
    ),
    "no_language": ("没有译文文件 texts/{language}.toml。", "The translation texts/{language}.toml is missing."),
}


@dataclass(frozen=True, slots=True)
class PackProblem:
    """Something that keeps a pack from being installed: in which `file`, at which `place` in it (``field 3 · kind``, a line; "" for
    all of it). `drawn` is the problem of a diagram or a field, with a sentence of its own."""

    file: str
    place: str
    code: str
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    drawn: Problem | None = None

    def text(self, language: str = "zh-hans") -> str:
        """Where and what, as one line, in ``zh-hans`` or ``en``."""
        english = language.startswith("en")
        where = " · ".join(part for part in (self.file, self.place) if part)
        if self.drawn is not None:
            said = self.drawn.text(language)
        else:
            params = {key: value for key, value in self.params.items() if not key.endswith("@en")}
            if english:
                params |= {key: value for key, value in self.params.items() if key.endswith("@en")}
                params |= {key[:-3]: value for key, value in self.params.items() if key.endswith("@en")}
            said = _filled(SENTENCES[self.code][english], params)
        return f"{where}{': ' if english else '：'}{said}" if where else said


def _filled(sentence: str, params: Mapping[str, str]) -> str:
    """The sentence with its places filled; braces that name no parameter stay as they are (they tell how numbers are written)."""
    for key, value in params.items():
        sentence = sentence.replace("{" + key + "}", value)
    return sentence


class PackError(ValueError):
    """A pack that cannot be installed, with everything that is wrong with it."""

    def __init__(self, problems: Sequence[PackProblem]) -> None:
        super().__init__("; ".join(problem.text("en") for problem in problems))
        self.problems = tuple(problems)

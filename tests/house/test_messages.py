"""The translations are complete, true to their placeholders, and compiled; a fresh machine needs no gettext."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

from config.database import BASE_DIR
from workflows import bpmn, names

CATALOGUES = sorted((BASE_DIR / "locale").rglob("*.po"))
ENGLISH = BASE_DIR / "locale" / "en" / "LC_MESSAGES" / "django.po"
FLOORS = ("config", "permissions", "workflows", "decisions")
CHINESE = re.compile(r"[\u2e80-\u303f\u3400-\u9fff\uff00-\uffef]")
#: a language calls itself by its own name
ITSELF = {"简体中文"}
#: the official paper of the minutes, which is Chinese in every language, and the samples of the look
CHINESE_PAPER = {"decisions/sittings/_document.html", "decisions/sittings/minutes_whole.html", "about/look.html"}
#: what marks a text for translation, and where in its arguments the context stands, if it takes one
MARKERS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": None,
    "ngettext_lazy": None,
    "pgettext": 0,
    "pgettext_lazy": 0,
    "npgettext": 0,
    "npgettext_lazy": 0,
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%(?![\s(])\w|</?\w+[^>]*>")


def entries(path: Path) -> dict[str, list[str]]:
    """What a .po file says: id (with its context before a \\4) → translations, one per plural form. Fuzzy ones count for nothing."""
    found: dict[str, list[str]] = {}
    for block in re.split(r"\n\s*\n", path.read_text()):
        lines = [line for line in block.splitlines() if not line.startswith("#~")]
        if any(line.startswith("#,") and "fuzzy" in line for line in lines):
            continue
        parts: dict[str, str] = {}
        keyword = ""
        for line in lines:
            if match := re.match(r'(msg\w+(?:\[\d+\])?) (".*")$', line):
                keyword, text = match.groups()
                parts[keyword] = ast.literal_eval(text)
            elif line.startswith('"'):
                parts[keyword] += ast.literal_eval(line)
        if parts.get("msgid"):
            key = f"{parts['msgctxt']}\4{parts['msgid']}" if "msgctxt" in parts else parts["msgid"]
            found[key] = [text for name, text in parts.items() if name.startswith("msgstr")]
    return found


@pytest.mark.skipif(not CATALOGUES, reason="no translations yet")
@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(BASE_DIR)))
def test_the_compiled_file_is_up_to_date(path: Path) -> None:
    with open(path.with_suffix(".mo"), "rb") as handle:
        catalogue: dict[object, str] = gettext.GNUTranslations(handle)._catalog  # type: ignore[attr-defined]
    compiled: dict[str, list[str]] = {}
    for key, text in catalogue.items():
        compiled.setdefault(key[0] if isinstance(key, tuple) else str(key), []).append(text)
    compiled.pop("", None)
    assert compiled == {key: texts for key, texts in entries(path).items() if all(texts)}


def test_every_english_text_is_there_and_none_is_a_guess() -> None:
    text = ENGLISH.read_text()
    assert "fuzzy" not in text
    assert not [key for key, texts in entries(ENGLISH).items() if not all(texts)]


def test_every_text_of_the_code_and_the_pages_is_in_the_catalogue() -> None:
    known = entries(ENGLISH)
    marked = {key: place for place, key in texts_marked()}
    assert len(marked) > 1000
    missing = sorted(f"{place}: {key}" for key, place in marked.items() if key not in known)
    assert not missing, "run scripts/messages and translate:\n" + "\n".join(missing)


def test_placeholders_and_markup_are_those_of_the_chinese() -> None:
    wrong = [
        (key, text)
        for key, texts in entries(ENGLISH).items()
        for text in texts
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(key))
    ]
    assert not wrong


def test_no_chinese_character_or_punctuation_stands_in_the_english() -> None:
    assert not [
        text for texts in entries(ENGLISH).values() for text in texts if CHINESE.search(text) and text not in ITSELF
    ]


def test_counted_things_have_a_singular_and_a_plural() -> None:
    text = ENGLISH.read_text()
    assert text.count("msgid_plural") == text.count("msgstr[0]") == text.count("msgstr[1]") > 30
    differing = [texts for texts in entries(ENGLISH).values() if len(texts) == 2 and texts[0] != texts[1]]
    assert len(differing) > 25


def test_lines_of_a_choice_stay_lines() -> None:
    assert not [key for key, texts in entries(ENGLISH).items() for text in texts if text.count("\n") != key.count("\n")]


def test_buttons_and_labels_end_as_the_chinese_does() -> None:
    """A label does not become a sentence on its way into English, nor the other way round."""
    ends = {"。": ".", "？": "?", "：": ":"}
    wrong = []
    for key, texts in entries(ENGLISH).items():
        source = key.rpartition("\4")[2]
        end = next((there for here, there in ends.items() if source.endswith(here)), "")
        label = not re.search(r"[，。；：？]", source) and "\4" not in key
        wrong += [text for text in texts if (end and text.rstrip()[-1:] != end) or (label and text[-1:] in ".?")]
    assert not wrong


def test_nothing_pleads_or_shouts() -> None:
    for key, texts in entries(ENGLISH).items():
        for text in (key, *texts):
            assert not re.search(r"[!！]|抱歉|对不起|[Ss]orry|[Oo]ops|你|非法", text), text


@pytest.mark.parametrize(
    "path", sorted((BASE_DIR / "workflows" / "library").glob("*.bpmn")), ids=lambda path: path.stem
)
def test_the_flows_that_ship_are_named_in_every_language(path: Path) -> None:
    document = bpmn.read(path.read_bytes())
    drawn = {name for name in document.names.values() if CHINESE.search(name)}
    for process in document.processes:
        drawn |= {node.documentation for node in process.nodes.values() if node.documentation}
    assert len(drawn) > 15
    assert drawn <= set(names.SHIPPED)


def test_no_template_shows_chinese_that_is_not_marked() -> None:
    found = []
    for path in sorted((BASE_DIR / "templates").rglob("*.html")):
        if str(path.relative_to(BASE_DIR / "templates")) in CHINESE_PAPER:
            continue
        text = re.sub(
            r"{% (blocktrans\w*)\b.*?{% end\1 %}|{% comment\b.*?{% endcomment %}", "", path.read_text(), flags=re.S
        )
        text = re.sub(r"{#.*?#}|{% (trans|translate)\b.*?%}|\b_\((\"[^\"]*\"|'[^']*')\)", "", text)
        for word in ITSELF:
            text = text.replace(word, "")
        found += [f"{path.name}: {line.strip()[:120]}" for line in text.splitlines() if CHINESE.search(line)]
    assert not found


def texts_marked() -> Iterator[tuple[str, str]]:
    """Where a text is marked for translation, and its key: the text, with its context before a \\4."""
    for floor in FLOORS:
        for path in sorted((BASE_DIR / floor).rglob("*.py")):
            yield from ((str(path.relative_to(BASE_DIR)), key) for key in marked_in(path.read_text()))
    for path in sorted((BASE_DIR / "templates").rglob("*.html")):
        code = templatize(path.read_text(), origin=str(path))
        for call in re.finditer(r"\bn?p?gettext\(.*?\)(?=\s|$)|\b_\(.*?\)", code):
            yield from ((path.name, key) for key in marked_in(call[0]))


def marked_in(code: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
        if name not in MARKERS:
            continue
        literals = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if MARKERS[name] is None and literals:
            yield literals[0]
        elif MARKERS[name] is not None and len(literals) > 1:
            yield f"{literals[0]}\4{literals[1]}"

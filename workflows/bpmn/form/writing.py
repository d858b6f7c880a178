"""The fields of a step in its file: read as they are written, changed, and written back with every other byte as it was."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from workflows.bpmn import source
from workflows.bpmn.expressions import Converter
from workflows.bpmn.model import Problem
from workflows.bpmn.namespaces import MODEL, SANGONG
from workflows.bpmn.spans import Piece, pieces, value, with_attributes

from .model import FormField, Option
from .questions import Question
from .reading import FormReader

#: A field's parts by the attributes they are written in, in the order of a new field.
_ATTRIBUTES: Final = (
    ("key", "key"), ("type", "kind"), ("label", "label"), ("help", "help"), ("required", "required"), ("visible", "visible"),
    ("min", "minimum"), ("max", "maximum"), ("pattern", "pattern"), ("unit", "unit"),
    ("of", "of"),
)  # fmt: skip


class NoStep(Exception):
    """The file has no user task of this id."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a step asks, as its file has it. `digest` is the SHA-256 of its form as it is written, "" where it has none."""

    questions: tuple[Question, ...]
    digest: str


def read_form(text: str, step: str) -> Written:
    """The fields of the user task `step`. Raises `NoStep`, and `bpmn.BpmnError` for what the reader refuses."""
    place = _Place(text, step)
    written = b"\n".join(place.content[form.start : form.end] for form in place.forms)
    return Written(
        tuple(_question(piece, at) for at, piece in enumerate(place.fields)), sha256(written).hexdigest() if written else ""
    )  # fmt: skip


def write_form(text: str, step: str, questions: Sequence[Question]) -> str:
    """The file with these fields at the user task `step`. A field of the file (`origin`) that is as it was stays to the byte, and
    what stands before it goes with it. Raises `NoStep` and `bpmn.BpmnError`."""
    place = _Place(text, step)
    there = [_question(piece, at) for at, piece in enumerate(place.fields)]
    if [(one, one.origin) for one in questions] == [(one, one.origin) for one in there] and (there or not place.forms):
        return text
    content = place.content
    for start, end, new in sorted(_changes(place, there, questions), key=lambda change: change[0], reverse=True):
        content = content[:start] + new + content[end:]
    return content.decode("utf-8")


def judged(
    questions: Sequence[Question], *, known: Collection[str] = ()
) -> tuple[tuple[FormField, ...], list[list[Problem]]]:
    """The fields as the reader of diagrams takes them, and what it finds wrong with each. `known` are keys the step has besides."""
    lines = [_fresh(b"", "field", one) for one in questions]
    text = b'<form xmlns="' + SANGONG.encode() + b'">\n' + b"\n".join(lines) + b"\n</form>"
    converter, problems = Converter(""), list[Problem]()
    fields = FormReader("", "", converter, problems).read(source.parse(text), known=known)
    found: list[list[Problem]] = [[] for _one in questions]
    for problem in (*problems, *converter.problems):
        # A field stands on a line of its own, the first on the second.
        if 0 <= problem.line - 2 < len(found):
            found[problem.line - 2].append(problem)
        elif found:
            found[-1].append(problem)
    return fields, found


class _Place:
    """Where a step's form stands in its file."""

    def __init__(self, text: str, step: str) -> None:
        self.content, root = pieces(text)
        found = next((one for one in _all(root) if one.attributes.get("id") == step), None)
        if found is None or (found.tag, found.namespace) != ("userTask", MODEL):
            raise NoStep(step)
        self.task = found
        self.holder = found.child("extensionElements")
        inside = self.holder.children if self.holder is not None else []
        self.forms = [one for one in inside if (one.tag, one.namespace) == ("form", SANGONG)]
        self.fields = [one for form in self.forms for one in form.children if one.tag == "field"]


def _all(root: Piece) -> Iterator[Piece]:
    todo = [root]
    while todo:
        one = todo.pop()
        yield one
        todo += one.children


def _question(piece: Piece, origin: int | None) -> Question:
    parts = {name: piece.attributes.get(attribute, "").strip() for attribute, name in _ATTRIBUTES}
    options = [
        Option(one.attributes.get("value", "").strip(), one.attributes.get("label", "").strip())
        for one in piece.children
        if one.tag == "option"
    ]
    columns = (_question(one, at) for at, one in enumerate(one for one in piece.children if one.tag == "column"))
    return Question(**parts, options=tuple(options), columns=tuple(columns), origin=origin)


def _changes(
    place: _Place, there: Sequence[Question], questions: Sequence[Question]
) -> Iterator[tuple[int, int, bytes]]:
    """What to write where."""
    content, holder, task = place.content, place.holder, place.task
    if not questions:
        if holder is not None and len(place.forms) == len(holder.children):
            yield _with_blanks(content, holder.start), holder.end, b""
        else:
            yield from ((_with_blanks(content, form.start), form.end, b"") for form in place.forms)
        return
    if place.forms:
        first = place.forms[0]
        yield first.start, first.end, _form(place, first, there, questions)
        yield from ((_with_blanks(content, form.start), form.end, b"") for form in place.forms[1:])
        return
    blank = _indent(content, (holder or task).start)
    form = b'<sangong:form xmlns:sangong="' + SANGONG.encode() + b'">'
    deeper = blank + b"  " if holder is not None else blank + b"    "
    lines = b"".join(deeper + b"  " + _fresh(b"sangong:", "field", one) for one in questions)
    body = deeper + form + lines + deeper + b"</sangong:form>"
    if holder is not None and not holder.closed:
        last = holder.children[-1].end if holder.children else holder.inner
        yield last, last, body
        return
    prefix = task.prefix.encode()
    whole = b"<" + prefix + b"extensionElements>" + body
    if holder is not None:
        yield holder.start, holder.end, whole + blank + b"</" + prefix + b"extensionElements>"
        return
    whole = blank + b"  " + whole + blank + b"  </" + prefix + b"extensionElements>"
    if task.closed:
        tag = content[task.start : task.inner]
        closing = b"</" + prefix + b"userTask>"
        yield task.start, task.end, tag[:-2].rstrip() + b">" + whole + blank + closing
        return
    described = [one for one in task.children if one.tag == "documentation"]
    at = described[-1].end if described else task.inner
    yield at, at, whole


def _form(place: _Place, form: Piece, there: Sequence[Question], questions: Sequence[Question]) -> bytes:
    content = place.content
    gaps = dict(_gaps(content, place.forms))
    indent = _indent(content, form.start)
    usual = next((gap for gap in gaps.values() if not gap.strip()), indent + b"  " if indent else b"")
    prefix = form.prefix.encode()
    body = b""
    for one in questions:
        origin = place.fields[one.origin] if one.origin is not None and one.origin < len(place.fields) else None
        if origin is None:
            body += usual + _fresh(prefix, "field", one)
        else:
            old = there[one.origin or 0]
            body += gaps[origin.start] + _field(content, origin, old, one)
    tag = content[form.start : form.inner]
    if form.closed:
        return tag[:-2].rstrip() + b">" + body + indent + b"</" + form.raw.encode() + b">"
    tail_from = form.children[-1].end if form.children else form.inner
    tail = content[tail_from : form.end]
    return tag + body + (tail if tail[: -len(form.raw) - 3].strip() or form.children else indent + tail.lstrip())


def _gaps(content: bytes, forms: Sequence[Piece]) -> Iterator[tuple[int, bytes]]:
    """What stands before each child of a form, by where the child begins."""
    for form in forms:
        at = form.inner
        for child in form.children:
            yield child.start, content[at : child.start]
            at = child.end


def _field(content: bytes, origin: Piece, old: Question, new: Question) -> bytes:
    if old == new:
        return content[origin.start : origin.end]
    changes = {
        attribute: getattr(new, name) or None
        for attribute, name in _ATTRIBUTES
        if getattr(new, name) != getattr(old, name)
    }
    tag = with_attributes(content[origin.start : origin.inner], changes)
    if old.options == new.options and old.columns == new.columns:
        return tag + content[origin.inner : origin.end]
    inside = _inside(origin.prefix.encode(), new)
    opened = tag[:-2].rstrip() + b">" if tag.endswith(b"/>") else tag
    return opened + inside + b"</" + origin.raw.encode() + b">" if inside else opened[:-1] + b"/>"


def _fresh(prefix: bytes, tag: str, one: Question) -> bytes:
    """A field or column written anew, in one line."""
    name = prefix + tag.encode()
    parts = ((attribute, getattr(one, part)) for attribute, part in _ATTRIBUTES)
    said = b"".join(b" " + attribute.encode() + b"=" + value(text) for attribute, text in parts if text)
    inside = _inside(prefix, one)
    return b"<" + name + said + (b">" + inside + b"</" + name + b">" if inside else b"/>")


def _inside(prefix: bytes, one: Question) -> bytes:
    options = (
        b"<" + prefix + b"option"
        + (b" value=" + value(option.value) if option.value else b"")
        + (b" label=" + value(option.label) if option.label else b"") + b"/>"
        for option in one.options
    )  # fmt: skip
    return b"".join(options) + b"".join(_fresh(prefix, "column", column) for column in one.columns)


def _with_blanks(content: bytes, start: int) -> int:
    """Where the blanks before a place begin."""
    return len(content[:start].rstrip())


def _indent(content: bytes, start: int) -> bytes:
    """The line break and blanks before a place; nothing where it does not begin its line."""
    blanks = content[_with_blanks(content, start) : start]
    return blanks[blanks.rindex(b"\n") :] if b"\n" in blanks else b""

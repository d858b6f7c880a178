"""From the grid back into the file: what changed is written anew, every other byte stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import TypeVar

from workflows.bpmn.namespaces import SANGONG
from workflows.bpmn.spans import Piece, value, with_attributes, words

from .grid import Grid, InputColumn, OutputColumn, RuleRow, SampleRow
from .places import Place, find
from .reading import grid_of, policy_of, text_in

Part = tuple[Piece | None, bytes]
"""An element to stand in another: the one in the file it was (None for a new one), and its bytes."""
Item = TypeVar("Item")


def write_grid(text: str, owner: str, grid: Grid) -> str:
    """The file with this grid as the table of `owner`. What the grid leaves as it was is written as it was, blanks and comments
    included; the same grid gives the same text. Raises `NoTable` and `bpmn.BpmnError`."""
    place = find(text, owner)
    before = grid_of(place)
    changes = [(place.table.start, place.table.end, _Writer(place, before).table(grid))]
    if grid.samples != before.samples:
        changes.append(_samples(place, grid))
    content = place.content
    for start, end, new in sorted(changes, reverse=True):
        content = content[:start] + new + content[end:]
    return content.decode("utf-8")


def swap_table(text: str, owner: str, other: str) -> str:
    """The file `text` with the table and the samples of `owner` as they are in the file `other`."""
    place, theirs = find(text, owner), find(other, owner)
    new = theirs.content[theirs.table.start : theirs.table.end]
    content = place.content[: place.table.start] + new + place.content[place.table.end :]
    return write_grid(content.decode("utf-8"), owner, grid_of(theirs))


class _Writer:
    """Writes one table."""

    def __init__(self, place: Place, before: Grid) -> None:
        self.content = place.content
        self.place = place
        self.before = before
        self.prefix = place.table.prefix.encode()
        self._ids = _new_ids(place)

    def table(self, grid: Grid) -> bytes:
        """The whole ``decisionTable``."""
        table = self.place.table
        clauses = {tag: list(table.named(tag)) for tag in ("input", "output", "annotation", "rule")}
        parts: list[Part] = []
        for column in grid.inputs:
            origin = _at(clauses["input"], column.origin)
            parts.append((origin, self._input(column, origin)))
        for answer in grid.outputs:
            origin = _at(clauses["output"], answer.origin)
            parts.append((origin, self._output(answer, origin)))
        if not grid.described:
            headed = list(grid.notes)
            # Remarks may go without a heading; one is written only where there was one, or there is something to write.
            while headed and not headed[-1].name and (headed[-1].origin or 0) >= len(clauses["annotation"]):
                if headed[-1].origin is None:
                    break
                headed.pop()
            for note in headed:
                origin = _at(clauses["annotation"], note.origin)
                tag = self._tag(origin, "annotation", {"name": note.name})
                parts.append((origin, self._compose(origin, "annotation", tag, [], ())))
        for rule in grid.rules:
            origin = _at(clauses["rule"], rule.origin)
            parts.append((origin, self._rule(grid, rule, origin)))
        changed: dict[str, str | None] = {}
        if grid.hit_policy != policy_of(table):
            changed["hitPolicy"] = grid.hit_policy
        if grid.aggregation != table.attributes.get("aggregation", "").upper():
            changed["aggregation"] = grid.aggregation or None
        tag = with_attributes(self.content[table.start : table.inner], changed)
        return self._compose(table, "decisionTable", tag, parts, ("input", "output", "annotation", "rule"))

    # ------------------------------------------------------------------ columns and rules

    def _input(self, column: InputColumn, origin: Piece | None) -> bytes:
        old = _at(self.before.inputs, column.origin) or InputColumn()
        looked = origin.child("inputExpression") if origin is not None else None
        tag = self._tag(looked, "inputExpression", {"typeRef": column.type or None})
        parts: list[Part] = []
        if looked is not None or origin is None or column.expression or column.type:
            parts.append((looked, self._textual(looked, "inputExpression", tag, column.expression, old.expression)))
        parts += self._optional(origin, "inputValues", column.allowed, old.allowed)
        tag = self._tag(origin, "input", {"label": column.label or None}, numbered=True)
        return self._compose(origin, "input", tag, parts, ("inputExpression", "inputValues"))

    def _output(self, column: OutputColumn, origin: Piece | None) -> bytes:
        old = _at(self.before.outputs, column.origin) or OutputColumn()
        parts = [
            *self._optional(origin, "outputValues", column.allowed, old.allowed),
            *self._optional(origin, "defaultOutputEntry", column.default, old.default),
        ]
        attributes = {"label": column.label or None, "name": column.name or None, "typeRef": column.type or None}
        tag = self._tag(origin, "output", attributes, numbered=True)
        return self._compose(origin, "output", tag, parts, ("outputValues", "defaultOutputEntry"))

    def _optional(self, parent: Piece | None, tag: str, new: str, old: str) -> list[Part]:
        """An element that is there only where it says something; one that says nothing stays while nobody touches it."""
        origin = parent.child(tag) if parent is not None else None
        if not new and not (origin is not None and not old):
            return []
        return [(origin, self._textual(origin, tag, self._tag(origin, tag, {}), new, old))]

    def _rule(self, grid: Grid, rule: RuleRow, origin: Piece | None) -> bytes:
        old = _at(self.before.rules, rule.origin)
        if old == rule and self._same_columns(grid) and origin is not None:
            return self.content[origin.start : origin.end]
        parts: list[Part] = []
        managed = ["inputEntry", "outputEntry"]
        if grid.described and grid.notes:
            managed.insert(0, "description")
            there = origin.child("description") if origin is not None else None
            said = rule.notes[0]
            if there is not None and there.text == said:
                parts.append((there, self.content[there.start : there.end]))
            elif said:
                tag = self._tag(there, "description", {})
                parts.append((there, self._open(tag) + words(said) + self._closing("description")))
        elif grid.described:
            managed.insert(0, "description")
        parts += self._entries(origin, "inputEntry", [column.origin for column in grid.inputs], rule.inputs)
        parts += self._entries(origin, "outputEntry", [column.origin for column in grid.outputs], rule.outputs)
        if not grid.described:
            managed.append("annotationEntry")
            kept = len(list(origin.named("annotationEntry"))) if origin is not None else 0
            last = max((at for at, text in enumerate(rule.notes, 1) if text), default=0)
            width = max(last, min(kept, len(rule.notes)))
            numbers = [note.origin for note in grid.notes][:width]
            parts += self._entries(origin, "annotationEntry", numbers, rule.notes[:width])
        tag = self._tag(origin, "rule", {}, numbered=True)
        return self._compose(origin, "rule", tag, parts, managed)

    def _same_columns(self, grid: Grid) -> bool:
        return all(
            [column.origin for column in new] == [column.origin for column in old]
            for new, old in (
                (grid.inputs, self.before.inputs), (grid.outputs, self.before.outputs), (grid.notes, self.before.notes),
            )
        )  # fmt: skip

    def _entries(
        self, rule: Piece | None, tag: str, columns: Sequence[int | None], texts: Sequence[str]
    ) -> Iterator[Part]:
        there = list(rule.named(tag)) if rule is not None else []
        for column, text in zip(columns, texts, strict=True):
            origin = _at(there, column)
            yield origin, self._textual(origin, tag, self._tag(origin, tag, {}), text, text_in(origin))

    # ------------------------------------------------------------------ elements

    def _tag(
        self, origin: Piece | None, tag: str, attributes: dict[str, str | None], *, numbered: bool = False
    ) -> bytes:
        """The start tag: as in the file, but for the attributes that have changed."""
        if origin is None:
            new = {"id": next(self._ids), **attributes} if numbered else attributes
            return with_attributes(b"<" + self.prefix + tag.encode() + b">", new)
        changed = {
            name: text for name, text in attributes.items() if (text or "") != origin.attributes.get(name, "").strip()
        }
        return with_attributes(self.content[origin.start : origin.inner], changed)

    def _textual(self, origin: Piece | None, tag: str, start: bytes, new: str, old: str) -> bytes:
        """An element with a ``text`` inside."""
        inside = origin.child("text") if origin is not None else None
        if origin is not None and new == old:
            return start + self.content[origin.inner : origin.end]
        written = self._tag(inside, "text", {})
        body = self._open(written) + words(new) + self._closing("text")
        return self._compose(origin, tag, start, [(inside, body)], ("text",))

    def _compose(
        self, origin: Piece | None, tag: str, start: bytes, parts: Sequence[Part], managed: Sequence[str]
    ) -> bytes:
        """An element with these children instead of those called as in `managed`.

        Where they are the same elements in the same order, all that stands between them stays too; else each goes with what
        stands before it."""
        if origin is None:
            if not parts and not managed:
                return start[:-1] + b"/>"
            return start + b"".join(body for _origin, body in parts) + self._closing(tag)
        theirs = [child for child in origin.children if child.tag in managed and child.namespace == origin.namespace]
        gaps, tail = self._gaps(origin)
        if [id(part[0]) for part in parts] == [id(child) for child in theirs]:
            bodies = {id(child): body for child, (_origin, body) in zip(theirs, parts, strict=True)}
            inner = b"".join(
                gaps[id(child)] + bodies.get(id(child), self.content[child.start : child.end])
                for child in origin.children
            )
            return start + inner + tail
        pieces = [
            gaps[id(child)] + self.content[child.start : child.end]
            for child in origin.children
            if not any(child is one for one in theirs)
        ]
        blank = _blank(gaps, origin)
        pieces += [(gaps[id(part[0])] if part[0] is not None else blank) + part[1] for part in parts]
        if origin.closed:
            return self._open(start) + b"".join(pieces) + self._closing(tag)
        return start + b"".join(pieces) + tail

    def _gaps(self, origin: Piece) -> tuple[dict[int, bytes], bytes]:
        """What stands before each child, and behind the last with the end tag."""
        found: dict[int, bytes] = {}
        at = origin.inner
        for child in origin.children:
            found[id(child)] = self.content[at : child.start]
            at = child.end
        return found, self.content[at : origin.end]

    def _open(self, tag: bytes) -> bytes:
        return tag[:-2].rstrip() + b">" if tag.endswith(b"/>") else tag

    def _closing(self, tag: str) -> bytes:
        return b"</" + self.prefix + tag.encode() + b">"


def _blank(gaps: dict[int, bytes], origin: Piece) -> bytes:
    """The blanks a new child gets: those before its last sibling, as far as they are blanks."""
    before = gaps[id(origin.children[-1])] if origin.children else b""
    kept = before.rsplit(b">", 1)[-1]
    return kept if not kept.strip() else b""


def _at(items: Sequence[Item], at: int | None) -> Item | None:
    return items[at] if at is not None and 0 <= at < len(items) else None


def _new_ids(place: Place) -> Iterator[str]:
    owner = place.owner.attributes.get("id", "")
    return (name for number in count(1) if (name := f"{owner}_{number}") not in place.ids)


# ------------------------------------------------------------------ samples


def _samples(place: Place, grid: Grid) -> tuple[int, int, bytes]:
    """What to write where, so that the decision has these samples."""
    owner, there = place.owner, place.samples
    holder = owner.child("extensionElements")
    line: Callable[[int], bytes] = lambda depth: b"\n" + b"  " * depth  # noqa: E731
    names = [column.key for column in grid.outputs]
    inner = b"".join(line(4) + _sample(sample, names) for sample in grid.samples)
    body = b'<sangong:samples xmlns:sangong="' + SANGONG.encode() + b'">' + inner + line(3) + b"</sangong:samples>"
    if holder is None:
        prefix = owner.prefix.encode()
        described = owner.child("description")
        at = described.end if described is not None else owner.inner
        opened = line(2) + b"<" + prefix + b"extensionElements>"
        return at, at, opened + line(3) + body + line(2) + b"</" + prefix + b"extensionElements>"
    if there is not None and grid.samples:
        return there.start, there.end, body
    if there is not None:
        alone = len(holder.children) == 1
        return (holder.start, holder.end, b"") if alone else (there.start, there.end, b"")
    if holder.closed:
        written = holder.prefix.encode() + b"extensionElements"
        return holder.start, holder.end, b"<" + written + b">" + line(3) + body + line(2) + b"</" + written + b">"
    return holder.inner, holder.inner, line(3) + body


def _sample(sample: SampleRow, names: Sequence[str]) -> bytes:
    parts = [b"<sangong:sample name=" + value(sample.name) + b">"]
    for name, text in sample.given:
        parts.append(b"<sangong:given name=" + value(name) + b">" + words(text) + b"</sangong:given>")
    for name, text in zip(names, sample.expected, strict=True):
        if text:
            parts.append(b"<sangong:expected name=" + value(name) + b">" + words(text) + b"</sangong:expected>")
    return b"".join(parts) + b"</sangong:sample>"

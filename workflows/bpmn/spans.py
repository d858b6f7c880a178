"""Where each element of a file stands in its text, so that one can be changed and every other byte stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape

from . import source

_DECLARATION: Final = re.compile(rb"\A\s*<\?xml\s[^>]{0,200}?\?>")
_ATTRIBUTE: Final = re.compile(rb"""\s+([^\s=/>"']+)\s*=\s*("[^"]*"|'[^']*')""")
_NEVER: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What no XML file may hold."""


@dataclass(slots=True)
class Piece:
    """An element: its qualified name as written, namespace and local name, attributes without a namespace by name, the text
    directly inside, and where in the bytes its start tag begins and ends, its end tag begins, and it ends (`inner`, `close` and
    `end` are one place where it closes itself)."""

    raw: str
    namespace: str
    tag: str
    attributes: Mapping[str, str]
    start: int
    inner: int = 0
    close: int = 0
    end: int = 0
    words: list[str] = field(default_factory=list)
    children: list[Piece] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        """What stands before the local name, with its colon."""
        head, colon, _local = self.raw.rpartition(":")
        return head + colon

    @property
    def text(self) -> str:
        """The text directly inside, without blanks around it."""
        return "".join(self.words).strip()

    @property
    def closed(self) -> bool:
        """Whether it closes itself: ``<text/>``."""
        return self.inner == self.end

    def named(self, *tags: str) -> Iterator[Piece]:
        """Its children of these local names, in its own namespace."""
        return (child for child in self.children if child.tag in tags and child.namespace == self.namespace)

    def child(self, tag: str) -> Piece | None:
        """The first child of this name."""
        return next(self.named(tag), None)


def pieces(text: str) -> tuple[bytes, Piece]:
    """The text as UTF-8 and its root element. Raises `bpmn.BpmnError` for what the reader would refuse as well."""
    source.parse(text)  # everything that could be hostile is refused here, a DOCTYPE and its entities among it
    content = text.encode("utf-8")
    declared = _DECLARATION.match(content)
    # It is UTF-8 by now, whatever it declares.
    seen = content if declared is None else b" " * declared.end() + content[declared.end() :]
    parser = expat.ParserCreate("UTF-8", "}")
    parser.namespace_prefixes = True
    parser.buffer_text = True
    stack: list[Piece] = []
    roots: list[Piece] = []

    def begin(name: str, attributes: Mapping[str, str]) -> None:
        at = parser.CurrentByteIndex
        namespace, local, prefix = _name(name)
        plain = {key: value for key, value in attributes.items() if "}" not in key}
        piece = Piece(f"{prefix}:{local}" if prefix else local, namespace, local, plain, at)
        piece.inner = _tag_end(seen, at)
        (stack[-1].children if stack else roots).append(piece)
        stack.append(piece)

    def finish(_name: str) -> None:
        piece = stack.pop()
        if seen[piece.inner - 2 : piece.inner] == b"/>":
            piece.close = piece.end = piece.inner
        else:
            piece.close = parser.CurrentByteIndex
            piece.end = seen.index(b">", piece.close) + 1

    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    parser.CharacterDataHandler = lambda words: stack[-1].words.append(words)
    try:
        parser.Parse(seen, True)
    except expat.ExpatError as error:
        raise source.refuse("not_xml", error.lineno, detail=str(error)[:200]) from None
    return content, roots[0]


def _name(written: str) -> tuple[str, str, str]:
    namespace, _, rest = written.partition("}")
    if not rest:
        return "", namespace, ""
    local, _, prefix = rest.partition("}")
    return namespace, local, prefix


def _tag_end(content: bytes, start: int) -> int:
    """Behind the ``>`` of the tag that begins at `start`; one inside a value is none."""
    quote = 0
    for at in range(start, len(content)):
        byte = content[at]
        if quote:
            quote = 0 if byte == quote else quote
        elif byte in b"\"'":
            quote = byte
        elif byte == 0x3E:
            return at + 1
    raise ValueError("a tag without an end", start)


def clean(text: str) -> str:
    """The text as an XML file can hold it: line ends as XML reads them, no control characters, no blanks around."""
    return _NEVER.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def words(text: str) -> bytes:
    """A text as it is written between tags."""
    return escape(text).encode("utf-8")


def value(text: str) -> bytes:
    """A text as it is written as an attribute, with its quotes."""
    signs = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
    return b'"' + escape(text, signs).encode("utf-8") + b'"'


def with_attributes(tag: bytes, changes: Mapping[str, str | None]) -> bytes:
    """A start tag with other values for some attributes (None: without it); the others stay as they are written."""
    left = dict(changes)
    parts: list[bytes] = []
    last = 0
    for found in _ATTRIBUTE.finditer(tag):
        name = found[1].decode("utf-8")
        if name not in left:
            continue
        new = left.pop(name)
        parts.append(tag[last : found.start()] if new is None else tag[last : found.start(2)] + value(new))
        last = found.end()
    rest = tag[last:]
    ending = b"/>" if rest.endswith(b"/>") else b">"
    body = rest[: -len(ending)]
    blank = body[len(body.rstrip()) :]
    added = b"".join(b" " + name.encode() + b"=" + value(new) for name, new in left.items() if new is not None)
    return b"".join(parts) + body.rstrip() + added + blank + ending

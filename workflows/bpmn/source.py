"""From bytes to an XML tree, for files that come from strangers.

Everything that could make parsing expensive or reach outside is refused before or while the parser runs: size and
number of tags before the first byte is parsed, DOCTYPE (and with it every entity) before the parser sees it, depth
and element count while the parser is fed in small pieces. The parser itself may not resolve entities, load a DTD or
use the network.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final, cast

from lxml import etree

from .model import Problem

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_ELEMENTS: Final = 20_000
MAX_DEPTH: Final = 200
MAX_ATTRIBUTES: Final = 500  # of one element; libxml2 looks each of them up by going through all
# An element costs at most two tags; comments, CDATA and the rest get the third.
MAX_TAGS: Final = 3 * MAX_ELEMENTS
PIECE: Final = 32 * 1024

_DECLARATION = re.compile(r"<\?xml\s[^>]{0,200}?\?>")
_ENCODING = re.compile(rb"""\A<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
# Text encodings a BPMN tool writes, mostly UTF-8; the Chinese ones for files older tools exported.
_ENCODINGS: Final = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "ascii", "ascii": "ascii", "iso-8859-1": "latin-1",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "utf-16": "utf-16",
}  # fmt: skip

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
"""Byte order marks files begin with, and what they say of the rest."""


class BpmnError(Exception):
    """A file that cannot be read at all. `problems` says why, with lines; it is never empty."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.code for problem in problems))
        self.problems = problems


def refuse(code: str, line: int = 0, **params: str) -> BpmnError:
    """The error for one problem that stops reading."""
    return BpmnError((Problem(code, "error", None, line, params),))


def parse(xml: bytes | str) -> etree._Element:
    """The root element of `xml`, with line numbers. A `str` is taken as it is, whatever encoding it declares.

    Raises `BpmnError` (`too_large`, `too_many_elements`, `too_deep`, `too_many_attributes`, `doctype`, `bad_encoding`, `not_xml`), in
    time and memory bounded by the caps above whatever the bytes are.
    """
    if len(xml) > MAX_BYTES:
        raise refuse("too_large", limit=str(MAX_BYTES // 1024 // 1024))
    text = xml if isinstance(xml, str) else _decode(xml)
    if text.count("<") > MAX_TAGS:
        raise refuse("too_many_elements", limit=str(MAX_ELEMENTS))
    text = _without_declaration(text)
    _refuse_doctype(text)
    return _feed(text.encode("utf-8", "replace"))


def text_of(xml: bytes) -> str:
    """The words of a BPMN file, to be stored: decoded as it declares, bytes that are no text replaced.

    `read` takes the result as it is. Never raises, so that a draft may hold what cannot be published yet.
    """
    try:
        return _decode(xml)
    except BpmnError:
        return xml.decode("utf-8", "replace")


def bytes_of(text: str, digest: str = "") -> bytes:
    """A stored file's words as the bytes of a file: what `text_of` reads again as the same words.

    `digest` is the SHA-256 (hex) of the file they were read from: where its bytes can be found again, with their byte order mark,
    they are it. Else they are encoded as the file declares.
    """
    declared = _ENCODING.match(text[:300].encode("utf-8"))
    name = _ENCODINGS.get(declared[1].decode("ascii").lower(), "utf-8") if declared else "utf-8"
    data = text.encode(name, "xmlcharrefreplace")
    found = (mark + text.encode(encoding) for mark, encoding in _MARKS) if digest else ()
    return next((one for one in (data, *found) if sha256(one).hexdigest() == digest), data)


def line_of(element: etree._Element) -> int:
    """The line the element starts on, 0 where it is not known."""
    return cast("int | None", element.sourceline) or 0


def _decode(xml: bytes) -> str:
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif xml.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8-sig"
    else:
        declared = _ENCODING.match(xml)
        name = declared[1].decode("ascii").lower() if declared else "utf-8"
        if name not in _ENCODINGS:
            raise refuse("bad_encoding", 1, encoding=name)
        encoding = _ENCODINGS[name]
    try:
        return xml.decode(encoding)
    except UnicodeDecodeError as error:
        raise refuse("bad_encoding", xml.count(b"\n", 0, error.start) + 1, encoding=encoding) from None


def _without_declaration(text: str) -> str:
    # The text is UTF-8 by now, whatever its declaration says. Blanks keep every later line and column where it was.
    text = text.removeprefix("\ufeff")
    declaration = _DECLARATION.match(text)
    if declaration is None:
        return text
    return re.sub(r"[^\n]", " ", declaration[0]) + text[declaration.end() :]


def _refuse_doctype(text: str) -> None:
    # A DOCTYPE can only stand before the root element. Looking for it by hand, so that the parser never sees one.
    position = 0
    while True:
        while position < len(text) and text[position] in " \t\r\n":
            position += 1
        for opening, closing in (("<!--", "-->"), ("<?", "?>")):
            if text.startswith(opening, position):
                end = text.find(closing, position + len(opening))
                if end < 0:
                    return
                position = end + len(closing)
                break
        else:
            if text.startswith("<!", position):
                raise refuse("doctype", text.count("\n", 0, position) + 1)
            return


def _feed(data: bytes) -> etree._Element:
    parser = etree.XMLPullParser(
        events=("start", "end"),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    seen = _Seen()
    try:
        for start in range(0, len(data), PIECE):
            parser.feed(data[start : start + PIECE])
            seen.take(parser)
        closed = parser.close()
        # A file of four bytes is parsed only when it is closed.
        seen.take(parser)
    except etree.LxmlError as error:
        # libxml2 stops at its own depth limit before ours where a piece holds the whole file.
        line = (getattr(error, "lineno", None) or 0) if isinstance(error, etree.XMLSyntaxError) else 0
        if "depth" in str(error).lower():
            raise refuse("too_deep", line, limit=str(MAX_DEPTH)) from None
        raise refuse("not_xml", line, detail=_first_line(str(error))) from None
    if seen.root is None or closed is None:
        raise refuse("not_xml", 1, detail="no element found")
    return seen.root


class _Seen:
    """What a parser has met so far, held to the caps."""

    def __init__(self) -> None:
        self.root: etree._Element | None = None
        self._elements = 0
        self._depth = 0

    def take(self, parser: etree.XMLPullParser) -> None:
        """The elements met since the last time. Raises `BpmnError`."""
        for event, element in parser.read_events():
            assert isinstance(element, etree._Element)  # noqa: S101  only start and end events are asked for
            if event == "end":
                self._depth -= 1
                continue
            if self.root is None:
                self.root = element
            self._elements += 1
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise refuse("too_deep", line_of(element), limit=str(MAX_DEPTH))
            if len(element.attrib) > MAX_ATTRIBUTES:
                raise refuse("too_many_attributes", line_of(element), limit=str(MAX_ATTRIBUTES))
            if self._elements > MAX_ELEMENTS:
                raise refuse("too_many_elements", line_of(element), limit=str(MAX_ELEMENTS))


def _first_line(message: str) -> str:
    return message.splitlines()[0][:200] if message.strip() else "not well-formed"

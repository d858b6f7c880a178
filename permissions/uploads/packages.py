"""Office packages (ECMA-376): a ZIP archive of parts. Refused are macros, controls, packed files, templates fetched from elsewhere,
and archives that unfold to more than a paper: the parts are unfolded and counted, since what the archive says of itself can lie."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree

from permissions.uploads import compounds, refusal

SIGNATURE = b"PK\x03\x04"

_OOXML = "application/vnd.openxmlformats-officedocument."
#: main part of an Office package → (content type, extensions)
_KINDS = {
    "word/document.xml": (_OOXML + "wordprocessingml.document", frozenset({"docx"})),
    "xl/workbook.xml": (_OOXML + "spreadsheetml.sheet", frozenset({"xlsx"})),
    "ppt/presentation.xml": (_OOXML + "presentationml.presentation", frozenset({"pptx"})),
}
_TYPES = "[Content_Types].xml"
#: parts that are code, by name and by what the table of types calls them
_MACRO_PARTS = re.compile(r"vbaproject|vbadata|(?:^|/)macrosheets/|(?:^|/)intlmacrosheets/", re.IGNORECASE)
_MACRO_TYPES = re.compile(r"macroenabled|vbaproject|macrosheet", re.IGNORECASE)
_CONTROLS = re.compile(r"(?:^|/)(?:activex|ctrlprops)/", re.IGNORECASE)
#: relationships an office program follows by itself; hyperlinks wait for a click, pictures and linked cells run nothing
_FETCHED = frozenset({"attachedTemplate", "oleObject", "package", "frame", "subDocument", "control", "vbaProject"})

MAX_PARTS = 5_000
MAX_UNFOLDED = 300 * 1024 * 1024
#: A part this small may fold as well as it likes: a sheet of equal cells does.
FREE_BYTES = 10 * 1024 * 1024
MAX_RATIO = 200
MAX_DEPTH = 2
_MAX_KEPT = 40 * 1024 * 1024
_CHUNK = 4 * 1024 * 1024

#: how programs and other archives begin
_FOREIGN = (
    b"MZ",
    b"\x7fELF",
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa",
    b"BZh",
    b"\xfd7zXZ",
)
_GZIP = b"\x1f\x8b"
_LOOKED_INTO = (SIGNATURE, compounds.SIGNATURE, _GZIP)
_FOLDED_PICTURES = frozenset({".emz", ".wmz"})


@dataclass
class _Measure:
    """What has been unfolded so far, over all levels."""

    parts: int = 0
    unfolded: int = 0

    def add(self, size: int) -> None:
        self.unfolded += size
        if self.unfolded > MAX_UNFOLDED:
            raise refusal.swelling()


def examine(content: bytes) -> tuple[str, frozenset[str]]:
    """Content type and extensions of an Office package; nothing fits another archive. Raises `Unacceptable` with the reason."""
    return _examine(content, 1, _Measure())


def _examine(content: bytes, depth: int, measure: _Measure) -> tuple[str, frozenset[str]]:
    if depth > MAX_DEPTH:
        raise refusal.swelling()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            measure.parts += len(parts)
            if measure.parts > MAX_PARTS:
                raise refusal.swelling()
            names = {part.filename for part in parts}
            kind = next((kind for main, kind in _KINDS.items() if main in names), None)
            if _TYPES not in names or kind is None:
                return "", frozenset()
            for part in parts:
                _look(archive, part, depth, measure)
            return kind
    except refusal.Unacceptable:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError) as error:
        raise refusal.broken() from error


def _look(archive: zipfile.ZipFile, part: zipfile.ZipInfo, depth: int, measure: _Measure) -> None:
    name = part.filename
    if part.flag_bits & 0x1:
        raise refusal.locked()
    if _MACRO_PARTS.search(name):
        raise refusal.macros()
    if _CONTROLS.search(name):
        raise refusal.embedded()
    if name.startswith("/") or "\\" in name or ".." in PurePosixPath(name).parts:
        raise refusal.broken()
    data = _unfolded(archive, part, measure)
    if name == _TYPES:
        if any(_MACRO_TYPES.search(kind) for kind in _attributes(data, "ContentType")):
            raise refusal.macros()
    elif name.endswith(".rels"):
        _follow(data)
    elif data.startswith(_GZIP):
        if PurePosixPath(name).suffix.lower() not in _FOLDED_PICTURES:
            raise refusal.embedded()
        _gunzip(data, measure)
    elif data.startswith(SIGNATURE):
        if not _examine(data, depth + 1, measure)[0]:
            raise refusal.embedded()
    elif data.startswith(compounds.SIGNATURE):
        compounds.examine(data)
    elif data.startswith(_FOREIGN):
        raise refusal.embedded()


def _unfolded(archive: zipfile.ZipFile, part: zipfile.ZipInfo, measure: _Measure) -> bytes:
    """A part, unfolded to its end step by step; of one that is not looked into only its beginning is kept.

    The library holds a part to the size and the sum it states.
    """
    found: list[bytes] = []
    total = 0
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            total += len(chunk)
            measure.add(len(chunk))
            if total > FREE_BYTES and total > MAX_RATIO * max(part.compress_size, 1):
                raise refusal.swelling()
            if not found or found[0].startswith(_LOOKED_INTO):
                found.append(chunk)
            if total > _MAX_KEPT and len(found) > 1:
                raise refusal.swelling()
    return b"".join(found)


def _gunzip(data: bytes, measure: _Measure) -> None:
    inflate = zlib.decompressobj(wbits=31)
    rest = data
    while rest and not inflate.eof:
        measure.add(len(inflate.decompress(rest, _CHUNK)))
        rest = inflate.unconsumed_tail


def _follow(data: bytes) -> None:
    """Raises `Unacceptable` where a relationship fetches something into the document."""
    for element in _elements(data):
        kind = element.get("Type", "").rsplit("/", 1)[-1]
        if element.get("TargetMode", "").lower() == "external" and kind in _FETCHED:
            raise refusal.fetching()


def _attributes(data: bytes, name: str) -> list[str]:
    return [element.get(name, "") for element in _elements(data)]


def _elements(data: bytes) -> list[etree._Element]:
    if len(data) >= _CHUNK:
        raise refusal.swelling()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise refusal.broken() from None
    # The packaging standard allows no document type; with one a reader may see other values than we do.
    if root.getroottree().docinfo.internalDTD is not None:
        raise refusal.broken()
    return [element for element in root.iter() if isinstance(element.tag, str)]

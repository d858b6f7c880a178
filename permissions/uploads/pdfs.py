"""PDF: refused is what acts by itself (scripts, starting programs, sending forms), what carries other files, what is locked.

Actions are named by PDF names (ISO 32000-2, 12.6.4), so names are looked for everywhere in the bytes, streams included: a reader
finds objects by offset, and a scan that believed in the boundaries it sees could be led past them. Names may be written with
``#xx`` for a character. Objects can also stand folded in object streams, which are unfolded up to a fixed measure.
"""

import re
import zlib
from bisect import bisect_left

from permissions.uploads import refusal

#: Names of actions and parts that run something: JavaScript also in renditions and XFA forms.
_ACTIVE = frozenset({b"JavaScript", b"Launch", b"Rendition", b"RichMedia", b"ImportData", b"SubmitForm", b"XFA"})
_CARRIED = frozenset({b"EmbeddedFile", b"EmbeddedFiles", b"GoToE"})
_LOCKED = frozenset({b"Encrypt"})
#: How an object stream may be folded: deflate without predictor, as every program writes it.
_UNREADABLE = frozenset({b"LZWDecode", b"ASCIIHexDecode", b"ASCII85Decode", b"RunLengthDecode", b"Predictor", b"Crypt"})
_NAME = re.compile(rb"/((?:[A-Za-z]|#[0-9A-Fa-f]{2})(?:[A-Za-z0-9]|#[0-9A-Fa-f]{2}){2,60})(?=[\s\0()<>\[\]{}/%]|$)")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r)")
_END = re.compile(rb"endstream")
#: An object stream begins with pairs of whole numbers: which object, where.
_PAIRS = re.compile(rb"\s*\d+\s+\d+\s")
_HEAD = 64
_DICTIONARY = 64 * 1024
#: All object streams of one file together; a paper of thousands of pages has a tenth of it.
MAX_UNFOLDED = 64 * 1024 * 1024
#: Streams in a paper of 20 MB are larger than this many would allow.
MAX_STREAMS = 100_000


def examine(content: bytes) -> None:
    """Raises `Unacceptable` with the reason where the PDF is not just something to read."""
    _judge(content)
    ends = [found.start() for found in _END.finditer(content)]
    view = memoryview(content)
    # What overlaps would be read again and again: everything together is read twice at the most.
    left, to_read = MAX_UNFOLDED, 2 * len(content)
    for count, found in enumerate(_STREAM.finditer(content)):
        at, begin = found.span()
        dictionary = max(content.rfind(b"obj", max(0, at - _DICTIONARY), at), 0, at - _DICTIONARY)
        following = bisect_left(ends, begin)
        end = ends[following] if following < len(ends) else len(content)
        to_read -= at - dictionary
        if count >= MAX_STREAMS or to_read < 0:
            raise refusal.swelling()
        if not _declared(content[dictionary:at]) and not _PAIRS.match(_head(view[begin:end])):
            continue
        to_read -= end - begin
        if to_read < 0:
            raise refusal.swelling()
        unfolded = _unfolded(view[begin:end], left)
        left -= len(unfolded)
        _judge(unfolded)


def _judge(content: bytes) -> None:
    names = _names(content)
    if names & _ACTIVE:
        raise refusal.scripted()
    if names & _CARRIED:
        raise refusal.embedded()
    if names & _LOCKED:
        raise refusal.locked()


def _names(content: bytes) -> set[bytes]:
    return {_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), name) for name in set(_NAME.findall(content))}


def _declared(dictionary: bytes) -> bool:
    """Whether the dictionary before a stream calls it an object stream. Raises `Unacceptable` where it is one nobody can read."""
    names = _names(dictionary)
    if b"ObjStm" not in names:
        return False
    if names & _UNREADABLE:
        raise refusal.broken()
    return True


def _head(data: memoryview) -> bytes:
    try:
        return zlib.decompressobj().decompress(data[:4096], _HEAD)
    except zlib.error:
        return b""


def _unfolded(data: memoryview, left: int) -> bytes:
    """The objects of an object stream, which stand there plainly where it is not compressed."""
    if _PAIRS.match(data[:_HEAD]):
        return b""  # already looked at with everything else
    inflate = zlib.decompressobj()
    try:
        whole = inflate.decompress(data, left + 1)
    except zlib.error:
        raise refusal.broken() from None
    if len(whole) > left:
        raise refusal.swelling()
    if not inflate.eof:
        raise refusal.broken()
    return whole

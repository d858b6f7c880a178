"""Compound files ([MS-CFB]): what Office wrote until 2003 and WPS still does. A small disk in a file: sectors, a table of chains, a
directory of streams. Only the directory and, of the main stream, what says whether there are macros are read."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from permissions.uploads import refusal

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: main stream of a compound file → (content type, extensions); WPS writes the same streams under names of its own
_KINDS = {
    "WordDocument": ("application/msword", frozenset({"doc", "wps"})),
    "Workbook": ("application/vnd.ms-excel", frozenset({"xls", "et"})),
    "PowerPoint Document": ("application/vnd.ms-powerpoint", frozenset({"ppt", "dps"})),
}
#: storages and streams of Visual Basic projects, in lower case as names are compared
_MACROS = frozenset({"macros", "_vba_project_cur", "vba", "_vba_project"})
#: a file of any kind packed as an object, and a control
_PACKED = frozenset({"\x01ole10native", "package", "\x03ocxname"})
_LOCKED = frozenset({"encryptedpackage", "encryptioninfo"})
_END = 0xFFFFFFFA  # from here on a number names no sector
_MAX_ENTRIES = 20_000

#: [MS-PPT] VBAInfoContainer with its VBAInfoAtom: headers; then the reference and whether there are macros
_PPT_VBA = bytes.fromhex("1f00ff0314000000020000040c000000")
_PPT_LOCKED = 0xF3D1C4DF
_BIFF_EOF, _BIFF_FILEPASS, _BIFF_SHEET = 0x000A, 0x002F, 0x0085


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the directory. Siblings are a tree (`before`, `after`) under their storage's `child`."""

    name: str
    before: int
    after: int
    child: int
    start: int
    size: int


class _Disk:
    """A compound file with its chains. Raises `Unacceptable` where they lead nowhere; one in a circle ends."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        try:
            (major,) = struct.unpack_from("<H", content, 26)
            (shift,) = struct.unpack_from("<H", content, 30)
            first, _signature, self.cutoff, mini, _minis, more, _blocks = struct.unpack_from("<7I", content, 48)
        except struct.error:
            raise refusal.broken() from None
        if (major, shift) not in {(3, 9), (4, 12)}:
            raise refusal.broken()
        self.size = 1 << shift
        # The header takes the place of one sector.
        self.sectors = (len(content) + self.size - 1) // self.size - 1
        self.next = self._table(more)
        self.entries = list(self._directory(first))
        self.mini_next = self._numbers(self.read(mini)) if mini < _END else ()

    def _sector(self, number: int) -> bytes:
        if number >= self.sectors:
            raise refusal.broken()
        return self.content[(number + 1) * self.size : (number + 2) * self.size].ljust(self.size, b"\0")

    def _numbers(self, data: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])

    def _table(self, more: int) -> tuple[int, ...]:
        """Which sector follows which: the sectors of the table are named in the header, and in a chain of their own."""
        named = list(struct.unpack_from("<109I", self.content.ljust(512, b"\0"), 76))
        for _turn in range(self.sectors):
            if more >= _END:
                break
            *places, more = self._numbers(self._sector(more))
            named += places
        else:
            if more < _END:
                raise refusal.broken()
        table: list[int] = []
        for place in named:
            if place < _END:
                table += self._numbers(self._sector(place))
            if len(table) > self.sectors + 2 * self.size:
                break
        return tuple(table)

    def read(self, start: int, limit: int = 1 << 30) -> bytes:
        """The bytes of a chain, as far as asked for."""
        found, at = [], start
        for _turn in range(min(self.sectors, -(-limit // self.size))):
            if at >= _END:
                break
            found.append(self._sector(at))
            if at >= len(self.next):
                raise refusal.broken()
            at = self.next[at]
        return b"".join(found)[:limit]

    def stream(self, entry: _Entry, limit: int = 1 << 30) -> bytes:
        """The bytes of a stream; short ones stand together in the root's stream, in sectors of 64."""
        limit = min(limit, entry.size)
        if entry.size >= self.cutoff:
            return self.read(entry.start, limit)
        pool = self.read(self.entries[0].start, self.entries[0].size)
        found, at = [], entry.start
        for _turn in range(-(-limit // 64)):
            if at >= len(self.mini_next):
                break
            found.append(pool[at * 64 : at * 64 + 64])
            at = self.mini_next[at]
        return b"".join(found)[:limit]

    def _directory(self, first: int) -> Iterator[_Entry]:
        data = self.read(first, _MAX_ENTRIES * 128 + 1)
        if len(data) > _MAX_ENTRIES * 128:
            raise refusal.swelling()
        for at in range(0, len(data) - 127, 128):
            (length,) = struct.unpack_from("<H", data, at + 64)
            name = data[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            before, after, child = struct.unpack_from("<3I", data, at + 68)
            start, size = struct.unpack_from("<IQ", data, at + 116)
            # Version 3 leaves the upper half of the size to chance.
            yield _Entry(name, before, after, child, start, size if self.size > 512 else size & 0xFFFFFFFF)

    def top(self) -> set[str]:
        """The names directly under the root."""
        waiting, seen = [entry.child for entry in self.entries[:1]], set()
        while waiting:
            number = waiting.pop()
            if number < len(self.entries) and number not in seen:
                seen.add(number)
                waiting += [self.entries[number].before, self.entries[number].after]
        return {self.entries[number].name for number in seen}


def examine(content: bytes) -> tuple[str, frozenset[str]]:
    """Content type and extensions of a compound file; nothing fits where it is no document. Raises `Unacceptable` with the reason."""
    disk = _Disk(content)
    names = {entry.name.lower() for entry in disk.entries}
    if names & _LOCKED:
        raise refusal.locked()
    if names & _MACROS:
        raise refusal.macros()
    if names & _PACKED:
        raise refusal.embedded()
    # Objects inside a document are documents with main streams of their own: each is looked into.
    for entry in disk.entries:
        if entry.name in _KINDS:
            _look(disk, entry)
    top = disk.top()
    return next((kind for name, kind in _KINDS.items() if name in top), ("", frozenset()))


def _look(disk: _Disk, entry: _Entry) -> None:
    if entry.name == "WordDocument":
        head = disk.stream(entry, 12)
        # [MS-DOC] FibBase: bit 8 of the flags at 10 is fEncrypted.
        if len(head) == 12 and head[11] & 0x01:
            raise refusal.locked()
    elif entry.name == "Workbook":
        _look_at_workbook(disk.stream(entry))
    else:
        _look_at_slides(disk, entry)


def _look_at_workbook(data: bytes) -> None:
    """[MS-XLS] the records of the workbook: whether it is locked, and whether a sheet is one of macros (Excel 4.0)."""
    at = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        if kind == _BIFF_FILEPASS:
            raise refusal.locked()
        # BoundSheet8: place (4), visible (1), type (1): 1 is a macro sheet, 6 a Visual Basic module
        if kind == _BIFF_SHEET and length >= 6 and at + 10 <= len(data) and data[at + 9] in (1, 6):
            raise refusal.macros()
        if kind == _BIFF_EOF:
            return
        at += 4 + length


def _look_at_slides(disk: _Disk, entry: _Entry) -> None:
    for other in disk.entries:
        if other.name == "Current User":
            head = disk.stream(other, 16)
            if len(head) == 16 and struct.unpack_from("<I", head, 12) == (_PPT_LOCKED,):
                raise refusal.locked()
    data = disk.stream(entry)
    at = data.find(_PPT_VBA)
    while at >= 0:
        if data[at + len(_PPT_VBA) + 4 : at + len(_PPT_VBA) + 8].strip(b"\0"):
            raise refusal.macros()
        at = data.find(_PPT_VBA, at + 1)

"""Files as offices and attackers write them, as small as they can be."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

SECTOR = 512
END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/xml"/></Types>'
)
MAIN = "word/document.xml"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def package(*names: str, types: str = TYPES, **parts: bytes | str) -> bytes:
    """An Office package with these parts; `parts` by name with "." and "/" as they are (use ``**{…}``)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        for name in names:
            archive.writestr(name, "<x/>")
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def relation(kind: str, target: str, mode: str = "External") -> str:
    return (
        f'<Relationships xmlns="{RELATIONS}">'
        f'<Relationship Id="r1" Type="{KINDS}/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    )


def compound(streams: Mapping[str, bytes], inside: Mapping[str, bytes] | None = None) -> bytes:
    """A compound file of version 3: `streams` under the root, `inside` in a storage ``ObjectPool``. Streams shorter than 4096 stand
    in the small sectors, as the format asks."""
    inside = inside or {}
    entries = [("Root Entry", 5, b""), *((name, 2, data) for name, data in streams.items())]
    if inside:
        entries += [("ObjectPool", 1, b""), *((name, 2, data) for name, data in inside.items())]
    small = bytearray()
    small_next: list[int] = []
    chains: list[bytes] = []
    places: list[tuple[str, int, int]] = []  # where, number, size
    for _name, kind, data in entries:
        if kind != 2 or not data:
            places.append(("", END, 0))
        elif len(data) < 4096:
            first, count = len(small_next), -(-len(data) // 64)
            small += data.ljust(count * 64, b"\0")
            small_next += [*range(first + 1, first + count), END]
            places.append(("small", first, len(data)))
        else:
            places.append(("chain", len(chains), len(data)))
            chains.append(data)
    directory_at = len(chains)
    chains += [b"", struct.pack(f"<{len(small_next)}I", *small_next), bytes(small)]
    sizes = [max(1, -(-len(data) // SECTOR)) for data in chains]
    sizes[directory_at] = -(-len(entries) * 128 // SECTOR)
    starts = [1 + sum(sizes[:at]) for at in range(len(chains))]  # sector 0 is the table
    outer = len(streams)
    directory = b""
    for number, ((name, kind, _data), (where, at, size)) in enumerate(zip(entries, places, strict=True)):
        after = number + 1 if 0 < number < outer + bool(inside) or outer + 1 < number < len(entries) - 1 else FREE
        child = 1 if number == 0 else outer + 2 if name == "ObjectPool" else FREE
        start = starts[at] if where == "chain" else at
        if number == 0:
            start, size = starts[-1], len(small)
        title = name.encode("utf-16-le") + b"\0\0"
        directory += (
            title.ljust(64, b"\0")
            + struct.pack("<HBB3I", len(title), kind, 1, FREE, after, child)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )
    chains[directory_at] = directory
    table = [TABLE]
    for start, size in zip(starts, sizes, strict=True):
        table += [*range(start + 1, start + size), END]
    assert len(table) <= SECTOR // 4, "one sector of table is all these files have"
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(10)
        + struct.pack("<I", 1)
    )
    head += struct.pack("<7I", starts[directory_at], 0, 4096, starts[-2] if small else END, 1, END, 0)
    head = head.ljust(76, b"\0") + struct.pack("<109I", 0, *[FREE] * 108)
    body = struct.pack(f"<{len(table)}I", *table).ljust(SECTOR, b"\xff")
    return head + body + b"".join(data.ljust(size * SECTOR, b"\0") for data, size in zip(chains, sizes, strict=True))


def records(*found: tuple[int, bytes]) -> bytes:
    """A workbook's stream of records."""
    return b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in (*found, (0x0A, b"")))


def sheet(kind: int) -> tuple[int, bytes]:
    """The record of a sheet: 0 of cells, 1 of macros."""
    return 0x85, struct.pack("<IBB", 0, 0, kind) + b"\x01\x00A"


def pdf(*objects: bytes, folded: bytes | None = None, dictionary: bytes = b"/Type /ObjStm /N 1 /First 4") -> bytes:
    """A PDF with these objects, and `folded` ones in a deflated object stream."""
    found = [b"%d 0 obj\n%s\nendobj\n" % (number, data) for number, data in enumerate(objects, start=1)]
    if folded is not None:
        data = zlib.compress(b"9 0 " + folded)
        found.append(b"8 0 obj\n<< %s /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (dictionary, len(data), data))
    return b"%PDF-1.7\n" + b"".join(found) + b"%%EOF"

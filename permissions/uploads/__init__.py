"""What an uploaded file really is: judged by its bytes against a short list, whatever its name says.

Pure: no database, no storage. Nothing of the file is run, and nothing of it is unfolded beyond a fixed measure. What would do
something by itself in its reader's program is refused: macros, scripts, embedded programs, what is fetched from elsewhere; and
what cannot be looked into, because it has a password (OWASP ASVS 5.0 §5.2).
"""

import re
import struct
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from permissions.uploads import compounds, packages, pdfs
from permissions.uploads.names import MAX_NAME, clean_name
from permissions.uploads.refusal import Unacceptable

__all__ = ["ACCEPTED", "MAX_BYTES", "MAX_NAME", "Checked", "Unacceptable", "check", "clean_name"]

MAX_BYTES = 20 * 1024 * 1024
#: An A0 sheet at 300 dpi has 139 million. Few bytes can unfold to more than the memory there is.
MAX_PIXELS = 150_000_000

_TEXTS = {"txt": "text/plain", "csv": "text/csv"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
#: JPEG segments that state the size: all starts of frame; C4, C8 and CC are something else.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}

ACCEPTED = ("pdf", "docx", "xlsx", "pptx", "doc", "xls", "ppt", "wps", "et", "dps", "png", "jpg", "jpeg", "txt", "csv")


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be stored: a safe name and the type its bytes prove."""

    name: str
    content_type: str


def check(name: str, content: bytes) -> Checked:
    """Judge an upload by size, name and content. Raises `Unacceptable` with the reason."""
    if not content:
        raise Unacceptable(_("文件是空的。请检查后重新选择。"))
    if len(content) > MAX_BYTES:
        raise Unacceptable(_("文件超过 20 MB。请压缩或拆分后再上传。"))
    safe = clean_name(name)
    extension = PurePosixPath(safe).suffix.lower().lstrip(".")
    if extension not in ACCEPTED:
        raise Unacceptable(_("不接收这种文件。请上传 PDF、Office 或 WPS 文档、PNG、JPG 图片、TXT 或 CSV 文本。"))
    content_type, extensions = _detect(content, extension)
    if extension not in extensions:
        raise Unacceptable(
            _("文件内容与扩展名 .%(extension)s 不一致。请用原来的程序另存后再上传。") % {"extension": extension}
        )
    return Checked(safe, content_type)


def _detect(content: bytes, extension: str) -> tuple[str, frozenset[str]]:
    """The content type and the extensions that fit it; nothing fits what is not known."""
    if content.startswith(b"%PDF-"):
        pdfs.examine(content)
        return "application/pdf", frozenset({"pdf"})
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
        return _picture("image/png", {"png"}, *struct.unpack(">II", content[16:24].ljust(8, b"\0")))
    if content.startswith(b"\xff\xd8\xff"):
        return _picture("image/jpeg", {"jpg", "jpeg"}, *_jpeg_size(content))
    if content.startswith(packages.SIGNATURE):
        return packages.examine(content)
    if content.startswith(compounds.SIGNATURE):
        return compounds.examine(content)
    if extension in _TEXTS and _is_text(content):
        return _TEXTS[extension], frozenset({extension})
    return "", frozenset()


def _picture(content_type: str, extensions: set[str], width: int, height: int) -> tuple[str, frozenset[str]]:
    if width * height > MAX_PIXELS:
        raise Unacceptable(_("图片的像素太多，打开时会占满内存。请缩小尺寸后再上传。"))
    return content_type, frozenset(extensions)


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Width and height as the largest frame header says; (0, 0) where there is none (nothing will be drawn then)."""
    at, largest = 2, (0, 0)
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            largest = max(largest, (width, height), key=lambda size: size[0] * size[1])
        at += 2 + max(length, 2)
    return largest


def _is_text(content: bytes) -> bool:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return not _CONTROL.search(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return False

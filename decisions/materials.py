"""What an uploaded file really is: judged by its bytes against a short list, whatever its name says.

Pure: no database, no storage. Nothing of the file is unpacked or run; of an Office package only the table of contents is
read.
"""

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

MAX_BYTES = 20 * 1024 * 1024
MAX_NAME = 120

_OOXML = "application/vnd.openxmlformats-officedocument."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: main part of an Office package → (content type, extensions)
_PACKAGES = {
    "word/document.xml": (_OOXML + "wordprocessingml.document", {"docx"}),
    "xl/workbook.xml": (_OOXML + "spreadsheetml.sheet", {"xlsx"}),
    "ppt/presentation.xml": (_OOXML + "presentationml.presentation", {"pptx"}),
}
#: stream of a compound file → (content type, extensions); WPS writes the same streams under names of its own
_COMPOUNDS = {
    "WordDocument": ("application/msword", {"doc", "wps"}),
    "Workbook": ("application/vnd.ms-excel", {"xls", "et"}),
    "PowerPoint Document": ("application/vnd.ms-powerpoint", {"ppt", "dps"}),
}
_TEXTS = {"txt": "text/plain", "csv": "text/csv"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")

ACCEPTED = ("pdf", "docx", "xlsx", "pptx", "doc", "xls", "ppt", "wps", "et", "dps", "png", "jpg", "jpeg", "txt", "csv")


class Unacceptable(ValueError):
    """The file cannot be taken. ``str()`` says why and what to do, translated."""


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


def clean_name(name: str) -> str:
    """The last part of a path without control characters, at most `MAX_NAME` long, its extension kept."""
    base = re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", name.replace("\\", "/").rsplit("/", 1)[-1]).strip()
    path = PurePosixPath(base or "file")
    stem, suffix = path.stem, path.suffix[:16]
    return stem[: MAX_NAME - len(suffix)] + suffix


def _detect(content: bytes, extension: str) -> tuple[str, set[str]]:
    if content.startswith(b"%PDF-"):
        return "application/pdf", {"pdf"}
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
        return "image/png", {"png"}
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", {"jpg", "jpeg"}
    if content.startswith(b"PK\x03\x04"):
        return _package(content)
    if content.startswith(_OLE):
        return _compound(content)
    if extension in _TEXTS and _is_text(content):
        return _TEXTS[extension], {extension}
    return "", set()


def _package(content: bytes) -> tuple[str, set[str]]:
    try:
        names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return "", set()
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unacceptable(_("文档里有宏。请另存为不含宏的格式后再上传。"))
    if "[Content_Types].xml" in names:
        for part, kind in _PACKAGES.items():
            if part in names:
                return kind
    return "", set()


def _compound(content: bytes) -> tuple[str, set[str]]:
    # Stream names stand in the directory of a compound file as UTF-16; an installer (.msi) has none of these.
    for stream, kind in _COMPOUNDS.items():
        if stream.encode("utf-16-le") in content:
            return kind
    return "", set()


def _is_text(content: bytes) -> bool:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return not _CONTROL.search(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return False

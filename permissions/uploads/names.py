"""The name a file is kept under: what its uploader called it, without what a name can do to a disk, a header or a reader."""

import re
import unicodedata
from pathlib import PurePosixPath

MAX_NAME = 120

#: Control characters, and what is invisible or turns the direction of writing: ``fdp.exe`` shown as ``exe.pdf``.
_HIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
#: What Windows takes in no name.
_FORBIDDEN = re.compile(r'[<>:"|?*]')
#: Devices of Windows, whatever the extension.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)


def clean_name(name: str) -> str:
    """The last part of a path, composed (NFC), without control characters and what no disk takes, at most `MAX_NAME` characters,
    its extension kept; ``file`` where nothing is left."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    base = _FORBIDDEN.sub("_", _HIDDEN.sub("", base)).strip().strip(".").strip()
    path = PurePosixPath(base or "file")
    stem, suffix = path.stem, path.suffix[:16]
    if _DEVICES.fullmatch(stem.split(".")[0].rstrip()):
        stem = f"_{stem}"
    return stem[: MAX_NAME - len(suffix)].rstrip() + suffix

"""A pack on its way: a zip archive, or a folder. Nothing is unpacked to disk, and nothing beyond the limits is read."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from workflows.packs.model import MANIFEST, Files
from workflows.packs.problems import PackError, PackProblem
from workflows.packs.reading import MAX_ALL, MAX_FILE, MAX_FILES

#: A date every archive has for its files, so that equal packs are equal archives.
_WHEN = (1980, 1, 1, 0, 0, 0)


def unpack(data: bytes) -> dict[str, str]:
    """The files in a zip archive, a single folder around them left out. Raises `PackError` for what is no archive, is too large
    (as it says, or as it comes out), or holds what is no text."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _noise(entry.filename)]
            if len(entries) > MAX_FILES or sum(entry.file_size for entry in entries) > MAX_ALL:
                raise _too_large()
            raw = {entry.filename: _read(archive, entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise PackError([PackProblem("", "", "not_archive")]) from error
    return _texts(_without_folder(raw))


def read_folder(folder: Path) -> dict[str, str]:
    """The files of a pack in a folder. Raises `PackError`."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not _noise(path.name))
    if len(paths) > MAX_FILES or sum(path.stat().st_size for path in paths) > MAX_ALL:
        raise _too_large()
    return _texts({path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})


def packed(files: Files, folder: str) -> bytes:
    """These files as a zip archive, in a folder of this name; the same files are the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{path}", _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path].encode())
    return out.getvalue()


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as file:
        # What an archive says of its sizes need not be true.
        data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise _too_large()
    return data


def _without_folder(raw: dict[str, bytes]) -> dict[str, bytes]:
    tops = {PurePosixPath(path).parts[0] for path in raw if path}
    if MANIFEST in raw or len(tops) != 1:
        return raw
    top = tops.pop()
    return {path.removeprefix(f"{top}/"): data for path, data in raw.items()}


def _texts(raw: dict[str, bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    problems: list[PackProblem] = []
    for path, data in raw.items():
        try:
            found[path] = data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            problems.append(PackProblem(path, "", "not_text"))
    if problems:
        raise PackError(problems)
    return found


def _noise(path: str) -> bool:
    """What desktops put beside people's files."""
    name = PurePosixPath(path).name
    return name.startswith(".") or name in {"Thumbs.db", "desktop.ini"} or path.startswith("__MACOSX/")


def _too_large() -> PackError:
    params = {"each": str(MAX_FILE // 1024), "all": str(MAX_ALL // 1024), "count": str(MAX_FILES)}
    return PackError([PackProblem("", "", "too_large", params)])

"""Files that leave the house: always saved, never shown as a page of ours, under a name every browser reads (RFC 6266)."""

from tempfile import SpooledTemporaryFile
from typing import IO, TypeVar

from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

_UNSAFE = str.maketrans(dict.fromkeys('/\\:*?"<>|\r\n\t\0', "-"))

#: More bytes than this a file that is made to be taken away is put together on disk.
IN_MEMORY = 16 * 1024 * 1024

Answer = TypeVar("Answer", bound=HttpResponseBase)


def as_file(response: Answer, name: str) -> Answer:
    """Make an answer a file of this name. The other headers of files stand around every answer (`config.middleware`)."""
    response.headers["Content-Disposition"] = content_disposition_header(True, name.translate(_UNSAFE)) or "attachment"
    return response


def blank() -> IO[bytes]:
    """An empty file to write what is taken away into. The answer that sends it closes it."""
    return SpooledTemporaryFile(max_size=IN_MEMORY)

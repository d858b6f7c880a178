"""Files that leave the house: always saved, never shown as a page of ours, under a name every browser reads (RFC 6266)."""

from typing import TypeVar

from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

_UNSAFE = str.maketrans(dict.fromkeys('/\\:*?"<>|\r\n\t\0', "-"))


Answer = TypeVar("Answer", bound=HttpResponseBase)


def as_file(response: Answer, name: str) -> Answer:
    """Make an answer a file of this name. The other headers of files stand around every answer (`config.middleware`)."""
    response.headers["Content-Disposition"] = content_disposition_header(True, name.translate(_UNSAFE)) or "attachment"
    return response

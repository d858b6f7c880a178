"""Asking a virus scanner about an upload: ClamAV's daemon over its socket (`SANGONG_CLAMAV`), where there is one.

Without the setting nothing is asked. With it a file nobody could examine is a file nobody takes: the scanner being away, too slow or
overruled by its own limits all refuse the upload. The protocol is clamd(8), command INSTREAM.
"""

import logging
import socket
import struct
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from permissions.uploads import Unacceptable

logger = logging.getLogger(__name__)

_CHUNK = 256 * 1024
_MAX_ANSWER = 4096


def examine(content: bytes) -> None:
    """Raises `Unacceptable` where the scanner finds something, or cannot be asked."""
    if settings.CLAMAV is None:
        return
    try:
        answer = _ask(content, *settings.CLAMAV)
    except OSError as error:
        logger.error("clamav_unreachable", extra={"error": str(error)})
        raise _unexamined() from None
    if answer == "stream: OK":
        return
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        found = answer.removeprefix("stream: ").removesuffix(" FOUND")
        logger.warning("clamav_found", extra={"signature": found})
        raise Unacceptable(_("病毒检查发现问题（%(found)s），文件没有保存。请处理后再上传。") % {"found": found})
    logger.error("clamav_answered", extra={"answer": answer})
    raise _unexamined()


def _unexamined() -> Unacceptable:
    return Unacceptable(_("现在不能检查病毒，文件没有保存。请稍后再上传；仍然不行，请告诉系统管理员。"))


def _ask(content: bytes, kind: str, place: Any) -> str:
    """What clamd answers to these bytes, in one line. Raises OSError when it cannot be reached or does not answer in time."""
    with _connected(kind, place) as clamd:
        clamd.sendall(b"zINSTREAM\0")
        try:
            for at in range(0, len(content), _CHUNK):
                part = content[at : at + _CHUNK]
                clamd.sendall(struct.pack("!I", len(part)) + part)
            clamd.sendall(struct.pack("!I", 0))
        except (BrokenPipeError, ConnectionResetError):
            # Above its own limit (StreamMaxLength) clamd says so and hangs up; the answer may still be there to read.
            logger.warning("clamav_hung_up")
        answer = b""
        while b"\0" not in answer and len(answer) < _MAX_ANSWER:
            part = clamd.recv(_MAX_ANSWER)
            if not part:
                break
            answer += part
    return answer.split(b"\0")[0].decode("utf-8", "replace").strip()


def _connected(kind: str, place: Any) -> socket.socket:
    """A connection to a path (``unix``) or to a host and port (``tcp``)."""
    if kind == "unix":
        clamd = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            clamd.settimeout(settings.CLAMAV_SECONDS)
            clamd.connect(place)
        except BaseException:
            clamd.close()
            raise
        return clamd
    return socket.create_connection(place, timeout=settings.CLAMAV_SECONDS)

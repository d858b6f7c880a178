"""Anchors: a time-stamping authority's word (RFC 3161) that a checkpoint was there, by somebody else's clock.

Nothing is asked for unless `SANGONG_TSA_URL` names the authority and `SANGONG_TSA_CERTIFICATES` the root certificates it is checked
with: a stamp nobody has checked proves nothing.
"""

from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from cryptography import x509
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from permissions.audit.checkpoints import Fault, Proven, statement
from permissions.models import Anchor, Checkpoint

SECONDS = 20
MOST_BYTES = 200_000
"""More than any response with its certificates has."""


class NotAnchored(Exception):
    """The authority gave no stamp that holds; the message says why, for the program's log."""


def wanted() -> bool:
    """Whether this installation has an authority."""
    return bool(settings.TSA_URL)


def anchor(checkpoint: Checkpoint) -> Anchor:
    """Have a checkpoint stamped, check the stamp and keep it. Raises `NotAnchored`; nothing is kept then.

    Not for within a transaction: the authority may take its time.
    """
    text = statement(checkpoint).encode()
    asked = TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256).build()
    answer = _ask(asked.as_bytes())
    response = _checked(answer, text, nonce=asked.nonce)
    at = response.tst_info.gen_time
    return Anchor.objects.create(checkpoint=checkpoint, at=at, authority=settings.TSA_URL, token=answer)


def prove() -> Proven:
    """Check every stamp against its checkpoint's statement. None is counted where there are no certificates to check with."""
    if not settings.TSA_CERTIFICATES:
        return Proven(0, [])
    count, faults = 0, []
    for row in Anchor.objects.select_related("checkpoint").order_by("checkpoint", "id").iterator():
        count += 1
        try:
            response = _checked(bytes(row.token), statement(row.checkpoint).encode())
            holds = response.tst_info.gen_time == row.at
        except NotAnchored:
            holds = False
        if not holds:
            faults.append(Fault(str(row.checkpoint), "unanchored", row.checkpoint_id))
    return Proven(count, faults)


def _ask(request: bytes) -> bytes:
    """The authority's answer. Its address comes from the settings, which take http and https alone."""
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        with urlopen(Request(settings.TSA_URL, request, headers), timeout=SECONDS) as answer:  # noqa: S310
            content: bytes = answer.read(MOST_BYTES + 1)
    except (URLError, OSError) as error:
        raise NotAnchored(f"{settings.TSA_URL} cannot be reached: {error}") from error
    if len(content) > MOST_BYTES:
        raise NotAnchored(f"{settings.TSA_URL} answered with more than any time stamp has")
    return content


def _checked(answer: bytes, text: bytes, nonce: int | None = None) -> TimeStampResponse:
    """The response, once its signature leads to one of our roots and its imprint is that of `text`."""
    builder = VerifierBuilder(roots=_roots(Path(settings.TSA_CERTIFICATES)), nonce=nonce)
    try:
        response = decode_timestamp_response(answer)
        builder.build().verify_message(response, text)
    except (VerificationError, ValueError) as error:
        raise NotAnchored(f"the time stamp does not hold: {error}") from error
    return response


def _roots(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(
            f"SANGONG_TSA_CERTIFICATES 指向的 {path} 无法读取，应为 PEM 证书文件。 (not a readable file of PEM certificates)"
        ) from error

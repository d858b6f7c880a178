"""How the key of an object stands in an address: 22 characters nobody can count on from one to the next.

Who may see an object is asked at every address; this is the second line. Without it an address tells how many items there are and
invites to try the next one (OWASP ASVS 5.0 §8.2). The key is one AES block under a secret of this installation: the number in one
half, zeros in the other, so that a made-up address is refused without asking the database. Addresses change when the secret
does; those of the secrets named in `SECRET_KEY_FALLBACKS` are still read.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.urls import register_converter

_PURPOSE = b"sangong.address"
_HALF = 8


@lru_cache(maxsize=8)
def _cipher(secret: str) -> Cipher[modes.ECB]:
    key = blake2b(secret.encode(), digest_size=32, person=_PURPOSE).digest()
    # A single block, so that the mode has no second block to repeat.
    return Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305


@lru_cache(maxsize=4096)
def _covered(number: int, secret: str) -> str:
    encryptor = _cipher(secret).encryptor()
    block = encryptor.update(bytes(_HALF) + number.to_bytes(_HALF, "big")) + encryptor.finalize()
    return urlsafe_b64encode(block).rstrip(b"=").decode()


def cover(number: int) -> str:
    """The 22 characters that stand for this key (0 … 2⁶⁴−1) in an address."""
    return _covered(int(number), settings.SECRET_KEY)


def uncover(text: str) -> int:
    """The key these characters stand for. Raises `ValueError` for anything this installation did not write."""
    block = urlsafe_b64decode(text + "==")
    secrets: Sequence[str] = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    for secret in secrets:
        decryptor = _cipher(secret).decryptor()
        plain = decryptor.update(block) + decryptor.finalize()
        number = int.from_bytes(plain[_HALF:], "big")
        # Comparing with what would be written also refuses a last character whose spare bits differ.
        if plain[:_HALF] == bytes(_HALF) and _covered(number, secret) == text:
            return number
    raise ValueError("not an address of this installation")


def read(text: str | None) -> int:
    """The key in a query string or a form, 0 where there is none or it is not one of ours. Written there as `cover` has it, so that
    an address that answers with another address cannot be asked to cover one number after the other."""
    try:
        return uncover(text) if text else 0
    except ValueError:
        return 0


class CoveredId:
    """`<id:pk>` in an address: the view gets the number, `reverse` and `{% url %}` are given the number."""

    regex = "[A-Za-z0-9_-]{22}"

    def to_python(self, value: str) -> int:
        return uncover(value)

    def to_url(self, value: int | str) -> str:
        return cover(int(value))


def register() -> None:
    """Makes `<id:…>` known to the addresses of every floor (called once, when the app is ready)."""
    register_converter(CoveredId, "id")

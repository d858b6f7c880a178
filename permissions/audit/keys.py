"""The installation's own key, with which checkpoints and archives are signed: a system signature, no person's (N7).

The private key is made on first use and lies in `log_key` of the record's folder, readable by its owner alone. All public keys the
installation ever had stand in `log_keys.pub`, one a line; whoever changes the key removes `log_key`.
"""

import contextlib
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

PRIVATE = "log_key"
PUBLIC = "log_keys.pub"


def folder() -> Path:
    """Where the record keeps what must not lie in the database: keys and the copy of the checkpoints."""
    place: Path = settings.RECORD
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def public_key() -> str:
    """The present public key: 32 bytes in hexadecimal."""
    return _hex(_private(folder()).public_key())


def known_keys() -> list[str]:
    """Every public key this installation has signed with, the present one last."""
    with contextlib.suppress(FileNotFoundError):
        return (folder() / PUBLIC).read_text(encoding="ascii").split()
    return []


def sign(message: bytes) -> tuple[str, str]:
    """The system's signature over `message` (Ed25519), and the public key it is checked with; both in hexadecimal."""
    key = _private(folder())
    return key.sign(message).hex(), _hex(key.public_key())


def signed(message: bytes, signature: str, key: str) -> bool:
    """Whether this is the signature over `message` by the owner of this public key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _private(place: Path) -> Ed25519PrivateKey:
    path = place / PRIVATE
    try:
        if not path.exists():
            _make(place)
        return _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise ImproperlyConfigured(
            f"无法读写 {path}：{error.strerror}。请调整该文件夹的权限。 (the key of the log cannot be read or made)"
        ) from error


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as error:
        raise _unreadable(path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _unreadable(path)
    return key


def _unreadable(path: Path) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"{path} 不是 Ed25519 私钥。请从备份恢复，或移走该文件以生成新密钥；旧公钥仍在 {PUBLIC} 中。"
        " (not an Ed25519 private key: restore it, or move it away to have a new one made)"
    )


def _make(place: Path) -> None:
    """Make a key. Written aside and linked into place, so that of several processes at once all end up with one."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    draft = place / f"{PRIVATE}.{os.getpid()}.{secrets.token_hex(4)}"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
        handle.write(pem)
    try:
        os.link(draft, place / PRIVATE)
    except FileExistsError:
        return
    finally:
        draft.unlink()
    with open(place / PUBLIC, "a", encoding="ascii") as handle:
        handle.write(_hex(key.public_key()) + "\n")


def _hex(key: Ed25519PublicKey) -> str:
    return key.public_bytes_raw().hex()

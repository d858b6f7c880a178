"""The signing key: from the environment, or made once and kept in the data folder."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.env import Env

LENGTH = 64


def secret_key(env: Env, var: Path) -> str:
    """`SECRET_KEY`, or the content of ``<var>/secret_key``, which is made on first use and readable by its owner only.

    Raises ImproperlyConfigured when the file is unreadable, too short, or cannot be made.
    """
    given = env.text("SECRET_KEY")
    if given:
        return given
    path = var / "secret_key"
    try:
        with contextlib.suppress(FileNotFoundError):
            return _read(path)
        make_folder(var)
        # Written aside and linked into place: of several processes at their first start all end up with one key,
        # and none ever reads half of it.
        draft = var / f"secret_key.{os.getpid()}.{secrets.token_hex(4)}"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(LENGTH))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
        return _read(path)
    except OSError as error:
        raise ImproperlyConfigured(
            f"无法读写 {path}：{error.strerror}。请更换 SANGONG_VAR 或调整该文件夹的权限。"
            " (the data folder is not writable)"
        ) from error


def make_folder(var: Path) -> None:
    """Make a folder for data: others may not list it, only pass through, as the database's system user must."""
    if not var.exists():
        var.mkdir(parents=True, exist_ok=True)
        var.chmod(0o711)


def _read(path: Path) -> str:
    key = path.read_text(encoding="ascii").strip()
    if len(key) < LENGTH:
        raise ImproperlyConfigured(
            f"{path} 的内容不完整，请删除该文件后重新启动，所有人需要重新登录。 (the secret key is cut off)"
        )
    return key

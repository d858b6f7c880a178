"""The one reader of the environment.

Every setting that may come from outside is read here and nowhere else. A value that is not clearly right is refused
with the name of the variable, what stood there and what is allowed; nothing is guessed and nothing falls back
silently. An empty value counts as "not set", because that is what ``VAR= command`` and most process managers mean.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


class EnvError(ImproperlyConfigured):
    """A variable holds something that cannot be meant; the message names it and says what is allowed."""

    def __init__(self, name: str, value: str, allowed: str) -> None:
        super().__init__(
            f"环境变量 {name} 的值 {value!r} 无法识别，可以填写：{allowed}。"
            f" (environment variable {name} has the odd value {value!r}; allowed: {allowed})"
        )
        self.name = name
        self.value = value


class Env:
    """Typed access to one mapping of variables, by default the process environment."""

    def __init__(self, source: Mapping[str, str] | None = None) -> None:
        self._source: Mapping[str, str] = os.environ if source is None else source

    def _raw(self, name: str) -> str | None:
        value = self._source.get(name, "").strip()
        return value or None

    def text(self, name: str, default: str = "") -> str:
        """The value without surrounding white space, or `default` when it is unset or empty."""
        return self._raw(name) or default

    def choice(self, name: str, allowed: Sequence[str], default: str) -> str:
        """One of `allowed`, compared exactly."""
        value = self._raw(name)
        if value is None:
            return default
        if value not in allowed:
            raise EnvError(name, value, " | ".join(allowed))
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """1/true/yes/on or 0/false/no/off in any case; anything else is refused."""
        value = self._raw(name)
        if value is None:
            return default
        if value.lower() in _TRUE:
            return True
        if value.lower() in _FALSE:
            return False
        raise EnvError(name, value, "1 true yes on | 0 false no off")

    def integer(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number in ASCII digits within `least` … `most`, both included."""
        value = self._raw(name)
        if value is None:
            return default
        # int() alone would also take "1_000", " 7 " and full-width digits, which are typing slips here.
        digits = value[1:] if value.startswith("-") else value
        if not (digits.isascii() and digits.isdigit()) or not least <= int(value) <= most:
            raise EnvError(name, value, f"{least} … {most}")
        return int(value)

    def names(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """A comma-separated list; an empty member (``a,,b``) is refused."""
        value = self._raw(name)
        if value is None:
            return list(default)
        members = [member.strip() for member in value.split(",")]
        if not all(members):
            raise EnvError(name, value, "a,b,c")
        return members

    def socket(self, name: str) -> tuple[str, str | tuple[str, int]] | None:
        """Where a daemon listens: ``unix:/path`` as ``("unix", path)``, ``tcp://host:port`` as ``("tcp", (host, port))``; None unset."""
        value = self._raw(name)
        if value is None:
            return None
        kind, _, place = value.partition(":")
        if kind == "unix" and place.startswith("/"):
            return "unix", place
        host, _, port = place.removeprefix("//").rpartition(":")
        if (
            kind == "tcp"
            and place.startswith("//")
            and host
            and port.isascii()
            and port.isdigit()
            and int(port) < 65536
        ):
            return "tcp", (host.strip("[]"), int(port))
        raise EnvError(name, value, "unix:/run/clamav/clamd.ctl | tcp://127.0.0.1:3310")

    def folder(self, name: str, default: Path) -> Path:
        """An absolute path; a relative one is taken from the current folder, ``~`` is expanded."""
        value = self._raw(name)
        path = default if value is None else Path(value).expanduser().absolute()
        if path.exists() and not path.is_dir():
            raise EnvError(name, str(path), "文件夹 (a folder)")
        return path

    def address(self, name: str) -> str:
        """The address of a service, ``http://`` or ``https://`` with a host; empty where it is not set."""
        value = self._raw(name)
        if value is None:
            return ""
        try:
            parts = urlsplit(value)
            right = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            right = False
        if not right:
            raise EnvError(name, value, "https://host/path")
        return value

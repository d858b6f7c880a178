"""Which PostgreSQL we talk to: the one `DATABASE_URL` names, or an embedded one (:mod:`config.database.server`)."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.database.machine import DatabaseUnavailable
from config.database.server import APPLICATION, DATABASE, SUPERUSER, Embedded
from config.env import Env

__all__ = ["BASE_DIR", "DatabaseUnavailable", "Embedded", "Roles", "configuration", "embedded", "roles", "var_folder"]

BASE_DIR = Path(__file__).resolve().parent.parent.parent


def var_folder(env: Env) -> Path:
    """`SANGONG_VAR`, by default ``var`` beside ``manage.py``: all data this installation keeps."""
    return env.folder("SANGONG_VAR", BASE_DIR / "var")


class Roles(NamedTuple):
    """Who works in the database: the application's role (empty where the one of `DATABASE_URL` does everything), and what of the
    connection is otherwise for the owner of the tables, who migrates (nothing where the connection is the owner's already)."""

    application: str
    owner: dict[str, Any]


def roles(env: Env, *, testing: bool = False) -> Roles:
    """The roles of this environment. Tests make and remove whole databases, so their connection is the owner's throughout."""
    url, owner = env.text("DATABASE_URL"), env.text("SANGONG_OWNER_URL")
    if not url:
        if owner:
            raise ImproperlyConfigured(
                "SANGONG_OWNER_URL 须与 DATABASE_URL 一起设置。 (SANGONG_OWNER_URL goes with DATABASE_URL)"
            )
        return Roles(APPLICATION, {} if testing else {"USER": SUPERUSER, "PASSWORD": ""})
    if not owner:
        return Roles("", {})
    application, owning = _parse("DATABASE_URL", url), _parse("SANGONG_OWNER_URL", owner)
    if application["USER"] == owning["USER"] or application["NAME"] != owning["NAME"]:
        raise ImproperlyConfigured(
            "SANGONG_OWNER_URL 与 DATABASE_URL 应为同一数据库、不同用户。"
            " (SANGONG_OWNER_URL and DATABASE_URL must name one database and two users)"
        )
    differs = {key: owning[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}
    return Roles(application["USER"], {} if testing else differs)


def configuration(env: Env, *, testing: bool = False) -> dict[str, Any]:
    """Django's `DATABASES["default"]` for this environment; starts nothing."""
    url = env.text("DATABASE_URL")
    if testing and env.text("SANGONG_OWNER_URL"):
        url = env.text("SANGONG_OWNER_URL")
    common: dict[str, Any] = {"ATOMIC_REQUESTS": False, "CONN_HEALTH_CHECKS": True}
    # The server keeps plans of statements it has seen three times: planning is a good part of what a click costs. Behind a
    # pooler that hands connections out by transaction, DATABASE_URL turns it off with ?prepare_threshold=none.
    options: dict[str, Any] = {"connect_timeout": 10, "server_side_binding": True, "prepare_threshold": 3}
    pool = env.integer("SANGONG_DATABASE_POOL", 0, least=0, most=100)
    if pool:
        # Django refuses persistent connections together with a pool.
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 10}
        common["CONN_MAX_AGE"] = 0
    else:
        common["CONN_MAX_AGE"] = 60
    if url:
        parsed = _parse("DATABASE_URL", url)
        options |= parsed.pop("OPTIONS")
        options["prepare_threshold"] = _threshold(options["prepare_threshold"])
        return {"ENGINE": "django.db.backends.postgresql", **common, **parsed, "OPTIONS": options}
    return {
        "ENGINE": "config.postgres",
        "NAME": DATABASE,
        "USER": SUPERUSER if testing else APPLICATION,
        "HOST": str(embedded().run),
        **common,
        "OPTIONS": options,
    }


def _threshold(value: int | str) -> int | None:
    """After how many uses the server keeps a statement's plan; None (``none`` in the address) is never."""
    if value == "none":
        return None
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(
            "DATABASE_URL 中 prepare_threshold 应为整数或 none。 (prepare_threshold must be a whole number or none)"
        ) from error


def _parse(variable: str, url: str) -> dict[str, Any]:
    """``postgresql://user:password@host:port/name?sslmode=require`` in Django's keys; percent-escapes are undone."""
    parts = urlsplit(url)
    # The value carries a password, so no message may repeat it.
    example = "postgresql://user:password@host:5432/name"
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(
            f"{variable} 必须以 postgresql:// 开头，例如 {example}；本系统只支持 PostgreSQL。"
            " (only PostgreSQL is supported)"
        )
    name = unquote(parts.path.lstrip("/"))
    try:
        port = parts.port
    except ValueError:
        port = -1
    if not name or "/" in name or port == -1 or parts.fragment:
        raise ImproperlyConfigured(f"{variable} 无法识别，应形如 {example}。 (cannot be read; see the example)")
    return {
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


@functools.cache
def embedded() -> Embedded:
    """The embedded server of this process's environment (one per process; nothing is started)."""
    return Embedded(var_folder(Env()))

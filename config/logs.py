"""The program's own log: one JSON object per line on standard error, without secrets.

This is for whoever runs the machine. What people did is in the audit log (``permissions.audit``), never here.
"""

from __future__ import annotations

import logging.config
import re
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

_SECRET_KEY = re.compile(
    r"password|passwd|secret|token|cookie|authorization|session|csrf|(?:database|owner)_url", re.IGNORECASE
)
_NAMES = "password|passwd|secret|token|sessionid|api_?key|otp"
_SECRET_TEXT = (
    # credentials in a URL, and "password=…" in what a library quotes
    (re.compile(r"(://[^/\s:@]*:)[^@\s]+@"), r"\1***@"),
    (re.compile(rf"((?:{_NAMES})[\w-]*[\"']?\s*[=:]\s*[\"']?)[^\s\"'&;,]+", re.IGNORECASE), r"\1***"),
    (re.compile(r"\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}", re.IGNORECASE), r"\1***"),
    # one-time passwords and keys as authenticator programs take them
    (re.compile(r"\botpauth://\S+"), "otpauth://***"),
)


def without_secrets(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: blank out values under telling names, and credentials inside any text, at every depth."""
    for key, value in event.items():
        event[key] = _blanked(key, value)
    return event


def _blanked(key: str, value: Any) -> Any:
    if _SECRET_KEY.search(key) and value is not None:
        return "***"
    if isinstance(value, Mapping):
        return {str(name): _blanked(str(name), held) for name, held in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_blanked("", held) for held in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    # What the renderer would make a text of is made one here: an exception or a request says what was sent.
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    for pattern, replacement in _SECRET_TEXT:
        text = pattern.sub(replacement, text)
    return text


def logging_configuration(level: str, *, plain: bool) -> None:
    """Set up `logging` and structlog to write through one formatter; `plain` leaves handlers to the test runner."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    if plain:
        return
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        # Values of local variables stay out of tracebacks: they hold form data.
                        structlog.processors.format_exc_info,
                        without_secrets,
                        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
                    ],
                },
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                "procrastinate": {"level": "WARNING" if level == "INFO" else level},
                "axes": {"level": "WARNING"},
            },
        }
    )

"""What an action raises for everything a user can cause. The middleware turns these into pages and fragments."""

from collections.abc import Mapping
from typing import Any, ClassVar


class ApplicationError(Exception):
    """Base of all errors a user can cause.

    `message` is translated, says what happened and what to do next. `code` is for programs and tests (`not_your_turn`);
    `data` holds facts a page may show. `status` is the HTTP status of the answer.
    """

    status: ClassVar[int] = 400
    default_code: ClassVar[str] = "refused"

    def __init__(self, message: str, *, code: str = "", data: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.data: dict[str, Any] = dict(data or {})

    def __str__(self) -> str:
        return str(self.message)


class Denied(ApplicationError):
    """The user knows of the thing but may not do this to it; the message is the policy's why."""

    status = 403
    default_code = "denied"


class Hidden(ApplicationError):
    """There is no such thing, or this user may not know of it: both answer alike."""

    status = 404
    default_code = "hidden"


class WrongState(ApplicationError):
    """The user may do this in general, but not now: the thing has moved on, or is not that far yet."""

    status = 409
    default_code = "wrong_state"


class Conflict(ApplicationError):
    """Somebody else changed the thing meanwhile, or it would stand twice."""

    status = 409
    default_code = "conflict"


class Invalid(ApplicationError):
    """What was typed cannot be taken. `fields` maps a field's name to what to do about it; the form shows both."""

    status = 422
    default_code = "invalid"

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        data: Mapping[str, Any] | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, code=code, data=data)
        self.fields: dict[str, str] = dict(fields or {})

"""Where sessions are kept: in the database, by person, with an end that no use of them moves."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

#: Keys in a session's data: when it began and when the person last proved who they are (seconds since 1970), and from where.
BEGAN, CONFIRMED, ADDRESS, AGENT, METHOD, FACTOR = (
    f"sign_in_{name}" for name in ("began", "confirmed", "address", "agent", "method", "factor")
)
#: The header with which a page's own, repeated question says that nobody touched anything.
POLL_HEADER = "Sangong-Poll"
#: The idle time is kept to the minute: a page that follows sooner writes nothing. It ends that much early, and never late.
GRAIN = timedelta(minutes=1)


class SessionStore(DatabaseStore):
    """Django's database sessions in our own table (`permissions.models.Session`).

    `ends_at` is the end of the session as its row was read; None where none was.
    """

    ends_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> Any:
        from permissions.models import Session

        return Session

    def load(self) -> dict[str, Any]:
        row: Any = self._get_session_from_db()  # type: ignore[attr-defined]
        self.ends_at = row.expire_date if row else None
        return self.decode(row.session_data) if row else {}

    def just_begun(self) -> bool:
        """Whether the idle time, as it is kept, has begun less than `GRAIN` ago."""
        idle = timedelta(seconds=settings.SESSION_COOKIE_AGE)
        return self.ends_at is not None and self.ends_at > timezone.now() + idle - GRAIN

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The row for this data: whose session it is, and its end by idleness or by its longest life."""
        row: Any = super().create_model_instance(data)
        if (user_id := data.get(SESSION_KEY)) is None:
            return row
        row.user_id = int(user_id)
        row.address = data.get(ADDRESS, "")
        row.agent = data.get(AGENT, "")
        if (began := data.get(BEGAN)) is not None:
            row.began_at = datetime.fromtimestamp(began, UTC)
            row.expire_date = min(row.expire_date, row.began_at + timedelta(seconds=settings.SESSION_LIFETIME))
        return row


class SessionMiddleware(DjangoSessionMiddleware):
    """Every request somebody makes starts the idle time anew; what a page asks by itself does not."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session: Any = request.session
        if POLL_HEADER not in request.headers and not session.is_empty() and not session.just_begun():
            session.modified = True
        return super().process_response(request, response)


def begin(*, request: HttpRequest, **_: Any) -> None:
    """Receiver of Django's `user_logged_in`: the session says since when and from where, whichever way led in."""
    now = timezone.now().timestamp()
    request.session[BEGAN] = now
    request.session[CONFIRMED] = now
    request.session[ADDRESS] = request.META.get("REMOTE_ADDR", "")[:45]
    request.session[AGENT] = request.META.get("HTTP_USER_AGENT", "")[:200]

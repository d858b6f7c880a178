"""Ending sessions: signing a browser out from elsewhere."""

from permissions import access, audit
from permissions.models import Session, User
from permissions.transactions import action


@action
def session_end(*, actor: User, user_id: int, reference: str) -> bool:
    """Sign out one browser of a person. Returns whether it was still signed in; only then it is logged.

    Raises `Denied` for anybody but the person and the security administrator, `Hidden` where there is no such account.
    """
    user = access.fetch(User.objects.select_for_update(no_key=True), actor, "session_end", user_id)
    for row in Session.objects.filter(user=user):
        if row.reference == reference:
            row.delete()
            _log(user, actor, "session_end", {"session": reference, "address": row.address})
            return True
    return False


@action
def sessions_end(*, actor: User, user_id: int, keep: str = "") -> int:
    """Sign out all browsers of a person but the one whose session key is `keep`. Returns how many; none is not logged.

    Raises as `session_end`.
    """
    user = access.fetch(User.objects.select_for_update(no_key=True), actor, "session_end", user_id)
    if ended := drop(user, keep=keep):
        _log(user, actor, "sessions_end", {"sessions": ended})
    return ended


def drop(user: User, *, keep: str = "") -> int:
    """Delete a person's sessions, as a part of an action that says why: a new password, a closed account. How many."""
    ended, _by_model = Session.objects.filter(user=user).exclude(session_key=keep).delete()
    return ended


def _log(user: User, actor: User, verb: str, data: dict[str, object]) -> None:
    audit.record(subject=f"user:{user.pk}", actor=actor, verb=verb, target=f"user:{user.pk}", data=data)

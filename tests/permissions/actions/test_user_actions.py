"""What people do with their own account: preferences, password, signing in and out."""

from collections.abc import Callable

import pytest

from permissions.actions import user_password_set, user_preferences_set, user_sign_in, user_sign_out
from permissions.errors import Denied, Hidden, Invalid
from permissions.models import AuditEvent, User
from tests.cast import PASSWORD, Cast

NEW = "静水流深-river-88"


def test_everybody_sets_their_own_preferences(cast: Cast) -> None:
    person = cast.outsider
    user_preferences_set(actor=person, user_id=person.pk, language="en", theme="dark", text_size="large")
    person.refresh_from_db()
    assert (person.language, person.theme, person.text_size) == ("en", "dark", "large")


def test_nobody_sets_somebody_elses_preferences_not_even_the_administrator(cast: Cast) -> None:
    with pytest.raises(Denied, match="只能由本人修改"):
        user_preferences_set(actor=cast.admin, user_id=cast.outsider.pk, language="en", theme="", text_size="")
    with pytest.raises(Hidden):
        user_preferences_set(actor=cast.admin, user_id=0, language="en", theme="", text_size="")


def test_only_what_is_offered_can_be_chosen(cast: Cast) -> None:
    person = cast.outsider
    with pytest.raises(Invalid) as refused:
        user_preferences_set(actor=person, user_id=person.pk, language="la", theme="pink", text_size="")
    assert set(refused.value.fields) == {"language", "theme"}


def test_the_same_preferences_set_again_write_nothing(cast: Cast, logged: Callable[[str], list[AuditEvent]]) -> None:
    person = cast.outsider
    for _ in range(2):
        user_preferences_set(actor=person, user_id=person.pk, language="en", theme="", text_size="")
    (event,) = logged("user_preferences_set")
    assert event.subject == f"user:{person.pk}"
    assert event.data == {"old": {"language": "zh-hans"}, "new": {"language": "en"}}


def test_a_password_is_changed_by_who_knows_the_old_one(cast: Cast, logged: Callable[[str], list[AuditEvent]]) -> None:
    person = cast.outsider
    user_password_set(actor=person, user_id=person.pk, old_password=PASSWORD, new_password=NEW)
    assert User.objects.get(pk=person.pk).check_password(NEW)
    (event,) = logged("user_password_set")
    assert (event.subject, event.data) == (f"user:{person.pk}", {})


def test_nobody_changes_somebody_elses_password(cast: Cast) -> None:
    with pytest.raises(Denied):
        user_password_set(actor=cast.admin, user_id=cast.outsider.pk, old_password=PASSWORD, new_password=NEW)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [("wrong", NEW, "old_password"), (PASSWORD, "12345", "new_password1"), (PASSWORD, "outsider1", "new_password1")],
)
def test_a_wrong_or_weak_password_changes_nothing(cast: Cast, old: str, new: str, field: str) -> None:
    person = cast.outsider
    with pytest.raises(Invalid) as refused:
        user_password_set(actor=person, user_id=person.pk, old_password=old, new_password=new)
    assert list(refused.value.fields) == [field]
    assert User.objects.get(pk=person.pk).check_password(PASSWORD)


def test_signing_in_and_out_is_written_down(cast: Cast, logged: Callable[[str], list[AuditEvent]]) -> None:
    user_sign_in(actor=cast.outsider, address="192.0.2.7")
    user_sign_out(actor=cast.outsider)
    (came,), (went,) = logged("user_sign_in"), logged("user_sign_out")
    assert (came.data, went.data) == ({"address": "192.0.2.7"}, {})
    assert came.subject == went.subject == f"user:{cast.outsider.pk}"

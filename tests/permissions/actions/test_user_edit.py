"""Changing what position an account is called by, and the accounts' log."""

from collections.abc import Callable

import pytest

from permissions.actions import user_edit, user_sign_in
from permissions.errors import Denied, Hidden, Invalid
from permissions.models import AuditEvent, User
from permissions.policies import visible
from tests.cast import Cast

NAMES = {"display_name": "镇乡村振兴办", "display_name_en": "Town Rural Office"}


def test_the_system_administrator_renames_a_position_once(
    cast: Cast, logged: Callable[[str], list[AuditEvent]]
) -> None:
    user = cast.town_proposer
    for _ in range(2):
        user_edit(actor=cast.admin, user_id=user.pk, **NAMES)
    assert User.objects.get(pk=user.pk).display_name == "镇乡村振兴办"
    assert User.objects.get(pk=user.pk).username == "town.office"
    (event,) = logged("user_edit")
    assert event.data["old"]["display_name"] == "镇经济发展办"
    assert event.data["new"] == NAMES


def test_nobody_else_renames_one_not_even_their_own(cast: Cast) -> None:
    for who in (cast.security, cast.auditor, cast.town_proposer, cast.outsider):
        with pytest.raises(Denied):
            user_edit(actor=who, user_id=cast.town_proposer.pk, **NAMES)


def test_an_unknown_account_or_an_empty_name_is_refused(cast: Cast) -> None:
    with pytest.raises(Hidden):
        user_edit(actor=cast.admin, user_id=0, **NAMES)
    with pytest.raises(Invalid) as refused:
        user_edit(actor=cast.admin, user_id=cast.outsider.pk, display_name=" ")
    assert list(refused.value.fields) == ["display_name"]


def test_administrators_read_what_was_done_to_accounts_and_not_who_signed_in(cast: Cast) -> None:
    user_edit(actor=cast.admin, user_id=cast.outsider.pk, **NAMES)
    user_sign_in(actor=cast.outsider, address="10.0.0.7")
    about = AuditEvent.objects.filter(subject=f"user:{cast.outsider.pk}")
    for who in (cast.admin, cast.security):
        assert list(visible(who, about).values_list("verb", flat=True)) == ["user_edit"]
    assert visible(cast.auditor, about).count() == about.count()
    assert not visible(cast.town_chair, about).exists()

"""The example town has the right people in the right places, and can be loaded again."""

from collections.abc import Callable
from typing import Any

from permissions import audit, example, roles
from permissions.models import AuditEvent, Body, Role, Seat, User
from tests.cast import PASSWORD, Cast


def test_nine_sit_in_the_town_and_seven_in_the_zone(cast: Cast) -> None:
    due = {body.code: Seat.objects.in_force().voting().filter(body=body).count() for body in Body.objects.all()}
    assert due == {"town": 9, "zone": 7}
    assert [len(cast.members("town")), len(cast.members("zone"))] == [9, 7]


def test_each_body_has_one_principal_who_is_its_chair(cast: Cast) -> None:
    for body, chair in ((cast.town, cast.town_chair), (cast.zone, cast.zone_chair)):
        assert Seat.objects.in_force().get(body=body, principal=True).user == chair
        assert roles.of(chair) == {f"{body.code}:member", f"{body.code}:chair"}


def test_everybody_who_votes_is_a_member_of_their_body_and_nobody_else(cast: Cast) -> None:
    for seat in Seat.objects.in_force().select_related("body", "user"):
        assert roles.holds(seat.user, f"{seat.body.code}:member") == seat.voting


def test_every_role_is_held_by_somebody(cast: Cast) -> None:
    held = {key for user in cast.users.values() for key in roles.of(user)}
    assert held == set(Role.objects.values_list("group__name", flat=True))


def test_accounts_are_positions_in_both_languages_and_sign_in(cast: Cast) -> None:
    accounts = example.accounts()
    assert len(accounts) == len({account.username for account in accounts}) == 26
    for account in accounts:
        user = User.objects.get(username=account.username)
        assert str(user) == account.position
        assert user.display_name_en.isascii()
        assert set(account.roles) == roles.of(user)
        assert not user.is_superuser
        assert not user.is_staff
    assert cast.town_chair.check_password(PASSWORD)


def test_no_position_stands_twice_in_a_body_and_all_have_english(cast: Cast) -> None:
    seats = list(Seat.objects.all())
    assert len({(seat.body_id, seat.position) for seat in seats}) == len(seats)
    assert all(seat.position_en.isascii() and seat.position_en for seat in seats)


def test_loading_again_touches_nothing(cast: Cast) -> None:
    counts = [model.objects.count() for model in (User, Body, Seat, Role, AuditEvent)]
    User.objects.filter(username="town.chair").update(theme="dark")
    assert example.load("another password") == example.accounts()
    assert [model.objects.count() for model in (User, Body, Seat, Role, AuditEvent)] == counts
    assert User.objects.get(username="town.chair").theme == "dark"
    assert cast.town_chair.check_password(PASSWORD)


def test_the_example_is_logged_and_versioned(cast: Cast) -> None:
    assert list(audit.verify()) == []
    assert AuditEvent.objects.filter(verb="seat_add").count() == Seat.objects.count()
    assert AuditEvent.objects.filter(verb="role_grant").count() == sum(len(a.roles) for a in example.accounts())
    assert all(seat.history.count() == 1 for seat in Seat.objects.all())


def test_loading_takes_a_bounded_number_of_statements(
    db: None, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    with django_assert_max_num_queries(80):
        example.load(PASSWORD)

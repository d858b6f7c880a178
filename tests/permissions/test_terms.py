"""Roles begin and end on dates, whether a worker runs or not; what somebody held on a day can be asked for ever."""

from datetime import date, datetime, time, timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from permissions import clock, roles
from permissions.actions import role_grant, role_revoke, roles_mirror
from permissions.errors import Conflict, Invalid
from permissions.models import Role, RoleGrant, User
from tests.cast import Cast, hold
from tests.permissions.conftest import at_once

WHY = "镇党干〔2026〕3号"
TODAY = date(2026, 9, 8)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), timezone.get_default_timezone())


def held(user: User, on: date | None = None) -> frozenset[str]:
    return roles.of(User.objects.get(pk=user.pk), on)


def test_a_role_opens_with_its_first_day_and_closes_after_its_last(cast: Cast) -> None:
    person = cast.outsider
    first, last = TODAY + timedelta(days=3), TODAY + timedelta(days=5)
    with clock.at(noon(TODAY)):
        grant = role_grant(
            actor=cast.security, user_id=person.pk, key="town:proposer", starts_on=first, ends_on=last, reason=WHY
        )
        assert not person.groups.exists()
    # No worker has run: the dates alone decide, wherever it is asked.
    for day in (first - timedelta(days=1), first, last, last + timedelta(days=1)):
        within = first <= day <= last
        with clock.at(noon(day)):
            assert (held(person) == {"town:proposer"}) == within
            assert roles.holders("town:proposer").filter(pk=person.pk).exists() == within
            assert roles.holders_of_codes("proposer").filter(pk=person.pk).exists() == within
            assert bool(roles.groups(User.objects.get(pk=person.pk))) == within
            roles_mirror()
            assert person.groups.exists() == within
        assert (held(person, day) == {"town:proposer"}) == within
    assert roles_mirror() == 0
    assert list(RoleGrant.objects.filter(user=person)) == [grant]


def test_one_object_answers_for_the_day_it_is_asked_on(cast: Cast) -> None:
    hold(cast.outsider, "legal", TODAY, TODAY)
    with clock.at(noon(TODAY)):
        assert roles.holds(cast.outsider, "legal")
    with clock.at(noon(TODAY + timedelta(days=1))):
        assert not roles.holds(cast.outsider, "legal")


def test_what_is_taken_back_is_gone_at_once_and_stays_in_the_past(cast: Cast) -> None:
    with clock.at(noon(TODAY)):
        role_grant(actor=cast.security, user_id=cast.outsider.pk, key="legal", reason=WHY)
    later = TODAY + timedelta(days=9)
    with clock.at(noon(later)):
        role_revoke(actor=cast.security, user_id=cast.outsider.pk, key="legal", reason="合同期满")
        assert held(cast.outsider) == frozenset()
        assert held(cast.outsider, later - timedelta(days=1)) == {"legal"}
        # The same role can be given again on the same day: what was ended is no term any more.
        role_grant(actor=cast.security, user_id=cast.outsider.pk, key="legal", reason="续聘")
        assert held(cast.outsider) == {"legal"}
    assert held(cast.outsider, TODAY - timedelta(days=1)) == frozenset()


def test_what_is_to_begin_is_taken_back_with_what_has_begun(cast: Cast) -> None:
    with clock.at(noon(TODAY)):
        give = partial(role_grant, actor=cast.security, user_id=cast.outsider.pk, key="legal", reason=WHY)
        give(ends_on=TODAY + timedelta(days=1))
        give(starts_on=TODAY + timedelta(days=2))
        role_revoke(actor=cast.security, user_id=cast.outsider.pk, key="legal", reason="不再聘用")
    assert [held(cast.outsider, TODAY + timedelta(days=n)) for n in range(4)] == [frozenset()] * 4


def test_a_term_that_cannot_be_is_refused(cast: Cast) -> None:
    with clock.at(noon(TODAY)):
        give = partial(role_grant, actor=cast.security, user_id=cast.outsider.pk, key="legal")
        for wrong, field in (
            ({"starts_on": TODAY - timedelta(days=1)}, "starts_on"),
            ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
            ({"reason": " "}, "reason"),
        ):
            with pytest.raises(Invalid) as refused:
                give(**{"reason": WHY, **wrong})  # type: ignore[arg-type]
            assert field in refused.value.fields
        first = give(reason=WHY, ends_on=TODAY + timedelta(days=30))
        assert give(reason=WHY, ends_on=TODAY + timedelta(days=30)) == first
        with pytest.raises(Conflict) as conflict:
            give(reason=WHY, starts_on=TODAY + timedelta(days=30))
        assert conflict.value.code == "held_already"
        give(reason=WHY, starts_on=TODAY + timedelta(days=31))
    assert RoleGrant.objects.filter(user=cast.outsider).count() == 2


def test_n5_a_role_that_is_still_to_begin_is_kept_apart_as_well(cast: Cast) -> None:
    role_grant(
        actor=cast.security,
        user_id=cast.outsider.pk,
        key="auditor",
        starts_on=clock.today() + timedelta(days=9),
        reason=WHY,
    )
    with pytest.raises(Conflict) as refused:
        role_grant(actor=cast.security, user_id=cast.outsider.pk, key="town:proposer", reason=WHY)
    assert refused.value.code == "separated"


def test_n11_the_database_keeps_grants_and_lets_none_overlap(cast: Cast) -> None:
    grant = hold(cast.outsider, "legal", TODAY, TODAY + timedelta(days=9))
    with pytest.raises(IntegrityError, match="rolegrant_not_twice"), transaction.atomic():
        hold(cast.outsider, "legal", TODAY + timedelta(days=9))
    rows = RoleGrant.objects.filter(pk=grant.pk)
    for change in (
        {"ends_on": None},
        {"user": cast.legal},
        {"reason": "别的"},
        {"starts_on": TODAY - timedelta(days=1)},
    ):
        with pytest.raises(DatabaseError, match="otherwise never changed"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.delete()
    rows.update(ended_at=noon(TODAY), ended_reason="调离")
    with pytest.raises(DatabaseError, match="ended once"), transaction.atomic():
        rows.update(ended_at=None, ended_reason="")
    hold(cast.outsider, "legal", TODAY)


@pytest.mark.django_db(transaction=True)
def test_two_overlapping_terms_given_at_once_leave_one(cast: Cast) -> None:
    give = partial(role_grant, actor=cast.security, user_id=cast.outsider.pk, key="legal", reason=WHY)
    day = clock.today()
    results = at_once(partial(give, ends_on=day + timedelta(days=9)), partial(give, starts_on=day + timedelta(days=5)))
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert RoleGrant.objects.filter(user=cast.outsider).count() == 1


@given(
    start=st.integers(0, 6),
    length=st.one_of(st.none(), st.integers(0, 6)),
    ended=st.one_of(st.none(), st.integers(0, 200)),
    day=st.integers(-1, 14),
)
@pytest.mark.django_db
def test_in_force_is_what_it_says_day_by_day(start: int, length: int | None, ended: int | None, day: int) -> None:
    """Against the plain words: begun, not run out, and not ended by the close of that day."""
    user, _ = User.objects.get_or_create(username="someone")
    role = Role.objects.filter(code="legal").first() or Role.objects.create(
        code="legal", group=user.groups.model.objects.create(name="legal")
    )
    ended_at = None if ended is None else noon(TODAY) + timedelta(hours=ended)
    with transaction.atomic():
        RoleGrant.objects.create(
            role=role,
            user=user,
            starts_on=TODAY + timedelta(days=start),
            ends_on=None if length is None else TODAY + timedelta(days=start + length),
            reason="x",
            granted_at=noon(TODAY),
            ended_at=ended_at,
            ended_reason="" if ended_at is None else "x",
        )
        on = TODAY + timedelta(days=day)
        expected = (
            day >= start
            and (length is None or day <= start + length)
            and (ended_at is None or timezone.localdate(ended_at) > on)
        )
        assert RoleGrant.objects.in_force(on).exists() == expected
        transaction.set_rollback(True)

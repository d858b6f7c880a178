"""Standing in for another (代理): the other's work, for a time and for some matters, said in the log; never a vote (R22)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from decisions.actions import items
from decisions.models import Item
from permissions import acting, clock, policies, roles, scopes
from permissions.actions import role_revoke, substitution_end, substitution_give
from permissions.errors import Conflict, Denied, Hidden, Invalid, WrongState
from permissions.models import AuditEvent, Substitution, User
from permissions.policies import may, visible
from tests.cast import Cast, hold
from tests.decisions.items.conftest import Hand
from workflows.models import CaseTask

WHY = "外出培训"


def again(user: User) -> User:
    """The person as a later request knows them."""
    return User.objects.get(pk=user.pk)


def give(cast: Cast, **values: Any) -> Substitution:
    day = clock.today()
    return substitution_give(
        **{
            "actor": cast.security,
            "substitute_id": cast.legal.pk,
            "holder_id": cast.town_secretary.pk,
            "key": "town:secretary",
            "starts_on": day,
            "ends_on": day + timedelta(days=7),
            "reason": WHY,
            **values,
        }
    )


def test_r22_r12_the_substitute_does_the_work_and_the_log_says_for_whom(hand: Hand) -> None:
    cast = hand.cast
    item = hand.submitted()
    assert not may(again(cast.legal), "item_confirm", item)
    row = give(cast)
    stand_in = again(cast.legal)
    assert roles.of(stand_in) == {"legal", "town:secretary"}
    verdict = may(stand_in, "item_confirm", item)
    assert verdict.standing is not None
    assert verdict.standing.holder == cast.town_secretary.pk
    assert stand_in in policies.holders("item_confirm", item)
    items.item_confirm(actor=stand_in, item_id=item.pk, body="town", confirmed=True)
    entries = AuditEvent.objects.filter(subject=item.subject, actor=stand_in)
    assert {entry.verb for entry in entries} == {"item_confirm", "task_complete"}
    for entry in entries:
        assert entry.data["for"] == {
            "user": cast.town_secretary.pk,
            "name": cast.town_secretary.display_name,
            "role": "town:secretary",
            "substitution": row.pk,
        }
    # Their own work is their own.
    items.item_confirm(actor=again(cast.zone_secretary), item_id=item.pk, body="zone", confirmed=True)
    own = AuditEvent.objects.filter(subject=item.subject, verb="item_confirm").latest("seq")
    assert "for" not in own.data
    assert acting.said(stand_in.pk) is None


def test_r22_nobody_votes_signs_or_stands_recused_for_another(cast: Cast) -> None:
    for holder, key in ((cast.town_chair, "town:chair"), (cast.town_member, "town:member"), (cast.auditor, "auditor")):
        with pytest.raises(Invalid) as refused:
            give(cast, holder_id=holder.pk, key=key)
        assert "R22" in refused.value.fields["key"]
    # Even a row put straight into the database opens nothing of a member's.
    day = clock.today()
    Substitution.objects.create(
        substitute=cast.legal,
        holder=cast.town_chair,
        role_id=roles.RoleGrant.objects.get(user=cast.town_chair, role__code="chair").role_id,
        starts_on=day,
        ends_on=day,
        reason=WHY,
        granted_by=cast.security,
        granted_at=clock.now(),
    )
    assert roles.of(again(cast.legal)) == {"legal"}
    for acts in (
        "vote_cast",
        "recusal_declare",
        "recusal_rule",
        "minutes_sign",
        "split_choose",
        "role_grant",
        "chair_take",
    ):
        assert not scopes.substitutable(acts)
    assert scopes.substitutable("item_confirm")


def test_it_opens_from_the_first_day_to_the_last_and_no_longer_than_the_others_role(cast: Cast) -> None:
    day = clock.today()
    first, last = day + timedelta(days=2), day + timedelta(days=3)
    row = give(cast, starts_on=first, ends_on=last)
    days = [day + timedelta(days=n) for n in range(1, 5)]
    held = ["town:secretary" in roles.of(again(cast.legal), on) for on in days]
    assert held == [False, True, True, False]
    hold(cast.outsider, "town:secretary")
    role_revoke(actor=cast.security, user_id=cast.town_secretary.pk, key="town:secretary", reason="调离")
    assert "town:secretary" not in roles.of(again(cast.legal), first)
    substitution_end(actor=cast.security, substitution_id=row.pk, reason="不再需要")
    assert Substitution.objects.standing().count() == 0


def test_it_is_never_passed_on(cast: Cast) -> None:
    give(cast)
    with pytest.raises(Invalid) as refused:
        give(cast, holder_id=cast.legal.pk, substitute_id=cast.outsider.pk)
    assert "holder" in refused.value.fields
    assert roles.of(again(cast.outsider)) == frozenset()


def test_for_one_matter_it_opens_that_matter_alone(hand: Hand) -> None:
    cast = hand.cast
    mine, other = hand.submitted(), hand.submitted()
    stand_in = cast.outsider
    give(cast, substitute_id=stand_in.pk, scope=[f"item:{mine.pk}"])
    stand_in = again(stand_in)
    assert roles.of(stand_in) == frozenset()
    assert may(stand_in, "item_confirm", mine)
    assert not may(stand_in, "item_confirm", other)
    assert not may(stand_in, "sitting_create", Item)
    assert set(visible(stand_in, Item)) == {mine}
    tasks = visible(stand_in, CaseTask)
    assert {task.process.subject for task in tasks} == {mine.subject}
    items.item_confirm(actor=stand_in, item_id=mine.pk, body="town", confirmed=True)
    with pytest.raises((Denied, Hidden)):
        items.item_confirm(actor=again(stand_in), item_id=other.pk, body="town", confirmed=True)


def test_r40_a_confidential_item_opens_only_where_it_is_named(hand: Hand) -> None:
    cast = hand.cast
    item = hand.submitted()
    Item.objects.filter(pk=item.pk).update(confidential=Item.Grade.WORK, confidential_reason="工作秘密")
    give(cast, substitute_id=cast.outsider.pk)
    assert item not in visible(again(cast.outsider), Item)
    give(cast, substitute_id=cast.designer.pk, scope=[f"item:{item.pk}"])
    assert item in visible(again(cast.designer), Item)


def test_who_may_not_give_or_stand_in_is_told_so(cast: Cast) -> None:
    day = clock.today()
    for who in ("town_chair", "admin", "auditor", "town_secretary", "outsider"):
        with pytest.raises(Denied):
            give(cast, actor=getattr(cast, who))
    for wrong, kind, code in (
        ({"substitute_id": cast.security.pk}, Denied, "own_role"),
        ({"substitute_id": cast.admin.pk}, Conflict, "separated"),
        ({"substitute_id": cast.zone_secretary.pk}, Conflict, "two_sides"),
        ({"key": "town:emperor"}, Hidden, "no_role"),
    ):
        with pytest.raises(kind) as refused:
            give(cast, **wrong)
        assert refused.value.code == code
    for wrong, field in (
        ({"substitute_id": cast.town_secretary.pk}, "substitute"),
        ({"reason": ""}, "reason"),
        ({"starts_on": day - timedelta(days=1)}, "starts_on"),
        ({"ends_on": day - timedelta(days=1)}, "ends_on"),
        ({"scope": ["item:99999"]}, "scope"),
        ({"holder_id": cast.legal.pk, "substitute_id": cast.outsider.pk}, "holder"),
    ):
        with pytest.raises(Invalid) as invalid:
            give(cast, **wrong)
        assert field in invalid.value.fields
    assert not Substitution.objects.exists()


def test_repeated_logged_versioned_and_ended_once(cast: Cast) -> None:
    row = give(cast)
    assert give(cast) == row
    with pytest.raises(Conflict) as refused:
        give(cast, ends_on=row.ends_on + timedelta(days=1))
    assert refused.value.code == "given_already"
    (event,) = AuditEvent.objects.filter(verb="substitution_give")
    assert (event.subject, event.actor, event.data["holder"]) == (
        f"user:{cast.legal.pk}",
        cast.security,
        "town.secretary",
    )
    with pytest.raises(Denied):
        substitution_end(actor=again(cast.legal), substitution_id=row.pk, reason="x")
    for _ in range(2):
        ended = substitution_end(actor=again(cast.town_secretary), substitution_id=row.pk, reason="提前返岗")
    assert (ended.ended_by, ended.ended_reason) == (cast.town_secretary, "提前返岗")
    assert AuditEvent.objects.filter(verb="substitution_end").count() == 1
    assert [version.history_change_reason for version in row.history.order_by("history_id")] == [
        f"substitution_give: {WHY}",
        "substitution_end: 提前返岗",
    ]
    assert roles.of(again(cast.legal)) == {"legal"}
    later = give(cast, starts_on=clock.today() + timedelta(days=1))
    with clock.at(clock.now() + timedelta(days=30)), pytest.raises(WrongState):
        substitution_end(actor=cast.security, substitution_id=later.pk, reason="x")


def test_n11_the_database_keeps_substitutions(cast: Cast) -> None:
    row = give(cast)
    rows = Substitution.objects.filter(pk=row.pk)
    for change in ({"ends_on": date(2099, 1, 1)}, {"scope": ["item:1"]}, {"holder": cast.zone_secretary}):
        with pytest.raises(DatabaseError, match="otherwise never changed"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.delete()
    copy = Substitution.objects.get(pk=row.pk)
    copy.pk = None
    with pytest.raises(IntegrityError, match="substitution_not_twice"), transaction.atomic():
        copy.save(force_insert=True)


def test_the_pages_show_each_what_concerns_them(cast: Cast, client_of: Callable[[User], Client]) -> None:
    client = client_of(cast.security)
    new = reverse("substitution_new")
    assert client.get(new).status_code == 200
    day = clock.today()
    typed = {
        "holder": cast.town_secretary.pk,
        "substitute": cast.legal.pk,
        "key": "town:secretary",
        "starts_on": day.isoformat(),
        "ends_on": day.isoformat(),
        "reason": WHY,
    }
    assert client.post(new, {**typed, "items": "议〔2026〕9999号"}).status_code == 422
    assert client.post(new, typed).status_code == 302
    row = Substitution.objects.get()
    page = reverse("substitution", args=[row.pk])
    for who, status in (("legal", 200), ("town_secretary", 200), ("auditor", 200), ("town_chair", 404)):
        assert client_of(getattr(cast, who)).get(page).status_code == status
        listed = client_of(getattr(cast, who)).get(reverse("substitution_list")).content.decode()
        assert ("法律顾问 代 党委秘书" in listed) == (status == 200)
    as_of = reverse("roles_as_of", args=[cast.legal.pk])
    assert "代 党委秘书" in client.get(as_of).content.decode()
    assert "代 党委秘书" not in client.get(as_of, {"on": (day + timedelta(days=1)).isoformat()}).content.decode()
    for who, status in (("legal", 200), ("auditor", 200), ("town_chair", 403), ("outsider", 403)):
        assert client_of(getattr(cast, who)).get(as_of).status_code == status
    assert client_of(cast.town_secretary).post(page, {"reason": ""}).status_code == 422
    assert client_of(cast.town_secretary).post(page, {"reason": "返岗"}).status_code == 302
    assert "现在没有人代理" in client.get(reverse("substitution_list")).content.decode()

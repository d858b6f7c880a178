"""Who may: deny by default, one rule for may, visible and holders, and the policies of this floor."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, models, transaction
from django.db.models import Q, QuerySet

from permissions import access, audit, own_policies, policies, roles
from permissions.errors import Denied, Hidden
from permissions.models import AuditEvent, Body, Role, RoleGrant, Seat, User
from permissions.policies import ALLOWED, Policy, Verdict, held, may, policy, refused, visible
from tests.cast import Cast, hold

OURS = (Body, Seat, Role, User, AuditEvent)
ADMINISTRATION = {Body: {"body_edit", "seat_add"}, Seat: {"seat_add", "seat_edit", "seat_assign", "seat_end"},
                  Role: {"role_grant", "role_revoke"}, RoleGrant: {"role_revoke"}}  # fmt: skip
#: what is the system administrator's; the rest of the above is the security administrator's
SYSTEM = {"body_edit"}
PEOPLE = ["town_proposer", "town_secretary", "town_member", "town_chair", "observer", "legal", "auditor", "designer",
          "admin", "security", "outsider"]  # fmt: skip


# ---------------------------------------------------------------- deny by default


@pytest.mark.parametrize("model", OURS)
def test_an_act_nobody_declared_is_refused_to_everybody(cast: Cast, model: type[models.Model]) -> None:
    for user in cast.users.values():
        verdict = may(user, "conjure", model)
        assert not verdict
        assert verdict.code == "undeclared"
    assert not policies.holders("conjure", model).exists()


@pytest.mark.parametrize("model", OURS)
def test_anonymous_and_closed_accounts_may_nothing_and_see_nothing(cast: Cast, model: type[models.Model]) -> None:
    cast.admin.is_active = False
    for nobody, code in ((None, "anonymous"), (AnonymousUser(), "anonymous"), (cast.admin, "inactive")):
        assert may(nobody, "view", model).code == code
        assert not visible(nobody, model).exists()
        assert roles.of(nobody) == frozenset()
        assert roles.seats_of(nobody) == []


def test_a_closed_account_holds_nothing_even_through_its_groups(cast: Cast) -> None:
    User.objects.filter(pk=cast.security.pk).update(is_active=False)
    assert not policies.holders("seat_add", Body).exists()
    assert not roles.holders("security").exists()


def test_a_model_without_a_policy_cannot_be_asked_about() -> None:
    with pytest.raises(ImproperlyConfigured, match="no policy is registered for Group"):
        policies.policy_for(Group)


def test_a_second_policy_for_a_model_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ImproperlyConfigured, match="already has the policy"):

        @policy(Body)
        class OtherPolicy(Policy):
            pass


def test_the_superuser_flag_opens_nothing(cast: Cast) -> None:
    before = {
        (model, act): bool(may(cast.outsider, act, model)) for model, acts in ADMINISTRATION.items() for act in acts
    }
    superuser = User.objects.get(pk=cast.outsider.pk)
    superuser.is_superuser = superuser.is_staff = True
    assert not any(before.values())
    assert not any(may(superuser, act, model) for model, acts in ADMINISTRATION.items() for act in acts)
    assert roles.of(superuser) == frozenset()
    assert not superuser.has_perm("permissions.change_seat")
    assert not superuser.has_perms(["permissions.view_body"])
    assert not superuser.has_module_perms("permissions")
    assert superuser.get_all_permissions() == set()


def test_n5_no_account_carries_the_superuser_flag(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="user_is_no_superuser"), transaction.atomic():
        User.objects.filter(pk=cast.outsider.pk).update(is_superuser=True)
    with pytest.raises(IntegrityError, match="user_is_no_superuser"), transaction.atomic():
        User.objects.create(username="root", is_superuser=True)


def test_a_permission_really_given_is_held_whatever_the_flag(cast: Cast) -> None:
    cast.outsider.user_permissions.add(Permission.objects.get(codename="change_seat"))
    for flag in (False, True):
        user = User.objects.get(pk=cast.outsider.pk)
        user.is_superuser = flag
        assert user.has_perm("permissions.change_seat")
        assert not user.has_perm("permissions.change_body")


# ---------------------------------------------------------------- rules


def test_a_role_of_one_body_does_not_reach_into_the_other(cast: Cast) -> None:
    rule = held("secretary", body=lambda seat: seat.body)
    seat = cast.seat("town.arms")
    assert rule.verdict(cast.town_secretary, seat)
    refusal = rule.verdict(cast.zone_secretary, seat)
    assert (refusal.code, refusal.why) == ("role", "这项操作由洪林镇党委秘书办理，您没有这个角色。")
    assert list(rule.holders(seat)) == [cast.town_secretary]


def test_asked_without_an_object_a_role_of_any_body_will_do(cast: Cast) -> None:
    rule = held("secretary", "chair", body=lambda seat: seat.body)
    assert rule.verdict(cast.zone_secretary, None)
    assert not rule.verdict(cast.town_member, None)
    assert set(rule.holders(None)) == {cast.town_secretary, cast.zone_secretary, cast.town_chair, cast.zone_chair}


def test_a_refusal_names_all_roles_that_may(cast: Cast) -> None:
    assert held("secretary", "chair").verdict(cast.outsider, None).why == "这项操作由秘书、班长办理，您没有这个角色。"


def test_an_act_may_be_a_method_and_only_says_no_by_its_verdict(cast: Cast) -> None:
    class SeatKeeper(Policy):
        def may_sit(self, actor: User, obj: Seat | None) -> Verdict:
            return ALLOWED if obj and obj.user_id == actor.pk else refused("这不是您的席位。", "not_yours")

        def holders_sit(self, obj: Seat) -> QuerySet[User]:
            return User.objects.filter(pk=obj.user_id)

    keeper, seat = SeatKeeper(), cast.seat("town.arms")
    assert keeper.may(cast["town.arms"], "sit", seat)
    assert keeper.may(cast.town_chair, "sit", seat).why == "这不是您的席位。"
    assert list(keeper.holders("sit", seat)) == [cast["town.arms"]]
    assert (keeper.declares("sit"), keeper.declares("stand")) == (True, False)
    assert not keeper.visible(cast.admin, Seat.objects.all()).exists()


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("model", ADMINISTRATION)
def test_may_and_holders_agree_and_each_administrator_does_the_own_work(cast: Cast, who: str, model: Any) -> None:
    user = getattr(cast, who)
    for act in ADMINISTRATION[model]:
        keeper = "admin" if act in SYSTEM else "security"
        assert bool(may(user, act, model)) == (who == keeper) == (user in policies.holders(act, model))


@pytest.mark.parametrize("model", [Body, Seat, Role, User])
def test_everybody_signed_in_reads_rosters_even_without_a_role(cast: Cast, model: type[models.Model]) -> None:
    assert may(cast.outsider, "view", model)
    assert visible(cast.outsider, model).count() == model._default_manager.count()


def test_require_raises_the_policys_own_words(cast: Cast) -> None:
    with pytest.raises(Denied) as error:
        policies.require(cast.outsider, "seat_add", cast.town)
    assert error.value.message == may(cast.outsider, "seat_add", cast.town).why
    assert (error.value.status, error.value.code) == (403, "role")


# ---------------------------------------------------------------- roles and seats


def test_roles_are_asked_for_once(cast: Cast, django_assert_num_queries: Callable[..., Any]) -> None:
    user = User.objects.get(pk=cast.town_chair.pk)
    with django_assert_num_queries(1):
        assert roles.of(user) == {"town:member", "town:chair"}
        assert roles.holds(user, "town:chair")
        assert not roles.holds(user, "zone:chair")


def test_a_group_that_is_no_role_gives_none(cast: Cast) -> None:
    """Not even the group of a role: only a grant is one."""
    cast.outsider.groups.add(Group.objects.create(name="town:emperor"), Group.objects.get(name="town:chair"))
    assert roles.of(cast.outsider) == frozenset()
    assert cast.outsider not in roles.holders("town:chair")


def test_seats_are_asked_for_once_a_day_and_know_their_body(
    cast: Cast, django_assert_num_queries: Callable[..., Any]
) -> None:
    user = User.objects.get(pk=cast.observer.pk)
    with django_assert_num_queries(1):
        assert [seat.body.code for seat in roles.seats_of(user)] == ["town", "zone"]
        assert len(roles.seats_of(user)) == 2


def test_what_is_remembered_can_be_forgotten(cast: Cast) -> None:
    user = cast.outsider
    assert (roles.of(user), roles.seats_of(user)) == (frozenset(), [])
    Seat.objects.filter(pk=cast.seat("town.arms").pk).update(user=user)
    hold(User.objects.get(pk=user.pk), "legal")
    assert (roles.of(user), roles.seats_of(user)) == (frozenset(), [])
    roles.forget(user)
    assert (roles.of(user), len(roles.seats_of(user))) == ({"legal"}, 1)


# ---------------------------------------------------------------- access


def test_fetching_needs_both_sight_and_right(cast: Cast) -> None:
    assert access.fetch(Seat, cast.security, "seat_edit", cast.seat("town.arms").pk) == cast.seat("town.arms")
    with pytest.raises(Denied):
        access.fetch(Seat, cast.outsider, "seat_edit", cast.seat("town.arms").pk)
    for nobody in (None, AnonymousUser()):
        with pytest.raises(Hidden):
            access.fetch(Seat, nobody, "view", cast.seat("town.arms").pk)


@pytest.mark.parametrize("pk", [0, -1, "x", None, 2**70, "1; DROP"])
def test_what_is_no_key_finds_nothing(cast: Cast, pk: object) -> None:
    with pytest.raises(Hidden):
        access.fetch(Seat, cast.admin, "view", pk)


def test_what_is_hidden_and_what_is_not_there_answer_alike(cast: Cast) -> None:
    event = audit.record(subject="item:1", actor=None, verb="item_new")
    messages = []
    for pk in (event.pk, 0):
        with pytest.raises(Hidden) as error:
            access.fetch(AuditEvent, cast.outsider, "view", pk)
        messages.append(error.value.message)
    assert messages[0] == messages[1]


# ---------------------------------------------------------------- the log


@pytest.fixture
def item_seven() -> Any:
    """A floor above says: members of the town may see item 7."""

    def which(actor: User) -> Q:
        return Q(subject="item:7") if roles.holds(actor, "town:member") else Q(pk__in=[])

    own_policies.audit_visibility(which)
    yield
    own_policies._visibility.remove(which)


def test_the_auditor_reads_everything_and_others_what_they_may_see(cast: Cast, item_seven: None) -> None:
    for subject in ("item:7", "item:8", f"user:{cast.outsider.pk}"):
        audit.record(subject=subject, actor=None, verb="item_edit")

    def subjects(user: User) -> set[str]:
        return set(visible(user, AuditEvent).values_list("subject", flat=True))

    bodies = {f"body:{cast.town.pk}", f"body:{cast.zone.pk}"}
    assert subjects(cast.auditor) == set(AuditEvent.objects.values_list("subject", flat=True))
    assert subjects(cast.outsider) == bodies | {f"user:{cast.outsider.pk}"}
    assert subjects(cast.town_member) == bodies | {"item:7", f"user:{cast.town_member.pk}"}
    # What was done to accounts and roles, the three administrators know.
    given = {f"user:{user.pk}" for user in cast.users.values() if roles.of(user)}
    assert subjects(cast.admin) == subjects(cast.security) == bodies | given


def test_one_entry_is_read_by_who_sees_it(cast: Cast, item_seven: None) -> None:
    event = audit.record(subject="item:7", actor=None, verb="item_edit")
    assert may(cast.town_member, "view", event)
    assert may(cast.auditor, "view", event)
    assert may(cast.zone_member, "view", event).code == "not_visible"


def test_only_the_auditor_proves_the_log(cast: Cast) -> None:
    assert may(cast.auditor, "log_verify", AuditEvent)
    assert not may(cast.admin, "log_verify", AuditEvent)

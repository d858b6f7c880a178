import pytest
from django.db import IntegrityError, connection, transaction

from decisions.models import Confirmation, Item, Material, RuleSet
from permissions.models import AuditEvent
from permissions.policies import may, policy_for, visible
from tests.cast import Cast
from tests.decisions.items.conftest import Hand
from workflows.models import Case
from workflows.policies import knowing

READERS = "town_proposer zone_proposer town_secretary zone_secretary town_member zone_member town_chair observer legal auditor"


def test_a_draft_is_seen_by_its_proposers_alone(hand: Hand, office: Cast) -> None:
    hand.draft(co_proposers=[office.town_member.pk])
    for user in (office.zone_proposer, office.town_member):
        assert visible(user, Item).count() == 1
    for user in (office.town_proposer, office.town_secretary, office.auditor, office.admin, office.outsider):
        assert not visible(user, Item).exists()


@pytest.mark.parametrize("name", READERS.split())
def test_a_submitted_item_is_seen_by_both_bodies_and_their_advisers(hand: Hand, office: Cast, name: str) -> None:
    item = hand.submitted()
    user = getattr(office, name)
    assert visible(user, Item).get() == item
    assert visible(user, Case).get().subject == item.subject
    assert visible(user, AuditEvent).filter(subject=item.subject).exists()


@pytest.mark.parametrize("name", ["admin", "designer", "outsider"])
def test_who_decides_nothing_sees_nothing(hand: Hand, office: Cast, name: str) -> None:
    item = hand.submitted()
    hand.confirm(item, "town")
    user = getattr(office, name)
    assert not visible(user, Item).exists()
    assert not knowing(user, Case.objects.all()).exists()
    assert visible(user, Case).exists() == (name == "admin"), "that a flow runs, whoever looks after flows may know"
    assert not visible(user, AuditEvent).filter(subject=item.subject).exists()


def test_materials_are_as_open_as_their_item(hand: Hand, office: Cast) -> None:
    hand.upload(hand.draft())
    assert not visible(office.town_secretary, Material).exists()
    hand.upload(hand.submitted())
    assert visible(office.town_secretary, Material).count() == 1
    assert not visible(office.outsider, Material).exists()


def test_an_act_nobody_declared_is_refused(hand: Hand) -> None:
    item = hand.draft()
    assert may(hand.proposer, "item_delete", item).code == "undeclared"


def test_the_policy_knows_who_may_confirm(hand: Hand, office: Cast) -> None:
    holders = policy_for(Item).holders("item_confirm", hand.submitted())
    assert set(holders) == {office.town_secretary, office.zone_secretary}


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize("model", [RuleSet, Confirmation])
def test_the_database_itself_keeps_what_was_given(hand: Hand, model: type, statement: str) -> None:
    hand.confirmed()
    table = model._meta.db_table
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    assert model.objects.exists()

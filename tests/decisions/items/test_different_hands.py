"""Work on one item that must lie in different hands (职责分离): rules as data, asked wherever somebody does something."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from decisions.actions import items
from decisions.models import Item
from permissions import hands
from permissions.actions import separation_rule_set
from permissions.errors import Conflict, Denied, Hidden, Invalid
from permissions.models import AuditEvent, SeparationRule, User
from permissions.policies import may
from tests.cast import Cast, hold
from tests.decisions.items.conftest import Hand
from tests.decisions.items.test_substitutions import again, give
from workflows.actions import task_claim, task_complete
from workflows.models import CaseTask

WHY = "内控要求"


def change(cast: Cast, code: str = "proposer_confirms", **values: Any) -> SeparationRule:
    return separation_rule_set(
        **{
            "actor": cast.security,
            "code": code,
            "name": "提议人不确认",
            "done": ["item_submit"],
            "barred": ["item_confirm"],
            "alone": False,
            "active": True,
            "reason": WHY,
            **values,
        }
    )


def test_r12_a_proposer_does_not_confirm_their_own_item_nor_have_another_do_it_for_them(hand: Hand) -> None:
    cast = hand.cast
    hold(cast.zone_proposer, "zone:secretary")
    item = hand.submitted()
    proposer = again(cast.zone_proposer)
    verdict = may(proposer, "item_confirm", item)
    assert (verdict.allowed, verdict.code) == (False, "separated_work")
    with pytest.raises(Denied, match="提出议题"):
        items.item_confirm(actor=proposer, item_id=item.pk, body="zone", confirmed=True)
    # Whoever does the proposer's work for them is the proposer in this.
    give(cast, substitute_id=cast.legal.pk, holder_id=proposer.pk, key="zone:secretary")
    with pytest.raises(Denied):
        items.item_confirm(actor=again(cast.legal), item_id=item.pk, body="zone", confirmed=True)
    items.item_confirm(actor=again(cast.zone_secretary), item_id=item.pk, body="zone", confirmed=True)
    # What a rule says is what it is now, not what it was.
    change(cast, active=False)
    assert may(again(proposer), "item_confirm", hand.submitted())


def test_a_rule_about_a_step_holds_at_claiming_and_at_completing(hand: Hand) -> None:
    cast = hand.cast
    item = hand.confirmed()
    hold(cast.zone_proposer, "legal")
    separation_rule_set(
        actor=cast.security,
        code="",
        name="编制方案的人不作合法性审查",
        done=["step:decisions.plan"],
        barred=["step:decisions.legality"],
        alone=False,
        active=True,
        reason=WHY,
    )
    planner = again(cast.zone_proposer)
    step(item, "decisions.plan", planner)
    waiting = CaseTask.objects.get(process__subject=item.subject, form="decisions.legality", finished__isnull=True)
    for act in (task_claim, task_complete):
        with pytest.raises(Denied) as refused:
            act(actor=again(planner), task_id=waiting.pk)
        assert refused.value.code == "separated_work"
    task_claim(actor=again(cast.legal), task_id=waiting.pk)


def step(item: Item, form: str, who: User) -> None:
    task = CaseTask.objects.filter(process__subject=item.subject, form=form, finished__isnull=True).first()
    assert task is not None
    task_complete(actor=again(who), task_id=task.pk)


def test_what_must_not_be_done_alone_waits_for_somebody_else(hand: Hand) -> None:
    cast = hand.cast
    hold(cast.zone_proposer, "zone:secretary")
    item = hand.submitted()
    change(cast, alone=True)
    verdict = may(again(cast.zone_proposer), "item_confirm", item)
    assert verdict.code == "separated_alone"
    items.item_confirm(actor=again(cast.town_secretary), item_id=item.pk, body="town", confirmed=True)
    assert may(again(cast.zone_proposer), "item_confirm", item)


def test_rules_are_the_security_administrators_logged_versioned_and_kept_apart(cast: Cast) -> None:
    assert not SeparationRule.objects.exists()
    of_items = {"planner_reviews", "proposer_confirms", "writer_signs"}
    assert {rule.code for rule in hands.rules() if rule.active} == of_items
    assert {rule.code for rule in hands.rules() if not rule.active} == {"drafter_publishes"}
    for who in ("admin", "auditor", "town_chair", "outsider"):
        with pytest.raises(Denied):
            change(cast, actor=getattr(cast, who))
    for wrong, field in (
        ({"done": []}, "done"),
        ({"barred": ["vote"]}, "done"),
        ({"name": ""}, "name"),
        ({"reason": ""}, "reason"),
    ):
        with pytest.raises(Invalid) as refused:
            change(cast, **wrong)
        assert field in refused.value.fields
    with pytest.raises(Hidden):
        change(cast, code="nothing")
    for _ in range(2):
        rule = change(cast, version=None)
    (event,) = AuditEvent.objects.filter(verb="separation_rule_set")
    assert (event.subject, event.actor, event.data["rule"]) == ("separation", cast.security, "proposer_confirms")
    assert event.data["old"] == {
        "name": "提议人不确认自己的议题",
        "name_en": event.data["old"]["name_en"],
        "basis": "R12",
    }
    assert rule.history.get().history_change_reason == f"separation_rule_set: {WHY}"
    with pytest.raises(Conflict) as meanwhile:
        change(cast, active=False, version=0)
    assert meanwhile.value.code == "edited"
    assert change(cast, code="", name="另一条", barred=["plan_save"]).code == "own-1"
    assert len(hands.rules()) == 5


def test_everybody_reads_the_rules_and_the_security_administrator_changes_them(
    cast: Cast, client_of: Callable[[User], Client]
) -> None:
    listed = client_of(cast.outsider).get(reverse("separation_list")).content.decode()
    assert "提议人不确认自己的议题" in listed
    assert "新增规则" not in listed
    page = reverse("separation_rule", args=["proposer_confirms"])
    assert client_of(cast.town_chair).get(page).status_code == 403
    client = client_of(cast.security)
    assert client.get(page).status_code == 200
    assert client.get(reverse("separation_rule", args=["nothing"])).status_code == 404
    typed = {"name": "提议人不确认", "done": "item_submit", "barred": "item_confirm", "reason": WHY, "version": "0"}
    assert client.post(page, {**typed, "done": "nonsense"}).status_code == 422
    assert client.post(page, typed).status_code == 302
    assert "未启用" in client.get(reverse("separation_list")).content.decode()
    assert client.post(page, {**typed, "active": "on"}).status_code == 409

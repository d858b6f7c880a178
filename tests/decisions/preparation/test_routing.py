"""The table chooses route, materials and rule set; over the limit nothing but a vote completes an item (R1, R2)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from decisions import routing, shipped
from decisions.actions import items as act
from decisions.models import Item, MatterType
from decisions.selectors.requirements import requirements
from permissions import roles
from permissions.errors import ApplicationError, Conflict
from permissions.models import User
from tests.decisions.items.conftest import Hand, kind_of
from tests.decisions.sittings.conftest import Room
from workflows import clock, dmn
from workflows.actions import case_jump, case_message, task_complete, variables_set
from workflows.models import CaseTask, Definition, DefinitionVersion

XML = (shipped.LIBRARY / "matter_routes.dmn").read_bytes()


def slow(kind: str, amount: Decimal) -> tuple[set[str], str, bool]:
    """What the office's memorandum says, in plain words."""
    limit = 50 if kind == "project" else 30
    materials = {"plan", "legality"} if kind == "project" else {"plan", "budget"}
    if amount > limit:
        materials |= {"risk", "legality"} if kind == "project" else {"legality"}
    if amount > 200:
        materials |= {"public", "expert"} if kind == "project" else {"risk"}
    if amount > 1000:
        materials |= {"expert"}
    return materials, "major" if amount > 1000 else "ordinary", amount > limit


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["project", "funds"]),
    st.one_of(
        st.decimals(0, 2000, places=2),
        st.sampled_from([Decimal(n) + d for n in (30, 50, 200, 1000) for d in (Decimal("-0.01"), 0, Decimal("0.01"))]),
    ),
)
def test_r1_the_table_says_what_the_memorandum_says(kind: str, amount: Decimal) -> None:
    document, problems = dmn.inspect(XML)
    assert document is not None
    assert not [problem for problem in problems if problem.severity == "error"]
    answer = dmn.Decisions.of(document).decide(f"route_of_{kind}", {"amount": amount}).value
    materials, rule_set, vote = slow(kind, amount)
    assert (set(answer["materials"]), answer["rule_set"], answer["vote"]) == (materials, rule_set, vote)


def test_r1_the_draft_follows_its_amount_and_the_log_keeps_the_rules_that_held(hand: Hand) -> None:
    item = hand.draft(amount="49")
    assert routing.required(item) == {"plan", "legality"}
    item = act.item_draft_save(actor=hand.proposer, data=hand.data(amount="1200"), item_id=item.pk)
    assert routing.required(item) == {"plan", "public", "expert", "risk", "legality"}
    assert routing.rule_set_of(item).code == "major"
    (held,) = item.routing["rules"]
    assert held["rules"] == [4]
    submitted = act.item_submit(actor=hand.proposer, item_id=item.pk)
    assert submitted.case is not None
    assert submitted.case.version.definition.key == routing.flow_of(submitted) == "joint_decision"
    assert {one.kind for one in requirements(submitted) if one.blocks} >= {"risk", "expert", "public", "plan"}


def test_r1_what_was_submitted_stands_though_the_table_changes_and_a_resubmission_asks_again(hand: Hand) -> None:
    item = hand.submitted(amount="60")
    before = Item.objects.get(pk=item.pk).routing
    DefinitionVersion.objects.filter(definition__key="matter_routes").update(note="别的说明")
    assert Item.objects.get(pk=item.pk).routing == before
    hand.confirm(item, "town", confirmed=False, reason="金额要核。")
    hand.confirm(item, "zone")
    act.item_draft_save(actor=hand.proposer, data=hand.data(amount="30"), item_id=item.pk)
    again = act.item_submit(actor=hand.proposer, item_id=item.pk)
    assert not again.routing["vote"]
    assert routing.required(again) == {"plan", "legality"}
    assert again.case is not None
    again.case.refresh_from_db()
    assert again.case.variables["over_threshold"] is False


def test_without_a_published_table_a_draft_is_kept_and_nothing_is_submitted(hand: Hand) -> None:
    MatterType.objects.filter(code="project").update(decision="nowhere")
    item = hand.draft()
    assert item.routing == {}
    with pytest.raises(Conflict) as refusal:
        act.item_submit(actor=hand.proposer, item_id=item.pk)
    assert refusal.value.code == "no_route"
    item.refresh_from_db()
    assert (item.status, item.serial) == ("draft", None)


def test_a_type_without_a_table_is_as_its_own_fields_say(hand: Hand) -> None:
    personnel = hand.submitted(matter_type="personnel", candidates=[("镇农业办主任", "示范区产业部副主任")])
    assert personnel.routing == {}
    assert routing.required(personnel) == {entry["kind"] for entry in kind_of("personnel").checklist}
    assert routing.rule_set_of(personnel).code == "personnel"


def asked(task: CaseTask) -> User:
    """Somebody who may do the task."""
    user = roles.holders(*task.candidate_groups).first()
    assert user is not None
    return user


def to_the_end(hand: Hand, item: Item, way: str) -> None:
    """Try to bring the item's flow to its end without any vote."""
    admin, case = hand.cast.admin, item.case
    assert case is not None
    if way == "jump":
        case_jump(actor=admin, case_id=case.pk, to="execute", reason="直接执行。")
    elif way == "variables":
        variables_set(actor=admin, case_id=case.pk, variables={"outcome": "passed"}, reason="修正。")
        case_jump(actor=admin, case_id=case.pk, to="done", reason="办结。")
    else:
        # Somebody who could send the result's message, and sign off every task that opens, by program.
        for task in CaseTask.objects.filter(process=case, form="decisions.table", finished=None):
            task_complete(actor=hand.cast.town_secretary, task_id=task.pk)
        case_message(
            actor=None, case_id=case.pk, name="result_announced", variables={"outcome": "passed", "result": "passed"}
        )
        for _step in range(8):
            for task in CaseTask.objects.filter(process=case, finished=None).exclude(form=""):
                task_complete(actor=asked(task), task_id=task.pk)


@pytest.mark.parametrize("way", ["jump", "variables", "message"])
def test_r2_over_the_limit_no_way_of_moving_a_flow_completes_an_item_without_a_vote(hand: Hand, way: str) -> None:
    item = hand.reviewed(amount="280")
    item = Item.objects.get(pk=item.pk)
    with pytest.raises(ApplicationError) as refusal:
        to_the_end(hand, item, way)
    assert refusal.value.code == {"message": "no_vote"}.get(way, "not_deliberated")
    item.refresh_from_db()
    assert item.status == Item.Status.RUNNING


def test_r2_the_end_itself_refuses_whatever_led_there(hand: Hand) -> None:
    from decisions.handlers import close_item

    item = Item.objects.select_related("case").get(pk=hand.reviewed(amount="280").pk)
    assert item.case is not None
    with pytest.raises(ApplicationError) as refusal:
        close_item(item.case)
    assert refusal.value.code == "no_vote"
    small = Item.objects.select_related("case").get(pk=hand.reviewed(amount="20").pk)
    assert small.case is not None
    close_item(small.case)
    small.refresh_from_db()
    assert small.status == Item.Status.CLOSED


def test_r2_a_vote_before_the_last_submission_does_not_count(hand: Hand, cast: Any) -> None:
    from decisions.handlers import close_item

    item = hand.prepared(hand.reviewed(amount="280"))
    room = Room(cast, {})
    entry = room.open(item)
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    room.decide(entry, "f" * 9, "f" * 7)
    item = Item.objects.select_related("case").get(pk=item.pk)
    assert item.case is not None
    later = dict(item.routing, at=(clock.now()).isoformat())
    Item.objects.filter(pk=item.pk).update(routing=later)
    with pytest.raises(ApplicationError):
        close_item(item.case)
    Item.objects.filter(pk=item.pk).update(routing=item.routing)
    close_item(item.case)
    item.refresh_from_db()
    assert item.status == Item.Status.CLOSED


def test_the_shipped_table_is_published_with_the_example(hand: Hand) -> None:
    assert Definition.objects.filter(key="matter_routes", kind="decision").exists()
    assert kind_of("funds").decision == "route_of_funds"

"""Every flow that ships is rehearsed from its start to its end, with votes counted by the house's own rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from decisions import shipped
from permissions.errors import Invalid
from tests.cast import Cast
from tests.workflows.diagrams import SECRETARY_THEN_CHAIR, chain, diagram, task
from workflows import actions, rehearsal
from workflows.models import DefinitionVersion, FlowTest
from workflows.playing.versions import flow_of, house_of, tried
from workflows.rehearsal import Act, Kind, Played, Votes

pytestmark = pytest.mark.django_db

BEGINS = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
#: What whoever does a step answers, where the ways after it ask; the first time round and ever after.
ANSWERS = {"town_confirmed": True, "zone_confirmed": True, "legal_ok": True, "route": "up", "ruling": "for"}
PASSED = {"town": Votes(6, 2, 0, 1), "zone": Votes(5, 0, 1, 1)}
VOTES = {
    "passed": PASSED,
    "split": {"town": Votes(6, 2, 0, 1), "zone": Votes(3, 4, 0, 0)},
    "rejected": {"town": Votes(4, 5, 0, 0), "zone": Votes(3, 4, 0, 0)},
    "deferred": {"town": Votes(2, 0, 0, 7), "zone": Votes(7, 0, 0, 0)},
}


@pytest.fixture
def house(cast: Cast) -> Cast:
    shipped.load()
    return cast


def newest(key: str) -> DefinitionVersion:
    return DefinitionVersion.objects.select_related("definition").get(definition__key=key, status="published")


def rehearse(version: DefinitionVersion, rule: str, first: dict[str, Votes]) -> tuple[list[Act], Played]:
    """Do whatever waits, whoever is asked, until the flow is at its end: at the first sitting the votes `first`, then `PASSED`."""
    flow = flow_of(version)
    assert flow is not None
    acts, votes = [Act(Kind.START, variables={"proposer": "town.office", "subject": "item:1"})], first
    while True:
        played = rehearsal.play(flow, acts, BEGINS, house_of(version))
        assert played.refused is None
        assert len(acts) < 60
        if played.last.ended:
            return acts, played
        waiting = played.last.open[0]
        if waiting.opened.kind == "message":
            acts.append(Act(Kind.COMPLETE, waiting.node, votes=votes, rule=rule))
            votes = PASSED
        else:
            by = waiting.who[0] if waiting.who else ""
            acts.append(Act(Kind.COMPLETE, waiting.node, by=by, variables=ANSWERS))


@pytest.mark.parametrize("key", sorted(shipped.FLOWS))
def test_every_flow_that_ships_is_rehearsed_to_its_end_whatever_the_vote(house: Cast, key: str) -> None:
    version = newest(key)
    rule = "personnel" if key == "joint_personnel" else "ordinary"
    for outcome, votes in VOTES.items():
        acts, played = rehearse(version, rule, votes)
        announced = next(stage for stage in played.stages if stage.counted)
        assert announced.variables["outcome"] == outcome
        assert len(announced.counted[0].sentences) == 3, "a sentence for each body, and the joint outcome"
        if "sign_town" in {act.node for act in acts}:
            assert {"sign_town", "sign_zone"} <= {act.node for act in acts}
        else:
            assert (key, outcome) in {("joint_ratification", "split"), ("joint_ratification", "rejected")}
        actions.flow_test_record(actor=house.designer, version_id=version.pk, name=outcome, begins=BEGINS, acts=acts)
    assert [one.test.name for one in tried(version) if one.verdict.passed] == sorted(VOTES)


def test_a_recorded_vote_is_counted_again_by_the_rules_in_force(house: Cast) -> None:
    from decisions.models import RuleSet

    version = newest("joint_ratification")
    acts, _played = rehearse(version, "ordinary", PASSED)
    actions.flow_test_record(actor=house.designer, version_id=version.pk, name="追认", begins=BEGINS, acts=acts)
    stricter = RuleSet.objects.get(code="ordinary", number=1)
    numbers = {**stricter.numbers, "bodies": {**stricter.numbers["bodies"]}}
    numbers["bodies"]["town"] = {**numbers["bodies"]["town"], "passing": [3, 4, False]}
    RuleSet.objects.create(code="ordinary", number=2, name="从严", numbers=numbers)
    (found,) = tried(version)
    assert (found.verdict.at, found.verdict.what) == (2, "open"), (
        "6 of 9 are not three quarters: it is not ratified any more"
    )


def test_the_page_counts_votes_shows_the_sentences_and_says_what_is_missing(
    house: Cast, client_of: Callable[..., Client]
) -> None:
    version = newest("joint_ratification")
    client, address = client_of(house.designer), reverse("flow_rehearse", args=[version.pk])

    def post(do: str, **given: object) -> object:
        nonlocal page
        page = client.post(address, {"play": page.context["play"], "do": do, **given})
        return page

    page = client.get(address)
    post("start:start")
    post(f"complete:{page.context['cards'][0].id}")
    (card,) = page.context["cards"]
    assert [(body.code, [one.initial for one in fields]) for body, fields in card.form.votes] == [
        ("town", [9, 0, 0, 0]),
        ("zone", [7, 0, 0, 0]),
    ]
    given = {f"t{card.id}-votes-town-in_favour": 5, f"t{card.id}-votes-town-absent": 4, f"t{card.id}-rule": "ordinary"}
    empty = client.post(address, {"play": page.context["play"], "do": f"vote:{card.id}", **given})
    assert (empty.status_code, "请填写示范区党组的票数。" in empty.text) == (422, True)
    post(f"vote:{card.id}", **given, **{f"t{card.id}-votes-zone-in_favour": 3, f"t{card.id}-votes-zone-against": 4})
    assert page.status_code == 200
    assert page.context["history"][-1]["what"] == "“联席会议追认”表决"
    assert page.context["history"][-1]["came"] == [
        "洪林镇党委：赞成 5 / 应到 9，须超过半数即 5 票，通过。",
        "示范区党组：赞成 3 / 应到 7，须超过半数即 4 票，差 1 票，未通过。",
        "联合结果：有分歧",
    ]
    assert [one.name for one in page.context["cards"]] == ["写明未获追认的处理"]


def test_the_page_plays_a_called_flow_inside_and_keeps_an_act_that_must_be_refused(
    cast: Cast, client_of: Callable[..., Client]
) -> None:
    small = actions.definition_save(actor=cast.designer, key="small", name="小流程", xml=SECRETARY_THEN_CHAIR)
    calling = diagram(
        '<bpmn:startEvent id="start"/><bpmn:callActivity id="call" name="逐级审批"><bpmn:extensionElements>'
        '<zeebe:calledElement processId="small" propagateAllChildVariables="true"/></bpmn:extensionElements></bpmn:callActivity>'
        + task("sign", groups="town:chair")
        + '<bpmn:endEvent id="end"/>'
        + chain("start", "call", "sign", "end"),
        "calling",
    )
    version = actions.definition_save(actor=cast.designer, key="calling", name="调用", xml=calling)
    client, address = client_of(cast.designer), reverse("flow_rehearse", args=[version.pk])
    page = client.post(address, {"play": client.get(address).context["play"], "do": "start:start"})
    call = page.context["cards"][0].id
    unknown = client.post(address, {"play": page.context["play"], "do": f"enter:{call}"})
    assert (unknown.status_code, "没有可用的版本" in unknown.text) == (422, True)
    actions.definition_publish(actor=cast.designer, version_id=small.pk)
    page = client.post(address, {"play": page.context["play"], "do": f"enter:{call}"})
    (card,) = page.context["cards"]
    assert (card.name, card.waiting.node) == ("逐级审批 › 秘书核对", "call/check")
    assert "小流程 第 1 版" in page.text
    wrong = client.post(
        address, {"play": page.context["play"], "do": f"complete:{card.id}", f"t{card.id}-by": "town:chair"}
    )
    assert wrong.status_code == 422
    page = client.post(address, {"play": wrong.context["must_fail"]})
    assert page.context["history"][-1]["led"].startswith("应当拒绝：“逐级审批 › 秘书核对”由")
    (card,) = page.context["cards"]
    given = {f"t{card.id}-more": "amount = 12", f"t{card.id}-by": "town.secretary"}
    page = client.post(address, {"play": page.context["play"], "do": f"complete:{card.id}", **given})
    assert [where for _path, where, _rows in page.context["variables"]] == ["", "逐级审批"]
    page = client.post(address, {"play": page.context["play"], "do": f"complete:{page.context['cards'][0].id}"})
    assert page.context["variables"] == [("", "", [("amount", "12")])]
    assert [one.waiting.node for one in page.context["cards"]] == ["sign"]
    kept = client.post(address, {"play": page.context["play"], "do": "record:", "record-name": "里外都办"}, follow=True)
    assert "5 步都和录制时一样" in kept.text
    loose = SECRETARY_THEN_CHAIR.replace(
        b'candidateGroups="town:secretary"', b'candidateGroups="town:secretary, town:chair"'
    )
    other = actions.definition_save(actor=cast.designer, key="small", name="小流程", xml=loose)
    actions.definition_publish(actor=cast.designer, version_id=other.pk)
    with pytest.raises(Invalid) as refusal:
        actions.definition_publish(actor=cast.designer, version_id=version.pk)
    assert refusal.value.data["problems"][0]["step"] == 2
    assert "“逐级审批 › 秘书核对”" in refusal.value.message
    assert FlowTest.objects.get().acts[2]["refused"] == "not_asked"

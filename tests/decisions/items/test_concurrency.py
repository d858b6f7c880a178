"""Two clicks, two secretaries, two writers at the same instant, on real PostgreSQL: thirty rounds, thirty must hold."""

import threading
from collections.abc import Callable
from functools import partial
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone

from decisions.actions.items import (
    item_confirm,
    item_draft_save,
    item_submit,
    material_add,
    material_remove,
    opinion_add,
    plan_save,
)
from decisions.actions.sittings import entry_add, sitting_create
from decisions.models import AgendaEntry, Item, Material, Opinion, Plan
from permissions import audit
from permissions.errors import Conflict, WrongState
from tests.cast import build
from tests.decisions.items.conftest import Hand, configure, waits_for
from workflows.models import Case, CaseTask

ROUNDS = 30
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def hand(transactional_db: None) -> Hand:
    """As everywhere, committed for real, so that threads see it."""
    cast = build()
    configure()
    return Hand(cast)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do all of this at the same instant, each in a thread with a connection of its own: results, or the refusals met."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            barrier.wait(30)
            outcomes[place] = act()
        except Exception as error:  # noqa: BLE001  the test looks at it
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def test_one_form_posted_twice_at_once_is_one_item(hand: Hand) -> None:
    for _round in range(ROUNDS):
        save = partial(item_draft_save, actor=hand.proposer, data=hand.data(), form_token=uuid4())
        first, second = at_once(save, save)
        assert isinstance(first, Item), first
        assert isinstance(second, Item), second
        assert first.pk == second.pk
    assert Item.objects.count() == ROUNDS


def test_submissions_at_once_are_numbered_without_gap_or_double(hand: Hand) -> None:
    for _round in range(ROUNDS // 6):
        drafts = [hand.draft() for _count in range(6)]
        outcomes = at_once(*(partial(item_submit, actor=hand.proposer, item_id=draft.pk) for draft in drafts))
        assert all(isinstance(outcome, Item) for outcome in outcomes), outcomes
    serials = sorted(Item.objects.values_list("serial", flat=True))
    assert serials == list(range(1, ROUNDS + 1))


def test_one_item_submitted_twice_at_once_starts_one_flow(hand: Hand) -> None:
    for _round in range(ROUNDS):
        item = hand.draft()
        submit = partial(item_submit, actor=hand.proposer, item_id=item.pk)
        outcomes = at_once(submit, submit)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Item", "WrongState"], outcomes
        assert Case.objects.filter(subject=item.subject).count() == 1
    assert Item.objects.filter(serial__isnull=False).count() == ROUNDS


def test_both_secretaries_at_once_open_planning_exactly_once(hand: Hand) -> None:
    for _round in range(ROUNDS):
        item = hand.submitted()
        outcomes = at_once(
            *(
                partial(item_confirm, actor=hand.cast[f"{body}.secretary"], item_id=item.pk, body=body, confirmed=True)
                for body in ("town", "zone")
            )
        )
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
        assert CaseTask.objects.filter(process__subject=item.subject, node="plan").count() == 1
        assert waits_for(item) == {"plan"}
    assert list(audit.verify()) == []


def test_one_confirmation_clicked_twice_at_once_counts_once(hand: Hand) -> None:
    for _round in range(ROUNDS):
        item = hand.submitted()
        confirm = partial(item_confirm, actor=hand.cast.town_secretary, item_id=item.pk, body="town", confirmed=True)
        outcomes = at_once(confirm, confirm)
        assert sum(isinstance(outcome, WrongState) for outcome in outcomes) == 1, outcomes
        assert item.confirmations.count() == 1


def test_of_two_writers_at_once_one_saves_and_the_other_keeps_the_words(hand: Hand) -> None:
    item = hand.confirmed()
    hand.write(item)
    for number in range(1, ROUNDS + 1):
        saves = [
            partial(
                plan_save,
                actor=who,
                item_id=item.pk,
                clauses=[{"title": "租期", "body": f"{who.username} {number}"}],
                base_version=number,
            )
            for who in (hand.cast.town_proposer, hand.cast.zone_proposer)
        ]
        outcomes = at_once(*saves)
        refused = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
        assert len(refused) == 1, outcomes
        assert refused[0].data["mine"] != refused[0].data["theirs"]
        assert Plan.objects.get().version == number + 1


def test_an_opinion_or_a_file_sent_twice_at_once_is_one(hand: Hand) -> None:
    item = hand.planned()
    for number in range(ROUNDS):
        speak = partial(opinion_add, actor=hand.cast.town_member, item_id=item.pk, text=f"第 {number} 条")
        upload = partial(
            material_add,
            actor=hand.proposer,
            item_id=item.pk,
            kind="risk",
            name="风险.pdf",
            content=b"%PDF-1.4 " + str(number).encode(),
        )
        outcomes = at_once(speak, speak, upload, upload)
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
    assert Opinion.objects.count() == ROUNDS
    assert Material.objects.count() == ROUNDS


def test_no_material_is_taken_off_while_the_item_goes_on_an_agenda(hand: Hand) -> None:
    secretary = hand.cast.town_secretary
    meeting = sitting_create(
        actor=secretary, at=timezone.now(), place="三楼会议室", host_id=hand.cast.seat("town.chair").pk
    )
    for _round in range(ROUNDS):
        # A sum within the limit: the plan and the cost estimate are all it needs.
        item = hand.reviewed(matter_type="funds", amount="20")
        paper = hand.upload(item, kind="budget")
        outcomes = at_once(
            partial(entry_add, actor=secretary, sitting_id=meeting.pk, item_id=item.pk),
            partial(material_remove, actor=secretary, item_id=item.pk, material_id=paper.pk),
        )
        assert sum(isinstance(outcome, WrongState) for outcome in outcomes) == 1, outcomes
        assert AgendaEntry.objects.filter(item=item).exists() is (Material.objects.get(pk=paper.pk).removed_at is None)

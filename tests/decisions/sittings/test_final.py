"""N11: what is over is over. The database refuses to change closed sittings, announced entries, signed minutes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, InternalError, connection, transaction

from decisions.actions import sittings as act
from decisions.models import (
    Attendance,
    Ballot,
    Item,
    Minutes,
    Motion,
    Plan,
    Recusal,
    SignOff,
    Sitting,
    Statement,
)
from tests.decisions.sittings.conftest import Room
from workflows import clock

REFUSED = (IntegrityError, InternalError)


@pytest.mark.django_db
def test_n11_every_version_of_every_app_is_written_once() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event_object_table, event_manipulation FROM information_schema.triggers"
            " WHERE action_statement ~ '_(immutable|append_only)' AND action_condition IS NULL"
        )
        known = set(cursor.fetchall())
    versions = [model._meta.db_table for model in apps.get_models() if hasattr(model, "history_object")]
    assert len(versions) > 20
    assert [name for name in versions if not {(name, "UPDATE"), (name, "DELETE")} <= known] == []


def refuses(change: Callable[[], Any]) -> bool:
    try:
        with transaction.atomic():
            change()
    except REFUSED:
        return True
    return False


def test_n11_a_version_is_neither_rewritten_nor_removed(room: Room) -> None:
    item = room.item()
    act.sitting_create(
        actor=room.cast.town_secretary, at=clock.now(), place="会议室", host_id=room.cast.seat("zone.chair").pk
    )
    versions = Plan.history.filter(item_id=item.pk)
    assert versions.exists()
    assert refuses(lambda: versions.update(history_change_reason="改写"))
    assert refuses(lambda: versions.all().delete())
    assert refuses(lambda: Item.objects.filter(pk=item.pk).delete())


def test_n11_an_announced_entry_gains_and_changes_nothing(room: Room) -> None:
    entry = room.decided()
    motion = entry.motions.get()
    seat = room.seat("town.arms")
    for change in (
        lambda: Motion.objects.filter(pk=motion.pk).update(outcome="rejected"),
        lambda: Motion.objects.create(entry=entry, order=9, text="另一项"),
        lambda: Statement.objects.create(
            entry=entry, seat=seat, order=99, words="补一句", recorded_by=seat.user, at=clock.now()
        ),
        lambda: Recusal.objects.create(entry=entry, seat=seat, reason="补报", declared_by=seat.user, at=clock.now()),
        lambda: Ballot.objects.filter(entry=entry).update(due=1),
    ):
        assert refuses(change)


def test_n11_a_closed_sitting_stays_closed_with_those_who_were_there(room: Room) -> None:
    entry = room.decided()
    sitting = Sitting.objects.filter(pk=entry.sitting_id)
    assert refuses(lambda: sitting.update(serial=99)), "its number never changes"
    act.sitting_close(actor=room.cast.town_secretary, sitting_id=entry.sitting_id)
    assert refuses(lambda: sitting.update(status="open"))
    assert refuses(lambda: Attendance.objects.filter(seat__sitting=entry.sitting_id).update(reason="公务"))
    other = room.item("另一件议题")
    assert refuses(lambda: entry.sitting.entries.create(item=other, order=9, added_by=room.cast.town_secretary))


def test_n11_signed_minutes_change_only_after_their_signatures_are_void(room: Room) -> None:
    entry = room.decided()
    minutes = Minutes.objects.get(entry=entry)
    room.check(minutes)
    rewrite = lambda: Minutes.objects.filter(pk=minutes.pk).update(text="改写")  # noqa: E731
    assert refuses(rewrite), "checked"
    for who in (room.cast.town_chair, room.cast.zone_chair):
        act.minutes_sign(actor=who, minutes_id=minutes.pk, document_hash=minutes.document_hash)
    assert refuses(rewrite), "signed"
    given = SignOff.objects.filter(minutes=minutes)
    assert refuses(lambda: given.update(voided_at=clock.now())), "signed by all: no signature is taken back"
    assert refuses(lambda: given.filter(body=room.cast.town).update(voided_at=clock.now()))

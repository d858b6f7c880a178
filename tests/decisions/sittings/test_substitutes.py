"""Who stands in for a secretary does the desk's work in a sitting, and nobody's vote (R22)."""

import pytest

from decisions.actions import sittings as act
from permissions.errors import ApplicationError
from tests.decisions.items.test_substitutions import again, give
from tests.decisions.sittings.conftest import Room


def test_r22_a_ballot_is_closed_to_who_stands_in_for_its_secretary(room: Room) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    ballot = room.ballots(entry)["town"]
    give(room.cast)
    stand_in = again(room.cast.legal)
    for voter in (stand_in, again(room.cast.town_secretary)):
        with pytest.raises(ApplicationError):
            act.vote_cast(actor=voter, ballot_id=ballot.pk, seat_id=room.seat("town.congress").pk, choice="for")
    assert not ballot.votes.exists()

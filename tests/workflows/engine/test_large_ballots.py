"""A committee of a thousand: what is written at each vote stays small, and means the same as if it were written whole."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.workflows.engine.build import Play
from workflows import feel
from workflows.engine import Marking

BALLOT = """
    start begin -> vote
    user vote each=seat:seats results=votes:choice assignee=seat -> done
    end done
"""


def seats(number: int) -> list[str]:
    return [f"member {nth} of the committee" for nth in range(number)]


def size(case: Play) -> int:
    return len(json.dumps(case.marking.to_json()))


def test_the_marking_of_a_thousand_is_hardly_larger_than_that_of_sixty() -> None:
    few, many = (Play(BALLOT, seats=seats(number)).start() for number in (60, 1000))
    for case in (few, many):
        for choice in ("for", "against", "for", None):
            case.complete("vote", choice=choice)
    assert size(many) < 1500
    assert size(many) - size(few) < 940 * 1.5, "a character and a quarter for each member"


def test_each_member_of_a_large_ballot_has_the_seat_it_began_with_whatever_becomes_of_the_list() -> None:
    people = seats(40)
    case = Play(BALLOT, seats=people).start()
    case.complete("vote", choice="for")
    assert isinstance(case.marking.scopes[3].multi.items, str)  # type: ignore[union-attr]
    case.set(seats=["somebody else"])
    assert case.marking.scopes[3].multi.items == people  # type: ignore[union-attr]
    seen = {nth: case.marking.scopes[3].multi.items[nth] for nth in range(40)}  # type: ignore[union-attr, index]
    assert seen == dict(enumerate(people))
    while not case.ended:
        case.complete("vote", choice="against")
    assert case.step.variables["votes"] == ["for"] + ["against"] * 39


def test_members_can_be_added_to_a_large_ballot() -> None:
    case = Play(BALLOT, seats=seats(20)).start().add("vote", "newcomer")
    assert case.opened.assignee == "newcomer"
    for _vote in range(21):
        case.complete("vote", choice="for")
    assert case.ended
    assert case.step.variables["votes"] == ["for"] * 21
    assert case.step.variables["seats"] == seats(20)


@pytest.mark.parametrize(
    "choices",
    [
        ["for", None, "against"],
        [1, True, 1.5, 0, False],
        [{"choice": "for", "why": "it is needed"}, ["a", "list"]],
        [f"reason {nth}" for nth in range(100)],
        [],
    ],
    ids=["few", "numbers and truths", "records", "all different", "none"],
)
def test_the_results_of_a_large_ballot_come_back_as_they_were(choices: list[Any]) -> None:
    case = Play(BALLOT, seats=seats(120)).start()
    for choice in choices:
        case.complete("vote", choice=choice)
    kept = case.marking.scopes[3].multi
    again = Marking.from_json(json.loads(json.dumps(case.marking.to_json()))).scopes[3].multi
    assert kept is not None
    assert again == kept
    assert [type(value) for value in again.results or ()] == [type(value) for value in kept.results or ()]


def test_kept_variables_are_read_when_asked_for_and_go_back_as_they_came() -> None:
    data = {
        "amount": {"@number": "1234567890.123456789"},
        "day": {"@": "2026-03-01"},
        "seats": ["a", {"@": "2026-03-02"}],
    }
    kept = feel.Kept(data)
    assert dict(kept) == feel.from_json(data)
    assert kept.item("seats", 1) == feel.from_json({"@": "2026-03-02"})
    twin = kept.copy()
    twin["amount"], twin["new"] = 5, None
    assert (kept.json(), list(twin), len(twin)) == (data, ["amount", "day", "seats", "new"], 4)
    assert feel.to_json(twin) == {**data, "amount": 5, "new": None}
    del twin["day"], twin["new"]
    assert feel.to_json(twin) == {"amount": 5, "seats": data["seats"]}
    with pytest.raises(KeyError):
        del twin["day"]


@pytest.mark.parametrize("values", [{"@": "a name that looks like a mark"}, {"@number": 3}, {}])
def test_a_single_variable_with_a_marks_name_is_kept_too(values: dict[str, Any]) -> None:
    kept = feel.Kept(feel.to_json(values))
    assert dict(kept) == feel.from_json(feel.to_json(values))
    assert feel.to_json(kept) == feel.to_json(values)

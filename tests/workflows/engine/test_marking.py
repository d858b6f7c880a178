"""The marking: frozen, small, and the same after a trip through the database."""

from __future__ import annotations

import json

import pytest

from tests.workflows.engine.build import Play
from workflows import feel
from workflows.engine import Marking

LOOP = """
    start begin -> draft
    user draft -> fork
    and fork -> a, b
    user a -> join
    user b -> join
    boundary late on=b after=PT1H -> draft
    and join -> check
    xor check -> [ok] done, [else] draft
    end done
"""


def test_a_marking_before_the_start_is_an_empty_mapping() -> None:
    assert Marking.from_json({}) == Marking()


def test_a_marking_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="frozen"):
        Marking().next_id = 2


def test_a_marking_does_not_grow_with_the_age_of_its_case() -> None:
    case = Play(LOOP).start()
    sizes = []
    for _ in range(50):
        case.complete("draft").complete("a")
        sizes.append(len(json.dumps(case.marking.to_json())))
        case.complete("b", ok=False)
    assert max(sizes) - sizes[0] < 15, "only the ids may get longer"


def test_what_a_step_answers_with_is_plain_json() -> None:
    case = Play(LOOP).start().complete("draft").complete("a")
    text = json.dumps(case.marking.to_json())
    assert json.loads(text) == case.marking.to_json()
    assert Marking.from_json(json.loads(text)) == case.marking


@pytest.mark.parametrize(
    "value",
    ['date("2026-01-05")', 'duration("P1DT2H")', "0.1+0.2", '"2026-01-05"', "[1,null,{a:true}]", 'time("09:00:00")'],
)
def test_locals_keep_their_kind_through_the_database(value: str) -> None:
    case = Play(f"""
        start begin -> work
        sub work in=kept:{value} out=same:kept={value} -> done
            start s -> a
            user a -> e
            end e
        end done
    """).start()
    assert case.complete("a").variables == {"same": True}


def test_the_collection_keeps_its_values_through_the_database() -> None:
    days = [feel.evaluate(f'date("2026-01-0{day}")', {}) for day in (5, 6)]
    case = Play(
        """
        start begin -> visit
        user visit each_in_turn=day:days results=visits:string(day)+answer due=day -> done
        end done
        """,
        days=days,
    ).start()
    case.complete("visit", answer="!").complete("visit", answer="?")
    assert case.variables["visits"] == ["2026-01-05!", "2026-01-06?"]

"""The marking: frozen, small, and the same after a trip through the database."""

from __future__ import annotations

import json

import pytest

from tests.workflows.engine.build import MONDAY, Play
from workflows import feel
from workflows.engine import Complete, Marking, MessageArrived, TimerFired, advance

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


def test_a_marking_of_an_earlier_version_goes_on() -> None:
    """Stored when event sub-processes, compensation and conditions were unknown."""
    old = {
        "next": 15,
        "names": ["ask", "hear", "t", "remind", "u", "process", "late"],
        "tokens": [
            [2, 0, 1, 0, None, 0, 0, {"x": 1}, [12]],
            [4, 1, 1, 2, None, 5],
            [6, 1, 5, 2, None, 7, 1, {"loopCounter": 1}],
            [8, 1, 5, 2, None, 9, 2, {"loopCounter": 2}],
            [11, 2, 9],
            [13, 3, 1],
            [14, 4, 7],
        ],
        "scopes": [[1, 5], [5, 1, 1, 4, [2, 2]], [7, 1, 5, 6], [9, 1, 5, 8]],
        "timers": [[12, 6, 2, "2026-01-05T11:00:00+00:00", "PT1H", 1]],
    }
    play = Play("""
        start begin -> split
        and split -> ask, hear
        user ask in=x:1 -> join
        boundary late beside=ask every=R3/PT1H -> remind
        user remind -> over
        end over
        sub hear times=2 -> join
            start s -> t
            receive t message=word -> u
            user u -> e
            end e
        and join -> vote
        user vote times=3 results=votes:yes -> done
        end done
    """)
    marking = Marking.from_json(old)
    assert marking.to_json() == old
    for event in (TimerFired(12), MessageArrived("word"), Complete(2), Complete(13), Complete(14)):
        marking = advance(play.graph, marking, event, now=MONDAY, variables={}).marking
    assert sorted(node for _, node in marking.open_tokens()) == ["remind", "u"]
    for node in ("remind", "u", "vote", "vote", "vote"):
        token = next(token for token, at in marking.open_tokens() if at == node)
        marking = advance(play.graph, marking, Complete(token, {"yes": True}), now=MONDAY, variables={}).marking
    assert marking.ended


def test_a_crowd_of_an_earlier_version_goes_on() -> None:
    old = {
        "next": 7,
        "names": ["v", "process"],
        "tokens": [[2, 0, 1, 2, None, 3]],
        "scopes": [[1, 1], [3, 0, 1, 2, [3, 3, 1, None, [True, None, None], 4, "6"]]],
    }
    play = Play("start s -> v\nuser v times=3 results=votes:yes -> e\nend e")
    marking = Marking.from_json(old)
    assert marking.to_json() == old
    for token in (5, 6):
        step = advance(play.graph, marking, Complete(token, {"yes": False}), now=MONDAY, variables={})
        marking = step.marking
    assert (step.ended, step.variables) == (True, {"votes": [True, False, False]})

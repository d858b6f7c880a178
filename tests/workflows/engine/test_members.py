"""加签, 减签: people add members to what runs, and take some out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.workflows.engine.build import Play
from workflows.engine import EngineError

QUORUM = """
    start begin -> vote
    user vote each=m:people assignee=m until=nrOfCompletedInstances/nrOfInstances>=0.6 results=votes:v -> file
    user file -> done
    end done
"""
IN_TURN = QUORUM.replace("each=", "each_in_turn=").replace("until=nrOfCompletedInstances/nrOfInstances>=0.6", "")
ALL = QUORUM.replace("until=nrOfCompletedInstances/nrOfInstances>=0.6", "")
ONE = """
    start begin -> sign
    user sign candidate_groups="g" -> file
    boundary late on=sign after=PT1H -> other
    user other -> done
    user file -> done
    end done
"""


def who(play: Play) -> list[str]:
    return sorted(opened.assignee or "" for opened in play.open.values())


def complete(play: Play, person: str, **values: Any) -> Play:
    node = next(opened.node for opened in play.open.values() if opened.assignee == person)
    token = next(token for token, opened in play.open.items() if opened.assignee == person)
    from workflows.engine import Complete

    assert node
    return play.send(Complete(token, values))


def counted(play: Play) -> Mapping[str, int]:
    (multi,) = (scope.multi for scope in play.marking.scopes.values() if scope.multi is not None)
    return {"all": multi.size, "active": multi.active, "done": multi.done}


def test_one_more_member_raises_what_is_needed() -> None:
    play = Play(QUORUM, people=["甲", "乙", "丙", "丁", "戊"]).start().add("vote", "己")
    assert counted(play) == {"all": 6, "active": 6, "done": 0}
    for _ in range(3):
        play.complete("vote", v=1)
    assert "vote" in play.at, "three of six are too few, three of five would do"
    assert play.complete("vote", v=1).at == ["file"]


def test_the_results_of_added_and_removed_members_stand_in_their_places() -> None:
    play = Play(ALL, people=["甲", "乙", "丙"]).start().add("vote", "丁")
    complete(play, "丙", v=3)
    play.remove("vote", 1)
    assert who(play) == ["丁", "甲"]
    complete(play, "丁", v=4)
    complete(play, "甲", v=1)
    assert play.variables["votes"] == [1, 3, 4]


def test_removing_one_may_be_enough_for_the_others() -> None:
    play = Play(QUORUM, people=["甲", "乙", "丙", "丁"]).start().complete("vote", v=1).complete("vote", v=1)
    assert play.remove("vote").at == ["file"]
    last = Play(ALL, people=["甲", "乙"]).start().complete("vote", v=1)
    assert last.remove("vote").at == ["file"]
    assert last.variables["votes"] == [1]


def test_the_last_member_cannot_be_removed() -> None:
    play = Play(ALL, people=["甲", "乙"]).start().remove("vote")
    with pytest.raises(EngineError, match="last_instance"):
        play.remove("vote")


def test_before_the_present_one_waits_for_the_new_ones_in_turn() -> None:
    play = Play(ALL, people=["甲", "乙"]).start().add("vote", "丙", "丁", where="before", by="甲")
    assert who(play) == ["丙", "乙"]
    assert counted(play) == {"all": 4, "active": 2, "done": 0}
    assert who(complete(play, "丙", v=3)) == ["丁", "乙"]
    assert who(complete(play, "丁", v=4)) == ["乙", "甲"]
    complete(play, "甲", v=1)
    complete(play, "乙", v=2)
    assert play.at == ["file"]
    assert play.variables["votes"] == [1, 2, 3, 4]


def test_after_the_present_one_the_new_ones_follow_in_turn() -> None:
    play = Play(ALL, people=["甲", "乙"]).start().add("vote", "丙", "丁", where="after")
    assert who(play) == ["乙", "甲"]
    complete(play, "甲")
    assert who(play) == ["丙", "乙"]
    complete(play, "丙")
    complete(play, "乙")
    assert who(play) == ["丁"]
    assert complete(play, "丁").at == ["file"]


def test_added_after_twice_the_later_one_comes_first() -> None:
    play = Play(ALL, people=["甲"]).start().add("vote", "乙", where="after").add("vote", "丙", where="after")
    assert who(complete(play, "甲")) == ["丙"]
    assert who(complete(play, "丙")) == ["乙"]


def test_removing_one_that_others_wait_for_lets_them_begin() -> None:
    play = Play(ALL, people=["甲"]).start().add("vote", "乙", where="before", by="甲")
    assert who(play) == ["乙"]
    assert who(play.remove("vote")) == ["甲"]
    assert complete(play, "甲").at == ["file"]


@pytest.mark.parametrize(
    ("where", "order"),
    [("before", ["丙", "甲", "乙"]), ("after", ["甲", "丙", "乙"]), ("parallel", ["甲", "乙", "丙"])],
)
def test_in_turn_the_new_one_has_its_place_in_the_line(where: str, order: list[str]) -> None:
    play = Play(IN_TURN, people=["甲", "乙"]).start().add("vote", "丙", where=where)
    counters = []
    for person in order:
        assert who(play) == [person]
        counters.append(next(iter(play.open.values())).locals["loopCounter"])
        complete(play, person, v=person)
    assert counters == [1, 2, 3]
    assert play.at == ["file"]
    assert play.variables["votes"] == order


def test_in_turn_who_comes_after_a_removed_one_takes_its_number() -> None:
    play = Play(IN_TURN, people=["甲", "乙"]).start().remove("vote")
    assert who(play) == ["乙"]
    assert play.opened.locals["loopCounter"] == 1
    assert complete(play, "乙", v=2).at == ["file"]
    assert play.variables["votes"] == [2]


def test_a_task_of_one_person_becomes_one_of_several() -> None:
    play = Play(ONE).start().add("sign", "丙")
    assert play.at == ["sign", "sign"]
    assert play.step.cancelled == (), "the task that was there stays as it is"
    assert play.opened.assignee == "丙"
    assert play.opened.candidate_groups == ()
    assert complete(play, "丙").at == ["sign"]
    assert play.complete("sign").at == ["file"]
    assert play.timers == {}


def test_its_deadline_is_for_all_of_them() -> None:
    play = Play(ONE).start().add("sign", "丙").pass_time(hours=1)
    assert play.at == ["other"]


def test_added_before_a_task_of_one_person_it_comes_back_to_that_person() -> None:
    play = Play(ONE).start().add("sign", "丙", where="before", by="甲")
    assert who(play) == ["丙"]
    assert who(complete(play, "丙")) == ["甲"]
    assert complete(play, "甲").at == ["file"]


def test_added_after_a_task_of_one_person_it_goes_on_then() -> None:
    play = Play(ONE).start().add("sign", "丙", where="after").complete("sign")
    assert who(play) == ["丙"]
    assert complete(play, "丙").at == ["file"]


def test_a_signer_who_was_added_can_be_taken_out_again() -> None:
    play = Play(ONE).start().add("sign", "丙").remove("sign", 1)
    assert play.at == ["sign"]
    assert play.complete("sign").at == ["file"]


def test_what_was_sent_back_to_several_signers_comes_back_when_all_are_done() -> None:
    play = Play("""
        start begin -> a
        user a -> b
        user b -> c
        user c -> done
        end done
    """)
    play.start().complete("a").complete("b").send_back("c", "a", "resume").add("a", "丙")
    assert play.complete("a").at == ["a"]
    assert play.complete("a").at == ["c"]


def test_several_signers_sent_back_come_back_as_they_stood() -> None:
    play = Play("""
        start begin -> a
        user a -> b
        user b -> done
        end done
    """)
    play.start().complete("a").add("b", "丙", "丁")
    complete(play, "丙").send_back("b", "a", "resume", by="乙")
    assert play.at == ["a"]
    assert who(play.complete("a")) == ["丁", "乙"]
    assert complete(complete(play, "丁"), "乙").ended


def test_where_several_people_cannot_work_nobody_is_added() -> None:
    loop = Play("""
        start begin -> a
        user a again=more -> b
        user b -> c
        receive c message=m
    """).start()
    for act in (lambda: loop.add("a", "丙"), lambda: loop.remove("a")):
        with pytest.raises(EngineError, match="not_multi"):
            act()
    loop.complete("a", more=False)
    with pytest.raises(EngineError, match="not_multi"):
        loop.remove("b")
    with pytest.raises(EngineError, match="not_multi"):
        loop.complete("b").add("c", "丙")
    records = Play(ALL, people=[{"name": "甲"}]).start()
    with pytest.raises(EngineError, match="bad_element"):
        records.add("vote", "丙")

"""What other engines are known to get wrong, each by its name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.workflows.engine.build import Play
from workflows.engine import EngineError

Act = Callable[[Play], Play]

# --- an inclusive join is looked at when a token dies, not only when one arrives ------------------------------------------

DEATHS = {
    "by a condition": ("user b -> way\nxor way -> [come] join, [else] gone\nend gone", lambda case: case.complete("b")),
    "by a deadline": (
        "user b -> join\nboundary late on=b after=PT1H -> gone\nend gone",
        lambda case: case.pass_time(hours=1),
    ),
    "by an error": (
        "service b -> join\nboundary bad on=b error=E -> gone\nend gone",
        lambda case: case.fail("b", "E"),
    ),
    "inside a sub-process that is broken off": (
        "sub b -> join\n    start s -> c\n    user c -> e\n    end e\nboundary off on=b message=off -> gone\nend gone",
        lambda case: case.message("off"),
    ),
    "at the event that lost": (
        "events b -> here, there\ncatch here message=here -> join\ncatch there message=there -> gone\nend gone",
        lambda case: case.message("there"),
    ),
}


@pytest.mark.parametrize(("branch", "die"), DEATHS.values(), ids=DEATHS.keys())
def test_an_inclusive_join_goes_on_when_the_token_it_waits_for_dies(branch: str, die: Act) -> None:
    case = Play(f"""
start begin -> fork
and fork -> a, b
user a -> join
{branch}
or join -> after
user after -> done
end done
""").start()
    case.complete("a")
    assert "after" not in case.at
    die(case)
    assert case.at == ["after"]
    assert case.complete("after").ended


def test_an_inclusive_join_goes_on_when_a_token_arrives_and_nobody_else_can() -> None:
    case = Play("""
        start begin -> fork
        or fork -> [a] one, [b] two, [c] three
        user one -> join
        user two -> join
        user three -> join
        or join -> after
        user after
    """)
    case.variables = {"a": True, "b": False, "c": True}
    case.start()
    assert case.complete("three").at == ["one"]
    assert case.complete("one").at == ["after"]


# --- what does not interrupt happens again ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "happen"),
    [
        ("message=m", lambda case: case.message("m")),
        ("signal=s", lambda case: case.signal("s")),
        ("every=R/PT1H", lambda case: case.pass_time(hours=1)),
        ("escalation=E", lambda case: case.escalate("a", "E")),
    ],
    ids=["message", "signal", "cycle", "escalation"],
)
def test_a_boundary_event_that_does_not_interrupt_happens_as_often_as_it_is_asked_to(event: str, happen: Act) -> None:
    case = Play(f"""
        start begin -> a
        user a -> done
        boundary again beside=a {event} -> b
        user b -> gone
        end gone
        end done
    """).start()
    for times in (1, 2, 3):
        happen(case)
        assert case.at == ["a", *["b"] * times]
    case.complete("b")
    assert not case.complete("a").ended  # the others go on
    assert case.complete("b").complete("b").ended


# --- two tokens on one path ---------------------------------------------------------------------------------------------


def test_two_tokens_on_one_path_are_two_pieces_of_work() -> None:
    case = Play("""
        start begin -> fork
        and fork -> a, b
        user a -> merge
        user b -> merge
        xor merge -> c
        user c -> d
        user d -> done
        end done
    """).start()
    case.complete("a").complete("b")
    assert case.at == ["c", "c"]
    assert case.complete("c").at == ["c", "d"]
    assert not case.complete("d").ended
    assert case.complete("c").complete("d").ended


def test_a_parallel_join_takes_one_token_from_each_flow_and_not_two_from_one() -> None:
    case = Play("""
        start begin -> fork
        and fork -> a, b, c
        user a -> merge
        user b -> merge
        xor merge -> join
        user c -> join
        and join -> after
        user after
    """).start()
    assert case.complete("a").complete("b").at == ["c"]
    assert case.complete("c").at == ["after"]


# --- an unbalanced fork, a branch that ends elsewhere -------------------------------------------------------------------


def test_a_fork_of_three_whose_join_takes_two_leaves_the_third_alone() -> None:
    case = Play("""
        start begin -> fork
        and fork -> a, b, c
        user a -> join
        user b -> join
        and join -> d
        user d -> done
        user c -> gone
        end gone
        end done
    """).start()
    assert case.complete("a").complete("b").at == ["c", "d"]
    assert not case.complete("d").ended
    assert case.complete("c").ended


def test_a_branch_that_ends_elsewhere_ends_nothing_but_itself() -> None:
    case = Play("""
        start begin -> part
        sub part -> after
            start s -> fork
            and fork -> a, b
            user a -> e1
            end e1
            user b -> e2
            end e2
        user after -> done
        end done
    """).start()
    assert case.complete("a").at == ["b"]
    assert case.complete("b").at == ["after"]


# --- an escalation is caught once, by the nearest -----------------------------------------------------------------------


def test_an_escalation_is_caught_once_by_the_nearest_of_three() -> None:
    case = Play("""
        start begin -> outer
        sub outer -> done
            start s -> middle
            sub middle -> e
                start q -> inner
                sub inner -> w
                    start i -> a
                    user a -> up
                    end up escalation=E
                end w
            boundary near beside=middle escalation=E -> noted
            user noted
            end e
        boundary far beside=outer escalation=E -> never
        user never
        event_sub root
            start heard escalation=E aside -> nobody
            user nobody
        end done
    """).start()
    case.complete("a")
    assert case.at == ["noted"]
    assert [note.kind for note in case.step.trace].count("caught") == 1


# --- an interrupting event sub-process of the process itself -----------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "happen"),
    [
        ("message=stop", lambda case: case.message("stop")),
        ("signal=stop", lambda case: case.signal("stop")),
        ("after=PT1H", lambda case: case.pass_time(hours=1)),
        ("when=stop", lambda case: case.set(stop=True)),
        ("error=E", lambda case: case.fail("b", "E")),
    ],
    ids=["message", "signal", "timer", "condition", "error"],
)
def test_an_interrupting_event_sub_process_of_the_process_takes_over_and_ends_the_case(event: str, happen: Act) -> None:
    case = Play(f"""
        start begin -> fork
        and fork -> a, part, many
        user a -> done
        boundary late beside=a every=R/P1D -> a
        sub part -> done
            start s -> b
            service b -> e
            end e
        user many times=3 -> done
        end done
        event_sub over
            start heard {event} -> c
            user c -> over_end
            end over_end
        event_sub other
            start too message=too -> never
            user never
    """).start()
    assert case.at == ["a", "b", "many", "many", "many"]
    happen(case)
    assert case.at == ["c"]
    assert not case.timers
    assert len(case.step.cancelled) == 5
    with pytest.raises(EngineError, match="not_waiting"):
        case.message("too")
    assert case.complete("c").ended

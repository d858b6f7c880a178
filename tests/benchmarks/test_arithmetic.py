"""The benchmarks themselves: that they can be loaded, and that what they compute is what their last lines say."""

from __future__ import annotations

import importlib
from collections import Counter

import pytest

from benchmarks import definitions, harness, throughput
from workflows import bpmn


@pytest.mark.parametrize(
    "name",
    ["benchmarks.committee", "benchmarks.definitions", "benchmarks.engine.__main__", "benchmarks.throughput"],
)
def test_a_benchmark_is_loaded_without_being_run_and_says_how_it_is(name: str) -> None:
    module = importlib.import_module(name)
    assert callable(module.main)
    assert f"python -m {name.removesuffix('.__main__')}" in (module.__doc__ or "")
    assert "last line is for programs" in (module.__doc__ or "")


def test_a_ratio_is_the_median_of_the_rounds_so_that_one_bad_round_says_nothing() -> None:
    assert harness.ratio([2, 2, 200], [1, 1, 1]) == 2
    assert harness.ratio([10, 5, 20], [5, 5, 5]) == 2
    with pytest.raises(ValueError, match="shorter"):
        harness.ratio([1, 2], [1])


def test_a_percentile_is_a_value_that_was_measured() -> None:
    times = [float(n) for n in range(1, 101)]
    assert [harness.percentile(times, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]
    assert harness.percentile([3.0], 0.99) == 3
    assert harness.percentile([1.0, 2.0, 3.0], 0.5) == 2


def test_the_last_line_is_names_and_values() -> None:
    assert harness.last_line({"ratio": 1.234, "statements": 8}) == "ratio=1.23 statements=8"


@pytest.mark.parametrize("way", ["separate", "same"])
def test_four_processes_share_all_tasks_and_none_is_done_twice(way: str) -> None:
    cases = [((nth, 2 * nth), (nth, 2 * nth + 1)) for nth in range(8)]
    shares = throughput.shares(cases, way)
    assert [len(share) for share in shares] == [4, 4, 4, 4]
    assert Counter(pk for share in shares for (_case, pk), _name in share) == Counter(range(16))
    together = [{case for (case, _pk), _name in share} for share in shares]
    assert (together[0] == together[1]) is (way == "same")
    assert all((pk % 2 == 0) is (name == "first") for share in shares for (_case, pk), name in share)


@pytest.mark.parametrize("elements", [30, 500])
def test_the_measured_diagram_has_the_size_it_says_and_nothing_wrong_with_it(elements: int) -> None:
    document, problems = bpmn.inspect(definitions.diagram(elements, "large"))
    assert document is not None
    assert [problem for problem in problems if problem.severity == "error"] == []
    (process,) = document.processes
    assert elements <= len(process.nodes) + len(process.flows) < elements * 1.2

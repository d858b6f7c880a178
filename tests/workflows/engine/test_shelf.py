"""The map under the marking: a fork never shows in what it was forked from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workflows.engine.shelf import Shelf

CHANGES = st.lists(st.tuples(st.integers(1, 200), st.one_of(st.none(), st.integers())), max_size=60)


@given(st.lists(CHANGES, max_size=5))
def test_a_shelf_is_a_map_and_its_forks_are_independent(rounds: list[list[tuple[int, int | None]]]) -> None:
    shelf: Shelf[int] = Shelf()
    model: dict[int, int] = {}
    history = [(shelf, dict(model))]
    for changes in rounds:
        shelf = shelf.fork()
        for key, value in changes:
            if value is not None:
                shelf.put(key, value)
                model[key] = value
            elif key in model:
                assert shelf.drop(key) == model.pop(key)
        history.append((shelf, dict(model)))
    for kept, expected in history:
        assert {key: kept.get(key) for key in range(1, 201) if key in kept} == expected
        assert list(kept.values()) == [expected[key] for key in sorted(expected)]
        assert (len(kept), bool(kept)) == (len(expected), bool(expected))

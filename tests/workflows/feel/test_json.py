"""Values to JSON and back."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import feel
from workflows.feel import DaysAndTimeDuration, Range, YearsAndMonthsDuration, from_json, to_json
from workflows.feel.temporal import MAX_DURATION, MAX_MONTHS

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40).map(
    lambda number: +number.quantize(Decimal("1e-9")) if abs(number) < 10**15 else Decimal(int(number) // 10**10)
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.text()
    | NUMBERS
    | st.dates()
    | st.times(timezones=st.sampled_from([None, dt.UTC, dt.timezone(dt.timedelta(hours=8))]))
    | st.datetimes(timezones=st.sampled_from([None, dt.UTC, dt.timezone(dt.timedelta(hours=-3))]))
    | st.integers(-MAX_MONTHS, MAX_MONTHS).map(YearsAndMonthsDuration)
    | st.integers(-MAX_DURATION, MAX_DURATION).map(DaysAndTimeDuration)
    | st.builds(Range, NUMBERS, NUMBERS, st.booleans(), st.booleans())
)
KEYS = st.text() | st.sampled_from(["@", "@number", "@range", "@context"])
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=3))


@given(VALUES)
def test_a_value_survives_json(value: object) -> None:
    assert from_json(json.loads(json.dumps(to_json(value)))) == value


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (Decimal("3"), 3),
        (Decimal("0.1"), 0.1),
        (Decimal("0.1234567890123456789"), {"@number": "0.1234567890123456789"}),
        (dt.date(2026, 3, 1), {"@": "2026-03-01"}),
        (YearsAndMonthsDuration(14), {"@": "P1Y2M"}),
        (Range(Decimal(1), Decimal(2), True, False), {"@range": [1, 2, True, False, ""]}),
        ({"@": "x"}, {"@context": {"@": "x"}}),
        ((1, 2), [1, 2]),
        (float("nan"), None),
    ],
)
def test_the_json_is_plain_where_it_can_be(value: object, data: object) -> None:
    assert to_json(value) == data


@pytest.mark.parametrize("data", [{"@": "soon"}, {"@number": "x"}, {"@range": [1]}, {"@": 5}, {"@other": 1}])
def test_a_mark_with_a_wrong_body_stays_a_context(data: dict[str, object]) -> None:
    assert from_json(data) == data


def test_a_function_does_not_outlive_its_evaluation() -> None:
    assert to_json(feel.evaluate("function(x) x")) is None


def test_a_python_object_is_no_feel_value() -> None:
    with pytest.raises(TypeError):
        to_json(object())
    with pytest.raises(TypeError):
        from_json(object())

"""The example town's records add up to what the public account of the town reports."""

from __future__ import annotations

import pytest

from decisions.example.mechanisms import PACKS, load_records
from permissions import audit
from tests.cast import Cast
from workflows import year_figures
from workflows.models import Pack, PackState, Record
from workflows.records import today

pytestmark = pytest.mark.django_db


def test_the_year_in_figures_is_what_the_town_reports(cast: Cast) -> None:
    assert load_records()
    found = {
        one.key: one.value for section in year_figures.sections(cast.auditor, today().year) for one in section.numbers
    }
    reported = {
        "needs": 30,
        "exchanged": 4,
        "placed": 7,
        "demands": 11,
        "acts": 8,
        "emergencies": 10,
    }
    assert {key: int(found[key]) for key in reported} == reported
    by_pack = {
        (section.pack.key, one.key): int(one.value)
        for section in year_figures.sections(cast.auditor, today().year)
        for one in section.numbers
    }
    assert by_pack["liaison", "visits"] == 20
    assert set(Pack.objects.filter(state=PackState.ON).values_list("key", flat=True)) == set(PACKS)
    assert list(audit.verify()) == []
    count = Record.objects.count()
    assert not load_records()
    assert Record.objects.count() == count

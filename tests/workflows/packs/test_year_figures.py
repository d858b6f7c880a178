"""The year in figures: counted from the records of packs by month, body and year, only from those the reader may see."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from tests.cast import Cast
from tests.workflows.packs.conftest import Installed
from tests.workflows.packs.test_records import register
from workflows import year_figures
from workflows.models import Record
from workflows.year_figures import Number

pytestmark = pytest.mark.django_db

ClientOf = Callable[..., Client]


@pytest.fixture
def village(cast: Cast, installed: Installed) -> Record:
    installed("places", "village_visits")
    return register(cast.town_secretary, "village", name="东山村", households="412")


def numbers(cast: Cast, year: int, body: str = "") -> dict[str, Number]:
    found = year_figures.sections(cast.auditor, year, body)
    return {one.key: one for section in found for one in section.numbers}


def test_figures_count_by_month_body_and_year_and_different_values_once(cast: Cast, village: Record) -> None:
    for day in ("2026-02-03", "2026-02-17", "2026-11-05", "2025-12-31"):
        register(cast.town_member, "village_visit", village=village, visited=day, heard="路灯不亮")
    register(cast.zone_member, "village_visit", village=village, visited="2026-11-06", heard="水压")
    for person in (cast.town_member, cast.zone_member):
        register(cast.town_secretary, "instructor", village=village, person=person.username, since="2026-01-05")
    found = numbers(cast, 2026)
    visits = found["visits"]
    assert (visits.value, visits.before, visits.unit) == (Decimal(4), Decimal(1), "次")
    assert [int(one) for one in visits.months] == [0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0]
    assert visits.bodies == {"town": Decimal(3), "zone": Decimal(1)}
    # Two instructors, one village.
    assert found["assigned"].value == Decimal(1)
    assert numbers(cast, 2026, "zone")["visits"].value == Decimal(1)
    assert numbers(cast, 2024)["visits"].value == Decimal(0)


def test_the_page_and_the_word_document_say_the_same(cast: Cast, client_of: ClientOf, village: Record) -> None:
    register(cast.town_member, "village_visit", village=village, visited="2026-02-03", heard="路灯不亮")
    page = client_of(cast.auditor).get(reverse("figures"), {"year": "2026"})
    shown = [(card.number.label, card.words) for _s, cards in page.context["sections"] for card in cards]
    assert ("走访", "1") in shown
    answer = client_of(cast.auditor).get(reverse("figures_word"), {"year": "2026"})
    assert answer["Content-Disposition"].startswith("attachment")
    tables = Document(io.BytesIO(b"".join(answer))).tables
    assert [cell.text for cell in tables[0].rows[2].cells] == ["走访", "1", "0", "次"]
    assert [cell.text for cell in tables[1].rows[2].cells][:4] == ["走访", "0", "1", "0"]


def test_who_may_see_nothing_counts_nothing(cast: Cast, client_of: ClientOf, village: Record) -> None:
    register(cast.town_member, "village_visit", village=village, visited="2026-02-03", heard="路灯不亮")
    assert all(
        number.value == 0 for section in year_figures.sections(cast.outsider, 2026) for number in section.numbers
    )
    assert client_of(cast.outsider).get(reverse("figures"), {"year": "2026"}).status_code == 200


def test_more_records_ask_no_more_statements(cast: Cast, village: Record) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            numbers(cast, 2026)
        return len(found)

    register(cast.town_member, "village_visit", village=village, visited="2026-02-03", heard="路灯不亮")
    asked()
    before = asked()
    for day in range(1, 9):
        register(cast.town_member, "village_visit", village=village, visited=f"2026-03-0{day}", heard="水压")
    assert asked() == before


@pytest.mark.parametrize("query", [{"year": "abc"}, {"year": "２０２６"}, {"body": "nowhere"}, {"year": "9999"}])
def test_a_strange_year_or_body_is_no_error(cast: Cast, client_of: ClientOf, query: dict[str, str]) -> None:
    assert client_of(cast.town_member).get(reverse("figures"), query).status_code == 200

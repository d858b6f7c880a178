"""The year in figures: a page with charts, and the same as a Word document."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from docx import Document as new_document
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from permissions import downloads
from permissions.models import Body, User
from workflows import year_figures
from workflows.bpmn.form import numerals
from workflows.year_figures import Number, Section

#: A chart's height and the width of a month in it, in its own units.
HEIGHT, WIDTH, GAP = 80, 24, 6
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Bar:
    """A month of a chart: where it stands and how high, and what it says."""

    x: int
    y: int
    height: int
    month: int
    words: str


@dataclass(frozen=True, slots=True)
class Card:
    """One figure as the page shows it."""

    number: Number
    words: str
    before: str
    bars: Sequence[Bar]
    bodies: Sequence[tuple[str, str]]


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The figures of a year (`?year=`) of both bodies, or of one (`?body=`)."""
    user, year, years, body = _asked(request)
    found = year_figures.sections(user, year, body.code if body else "")
    known = {one.code: one.label for one in year_figures.bodies()}
    context = {
        "year": year,
        "years": years,
        "body": body,
        "bodies": known.items(),
        "sections": [(section, [_card(one, known) for one in section.numbers]) for section in found],
        "kept": f"year={year}" + (f"&body={body.code}" if body else ""),
        "wide": 12 * WIDTH,
        "height": HEIGHT,
        "bar": WIDTH - GAP,
    }
    return render(request, "workflows/figures.html", context)


@require_safe
def figures_word(request: HttpRequest) -> HttpResponseBase:
    """The same figures as a Word document."""
    user, year, _years, body = _asked(request)
    found = year_figures.sections(user, year, body.code if body else "")
    title = _("%(year)s年工作数据") % {"year": year}
    if body:
        title = _("%(body)s%(title)s") % {"body": body.label, "title": title}
    content = io.BytesIO()
    _document(title, year, found).save(content)
    content.seek(0)
    return downloads.as_file(FileResponse(content, content_type=WORD), f"{title}.docx")


def _asked(request: HttpRequest) -> tuple[User, int, list[int], Body | None]:
    user = cast("User", request.user)
    years = year_figures.years(user)
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else years[0]
    code = request.GET.get("body", "")
    body = next((one for one in year_figures.bodies() if one.code == code), None)
    return user, year, sorted({*years, year}, reverse=True), body


def _card(number: Number, bodies: dict[str, str]) -> Card:
    most = max(number.months)
    bars = []
    for nth, value in enumerate(number.months):
        height = int(value * HEIGHT / most) if most else 0
        height = max(height, 2) if value else 0
        bars.append(Bar(nth * WIDTH + GAP // 2, HEIGHT - height, height, nth + 1, _plain(value)))
    named = [(label, _plain(number.bodies[code])) for code, label in bodies.items() if number.bodies.get(code)]
    if number.bodies.get(year_figures.BOTH):
        named.append((_("未分班子"), _plain(number.bodies[year_figures.BOTH])))
    return Card(number, _plain(number.value), _plain(number.before), bars, named)


def _plain(value: Decimal) -> str:
    return numerals.grouped(value)


def _document(title: str, year: int, sections: Sequence[Section]) -> Document:
    document = new_document()
    _fonts(document)
    head = document.add_heading(title, level=0)
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if not sections:
        document.add_paragraph(_("这一年还没有可以统计的记录。"))
    for section in sections:
        document.add_heading(section.label, level=1)
        table = document.add_table(rows=1, cols=4)
        table.style = "Table Grid"
        for cell, words in zip(
            table.rows[0].cells, (_("指标"), _("%(year)s年") % {"year": year}, _("上年"), _("单位")), strict=True
        ):
            cell.text = words
        for number in section.numbers:
            told = (number.label, _plain(number.value), _plain(number.before), number.unit)
            for cell, words in zip(table.add_row().cells, told, strict=True):
                cell.text = words
        document.add_paragraph("")
        months = document.add_table(rows=1, cols=13)
        months.style = "Table Grid"
        for cell, words in zip(
            months.rows[0].cells, (_("按月"), *(str(month) for month in year_figures.MONTHS)), strict=True
        ):
            cell.text = words
        for number in section.numbers:
            for cell, words in zip(
                months.add_row().cells, (number.label, *(_plain(one) for one in number.months)), strict=True
            ):
                cell.text = words
    return document


def _fonts(document: Document) -> None:
    """Type and size as offices set them (GB/T 9704): 仿宋 for the text, 黑体 for headings."""
    for name, font, size in (("Normal", "仿宋", 12), ("Title", "黑体", 20), ("Heading 1", "黑体", 15)):
        style = document.styles[name]
        style.font.name, style.font.size = font, Pt(size)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)

"""Entries of the log as tables to take away: CSV, written while it is sent, and XLSX."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from decisions.selectors.auditing.search import Search, counted, every_row
from decisions.selectors.log import Line, lines_of
from permissions import audit, downloads
from permissions.errors import Invalid
from permissions.models import User

#: A sheet can hold a million rows; nobody opens more than this with comfort.
SHEET_ROWS = 100_000
#: As many characters as a cell of a sheet takes.
CELL = 32_767
#: Beginnings that a spreadsheet takes for a formula, in whichever width; also behind spaces.
_FORMULA = re.compile(r"^[\s\x00]*[=+\-@＝＋－＠]|^[\t\r\n]")


def columns() -> list[str]:
    """The first row."""
    return [
        *(_("时间"), _("操作人"), _("当时岗位"), _("班子"), _("做了什么"), _("改了什么"), _("事项")),
        *(_("链"), _("序号"), _("操作代码"), _("对象"), _("内容"), _("校验值"), _("前一条校验值"), _("算法")),
    ]


def csv_lines(actor: User, search: Search) -> Iterator[bytes]:
    """The file piece by piece, in UTF-8 with its mark, so that spreadsheets read the Chinese. No cell begins a formula."""
    yield codecs.BOM_UTF8 + _csv([columns()])
    for rows in every_row(actor, search):
        yield _csv([[disarmed(value) for value in _cells(line)] for line in lines_of(actor, rows)])


def xlsx(actor: User, search: Search) -> IO[bytes]:
    """The file, to be read from its beginning. Every cell is text. Raises `Invalid` above `SHEET_ROWS` entries."""
    # Before the book is begun: half of one cannot be thrown away cleanly.
    if counted(actor, search, SHEET_ROWS) > SHEET_ROWS:
        raise Invalid(
            _("超过 %(most)s 条，Excel 打开困难。请缩短时间或增加条件，或者改用 CSV 导出。") % {"most": SHEET_ROWS},
            code="too_many_rows",
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("台账"))
    sheet.append(columns())
    for rows in every_row(actor, search):
        for line in lines_of(actor, rows):
            sheet.append([_text_cell(sheet, value) for value in _cells(line)])
    target = downloads.blank()
    book.save(target)
    target.seek(0)
    return target


def disarmed(text: str) -> str:
    """A cell that no spreadsheet reckons: an apostrophe before what would begin a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _cells(line: Line) -> list[str]:
    event = line.event
    return [
        timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S"),
        line.who,
        event.actor_label,
        line.body.label if line.body is not None else "",
        line.what,
        line.change,
        line.subject.label,
        event.subject,
        str(event.seq),
        event.verb,
        line.target,
        # Of what is withheld from this user nothing but that it is there.
        audit.canonical(event.data) if line.details else "",
        event.hash,
        event.previous_hash,
        event.algorithm,
    ]


def _csv(rows: list[list[str]]) -> bytes:
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue().encode()


def _text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text)[:CELL])
    # Else what begins with "=" becomes a formula.
    cell.data_type = "s"
    return cell

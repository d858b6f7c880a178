"""Numbers, amounts and dates as an office writes them: ``１，２８０．５０``, ``3.5 万元``, ``2026年9月8日``, 贰佰捌拾元整."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from .model import MONEY_UNITS

_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3}){1,9}|\d{1,30})(?:\.\d{1,15})?")
_AMOUNT: Final = re.compile(rf"[¥￥]?\s*({_NUMBER.pattern})\s*(元|万元?|亿元?)?")
_DATE: Final = re.compile(r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})\s*日?")
_MOMENT: Final = re.compile(r"(\d{4}.*?)(?:T|\s+)(\d{1,2}):(\d{2})(?::\d{2})?")
_PLACE: Final = re.compile(r"([+-]?\d{1,3}(?:\.\d{1,12})?)\s*[,，]\s*([+-]?\d{1,3}(?:\.\d{1,12})?)")
_FEN: Final = Decimal("0.01")
_TOO_MUCH: Final = Decimal(10) ** 20
_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿")


def number(text: str) -> Decimal | None:
    """A number with or without separators of thousands, in letters of any width; None where it is none."""
    plain = _plain(text)
    return Decimal(plain.replace(",", "")) if _NUMBER.fullmatch(plain) else None


def amount(text: str, worth: int = 1) -> Decimal | None:
    """An amount of money in a unit of `worth` yuan; what is written after it counts (``3.5万元`` is 35,000 of a yuan). None
    where it is no amount, or finer than the fen."""
    found = _AMOUNT.fullmatch(_plain(text))
    if found is None:
        return None
    written = found[2]
    factor = worth if not written else MONEY_UNITS[written if written.endswith("元") else f"{written}元"]
    yuan = Decimal(found[1].replace(",", "")) * factor
    if abs(yuan) >= _TOO_MUCH or yuan != yuan.quantize(_FEN):
        return None
    return yuan / worth


def day(text: str) -> date | None:
    """A date written in figures, with strokes, points or 年月日; None where there is no such day."""
    found = _DATE.fullmatch(_plain(text))
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def moment(text: str) -> datetime | None:
    """A day and a time, to the minute, on the office's own clock: ``2026-09-08T14:30`` or ``2026年9月8日 14:30``; None for anything
    else."""
    found = _MOMENT.fullmatch(_plain(text))
    on = day(found[1]) if found is not None else None
    if found is None or on is None or int(found[2]) > 23 or int(found[3]) > 59:
        return None
    return datetime.combine(on, time(int(found[2]), int(found[3])))


def place(text: str) -> str | None:
    """Degrees north and east, as a phone gives them: ``31.7123,118.3901``, to the metre or so; None where it is no place on earth."""
    found = _PLACE.fullmatch(_plain(text))
    if found is None or abs(Decimal(found[1])) > 90 or abs(Decimal(found[2])) > 180:
        return None
    return ",".join(f"{Decimal(part):.5f}".rstrip("0").rstrip(".") for part in found.groups())


def grouped(value: Decimal | int | float) -> str:
    """``1,234.5``: separators of thousands, without needless zeros."""
    text = f"{Decimal(str(value)):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_capitals(yuan: Decimal) -> str:
    """An amount in the capital numerals of cheques and vouchers: ``贰佰捌拾元伍角整``, ``壹万零叁元整``; "" from ten thousand 亿 on.

    As the 正确填写票据和结算凭证的基本规定 (annex to 支付结算办法, 银发〔1997〕393号) has it: 整 after yuan and jiao, one 零 for
    zeros between figures.
    """
    fen = int(abs(yuan).quantize(_FEN) * 100)
    whole, rest = divmod(fen, 100)
    jiao, fen = divmod(rest, 10)
    if whole >= 10**16:
        return ""
    said = f"{_whole(whole)}元" if whole else ""
    if jiao:
        said += f"{_DIGITS[jiao]}角"
    elif fen and whole:
        said += "零"
    said += f"{_DIGITS[fen]}分" if fen else "整"
    return ("负" if yuan < 0 else "") + (said if said != "整" else "零元整")


def _whole(value: int) -> str:
    said, gap = "", False
    for group in reversed(range(len(_GROUPS))):
        part = value // 10_000**group % 10_000
        if not part:
            gap = gap or bool(said)
            continue
        words = _four(part)
        if said and (gap or part < 1000):
            words = "零" + words
        # 万亿 is said once 亿 for what stands in both groups.
        name = "万" if group == 3 and value // 10_000**2 % 10_000 else _GROUPS[group]
        said, gap = said + words + name, False
    return said


def _four(part: int) -> str:
    said, gap = "", False
    for place in reversed(range(4)):
        digit = part // 10**place % 10
        if not digit:
            gap = bool(said)
            continue
        said += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return said


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()

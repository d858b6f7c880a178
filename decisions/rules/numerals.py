"""Chinese numerals, as headings and plans are counted."""

NUMERALS = "〇一二三四五六七八九"


def numeral(number: int) -> str:
    """1 to 99 in Chinese, as headings count: 一, 十, 二十三."""
    tens, ones = divmod(number, 10)
    if not tens:
        return NUMERALS[ones]
    return ("" if tens == 1 else NUMERALS[tens]) + "十" + (NUMERALS[ones] if ones else "")

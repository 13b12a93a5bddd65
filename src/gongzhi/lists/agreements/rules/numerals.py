"""Chinese numerals for clause numbers and instalments. Pure."""

from __future__ import annotations

DIGITS = "零一二三四五六七八九"


def numeral(n: int) -> str:
    """1 → 一, 10 → 十, 15 → 十五, 23 → 二十三, 105 → 一百零五. For 1 ≤ n < 1000."""
    if not 1 <= n < 1000:
        raise ValueError(f"no numeral for {n}")
    hundreds, rest = divmod(n, 100)
    tens, ones = divmod(rest, 10)
    out = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        out += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        out += "零"
    return out + (DIGITS[ones] if ones else "")


def article(n: int) -> str:
    """The clause's name: 4 → 第四条."""
    return f"第{numeral(n)}条"


def instalment_name(seq: int, tail: bool) -> str:
    """第一期, 第二期 …; the part that waits for the evaluation is 尾款."""
    return "尾款" if tail else f"第{numeral(seq)}期"


def agreement_number(short: str, year: int, seq: int) -> str:
    """沙溪〔2026〕12: six-corner brackets, four-digit year, no leading zero, no 第."""
    return f"{short}〔{year}〕{seq}"

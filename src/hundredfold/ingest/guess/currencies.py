"""What stands around amounts: the signs and codes of currencies, and which currency each of them is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from hundredfold.words.currency import CURRENCIES

_ONE: Final = {
    "€": "EUR", "£": "GBP", "R$": "BRL", "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD",
    "NZ$": "NZD", "HK$": "HKD", "MX$": "MXN", "S/": "PEN", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "lei": "RON",
    "₺": "TRY", "₹": "INR", "₩": "KRW", "₪": "ILS", "₴": "UAH", "₫": "VND", "฿": "THB", "₱": "PHP", "Fr.": "CHF",
    "JP¥": "JPY", "CN¥": "CNY",
}  # fmt: skip
_SEVERAL: Final = {
    "$": ("USD", "CAD", "AUD", "MXN", "ARS", "CLP", "COP", "UYU", "NZD", "SGD", "HKD"),
    "¥": ("JPY", "CNY"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "kr.": ("DKK", "SEK", "NOK"),
}
_SPACES: Final = " \t\u00a0\u202f"
_AROUND: Final = re.compile(
    rf"(?P<open>\(?)(?P<minus>[-+\u2212]?)[{_SPACES}]*(?P<before>[^\d\s.,'’()+\-\u2212][^\d\s,'’()+\-\u2212]*)?"
    rf"[{_SPACES}]*(?P<inner>\(?)(?P<number>[-+\u2212]?(?:\d|[.,]\d)[\d.,'’{_SPACES}]*?)"
    rf"[{_SPACES}]*(?P<after>[^\d\s.,'’()+\-\u2212][^\d\s,'’()+\-\u2212]*)?(?P<close>\)?)"
)


def bare(shape: str) -> tuple[str, str | None]:
    """A shape without what stands around its number, and that sign; a shape that has none is as it was.

    >>> bare("R$ 0.000,00"), bare("(€00.00)"), bare("00,00 EUR"), bare("A-000")
    (('0.000,00', 'R$'), ('00.00', '€'), ('00,00', 'EUR'), ('A-000', None))
    """
    found = _AROUND.fullmatch(shape)
    if found is None or len(found["open"] + found["inner"]) != len(found["close"]):
        return shape, None
    sign = found["before"] or found["after"]
    if (found["before"] and found["after"]) or (sign is not None and not codes(sign)):
        return shape, None
    if sign is None and not found["close"]:
        return shape, None
    return found["number"].lstrip("+-\u2212"), sign


def codes(sign: str) -> tuple[str, ...]:
    """The currencies that a sign may mean; none for a text that is no sign."""
    if sign in _ONE:
        return (_ONE[sign],)
    return _SEVERAL.get(sign, (sign,) if sign in CURRENCIES else ())


def meant(signs: Iterable[str]) -> list[tuple[str, ...]]:
    """The different meanings of some signs."""
    return list(dict.fromkeys(codes(sign) for sign in signs))

"""What messages say about who is who (semantics 9, S21)."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from hundredfold.words.message import KINDS, TRUSTS

LINK_KINDS: Final = tuple(KINDS.index(kind) for kind in ("identify", "alias", "unmerge"))
_BROWSER: Final = TRUSTS.index("browser")


def stated_pair(payload: bytes, kind: int, trust: int) -> tuple[str, str, bool] | None:
    """The two sent ids that a message links (True) or unlinks (False); None when it says nothing."""
    message: Mapping[str, Any] = json.loads(payload)  # integers of any size stay exact
    user, anonymous, previous = (_id(message.get(name)) for name in ("userId", "anonymousId", "previousId"))
    if user is None:
        return None
    if KINDS[kind] == "identify":
        other = None if anonymous is None else f"a:{anonymous}"
    elif KINDS[kind] == "alias" or previous is not None:
        unknown = previous is not None and (trust == _BROWSER or previous == anonymous)
        other = None if previous is None else f"{'a' if unknown else 'u'}:{previous}"
    else:
        other = None if anonymous is None else f"a:{anonymous}"
    if other is None or other == f"u:{user}" or (KINDS[kind] == "unmerge" and trust == _BROWSER):
        return None
    return f"u:{user}", other, KINDS[kind] != "unmerge"


def stated_pairs(
    payloads: Sequence[bytes], kinds: Sequence[int], trusts: Sequence[int], code: Callable[[str], int]
) -> tuple[list[int], list[int], list[int], list[bool]]:
    """The statements of many messages: row, one sent id, the other, link or not."""
    rows, ones, others, links = [], [], [], []
    for row, (payload, kind, trust) in enumerate(zip(payloads, kinds, trusts, strict=True)):
        pair = stated_pair(payload, kind, trust)
        if pair is not None:
            rows.append(row)
            ones.append(code(pair[0]))
            others.append(code(pair[1]))
            links.append(pair[2])
    return rows, ones, others, links


def _id(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        return None
    return unicodedata.normalize("NFC", str(value))

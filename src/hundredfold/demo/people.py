"""Names and addresses for the demo's customers, who are numbers in the data set: made up, and marked as that.

A customer's number decides everything, so each demo has the same people. Nobody is meant: names, streets and towns are
put together by chance, and the mail addresses are of the domains that are kept for examples.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from hundredfold.words.calendar import iso

SOURCE: Final = "simulated people"
_FIRST_NAMES: Final = """
Ada Alice Amelia Anna Beatriz Ben Carla Carlos Chloe Clara Daniel David Diana Edith Elena Emil Emma Eva Felix Finn
Fiona Frank George Grace Hanna Harry Helen Hugo Ida Inês Isaac Ivy Jack James Jane Joana João Julia Karl Kate Laura
Leo Lena Lucy Luís Maria Marta Martin Max Maya Mia Nina Noah Nora Oliver Oscar Paula Pedro Peter Rita Robert Rosa
Ruth Sam Sara Simon Sofia Sophie Teresa Thomas Tim Tomás Vera Victor William Zoe
"""
_LAST_NAMES: Final = """
Adams Almeida Baker Barros Bell Bennett Brooks Brown Carter Carvalho Clarke Coelho Cole Collins Costa Cox Cruz
Davies Dias Dunn Edwards Evans Ferreira Fisher Fonseca Ford Foster Fox Gray Green Hall Harris Hill Hughes Hunt Jones
Keller King Lane Lee Lopes Marsh Martins Mason Mendes Miller Moore Moreira Morgan Moss Neves Nunes Owen Palmer
Parker Pereira Pinto Porter Price Reed Reis Ribeiro Rocha Rose Santos Shaw Silva Stone Tavares Taylor Vaz Walker
Ward Webb White Wood Wright Young
"""
_STREET_NAMES: Final = """
Abbey Bridge Castle Chapel Church Cross Garden Green Harbour High Hill Long Market Meadow Mill Orchard Park Queen
River School Spring Station Tower Well
"""
_WAYS: Final = ("Street", "Road", "Lane", "Close", "Square")
_TOWN_NAMES: Final = """
Abberwick Ashmere Brindleford Castlebeck Dunmarsh Eastholme Fernhaven Glenmoor Harrowby-on-Sea Kingsferry Larkhill
Millbourne Northwold Oakhampton Pennyford Quarrington Redcliffe Stonebridge Thornbury-under-Edge Westerleigh
"""
_DOMAINS: Final = ("example.com", "example.org", "example.net")
_FIRST, _LAST, _STREETS, _TOWNS = (
    tuple(words.split()) for words in (_FIRST_NAMES, _LAST_NAMES, _STREET_NAMES, _TOWN_NAMES)
)
_PLAIN: Final = str.maketrans("áãéêíóõú", "aaeeioou")


def traits_of(customer: str) -> dict[str, Any]:
    """What is made up about a customer: name, e-mail and address, with `simulated` to say so.

    >>> traits_of("12346")["simulated"], traits_of("12346") == traits_of("12346")
    (True, True)
    """
    chance = int.from_bytes(blake2b(customer.encode(), digest_size=16, person=b"demo people").digest())

    def one(of: tuple[str, ...]) -> str:
        nonlocal chance
        chance, place = divmod(chance, len(of))
        return of[place]

    first, last = one(_FIRST), one(_LAST)
    chance, house = divmod(chance, 180)
    mailbox = f"{first}.{last}.{customer}".lower().translate(_PLAIN)
    return {
        "first_name": first,
        "last_name": last,
        "name": f"{first} {last}",
        "email": f"{mailbox}@{one(_DOMAINS)}",
        "address": {"street": f"{house + 1} {one(_STREETS)} {one(_WAYS)}", "city": one(_TOWNS)},
        "simulated": True,
    }


def write_people(path: Path, since: Mapping[str, int]) -> None:
    """Writes a message for each customer that says who he is, of the time from which on he is known; NDJSON."""
    with path.open("w", encoding="utf-8") as file:
        for customer, time in sorted(since.items()):
            message = {
                "type": "identify",
                "messageId": f"simulated-{customer}",
                "userId": customer,
                "timestamp": iso(time),
                "traits": traits_of(customer),
            }
            file.write(json.dumps(message, ensure_ascii=False) + "\n")

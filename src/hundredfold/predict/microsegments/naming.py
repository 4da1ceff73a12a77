"""What a group is called: its stage, and what sets it apart from the others of that stage, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from hundredfold.predict.microsegments.layers import LAYERS

Words = tuple[str, str]
"""A text in English and in Portuguese."""

TRAITS: Final[Mapping[str, tuple[Words, Words]]] = {
    "spent": (("spend much", "gastam muito"), ("spend little", "gastam pouco")),
    "recent_spent": (
        ("spent much of late", "gastaram muito ultimamente"),
        ("spent little of late", "gastaram pouco ultimamente"),
    ),
    "order_value": (("large orders", "encomendas grandes"), ("small orders", "encomendas pequenas")),
    "orders": (("order often", "encomendam muito"), ("order seldom", "encomendam pouco")),
    "recent_orders": (
        ("many orders of late", "muitas encomendas ultimamente"),
        ("few orders of late", "poucas encomendas ultimamente"),
    ),
    "last_order": (("long silent", "há muito sem encomendas"), ("ordered lately", "encomendaram há pouco")),
    "products": (("many products", "muitos produtos"), ("few products", "poucos produtos")),
    "item_price": (("dear products", "produtos caros"), ("cheap products", "produtos baratos")),
    "first_order": (("with us for long", "connosco há muito"), ("with us since lately", "connosco há pouco")),
    "active_months": (
        ("active in many months", "ativos em muitos meses"),
        ("active in few months", "ativos em poucos meses"),
    ),
    "visits": (("visit often", "visitam muito"), ("visit seldom", "visitam pouco")),
    "discount_share": (("buy at a discount", "compram com desconto"), ("pay the full price", "pagam o preço inteiro")),
}
"""By role: how those are called who have more of it than their stage, and those who have less."""
STAGES: Final[Mapping[str, Words]] = {
    "all": ("All", "Todos"),
    "prospect": ("Prospects", "Potenciais"),
    "new": ("New", "Novos"),
    "active": ("Active", "Ativos"),
    "one-time at risk": ("One order, at risk", "Uma só encomenda, em risco"),
    "reactivated": ("Back again", "De volta"),
    "at risk": ("At risk", "Em risco"),
    "cooling": ("Cooling", "A arrefecer"),
    "lapsed": ("Lapsed", "Inativos"),
    "churned": ("Churned", "Perdidos"),
}
"""The stages that we know the words of; others are called as they are."""
USUAL: Final[Words] = ("like most", "como a maioria")
TOLD: Final = 0.25
"""So far from the middle of the stage, in standard deviations, something sets a group apart."""
FIRST: Final = 2
"""So many things are told of every group; more where two would be called the same."""


def names(groups: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The name of each group of a partition, `en` and `pt`; no two are the same in either language.

    Of each layer at most one thing is told, first what sets the group apart most. Groups that are alike in all that is
    told are numbered, the biggest first.
    """
    traits = [_traits(group["apart"]) for group in groups]
    told = [min(FIRST, len(own)) for own in traits]
    while True:
        # The same things in another order would be told apart by nobody.
        things = [(group["stage"], frozenset(own[:n])) for group, own, n in zip(groups, traits, told, strict=True)]
        alike = Counter(things)
        vague = [number for number, own in enumerate(traits) if alike[things[number]] > 1 and told[number] < len(own)]
        if not vague:
            break
        for number in vague:
            told[number] += 1
    counts: Counter[Any] = Counter()
    found: list[dict[str, str]] = [{} for _ in groups]
    for number in sorted(range(len(groups)), key=lambda n: (-groups[n]["customers"], n)):
        counts[things[number]] += 1
        more = f" ({counts[things[number]]})" if counts[things[number]] > 1 else ""
        english, portuguese = _name(groups[number]["stage"], traits[number][: told[number]])
        found[number] = {"en": english + more, "pt": portuguese + more}
    return found


def _traits(apart: Mapping[str, float]) -> list[Words]:
    """What sets a group apart, most first, one thing a layer."""
    strongest = {}
    for layer, roles in LAYERS.items():
        own = [role for role in roles if abs(apart.get(role, 0.0)) >= TOLD]
        if own:
            strongest[layer] = max(own, key=lambda role: abs(apart[role]))
    order = sorted(strongest.values(), key=lambda role: -abs(apart[role]))
    return [TRAITS[role][0 if apart[role] > 0 else 1] for role in order]


def _name(stage: str, traits: list[Words]) -> Words:
    english, portuguese = (", ".join(words) for words in zip(*(traits or [USUAL]), strict=True))
    first = STAGES.get(stage, (stage, stage))
    return f"{first[0]}: {english}", f"{first[1]}: {portuguese}"

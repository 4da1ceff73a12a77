"""What models say of their options, and of data that are too few, in Portuguese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MODELS: Final[Mapping[str, str]] = {
    "there is no option {name!r}; expected one of: {takes}": (
        "não há nenhuma opção {name!r}; esperava-se uma de: {takes}"
    ),
    "{name} is {found}; expected a whole number from {least} to {most}": (
        "{name} é {found}; esperava-se um número inteiro de {least} a {most}"
    ),
    "{name} is {found}; expected a number between 0 and 1": "{name} é {found}; esperava-se um número entre 0 e 1",
    "{name} is {found}; expected one of: {takes}": "{name} é {found}; esperava-se um de: {takes}",
    "risk is not below lapse; whoever has lapsed was at risk before": (
        "risk não é menor do que lapse; quem se perdeu esteve antes em risco"
    ),
    "{name} is said, but levels are by {by}; expected by: {way}": (
        "{name} está escrito, mas os níveis são por {by}; esperava-se by: {way}"
    ),
    "levels is {found}; expected a list of names, from low to high": (
        "levels é {found}; esperava-se uma lista de nomes, do mais baixo ao mais alto"
    ),
    "levels has {count} names; expected 2 to {most} different ones": (
        "levels tem {count} nomes; esperavam-se 2 a {most}, todos diferentes"
    ),
    "thresholds is {found}; expected {count} ascending numbers: where levels begin, the first apart": (
        "thresholds é {found}; esperavam-se {count} números crescentes: onde começa cada nível, menos o primeiro"
    ),
    "groups is {found}; expected {count} numbers of clusters, one a level, {most} in all at most": (
        "groups é {found}; esperavam-se {count} números de grupos, um por nível, no máximo {most} ao todo"
    ),
    "{found} {who}, and at least {needed} are needed. {advice}": (
        "{found} {who}, e são precisos pelo menos {needed}. {advice}"
    ),
    "customers have bought": "clientes já compraram",
    "customers came back": "clientes voltaram",
    "customers have a stage of life": "clientes têm uma fase de vida",
    "customers have a basket value": "clientes têm um valor de encomenda",
    "basket values are different from each other": "valores de encomenda são diferentes uns dos outros",
    "customers had ordered {days} days ago": "clientes já tinham encomendado há {days} dias",
    "customers ordered again within {days} days": "clientes voltaram a encomendar em {days} dias",
    "customers did not order again within {days} days": "clientes não voltaram a encomendar em {days} dias",
    "customers of a known category ordered again within {days} days": (
        "clientes com uma categoria conhecida voltaram a encomendar em {days} dias"
    ),
    "customers spent something within {days} days": "clientes gastaram alguma coisa em {days} dias",
    "customers reacted again within {days} days": "clientes voltaram a reagir em {days} dias",
    "customers who had bought before bought something new within {days} days": (
        "clientes que já tinham comprado compraram alguma coisa nova em {days} dias"
    ),
    "customers came back after the day of their first order": ("clientes voltaram depois do dia da primeira encomenda"),
    "customers came back and paid something": "clientes voltaram e pagaram alguma coisa",
    "Give a longer history: two times {days} days, with customers before them; or say other horizon_days.": (
        "Dê um histórico mais longo: duas vezes {days} dias, com clientes antes deles; ou escolha outros horizon_days."
    ),
    "Give a longer history or more customers.": "Dê um histórico mais longo ou mais clientes.",
    "Import a longer history.": "Importe um histórico mais longo.",
    "Wait for more customers.": "Espere por mais clientes.",
    "Wait for more orders, or say thresholds of your own.": (
        "Espere por mais encomendas, ou escreva os seus próprios thresholds."
    ),
    "All customers are alike in all inputs, so there is nothing to part them by. Name more inputs.": (
        "Todos os clientes são iguais em todos os dados de entrada, e nada os separa. Indique mais dados de entrada."
    ),
}
"""The Portuguese templates by the English ones."""

"""What is said of the data's quality, in Portuguese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

QUALITY: Final[Mapping[str, str]] = {
    "Data quality of {workspace}": "Qualidade dos dados de {workspace}",
    "as of {time}": "à data de {time}",
    "What to look at first": "O que ver primeiro",
    "Sources": "Fontes",
    "Source": "Fonte",
    "Newest": "Mais recente",
    "Messages": "Mensagens",
    "Rows read": "Linhas lidas",
    "Duplicates": "Repetidas",
    "Rejected": "Rejeitadas",
    "Refused": "Recusadas",
    "In quarantine": "Retidas",
    "Without a rate": "Sem taxa de câmbio",
    "quiet": "em silêncio",
    "The same fact, told more than once": "O mesmo facto, dito mais do que uma vez",
    "Event": "Evento",
    "Facts": "Factos",
    "Told again": "Ditos outra vez",
    "Told by several sources": "Ditos por várias fontes",
    "Plan": "Plano",
    "Missing or empty": "Em falta ou vazio",
    "Nothing: what came is as it was planned, and as it used to be.": (
        "Nada: o que chegou é como estava planeado, e como costumava ser."
    ),
    "nothing has come since {time}, longer than usual": "não chega nada desde {time}, mais tempo do que é costume",
    "{rejected:,} of {read:,} rows were rejected ({share:.1%})": (
        "{rejected:,} de {read:,} linhas foram rejeitadas ({share:.1%})"
    ),
    "{quarantined:,} messages wait in quarantine": "{quarantined:,} mensagens estão retidas",
    "{refused:,} messages were refused": "{refused:,} mensagens foram recusadas",
    "{rows:,} messages with money in {currency} count 0: there is no rate from {since} on": (
        "{rows:,} mensagens com dinheiro em {currency} contam 0: não há taxa a partir de {since}"
    ),
    "{path} is missing in {messages:,} messages; the plan requires it": (
        "{path} falta em {messages:,} mensagens; o plano exige-o"
    ),
    "{path} is no {type} in {messages:,} messages": "{path} não é do tipo {type} em {messages:,} mensagens",
    "number": "número",
    "text": "texto",
    "boolean": "verdadeiro ou falso",
    "time": "data e hora",
    "list": "lista",
    "object": "objeto",
    "null": "vazio",
    "{path} has values that the plan does not list in {messages:,} messages": (
        "{path} tem valores que o plano não lista em {messages:,} mensagens"
    ),
    "the plan does not name this event; it came {messages:,} times": (
        "o plano não tem este evento; chegou {messages:,} vezes"
    ),
    "{now:,.0f} messages on the last 3 days; {before:,.0f} on these weekdays of the weeks before": (
        "{now:,.0f} mensagens nos últimos 3 dias; {before:,.0f} nestes dias da semana das semanas anteriores"
    ),
    "{path} is new, in {now:.0%} of the messages": "{path} é novo, está em {now:.0%} das mensagens",
    "{path} is no longer sent; it was in {before:.0%} of the messages": (
        "{path} já não é enviado; estava em {before:.0%} das mensagens"
    ),
    "{path} has a value in {now:.0%} of the messages; before in {before:.0%}": (
        "{path} tem valor em {now:.0%} das mensagens; antes em {before:.0%}"
    ),
    "{path} is sometimes {type} now ({now:.0%})": "{path} agora é às vezes do tipo {type} ({now:.0%})",
    "{path} is never {type} any more; before it was in {before:.0%}": (
        "{path} já nunca é do tipo {type}; antes era em {before:.0%}"
    ),
}

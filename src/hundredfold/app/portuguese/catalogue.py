"""What is said of the catalogue, and of what goes from the tracking plan, in Portuguese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CATALOGUE: Final[Mapping[str, str]] = {
    # Its groups.
    "Identity and consent": "Identidade e consentimento",
    "Orders, lifetime": "Encomendas, desde sempre",
    "Orders, windows": "Encomendas, por períodos",
    "Discounts and prices": "Descontos e preços",
    "Product affinity": "Afinidade com produtos",
    "Time, channel, place": "Tempo, canal, lugar",
    "Returns and voice": "Devoluções e opinião",
    "Site and app": "Site e app",
    "Messages and engagement": "Mensagens e envolvimento",
    "Value and stage": "Valor e fase",
    "Default segments": "Segmentos de base",
    # The headings of the demo's attributes.
    "Groups": "Grupos",
    "Person": "Pessoa",
    "Taste": "Gostos",
    "Time": "Tempo",
    "Value": "Valor",
    # What it does not have.
    "Exposure: they come with the campaigns.": "Exposição: vêm com as campanhas.",
    "Not sayable yet: the definition language has no n-th event, no parts of texts, "
    "no state since another event, no share of whatever is the favourite.": (
        "Ainda não se pode dizer: a linguagem das definições não tem o n-ésimo evento, partes de textos, "
        "estado desde outro evento, nem a parte do que é o favorito."
    ),
    "Parts of `micro_segment`: its inputs are the layers, and the screen of micro-segments shows each one's clusters "
    "and size.": (
        "Partes de `micro_segment`: as suas entradas são as camadas, e o ecrã dos microssegmentos mostra os grupos e o "
        "tamanho de cada um."
    ),
    "Of moves: only the conditions of segments ask for them, as in `days_since(entered(vip)) <= 30`.": (
        "De mudanças: só as condições dos segmentos perguntam por elas, como em `days_since(entered(vip)) <= 30`."
    ),
    "Predicted: no model says these yet.": "Previstos: ainda nenhum modelo os diz.",
    "Yours to declare: predictive models say these of your own attributes; docs/models.md shows how each is written.": (
        "A declarar por si: modelos preditivos dizem-nos a partir dos seus atributos; docs/models.md mostra como se "
        "escreve cada um."
    ),
    "Yours to write: one attribute for each of your own categories, with `where: product.category = '...'`.": (
        "A escrever por si: um atributo para cada uma das suas categorias, com `where: product.category = '...'`."
    ),
    # What entries need.
    "needs {what}": "precisa de {what}",
    "needs nothing": "não precisa de nada",
    "a batch run, which trains it": "uma execução do lote, que o treina",
    "{events} events": "eventos {events}",
    "{need}, if there are any": "{need}, se os houver",
    "the trait {path}": "a característica {path}",
    "the column {column} in the table {table}": "a coluna {column} na tabela {table}",
    "{path} in the lines of {each} in {events}": "{path} nas linhas de {each} em {events}",
    "{path} in {events}": "{path} em {events}",
    "{first} or {second}": "{first} ou {second}",
    "the definition files have changed since you looked; look at what would be added again": (
        "os ficheiros de definições mudaram desde que olhou; veja outra vez o que seria acrescentado"
    ),
    "{what} goes from the tracking plan; if it is not sent any more, that breaks {attributes} attributes, "
    "{segments} segments": (
        "{what} sai do plano; se já não for enviado, isso estraga {attributes} atributo(s) e {segments} segmento(s)"
    ),
}

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
    "Predictions": "Previsões",
    "Default segments": "Segmentos de base",
    # The headings of the demo's attributes.
    "Groups": "Grupos",
    "Person": "Pessoa",
    "Taste": "Gostos",
    "Time": "Tempo",
    "Value": "Valor",
    # What it does not have.
    "Exposure: they come with the campaigns.": "Exposição: vêm com as campanhas.",
    "Not sayable yet: they count from another event on (e-mails since the last order, checkouts that no order "
    "followed, what lies in the cart), and an aggregate knows its own events alone.": (
        "Ainda não se podem dizer: contam a partir de outro evento (e-mails desde a última encomenda, checkouts a que "
        "não se seguiu uma encomenda, o que está no carrinho), e um agregado só conhece os seus próprios eventos."
    ),
    "Parts of `micro_segment`: its inputs are the layers, and the screen of micro-segments shows each one's clusters "
    "and size.": (
        "Partes de `micro_segment`: as suas entradas são as camadas, e o ecrã dos microssegmentos mostra os grupos e o "
        "tamanho de cada um."
    ),
    "Of moves: only the conditions of segments know when somebody entered or left, as in "
    "`days_since(entered(vip)) <= 30`; no attribute can ask for it.": (
        "De mudanças: só as condições dos segmentos sabem quando alguém entrou ou saiu, como em "
        "`days_since(entered(vip)) <= 30`; nenhum atributo pode perguntar por isso."
    ),
    "Predicted: models foresee orders, what they are worth, their category, and the hour of a reaction; none foresees "
    "who unsubscribes, or who would have bought at another price.": (
        "Previstos: os modelos preveem encomendas, quanto valem, a categoria delas e a hora de uma reação; nenhum "
        "prevê quem cancela a subscrição, nem quem teria comprado a outro preço."
    ),
    "A date worked out of a number: `days_to_next_order` says it in days, and no function adds days to a time.": (
        "Uma data calculada a partir de um número: `days_to_next_order` di-lo em dias, e nenhuma função soma dias a "
        "uma data."
    ),
    "Effects: what a campaign changes is measured on test and control, and so comes with the campaigns.": (
        "Efeitos: o que uma campanha muda mede-se em teste e controlo, e por isso vem com as campanhas."
    ),
    "Yours to write: one attribute for each of your own categories or products that run out, with "
    "`where: product.category = '...'`; its `mean_gap` says how long one lasts.": (
        "A escrever por si: um atributo para cada uma das suas categorias ou dos produtos que se gastam, com "
        "`where: product.category = '...'`; o `mean_gap` diz quanto tempo dura um."
    ),
    # What entries need.
    "needs {what}": "precisa de {what}",
    "needs nothing": "não precisa de nada",
    "a batch run, which trains it": "uma execução do lote, que o treina",
    "a batch run on customers of {days} days ago (off where a naive guess is as good)": (
        "uma execução do lote com clientes de há {days} dias (desligado onde um palpite ingénuo é igualmente bom)"
    ),
    "a training of {name} that is used: {why}": "um treino de {name} que se use: {why}",
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

"""What families of models say of themselves, of their inputs and of their options, in Portuguese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FAMILIES: Final[Mapping[str, str]] = {
    "{name} is {found}; expected a list": "{name} é {found}; esperava-se uma lista",
    "the chance that the customer has not left for good": "a probabilidade de o cliente não se ter ido embora de vez",
    "what the customer is expected to spend within the horizon, by all that is known": (
        "quanto se espera que o cliente gaste no horizonte, por tudo o que se sabe"
    ),
    "the chance that the customer does not order within the horizon": (
        "a probabilidade de o cliente não encomendar no horizonte"
    ),
    "products that go with what the customer has bought, and that he has not": (
        "produtos que combinam com o que o cliente comprou, e que ainda não tem"
    ),
    "in how many days the next order of the customer is expected; below 0 it is overdue": (
        "daqui a quantos dias se espera a próxima encomenda do cliente; abaixo de 0 está atrasada"
    ),
    "how many orders the customer is expected to place within the horizon": (
        "quantas encomendas se espera que o cliente faça no horizonte"
    ),
    "the category that the customer most likely buys next": (
        "a categoria que o cliente mais provavelmente compra a seguir"
    ),
    "the hour of the day at which the customer most likely reacts": (
        "a hora do dia a que o cliente mais provavelmente reage"
    ),
    "what the customer is expected to spend within the horizon": "quanto se espera que o cliente gaste no horizonte",
    "whether what the customer usually buys at once is little or much": (
        "se o que o cliente costuma comprar de uma vez é pouco ou muito"
    ),
    "the small group of customers that the customer is most like": (
        "o pequeno grupo de clientes com quem mais se parece"
    ),
    "how recently, how often and for how much the customer buys, each in levels: 5-4-3": (
        "há quanto tempo, quantas vezes e por quanto o cliente compra, cada um em níveis: 5-4-3"
    ),
    "the stage of life with the shop: new, active, reactivated, at risk or lapsed": (
        "a fase de vida com a loja: novo, ativo, reativado, em risco ou perdido"
    ),
    "when the customer first ordered": "quando o cliente encomendou pela primeira vez",
    "when the customer last ordered": "quando o cliente encomendou pela última vez",
    "how often the customer has ordered": "quantas vezes o cliente encomendou",
    "what the customer has spent in all, in one currency": "quanto o cliente gastou ao todo, numa só moeda",
    "how often the customer ordered of late, for example in 90 days": (
        "quantas vezes o cliente encomendou ultimamente, por exemplo em 90 dias"
    ),
    "what the customer spent of late, for example in 90 days": (
        "quanto o cliente gastou ultimamente, por exemplo em 90 dias"
    ),
    "how often the customer visited the site of late": "quantas vezes o cliente visitou o site ultimamente",
    "how many different products the customer has bought": "quantos produtos diferentes o cliente comprou",
    "how much the customer has spent": "quanto o cliente gastou",
    "how often the customer has bought": "quantas vezes o cliente comprou",
    "in how many months the customer has ordered": "em quantos meses o cliente encomendou",
    "the categories that the customer has bought most, the first most": (
        "as categorias que o cliente mais comprou, a primeira mais do que as outras"
    ),
    "the category that the customer last bought": "a categoria que o cliente comprou por último",
    "the customer's stage of life; without it all are of one stage": (
        "a fase de vida do cliente; sem ela são todos da mesma fase"
    ),
    "the hour of another habit, for example of the last order": (
        "a hora de outro hábito, por exemplo da última encomenda"
    ),
    "the local hour of that, 0 to 23": "a hora local disso, de 0 a 23",
    "the longest time between two orders of the customer, in seconds": (
        "o maior tempo entre duas encomendas do cliente, em segundos"
    ),
    "the mean time between two orders of the customer, in seconds": (
        "o tempo médio entre duas encomendas do cliente, em segundos"
    ),
    "the products that the customer has bought, each once": "os produtos que o cliente comprou, cada um uma vez",
    "the share of the customer's money that was paid at a discount": (
        "a parte do dinheiro do cliente que foi paga com desconto"
    ),
    "what a piece costs that the customer buys": "quanto custa uma peça que o cliente compra",
    "what an order of the customer is worth on average": "quanto vale em média uma encomenda do cliente",
    "when the customer bought last": "quando o cliente comprou pela última vez",
    "when the customer last reacted, for example opened an e-mail": (
        "quando o cliente reagiu pela última vez, por exemplo abriu um e-mail"
    ),
    "by the orders of how many days it is judged": "pelas encomendas de quantos dias é avaliado",
    "how many days are looked ahead": "quantos dias se olha para a frente",
    "within how many days an order means that the customer is still there": (
        "em quantos dias uma encomenda quer dizer que o cliente ainda cá está"
    ),
    "from how many days back intervals are learnt": "de há quantos dias se aprendem os intervalos",
    "how many categories are told, the most bought ones": "quantas categorias se dizem, as mais compradas",
    "how many products are told": "quantos produtos se dizem",
    "how many products are known, the most bought ones": "quantos produtos se conhecem, os mais comprados",
    "how many others are kept of each product; else as many as are told": (
        "quantos outros se guardam de cada produto; senão, tantos como se dizem"
    ),
    "what was bought in so many days counts as what is bought now": (
        "o que se comprou em tantos dias conta como o que se compra agora"
    ),
    "by the purchases of how many days it is judged": "pelas compras de quantos dias é avaliado",
    "how many groups there may be": "quantos grupos pode haver",
    "how many customers each group must have; 0: 50, or the 500th part of all": (
        "quantos clientes tem de ter cada grupo; 0: 50, ou a 500.ª parte de todos"
    ),
    "by the spending of how many days layers count, and groups are judged": (
        "pelos gastos de quantos dias as camadas contam, e os grupos são avaliados"
    ),
    "into how many levels each of the three is cut": "em quantos níveis se corta cada um dos três",
    "the share of waits after which a customer is at risk": (
        "a parte das esperas a partir da qual um cliente está em risco"
    ),
    "the share of waits after which a customer has lapsed": (
        "a parte das esperas a partir da qual um cliente se perdeu"
    ),
    "what the levels are called, from low to high": "como se chamam os níveis, do mais baixo ao mais alto",
    "how levels are made": "como se fazem os níveis",
    "where each level but the first begins, by thresholds": "onde começa cada nível menos o primeiro, por limites",
    "how many clusters make each level, by clusters": "quantos grupos fazem cada nível, por grupos",
    "log loss": "perda logarítmica",
    "mean absolute error of money": "erro absoluto médio em dinheiro",
    "root mean squared error of orders": "raiz do erro quadrático médio em encomendas",
    "mean absolute error in days": "erro absoluto médio em dias",
    "share of wrong guesses": "parte de palpites errados",
    "share more than an hour off": "parte com mais de uma hora de diferença",
    "share without a hit": "parte sem nenhum acerto",
    "share of later spending's variance left unexplained": "parte da variância dos gastos futuros por explicar",
    "recency only": "só o silêncio",
    "BG/NBD": "BG/NBD",
    "BG/NBD, weighed": "BG/NBD, ponderado",
    "everybody's median interval": "o intervalo mediano de todos",
    "everybody's most bought category": "a categoria mais comprada por todos",
    "everybody's best hour": "a melhor hora de todos",
    "bestsellers": "os mais vendidos",
    "bestsellers of late": "os mais vendidos ultimamente",
    "stages alone": "só as fases",
    "as much as in the period before": "tanto como no período anterior",
}

"""What the headers of tables are called in English and Portuguese, and what a column of that name is."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

ROLES: Final[dict[str, tuple[str, ...]]] = {
    "userId": (
        "customer id", "user id", "client id", "customer number", "customer no", "customer code", "member id",
        "id cliente", "cliente id", "id do cliente", "codigo cliente", "codigo do cliente", "cod cliente",
        "numero cliente", "numero do cliente", "numero de cliente", "n cliente", "id utilizador",
        "id usuario", "customer", "client", "cliente", "user", "utilizador", "usuario", "member", "customer email",
        "email", "e mail", "email address", "email do cliente", "email cliente", "correio eletronico",
    ),
    "anonymousId": ("anonymous id", "visitor id", "device id", "cookie id", "id visitante", "id do visitante"),
    "order_id": (
        "order id", "order number", "order no", "order ref", "order reference", "order", "invoice id", "invoice number",
        "invoice no", "invoice", "transaction id", "receipt number", "receipt", "id pedido", "id do pedido",
        "numero pedido", "numero do pedido", "n pedido", "pedido", "id encomenda", "id da encomenda",
        "numero encomenda", "numero da encomenda", "n encomenda", "encomenda", "numero fatura",
        "numero da fatura", "fatura", "id venda", "venda",
    ),
    "refund_id": (
        "refund id", "refund number", "credit note number", "credit note", "return id", "refund", "id reembolso",
        "id do reembolso", "numero reembolso", "reembolso", "id devolucao", "id da devolucao", "numero devolucao",
        "devolucao", "nota de credito",
    ),
    "timestamp": (
        "order date", "ordered at", "order time", "purchase date", "purchased at", "event time", "timestamp",
        "occurred at", "invoice date", "transaction date", "refund date", "refunded at", "data do pedido",
        "data pedido", "data da encomenda", "data encomenda", "data da compra", "data compra", "data da fatura",
        "data reembolso", "data do reembolso", "data devolucao", "data da devolucao", "data hora", "data e hora",
        "date time", "datetime", "date", "data", "time", "created at", "date created", "creation date", "criado em",
        "data de criacao", "data criacao", "quando", "when", "day", "dia",
    ),
    "total": (
        "order total", "grand total", "total amount", "total price", "order value", "order amount", "total paid",
        "refund amount", "refund total", "total", "amount", "revenue", "valor total", "total da encomenda",
        "total do pedido", "valor do pedido", "valor da encomenda", "valor reembolsado", "valor devolvido",
        "total pago", "montante", "valor", "value",
    ),
    "currency": ("currency", "currency code", "order currency", "moeda", "codigo moeda", "codigo da moeda", "divisa"),
    "event": (
        "event", "event name", "event type", "action", "activity", "evento", "nome do evento", "nome evento",
        "tipo de evento", "acao", "atividade",
    ),
    "messageId": ("message id",),
    "lines.sku": (
        "sku", "product id", "product code", "product sku", "item id", "item sku", "item code", "stock code",
        "article number", "article", "ean", "codigo do produto", "codigo produto", "cod produto", "id produto",
        "id do produto", "produto id", "codigo artigo", "codigo do artigo", "artigo", "referencia", "ref",
    ),
    "lines.name": (
        "product name", "item name", "product title", "product", "item", "title", "description", "nome do produto",
        "nome produto", "nome do artigo", "produto", "designacao", "descricao",
    ),
    "lines.price": (
        "unit price", "item price", "product price", "price each", "price", "preco unitario", "preco unit",
        "valor unitario", "preco",
    ),
    "lines.quantity": (
        "quantity", "qty", "item quantity", "units", "quantidade", "qtd", "qtde", "quant", "unidades",
    ),
    "lines.category": (
        "product category", "category", "product type", "categoria do produto", "categoria", "familia", "family",
        "department", "departamento",
    ),
    "lines.brand": ("brand", "marca", "manufacturer", "fabricante", "vendor"),
}  # fmt: skip
"""What a column of events and orders is, by its name; what is called first in a row is the surer sign."""

TRAITS: Final[dict[str, tuple[str, ...]]] = {
    "email": ("email", "e mail", "email address", "customer email", "email do cliente", "email cliente",
              "correio eletronico"),
    "firstName": ("first name", "given name", "primeiro nome", "nome proprio"),
    "lastName": ("last name", "surname", "family name", "apelido", "sobrenome", "ultimo nome"),
    "name": ("name", "full name", "customer name", "nome", "nome completo", "nome do cliente", "nome cliente"),
    "phone": ("phone", "phone number", "telephone", "mobile", "telefone", "telemovel", "celular"),
    "birthday": ("birthday", "birth date", "date of birth", "data de nascimento", "data nascimento", "nascimento"),
    "gender": ("gender", "sex", "genero", "sexo"),
    "address.street": ("address", "street", "address 1", "morada", "rua", "endereco"),
    "address.city": ("city", "town", "cidade", "localidade"),
    "address.state": ("state", "region", "province", "estado", "distrito"),
    "address.postalCode": ("postal code", "postcode", "zip", "zip code", "cep", "codigo postal"),
    "address.country": ("country", "country code", "pais"),
    "createdAt": ("created at", "signup date", "sign up date", "registered at", "registration date", "customer since",
                  "data de registo", "data registo", "data de cadastro", "criado em", "cliente desde"),
}  # fmt: skip
"""What a column of customers is, by Segment's names for traits."""

PERSONAL: Final = frozenset(("email", "firstName", "lastName", "name", "phone", "birthday", "address.street"))
"""Traits that an order or an event does not need."""

UPDATED: Final = ("updated at", "last changed", "last updated", "changed at", "atualizado em", "data de atualizacao")
VALID_FROM: Final = ("valid from", "valid since", "since", "start date", "valido desde", "desde", "data inicio")
REFUNDS: Final = ("refund", "credit note", "return", "reembolso", "devolucao", "devolucoes")
"""What the name of a file or a column of refunds has in it."""


def plain(name: str) -> str:
    """A header in small letters without accents, its words with blanks between them.

    >>> plain("Data_da Encomenda"), plain("customerID"), plain("Preço (unitário)")
    ('data da encomenda', 'customer id', 'preco unitario')
    """
    letters = unicodedata.normalize("NFKD", re.sub(r"([a-z])([A-Z])", r"\1 \2", name.replace("º", "")))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", bare.lower()))


def rank(name: str, phrases: tuple[str, ...]) -> int | None:
    """How far behind in a row of phrases a header stands; None when it is none of them. Blanks do not count."""
    compact = _compact(name)
    known = [_compact(phrase) for phrase in phrases]
    return known.index(compact) if compact in known else None


@lru_cache(maxsize=4096)
def _compact(name: str) -> str:
    return plain(name).replace(" ", "")


def slug(name: str) -> str:
    """A header as the name of a field.

    >>> slug("Preço (unitário)"), slug("???")
    ('preco_unitario', 'column')
    """
    return plain(name).replace(" ", "_") or "column"

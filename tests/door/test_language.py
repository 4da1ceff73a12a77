"""What the server says to people, it says in the language that they ask for."""

from __future__ import annotations

import asyncio
import re
from string import Formatter

import pytest
from tests.door.shop import NOW, bearer
from tests.templates import SHOWN, SOURCE, all_templates, places, templates, unsaid, untold

from hundredfold.app.portuguese import PORTUGUESE
from hundredfold.catalogue.book import book
from hundredfold.definition.load import load_folder, load_text
from hundredfold.definition.mistakes import DefinitionErrors
from hundredfold.predict.microsegments.naming import STAGES, TRAITS
from hundredfold.said import Said, kept, recalled
from hundredfold.store.rejections import Rejection

PAGES = SOURCE.parents[1] / "web" / "src"
PORTUGAL = {"Accept-Language": "pt-PT,pt;q=0.9,en;q=0.5"}


def test_every_sentence_has_both_languages_and_the_same_places():
    assert untold(all_templates(), PORTUGUESE) == []


def test_a_sentence_that_a_language_lacks_or_says_with_other_places_is_found():
    known = all_templates()
    lacking = {english: words for english, words in PORTUGUESE.items() if english != "the end"}
    misplaced = PORTUGUESE | {"found {shown}": "está aqui {mostrado}"}

    assert untold(known, lacking) == ["missing: the end"]
    assert untold(known, misplaced) == ["other places: found {shown}"]
    assert untold(known, PORTUGUESE | {"{size:,} bytes": "{size} bytes"}) == ["other numbers: {size:,} bytes"]
    assert untold(known - {"the end"}, PORTUGUESE) == ["nobody says: the end"]
    assert list(templates("raise NotFound(said('no {what}', what=what))")) == ["no {what}"]
    with pytest.raises(AssertionError, match="no literal"):
        list(templates("raise NotFound(said(f'no {what}'))"))


def test_what_pages_show_is_said_so_that_it_can_be_translated():
    places_of_errors = [SOURCE / shown for shown in SHOWN]
    sources = [one for place in places_of_errors for one in (place.rglob("*.py") if place.is_dir() else [place])]
    bare = [f"{path}: {one}" for path in sources for one in unsaid(path.read_text(encoding="utf-8"))]

    assert bare == []
    assert len(sources) > 50
    assert unsaid("raise Problem(404, 'no_one', f'nobody is called {name}')") == ["f'nobody is called {name}'"]
    assert unsaid("raise NotFound('nobody')") == ["'nobody'"]


def test_every_translation_can_be_said():
    for words in PORTUGUESE.values():
        parts = {name: 7 for _, name, _, _ in Formatter().parse(words) if name is not None}
        assert words.format(**parts)
        assert places(words) == set(parts)


@pytest.mark.parametrize(
    ("number", "english", "portuguese"),
    [
        (7, "7 rows, 700.0%, line 7", "7 rows, 700,0%, line 7"),
        (1234, "1,234 rows, 123400.0%, line 1234", "1234 rows, 123400,0%, line 1234"),
        (
            -1234567,
            "-1,234,567 rows, -123456700.0%, line -1234567",
            "-1\xa0234\xa0567 rows, -123456700,0%, line -1234567",
        ),
        (0.125, "0.125 rows, 12.5%, line 0.125", "0,125 rows, 12,5%, line 0.125"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them_where_a_sentence_says_how(number, english, portuguese):
    told = Said("{whole}", whole=Said("{n:,} rows, {n:.1%}, line {n}", n=number))

    assert told == english
    assert told.in_words({}) == english
    assert told.in_words(PORTUGUESE) == portuguese
    assert recalled(kept(told)).in_words(PORTUGUESE) == portuguese
    assert Said("{n!r}", n=number).in_words(PORTUGUESE) == repr(number)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("formula: days_snce(a)", "nenhuma função se chama `days_snce`. Queria dizer `days_since`?"),
        ("formula: 1 +", "está aqui o fim; esperava-se um nome, um número, um texto ou um parêntese"),
        ("{event: A, aggregate: sum, windw: today}", "o campo `windw` não existe. Queria dizer `window`?"),
        ("{event: A, aggregate: sum, k: 0}", "`k`: tem de ser pelo menos 1, e está o número 0"),
        (
            "{event: A, aggregate: sum, zone: shop}",
            "`zone`: tem de ser 'workspace' ou 'customer', e está o texto 'shop'",
        ),
        (
            "{event: A, aggregate: sum, value: a: b}",
            "isto não é YAML: a campos entre chavetas falta uma vírgula ou o `}`",
        ),
        ("{event: A", "isto não é YAML: o texto acaba antes de estar tudo fechado"),
        ("{event: A, aggregate: count, label: 7}", "`label`: tem de ser um conjunto de campos, e está o número 7"),
    ],
)
def test_a_mistake_of_a_definition_is_told_in_portuguese_to_the_last_word(text, told):
    entry = text if text.startswith("{") else f"{{{text}}}"

    with pytest.raises(DefinitionErrors) as raised:
        load_text(f"attributes: {{x: {entry}}}" if entry.endswith("}") else f"attributes: {{x: {entry}")

    assert raised.value.errors[0].told.in_words(PORTUGUESE).startswith(told)


def test_what_was_refused_is_told_in_the_reader_s_language_whenever_it_was_kept(shop):
    send = shop.send("/v1/batch", {"batch": [{"type": "track", "userId": "c1"}, {"type": "alias", "userId": "c1"}]})
    told = [one["message"] for one in asyncio.run(send).json()["rejected"]]
    broken = asyncio.run(shop.send("/v1/track", b'{"type": }', headers=PORTUGAL)).json()["detail"]
    old = Rejection(NOW, "backend", "no_id", "stored before sentences had parts", None, b"{}")
    shop.door.tracking.intake.rejections.add([old])
    token = shop.token("read", personal_data=True)

    english, portuguese = (
        asyncio.run(shop.ask("GET", "/api/v1/ingest/rejected", headers=bearer(token) | further)).json()
        for further in ({}, PORTUGAL)
    )

    assert told == [
        "track needs event, the name as text, such as Order Completed",
        "alias needs previousId beside userId",
    ]
    assert broken == "no JSON at character 9: Expecting value; send one JSON object"
    assert [one["message"] for one in reversed(english)] == [*told, broken, old.text]
    assert [one["message"] for one in reversed(portuguese)] == [
        "track precisa de event, o nome em texto, por exemplo Order Completed",
        "alias precisa de previousId, além de userId",
        "não é JSON a partir do carácter 9: falta um valor; envie um objeto JSON",
        old.text,
    ]
    assert [one["path"] for one in portuguese] == [one["path"] for one in english]


@pytest.mark.parametrize(
    ("path", "english", "portuguese"),
    [
        (
            "/api/v1/ingest/rejected/7/mend",
            "no refused message is kept under 7. ",
            "nenhuma mensagem recusada está guardada com ",
        ),
        (
            "/api/v1/ingest/rejected?limit=0",
            "query.limit: it should be greater than or equal to 1. See /openapi.json",
            "query.limit: tem de ser pelo menos 1. Veja em /openapi.json",
        ),
        ("/api/v1/nowhere", "there is nothing here; the", "aqui não há nada; os"),
    ],
)
def test_a_problem_is_told_in_the_language_that_is_asked_for(shop, path, english, portuguese):
    token = shop.token("admin", personal_data=True)

    plain, told = (
        asyncio.run(shop.ask("GET", path, headers=bearer(token) | further)).json() for further in ({}, PORTUGAL)
    )

    assert plain["detail"].startswith(english)
    assert told["detail"].startswith(portuguese)
    assert {**plain, "detail": "", "message": ""} == {**told, "detail": "", "message": ""}


ONE_WORD = {
    r"pedidos?": "encomenda",
    r"artigos?": "produto",
    r"cestos?": "carrinho, or valor da encomenda",
    r"reembols\w*": "devolução",
    r"montantes?": "valor",
    r"(?<!taxas de )(?<!taxa de )câmbios?": "taxa de câmbio",
    r"processamentos? em lote": "lote",
    r"toda a história": "todo o histórico",
    r"emails?|correio": "e-mail",
    r"micro-segmentos?": "microssegmento",
    r"usuári[oa]s?": "utilizador",
    r"vocês?": "si, or nothing",
    r"senhas?": "palavra-passe",
    r"arquivos?(?! ZIP| 7-Zip| RAR)": "ficheiro",
    r"telas?": "ecrã",
    r"cupom|cupons": "cupão",
    r"frete": "portes",
    r"aplicativos?": "app",
    r"planilhas?": "folha de cálculo",
    r"registros?": "registo",
    r"cadastr\w+|compartilh\w+|gerenci\w+|delet[ao]r?|salvar|salvo|acessar|esfria\w*": "a word of Portugal",
}
"""What Portuguese texts do not say, and what they say instead: one word for one thing, and that of Portugal."""


def strangers(texts):
    """What texts say that they should not."""
    return sorted(
        {
            f"{found[0]}: {instead}"
            for word, instead in ONE_WORD.items()
            for found in re.finditer(rf"(?i)\b(?:{word})\b", texts)
        }
    )


def test_one_thing_has_one_portuguese_word_and_it_is_one_of_portugal():
    shown = (book().definitions, load_folder(SOURCE / "demo" / "definitions"))
    named = [word for pair in (*TRAITS.values(), STAGES.values()) for word in pair]
    texts = [
        *PORTUGUESE.values(),
        *(one["pt"] for definitions in shown for one in definitions.labels.values()),
        *(book().says(name)["pt"] for name in book().group_of),
        *(portuguese for _, portuguese in named),
        # What is quoted there, names of columns apart: the texts of the pages.
        *(re.sub(r"'[\w.]+':", "", words.read_text("utf-8").split("const pt")[1]) for words in PAGES.rglob("words.ts")),
    ]

    assert len(texts) > 1_500
    assert strangers("\n".join(texts)) == []
    assert strangers("O usuário fez um Pedido; taxa de câmbio") == ["Pedido: encomenda", "usuário: utilizador"]

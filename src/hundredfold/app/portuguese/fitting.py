"""What is wrong with conditions that can be true for nobody, in Portuguese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FITTING: Final[Mapping[str, str]] = {
    "a number": "um número",
    "a text": "um texto",
    "a date and time": "uma data e hora",
    "yes or no": "sim ou não",
    "a list": "uma lista",
    "nothing": "nada",
    "{one} or {other}": "{one} ou {other}",
    "{name} is {what}": "{name} é {what}",
    "`like` is of texts, and {what}": "`like` é de textos, e {what}",
    "this is no condition: {what}": "isto não é uma condição: {what}",
    "`{sign}` is of numbers": "`{sign}` é de números",
    "{function} is of {kind}": "{function} é de {kind}",
    "{what}, and {other}": "{what}, e {other}",
    "{what}, and {other}: this is true for nobody": "{what}, e {other}: isto não é verdade para ninguém",
    "{what}, and lists are not compared": "{what}, e as listas não se comparam",
    "{what}, which is neither more nor less than another": "{what}, que não é maior nem menor do que outro",
    "nothing is ever compared with null: this is true for nobody": (
        "nada se compara com null: isto não é verdade para ninguém"
    ),
    "Write {name} is null": "Escreva {name} is null",
    "Write {name} {sign} time('{text}')": "Escreva {name} {sign} time('{text}')",
    "Write {name} {sign} {text}": "Escreva {name} {sign} {text}",
    "Write a number beside it, as in {name} >= 5": "Escreva um número ao lado, por exemplo {name} >= 5",
    "Write a text beside it, as in {name} = 'PT'": "Escreva um texto ao lado, por exemplo {name} = 'PT'",
    "Write {name} >= time('2026-01-31'), or days_since({name}) <= 30": (
        "Escreva {name} >= time('2026-01-31'), ou days_since({name}) <= 30"
    ),
    "Write {name}, or not {name}": "Escreva {name}, ou not {name}",
    "Write {name} is not null, or take an attribute that says one thing of it": (
        "Escreva {name} is not null, ou use um atributo que diga só uma coisa dela"
    ),
}
"""All of it."""

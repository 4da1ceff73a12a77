"""What is wrong with definitions as a whole, in Portuguese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_MEANINGS: Final = {
    "`{name}` is a word of the language; choose another name, such as `is_{name}`": (
        "`{name}` é uma palavra da linguagem; escolha outro nome, por exemplo `is_{name}`"
    ),
    "`{name}` is a function of formulas; choose another name, such as `{name}_value`": (
        "`{name}` é uma função das fórmulas; escolha outro nome, por exemplo `{name}_value`"
    ),
    "`{name}` is a column of every table of profiles; choose another name": (
        "`{name}` é uma coluna de todas as tabelas de perfis; escolha outro nome"
    ),
    "`{given}` needs a business key; add `key: properties.order_id` or the like": (
        "`{given}` precisa de uma chave de negócio; acrescente `key: properties.order_id` ou semelhante"
    ),
    "`currency` says what the `money` paths are in; name them: `money: [properties.total]`": (
        "`currency` diz em que moeda estão os caminhos de `money`; indique-os: `money: [properties.total]`"
    ),
    "{twice!r} stands twice in `{given}`; remove one": "{twice!r} está duas vezes em `{given}`; tire um",
    "{twice!r} stands twice in `event`; remove one": "{twice!r} está duas vezes em `event`; tire um",
    "{name!r} cannot stand in its own `{given}`; remove it": "{name!r} não pode estar no seu próprio `{given}`; tire-o",
    "{both!r} stands in `also` and in `removed_by`; it can only do one of them": (
        "{both!r} está em `also` e em `removed_by`; só pode estar num deles"
    ),
    "`{name}` is a field of every message, which this lookup would hide; choose another name": (
        "`{name}` é um campo de todas as mensagens, que esta tabela de consulta esconderia; escolha outro nome"
    ),
    "{file!r} leaves the workspace; expected a path below its folder, such as products.csv": (
        "{file!r} sai do espaço de trabalho; esperava-se um caminho dentro da sua pasta, por exemplo products.csv"
    ),
    "`zone: customer` chooses the calendar of a window; add a `window`, or leave `zone` out": (
        "`zone: customer` escolhe o calendário de uma janela; acrescente `window`, ou tire `zone`"
    ),
    "hours and minutes are the same in every zone; leave `zone` out, or take a window of days": (
        "as horas e os minutos são iguais em todos os fusos; tire `zone`, ou escolha uma janela em dias"
    ),
    "{text!r} is no window; expected one of: {forms}{hint}": (
        "{text!r} não é uma janela; esperava-se uma destas: {forms}{hint}"
    ),
    "{text!r} is out of bounds; expected 1 to {most:,} {unit}": (
        "{text!r} está fora dos limites; esperava-se 1 a {most:,} {unit}"
    ),
    "no aggregate is called {aggregate!r}; write {near}": "nenhum agregado se chama {aggregate!r}; escreva {near}",
    "{aggregate} needs `{missing}`": "{aggregate} precisa de `{missing}`",
    "{aggregate} takes no `{extra}`; leave it out": "{aggregate} não leva `{extra}`; tire-o",
    "{aggregate} needs a `value`, such as properties.total": (
        "{aggregate} precisa de `value`, por exemplo properties.total"
    ),
    "with `foreign` write one of count, sum, min, max, first, last, without a window": (
        "com `foreign` escreva count, sum, min, max, first ou last, sem janela"
    ),
    "{other} is no list; name an attribute with list, first_list, top or unique_list": (
        "{other} não é uma lista; indique um atributo com list, first_list, top ou unique_list"
    ),
    "`{name}` is a formula of its own": "`{name}` é uma fórmula inteira",
    "Write {text} as an attribute with `formula`, and name that here": (
        "Escreva {text} como um atributo com `formula`, e indique aqui esse atributo"
    ),
    "a text in quotes, such as '@'": "um texto entre aspas, por exemplo '@'",
    "{shown} is no list": "{shown} não é uma lista",
    "the name of an attribute: {form}": "o nome de um atributo: {form}",
    "{shown} is no part of a time": "{shown} não é uma parte de uma data",
    "Parts": "Partes",
    "{aggregate} takes numbers; {value} is a time": "{aggregate} é de números; {value} é uma data",
    "`type: text` goes with a path and first, last, list, first_list, distinct, unique_list": (
        "`type: text` é para um caminho com first, last, list, first_list, distinct ou unique_list"
    ),
    "the name clashes with {kind} {name}; rename one of them": (
        "já existe, com o mesmo nome: {kind} {name}; mude o nome de um dos dois"
    ),
    "{name!r} has a `key` of its own and cannot stand in `{field}`; remove one of the two": (
        "{name!r} tem uma `key` sua e não pode estar em `{field}`; tire um dos dois"
    ),
    "{name!r} already stands in `also` of {first!r}; remove one": "{name!r} já está em `also` de {first!r}; tire um",
    "`{wanted}` is a segment; write its condition here, or a formula that both can use": (
        "`{wanted}` é um segmento; escreva aqui a condição dele, ou uma fórmula que sirva aos dois"
    ),
    "segments go in a circle: {circle}. Break it": "os segmentos andam em círculo: {circle}. Quebre-o",
    (
        "with all the segments that are named in it, and in these, the condition is too long. "
        "Name fewer of them, or make a formula of what many share"
    ): (
        "com todos os segmentos que nela se nomeiam, e os que estes nomeiam, a condição é demasiado longa. "
        "Nomeie menos segmentos, ou faça uma fórmula do que muitos têm em comum"
    ),
    "no segment is called `{wanted}`. {hint}": "nenhum segmento se chama `{wanted}`. {hint}",
    "`{wanted}` is an attribute, and `{function}` asks for a segment. {hint}": (
        "`{wanted}` é um atributo, e `{function}` pergunta por um segmento. {hint}"
    ),
    "{shown} is no segment": "{shown} não é um segmento",
    "the name of a segment: {form}": "o nome de um segmento: {form}",
    "Only segments may ask when somebody entered or left one": (
        "Só os segmentos podem perguntar quando alguém entrou ou saiu de um"
    ),
    "no attribute is called `{wanted}`. {hint}": "nenhum atributo se chama `{wanted}`. {hint}",
    "no model is called {model!r}. {hint}": "nenhum modelo se chama {model!r}. {hint}",
    "Models": "Modelos",
    "Roles": "Papéis",
    "the model {model} has no role `{role}`. {hint}": "o modelo {model} não tem o papel `{role}`. {hint}",
    "the model {model} needs an attribute for the role `{role}`: {meaning}. Write it below `inputs`": (
        "o modelo {model} precisa de um atributo para o papel `{role}`: {meaning}. Escreva-o em `inputs`"
    ),
    "`options` of the model {model}: {problem}": "`options` do modelo {model}: {problem}",
    "the role `{role}` takes a {kind}, and `{attribute}` is a {found}: {meaning}. Take another attribute": (
        "o papel `{role}` leva {kind}, e `{attribute}` é {found}: {meaning}. Escolha outro atributo"
    ),
    "the training failed with {kind}. Look at its inputs, or leave the attribute out": (
        "o treino falhou com {kind}. Veja os dados de entrada, ou tire o atributo"
    ),
    "no batch has run since it was declared. Say hf batch, or wait for the next one.": (
        "ainda não correu nenhum batch desde que foi declarado. Diga hf batch, ou espere pelo próximo."
    ),
    "it does not beat {baseline}: {measure} {error:.4g} against {least:.4g}. Give it more history or other inputs.": (
        "não é melhor do que {baseline}: {measure} {error:.4g} contra {least:.4g}. Dê-lhe mais dados, ou outros."
    ),
    "formulas go in a circle: {circle}": "as fórmulas andam em círculo: {circle}",
    "formulas go in a circle: {circle}. Break it": "as fórmulas andam em círculo: {circle}. Corte-o num ponto",
}
"""What fields mean, alone and beside each other."""

_DOCUMENTS: Final = {
    "1 mistake in the definitions:": "1 erro nas definições:",
    "{count} mistakes in the definitions:": "{count} erros nas definições:",
    "this is no YAML: {problem}": "isto não é YAML: {problem}",
    "a colon stands where no key can be": "há dois pontos onde não pode estar uma chave",
    "Put the value into quotes when it holds a colon and a blank, or look at the indentation": (
        "Ponha o valor entre aspas quando contém dois pontos e um espaço, ou veja a indentação"
    ),
    "the text ends before everything is closed": "o texto acaba antes de estar tudo fechado",
    "a quote is opened and not closed": "abrem-se aspas que não se fecham",
    "something stands behind a value that has ended": "há mais qualquer coisa depois de um valor que já acabou",
    "the indentation does not fit the lines above": "a indentação não condiz com as linhas de cima",
    "an entry of a list (`-`) cannot stand here": "a entrada de uma lista (`-`) não pode estar aqui",
    "a key has no colon behind it": "há uma chave sem dois pontos a seguir",
    "a list in brackets lacks a comma or its `]`": "a uma lista entre parênteses retos falta uma vírgula ou o `]`",
    "fields in braces lack a comma or their `}}`": "a campos entre chavetas falta uma vírgula ou o `}}`",
    "a value is missing here": "falta aqui um valor",
    "a tab stands where only blanks can": "há uma tabulação onde só pode haver espaços",
    "no value can begin with {character}": "nenhum valor pode começar por {character}",
    "in double quotes no {character} can follow a backslash": (
        "entre aspas, {character} não pode vir depois de uma barra invertida"
    ),
    "the key `{key}` stands here twice": "a chave `{key}` está aqui duas vezes",
    "Put the whole value into quotes": "Ponha o valor todo entre aspas",
    "the character U+{code:04X} cannot stand in YAML; remove it": (
        "o carácter U+{code:04X} não pode estar em YAML; tire-o"
    ),
    "the file has {count:,} characters; at most {most:,} are read. Split it into several files": (
        "o ficheiro tem {count:,} caracteres, e só se leem {most:,}. Divida-o em vários ficheiros"
    ),
    "more than {entries:,} entries or {levels} levels; split the file": (
        "há mais de {entries:,} entradas ou {levels} níveis; divida o ficheiro"
    ),
    "aliases (*name) are not read; write the value out": (
        "referências (*nome) não se leem; escreva o valor por extenso"
    ),
    "anchors (&{anchor}) are not read; write the value out where it is needed": (
        "âncoras (&{anchor}) não se leem; escreva o valor onde é preciso"
    ),
    "tags ({tag}) are not read; remove it": "etiquetas ({tag}) não se leem; tire-a",
    "merge keys (<<) are not read; write the fields out": "junções (<<) não se leem; escreva os campos por extenso",
    "a second document (---) begins here; put it into a file of its own": (
        "aqui começa um segundo documento (---); ponha-o num ficheiro só para ele"
    ),
    "a key must be a text": "uma chave tem de ser um texto",
    "the key {shown} is no text here; write it in quotes: '{key}'": (
        "a chave {shown} não é aqui um texto; escreva-a entre aspas: '{key}'"
    ),
    "{key!r} stands here twice; the first is in line {line}. Remove one": (
        "{key!r} está aqui duas vezes; a primeira está na linha {line}. Tire uma"
    ),
    "a document has sections such as `attributes`, each with names below it": (
        "um documento tem secções como `attributes`, cada uma com nomes por baixo"
    ),
    "a document has the sections {sections}, each with names below it": (
        "um documento tem as secções {sections}, cada uma com nomes por baixo"
    ),
    "unknown section `{section}`. {hint}": "a secção `{section}` não existe. {hint}",
    "`{section}` holds names with fields below each, and nothing else": (
        "`{section}` contém nomes, cada um com campos por baixo, e mais nada"
    ),
    "it is already declared in {where}; remove one of the two": "já está declarado em {where}; tire um dos dois",
    "the same document": "este mesmo documento",
    "a name is a text that is not empty and holds no half characters": (
        "um nome é um texto que não está vazio e só tem caracteres inteiros"
    ),
    "the name of an event has at most {most} characters": "o nome de um evento tem no máximo {most} caracteres",
    "this is no name; expected a letter, then letters, digits and _, at most 63 in all": (
        "isto não é um nome; esperava-se uma letra, depois letras, algarismos e _, no máximo 63 ao todo"
    ),
    "there is no {name!r} in `{section}`; nothing was removed": "não há {name!r} em `{section}`; nada foi tirado",
    "exactly one name is expected at the left margin here: `{name}:`": (
        "aqui espera-se um só nome encostado à esquerda: `{name}:`"
    ),
    "the lines of one {entry} are expected here: `{name}:` at the left margin, and its fields below it": (
        "aqui esperam-se as linhas de um só {entry}: `{name}:` encostado à esquerda, e os seus campos por baixo"
    ),
    "there is no folder {folder!r}; create it, or name the right one": (
        "a pasta {folder!r} não existe; crie-a, ou indique a certa"
    ),
    "only files that end in .yaml are read; rename it": "só se leem ficheiros que acabam em .yaml; mude-lhe o nome",
    "the file is larger than {most:,} bytes; split it": "o ficheiro tem mais de {most:,} bytes; divida-o",
    "the file is not UTF-8 (byte {start}); save it as UTF-8": (
        "o ficheiro não está em UTF-8 (byte {start}); guarde-o em UTF-8"
    ),
    "the file cannot be read: {reason}": "o ficheiro não se consegue ler: {reason}",
}
"""Documents of definitions, as YAML."""

DEFINITIONS: Final[Mapping[str, str]] = {**_MEANINGS, **_DOCUMENTS}
"""All of it."""

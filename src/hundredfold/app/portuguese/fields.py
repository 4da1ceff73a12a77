"""What is wrong with expressions and fields of definitions, in Portuguese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_JOINTS: Final = {
    "{above}\n{below}": "{above}\n{below}",
    "{told}": "{told}",
    "{place}: {told}": "{place}: {told}",
    "{subject}: {told}": "{subject}: {told}",
    "{entry}, `{field}`": "{entry}, `{field}`",
    "{kind} {name}": "{kind} {name}",
    "{problem}. {hint}": "{problem}. {hint}",
    "{problem}; expected {expected}": "{problem}; esperava-se {expected}",
    "column {column}: {told}": "coluna {column}: {told}",
    "{what}: none.": "{what}: não há.",
    "{what}: {names}": "{what}: {names}",
    "Did you mean `{near}`?": "Queria dizer `{near}`?",
    ". Did you mean `{near}`?": ". Queria dizer `{near}`?",
    ". It says: {description}": ". O que diz: {description}",
    "Declared": "Declarados",
    "Fields": "Campos",
    "Functions": "Funções",
    "Sections": "Secções",
    "event": "evento",
    "lookup": "tabela de consulta",
    "attribute": "atributo",
    "segment": "segmento",
}
"""How sentences are put together."""

_EXPRESSIONS: Final = {
    "a `where`": "`where`",
    "a `value`": "`value`",
    "a formula": "uma fórmula",
    "a segment's `where`": "`where` de um segmento",
    "the end": "o fim",
    "found {shown}": "está aqui {shown}",
    "{what} is empty": "{what}: está vazio",
    "an expression": "uma expressão",
    "an operator or the end": "um operador ou o fim",
    "{what} is nested deeper than {most} levels": "{what}: há mais de {most} níveis, uns dentro dos outros",
    "Split it into several attributes; a chain of + - * / counts one level for each sign": (
        "Divida em vários atributos; numa cadeia de + - * / cada sinal conta como um nível"
    ),
    "a condition is needed here, and this is a value": "aqui é precisa uma condição, e isto é um valor",
    "a comparison such as x > 0": "uma comparação, por exemplo x > 0",
    "{shown} does not belong in {what}": "{shown} não tem lugar em {what}",
    "+ - * / of paths and numbers": "+ - * / de caminhos e números",
    "A condition goes into `where`": "Uma condição escreve-se em `where`",
    "{shown} joins conditions, and this is a value": "{shown} liga condições, e isto é um valor",
    "comparisons do not chain": "as comparações não se encadeiam",
    "Write a < b and b < c, or use parentheses": "Escreva a < b and b < c, ou use parênteses",
    "`{word}` {what}": "`{word}` {what}",
    "behind `is`": "depois de `is`",
    "behind the condition": "depois da condição",
    "at the end of `case`": "no fim de `case`",
    "or a comma": "ou uma vírgula",
    "or an operator": "ou um operador",
    "`in` or `like` behind `not`": "`in` ou `like` depois de `not`",
    "a list in parentheses: in ('a', 'b')": "uma lista entre parênteses: in ('a', 'b')",
    "`in ()` holds nothing": "`in ()` não contém nada",
    "at least one value": "pelo menos um valor",
    "a pattern in quotes: like 'abc%'": "um padrão entre aspas: like 'abc%'",
    "a path or a number": "um caminho ou um número",
    "a name, a number, a text or a parenthesis": "um nome, um número, um texto ou um parêntese",
    "{shown} is too large": "{shown} é grande demais",
    "a number up to 1,000,000,000": "um número até 1 000 000 000",
    "{of} is too large; expected a number up to 1,000,000,000": (
        "{of} é grande demais; esperava-se um número até 1 000 000 000"
    ),
    "{written} is too large; expected a number up to 1,000,000,000": (
        "{written} é grande demais; esperava-se um número até 1 000 000 000"
    ),
    "`not` needs parentheses here": "aqui `not` precisa de parênteses",
    "Write (not ...)": "Escreva (not ...)",
    "`case` does not belong in {what}": "`case` não tem lugar em {what}",
    "Write it as an attribute with `formula`": "Escreva-o como um atributo com `formula`",
    "`when` behind `case`: case when x = 1 then ... end": "`when` depois de `case`: case when x = 1 then ... end",
    "{shown} is a path, and {what} speaks of attributes": "{shown} é um caminho, e {what} só conhece atributos",
    "Declare an attribute that takes this path, and name it here": (
        "Declare um atributo que leia este caminho, e escreva aqui o nome dele"
    ),
    "`{word}` is a function": "`{word}` é uma função",
    "its arguments: {form}": "os seus argumentos: {form}",
    "`{name}` got {count}": "`{name}` recebeu {count}",
    "{count} argument": "{count} argumento",
    "{count} arguments": "{count} argumentos",
    "at least {count}: {form}": "pelo menos {count}: {form}",
    "{count}: {form}": "{count}: {form}",
    "{least} or {count}: {form}": "{least} ou {count}: {form}",
    "the function `{name}` does not belong in {what}": "a função `{name}` não tem lugar em {what}",
    "no function is called {shown}": "nenhuma função se chama {shown}",
    "a whole number from {least} to {greatest}, written out": "um número inteiro de {least} a {greatest}, por extenso",
    "argument {number} of `{name}` is wrong": "o argumento {number} de `{name}` não serve",
    "{shown} is no time": "{shown} não é uma data",
    "such as '2026-01-31' or '2026-01-31T08:00:00Z'": "por exemplo '2026-01-31' ou '2026-01-31T08:00:00Z'",
    "only a text can be read as a time here": "aqui só um texto pode ser lido como data",
    "time('2026-01-31')": "time('2026-01-31')",
    "{shown} is no path": "{shown} não é um caminho",
    "{shown} does not belong to a path": "{shown} não faz parte de um caminho",
    "a path such as properties.total": "um caminho, por exemplo properties.total",
    "A part with blanks or signs is written in backquotes: properties.`my field`": (
        "Uma parte com espaços ou sinais escreve-se entre acentos graves: properties.`my field`"
    ),
    "the expression has {count:,} characters, at most {most:,} are read": (
        "a expressão tem {count:,} caracteres, e só se leem {most:,}"
    ),
    "Split it, or put long lists into a lookup table": "Divida-a, ou ponha as listas longas numa tabela de consulta",
    "{short} is neither a number nor a name": "{short} não é um número nem um nome",
    "A name that begins with a digit is written in backquotes: `2nd_order`": (
        "Um nome que começa por um algarismo escreve-se entre acentos graves: `2nd_order`"
    ),
    "this text holds half a character": "este texto contém metade de um carácter",
    "the name {short} does not end": "o nome {short} não acaba",
    "a name behind the point": "um nome depois do ponto",
    "a closing backquote": "um acento grave a fechar",
    "{part} holds {what}": "{part} contém {what}",
    "a point": "um ponto",
    "half a character": "metade de um carácter",
    "A point always goes one level deeper, so a field whose own name has one cannot be read; "
    "rename it where it is sent": (
        "Um ponto desce sempre um nível, por isso um campo com um ponto no nome não se pode ler; "
        "mude-lhe o nome onde é enviado"
    ),
    "text in quotes": "texto entre aspas",
    "name in backquotes": "nome entre acentos graves",
    "the {what} that begins here does not end": "o {what} que começa aqui não acaba",
    "Close it with {sign}; a {sign} inside is written twice": "Feche-o com {sign}; lá dentro, {sign} escreve-se "
    "a dobrar",
    "{short} means nothing here": "{short} não quer dizer nada aqui",
    "Equality is one `=`": "A igualdade é um só `=`",
    "An expression is one line without an end mark": "Uma expressão é uma linha, sem sinal no fim",
    "There are no braces; write ( )": "Não há chavetas; escreva ( )",
    "There are no square brackets; write ( )": "Não há parênteses retos; escreva ( )",
    "There is no power operator": "Não há operador de potência",
    "There is no remainder operator": "Não há operador de resto",
    "Write !=": "Escreva !=",
    "Write *": "Escreva *",
    "Write /": "Escreva /",
    "Write <=": "Escreva <=",
    "Write =": "Escreva =",
    "Write >=": "Escreva >=",
    "Write `!=`": "Escreva `!=`",
    "Write `and`": "Escreva `and`",
    "Write `or`": "Escreva `or`",
    "Write `or`; texts are joined by concat(a, b)": "Escreva `or`; os textos juntam-se com concat(a, b)",
    "Write `not`, or `!=`": "Escreva `not`, ou `!=`",
    "Write (a or b) and not (a and b)": "Escreva (a or b) and not (a and b)",
    "Write straight quotes: 'text'": "Use aspas direitas: 'texto'",
    "Write the minus of the keyboard: -": "Use o sinal menos do teclado: -",
    "Write x >= a and x <= b": "Escreva x >= a and x <= b",
    "Write x is null": "Escreva x is null",
    "Write x like '%part%'": "Escreva x like '%parte%'",
    "Write x like '%part'": "Escreva x like '%parte'",
    "Write x like 'part%'": "Escreva x like 'parte%'",
    "Write x like '...'; lower(x) is there in formulas": "Escreva x like '...'; nas fórmulas há lower(x)",
}
"""Conditions, values and formulas."""

_SHAPES: Final = {
    "fields are expected here (such as {example}), found {shown}": (
        "aqui esperam-se campos (por exemplo {example}), e está {shown}"
    ),
    "the field {key!r} is no text": "o campo {key!r} não é um texto",
    "`{name}` is missing{wanted}": "falta `{name}`{wanted}",
    "`{name}` cannot be read: found {shown}{wanted}": "`{name}` não se consegue ler: está {shown}{wanted}",
    "`{name}`: {plain}, found {shown}{wanted}": "`{name}`: {plain}, e está {shown}{wanted}",
    "{shown} (in quotes it is a text)": "{shown} (entre aspas é um texto)",
    "`{name}` is no field. A value that holds a comma needs quotes inside braces: {{formula: 'round(x, 2)'}}": (
        "`{name}` não é um campo. Dentro de chavetas, um valor com uma vírgula precisa de aspas: "
        "{{formula: 'round(x, 2)'}}"
    ),
    "`{name}` does not belong to {kind}; its fields: {known}": "`{name}` não faz parte de {kind}; os campos: {known}",
    "an aggregate": "um agregado",
    "a foreign attribute (it is lifetime only)": "um atributo de outro sistema (só há de sempre)",
    "a trait": "uma característica",
    "a model": "um modelo",
    "unknown field `{name}`. {hint}": "o campo `{name}` não existe. {hint}",
    "nothing": "nada",
    "the boolean {value}": "o booleano {value}",
    "the number {value}": "o número {value}",
    "the text {value!r}": "o texto {value!r}",
    "a mapping": "um conjunto de campos",
    "a list": "uma lista",
    "a {kind}": "um valor do tipo {kind}",
    "it should be a valid string": "tem de ser um texto",
    "it should be a valid integer": "tem de ser um número inteiro",
    "it should be a valid integer, got a number with a fractional part": (
        "tem de ser um número inteiro, sem parte decimal"
    ),
    "it should be a valid number": "tem de ser um número",
    "it should be a valid boolean": "tem de ser true ou false",
    "it should be a valid dictionary": "tem de ser um conjunto de campos",
    "it should be {expected}": "tem de ser {expected}",
    "it should be greater than or equal to {least}": "tem de ser pelo menos {least}",
    "it should be less than or equal to {most}": "tem de ser no máximo {most}",
    "it should be greater than {bound}": "tem de ser maior que {bound}",
    "it should be less than {bound}": "tem de ser menor que {bound}",
    "it should be a finite number": "tem de ser um número finito",
    "it should be a valid list": "tem de ser uma lista",
    "it should be a date and time, such as 2026-01-31T09:30Z": "tem de ser uma data e hora, como 2026-01-31T09:30Z",
    "it should be a day, such as 2026-01-31": "tem de ser um dia, como 2026-01-31",
    "it should match the pattern {pattern}": "tem de corresponder ao padrão {pattern}",
    "it is missing": "falta",
    "it is not known here": "não existe aqui",
    "it is no JSON": "não é JSON",
    "{one}; {other}": "{one}; {other}",
    "it should have at least {least} characters": "tem de ter pelo menos {least} caracteres",
    "it should have at least {least} entries": "tem de ter pelo menos {least} entradas",
    "it should have at most {most} entries": "tem de ter no máximo {most} entradas",
    "it should have at least 1 character": "tem de ter pelo menos 1 carácter",
    "it should have at most {most} characters": "tem de ter no máximo {most} caracteres",
}
"""Fields that do not fit."""

_FIELDS: Final = {
    "A path, or + - * / of paths and numbers.": "Um caminho, ou + - * / de caminhos e números.",
    "A track name, a list of them, or {{type: page}} for every event of a type.": (
        "O nome de um evento, uma lista de nomes, ou {{type: page}} para todos os eventos de um tipo."
    ),
    "CSV or Parquet, relative to the workspace's folder.": "CSV ou Parquet, a partir da pasta do espaço de trabalho.",
    "How many entries lists and `top` keep; minutes of quiet between `visits`.": (
        "Quantas entradas guardam as listas e `top`; minutos sem nada entre `visits`."
    ),
    "How the values of the events become one value.": "Como os valores dos eventos se tornam um só valor.",
    "Only events (or lines) for which this condition is true count.": (
        "Só contam os eventos (ou linhas) para os quais esta condição é verdadeira."
    ),
    "Paths of amounts that convert into the workspace's currency.": (
        "Caminhos de valores em dinheiro que são convertidos para a moeda do espaço de trabalho."
    ),
    "Take the value as text: `17` stays '17'.": "Lê o valor como texto: `17` fica '17'.",
    "The column that holds the key.": "A coluna que contém a chave.",
    "The condition; its names are attributes.": "A condição; os seus nomes são atributos.",
    "The family of models: churn, rfm, lifecycle.": "A família de modelos: churn, rfm, lifecycle.",
    "Which attribute takes each role of the model: {{recency: days_since_order}}.": (
        "Que atributo desempenha cada papel do modelo: {{recency: days_since_order}}."
    ),
    "What the model is to do otherwise: {{horizon: 90}}.": "O que o modelo deve fazer de outro modo: {{horizon: 90}}.",
    "The expression; its names are attributes.": "A expressão; os seus nomes são atributos.",
    "The heading under which it is listed.": "O título debaixo do qual aparece na lista.",
    "The key whose share `share` measures; absent: the favourite.": (
        "A chave cuja parte `share` mede; se faltar, a favorita."
    ),
    "The path by which the newest message of a fact is known.": (
        "O caminho pelo qual se conhece a mensagem mais recente de um facto."
    ),
    "The path of a list; each of its lines counts by itself.": "O caminho de uma lista; cada linha conta por si.",
    "The path of the business key; messages with one key are one fact.": (
        "O caminho da chave de negócio; as mensagens com a mesma chave são um só facto."
    ),
    "The path of the currency code of the `money` paths.": "O caminho do código da moeda dos caminhos de `money`.",
    "The path whose values are told apart (favourites, shares, distinct).": (
        "O caminho cujos valores se distinguem (preferidos, partes, distintos)."
    ),
    "The path within the traits: address.country.": "O caminho dentro das características: address.country.",
    "The path, in line or message, that holds the key to look up.": (
        "O caminho, na linha ou na mensagem, que contém a chave a procurar."
    ),
    "The share below the `quantile`: 0.9.": "A parte que fica abaixo do `quantile`: 0.9.",
    "The source of the other system's values.": "A fonte dos valores do outro sistema.",
    "The type of the message.": "O tipo da mensagem.",
    "Track names whose messages with the key belong to the same fact.": (
        "Nomes de eventos cujas mensagens com a mesma chave pertencem ao mesmo facto."
    ),
    "Track names whose messages with the key remove the fact.": (
        "Nomes de eventos cujas mensagens com a mesma chave anulam o facto."
    ),
    "What it is, for those who use it: one text, or by language: {{en: ..., pt: ...}}.": (
        "O que é, para quem o usa: um só texto, ou por língua: {{en: ..., pt: ...}}."
    ),
    "What people see instead of the name, by language: {{en: ..., pt: ...}}.": (
        "O que se vê em vez do nome, por língua: {{en: ..., pt: ...}}."
    ),
    "What the value is taken as.": "Como é lido o valor.",
    "Whose calendar a window follows.": "O calendário que uma janela segue.",
    "today; this week, month or year; N days; previous N days; same N days last year; N hours; "
    "N minutes. Absent: lifetime.": (
        "today; this week, month ou year; N days; previous N days; same N days last year; N hours; "
        "N minutes. Sem nada: desde sempre."
    ),
}
"""What the fields of definitions are for."""

FIELDS: Final[Mapping[str, str]] = {**_JOINTS, **_EXPRESSIONS, **_SHAPES, **_FIELDS}
"""All of it."""

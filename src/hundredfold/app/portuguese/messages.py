"""What is said of messages, of rows and tables of files, of mappings and of the plan of events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_MESSAGES: Final = {
    "{field} is neither text nor an integer; send it as text": (
        "{field} não é texto nem um número inteiro; envie como texto"
    ),
    "{field} holds a control character; send it without": "{field} tem um carácter de controlo; envie sem ele",
    "{field} is longer than {most} bytes; send a shorter one": "{field} tem mais de {most} bytes; envie um mais curto",
    "{field} is no time; send ISO 8601, such as 2026-11-22T10:00:00Z": (
        "{field} não é uma data; envie em ISO 8601, por exemplo 2026-11-22T10:00:00Z"
    ),
    "type must be one of {known}": "type tem de ser um destes: {known}",
    "the message has {size} bytes; {most} are allowed": "a mensagem tem {size} bytes; o máximo são {most}",
    "messageId is missing; send one, the same with each resend": (
        "falta messageId; envie um, sempre o mesmo em cada reenvio"
    ),
    "timestamp lies centuries before sentAt; check the clock of the sender": (
        "timestamp fica séculos antes de sentAt; veja o relógio de quem envia"
    ),
    "the message holds something JSON cannot; send text, numbers, lists and objects": (
        "a mensagem tem algo que não cabe em JSON; envie textos, números, listas e objetos"
    ),
    "a browser key may not send {name}; use a server key": (
        "uma chave de navegador não pode enviar {name}; use uma chave de servidor"
    ),
    "neither userId nor anonymousId; send at least one": "falta userId ou anonymousId; envie pelo menos um",
    "{name} needs userId": "{name} precisa de userId",
    "alias needs previousId beside userId": "alias precisa de previousId, além de userId",
    "{name} needs anonymousId or previousId beside userId": (
        "{name} precisa de anonymousId ou previousId, além de userId"
    ),
    "track needs event, the name as text, such as Order Completed": (
        "track precisa de event, o nome em texto, por exemplo Order Completed"
    ),
    "event is longer than {most} bytes; send a shorter name": (
        "event tem mais de {most} bytes; envie um nome mais curto"
    ),
    "profile needs source, the name of the system whose values these are": (
        "profile precisa de source, o nome do sistema de onde vêm os valores"
    ),
    "profile needs covers_until, the time up to which its values reach": (
        "profile precisa de covers_until, a data até à qual vão os valores"
    ),
    "profile needs values, an object of attribute and value": (
        "profile precisa de values, um objeto com atributos e valores"
    ),
    "a value of a profile is a number, a text, true, false, null or {{value, at}}": (
        "um valor de um profile é um número, um texto, true, false, null ou {{value, at}}"
    ),
    "the message is nested more than {most} levels deep": "a mensagem tem mais de {most} níveis, uns dentro dos outros",
    "the body is no JSON object; send one message as an object": (
        "o conteúdo não é um objeto JSON; envie uma mensagem como objeto"
    ),
    "the body has no batch; send an object with the messages as its list batch": (
        "o conteúdo não tem batch; envie um objeto com as mensagens na lista batch"
    ),
    "{name} of the batch is no object; send an object or leave it out": (
        "{name} do lote não é um objeto; envie um objeto ou deixe-o de fora"
    ),
    "the message is no JSON object; send an object": "a mensagem não é um objeto JSON; envie um objeto",
    "this server takes no deletions; send them to the one with the live side": (
        "este servidor não aceita apagamentos; envie-os ao que tem o lado ao vivo"
    ),
    "type says otherwise than the address; send {kind} or leave type out": (
        "type não diz o mesmo que o endereço; envie {kind} ou deixe type de fora"
    ),
    "this is more than one request may carry; send less at once": (
        "isto é mais do que cabe de uma vez; envie menos de cada vez"
    ),
    "only events are sent from here: {kinds}": "daqui só se enviam eventos: {kinds}",
    "the batch has {count} events; {most} are allowed at once": (
        "o lote tem {count} eventos; o máximo são {most} de cada vez"
    ),
    "byte {place} is not UTF-8; send the JSON text as UTF-8": "o byte {place} não é UTF-8; envie o JSON em UTF-8",
    "no JSON at character {place}: {problem}; send one JSON object": (
        "não é JSON a partir do carácter {place}: {problem}; envie um objeto JSON"
    ),
    "the JSON is nested too deeply; 32 levels are allowed": (
        "o JSON tem demasiados níveis, uns dentro dos outros; o máximo são 32"
    ),
    "Expecting value": "falta um valor",
    "Expecting ',' delimiter": "falta uma vírgula",
    "Expecting ':' delimiter": "faltam dois pontos",
    "Expecting property name enclosed in double quotes": "falta um nome de campo entre aspas",
    "Illegal trailing comma before end of object": "há uma vírgula a mais no fim do objeto",
    "Illegal trailing comma before end of array": "há uma vírgula a mais no fim da lista",
    "Extra data": "há texto a mais depois do fim",
    "Unterminated string starting at": "um texto que começa aqui não tem aspas no fim",
    "Invalid control character at": "há aqui um carácter de controlo",
    "Invalid \\escape": "há uma barra invertida com um carácter que não conta",
    "Invalid \\uXXXX escape": "depois de \\u são precisos quatro algarismos hexadecimais",
}
"""What is refused of what clients send."""

_ROWS: Final = {
    "the line is not {encoding}; see `encoding:`": "a linha não está em {encoding}; veja `encoding:`",
    "a line is one message: a JSON object": "uma linha é uma mensagem: um objeto JSON",
    "a line without price or quantity makes no total; fill it, or map `total`": (
        "uma linha sem preço ou quantidade não dá um total; preencha-a, ou indique `total`"
    ),
    "the rows of one key have different {name}; a message is one's": (
        "as linhas da mesma chave têm {name} diferentes; uma mensagem é de uma só pessoa"
    ),
    "the row has no {key}; fill it, or leave such rows out": (
        "a linha não tem {key}; preencha-a, ou deixe de fora linhas assim"
    ),
    "an earlier row has this key (and `valid_from`) with other fields; keep one, or date them": (
        "uma linha anterior tem esta chave (e `valid_from`) com outros campos; deixe só uma, ou dê-lhes datas"
    ),
    "a list or an object cannot be text; use `type: json`": (
        "uma lista ou um objeto não pode ser texto; use `type: json`"
    ),
    "decimal sign {decimal!r}, thousands {thousands!r}": "sinal decimal {decimal!r}, milhares {thousands!r}",
    "decimal sign {decimal!r}, no thousands": "sinal decimal {decimal!r}, sem milhares",
    "{signs}, around it {others}": "{signs}, à volta {others}",
    "a number was expected ({signs}); see `decimal:`, `thousands:` and `signs:`": (
        "esperava-se um número ({signs}); veja `decimal:`, `thousands:` e `signs:`"
    ),
    "a number beyond one billion cannot be an amount": (
        "um número acima de mil milhões não pode ser um valor em dinheiro"
    ),
    "a time was expected, like {format!r}; see `format:`": "esperava-se uma data como {format!r}; veja `format:`",
    "a time was expected, such as 2026-01-31 or 2026-01-31T09:30:00; see `format:`": (
        "esperava-se uma data, por exemplo 2026-01-31 ou 2026-01-31T09:30:00; veja `format:`"
    ),
    "a column of {kind} has no JSON value; leave it out": "uma coluna de {kind} não cabe em JSON; deixe-a de fora",
    "an integer was expected": "esperava-se um número inteiro",
    "true or false was expected (also yes and no, 1 and 0)": "esperava-se true ou false (ou yes e no, ou 1 e 0)",
}
"""Rows of files that are not taken."""

_TABLES: Final = {
    "lookup {name}: {file} has no column {key!r}; it has: {known}": (
        "tabela {name}: {file} não tem a coluna {key!r}; tem: {known}"
    ),
    "lookup {name}: {file}, row {number}": "tabela {name}: {file}, linha {number}",
    "{at}: a second row with the key {key!r} and one valid_from; keep one of them": (
        "{at}: uma segunda linha com a chave {key!r} e o mesmo valid_from; deixe só uma"
    ),
    "{at}: a second row with the key {key!r}; keep one of them, or date them": (
        "{at}: uma segunda linha com a chave {key!r}; deixe só uma, ou dê-lhes datas"
    ),
    "{at}: valid_from is no time; write 2026-01-31, 2026-01-31T09:30Z, or nothing": (
        "{at}: valid_from não é uma data; escreva 2026-01-31, 2026-01-31T09:30Z, ou nada"
    ),
    "rates: there is no file {file}; add it, or say `rates: null`": (
        "rates: não há nenhum ficheiro {file}; acrescente-o, ou escreva `rates: null`"
    ),
    "{file} has no column {name!r}; rates have date, currency, rate": (
        "{file} não tem a coluna {name!r}; as taxas têm date, currency, rate"
    ),
    "{file}, row {number}: expected a date (2026-01-31), a currency and a rate above 0": (
        "{file}, linha {number}: esperava-se uma data (2026-01-31), uma moeda e uma taxa acima de 0"
    ),
    "{file}, row {number}: a second rate of {code} on {day}; keep one of them": (
        "{file}, linha {number}: uma segunda taxa de {code} em {day}; deixe só uma"
    ),
    "{file} cannot be read: {reason}": "não se consegue ler {file}: {reason}",
    "{file} has no known ending; tables are .csv, .ndjson or .parquet": (
        "{file} não tem uma extensão conhecida; as tabelas são .csv, .ndjson ou .parquet"
    ),
    "row {row} has {count} cells, the first line {names}": "a linha {row} tem {count} células, e a primeira {names}",
    "two columns have one name": "há duas colunas com o mesmo nome",
    "line {number} is no object": "a linha {number} não é um objeto",
    "a cell holds a {kind}; cells are texts, numbers, booleans or times": (
        "uma célula tem um {kind}; as células são textos, números, booleanos ou datas"
    ),
}
"""Lookup tables and rates."""

_MAPPINGS: Final = {
    "the mapping is no UTF-8 text; save it as UTF-8": "o mapeamento não está em UTF-8; guarde-o em UTF-8",
    "there is no mapping file {name}, and no preset of that name; presets: {known}": (
        "não há nenhum ficheiro de mapeamento {name}, nem um modelo com esse nome; modelos: {known}"
    ),
    "it cannot be read": "não se consegue ler",
    "a mapping is a document with `kind:`, or with `tables:`": (
        "um mapeamento é um documento com `kind:`, ou com `tables:`"
    ),
    "`{path}` is not known here; remove it or look for its spelling": (
        "`{path}` não existe aqui; tire-o, ou veja se está bem escrito"
    ),
    "`{path}` is missing": "falta `{path}`",
    "`{path}`: {told}": "`{path}`: {told}",
    "`kind` is missing: messages, events, orders, refunds, customers or products": (
        "falta `kind`: messages, events, orders, refunds, customers ou products"
    ),
    "`kind` is one of messages, events, orders, refunds, customers, products": (
        "`kind` é um destes: messages, events, orders, refunds, customers, products"
    ),
    "say exactly one of `column`, `join` or `constant`": "indique só um destes: `column`, `join` ou `constant`",
    "{time!r} is no time; write 2026-01-31 or 2026-01-31T09:30": (
        "{time!r} não é uma data; escreva 2026-01-31 ou 2026-01-31T09:30"
    ),
    "no encoding is called {encoding!r}; try utf-8, latin-1 or cp1252": (
        "nenhuma codificação se chama {encoding!r}; experimente utf-8, latin-1 ou cp1252"
    ),
    "`thousands` and `decimal` cannot be the same character": (
        "`thousands` e `decimal` não podem ser o mesmo carácter"
    ),
    "say whose the rows are: `userId` or `anonymousId`": "indique de quem são as linhas: `userId` ou `anonymousId`",
    "say the name of the event: `event: {{constant: Order Completed}}`, or a column": (
        "indique o nome do evento: `event: {{constant: Order Completed}}`, ou uma coluna"
    ),
    "`properties: {path}` is made by the table itself; map `{path}` beside `kind`": (
        "`properties: {path}` é feito pela própria tabela; indique `{path}` ao lado de `kind`"
    ),
    "`key: {key}` is none of `columns`: {known}": "`key: {key}` não está em `columns`: {known}",
    "map `valid_from` beside `columns`, not in them": "indique `valid_from` ao lado de `columns`, e não dentro",
    "`file` is the name of a .parquet file in the workspace": (
        "`file` é o nome de um ficheiro .parquet do espaço de trabalho"
    ),
    "two tables write the same lookup `file`; use one with a pattern in `files:`": (
        "duas tabelas escrevem no mesmo `file`; use uma só, com um padrão em `files:`"
    ),
    "no time zone is called {name!r}; write it like Europe/London": (
        "nenhum fuso horário se chama {name!r}; escreva como Europe/Lisbon"
    ),
    "{path!r} is no path: its parts are separated by single dots": (
        "{path!r} não é um caminho: as partes separam-se com um só ponto"
    ),
    "{path!r} cannot lie inside {outer!r}, which is a value itself": (
        "{path!r} não pode ficar dentro de {outer!r}, que já é um valor"
    ),
}
"""Files that say what the columns of other files are."""

_PLAN: Final = {
    "the tracking plan": "o plano de eventos",
    "event {name}": "o evento {name}",
    "property {path}": "a propriedade {path}",
    "required must be true or false": "required tem de ser true ou false",
    "values must be a list of texts, numbers, true and false": (
        "values tem de ser uma lista de textos, números, true e false"
    ),
    "{key} must be one of {known}": "{key} tem de ser um destes: {known}",
    "{what} must be an object with {known}": "{what} tem de ser um objeto com {known}",
    "{what} has no {key}; known: {known}": "{what} não tem {key}; há {known}",
    "events must be an object of event name and what it carries": (
        "events tem de ser um objeto com o nome de cada evento e o que traz"
    ),
    "{name} must be an object with mode and properties": "{name} tem de ser um objeto com mode e properties",
    "the properties of {name} must be an object": "as propriedades de {name} têm de ser um objeto",
    "{path} must be an object with required, type and values": (
        "{path} tem de ser um objeto com required, type e values"
    ),
}
"""The plan of what events carry."""

_RUNS: Final = {
    "the live side is catching up with the log": "o lado ao vivo está a pôr-se a par do registo",
    "the live side cannot read the log": "o lado ao vivo não consegue ler o registo",
    "the live side has stopped. Restart it: the state is made anew from the log": (
        "o lado ao vivo parou. Reinicie-o: o estado é refeito a partir do registo"
    ),
    "the process ended before the run did": "o processo terminou antes da execução",
    "the work beside the server failed: {error} at {place}. Nothing of it counts.": (
        "o trabalho ao lado do servidor falhou: {error} em {place}. Nada dele conta."
    ),
}
"""Runs that failed, and what is in the way of right answers."""

MESSAGES: Final[Mapping[str, str]] = {**_MESSAGES, **_ROWS, **_TABLES, **_MAPPINGS, **_PLAN, **_RUNS}
"""All of it."""

"""What is said of other systems that are loaded, in Portuguese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SOURCES: Final[Mapping[str, str]] = {
    "`connection` says where a PostgreSQL is; it needs one, and nothing else has one": (
        "`connection` diz onde está um PostgreSQL; ele precisa de uma, e mais nada a tem"
    ),
    "`env` is the name of an environment variable, not the address itself": (
        "`env` é o nome de uma variável de ambiente, e não o próprio endereço"
    ),
    "`path` says where files, or the file of an SQLite database, are; say it for these": (
        "`path` diz onde estão os ficheiros, ou o ficheiro de uma base SQLite; é só para estes que se indica"
    ),
    "`table`, `query`, `order` and `incremental` are said of databases only": (
        "`table`, `query`, `order` e `incremental` só se indicam para bases de dados"
    ),
    "a source is a document with `kind:` and `map:`": "uma fonte é um documento com `kind:` e `map:`",
    "a table of products is replaced as a whole; leave `incremental` out, or give it a source of its own": (
        "uma tabela de produtos é substituída por inteiro; tire `incremental`, ou dê-lhe uma fonte própria"
    ),
    "bytes stand where a text or a number was expected; leave them out in a `query`": (
        "estão bytes onde se esperava um texto ou um número; deixe-os de fora com uma `query`"
    ),
    "map {column}, too, such as `properties: {{{column}: {column}}}`, or a `messageId`: of two rows that say the same "
    "the second would be a copy, also when the row went back to what it was": (
        "indique também {column}, por exemplo `properties: {{{column}: {column}}}`, ou um `messageId`: de duas linhas "
        "que dizem o mesmo a segunda seria uma cópia, mesmo quando a linha voltou ao que era"
    ),
    "no source is called {name}; there are: {known}": "nenhuma fonte se chama {name}; há: {known}",
    "no event is known as {what}; known: {known}": "nenhum evento se chama {what}; há: {known}",
    "no source's mapping reads {what}; what is read: {known}": (
        "o mapeamento de nenhuma fonte lê {what}; o que se lê: {known}"
    ),
    "{what} is no field, event, source's column, attribute or segment; write events.NAME.FIELD, "
    "properties.FIELD, sources.NAME.COLUMN, or the name of an attribute or a segment": (
        "{what} não é campo, evento, coluna de uma fonte, atributo nem segmento; escreva events.NOME.CAMPO, "
        "properties.CAMPO, sources.NOME.COLUNA, ou o nome de um atributo ou segmento"
    ),
    "renaming {what} breaks nothing": "mudar o nome de {what} não estraga nada",
    "renaming {what} breaks {attributes} attributes, {segments} segments": (
        "mudar o nome de {what} estraga {attributes} atributo(s) e {segments} segmento(s)"
    ),
    "say exactly one of `env` or `file`": "indique só um destes: `env` ou `file`",
    "say exactly one of `table` or `query`": "indique só um destes: `table` ou `query`",
    "the file is no UTF-8 text; save it as UTF-8": "o ficheiro não é texto UTF-8; guarde-o em UTF-8",
    "there is no SQLite file {path}; check `path`": "não há nenhum ficheiro SQLite {path}; veja `path`",
    "there is no source yet; write what one says into {folder}/NAME.yaml": (
        "ainda não há nenhuma fonte; escreva o que ela diz em {folder}/NOME.yaml"
    ),
    "{name} has two columns called {column!r}; name one of them `AS`": (
        "{name} tem duas colunas chamadas {column!r}; dê outro nome a uma delas com `AS`"
    ),
    "{name}: PostgreSQL does not answer, or let nobody in; is it up, and the address right?": (
        "{name}: o PostgreSQL não responde, ou não deixou entrar; está ligado, e o endereço está certo?"
    ),
    "{name}: PostgreSQL refused the query (SQLSTATE {state})": (
        "{name}: o PostgreSQL recusou a consulta (SQLSTATE {state})"
    ),
    "{name}: PostgreSQL says: {problem}": "{name}: o PostgreSQL diz: {problem}",
    "{name}: SQLite says: {problem}": "{name}: o SQLite diz: {problem}",
    "{name}: `incremental` needs a column of times, whole numbers or texts": (
        "{name}: `incremental` precisa de uma coluna de datas, números inteiros ou textos"
    ),
    "{name}: a statement took more than {seconds} s; give it more with `timeout`, or read less": (
        "{name}: uma consulta demorou mais de {seconds} s; dê-lhe mais tempo com `timeout`, ou leia menos"
    ),
    "{name}: the address cannot be read from {path}": "{name}: o endereço não se consegue ler de {path}",
    "{name}: the environment variable {variable} is not set; set it to postgresql://USER:PASSWORD@HOST/NAME": (
        "{name}: a variável de ambiente {variable} não está definida; dê-lhe postgresql://USER:PASSWORD@HOST/NAME"
    ),
    "{name}: the query cannot be read from {file}": "{name}: a consulta não se consegue ler de {file}",
    "{kind}:// is no address that can be read; write sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME": (
        "{kind}:// não é um endereço que se consiga ler; escreva sqlite:///FILE ou "
        "postgresql://USER:PASSWORD@HOST:PORT/NAME"
    ),
    "{name} has no table that can be read": "{name} não tem nenhuma tabela que se consiga ler",
    "{name} has several tables; say which one with --table: {tables}": (
        "{name} tem várias tabelas; diga qual com --table: {tables}"
    ),
    "a table or a query is said of databases only; {path} is none": (
        "uma tabela ou uma consulta só se diz de bases de dados; {path} não é nenhuma"
    ),
    "{name}: this is no address of a PostgreSQL; write postgresql://USER:PASSWORD@HOST:PORT/NAME": (
        "{name}: isto não é o endereço de um PostgreSQL; escreva postgresql://USER:PASSWORD@HOST:PORT/NAME"
    ),
    "{name}: write the host before the slash; `{setting}` is not taken": (
        "{name}: escreva a máquina antes da barra; `{setting}` não é aceite"
    ),
    "{name}: {host} is reached with sslmode=verify-full only, unless it is among egress.internal": (
        "{name}: {host} só se alcança com sslmode=verify-full, a não ser que esteja em egress.internal"
    ),
    "{name}: {path} is in the workspace, which is kept in git; move the address out of it": (
        "{name}: {path} está no espaço de trabalho, que se guarda no git; tire o endereço de lá"
    ),
}

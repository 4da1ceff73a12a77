"""What is wrong with files, imports and requests, in Portuguese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_RATES: Final = {
    "the file of rates": "o ficheiro de taxas",
    "somebody else has changed the rates since you looked; look at them again, then write": (
        "entretanto alguém alterou as taxas; veja-as de novo e depois guarde"
    ),
    "{rate!r} is no rate; write a number above 0, such as 0.8431": (
        "{rate!r} não é uma taxa; escreva um número acima de 0, como 0.8431"
    ),
    "no currency has the code {code!r}; write one of ISO 4217, such as USD": (
        "nenhuma moeda tem o código {code!r}; escreva um da ISO 4217, como USD"
    ),
    "all money is kept in {own}, which needs no rate": ("todo o dinheiro é guardado em {own}, que não precisa de taxa"),
    "{day!r} is no day; write it like 2026-01-31": "{day!r} não é um dia; escreva-o assim: 2026-01-31",
    "{file} is there, but hundredfold.yaml does not name it; say `rates: {file}`, or move it away": (
        "{file} existe, mas o hundredfold.yaml não o indica; escreva `rates: {file}`, ou tire-o de lá"
    ),
    "{file} is no CSV file, so change it by hand, and say hf apply": (
        "{file} não é um ficheiro CSV, por isso muda-se à mão; depois diga hf apply"
    ),
    "{file} has a column {column!r} besides date, currency, rate, so change it by hand, and say hf apply": (
        "{file} tem uma coluna {column!r} além de date, currency, rate, por isso muda-se à mão; depois diga hf apply"
    ),
}
_FILES: Final = {
    "{file} cannot be written: {why}. Mend that, or name another place.": (
        "não se consegue escrever {file}: {why}. Corrija isso ou indique outro lugar."
    ),
    "{name} is empty; export it again": "{name} está vazio; exporte-o outra vez",
    "{name} has no rows; export it again": "{name} não tem linhas; exporte-o outra vez",
    "{name} names its columns and has no rows; export it again": (
        "{name} tem os nomes das colunas e nenhuma linha; exporte-o outra vez"
    ),
    "{name} has no column {missing!r}; it has: {columns}": "{name} não tem a coluna {missing!r}; tem: {columns}",
    "{name} is a packed Parquet file; unpack it first (Parquet is compressed by itself)": (
        "{name} é um ficheiro Parquet comprimido; descomprima-o primeiro (o Parquet já é compacto)"
    ),
    "{name} is an encrypted Parquet file; export it without encryption": (
        "{name} é um ficheiro Parquet cifrado; exporte-o sem cifra"
    ),
    "{name} is a Parquet file that was cut off; send it again": (
        "{name} é um ficheiro Parquet que ficou cortado; envie-o outra vez"
    ),
    "{name} is an Excel file, which cannot be read directly. {as_csv}": (
        "{name} é um ficheiro Excel, que não se lê diretamente. {as_csv}"
    ),
    "{name} is an old Excel file, which cannot be read directly. {as_csv}": (
        "{name} é um ficheiro Excel antigo, que não se lê diretamente. {as_csv}"
    ),
    "{name} is an Excel file with a password. Open it in Excel. {as_csv}": (
        "{name} é um ficheiro Excel com palavra-passe. Abra-o no Excel. {as_csv}"
    ),
    "In Excel, save it as CSV (File, Save as, CSV UTF-8), and drop that file": (
        "No Excel, guarde-o como CSV (Ficheiro, Guardar como, CSV UTF-8) e largue aqui esse ficheiro"
    ),
    "{name} is a ZIP archive; unpack it, and drop the files in it one by one": (
        "{name} é um arquivo ZIP; extraia-o e largue aqui os ficheiros um a um"
    ),
    "{name} is {what}, not a table; drop a CSV, Parquet or NDJSON file": (
        "{name} é {what}, e não uma tabela; largue um ficheiro CSV, Parquet ou NDJSON"
    ),
    "{name} is a web page or XML, not a table; export it as CSV": (
        "{name} é uma página web ou XML, e não uma tabela; exporte-o como CSV"
    ),
    "{name} is no text, and no Parquet file; drop a CSV, Parquet or NDJSON file": (
        "{name} não é um texto nem um ficheiro Parquet; largue um ficheiro CSV, Parquet ou NDJSON"
    ),
    "{name} is a packed file that is broken or was cut off; send it again": (
        "{name} é um ficheiro comprimido que está danificado ou ficou cortado; envie-o outra vez"
    ),
    "{name} unpacks to more than {most} GB; split it": "{name} descomprimido tem mais de {most} GB; divida-o",
    "{name} cannot be read to its end: {reason}; it may be cut off. Send it again": (
        "{name} não se consegue ler até ao fim: {reason}; talvez esteja cortado. Envie-o outra vez"
    ),
    "the first line of {name} says {first!r}, a note for Excel; remove this line, so that the file begins with "
    "the names of its columns": (
        "a primeira linha de {name} diz {first!r}, uma nota para o Excel; apague essa linha, para que o ficheiro "
        "comece pelos nomes das colunas"
    ),
    "a file of messages needs `kind: messages`, not `kind: {kind}`": (
        "um ficheiro de mensagens precisa de `kind: messages`, e não de `kind: {kind}`"
    ),
    "a picture (PNG)": "uma imagem (PNG)",
    "a picture (JPEG)": "uma imagem (JPEG)",
    "a picture (GIF)": "uma imagem (GIF)",
    "a picture or a sound": "uma imagem ou um som",
    "a PDF document": "um documento PDF",
    "a 7-Zip archive": "um arquivo 7-Zip",
    "a RAR archive": "um arquivo RAR",
    "a SQLite database": "uma base de dados SQLite",
    "a program": "um programa",
    "an RTF document": "um documento RTF",
    "a dropped file may have {most}, and this one has {size}; split it, or import it on the server's machine with "
    "hf import": (
        "um ficheiro largado aqui pode ter {most}, e este tem {size}; divida-o, ou importe-o na máquina do "
        "servidor com "
        "hf import"
    ),
    "the file has {size}, for which {needed} must be free, and the server has {free}; make room there": (
        "o ficheiro tem {size}, para os quais são precisos {needed} livres, e o servidor tem {free}; arranje lá espaço"
    ),
    "the next piece of this file begins at byte {received}; go on from there": (
        "a próxima parte deste ficheiro começa no byte {received}; continue daí"
    ),
    "the file was announced with {size} bytes; this is more": "o ficheiro foi anunciado com {size} bytes; isto é mais",
    "the server's disk is full; make room, and send it again": (
        "o disco do servidor está cheio; arranje espaço e envie outra vez"
    ),
    "this piece has just been sent; ask how far the file is": (
        "esta parte acabou de ser enviada; pergunte até onde chegou o ficheiro"
    ),
    "this piece is being sent anew; ask how far the file is": (
        "esta parte está a ser enviada de novo; pergunte até onde chegou o ficheiro"
    ),
    "what arrived is not the file (CRC-32 {arrived}, not {crc32}); send all of it again": (
        "o que chegou não é o ficheiro (CRC-32 {arrived}, e não {crc32}); envie-o todo outra vez"
    ),
    "this file is not here any more; drop it again": "este ficheiro já não está aqui; largue-o outra vez",
    "the file has not arrived yet; send the rest of it first": (
        "o ficheiro ainda não chegou todo; envie primeiro o resto"
    ),
    "{file} lies among the workspace's own files; name one beside them": (
        "{file} fica entre os ficheiros do próprio espaço de trabalho; indique um ao lado deles"
    ),
    "no mapping is kept as {name}": "nenhum mapeamento está guardado como {name}",
    "the import failed: {error} at {place}": "a importação falhou: {error} em {place}",
    "it was cancelled before it began; nothing was stored": "foi cancelada antes de começar; nada foi guardado",
    "it was cancelled when all was stored already; it was undone": (
        "foi cancelada quando já estava tudo guardado; foi anulada"
    ),
    "it was cancelled; nothing of it counts": "foi cancelada; nada dela conta",
    "this import is over; undo it instead": "esta importação já acabou; em vez disso, anule-a",
    "this import goes on still; wait, or cancel it": "esta importação ainda decorre; espere, ou cancele-a",
    "this import does not go on; the list of imports says what became of it": (
        "esta importação não continua; a lista das importações diz o que foi feito dela"
    ),
    "there is no such import; hf runs lists all of them": "não há tal importação; hf runs mostra todas",
    "run {run} is no import; hf runs lists all of them": "a execução {run} não é uma importação; hf runs mostra todas",
    "run {run} is no import that can be undone; hf runs lists them. Nothing was changed.": (
        "a execução {run} não é uma importação que se possa anular; hf runs mostra-as. Nada foi mudado."
    ),
    "run {run} was undone at {at} already. Nothing was changed.": (
        "a execução {run} já foi anulada em {at}. Nada foi mudado."
    ),
    "run {run} is of {at}; an import can be undone for {days} days. Nothing was changed.": (
        "a execução {run} é de {at}; uma importação pode ser anulada durante {days} dias. Nada foi mudado."
    ),
    "run {run} is undone, and that does not count yet: making everything anew failed. Say hf apply.": (
        "a execução {run} está anulada, mas isso ainda não conta: refazer tudo falhou. Use hf apply."
    ),
    "{path} does not tell of an import ({reason}). Restore it from a backup: without it values may be wrong.": (
        "{path} não descreve uma importação ({reason}). Reponha-o de uma cópia de segurança: sem ele os valores podem "
        "estar errados."
    ),
    "an import was undone, and that does not count yet. Say hf apply, and import again.": (
        "uma importação foi anulada, mas isso ainda não conta. Use hf apply e importe outra vez."
    ),
}
"""Files that are dropped, and imports."""

_REQUESTS: Final = {
    "the session is over; log in again": "a sessão terminou; inicie sessão outra vez",
    "log in, or send an access token as Authorization: Bearer; make one with hf token create": (
        "inicie sessão, ou envie um token de acesso como Authorization: Bearer; crie um com hf token create"
    ),
    "{what} does not reach so far; this needs {needed}": "{what} não chega para isto; é preciso {needed}",
    "your role": "a sua função",
    "this token": "este token",
    "scope {scope}": "o alcance {scope}",
    "{scope} and personal data": "{scope} e dados pessoais",
    "a session is for our own pages; other programs use an access token": (
        "uma sessão serve só para as nossas páginas; outros programas usam um token de acesso"
    ),
    "send the header {csrf}: 1, or use an access token": "envie o cabeçalho {csrf}: 1, ou use um token de acesso",
    "the name or the password is wrong": "o nome ou a palavra-passe não estão certos",
    "too many wrong passwords; try again in {wait} seconds": (
        "demasiadas palavras-passe erradas; tente outra vez daqui a {wait} segundos"
    ),
    "many log in just now; try again": "há muita gente a iniciar sessão neste momento; tente outra vez",
    "only somebody who has logged in with a password can change it": (
        "só quem iniciou sessão com uma palavra-passe a pode mudar"
    ),
    "the present password is another one": "a palavra-passe atual não é essa",
    "a password has at least {least} characters. Several words are easy to remember.": (
        "uma palavra-passe tem pelo menos {least} caracteres. Várias palavras são fáceis de lembrar."
    ),
    "this is too easily guessed. Take several words, without your name.": (
        "esta adivinha-se com facilidade. Use várias palavras, sem o seu nome."
    ),
    "there is a user called {name!r} already. Choose another name.": (
        "já há um utilizador chamado {name!r}. Escolha outro nome."
    ),
    "no user is called {name!r}. hf user list tells who there is.": (
        "nenhum utilizador se chama {name!r}. hf user list diz quem há."
    ),
    "no user has the id {user_id!r}. List them to see their ids.": (
        "nenhum utilizador tem o id {user_id!r}. Veja os ids na lista."
    ),
    "{name} is the only admin. Make another one first; nothing was changed.": (
        "{name} é o único administrador. Crie primeiro outro; nada foi mudado."
    ),
    "a user's name has 1 to {most} characters and no spaces, such as ana or ana@shop": (
        "o nome de um utilizador tem 1 a {most} caracteres e nenhum espaço, por exemplo ana ou ana@loja"
    ),
    "no open token has the id {token_id!r}. List them to see their ids.": (
        "nenhum token válido tem o id {token_id!r}. Veja os ids na lista."
    ),
    "you have no right to personal data yourself, so ask somebody who has it": (
        "não tem direito a ver dados pessoais; peça a alguém que o tenha"
    ),
    "traits are personal data; ask an admin for the right to see it": (
        "as características são dados pessoais; peça a um administrador o direito de os ver"
    ),
    "ids and payloads are personal data; ask an admin for the right to see it": (
        "os ids e os conteúdos são dados pessoais; peça a um administrador o direito de os ver"
    ),
    "no customer has this id. Look for a misspelling; ids are case-sensitive.": (
        "nenhum cliente tem este id. Veja se está bem escrito; maiúsculas e minúsculas contam."
    ),
    "no segment in force is called `{name}`. {near}": "nenhum segmento em vigor se chama `{name}`. {near}",
    "before is no place; send the `next` of the page before, as it is": (
        "before não é um lugar; envie o `next` da página anterior, tal como está"
    ),
    "no batch had worked out {names} by then, so nobody is known to have been in it. Ask for a later time.": (
        "nessa altura ainda nenhum batch tinha calculado {names}, por isso não se sabe de ninguém que lá "
        "estivesse. Pergunte por uma altura posterior."
    ),
    "no batch has worked out {names} yet, so nobody is known to be in it. Say hf batch, or wait for the next one.": (
        "ainda nenhum batch calculou {names}, por isso não se sabe de ninguém que lá esteja. Diga hf "
        "batch, ou espere pelo próximo."
    ),
    "it follows from personal data, and a count could tell whether somebody is a customer. Ask an admin for the right "
    "to see personal data.": (
        "resulta de dados pessoais, e uma contagem podia revelar se alguém é cliente. Peça a um administrador o "
        "direito de ver dados pessoais."
    ),
    "the model {name} was off then, so nobody is known to have been in it: {why}": (
        "nessa altura o modelo {name} estava desligado, por isso não se sabe de ninguém que lá estivesse: {why}"
    ),
    "the model {name} is off, so nobody is known to be in it: {why}": (
        "o modelo {name} está desligado, por isso não se sabe de ninguém que lá esteja: {why}"
    ),
    "the segments are being counted. Ask again soon": "os segmentos ainda estão a ser contados. Pergunte daqui a pouco",
    "Segments": "Segmentos",
    "nobody has the id {customer!r}; nothing was erased. Check its spelling.": (
        "ninguém tem o id {customer!r}; nada foi apagado. Veja se está bem escrito."
    ),
    "what was typed is not the customer's id; nothing was erased": (
        "o que escreveu não é o id do cliente; nada foi apagado"
    ),
    "every id of this visitor is also a user's; send a delete with its anonymousId": (
        "todos os ids deste visitante são também de um utilizador; envie um delete com o seu anonymousId"
    ),
    "one of the two ids was never sent. Take them as /customers/links tells them.": (
        "um dos dois ids nunca foi enviado. Use-os como vêm em /customers/links."
    ),
    "{told}. Take the ids as /customers/links tells them.": "{told}. Use os ids como vêm em /customers/links.",
    "no attribute has this name. The profile names all that are in force.": (
        "nenhum atributo tem este nome. O perfil mostra todos os que estão em vigor."
    ),
    "no segment is written under the name {name}": "nenhum segmento está escrito com o nome {name}",
    "there is a {name} already; choose another name": "já há {name}; escolha outro nome",
    "you have no draft of {name}; keep one first": "não tem nenhum rascunho de {name}; guarde um primeiro",
    "somebody else has changed {attribute} since you began. Look at both, and keep your draft over the version "
    "that is written now; nothing was published": (
        "outra pessoa mudou {attribute} depois de ter começado. Veja as duas versões e guarde o seu rascunho "
        "sobre a que "
        "está agora escrita; nada foi publicado"
    ),
    "somebody else has changed the tracking plan since you looked; look at it again, then write": (
        "outra pessoa mudou o plano de eventos depois de o ter visto; veja-o outra vez, e só depois escreva"
    ),
    "no message waits in quarantine under {number}. List the quarantine to see what does.": (
        "nenhuma mensagem está retida com o número {number}. Veja na lista quais estão."
    ),
    "no refused message is kept under {number}. List them anew; only the newest are kept.": (
        "nenhuma mensagem recusada está guardada com o número {number}. Abra outra vez a lista; só ficam as "
        "mais recentes."
    ),
    "no stored message has this id. It may have been refused or held back; look there.": (
        "nenhuma mensagem guardada tem este id. Pode ter sido recusada ou estar retida; procure lá."
    ),
    "no message has the type {unknown!r}; there are {shown}": "nenhuma mensagem é do tipo {unknown!r}; há {shown}",
    "at most {most} filters at once; leave some out": "no máximo {most} filtros de uma vez; tire alguns",
    "there is no filter {unknown!r}; there are {known}": "não há nenhum filtro {unknown!r}; há {known}",
    "name a track event, or say another type without a name": "indique um evento, ou outro tipo sem nome",
    "ask with the `place` of an earlier answer, or without one": (
        "pergunte com o `place` de uma resposta anterior, ou sem nenhum"
    ),
    "before is no place; send what the page before said in next": (
        "before não é um lugar; envie o que a página anterior disse em next"
    ),
    "{name} is no time; write it like 2026-11-22T10:00:00Z": "{name} não é uma data; escreva como 2026-11-22T10:00:00Z",
    "the clock does not lie behind the real one, and no clock is set back": (
        "o relógio não está atrasado em relação ao real, e nenhum relógio se atrasa"
    ),
    "this workspace is no demo; hf demo makes one with a tour": (
        "este espaço de trabalho não é uma demonstração; hf demo cria uma, com visita guiada"
    ),
    "a batch runs already. Wait for it: hf runs tells how far it is.": (
        "já há um lote a correr. Espere por ele: hf runs diz até onde chegou."
    ),
    "the process that worked beside the server was ended before it was done; nothing of it counts. Look for what "
    "ended it, such as a lack of memory, and ask again.": (
        "o processo que trabalhava ao lado do servidor foi terminado antes do fim; nada dele conta. Procure o que o "
        "terminou, por exemplo falta de memória, e peça outra vez."
    ),
    "the server is about to stop. Ask again when it serves.": (
        "o servidor está prestes a parar. Peça outra vez quando ele voltar."
    ),
    "the live process does not answer; ask again": "o processo ao vivo não responde; tente outra vez",
    "the live process broke its answer off; ask again": "o processo ao vivo cortou a resposta; tente outra vez",
    "messages are sent to an ingest process, not to this one": (
        "as mensagens enviam-se a um processo de receção, e não a este"
    ),
    "there is nothing here; the addresses are in /openapi.json": "aqui não há nada; os endereços estão em "
    "/openapi.json",
    "{wrong}. See /openapi.json for what is expected.": "{wrong}. Veja em /openapi.json o que se espera.",
}
_MICRO_SEGMENTS: Final[Mapping[str, str]] = {
    "Micro-segments": "Microssegmentos",
    "no attribute `{name}` in force is a model of micro-segments. {near}": (
        "nenhum atributo em vigor `{name}` é um modelo de microssegmentos. {near}"
    ),
    "no attribute in force is a model of micro-segments. Add micro_segment from the catalogue; the next batch trains "
    "it.": (
        "nenhum atributo em vigor é um modelo de microssegmentos. Acrescente micro_segment do catálogo; o próximo "
        "lote treina-o."
    ),
    "everybody is being read. Ask again soon": "todos os clientes estão a ser lidos. Pergunte outra vez em breve",
    "no micro-segment has the id `{id}`. {near}": "nenhum microssegmento tem o id `{id}`. {near}",
    "there are no micro-segments yet. The list of them says what to do": (
        "ainda não há microssegmentos. A lista deles diz o que fazer"
    ),
    "nobody's micro-segment was kept at {time}. Ask for one of `days`": (
        "não se guardaram microssegmentos em {time}. Peça um dos instantes em `days`"
    ),
}
"""What is asked of the server."""

REQUESTS: Final[Mapping[str, str]] = {**_RATES, **_FILES, **_REQUESTS, **_MICRO_SEGMENTS}
"""All of it."""

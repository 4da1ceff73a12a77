"""What an alert says, in the workspace's language. It names sources, runs and numbers, never a customer."""

from __future__ import annotations

from typing import Final, Literal

Language = Literal["en", "pt"]
Turn = Literal["began", "ended"]

_TEXTS: Final[dict[str, dict[str, dict[str, str]]]] = {
    "en": {
        "mismatch": {
            "began": "The audit found customers whose values are not what their messages say. Look at them: hf audit",
            "ended": "The audit finds no difference any more.",
        },
        "lag": {
            "began": "The live side is {value} s behind the log; the limit is {limit} s.",
            "ended": "The live side is within its limit of {limit} s again.",
        },
        "stale": {
            "began": "Nothing has come from the source {name} for {value} hours; the limit is {limit}.",
            "ended": "Messages come from the source {name} again.",
        },
        "quality": {
            "began": "The data is not as it was planned, or used to be: {value} things to look at with hf quality",
            "ended": "The data is as it was planned, and as it used to be.",
        },
        "failed": {
            "began": "The run {value} ({name}) failed. Why it did: hf runs",
            "ended": "The newest run of {name} succeeded.",
        },
    },
    "pt": {
        "mismatch": {
            "began": "A auditoria encontrou clientes cujos valores não são o que as mensagens dizem. Veja: hf audit",
            "ended": "A auditoria já não encontra diferenças.",
        },
        "lag": {
            "began": "O lado ao vivo está {value} s atrás do registo; o limite é {limit} s.",
            "ended": "O lado ao vivo está de novo dentro do limite de {limit} s.",
        },
        "stale": {
            "began": "Há {value} horas que nada chega da fonte {name}; o limite é {limit}.",
            "ended": "Chegam de novo mensagens da fonte {name}.",
        },
        "quality": {
            "began": "Os dados não são como estava planeado, ou como eram: {value} coisas a ver com hf quality",
            "ended": "Os dados são como estava planeado, e como costumavam ser.",
        },
        "failed": {
            "began": "A execução {value} ({name}) falhou. Porquê: hf runs",
            "ended": "A execução mais recente de {name} teve êxito.",
        },
    },
}


def sentence(language: Language, kind: str, turn: Turn, *, name: str, value: float, limit: float) -> str:
    """The sentence of an alert."""
    return _TEXTS[language][kind][turn].format(name=name, value=f"{value:g}", limit=f"{limit:g}")

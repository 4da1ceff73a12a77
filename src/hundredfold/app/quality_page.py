"""The report on the data's quality as one page that needs nothing else: to be sent, printed, or kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from hundredfold.app.documents import Document
from hundredfold.said import Said, said, written

_STYLE: Final = """
:root { color-scheme: light dark; --line: light-dark(#d8dce3, #3a414d); --soft: light-dark(#5b6472, #a3adbb);
  --bad: light-dark(#9a3412, #fdba74); --ground: light-dark(#fff, #14181f); --text: light-dark(#171b22, #e8ebf0) }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); margin: 2rem auto;
  max-width: 68rem; padding: 0 1rem }
h1 { font-size: 1.6rem; margin: 0 } h2 { font-size: 1.2rem; margin: 2.2rem 0 .3rem } p { margin: .3rem 0 }
.soft { color: var(--soft) } .bad { color: var(--bad); font-weight: 600 }
ul { padding-left: 1.2rem } .wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; margin: .6rem 0; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
th { color: var(--soft); font-weight: 600 } .number { text-align: right }
"""
_SHOWN: Final = 8
"""So many fields of an event are listed, those that are missing most."""


def page(report: Document, words: Mapping[str, str], *, language: str, workspace: str) -> str:
    """The report as HTML, in the language whose templates `words` are."""
    return "\n".join(_Page(words, language).lines(report, workspace))


class _Page:
    def __init__(self, words: Mapping[str, str], language: str) -> None:
        self._words, self._language = words, language

    def lines(self, report: Document, workspace: str) -> Iterator[str]:
        title = self._say(said("Data quality of {workspace}", workspace=workspace))
        yield f'<!doctype html><html lang="{self._language}"><head><meta charset="utf-8">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield f"<title>{title}</title><style>{_STYLE}</style></head><body>"
        yield f'<h1>{title}</h1><p class="soft">{self._say(said("as of {time}", time=_moment(report["at"])))}</p>'
        yield f"<h2>{self._say(said('What to look at first'))}</h2>"
        yield from self._problems(report["problems"])
        yield f"<h2>{self._say(said('Sources'))}</h2>"
        yield from self._sources(report["sources"])
        if report["facts"]:
            yield f"<h2>{self._say(said('The same fact, told more than once'))}</h2>"
            yield from self._facts(report["facts"])
        for source in report["sources"]:
            if source["events"]:
                yield f"<h2><bdi>{escape(source['name'])}</bdi></h2>"
                yield from self._events(source["events"])
        yield "</body></html>"

    def _problems(self, problems: list[Document]) -> Iterator[str]:
        if not problems:
            yield f"<p>{self._say(said('Nothing: what came is as it was planned, and as it used to be.'))}</p>"
            return
        yield "<ul>"
        for one in problems:
            where = f"<bdi>{escape(one['source'])}</bdi>"
            if one["event"]:
                where += f" · <bdi>{escape(one['event'])}</bdi>"
            yield f"<li><strong>{where}</strong>: {self._say(one['sentence'])}</li>"
        yield "</ul>"

    def _sources(self, sources: list[Document]) -> Iterator[str]:
        names = (
            said("Source"), said("Newest"), said("Messages"), said("Rows read"), said("Duplicates"), said("Rejected"),
            said("Refused"), said("In quarantine"), said("Without a rate"),
        )  # fmt: skip
        rows = [
            [
                f"<bdi>{escape(one['name'])}</bdi>",
                _moment(one["received"])
                + (f" <span class=bad>{self._say(said('quiet'))}</span>" if one["quiet"] else ""),
                one["messages"],
                one["read"],
                one["duplicates"],
                one["rejected"],
                one["refused"],
                one["quarantined"],
                sum(lacking["rows"] for lacking in one["unpriced"]),
            ]
            for one in sources
        ]
        yield from self._table(names, rows)

    def _facts(self, facts: list[Document]) -> Iterator[str]:
        names = said("Event"), said("Facts"), said("Told again"), said("Told by several sources")
        rows = [
            [f"<bdi>{escape(one['event'])}</bdi>", one["facts"], one["told_again"], one["of_several_sources"]]
            for one in facts
        ]
        yield from self._table(names, rows)

    def _events(self, events: list[Document]) -> Iterator[str]:
        names = said("Event"), said("Messages"), said("Newest"), said("Plan"), said("Missing or empty")
        rows = []
        for one in events:
            lacking = sorted(one["fields"], key=lambda field: -field["missing"])
            parts = [
                f"<bdi>{escape(_path(field))}</bdi> {written(field['missing'], '.0%', self._words)}"
                for field in lacking[:_SHOWN]
                if field["missing"] >= 0.005
            ]
            name = f"<bdi>{escape(one['name'])}</bdi>" if one["name"] else one["type"]
            rows.append([name, one["messages"], _moment(one["last"]), one["mode"] or "–", ", ".join(parts) or "–"])
        yield from self._table(names, rows)

    def _table(self, names: tuple[Said, ...], rows: list[list[Any]]) -> Iterator[str]:
        numbers = [any(isinstance(row[place], int) for row in rows) for place in range(len(names))]
        kinds = [' class="number"' if number else "" for number in numbers]
        yield '<div class="wide"><table><thead><tr>'
        yield "".join(f"<th{kind}>{self._say(name)}</th>" for name, kind in zip(names, kinds, strict=True))
        yield "</tr></thead><tbody>"
        for row in rows:
            cells = (written(cell, ",", self._words) if isinstance(cell, int) else cell for cell in row)
            yield "<tr>" + "".join(f"<td{kind}>{cell}</td>" for cell, kind in zip(cells, kinds, strict=True)) + "</tr>"
        yield "</tbody></table></div>"

    def _say(self, sentence: str) -> str:
        return escape(sentence.in_words(self._words) if isinstance(sentence, Said) else sentence)


def _moment(time: str | None) -> str:
    return "–" if time is None else time[:16].replace("T", " ")


def _path(field: Document) -> str:
    return str(field["path"] if field["each"] is None else f"{field['each']}.{field['path']}")

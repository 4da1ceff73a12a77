"""`hf batch`: the thinking brain's run."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import typer

from hundredfold.app.commands.asking import AsJson, Asked, Misuse, answer

NAME: Final = "batch"


def run(
    context: typer.Context,
    full: Annotated[bool, typer.Option("--full", help="Fold everything anew, not only what came since.")] = False,
    engine: Annotated[Literal["local", "spark"], typer.Option(help="Where the fold runs.")] = "local",
    json: AsJson = False,
) -> None:
    """Run the batch process: history folded, batch profiles published."""
    if engine == "spark":
        raise Misuse("the batch does not run on Apache Spark yet; leave --engine out to run it on this machine")
    from hundredfold.app import work

    asked: Asked = context.obj
    document = asked.done(NAME, lambda opened: work.batch(opened, full=full), full=full)
    answer(document, as_json=json, shown=lambda out: out.print(_summary(document)))


def _summary(document: dict[str, Any]) -> str:
    done = f"{document['customers']:,} customers, {document['events']:,} events in {document['seconds']:.1f} s"
    sent = document.get("kafka")
    return done if sent is None else f"{done}; {sent['profiles']:,} profiles published to Kafka"

"""`hf kafka`: the topics of a workspace whose log is on Kafka."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hundredfold.app.commands.asking import FAILED, AsJson, Asked, Misuse, answer

if TYPE_CHECKING:
    from rich.console import Console

NAME: Final = "kafka"
app = typer.Typer(help="The topics of a workspace whose log is on Apache Kafka.", no_args_is_help=True)


@app.callback()
def kafka() -> None:
    """The topics of a workspace whose log is on Apache Kafka."""


@app.command()
def setup(
    context: typer.Context,
    replication: Annotated[
        int | None,
        typer.Option(min=1, help="Copies of each new topic. Default: 3, or as many as there are brokers."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Make the topics that are not there, and check the others; exit code 1 when one does not fit."""
    from hundredfold.app.logs import kafka_client
    from hundredfold.log.kafka.topics import Topics, set_up

    asked: Asked = context.obj
    workspace = asked.workspace()
    if not workspace.settings.on_kafka:
        raise Misuse("the log of this workspace is embedded. Write log: kafka://host:port into hundredfold.yaml first.")
    topics = set_up(Topics(kafka_client(workspace)), workspace.settings.partitions, replication)
    document = {
        "topics": [
            {
                "name": topic.found.name,
                "partitions": topic.found.partitions,
                "replication": topic.found.replicas,
                "made": topic.made,
                "differs": list(topic.differs),
            }
            for topic in topics
        ]
    }
    answer(document, as_json=json, shown=lambda out: _show(out, document["topics"]))
    if any(topic.differs for topic in topics):
        raise typer.Exit(FAILED)


def _show(out: Console, topics: list[dict[str, Any]]) -> None:
    for topic in topics:
        state = "WRONG" if topic["differs"] else "made" if topic["made"] else "fits"
        size = f"{topic['partitions']} partitions, {topic['replication']} replicas"
        out.print(f"{state:5}  {topic['name']}: {size}", markup=False)
        for difference in topic["differs"]:
            out.print(f"       {difference}", markup=False)

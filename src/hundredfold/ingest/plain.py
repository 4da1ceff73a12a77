"""The fast way from rows to drafts: JSON texts built column by column, for rows in which everything is plain.

It writes a message's canonical JSON (semantics S4) at once: the keys of an object are known and sorted beforehand, and
an empty cell drops its piece. What it may not know for sure is left to the plain way, and a test proves both equal.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from hashlib import blake2b
from itertools import groupby
from typing import Any, Final, TypeAlias

import polars as pl

from hundredfold.errors import MessageRejected
from hundredfold.ingest import columns
from hundredfold.ingest.cell import Cell
from hundredfold.ingest.columns import Read
from hundredfold.ingest.draft import DRAFT, KEY, ROW, Drafts, Reception, Rejection
from hundredfold.ingest.message import canonical, entry
from hundredfold.ingest.plan import Grouping, Path, Plan
from hundredfold.words.message import KINDS, MAX_ID_BYTES

_PLAIN_TYPES: Final = ("track", "identify", "page", "screen", "group")
_GREATEST_AMOUNT: Final = 10**12
"""Of a line, in millionths: a million lines of it still fit into 64 bits."""
_GREATEST_QUANTITY: Final = 10**6
_MOST_LINES: Final = 10**6

_Tree: TypeAlias = dict[str, Any]
"""The keys of an object: the name of a column with JSON texts, or a tree."""


def plain_messages(plan: Plan, frame: pl.DataFrame, reception: Reception) -> tuple[Drafts, pl.Series]:
    """The drafts of the plain rows, and which rows are odd."""
    table, odd, leaves = _table(plan, frame)
    table = table.with_columns(pl.lit(1, pl.Int64).alias("rows"))
    drafts, refused = _drafts(table.filter(~odd), leaves, reception)
    return drafts, odd | table["row"].is_in(refused.implode())


def plain_groups(plan: Plan, frame: pl.DataFrame, reception: Reception) -> tuple[Drafts, pl.Series]:
    """The drafts of the plain groups, and which rows belong to others. The frame has its keys."""
    grouping = plan.grouping
    assert grouping is not None
    table, odd, leaves = _table(plan, frame)
    lines, odd_lines = _lines(grouping, frame)
    table = pl.concat([table, lines, frame.select(KEY), (odd | odd_lines).alias("odd").to_frame()], how="horizontal")
    odd = table.select(pl.col("odd").any().over(KEY)).to_series()
    groups = _grouped(grouping, table.filter(~odd), leaves)

    total = columns.decimals(groups["total"])
    key = columns.quoted(Read(groups[KEY], total.odd))
    groups = groups.with_columns(total.values.alias("total"), key.values.alias("key text"))
    strange = groups["mixed"] | key.odd | (groups["rows"] > _MOST_LINES)
    leaves = {**leaves, ("properties", "total"): "total"}
    if grouping.key is not None:
        leaves[grouping.key_path] = "key text"
    if grouping.has_lines:
        leaves[("properties", "products")] = "products"
    drafts, refused = _drafts(groups.filter(~strange), leaves, reception)
    left = groups[KEY].filter(strange | groups["row"].is_in(refused.implode()))
    return drafts, odd | frame[KEY].is_in(left.implode())


def _table(plan: Plan, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series, dict[Path, str]]:
    """What a message is made of, read for all rows; which rows are odd; the path of each column of JSON texts."""
    reads: dict[str, Read] = {
        "type": columns.texts(frame, plan.type),
        "user": _optional(columns.ids, frame, plan.user, pl.String),
        "anonymous": _optional(columns.ids, frame, plan.anonymous, pl.String),
        "message_id": _optional(columns.ids, frame, plan.message_id, pl.String),
        "time": _optional(columns.moments, frame, plan.time, pl.Int64),
        "received": _optional(columns.moments, frame, plan.received, pl.Int64),
        "sent": _optional(columns.moments, frame, plan.sent, pl.Int64),
    }
    leaves = {path: f"leaf {number}" for number, (path, _) in enumerate(plan.leaves)}
    reads |= {leaves[path]: columns.json(frame, cell) for path, cell in plan.leaves}
    table = pl.DataFrame({name: read.values for name, read in reads.items()})
    odd = columns.either([read.odd for read in reads.values()], len(frame))
    return table.with_columns(frame[ROW].alias("row")), odd, leaves


def _optional(read: Any, frame: pl.DataFrame, cell: Cell | None, kind: Any) -> Read:
    if cell is None:
        return Read(columns.same(None, len(frame), kind), columns.same(False, len(frame), pl.Boolean))
    found: Read = read(frame, cell)
    return found


def _lines(grouping: Grouping, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Each row as a line: its fields as JSON texts, its amount or the total it states, in millionths."""
    height = len(frame)
    odd = [columns.same(False, height, pl.Boolean)]
    found: dict[str, pl.Series] = {"amount": columns.same(None, height, pl.Int64)}

    def add(name: str, read: Read) -> pl.Series:
        found[name] = read.values
        odd.append(read.odd)
        return read.values

    for place, (_, cell) in enumerate(grouping.lines):
        add(f"line {place}", columns.json(frame, cell))
    for name, number in (("price", grouping.price), ("quantity", grouping.quantity)):
        if number is not None:
            add(name, columns.json(frame, number))
    if grouping.total is not None:
        add("amount", columns.amounts(frame, grouping.total))
    elif grouping.price is not None:
        add("amount", _amounts(grouping.price, grouping.quantity, frame))
    return pl.DataFrame(found), columns.either(odd, height)


def _amounts(price: Cell, quantity: Cell | None, frame: pl.DataFrame) -> Read:
    """Price times whole quantity; anything else is odd."""
    prices = columns.amounts(frame, price)
    if quantity is None:
        quantities = Read(columns.same(1_000_000, len(frame), pl.Int64), prices.odd)
    else:
        quantities = columns.amounts(frame, quantity)
    whole, rest = quantities.values // 1_000_000, quantities.values % 1_000_000
    plain = (rest == 0) & (whole.abs() <= _GREATEST_QUANTITY) & (prices.values.abs() <= _GREATEST_AMOUNT)
    amount = prices.values * whole
    plain = plain & (amount.abs() <= _GREATEST_AMOUNT)
    return Read(amount, prices.odd | quantities.odd | ~plain.fill_null(False))


def _grouped(grouping: Grouping, table: pl.DataFrame, leaves: Mapping[Path, str]) -> pl.DataFrame:
    """One row a group: its own values the first that a row has, its time the earliest, its lines joined."""
    total = pl.col("amount").drop_nulls().first() if grouping.total is not None else _sum_or_null("amount")
    table = table.with_columns(total.over(KEY).alias("total"))
    if grouping.turned:
        table = table.with_columns(pl.col("total").abs().alias("total"), *_turned(table))
    fields: _Tree = {}
    for number, (path, _) in enumerate(grouping.lines):
        _place(fields, path, f"line {number}")
    fields |= {name: name for name in ("price", "quantity") if name in table.columns}
    table = table.with_columns(_object(fields, table).fill_null("{}").alias("line"))
    first = ["type", "user", "anonymous", "message_id", *leaves.values()]
    several = [pl.col(name).drop_nulls().n_unique() > 1 for name in ("user", "anonymous")]
    return table.group_by(KEY, maintain_order=True).agg(
        *[pl.col(name).drop_nulls().first() for name in first],
        pl.col("time").min(),
        pl.col("received").min(),
        pl.col("sent").max(),
        pl.col("row").first(),
        pl.col("total").first(),
        pl.len().cast(pl.Int64).alias("rows"),
        pl.any_horizontal(several).alias("mixed"),
        pl.concat_str([pl.lit("["), pl.col("line").str.join(","), pl.lit("]")]).alias("products"),
    )


def _sum_or_null(name: str) -> pl.Expr:
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum())


def _turned(table: pl.DataFrame) -> list[pl.Expr]:
    """The quantities of what has a negative total, with the other sign."""
    if "quantity" not in table.columns:
        return []
    quantity = pl.col("quantity")
    negative = pl.when(quantity.str.starts_with("-")).then(quantity.str.strip_prefix("-"))
    other = negative.when(quantity == "0").then(quantity).otherwise(pl.lit("-") + quantity)
    return [pl.when(pl.col("total") < 0).then(other).otherwise(quantity).alias("quantity")]


def _drafts(table: pl.DataFrame, leaves: Mapping[Path, str], reception: Reception) -> tuple[Drafts, pl.Series]:
    """The drafts of what was read; and the rows of those that the plain way must look at, since it may refuse them."""
    table = _with_payload(table.with_columns(pl.col("type").fill_null("track")), leaves)
    owner = [pl.concat_str([pl.lit(space), pl.col(name)]) for space, name in (("u:", "user"), ("a:", "anonymous"))]
    event = pl.col(leaves[("event",)]) if ("event",) in leaves else pl.lit(None, pl.String)
    named = event.is_not_null() & (event != '""') & (event.str.len_bytes() <= MAX_ID_BYTES)
    plain = (
        pl.col("type").is_in(_PLAIN_TYPES)
        & (named.fill_null(False) | (pl.col("type") != "track"))
        & (pl.col("payload").str.len_bytes() <= reception.limit)
    )
    table = table.with_columns(plain.alias("plain"), pl.coalesce(owner).alias("key"))
    kept = table.filter(pl.col("plain") & pl.col("key").is_not_null())
    nobody = table.filter(pl.col("plain") & pl.col("key").is_null())
    return Drafts(_stamped(kept, reception), _without_owner(nobody)), table["row"].filter(~table["plain"])


def _with_payload(table: pl.DataFrame, leaves: Mapping[Path, str]) -> pl.DataFrame:
    """What was read, with the canonical JSON text of its message."""
    no = columns.same(False, len(table), pl.Boolean)
    texts = {
        "type": table["type"],
        "userId": table["user"],
        "anonymousId": table["anonymous"],
        "timestamp": columns.iso_texts(table["time"]),
    }
    tree: _Tree = {name: f"{name} text" for name in texts}
    for path, name in leaves.items():
        _place(tree, path, name)
    written = [columns.quoted(Read(text, no)).values.alias(f"{name} text") for name, text in texts.items()]
    table = table.with_columns(written)
    return table.with_columns(_object(tree, table).alias("payload"))


def _stamped(table: pl.DataFrame, reception: Reception) -> pl.DataFrame:
    """Messages with payload and key as drafts."""
    received = pl.col("received").fill_null(reception.started).clip(upper_bound=reception.started)
    content = [blake2b(text, digest_size=16).digest() for text in table["payload"].cast(pl.Binary).to_list()]
    drafts = table.with_columns(
        pl.col("type").replace_strict(list(KINDS), list(range(len(KINDS))), return_dtype=pl.UInt8).alias("kind"),
        pl.coalesce("time", received).alias("time"),
        received.alias("received"),
        pl.lit(reception.source).alias("source"),
        pl.Series("content", content, dtype=pl.Binary),
        pl.col("payload").cast(pl.Binary),
    )
    return drafts.select(DRAFT.names()).cast(DRAFT)


def _without_owner(table: pl.DataFrame) -> list[Rejection]:
    """The rejections of messages that are nobody's, said as the door says it; guests' orders are many."""
    if table.is_empty():
        return []
    try:
        entry({"type": "page"}, received=0, trust="import", source="", message_id="-")
    except MessageRejected as error:
        return [Rejection(row, error.reason, str(error), rows) for row, rows in table.select("row", "rows").iter_rows()]
    raise AssertionError("a message without ids was taken")


def _place(tree: _Tree, path: Path, column: str) -> None:
    for part in path[:-1]:
        tree = tree.setdefault(part, {})
    tree[path[-1]] = column


def _object(tree: _Tree, table: pl.DataFrame) -> pl.Expr:
    """The JSON text of an object, its keys sorted; null when it has none."""
    parts, _ = _parts(tree, {name for name in table.columns if not table[name].null_count()})
    return _joined(parts)


def _parts(tree: _Tree, full: Container[str]) -> tuple[list[str | pl.Expr], bool]:
    """The pieces of an object's text, and whether every row has it. What every row has is written in one go."""
    runs: list[tuple[list[str | pl.Expr], bool]] = []
    for name in sorted(tree):
        value, certain = (
            ([pl.col(tree[name])], tree[name] in full) if isinstance(tree[name], str) else _parts(tree[name], full)
        )
        piece = [canonical({name: 0})[1:-2].decode(), *value]
        if certain and runs and runs[-1][1]:
            runs[-1] = ([*runs[-1][0], ",", *piece], True)
        else:
            runs.append((piece, certain))
    if not runs:
        return [pl.lit(None, pl.String)], False
    if len(runs) == 1 and runs[0][1]:
        return ["{", *runs[0][0], "}"], True
    body = pl.concat_str([_joined(piece) for piece, _ in runs], separator=",", ignore_nulls=True)
    if any(certain for _, certain in runs):
        return ["{", body, "}"], True
    return [pl.when(body != "").then(_joined(["{", body, "}"]))], False


def _joined(parts: list[str | pl.Expr]) -> pl.Expr:
    found: list[pl.Expr] = []
    for literal, run in groupby(parts, key=lambda part: isinstance(part, str)):
        if literal:
            found.append(pl.lit("".join(str(part) for part in run)))
        else:
            found += [part for part in run if isinstance(part, pl.Expr)]
    return pl.concat_str(found)

"""Erasing a customer: a deletion in the log that names his sent ids and how far it reaches (semantics 12, S5)."""

from __future__ import annotations

from contextlib import closing

import numpy as np

from hundredfold.app.documents import Document, positions
from hundredfold.app.opened import OpenWorkspace
from hundredfold.errors import NotFound
from hundredfold.ingest.decode import decode
from hundredfold.ingest.message import entry
from hundredfold.live.engine import Engine
from hundredfold.said import said
from hundredfold.store.quarantine import Quarantine
from hundredfold.words.message import TRUSTS, Entry

SOURCE = "erasure"


def completed(opened: OpenWorkspace, deletion: Entry) -> Entry:
    """A deletion at its acceptance: with the sent ids that are linked now, and the ends of the log."""
    with opened.guard:
        engine = opened.engine()
        message = decode(deletion.payload) | {
            "ids": linked_ids(engine, deletion.key),
            "positions": positions(engine.positions),
        }
    return entry(
        message,
        received=deletion.received,
        trust=TRUSTS[deletion.trust],
        source=deletion.source,
        sent=deletion.sent,
        message_id=deletion.message_id,
        zone=opened.workspace.zone,
        # The list of ids is the server's own addition: a person with very many must be erasable, too.
        limit=1 << 30,
    )


def forgotten(opened: OpenWorkspace, customer: str, new_id: str) -> Document:
    """Erases a customer and everything that is linked to him now. Raises NotFound."""
    with opened.guard:
        key = key_of(opened.engine(), customer)
        field = "userId" if key.startswith("u:") else "anonymousId"
        asked = {"type": "delete", field: key[2:], "messageId": new_id}
        deletion = completed(
            opened,
            entry(asked, received=opened.workspace.now(), trust="server", source=SOURCE, zone=opened.workspace.zone),
        )
        opened.log.append([deletion])
        opened.engine()
    opened.workspace.store.mkdir(parents=True, exist_ok=True)
    told = decode(deletion.payload)
    with closing(Quarantine(opened.workspace.store / "quarantine.sqlite")) as quarantine:
        held_back = quarantine.erase(told["ids"])
    return {
        "customer_id": customer,
        "ids": [key[2:] for key in told["ids"]],
        "positions": told["positions"],
        "held_back": held_back,
    }


def key_of(engine: Engine, customer: str) -> str:
    """The sent id that a plain id means (semantics S2): the user, else the anonymous id. Raises NotFound."""
    known = set(engine.sids.all)
    for key in (f"u:{customer}", f"a:{customer}"):
        if key in known:
            return key
    raise NotFound(said("nobody has the id {customer!r}; nothing was erased. Check its spelling.", customer=customer))


def linked_ids(engine: Engine, key: str) -> list[str]:
    """The sent ids of the person that a sent id belongs to, itself included, sorted."""
    sid = engine.sids.code(key)
    engine.state.grow()
    label = int(engine.state.people.labels(np.array([sid], np.int64))[0])
    return sorted({key, *(engine.sids.text(other) for other in engine.state.people.members(label))})

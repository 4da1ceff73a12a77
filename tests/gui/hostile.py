"""A workspace in which what came from outside is hostile: it looks like markup, runs backwards, never ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from tests.app.serving import until
from tests.app.shop import hf, write_lines
from tests.gui.conftest import serving

from hundredfold.app.serving import Served
from hundredfold.app.settings import with_setting

LONG = "long" * 2_500
HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)><svg onload=alert(1)>'",
    "javascript:alert(1)",
    "\u202eright to left\u202c \u2067and isolated",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f3f4\U000e0067\U000e0062\U000e007f",
    "{{constructor.constructor('alert(1)')()}}${alert(1)}",
    "nul\u0000bell\u0007escape\u001b[31m delete\u007f c1\u009b",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033da\u0334\u0319\u0324\u031e\u0349\u035a\u032f\u031el",
    "\u200b\u200e\ufeff",
]
KEYS = ["__proto__", "constructor", "<b>key</b>", "\u202eyek", *HOSTILE[:3], LONG[:200]]

DEFINITIONS = """\
events:
  Order Completed: {key: properties.order_id, removed_by: [Order Cancelled]}
  <img src=x onerror=alert(1)>: {key: properties.order_id}
attributes:
  total_purchase_value: {event: Order Completed, value: properties.total, aggregate: sum}
  orders: {event: Order Completed, aggregate: count}
  hostile_events: {event: <img src=x onerror=alert(1)>, aggregate: count}
  last_note: {event: Order Completed, value: properties.note, aggregate: last}
  notes: {event: Order Completed, value: properties.note, aggregate: unique_list}
  email: {trait: email}
  name: {trait: full_name}
"""


def definitions() -> str:
    """The definitions, with words of the workspace's own that are hostile, too."""
    further = {
        f"hostile_{number}": {
            "label": {"en": text[:200], "pt": text[:200]},
            "description": text,
            "group": text[:200],
            "event": "Order Completed",
            "value": "properties.note",
            "aggregate": "last",
        }
        for number, text in enumerate(printable(HOSTILE))
    }
    lines = [f"  {name}: {json.dumps(said, ensure_ascii=False)}\n" for name, said in further.items()]
    segments = {
        f"hostile_segment_{number}": {
            "label": {"en": text[:200], "pt": text[:200]},
            "description": text,
            "group": text[:200],
            "where": f"orders >= {number} or last_note = '{quoted(text[:100])}'",
        }
        for number, text in enumerate(printable(HOSTILE)[:3])
    }
    asked = [f"  {name}: {json.dumps(said, ensure_ascii=False)}\n" for name, said in segments.items()]
    return DEFINITIONS + "".join(lines) + "segments:\n" + "".join(asked)


def quoted(text: str) -> str:
    """A text as it stands within quotes."""
    return text.replace("'", "''")


def printable(texts: list[str]) -> list[str]:
    """Those that YAML takes."""
    return [text for text in texts if "\u0000" not in text]


def messages() -> list[dict[str, object]]:
    """Every field of a message, with each of the texts."""
    found: list[dict[str, object]] = []
    for number, text in enumerate([*HOSTILE, LONG]):
        short = text[:200]
        line = {"sku": text, "name": text, "price": 5, "quantity": 2, "category": text}
        properties = {"order_id": f"{number}{short}", "total": 5 + number, "note": text, "products": [line]}
        properties |= dict.fromkeys(KEYS, text)
        who = {"userId": short or "nobody", "timestamp": f"2026-03-{number + 1:02}T10:00:00Z"}
        context = {"page": {"url": text, "title": text}, "userAgent": text, "library": {"name": text}}
        track = {**who, "type": "track", "context": context, "properties": properties}
        found += [
            {**track, "event": "Order Completed", "messageId": f"o{number}{short}"},
            {**track, "event": short, "messageId": f"e{number}{short}"},
            {**who, "type": "identify", "messageId": f"i{number}{short}", "anonymousId": f"a{short}",
             "traits": {"email": text, "full_name": text, **dict.fromkeys(KEYS, text)}},
            {**who, "type": "page", "name": short, "messageId": f"p{number}{short}", "properties": properties},
            {"type": "track", "event": short, "messageId": f"r{number}{short}"},
            {**who, "type": short, "event": short},
        ]  # fmt: skip
    return found


@contextmanager
def hostile_shop(folder: Path) -> Iterator[tuple[Served, list[str]]]:
    """The workspace, served to whoever works on this machine, and addresses that only who was there knows."""
    shop = folder / "<b>shop" / "\u202epohs <img src=x onerror=alert(1)>"
    shop.parent.mkdir()
    assert hf("init", shop, "--timezone", "Europe/Lisbon").code == 0
    settings = shop / "hundredfold.yaml"
    settings.write_text(with_setting(settings.read_text(), "page", "true"))
    (shop / "definitions" / "shop.yaml").write_text(definitions())
    (shop / "rates.csv").write_text("date,currency,rate\n")
    said = hf("apply", folder=shop)
    assert said.code == 0, said.err
    first = [one for one in messages() if one["type"] in ("track", "identify")]
    hf("import", write_lines(folder / f"{HOSTILE[0].replace('/', '')}.ndjson", first[:8]), folder=shop)
    assert hf("batch", folder=shop).code == 0
    with serving(shop) as served, httpx.Client(base_url=served.url, timeout=30) as client:
        client.headers["Authorization"] = f"Bearer {token(served)}"
        for name in printable(HOSTILE):
            client.post("/api/v1/tokens", json={"kind": "server", "name": name[:100]})
        client.post("/api/v1/users", json={"name": HOSTILE[0], "role": "viewer"})
        sent(served)
        yield served, [f"/import?file={uploaded(client)}", f"/import?job={imported(client)}"]


def token(served: Served) -> str:
    """A token of an admin who sees personal data."""
    return served.tokens.create("api", HOSTILE[1], scope="admin", personal_data=True)[0]


def sent(served: Served) -> None:
    """Everything is sent: what is refused is shown to people, too."""
    key, _ = served.tokens.create("server", HOSTILE[1])
    answer = httpx.post(f"{served.url}/v1/batch", json={"batch": messages()}, auth=(key, ""), timeout=30)
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["rejected"]) < len(messages()) / 2


def uploaded(client: httpx.Client) -> str:
    """A file whose name, columns and cells are hostile."""
    columns, cells = ([cell(text) for text in [*HOSTILE, longest]] for longest in (LONG[:500], LONG))
    header = ",".join(["order_id", "customer_id", "total", "date", *(f'"{one}"' for one in columns)])
    row = ",".join([f'"{cells[1]}"', f'"{cells[0]}"', "5", "2026-03-20", *(f'"{one}"' for one in cells)])
    content = f"{header}\n{row}\n".encode()
    made = client.post("/api/v1/uploads", json={"name": f"{HOSTILE[1]}\u202e.csv", "size": len(content)}).json()
    answer = client.put(f"/api/v1/uploads/{made['id']}/content", params={"at": 0}, content=content)
    assert answer.json()["state"] == "ready", answer.text
    return str(made["id"])


def cell(text: str) -> str:
    """A text within quotes of a CSV file; with a NUL it would be no text file."""
    return text.replace('"', '""').replace("\u0000", "")


def imported(client: httpx.Client) -> str:
    """An import of such a file, which is over."""
    upload = uploaded(client)
    guess = client.post(f"/api/v1/uploads/{upload}/guess", json={}).json()
    begun = client.post("/api/v1/imports", json={"upload": upload, "mapping": guess["mapping"]}).json()
    over = ("done", "failed")
    until(lambda: client.get(f"/api/v1/imports/{begun['id']}").json()["state"] in over)
    return str(begun["id"])

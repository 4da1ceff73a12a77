"""The page of the catalogue: every entry with what it says and what it needs. `make catalogue` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from hundredfold.catalogue.book import LANGUAGES, Book, Group
from hundredfold.catalogue.needs import needs
from hundredfold.words.model import Model

_TOP: Final = """\
# The catalogue

{attributes} attributes and {segments} segments for shops, as definitions that you can read, copy and change. They are
files of the package (`src/hundredfold/catalogue/`), and this page is written from them. Events and fields are called as
in Segment's specification for shops, e-mail and mobile.

```text
hf catalogue                          all of them, by group, with what each needs
hf catalogue orders                   one group
hf catalogue net_revenue              the lines of an entry
hf catalogue net_revenue vip --add    writes them, and all they need, into definitions/catalogue/
hf catalogue all --add                writes everything
hf catalogue --filled                 what your messages make of each: for how many customers, or what is lacking
```

`--add` never changes what you have: a name that exists stays as it is, and what is built on it uses yours. Then say
`hf apply`. Category, brand, size, colour and cost are looked up in `products.parquet` by `sku`; where your order lines
say them, add with `--from-lines`. `--filled` works whether the attributes are in force or not, and applies nothing.
"""


def page(book: Book, families: Mapping[str, Model]) -> str:
    """The page as Markdown; `families` are those of the models, by name."""
    found = book.definitions
    parts = [_TOP.format(attributes=len(found.attributes), segments=len(found.segments))]
    parts += ["\n".join(_group(book, group, families)) + "\n" for group in book.groups.values()]
    parts.append("## What is not there yet\n")
    for later in book.later.values():
        names = ", ".join(f"`{name}`" for name in (*later.attributes, *later.segments))
        parts.append(f"{later.why}\n{names}.\n")
    return "\n".join(parts)


def _group(book: Book, group: Group, families: Mapping[str, Model]) -> Iterator[str]:
    found = book.definitions
    yield f"## {group.title}\n"
    yield f"Group `{group.name}`, {len(group.entries)} entries.\n"
    yield "| name | in English | in Portuguese | needs |"
    yield "|---|---|---|---|"
    for name in group.entries:
        asked = needs(found, found.asked.get(name, [name]), families)
        told = (f"**{found.labels[name][language]}** {book.says(name)[language]}" for language in LANGUAGES)
        yield f"| `{name}` | {' | '.join(told)} | {'; '.join(map(str, asked))} |"

"""How a variant announces itself: every file of a family's folder holds its classes, found by name."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Generic, TypeVar

Variant = TypeVar("Variant")


class UnknownVariant(KeyError):
    """No variant has this name."""

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would quote it


class Family(Mapping[str, type[Variant]], Generic[Variant]):
    """The variants of one kind by name: every subclass of `base` with a `name` in the modules of a package.

    Raises UnknownVariant for an unknown name, with the nearest known ones, and ValueError for a name taken twice.
    """

    def __init__(self, base: type[Variant], package: str) -> None:
        self._base, self._package = base, package
        self._variants: dict[str, type[Variant]] | None = None

    def _found(self) -> dict[str, type[Variant]]:
        if self._variants is None:
            variants: dict[str, type[Variant]] = {}
            folder = importlib.import_module(self._package)
            for module in sorted(m.name for m in pkgutil.iter_modules(folder.__path__, f"{self._package}.")):
                for _, found in inspect.getmembers(importlib.import_module(module), inspect.isclass):
                    if issubclass(found, self._base) and found.__module__ == module and "name" in vars(found):
                        name = vars(found)["name"]
                        if name in variants:
                            raise ValueError(f"two variants in {self._package} are called {name!r}")
                        variants[name] = found
            self._variants = variants
        return self._variants

    def __getitem__(self, name: str) -> type[Variant]:
        try:
            return self._found()[name]
        except KeyError:
            near = get_close_matches(name, self._found(), 3) or sorted(self._found())
            raise UnknownVariant(
                f"no {self._base.__name__.lower()} is called {name!r}; known: {', '.join(near)}"
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._found()))

    def __len__(self) -> int:
        return len(self._found())

"""The families of predictive models: each module of this folder has one instance, named `MODEL`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Final

from hundredfold.words.model import Model


def _found() -> Iterator[Model]:
    for module in sorted(found.name for found in pkgutil.iter_modules(__path__, f"{__name__}.")):
        yield importlib.import_module(module).MODEL


FAMILIES: Final[Mapping[str, Model]] = {model.name: model for model in _found()}
"""Every family by the name that definitions say."""

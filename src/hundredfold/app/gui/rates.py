"""The control API's part for exchange rates: those of a currency day by day, and the change of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from hundredfold.app import rates as book
from hundredfold.app import work
from hundredfold.app.door.access import requires
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.tables import rate_text
from hundredfold.words.calendar import iso_date

MOST_TEXT = 8_000_000
_Code = Annotated[str, Field(min_length=1, max_length=16)]


class RateLine(BaseModel):
    """What one unit of a currency is worth from a day on, until the next one; null takes the line away."""

    model_config = ConfigDict(extra="forbid")

    currency: _Code
    day: Annotated[str, Field(max_length=32)] = Field(description="The local day, such as 2026-01-31.")
    rate: Annotated[str, Field(max_length=40)] | None = Field(description="A decimal number above 0.")


class RatesWritten(BaseModel):
    """The rates as their file says them. `counts`: the numbers are made with just these."""

    file: str | None
    version: str | None
    counts: bool
    lines: list[RateLine] = Field(description="Those of the currency that was asked for, the newest first.")


class RatesAsked(BaseModel):
    """Lines to be added, corrected or taken away, and a CSV text with the columns date, currency, rate."""

    model_config = ConfigDict(extra="forbid")

    lines: list[RateLine] = Field(default_factory=list, max_length=1000)
    table: str | None = Field(None, max_length=MOST_TEXT)
    version: str | None = Field(description="The version of the file that somebody has seen.")
    check: bool = Field(False, description="Only tell what would change.")


class RateChange(BaseModel):
    """What becomes of one line; null where there is none."""

    currency: str
    day: str
    before: str | None
    after: str | None


class RatesChanged(BaseModel):
    """What a change of rates does or has done; of many changes the first are told one by one."""

    changes: list[RateChange]
    added: int
    corrected: int
    removed: int
    version: str | None
    written: bool


def rates(opened: OpenWorkspace) -> APIRouter:
    """The routes under `/settings/rates`."""
    router = APIRouter(prefix="/settings/rates", tags=["settings"])

    @router.get("", dependencies=[requires("read")])
    def exchange_rates(currency: Annotated[str | None, Query(max_length=16)] = None) -> RatesWritten:
        """The rates of a currency as they are written, and whether what is written counts."""
        written = book.written(opened.workspace)
        days = written.rates.get((currency or "").upper(), {})
        return RatesWritten(
            file=written.file,
            version=written.version,
            counts=written.rates == opened.served_setup.rates,
            lines=[
                RateLine(currency=currency or "", day=iso_date(day), rate=rate_text(rate))
                for day, rate in sorted(days.items(), reverse=True)
            ],
        )

    @router.post("", dependencies=[requires("admin")])
    def change_exchange_rates(asked: RatesAsked) -> RatesChanged:
        """Adds, corrects and takes away rates, which count at once; 409 when somebody was faster."""
        lines = [book.Wanted(one.currency, one.day, one.rate) for one in asked.lines]
        told = work.rates(opened, lines=lines, table=asked.table, version=asked.version, check=asked.check)
        return RatesChanged.model_validate(told)

    return router

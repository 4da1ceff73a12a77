from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hundredfold.attribute.zones import local_days

ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Africa/Casablanca", "Asia/Gaza",
    "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Kwajalein", "Africa/Monrovia", "Antarctica/Troll",
)  # fmt: skip
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TIMES = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


def day_of(time: datetime, zone: ZoneInfo) -> int:
    return (time.astimezone(zone).date() - date(1970, 1, 1)).days


@given(st.sampled_from(ZONES), st.lists(TIMES, min_size=1, max_size=20))
def test_local_dates_are_those_of_the_calendar(name, times):
    zone = ZoneInfo(name)
    micros = np.array([(time - EPOCH) // timedelta(microseconds=1) for time in times], np.int64)

    assert local_days(micros, zone).tolist() == [day_of(time, zone) for time in times]


@given(st.sampled_from(ZONES), st.integers(1970, 2037), st.integers(-2, 2))
def test_local_dates_are_right_around_every_change_of_the_clocks(name, year, aside):
    zone = ZoneInfo(name)
    hours = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=h) for h in range(366 * 24)]
    offsets = [hour.astimezone(zone).utcoffset() for hour in hours]
    changes = [hours[i] for i in range(1, len(hours)) if offsets[i] != offsets[i - 1]]
    midnights = [c + timedelta(minutes=30 * m, microseconds=aside) for c in changes for m in range(-60, 60)]
    micros = np.array([(time - EPOCH) // timedelta(microseconds=1) for time in midnights], np.int64)

    assert local_days(micros, zone).tolist() == [day_of(time, zone) for time in midnights]

"""CPU time, wall time and anonymous memory of a process tree while something runs."""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final

TICK: Final = 1 / os.sysconf("SC_CLK_TCK")
EVERY: Final = 0.05
"""Seconds between two looks at memory."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a measured stretch took: seconds (user + system of the tree, and wall), bytes of anonymous memory.

    `load` is the machine's load average of the last minute, before and after.
    """

    cpu: float
    wall: float
    memory_before: int
    memory_peak: int
    load: tuple[float, float]

    def document(self) -> dict[str, Any]:
        """The measurement as plain data."""
        return asdict(self)


class Meter:
    """Measures what happens inside `with`: this process, or the tree under another process id.

    `cpu` of this process is exact; of others it comes in ticks of the kernel, 10 ms as a rule. Memory is RssAnon summed
    over the tree: mapped files do not count, and pages shared since a fork count twice.
    """

    def __init__(self, pid: int | None = None) -> None:
        self._pid = pid
        self._over = threading.Event()
        self._peak = 0

    def __enter__(self) -> Meter:
        if self._pid is None:
            _give_back()
        self._load, self._before = os.getloadavg()[0], anonymous(self._pid or os.getpid())
        self._peak = self._before
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()
        self._cpu, self._wall = self._seconds(), time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        wall, cpu = time.perf_counter() - self._wall, self._seconds() - self._cpu
        self._over.set()
        self._watch.join()
        peak = max(self._peak, anonymous(self._pid or os.getpid()))
        self.measured = Measured(cpu, wall, self._before, peak, (self._load, os.getloadavg()[0]))

    def _seconds(self) -> float:
        return own_cpu_seconds() if self._pid is None else cpu_seconds(self._pid)

    def _look(self) -> None:
        while not self._over.wait(EVERY):
            self._peak = max(self._peak, anonymous(self._pid or os.getpid()))


def _give_back() -> None:
    """Return what the preparation freed to the system, or the stretch that counts would use it unseen."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def own_cpu_seconds() -> float:
    """User and system time of this process and its children that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process, its descendants, and those of them that ended and were waited for."""
    return sum(sum(map(int, fields[11:15])) for fields in map(_stat, tree(pid)) if fields) * TICK


def anonymous(pid: int) -> int:
    """Bytes of anonymous memory of a process and its descendants."""
    return sum(map(_rss_anon, tree(pid)))


def anonymous_pages(pid: int) -> int:
    """Bytes of a process's anonymous pages by its memory map: with the mapped pages that it wrote its own copies of."""
    _, _, rest = Path(f"/proc/{pid}/smaps_rollup").read_text().partition("\nAnonymous:")
    return int(rest.split(maxsplit=1)[0]) * 1024


def tree(pid: int) -> list[int]:
    """A process and its descendants, as far as they still run."""
    found = [pid]
    for member in found:
        try:
            for task in Path(f"/proc/{member}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except OSError:  # it ended while we looked
            continue
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the command's name, whose own blanks and brackets would shift them."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return []


def _rss_anon(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    _, found, rest = status.partition("RssAnon:")
    return int(rest.split(maxsplit=1)[0]) * 1024 if found else 0

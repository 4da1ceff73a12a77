"""Lives: how a world's messages reach the engine, what is read and told on the way, and what really happened."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from tests.live.shadow import Everybody, Shadow, current, read_everybody, steady

from exactness import PlacedLog, answers_of, audited, learnt, rebuilt, scoring, setup_of
from hundredfold.attribute.order import before, ref_of
from hundredfold.batch.process import apply_up_to, keep_history, load_history
from hundredfold.definition.model import Aggregate
from hundredfold.live.engine import Engine
from hundredfold.live.following import Following
from hundredfold.live.setup import compiled
from hundredfold.live.snapshot import open_engine, write
from hundredfold.log.base import Log
from hundredfold.log.history import History
from hundredfold.log.stored import Positions
from hundredfold.profile.feed import Feed
from hundredfold.words.calendar import DAY, EARLIEST, HOUR
from hundredfold.words.message import KINDS
from hundredfold.words.value import to_json
from situations import EXPIRED, KILLED, LATE, LATE_ROWS, MERGED, PARTED, situations, turning_rows
from worlds import World

SCRATCH = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where lives take place: in memory, for none of this is about disks."""
LATER = (3 * HOUR, DAY, 8 * DAY, 31 * DAY, 31 * DAY, 100 * DAY, 370 * DAY)
"""How far the clock moves on at the end, while nothing happens."""
_UNMERGE = KINDS.index("unmerge")

Answers = dict[str, tuple[Any, ...]]


@dataclass
class Lived:
    """What came of a life: the answers at some instants, the current values, what a reader was told, what was met."""

    answers: dict[int, Answers] = field(default_factory=dict)
    current: Everybody = field(default_factory=dict)
    told: Everybody = field(default_factory=dict)
    running: frozenset[str] = frozenset()
    """The attributes that run with the clock, of which the feed tells beside others only."""
    met: set[str] = field(default_factory=set)


def lived(world: World, folder: Path, *, seed: int = 0, log: Log | None = None) -> Lived:
    """An engine goes through a world: the log chunk by chunk while the clock moves, a batch, snapshots, kills.

    `log` holds the world's messages at their places; without it they lie in memory.
    """
    life = Life(world, folder, Random(seed), log)
    steps, marker = life.steps()
    from_history = marker == 0 and life.maybe(0.25)
    life.begin(steps[0] if from_history else None)
    for number, covers in enumerate(steps):
        if life.maybe(0.15):
            life.advance(life.random.choice(life.instants))
        life.apply(covers)
        if life.maybe(0.15):
            life.tell()
        if life.undoes and life.maybe(0.3):
            life.undo()
        if number == marker and not from_history:
            life.keep(canonical=True)
        elif life.maybe(0.06):
            life.keep(canonical=False)
        if life.kept is not None and life.maybe(0.8):
            life.die()
    life.apply(life.log.end())
    if life.undoes:
        life.undo()
    life.end()
    life.met |= situations(world, life.batch)
    return life.found


def agree(world: World, seed: int, log: Log | None = None) -> set[str]:
    """Asserts that engine, columnar rebuild and audit give one answer, and the feed's reader has it, too.

    Returns the situations that occurred on the way.
    """
    with TemporaryDirectory(dir=SCRATCH) as folder:
        found = lived(world, Path(folder), seed=seed, log=log)

    expected = {at: audited(world, at, None) for at in found.answers}
    assert found.answers == expected
    assert rebuilt(world, world.at, None) == expected[world.at]
    if world.known_at is not None and seed % 3 == 0:  # of every tenth or so
        assert rebuilt(world, world.at, world.known_at) == audited(world, world.at, world.known_at)
    last = {
        who: {name: to_json(value) for name, value in values.items()}
        for who, (_, values) in expected[max(expected)].items()
    }
    assert steady(found.current, found.running) == steady(last, found.running)
    assert steady(found.told, found.running) == steady(last, found.running)
    return found.met


class Life:
    """An engine with its feed on the way through a world, and what it meets."""

    engine: Engine
    following: Following
    reader: Shadow

    def __init__(self, world: World, folder: Path, random: Random, log: Log | None = None) -> None:
        self.world, self.folder, self.random = world, folder, random
        self.table = world.table
        self.log = PlacedLog(self.table, world.partitions) if log is None else log
        self.ref = ref_of(self.table["partition"].to_numpy(), self.table["offset"].to_numpy())
        self.time, self.unmerge = self.table["time"].to_numpy(), self.table["kind"].to_numpy() == _UNMERGE
        self.instants = [t for t in self.time.tolist() if t <= world.at] or [world.at]
        places = zip(self.table["key"].to_pylist(), self.table["partition"].to_pylist(), strict=True)
        self.home = dict(places)
        self.learnt = learnt(world, world.at, None)
        self.setup = setup_of(world)
        self.undoes = bool(self.setup.undone) and self.maybe(0.7)
        """Whether an import is still to be undone on the way; else it was before anything else."""
        if self.undoes:
            self.setup = replace(self.setup, undone=())
        self.found = Lived()
        self.met = self.found.met
        self.history: History | None = None
        self.kept: Path | None = None
        self.marker: Positions | None = None
        """What the newest snapshot covers, if it is a batch's."""
        self.batch: Positions | None = None
        """What the batch covers from whose state the engine has gone on."""
        self.made = self.boots = 0
        self.persons: list[frozenset[str]] = []
        self.unmerges = 0
        self.told: dict[int, int] = {}

    def maybe(self, chance: float) -> bool:
        """True as often as that."""
        return self.random.random() < chance

    # --- the way -----------------------------------------------------------------------------------------------------

    def steps(self) -> tuple[list[Positions], int | None]:
        """Positions to go to one after the other, and which of them is the batch's marker, if any."""
        unmerges, updates, late = turning_rows(self.world, self.time.tolist())
        stretch = (self.some(late, 0.46) or [()])[0]
        cuts = {*self.some(unmerges, 1.0), *stretch}
        marker = (self.some(updates, 0.75) or stretch or [self.random.randint(0, self.table.num_rows)])[0]
        cuts |= {marker} if self.maybe(0.45) else set()
        partition = self.table["partition"].to_numpy()
        steps: list[Positions] = []
        last: Positions = {}
        for row in sorted(cuts):
            ends = dict(enumerate(np.bincount(partition[:row], minlength=self.world.partitions).tolist()))
            if self.maybe(0.12):  # any partition may be ahead of the others
                ends = {p: self.random.randint(end, self.log.end()[p]) for p, end in ends.items()}
            steps.append(last := {p: max(end, last.get(p, 0)) for p, end in ends.items()})
        return steps, sorted(cuts).index(marker) if marker in cuts else None

    def some(self, places: list[Any], chance: float) -> list[Any]:
        """Now and then one of some places."""
        return [self.random.choice(places)] if places and self.maybe(chance) else []

    def begin(self, covers: Positions | None) -> None:
        """Starts with nothing or, with `covers`, with all that a batch has moved into history."""
        history = None
        if covers is not None:
            history = self.history = History(self.folder / "history", buckets=2)
            keep_history(self.log, history, covers, compiled(self.setup))
            self.batch = covers
        self.serve(Engine(self.setup, self.log, history, self.scratch(), lambda: EARLIEST))
        if self.maybe(0.9):
            self.advance(self.random.choice((*(4 * [max(self.instants)]), self.instants[0])))
        if history is not None:
            load_history(self.engine, history, chunk=self.random.choice((3, 1000)))
            self.look()
            if self.maybe(0.5):
                self.log.trim(history.positions)

    def serve(self, engine: Engine) -> None:
        """Goes on with an engine, as a process that has just begun; readers come back to it with their places."""
        self.boots += 1
        self.engine = engine
        scoring(engine, self.world)
        feed = Feed(f"boot-{self.boots}")
        self.following = Following(engine, feed, lambda: self.learnt["cuts"], lambda: self.learnt["models"])
        running = self.found.running = engine.compiled.plan.clocked
        known = self.reader.profiles if self.boots > 1 else {}
        self.reader = Shadow(feed.subscribe(self.told), lambda: read_everybody(self.engine, self.learnt), running)
        self.reader.profiles = known

    def apply(self, covers: Positions) -> None:
        """Applies the log up to some positions."""
        rows = self.behind(self.engine.positions) & ~self.behind(covers)
        if rows.any():
            earlier = self.time[~self.behind(self.engine.positions) & (self.time <= self.engine.state.clock)]
            newest = min(int(earlier.max(initial=EARLIEST)), self.engine.state.clock)
            if rows.sum() >= LATE_ROWS and (self.time[rows] < newest - DAY).all():
                self.met.add(LATE)
            apply_up_to(self.engine, self.log, covers)
            self.look()

    def advance(self, clock: int) -> None:
        """Moves the clock."""
        self.engine.advance(clock)
        self.following.tick()
        self.look()

    def tell(self) -> None:
        """Everything is told, and the reader hears it."""
        while self.following.waiting:
            self.following.flush()
        self.reader.catch_up()
        self.told = dict(self.engine.positions)

    def keep(self, *, canonical: bool) -> None:
        """Writes a snapshot: the engine's own or, canonical, the batch's."""
        self.made += 1
        self.kept = self.folder / f"snapshot-{self.made:06d}"
        self.marker = dict(self.engine.positions) if canonical else None
        write(self.engine, self.kept, canonical=canonical)

    def die(self) -> None:
        """The process is killed, with whatever it has not told; another one goes on from the newest snapshot."""
        assert self.kept is not None
        if self.told != self.engine.positions:
            self.met.add(KILLED)
        self.batch = self.marker or self.batch
        past, scratch = self.engine.past, self.scratch()
        self.serve(open_engine(self.kept, self.setup, self.log, past, scratch, lambda: EARLIEST))
        self.kept, self.persons = None, self.persons_now()

    def undo(self) -> None:
        """An import is undone: another process makes everything anew without it, and the readers come to that."""
        old, history = self.engine, self.history
        if self.maybe(0.5):
            history = history or History(self.folder / "history", buckets=2)
            keep_history(self.log, history, old.positions, old.compiled)
        self.undoes, self.setup = False, setup_of(self.world)
        engine = Engine(self.setup, self.log, history, self.scratch(), lambda: EARLIEST)
        if history is not None:
            load_history(engine, history, chunk=self.random.choice((3, 1000)))
        if self.maybe(0.5):
            engine.advance(old.state.clock)
        apply_up_to(engine, self.log, old.positions)
        engine.advance(old.state.clock)
        self.serve(engine)
        self.kept, self.persons = None, self.persons_now()

    def end(self) -> None:
        """The clock moves to the world's instant, and then on as long as no event comes due; both are looked at."""
        at = self.world.at
        later = min([at + self.random.choice(LATER), *(t - 1 for t in self.time.tolist() if t > at)])
        for instant in sorted({at, later}):
            self.advance(instant)
            if self.learnt != (known := learnt(self.world, instant, None)):
                self.learnt = known
                self.following.begin_anew()
            self.found.answers[instant] = answers_of(self.engine, instant, self.learnt)
        self.tell()
        self.found.current, self.found.told = current(self.following, self.engine), self.reader.profiles
        windowed = [n for n, a in self.world.definitions.attributes.items() if isinstance(a, Aggregate) and a.window]
        first, last = self.found.answers[at], self.found.answers[later]
        if any(first[who][1][n] != last[who][1][n] for who in first.keys() & last.keys() for n in windowed):
            self.met.add(EXPIRED)

    # --- what happens ------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Looks at who is who, and whether an un-merge has parted some."""
        persons = self.persons_now()
        counting = ~self.behind(self.engine.positions) & (self.time <= self.engine.state.clock)
        unmerges = int(self.unmerge[counting].sum())
        if any(len({self.home[key] for key in person if key in self.home}) > 1 for person in persons):
            self.met.add(MERGED)
        if unmerges > self.unmerges:
            of = {key: number for number, person in enumerate(persons) for key in person}
            if any(len({of.get(key) for key in person}) > 1 for person in self.persons):
                self.met.add(PARTED)
        self.persons, self.unmerges = persons, unmerges

    def persons_now(self) -> list[frozenset[str]]:
        """The sent ids of every person that is known now."""
        people, texts = self.engine.state.people, self.engine.sids.text
        return [frozenset(map(texts, people.members(label))) for label in people.everybody().tolist()]

    def behind(self, positions: Positions) -> Any:
        """Which messages lie behind some positions."""
        return ~before(self.ref, positions)

    def scratch(self) -> Path:
        """A new place for the index of duplicates."""
        return self.folder / f"seen-{self.boots}"

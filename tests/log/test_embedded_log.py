"""What only the embedded log promises: one sync a group, whole groups, room kept free, one writer."""

from __future__ import annotations

import errno
import os
import subprocess
import threading

import pytest
from msgspec import structs
from tests.log.messages import by_partition, entries, entry, numbers_in, table_of

from hundredfold.errors import LogError, LogFull, WorkspaceError
from hundredfold.log.disk import Disk
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.log.frame import head_at
from hundredfold.log.segment import segment_paths


class FailingDisk(Disk):
    """A real disk with `left` bytes of room, which takes what fits of a write before it fails, or fails to sync."""

    def __init__(self, left=1 << 40):
        self.left, self.sync_error, self.truncate_error, self.syncing = left, None, None, None

    def write(self, file, content, at):
        if self.left <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = super().write(file, memoryview(content)[: self.left], at)
        self.left -= taken
        return taken

    def truncate(self, file, length):
        if self.truncate_error:
            raise self.truncate_error
        super().truncate(file, length)

    def sync(self, file):
        if self.syncing:
            self.syncing()
        if self.sync_error:
            raise self.sync_error
        super().sync(file)


def opened(folder, **options):
    return EmbeddedLog(folder, **{"partitions": 2, "reserve_bytes": 0} | options)


def test_a_message_alone_costs_one_sync_and_a_group_costs_one_sync_together(tmp_path):
    disk, release, writing = FailingDisk(), threading.Event(), threading.Event()
    log = opened(tmp_path, disk=disk)
    log.append(entries(1))
    assert log.fsyncs == 1

    disk.syncing = lambda: (writing.set(), release.wait(30))
    first = log.submit(entries(2))
    writing.wait(30)
    others = [log.submit(entries(n)) for n in range(3, 40)]
    release.set()

    assert all(future.result(30) for future in [first, *others])
    assert log.fsyncs == 3
    assert numbers_in(log.read({})) == list(range(1, 40))
    log.close()


def test_nobody_is_answered_before_the_sync(tmp_path):
    disk, release, writing = FailingDisk(), threading.Event(), threading.Event()
    log = opened(tmp_path, disk=disk)
    disk.syncing = lambda: (writing.set(), release.wait(30))

    future = log.submit(entries(1))
    writing.wait(30)

    assert not future.done()
    assert numbers_in(log.read({})) == []
    assert log.waiting == 1
    release.set()
    assert future.result(30) == [(0, 0)] or future.result(30) == [(1, 0)]
    log.close()
    assert log.waiting == 0


def test_a_call_that_was_given_up_before_its_group_is_not_stored(tmp_path):
    disk, release, writing = FailingDisk(), threading.Event(), threading.Event()
    log = opened(tmp_path, disk=disk)
    disk.syncing = lambda: (writing.set(), release.wait(30))
    log.submit(entries(1))
    writing.wait(30)

    given_up, kept = log.submit(entries(2)), log.submit(entries(3))
    assert given_up.cancel()
    release.set()
    kept.result(30)

    assert numbers_in(log.read({})) == [1, 3]
    log.close()


def test_one_callers_mistake_is_not_the_others_of_its_group(tmp_path):
    disk, release, writing = FailingDisk(), threading.Event(), threading.Event()
    log = opened(tmp_path, disk=disk)
    disk.syncing = lambda: (writing.set(), release.wait(30))
    log.submit(entries(1))
    writing.wait(30)
    broken = entry(3)
    structs.force_setattr(broken, "hash", b"short")

    futures = [log.submit(entries(2)), log.submit([entry(4), broken]), log.submit(entries(5))]
    release.set()

    assert [isinstance(future.exception(30), LogError) for future in futures] == [False, True, False]
    assert numbers_in(log.read({})) == [1, 2, 5]
    log.close()


def test_closing_stores_what_was_submitted(tmp_path):
    log = opened(tmp_path)
    futures = [log.submit(entries(n)) for n in range(50)]

    log.close()

    assert all(future.done() for future in futures)
    with opened(tmp_path) as log:
        assert numbers_in(log.read({})) == list(range(50))


def test_a_log_opened_again_has_the_same_messages_and_goes_on_counting(tmp_path):
    with opened(tmp_path, segment_bytes=4_000) as log:
        for number in range(40):
            log.append([entry(number)])
        before, end = by_partition(log.read({})), log.end()

    with opened(tmp_path, partitions=None, segment_bytes=4_000) as log:
        assert (by_partition(log.read({})), log.end()) == (before, end)
        [(partition, offset)] = log.append([entry(40)])
        assert offset == end[partition]


def test_another_number_of_partitions_is_refused(tmp_path):
    opened(tmp_path).close()

    with pytest.raises(LogError, match="2 partitions, not 3"):
        opened(tmp_path, partitions=3)

    opened(tmp_path).close()


def test_a_large_table_is_stored_whole_with_one_sync(tmp_path):
    with opened(tmp_path) as log:
        log.append_table(table_of(range(10_000)))

        assert log.fsyncs == 1
        assert numbers_in(log.read({})) == list(range(10_000))


def test_of_a_table_cut_off_between_its_frames_nothing_is_left(tmp_path):
    with opened(tmp_path) as log:
        log.append(entries(1))
        log.append_table(table_of(range(10_000)))
        middle = int(log._segments[0].places[2])

    os.truncate(segment_paths(tmp_path)[0], middle)

    with opened(tmp_path) as log:
        assert numbers_in(log.read({})) == [1]


def test_a_second_writer_is_refused_and_told_who_writes(tmp_path):
    with opened(tmp_path, holder="hf serve on port 8080"), pytest.raises(WorkspaceError, match="hf serve on port 8080"):
        opened(tmp_path)

    opened(tmp_path).close()


def test_a_reader_beside_the_writer_follows_it_and_changes_nothing(tmp_path):
    with opened(tmp_path, segment_bytes=3_000) as log, EmbeddedLog(tmp_path, read_only=True) as reader:
        for number in range(20):
            log.append([entry(number)])

        assert reader.wait({}, 10)
        assert reader.end() == log.end()
        assert by_partition(reader.read({})) == by_partition(log.read({}))
        assert not reader.wait(log.end(), 0.01)
        with pytest.raises(LogError, match="reading only"):
            reader.append(entries(1))


def test_a_reader_beside_the_writer_follows_its_trimming(tmp_path):
    with opened(tmp_path, segment_bytes=3_000) as log, EmbeddedLog(tmp_path, read_only=True) as reader:
        for number in range(40):
            log.append([entry(number)])
        reader.end()

        log.trim(log.end())

        assert reader.start() == log.start()
        assert by_partition(reader.read(reader.start())) == by_partition(log.read(log.start()))


def test_reading_only_needs_a_log(tmp_path):
    with pytest.raises(WorkspaceError, match="holds no log"):
        EmbeddedLog(tmp_path, read_only=True)


def test_a_reading_that_trimming_overtakes_is_told_and_skips_nothing(tmp_path):
    several_segments(tmp_path)
    with opened(tmp_path) as log:
        reading = log.read({}, limit_rows=1)
        assert numbers_in([next(reading)]) == [0]

        log.trim(log.end())

        with pytest.raises(LogError, match="trimmed while it was read"):
            list(reading)


def test_trimming_deletes_the_files_of_old_segments(tmp_path):
    with opened(tmp_path, segment_bytes=3_000) as log:
        for number in range(40):
            log.append([entry(number)])
        files = len(segment_paths(tmp_path))

        log.trim(log.end())

        assert files > 5
        assert len(segment_paths(tmp_path)) == 1
        assert list(tmp_path.glob("*.index")) == []
        begins = log.start()
    with opened(tmp_path) as log:
        assert log.start() == begins
        log.append([entry(40)])
        assert numbers_in(log.read(begins))[-1] == 40


# Damage is told, never read over.


def test_a_damaged_frame_among_whole_ones_is_named_with_file_and_byte(tmp_path):
    with opened(tmp_path) as log:
        for number in range(5):
            log.append([entry(number)])
        place = int(log._segments[0].places[2])
    flip(segment_paths(tmp_path)[0], place + 200)

    with pytest.raises(LogError, match=rf"{segment_paths(tmp_path)[0].name}: byte {place}: a frame is damaged"):
        opened(tmp_path)


def test_a_frame_that_is_damaged_after_it_was_read_is_named_where_it_cannot_be_decoded(tmp_path):
    with opened(tmp_path) as log:
        log.append([entry(0)])
        log.append([entry(1)])
        assert numbers_in(log.read({})) == [0, 1]
        segment = log._segments[0]
        place = int(segment.places[1])
        head = head_at(memoryview(segment.path.read_bytes()), place, segment.partitions)
        content = bytearray(segment.path.read_bytes())
        content[head.body + 4 : head.body + 8] = b"\xff\xff\xff\x7f"  # how long the description of the rows is
        with segment.path.open("r+b") as file:
            file.write(content)

        with pytest.raises(LogError, match=f"byte {place}: a frame is damaged"):
            list(log.read({}))


@pytest.mark.parametrize("index", ["with its index", "without its index"])
def test_a_damaged_frame_in_an_old_segment_is_named_with_file_and_byte(tmp_path, index):
    place = several_segments(tmp_path)
    oldest = segment_paths(tmp_path)[0]
    flip(oldest, place + 200)
    if index == "without its index":
        oldest.with_suffix(".index").unlink()

    with pytest.raises(LogError, match=rf"{oldest.name}: byte {place}: a frame is"):  # noqa: SIM117
        with opened(tmp_path) as log:
            list(log.read({}))


def test_a_torn_frame_in_an_old_segment_is_damage_and_not_cut(tmp_path):
    several_segments(tmp_path)
    oldest = segment_paths(tmp_path)[0]
    size = oldest.stat().st_size
    os.truncate(oldest, size - 10)

    with pytest.raises(LogError, match=rf"{oldest.name}: byte \d+: a frame is torn"):
        opened(tmp_path)
    assert oldest.stat().st_size == size - 10


def test_a_missing_segment_is_told(tmp_path):
    several_segments(tmp_path)
    segment_paths(tmp_path)[1].unlink()

    with pytest.raises(LogError, match="does not follow"):
        opened(tmp_path)


def test_without_indexes_a_log_opens_as_with_them(tmp_path):
    several_segments(tmp_path)
    for index in tmp_path.glob("*.index"):
        index.unlink()

    with opened(tmp_path) as log:
        assert numbers_in(log.read({})) == list(range(20))
    assert len(list(tmp_path.glob("*.index"))) == len(segment_paths(tmp_path)) - 1


def test_what_a_crash_left_of_a_new_segment_does_no_harm(tmp_path):
    several_segments(tmp_path)
    (tmp_path / "segment-000000000099.new").write_bytes(b"HFL")

    with opened(tmp_path, segment_bytes=3_000) as log:
        log.append(entries(20))
        assert numbers_in(log.read({})) == list(range(21))


def several_segments(folder):
    """Twenty messages over segments; returns where the third frame of the oldest begins."""
    with opened(folder, segment_bytes=5_000) as log:
        for number in range(20):
            log.append([entry(number)])
        return int(log._segments[0].places[2])


def flip(path, at):
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 0x10]))


# A disk without room.


def test_a_disk_that_runs_out_in_the_middle_of_a_write_leaves_nothing_of_it(tmp_path):
    disk = FailingDisk()
    log = opened(tmp_path, disk=disk)
    log.append(entries(1, 2))
    size = segment_paths(tmp_path)[0].stat().st_size

    disk.left = 700
    with pytest.raises(LogFull, match="full"):
        log.append(entries(3, 4))

    assert segment_paths(tmp_path)[0].stat().st_size == size
    assert numbers_in(log.read({})) == [1, 2]
    disk.left = 1 << 40
    log.append(entries(5))
    assert numbers_in(log.read({})) == [1, 2, 5]
    log.close()
    with opened(tmp_path) as log:
        assert numbers_in(log.read({})) == [1, 2, 5]


def test_a_table_that_runs_out_of_room_after_some_frames_leaves_nothing_of_it(tmp_path):
    disk = FailingDisk()
    with opened(tmp_path, disk=disk) as log:
        log.append(entries(1))
        disk.left = 1 << 20

        with pytest.raises(LogFull):
            log.append_table(table_of(range(10_000)))

        assert numbers_in(log.read({})) == [1]


def test_no_room_for_a_new_segment_is_a_full_log_and_later_the_log_goes_on(tmp_path):
    disk = FailingDisk()
    with opened(tmp_path, disk=disk, segment_bytes=100) as log:
        log.append(entries(1))
        disk.left = 10
        with pytest.raises(LogFull):
            log.append(entries(2))
        disk.left = 1 << 40
        log.append(entries(3))

        assert numbers_in(log.read({})) == [1, 3]
        assert len(segment_paths(tmp_path)) == 2


def test_the_reserve_is_kept_free(tmp_path):
    class Nearly(Disk):
        room = 10_000_000

        def free(self, folder):
            return self.room

    disk = Nearly()
    with opened(tmp_path, disk=disk, reserve_bytes=9_000_000) as log:
        log.append(entries(1))
        disk.room = 9_000_100
        with pytest.raises(LogFull, match="in reserve"):
            log.append(entries(2))
        assert numbers_in(log.read({})) == [1]
        disk.room = 20_000_000
        log.append(entries(3))
        assert numbers_in(log.read({})) == [1, 3]


def test_a_sync_that_fails_is_an_error_and_its_group_is_taken_back(tmp_path):
    disk = FailingDisk()
    with opened(tmp_path, disk=disk) as log:
        log.append(entries(1))
        disk.syncing = lambda: fail_once(disk)

        with pytest.raises(LogError, match="could not be written"):
            log.append(entries(2))

        assert numbers_in(log.read({})) == [1]
        log.append(entries(3))
        assert numbers_in(log.read({})) == [1, 3]


def test_after_a_failure_nobody_foresaw_callers_are_told_and_nobody_waits(tmp_path):
    disk = FailingDisk()
    log = opened(tmp_path, disk=disk)
    log.append(entries(1))
    disk.sync_error = RuntimeError("cosmic ray")

    for _ in range(2):
        with pytest.raises(LogError, match="cosmic ray"):
            log.append(entries(2))

    assert numbers_in(log.read({})) == [1]
    log.close()


def fail_once(disk):
    disk.syncing = None
    raise OSError(errno.EIO, "Input/output error")


def test_a_log_that_cannot_be_mended_takes_nothing_more_and_can_be_read(tmp_path):
    disk = FailingDisk()
    log = opened(tmp_path, disk=disk)
    log.append(entries(1))
    disk.left, disk.truncate_error = 700, OSError(errno.EIO, "Input/output error")

    with pytest.raises(LogFull):
        log.append(entries(2, 3))
    disk.left, disk.truncate_error = 1 << 40, None

    with pytest.raises(LogError, match="nor mended"):
        log.append(entries(4))
    assert numbers_in(log.read({})) == [1]
    log.close()
    with opened(tmp_path) as log:
        assert numbers_in(log.read({})) == [1]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small file system")
def test_a_real_full_disk_refuses_keeps_all_and_goes_on_when_there_is_room(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], check=False)
    if mounted.returncode:
        pytest.skip("this machine allows no mount")
    try:
        ballast = folder / "ballast"
        ballast.write_bytes(bytes(2 << 20))
        with opened(folder / "log") as log:
            stored = appended_until_full(log)
            assert numbers_in(log.read({})) == stored
            ballast.unlink()
            log.append(entries(10**6))
        with opened(folder / "log") as log:
            assert numbers_in(log.read({})) == [*stored, 10**6]
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def appended_until_full(log):
    for first in range(0, 10**6, 50):
        try:
            log.append(entries(*range(first, first + 50)))
        except LogFull:
            return list(range(first))
    raise AssertionError("the disk was never full")

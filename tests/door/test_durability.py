"""200 means durable: never before the log's sync, never when the log failed, never beyond the room there is."""

from __future__ import annotations

import asyncio
import errno
from concurrent.futures import Future

import httpx
import pytest
from tests.door.shop import basic, seconds, track

from hundredfold.app.door.assembly import Settings
from hundredfold.app.door.limits import Limits
from hundredfold.errors import LogError
from hundredfold.log.disk import Disk
from hundredfold.log.embedded import EmbeddedLog


class Held:
    """A real log behind a gate: what is submitted goes on, and becomes durable, when the test opens the gate."""

    def __init__(self, log):
        self.log, self.submitted = log, []

    def submit(self, entries):
        done = Future()
        self.submitted.append((entries, done))
        return done

    def let_through(self):
        for entries, done in self.submitted:
            done.set_result(self.log.append(entries))
        self.submitted = []


class TooEarly(Held):
    """The planted fault: it says that messages are durable when they are only submitted."""

    def submit(self, entries):
        super().submit(entries)
        early = Future()
        early.set_result([])
        return early


class FullDisk(Disk):
    """A real disk on which there is no room while `full`."""

    full = False

    def write(self, file, content, at):
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(file, content, at)


@pytest.fixture
def real(tmp_path):
    with EmbeddedLog(tmp_path / "real", reserve_bytes=0) as log:
        yield log


async def answered_before_durable(shop, gate):
    """Sends one message; whether an answer comes although the log holds the message back."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(shop.door.site), base_url="http://door") as client:
        request = asyncio.create_task(client.post("/v1/track", json=track(), headers=basic(shop.server_key)))
        while not gate.submitted:
            await asyncio.sleep(0)
        for _ in range(200):
            await asyncio.sleep(0)
        early = request.done()
        durable_then = sum(table.num_rows for table in gate.log.read({}))
        gate.let_through()
        answer = await request
    assert answer.status_code == 200
    return early and durable_then == 0


def test_nobody_is_told_200_before_the_message_is_durable(opened, real):
    gate = Held(real)

    assert not asyncio.run(answered_before_durable(opened(gate), gate))


def test_a_log_that_says_so_too_early_is_caught(opened, real):
    gate = TooEarly(real)
    gate.let_through = lambda: gate.submitted.clear()

    assert asyncio.run(answered_before_durable(opened(gate), gate))


def test_each_answer_has_its_sync(shop):
    async def send():
        for number in range(5):
            before = shop.log.fsyncs
            answer = await shop.send("/v1/track", track(number))
            assert answer.status_code == 200
            assert shop.log.fsyncs > before

    asyncio.run(send())
    assert len(shop.stored()) == 5


def test_too_much_waiting_is_answered_with_429_and_what_waited_is_stored(opened, real):
    gate = Held(real)
    shop = opened(gate, settings=Settings(limits=Limits(waiting_bytes=20_000, retry_after=3)))

    async def flood():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(shop.door.site), base_url="http://door") as client:

            def post(n):
                return client.post("/v1/track", json=track(n), headers=basic(shop.server_key))

            waiting = [asyncio.create_task(post(n)) for n in range(4)]
            while len(gate.submitted) < 4:
                await asyncio.sleep(0)
            refused = await post(9)
            gate.let_through()
            first = [(await task).status_code for task in waiting]
            again = asyncio.create_task(post(9))
            while not gate.submitted:
                await asyncio.sleep(0)
            gate.let_through()
            return refused, first, (await again).status_code

    refused, first, again = asyncio.run(flood())

    assert (refused.status_code, refused.headers["retry-after"], refused.json()["code"]) == (429, "3", "overload")
    assert first == [200] * 4
    assert again == 200
    assert shop.door.tracking.backlog.waiting == 0


def test_a_full_disk_is_507_and_not_ready_and_well_again_afterwards(opened, tmp_path):
    disk = FullDisk()
    shop = opened(EmbeddedLog(tmp_path / "full", reserve_bytes=0, disk=disk))
    disk.full = True

    refused = asyncio.run(shop.send("/v1/track", track()))
    not_ready = asyncio.run(shop.ask("GET", "/readyz"))
    disk.full = False
    stored = asyncio.run(shop.send("/v1/track", track()))
    ready = asyncio.run(shop.ask("GET", "/readyz"))

    assert (refused.status_code, refused.json()["code"]) == (507, "disk_full")
    assert int(refused.headers["retry-after"]) >= 1
    assert (not_ready.status_code, ready.status_code) == (503, 200)
    assert stored.status_code == 200
    assert len(shop.stored()) == 1


def test_a_failing_log_is_503_and_the_trouble_is_forgotten_in_time(opened, real):
    class Failing:
        def submit(self, entries):
            done = Future()
            done.set_exception(LogError("the disk said something about c1"))
            return done

    shop = opened(Failing())

    refused = asyncio.run(shop.send("/v1/track", track()))
    not_ready = asyncio.run(shop.ask("GET", "/readyz"))
    shop.now += seconds(11)
    ready = asyncio.run(shop.ask("GET", "/readyz"))

    assert (refused.status_code, refused.json()["code"]) == (503, "log_failed")
    assert "c1" not in refused.text
    assert (not_ready.status_code, ready.status_code) == (503, 200)


def test_a_request_that_is_given_up_does_not_cancel_what_the_log_writes(opened, real):
    gate = Held(real)
    shop = opened(gate)

    async def give_up():
        request = asyncio.create_task(shop.send("/v1/track", track()))
        while not gate.submitted:
            await asyncio.sleep(0)
        request.cancel()
        await asyncio.gather(request, return_exceptions=True)
        assert not gate.submitted[0][1].cancelled()
        gate.let_through()

    asyncio.run(give_up())
    assert sum(table.num_rows for table in real.read({})) == 1
    assert shop.door.tracking.backlog.waiting == 0


def test_a_body_that_never_comes_is_given_up(opened):
    shop = opened(settings=Settings(limits=Limits(body_seconds=0.01)))

    async def body():
        yield b'{"batch": ['
        await asyncio.sleep(60)

    async def send():
        async with shop.client() as client:
            return await client.post("/v1/batch", content=body(), headers=basic(shop.server_key))

    # httpx drives the body itself, so its end is asked for from within the server's wait.
    answer = asyncio.run(send())

    assert (answer.status_code, answer.json()["code"]) == (408, "too_slow")
    assert shop.door.tracking.backlog.waiting == 0

"""What goes on in a thread until it is told to stop."""

from __future__ import annotations

from threading import Event

from hundredfold.live.stoppable import Stoppable


class Sleeper(Stoppable):
    """Sleeps until it is told to stop, and tells how it went."""

    def __init__(self):
        super().__init__("sleeper")
        self.asleep, self.said = Event(), []

    def _run(self):
        self.asleep.set()
        self.said.append("told to stop" if self._stop.wait(60) else "slept enough")


def test_a_rest_ends_when_it_is_told_to_stop_and_stop_waits_for_the_end():
    sleeper = Sleeper()
    sleeper.start()
    assert sleeper.asleep.wait(30)

    sleeper.stop()

    assert sleeper.said == ["told to stop"]
    assert not sleeper._thread.is_alive()


def test_stop_does_nothing_before_the_start_and_a_second_time():
    never, once = Sleeper(), Sleeper()

    never.stop()
    once.start()
    once.stop()
    once.stop()

    assert never.said == []
    assert once.said == ["told to stop"]

"""`hf` with a fault planted that the harness must find; run as a program: `planted.py FAULT ARGUMENTS...`."""

from __future__ import annotations

import sys
from concurrent.futures import Future

from hundredfold.app.cli import main
from hundredfold.app.foreign import Foreign
from hundredfold.log.kafka.appender import KafkaAppender
from hundredfold.log.seen import Seen


def acknowledges_before_it_is_durable():
    real = KafkaAppender.submit

    def submit(self, entries):
        real(self, entries)
        early = Future()
        early.set_result([])
        return early

    KafkaAppender.submit = submit


def counts_duplicates():
    real = Seen.check

    def everything_is_new(self, hashes, received, contents):
        verdicts = real(self, hashes, received, contents)
        verdicts.verdict[:] = 0
        return verdicts

    Seen.check = everything_is_new


def leaves_records_behind_before_they_are_stored():
    real = Foreign._made

    class Hasty:
        def __init__(self, consumer):
            self._consumer = consumer

        def consume(self, *how):
            found = self._consumer.consume(*how)
            if found:
                self._consumer.commit(asynchronous=False)
            return found

        def __getattr__(self, name):
            return getattr(self._consumer, name)

    Foreign._made = lambda self: Hasty(real(self))


FAULTS = [acknowledges_before_it_is_durable, counts_duplicates, leaves_records_behind_before_they_are_stored]

if __name__ == "__main__":
    {one.__name__: one for one in FAULTS}[sys.argv.pop(1)]()
    main()

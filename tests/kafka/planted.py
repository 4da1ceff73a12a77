"""`hf` with a fault planted that the harness must find; run as a program: `planted.py FAULT ARGUMENTS...`."""

from __future__ import annotations

import sys
from concurrent.futures import Future

from hundredfold.app.cli import main
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


if __name__ == "__main__":
    {one.__name__: one for one in (acknowledges_before_it_is_durable, counts_duplicates)}[sys.argv.pop(1)]()
    main()

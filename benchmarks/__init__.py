"""Benchmarks: workloads, peers, hand-written limits, and the harness that measures all of them alike.

`python -m benchmarks NAME [--quick]` runs one and prints its result document; `python -m benchmarks.table FILE...`
writes the rows of `docs/benchmarks.md` from such documents.
"""

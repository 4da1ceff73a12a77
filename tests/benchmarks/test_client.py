"""The load client against a real server: a slow or wrong client would be charged to the engine."""

import json
import socketserver
import threading

import pytest
from benchmarks.client import Connection, batches, get, load, percentiles, post


class Door(socketserver.StreamRequestHandler):
    """Answers 200 with the number of messages, after one 429 when the server is asked to be busy."""

    def handle(self):
        while head := self.rfile.readline():
            length = 0
            while (line := self.rfile.readline()).strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            body = self.rfile.read(length)
            self.server.seen.append((head.split()[1].decode(), body))
            if self.server.busy:
                self.server.busy -= 1
                self.wfile.write(b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n")
            elif head.startswith(b"GET"):
                self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
            else:
                answer = b'{"success":true}'
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer))


@pytest.fixture
def door():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Door) as server:
        server.daemon_threads, server.seen, server.busy = True, [], 0
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_every_batch_is_sent_once_over_kept_connections(door):
    lines = [json.dumps({"messageId": str(n)}) for n in range(950)]

    found = load(*door.server_address, list(batches(lines, 100, "key")), connections=3)

    sent = [json.loads(body)["batch"] for _, body in door.seen]
    assert sorted(int(m["messageId"]) for batch in sent for m in batch) == list(range(950))
    assert found.statuses == {200: 10}
    assert len(found.seconds) == 10


def test_a_batch_that_met_an_overload_is_sent_again(door):
    door.busy = 1

    found = load(*door.server_address, [post("/v1/batch", b"{}", "key")], connections=1)

    assert found.statuses == {429: 1, 200: 1}
    assert len(found.seconds) == 1


def test_a_chunked_answer_is_complete_with_its_last_chunk(door):
    connection = Connection(*door.server_address)

    status, body, _ = connection.ask(get("/api/v1/profiles/c1", "token"))
    connection.close()

    assert status == 200
    assert b"ok" in body


def test_percentiles_are_values_that_occurred():
    assert percentiles([n / 1000 for n in range(1, 201)]) == {"p50_ms": 100.0, "p99_ms": 198.0, "most_ms": 200.0}
    assert percentiles([]) == {}

"""The first work of a process that joins is told by what its management port says of itself."""

import http.server
import json
import threading
import time

import pytest

from joining import first_work

NODES = [{"node_id": 3, "asked": False}, {"node_id": 7, "asked": True}]
OTHERS = {"segments": [{"nodes": [3]}], "channels": [{"node_id": 3, "end": 9}, {"node_id": 7, "state": "not served at present"}]}
OWN = {"segments": [{"nodes": [3, 7]}], "channels": [{"node_id": 3, "end": 9}, {"node_id": 7, "end": 4}]}


@pytest.fixture
def says():
    """Lists by name; a failure where there is none."""
    lists = {"nodes": NODES}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            found = lists.get(self.path.rsplit("/", 1)[1])
            self.send_response(500 if found is None else 200)
            self.end_headers()
            self.wfile.write(json.dumps(found or {"msg": "not now"}).encode())

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"ready http=127.0.0.1:{server.server_port} data=x in 5 ms", lists
        server.shutdown()


@pytest.mark.parametrize("roles", ["querynode", "streamingnode"])
def test_it_counts_until_the_process_itself_serves(says, roles):
    ready, lists = says
    begin = time.monotonic()
    threading.Timer(0.1, lists.update, [OTHERS]).start()  # until then coordinators do not answer
    threading.Timer(0.3, lists.update, [OWN]).start()
    assert 0.3 <= first_work(ready, roles, begin) < 2


@pytest.mark.parametrize("roles", ["querynode", "streamingnode"])
def test_what_others_serve_does_not_count(says, roles):
    ready, lists = says
    lists.update(OTHERS)
    assert first_work(ready, roles, time.monotonic(), patience_seconds=0.2) is None

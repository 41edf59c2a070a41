"""How soon a process that joins a cluster has something to serve, by its own management port."""

import json
import re
import time
import urllib.request

HTTP = re.compile(r"http=(?P<address>\S+)")


def first_work(ready, roles, begin, patience_seconds=10):
    """Seconds from begin until the process that said `ready` serves a segment (querynode) or a channel (streamingnode); None if it does not in time.

    Nobody moves anything there: it is what the coordinators decide by themselves.
    """
    address = HTTP.search(ready)["address"]
    given = {"querynode": segments, "streamingnode": channels}[roles]
    while time.monotonic() - begin < patience_seconds:
        try:
            own = next(node["node_id"] for node in told(address, "nodes") if node["asked"])
            if given(address, own):
                return time.monotonic() - begin
        except (OSError, StopIteration):
            pass  # no coordinator answers, or it does not know itself as a member yet
        time.sleep(0.05)
    return None


def segments(address, node):
    return any(node in segment["nodes"] for segment in told(address, "segments"))


def channels(address, node):
    """One whose owner does not serve it yet has no end."""
    return any(channel["node_id"] == node and "end" in channel for channel in told(address, "channels"))


def told(address, what):
    with urllib.request.urlopen(f"http://{address}/management/{what}", timeout=5) as answer:
        return json.load(answer)

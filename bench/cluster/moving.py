"""Part `moves`: segments and channels are moved by `elanus ctl` while clients search and insert; how long that takes, and what clients notice."""

import time

import clients as driven
import rows
import searching
import systems

MOVES = 4  # of each kind, to and fro
BETWEEN_SECONDS = 2.0
KINDS = {  # one client each
    "search": {"task": "watch", "kind": "search", "level": "Bounded"},
    "strong search": {"task": "watch", "kind": "search", "level": "Strong"},
    "insert": {"task": "watch", "kind": "insert", "batch": 100, "pause": 0.02},
}


def measured(context):
    server = systems.Cluster(context.root, context.folder, channels=4, streaming=2, query=2).start()
    clients = None
    try:
        clients = driven.Clients(context, server, 4)
        client = rows.connect(server)
        rows.create(client, rows.NAME, 4)
        rows.fill(server, clients, 0, context.rows // 3, 4)
        rows.serve(server, client)
        client.close()
        searching.warm(context, server, clients)
        return under_load(server, clients)
    finally:
        searching.stopped(clients, server)


def under_load(server, clients):
    watching = clients.begin(*({"collection": rows.NAME, **task} for task in KINDS.values()))
    time.sleep(BETWEEN_SECONDS)
    command = [server.ctl("nodes") for _ in range(3)]
    began = time.monotonic()
    time.sleep(2 * BETWEEN_SECONDS)
    windows = [("nothing", began, time.monotonic(), 0.0)]
    windows += segment_moves(server) + channel_moves(server) + drains(server)
    for process in watching:
        driven.say(process, "enough")
    seen = dict(zip(KINDS, (driven.heard(process) for process in watching)))
    return {"command_s": min(command), "moves": [
        {"what": what, "took_s": took, "pauses_s": {kind: longest(calls, began, ended) for kind, calls in seen.items()}}
        for what, began, ended, took in windows], "failed": {kind: sum(not good for _, _, good in calls) for kind, calls in seen.items()},
        "calls": {kind: len(calls) for kind, calls in seen.items()}}


def window(what, move):
    """The move and a moment behind it, in which clients may feel it."""
    began = time.monotonic()
    took = move()
    time.sleep(BETWEEN_SECONDS)
    return what, began, time.monotonic(), took


def segment_moves(server):
    told = []
    members = server.members()
    nodes = [members[name] for name in server.of_role("querynode")]
    segment = max(rows.segments(server), key=lambda row: row["rows"])
    home = segment["nodes"][0]
    for i in range(MOVES):
        to = next(node for node in nodes if node != home)
        told.append(window("segment", lambda: server.ctl("move-segment", str(segment["segment_id"]), str(to))))
        home = to
    return told


def channel_moves(server):
    told = []
    members = server.members()
    nodes = [members[name] for name in server.of_role("streamingnode")]
    channel = server.ask("/management/channels")[0]
    home = channel["node_id"]
    for i in range(MOVES):
        to = next(node for node in nodes if node != home)
        told.append(window("channel", lambda: server.ctl("move-channel", channel["channel"], str(to))))
        home = to
    return told


def drains(server):
    """At the end: a node that was drained takes nothing more."""
    members = server.members()
    return [window("drain " + name, lambda: server.ctl("drain", str(members[name]))) for name in ("querynode-1", "streamingnode-1")]


def longest(calls, began, ended):
    """Seconds between two successes, the longest that reaches into the window."""
    good = [(b, e) for b, e, succeeded in calls if succeeded]
    ends = [e for _, e in good]
    gaps = [later - earlier for earlier, later in zip(ends, ends[1:]) if later > began and earlier < ended]
    return max(gaps, default=None)
